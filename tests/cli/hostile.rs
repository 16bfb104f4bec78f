//! Text that means to do something: it is shown, never obeyed.

use super::support::{FORMATS, Folder, Ran, TOAST, at, run};

/// Nothing that a terminal, a person's eye or a browser would act upon.
#[track_caller]
fn harmless(ran: &Ran, format: &str) {
    // Tabs part the columns of the agent format.
    let text = if format == "agent" { ran.all().replace('\t', " ") } else { ran.all() };
    let bad = text.chars().find(|c| {
        (c.is_control() && *c != '\n')
            || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    });
    assert_eq!(bad, None, "in {text:?}");
    assert!(!matches!(ran.code, Some(101) | None), "{text}");
}

/// Escapes, bidirectional overrides and marks of every language that a report is written in.
const PAYLOAD: &str = "\x1b[31mred\x1b]0;title\x07 \u{202e}evil\u{2066} \u{200b}zero \u{9b}31m \x08\x08 <script>alert(1)</script> \
    <img src=x onerror=alert(1)> [click](javascript:alert(1)) ![i](data:text/html,x) {{ 7*7 }} {% for %} %n%s ``` --> | &lt; \u{2028}::error::x";

#[test]
fn texts_names_and_values() {
    let folder = Folder::new();
    let text = std::fs::read_to_string(at(TOAST)).unwrap();
    let log = format!(
        "{PAYLOAD}\n{text}\n{PAYLOAD}You have exceeded your free GPU quota (60s requested vs. 0s left){PAYLOAD}\n"
    );
    // No file name holds a slash.
    let name = folder.file(format!("n{}.log", PAYLOAD.replace('/', "_")), &log);
    for format in FORMATS {
        let ran = run(&[&name, "--format", format, "-m", PAYLOAD]);
        harmless(&ran, format);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        if format == "html" {
            for live in ["<script>alert", "<img src=x", "href=\"javascript:", "href=\"data:", "src=\"data:"] {
                assert!(!ran.out.contains(live), "{live}");
            }
        }
    }
}

#[test]
fn error_messages() {
    let folder = Folder::new();
    let yaml = folder.file("e.yaml", format!("text: x\n? \"{}\"\n: 1\n", "\\e[31m\\u202Eodd"));
    let rules = folder.rules();
    let file = std::path::Path::new(&rules).join("zerogpu/zerogpu-quota-exceeded.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replacen("\ntitle:", "\ntitle: \u{202e}\x1b[31m\ntitel:", 1)).unwrap();
    let bad = "x\x1b[31m\u{202e}\u{200b}\u{9b}y";
    for arguments in [
        vec![bad],
        vec!["explain", bad],
        vec!["facts", bad],
        vec!["schema", bad],
        vec!["redact", bad],
        vec!["kb", bad],
        vec!["kb", "check", bad],
        vec!["kb", "test", bad],
        vec!["kb", "check", &rules],
        vec!["kb", "check", &rules, "--json"],
        vec!["-m", "x", "--rules", &rules],
        vec!["-m", "x", "--rules", bad],
        vec!["-m", "x", "--template", bad],
        vec!["-m", "x", "--whoami", bad],
        vec!["-m", "x", "--as-of", bad],
        vec!["-m", "x", "--format", bad],
        vec!["-m", "x", "--set", bad],
        vec!["-m", "x", "--set", "account.plan=\x1b[31m\u{202e}"],
        vec!["--\x1b[31m\u{202e}"],
        vec![&yaml],
    ] {
        let ran = run(&arguments);
        harmless(&ran, "");
        assert_ne!(ran.code, Some(0), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = Folder::new();
    let name = std::ffi::OsStr::from_bytes(b"\xff\xfe\n\x1b[31m.txt");
    let path = folder.path().join(name);
    std::fs::write(&path, std::fs::read(at(TOAST)).unwrap()).unwrap();
    for format in FORMATS {
        let ran = run(&[path.as_os_str(), "--format".as_ref(), format.as_ref()]);
        harmless(&ran, format);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
    }
    harmless(&run(&[folder.path().join("no").join(name)]), "");
}
