//! Reports in every format, from fixed documents: how they look, and what never leaves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

use hf_doctor::model::Report;
use hf_doctor::report::escape::is_hidden;
use hf_doctor::report::markdown::{DEFAULT_HOSTS, is_allowed};
use hf_doctor::report::{Format, RenderOptions, render, render_custom};
use pulldown_cmark::{Event, Options, Parser, Tag};

const NAMES: [&str; 6] =
    ["concluded-zerogpu", "undetermined-402", "no-error-account", "not-hugging-face", "nothing-found", "hostile"];

fn fixture(name: &str) -> Report {
    let path = format!("{}/tests/fixtures/reports/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect("the fixture exists");
    serde_json::from_str(&text).expect("the fixture is a report")
}

fn evidence() -> Vec<(String, String)> {
    let text = "Traceback:\n```\n````\n</details></pre><script>alert(8)</script>\n--> \u{1b}[31m\u{202e}red\nlast line";
    vec![("error.txt".to_owned(), text.to_owned()), ("b<c>`.txt".to_owned(), "x".to_owned())]
}

fn rendered(name: &str, format: Format, width: usize) -> String {
    let evidence = evidence();
    let options = RenderOptions { width, evidence: &evidence, ..RenderOptions::default() };
    render(&fixture(name), format, &options).expect("built-in templates render")
}

#[test]
fn human() {
    for name in NAMES {
        for width in [60, 120] {
            insta::assert_snapshot!(format!("{name}.human-{width}"), rendered(name, Format::Human, width));
        }
    }
}

#[test]
fn human_in_colour() {
    let options = RenderOptions { width: 80, colour: true, ..RenderOptions::default() };
    let text = render(&fixture("concluded-zerogpu"), Format::Human, &options).expect("renders");
    // A pager shows each line by itself, so no style may reach across a line break.
    let open =
        |line: &str| line.rsplit("\x1b[").next().is_some_and(|last| line.contains("\x1b[") && !last.starts_with("0m"));
    assert_eq!(text.lines().filter(|line| open(line)).collect::<Vec<_>>(), [""; 0]);
    let mut plain = String::new();
    let mut pieces = text.split("\x1b[");
    plain.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        plain.push_str(piece.split_once('m').map_or("", |(_, rest)| rest));
    }
    // Colour replaces the backticks of code; nothing else differs but where lines break.
    let words = |text: &str| text.replace('`', "").split_whitespace().collect::<Vec<_>>().join(" ").replace("^ ", "^");
    assert_eq!(words(&plain), words(&rendered("concluded-zerogpu", Format::Human, 80)));
    insta::assert_snapshot!("concluded-zerogpu.human-colour", text.replace('\x1b', "␛"));
}

#[test]
fn markdown() {
    for name in NAMES {
        insta::assert_snapshot!(format!("{name}.markdown"), rendered(name, Format::Markdown, 80));
    }
}

#[test]
fn html() {
    for name in NAMES {
        let page = rendered(name, Format::Html, 80);
        let (before, rest) = page.split_once("<style>").expect("a style sheet");
        let (_, after) = rest.split_once("</style>").expect("its end");
        insta::assert_snapshot!(format!("{name}.html"), format!("{before}<style>…</style>{after}"));
    }
}

#[test]
fn agent() {
    for name in NAMES {
        insta::assert_snapshot!(format!("{name}.agent"), rendered(name, Format::Agent, 80));
    }
}

#[test]
fn json_is_the_document() {
    for name in NAMES {
        let text = rendered(name, Format::Json, 80);
        let again: Report = serde_json::from_str(&text).expect("the output is a report");
        assert_eq!(again, fixture(name), "{name}");
    }
}

#[test]
fn quiet_is_one_word() {
    let words: Vec<String> = NAMES.iter().map(|name| rendered(name, Format::Quiet, 80)).collect();
    assert_eq!(
        words,
        [
            "zerogpu-request-exceeds-left\n",
            "inference-included-credits-exhausted\n",
            "no-error\n",
            "not-hugging-face\n",
            "nothing-found\n",
            "zerogpu-request-exceeds-left\n"
        ]
    );
}

#[test]
fn nothing_invisible_leaves() {
    for name in NAMES {
        for format in Format::ALL {
            let text = rendered(name, format, 70);
            let bad: Vec<char> = text
                .chars()
                .filter(|c| is_hidden(*c) || (c.is_control() && *c != '\n' && !(*c == '\t' && format == Format::Agent)))
                .collect();
            assert!(bad.is_empty(), "{name} {format}: {bad:?}");
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{name} {format}");
        }
    }
}

#[test]
fn absent_values_print_nothing() {
    for name in NAMES.into_iter().filter(|name| *name != "hostile") {
        for format in [Format::Human, Format::Agent, Format::Markdown, Format::Html] {
            let text = rendered(name, format, 80).to_lowercase();
            for word in ["undefined", " null", "\tnone\t\n", "(none)", ": none\n", "nan "] {
                assert!(!text.contains(word), "{name} {format}: {word:?}");
            }
        }
    }
}

#[test]
fn human_lines_fit() {
    for name in NAMES {
        for width in [60, 80, 120] {
            for line in rendered(name, Format::Human, width).lines() {
                let columns: usize = line.chars().map(|c| unicode_width::UnicodeWidthChar::width(c).unwrap_or(0)).sum();
                // Addresses and code to copy stay whole.
                let whole = line.contains("://") || line.starts_with("       ");
                assert!(columns <= width || whole, "{name} {width}: {columns} {line}");
            }
        }
    }
}

#[test]
fn verdict_reason_and_first_step_come_first() {
    let screen = |name: &str| rendered(name, Format::Human, 80).lines().take(24).collect::<Vec<_>>().join("\n");
    let concluded = screen("concluded-zerogpu");
    for words in ["The run asks for more", "Concluded", "First step:", "120 s were requested and 41 s are left", "^^^"]
    {
        assert!(concluded.contains(words), "{words}");
    }
    let open = screen("undetermined-402");
    assert!(
        open.contains("does not decide")
            && open.contains("Check this next")
            && open.contains("--set request.bill_to=none")
    );
    assert!(screen("not-hugging-face").contains("Refused by: OpenAI"));
    assert!(screen("nothing-found").contains("What to supply next"));
}

/// Markdown as a forum would read it holds no HTML but our own, and links only where they may lead.
#[test]
fn markdown_cannot_be_broken_out_of() {
    for name in NAMES {
        let text = rendered(name, Format::Markdown, 80);
        let mut details = 0;
        for event in Parser::new_ext(&text, Options::all()) {
            match event {
                Event::Html(html) => {
                    let html = html.trim();
                    assert!(
                        ["<details>", "<summary>Evidence (redacted)</summary>", "</details>", ""].contains(&html),
                        "{name}: {html}"
                    );
                    details += usize::from(html == "<details>");
                }
                Event::InlineHtml(html) => panic!("{name}: {html}"),
                Event::Start(Tag::Link { dest_url, .. }) => {
                    assert!(is_allowed(&dest_url, DEFAULT_HOSTS), "{name}: {dest_url}");
                }
                Event::Start(Tag::Image { dest_url, .. }) => panic!("{name}: image {dest_url}"),
                _ => {}
            }
        }
        assert_eq!(details, 1, "{name}");
        // Forums link bare addresses by themselves.
        for line in text.lines().filter(|line| line.contains("https://evil.example")) {
            assert!(line.contains('`') || line.starts_with(r"\x1b[31m"), "{name}: {line}");
        }
    }
}

/// A page holds the elements of the template, each with the attributes of the template, and nothing else.
#[test]
fn html_holds_only_what_it_may() {
    const ELEMENTS: &[&str] = &[
        "a",
        "body",
        "br",
        "code",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "head",
        "header",
        "html",
        "li",
        "main",
        "mark",
        "meta",
        "ol",
        "p",
        "pre",
        "rect",
        "section",
        "small",
        "span",
        "strong",
        "style",
        "summary",
        "svg",
        "time",
        "title",
        "ul",
        "!doctype",
        "blockquote",
    ];
    const ATTRIBUTES: &[&str] = &[
        "aria-hidden",
        "aria-labelledby",
        "charset",
        "class",
        "content",
        "datetime",
        "height",
        "href",
        "http-equiv",
        "id",
        "lang",
        "name",
        "preserveAspectRatio",
        "rel",
        "tabindex",
        "viewBox",
        "width",
    ];
    for name in NAMES {
        let page = rendered(name, Format::Html, 80);
        let (before, rest) = page.split_once("<style>").expect("a style sheet");
        let (_, after) = rest.split_once("</style>").expect("its end");
        for part in [before, after] {
            for tag in part.split('<').skip(1) {
                let (tag, text) = tag.split_once('>').unwrap_or_else(|| panic!("{name}: `<{tag}` is never closed"));
                assert!(!text.contains('>'), "{name}: {text}");
                let element = tag.trim_start_matches('/').split_whitespace().next().unwrap_or_default();
                assert!(ELEMENTS.contains(&element), "{name}: <{tag}>");
                let quoted: Vec<&str> = tag.split('"').collect();
                for attribute in quoted.iter().step_by(2).filter_map(|piece| piece.trim().strip_suffix('=')) {
                    let attribute = attribute.split_whitespace().last().unwrap_or_default();
                    assert!(ATTRIBUTES.contains(&attribute), "{name}: <{tag}>");
                }
                if let Some(url) = tag.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()) {
                    assert!(url.starts_with('#') || is_allowed(url, DEFAULT_HOSTS), "{name}: {url}");
                }
            }
        }
        assert!(
            !page.to_lowercase().contains("<script") && page.contains("default-src 'none'")
                || page.contains("default-src &#39;none&#39;")
        );
    }
}

#[test]
fn links_lead_only_to_listed_hosts() {
    let hosts = ["huggingface.co"];
    for url in ["https://huggingface.co", "https://huggingface.co/a?b=c#d", "https://HuggingFace.co:443/"] {
        assert!(is_allowed(url, &hosts), "{url}");
    }
    for url in [
        "http://huggingface.co/",
        "https://huggingface.co.evil.example/",
        "https://huggingface.co@evil.example/",
        "https://evil.example/huggingface.co",
        "https://evil.example\\huggingface.co",
        "https://huggingface.co:8080/",
        "https://huggingface.co/\"onclick=",
        "https://huggingface.co/ x",
        "javascript:alert(1)//huggingface.co",
        "//huggingface.co",
    ] {
        assert!(!is_allowed(url, &hosts), "{url}");
    }
}

#[test]
fn custom_templates() {
    let report = fixture("concluded-zerogpu");
    let custom = |text: &str, name: &str| render_custom(&report, text, name);
    let ok = |text: &str, name: &str| custom(text, name).expect("the template is right");
    assert_eq!(ok("{{ verdict }} {{ report.causes[0].id }}\n", "a.txt"), "concluded zerogpu-request-exceeds-left");
    assert_eq!(ok("[{{ service }}{{ escalate }}{{ plan[0].snippet }}]", "a.txt"), "[]");
    assert_eq!(
        ok("{% for c in causes %}{{ c.share|pct }} {{ c.share|bar(4) }}|{% endfor %}", "a.txt"),
        "91\u{a0}% ████|5\u{a0}% ····|2\u{a0}% ····|"
    );
    assert_eq!(ok("{{ 'one two three'|wrap(12, 2) }}", "a.txt"), "  one two\n  three");
    assert_eq!(ok("{{ '<b>' }} {{ '*x*'|md }}", "a.html"), "&lt;b&gt; <em>x</em>");
    assert_eq!(ok("{{ '<b> [x](y)' }}", "a.md.j2"), "\\<b\\> \\[x\\](y)");
    assert_eq!(ok("{{ '\x1b[31m' }}", "a.txt"), "\\x1b[31m");
    let wrong = |text: &str| custom(text, "my.j2").expect_err("the template is wrong").to_string();
    let messages = [
        wrong("a\n{{ no.such }}"),
        wrong("a\n\n{% if %}"),
        wrong("{{ verdict|shout }}"),
        wrong("{% include 'x' %}"),
        wrong("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}"),
        wrong("{% for a in range(9000) %}{{ 'x' * 1000 }}{% endfor %}"),
        wrong(&format!("\n{{{{ {}1 }}}}", "1+".repeat(5000))),
    ];
    insta::assert_snapshot!(messages.join("\n"));
}

#[test]
fn same_input_same_bytes() {
    for format in Format::ALL {
        assert_eq!(rendered("hostile", format, 100), rendered("hostile", format, 100), "{format}");
        assert_eq!(format.name().parse(), Ok(format));
    }
    assert!("xml".parse::<Format>().is_err());
}
