//! Rule text that tries to be more than text.

use hf_doctor::docs::{Files, Form, Options, build};
use hf_doctor::eval::Engine;
use hf_doctor::kb::{KnowledgeBase, Parts, load_dir};
use hf_doctor::model::{FactValue, Scalar};
use pulldown_cmark::{Event, Parser, Tag};

use crate::support::{options, root, scratch};

/// What a rule text might hold; each with what must not come out of it in HTML.
const TEXTS: &[(&str, &str)] = &[
    ("<script>alert(1)</script>", "<script>alert"),
    ("<img src=x onerror=alert(1)>", "<img"),
    ("[here](javascript:alert(1))", "href=\"javascript:"),
    ("[here](data:text/html;base64,PHNjcmlwdD4=)", "href=\"data:"),
    ("[here](http://evil.example/x)", "evil.example\""),
    ("](x) --> <!-- ]]>", "<!--"),
    ("</samp></title><b onclick=x>", "<b onclick"),
];

#[test]
fn rule_text_is_inert_on_every_page() {
    let dir = scratch("hostile-rules");
    copy(&root().join("rules"), &dir);
    let path = dir.join("zerogpu/zerogpu-quota-exceeded.yaml");
    let whole = std::fs::read_to_string(&path).expect("a rule");
    let ticks = "`".repeat(10_000);
    // Two builds: all of them together, and the backticks, which could hide the others.
    let together: Vec<&str> = TEXTS.iter().map(|(text, _)| *text).collect();
    for text in [together.join(" "), ticks] {
        let title = format!("title: {}\n", serde_json::Value::from(format!("ZeroGPU {text}")));
        let hostile = whole
            .lines()
            .map(|line| if line.starts_with("title: ") { title.trim_end().to_owned() } else { line.to_owned() })
            .collect::<Vec<_>>()
            .join("\n");
        std::fs::write(&path, format!("{hostile}\n")).expect("written");
        let loaded = load_dir(&dir).expect("text is text");
        let engine = Engine::new(KnowledgeBase::from_parts(loaded.parts)).expect("an engine");
        let files = build(&engine, &options(Form::Site)).expect("a site");
        for (name, bytes) in &files {
            let page = String::from_utf8_lossy(bytes);
            let html = [".html", ".svg", ".atom"].iter().any(|end| name.ends_with(end));
            for (_, refused) in TEXTS {
                assert!(!html || !page.contains(refused), "{name} has `{refused}`");
            }
            let controls = page.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t'));
            assert!(!controls, "{name} has control characters");
        }
    }
}

/// Everything at once that a text can hold to become more than text; the reader of rule files refuses some of it, the
/// pages must not rely on that.
const HOSTILE: &str = "\u{feff}---\nlayout: evil\n---\n<script>alert(1)</script> <img src=x onerror=alert(2)> \
    <svg/onload=alert(3)> [a](javascript:alert(4)) [b](data:text/html;base64,PHN2Zz4=) ![c](https://evil.example/p.png) \
    [d](http://huggingface.co/x) https://evil.example/bare www.evil.example \
    <https://evil.example/auto> </samp></title></textarea><b onclick=alert(5)> ](x) --> <!-- ]]> \
    \u{1b}[31mred\u{7}\u{0}\u{202e}gnp.exe\u{2066}\u{200b} {% raw %} | cell | \\\n\n```\n</code></pre><i>\n\n";

/// Puts a text into every field of the knowledge base that a page shows.
fn poison(parts: &mut Parts, text: &str) {
    let add = |field: &mut String| field.push_str(&format!(" {text}"));
    let front = |field: &mut String| *field = format!("{text} {field}");
    for (_, _, rule) in parts.rules.iter_mut().filter(|(_, _, rule)| rule.id == "zerogpu-quota-exceeded") {
        front(&mut rule.title);
        front(&mut rule.summary);
        for symptom in &mut rule.symptoms {
            if let Some(by) = &mut symptom.emitted_by {
                add(&mut by.package);
                by.versions = Some(text.to_owned());
            }
            for example in &mut symptom.matches {
                add(&mut example.text);
            }
        }
        for cause in &mut rule.causes {
            front(&mut cause.title);
            front(&mut cause.explanation);
            cause.requires_because = Some(text.to_owned());
            cause.speaks_for.iter_mut().chain(&mut cause.against).for_each(|item| front(&mut item.because));
            for line in &mut cause.not_this {
                front(&mut line.advice);
                front(&mut line.why);
            }
            if let Some(one) = &mut cause.escalate {
                front(&mut one.to);
                front(&mut one.because);
                one.include.push(text.to_owned());
            }
        }
    }
    for step in parts.steps.iter_mut().take(40) {
        front(&mut step.title);
        front(&mut step.instruction);
        front(&mut step.verify);
        step.snippet = Some(text.to_owned());
        step.lang = Some(text.to_owned());
    }
    for fact in parts.facts.iter_mut().take(40) {
        front(&mut fact.title);
        for one in &mut fact.values {
            one.value = FactValue::One(Scalar::Text(text.to_owned()));
            one.note = Some(text.to_owned());
            one.commit = Some(text.to_owned());
        }
    }
    for (number, source) in parts.sources.iter_mut().take(60).enumerate() {
        front(&mut source.title);
        source.note = Some(text.to_owned());
        source.repo = Some(text.to_owned());
        let urls =
            ["javascript:alert(1)", "data:text/html,x", "https://evil.example/", "https://huggingface.co/\"onclick=x"];
        urls.get(number % 4).copied().unwrap_or_default().clone_into(&mut source.url);
    }
    for area in &mut parts.manifest.areas {
        add(&mut area.title);
    }
    for fact in parts.vocabulary.facts.iter_mut().take(40) {
        front(&mut fact.title);
        fact.question = Some(text.to_owned());
        fact.how = Some(text.to_owned());
        fact.values.iter_mut().for_each(|value| front(&mut value.title));
    }
}

fn poisoned(text: &str) -> (Files, Vec<String>) {
    let mut parts = load_dir(&root().join("rules")).expect("the shipped base").parts;
    poison(&mut parts, text);
    let hosts = parts.manifest.allowed_hosts.iter().map(|one| one.host.clone()).collect();
    let engine = Engine::new(KnowledgeBase::from_parts(parts)).expect("an engine");
    let options = Options { base: Some("https://docs.example/"), ..options(Form::Site) };
    (build(&engine, &options).expect("a site"), hosts)
}

/// Whether an address leads to a file beside the page or to a host that may be linked.
fn leads_nowhere_bad(address: &str, hosts: &[String]) -> bool {
    match address.split_once(':') {
        None => !address.starts_with("//"),
        Some(("https", rest)) => {
            let host = rest.trim_start_matches('/').split(['/', '?', '#']).next().unwrap_or_default();
            host == "docs.example" || hosts.iter().any(|known| known == host)
        }
        // A colon in an anchor is no scheme.
        Some((scheme, _)) => scheme.contains(['/', '#', '.']),
    }
}

/// The tags of a page, as a browser reads them: from `<` with a letter or slash behind it to `>` outside quotes.
fn tags(page: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = rest.get(at + 1..).unwrap_or_default();
        let mut quote = None;
        let end = rest.char_indices().find(|(_, c)| match (quote, c) {
            (Some(open), c) => {
                if open == *c {
                    quote = None;
                }
                false
            }
            (None, '"' | '\'') => {
                quote = Some(*c);
                false
            }
            (None, c) => *c == '>',
        });
        let (end, _) = end.expect("every tag is closed");
        found.push(rest.get(..end).unwrap_or_default());
        rest = rest.get(end..).unwrap_or_default();
    }
    found
}

/// Every element that templates and drawings write.
const ELEMENTS: &[&str] = &[
    "!doctype",
    "a",
    "article",
    "b",
    "blockquote",
    "body",
    "br",
    "code",
    "dd",
    "desc",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "footer",
    "h1",
    "h2",
    "h3",
    "head",
    "header",
    "hr",
    "html",
    "label",
    "li",
    "line",
    "link",
    "main",
    "meta",
    "nav",
    "noscript",
    "ol",
    "p",
    "path",
    "pre",
    "rect",
    "samp",
    "script",
    "section",
    "small",
    "span",
    "strong",
    "summary",
    "svg",
    "table",
    "tbody",
    "td",
    "text",
    "textarea",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "ul",
];

fn check_html(name: &str, page: &str, hosts: &[String]) {
    for tag in tags(page) {
        let element = tag.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap_or_default();
        assert!(ELEMENTS.contains(&element), "{name}: <{tag}>");
        // What stands in quotes is text; what is left are names of attributes.
        let mut names: String = tag.split('"').step_by(2).collect::<Vec<_>>().join(" ");
        names.make_ascii_lowercase();
        assert!(!names.split_whitespace().any(|word| word.starts_with("on")), "{name}: <{tag}>");
        for attribute in ["href=\"", "src=\"", "action=\""] {
            for address in tag.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(leads_nowhere_bad(address, hosts), "{name}: {attribute}{address}");
            }
        }
        if element == "script" && !tag.starts_with('/') {
            assert!(tag.contains("src=\"") && !tag.contains("src=\"http"), "{name}: <{tag}>");
        }
    }
}

fn check_markdown(name: &str, page: &str, hosts: &[String]) {
    assert!(!page.starts_with("---") && !page.starts_with('\u{feff}'), "{name} begins with front matter");
    for event in Parser::new_ext(page, pulldown_cmark::Options::ENABLE_TABLES) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => panic!("{name} has HTML: {html}"),
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(leads_nowhere_bad(&dest_url, hosts), "{name} links to {dest_url}");
            }
            Event::Start(Tag::Image { dest_url, .. }) => panic!("{name} loads {dest_url}"),
            _ => {}
        }
    }
    // What forges make links of without any mark-up, outside code.
    let code = Parser::new_ext(page, pulldown_cmark::Options::ENABLE_TABLES).into_offset_iter();
    let mut shown = page.as_bytes().to_vec();
    for (event, range) in code {
        if matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_))) {
            shown.get_mut(range).expect("a range of the page").fill(b' ');
        }
    }
    let shown = String::from_utf8_lossy(&shown);
    for bare in ["https://evil.example", "www.evil.example"] {
        let around = shown.find(bare).map(|at| shown.get(at.saturating_sub(120)..).unwrap_or_default());
        let around: Option<String> = around.map(|text| text.chars().take(200).collect());
        assert!(around.is_none(), "{name} has a bare `{bare}`: {around:?}");
    }
}

#[test]
fn hostile_text_in_every_field_is_inert_in_every_file() {
    let (files, hosts) = poisoned(HOSTILE);
    let mut kinds = std::collections::BTreeMap::<&str, usize>::new();
    let mut reached = 0;
    for (name, bytes) in &files {
        let text = std::str::from_utf8(bytes).expect("UTF-8");
        let hidden = |c: char| {
            (c.is_control() && c != '\n' && c != '\t')
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        };
        assert!(!text.contains(hidden), "{name} has control or direction characters");
        reached += usize::from(text.contains("alert(1)"));
        let kind = name.rsplit('.').next().unwrap_or_default();
        *kinds.entry(kind).or_default() += 1;
        match kind {
            "html" => check_html(name, text, &hosts),
            "md" => check_markdown(name, text, &hosts),
            "txt" => check_markdown(name, text, &hosts),
            "json" => {
                serde_json::from_str::<serde_json::Value>(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            }
            "atom" | "xml" => {
                for tag in tags(text) {
                    let element = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
                    let known = [
                        "?xml", "feed", "id", "title", "updated", "author", "name", "link", "entry", "summary",
                        "urlset", "url", "loc", "lastmod",
                    ];
                    assert!(known.contains(&element), "{name}: <{tag}>");
                    for address in tag.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                        assert!(address.starts_with("https://docs.example/"), "{name}: {address}");
                    }
                }
                assert!(!text.contains("&nbsp;") && !text.contains("]]>"), "{name} is XML");
            }
            "js" => assert!(!text.contains("</script") && !text.contains("<!--"), "{name} could end its element"),
            "css" | "hf-doctor-site" => {}
            other => panic!("a file of an unknown kind: {name} ({other})"),
        }
    }
    // The text really stands where it was put, as text.
    assert!(reached > 100, "{reached} of {kinds:?}");
    for name in ["llms.txt", "index.json", "changes.atom", "search-index.js", "problems/zerogpu-quota-exceeded.html"] {
        let text = std::str::from_utf8(files.get(name).expect(name)).expect("UTF-8");
        assert!(text.contains("evil"), "{name} shows the text");
    }
}

#[test]
fn ten_thousand_backticks_end_nothing() {
    let ticks = "`".repeat(10_000);
    let (files, hosts) = poisoned(&format!("{ticks}<img src=x onerror=alert(1)>"));
    for (name, bytes) in &files {
        let text = std::str::from_utf8(bytes).expect("UTF-8");
        if name.ends_with(".html") {
            check_html(name, text, &hosts);
        } else if name.ends_with(".md") || name.ends_with(".txt") {
            check_markdown(name, text, &hosts);
        }
    }
}

#[test]
fn control_and_direction_characters_never_get_in() {
    let dir = scratch("hostile-controls");
    copy(&root().join("rules"), &dir);
    let path = dir.join("zerogpu/zerogpu-quota-exceeded.yaml");
    let whole = std::fs::read_to_string(&path).expect("a rule");
    for mark in ['\u{202e}', '\u{7}', '\u{1b}'] {
        std::fs::write(&path, whole.replacen("title: ", &format!("title: {mark}"), 1)).expect("written");
        assert!(load_dir(&dir).is_err(), "{mark:?} is refused");
    }
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).expect("a directory");
    for entry in std::fs::read_dir(from).expect("a directory").flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("copied");
        }
    }
}
