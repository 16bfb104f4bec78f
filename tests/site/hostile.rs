//! Rule text that tries to be more than text.

use hf_doctor::docs::{Form, build};
use hf_doctor::eval::Engine;
use hf_doctor::kb::{KnowledgeBase, load_dir};

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
