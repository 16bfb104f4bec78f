//! Input that cannot be used: which exit code, at which place, and what to do instead.

use super::support::{Folder, TOAST, at, piped, run};

#[test]
fn files_that_cannot_be_read() {
    let folder = Folder::new();
    run(&["nosuch.txt"]).refused(74, &["Error: cannot read `nosuch.txt`: no such file"]);
    run(&[folder.path()]).refused(74, &["it is a directory", "name the files in it"]);
    run(&["redact", "nosuch.txt"]).refused(74, &["no such file"]);
    run(&["eval", "nosuch.jsonl"]).refused(74, &["no such file"]);
    run(&["-m", "x", "--whoami", "nosuch.json"]).refused(74, &["no such file"]);
    run(&["-m", "x", "--template", "nosuch.j2"]).refused(74, &["no such file"]);
    run(&["-m", "x", "--rules", "nosuch"]).refused(74, &["no such directory", "kb.yaml"]);
    run(&["kb", "check", "nosuch"]).refused(74, &["no such directory"]);
    run(&["kb", "test", "--cases", "nosuch"]).refused(74, &["no such directory"]);
    run(&["expalin", "x"]).refused(74, &["did you mean the command `explain`?"]);
    // The first problem is told alone: what is good is not read as if the rest were not meant.
    run(&[TOAST, "nosuch.txt"]).refused(74, &["nosuch.txt"]);
}

#[cfg(unix)]
#[test]
fn files_without_permission() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let file = folder.file("secret.txt", "x");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser can read everything.
    if std::fs::read(&file).is_err() {
        run(&[&file]).refused(74, &["permission denied"]);
    }
}

#[test]
fn facts_on_the_command_line() {
    run(&["-m", "x", "--set", "acount.plan=pro"])
        .refused(2, &["no fact `acount.plan`", "did you mean `account.plan`?"]);
    run(&["-m", "x", "--set", "account.plan=prro"])
        .refused(2, &["`prro`", "did you mean `pro`?", "`free`, `pro`, `team`, `enterprise`"]);
    run(&["-m", "x", "--set", "account.plan"]).refused(2, &["fact=value"]);
    run(&["-m", "x", "--set", "=pro"]).refused(2, &["fact=value"]);
    run(&["-m", "x", "--set", "http.status=many"]).refused(2, &["whole number", "`many`"]);
    run(&["-m", "x", "--set", "account.can_pay=perhaps"]).refused(2, &["true or false"]);
    run(&["-m", "x", "--set", "text=hello"]).refused(2, &["--message"]);
    // Every mistake at once.
    run(&["-m", "x", "--set", "a.b=1", "--set", "c.d=2"]).refused(2, &["`a.b`", "`c.d`"]);
}

#[test]
fn evidence_documents() {
    let folder = Folder::new();
    let yaml = |text: &str| run(&[folder.file("e.yaml", text)]);
    yaml("text: x\naccount:\n  plann: pro\n").refused(3, &["e.yaml:3:3", "did you mean `account.plan`?"]);
    yaml("text: x\naccount:\n  plan: 5\n").refused(3, &["e.yaml:3:3", "not a number", "`free`"]);
    yaml("text: x\naccount:\n  plan: null\n").refused(3, &["e.yaml:3:9", "leave the key out"]);
    yaml("text: x\naccount:\n  plan:\n").refused(3, &["e.yaml:3", "leave the key out"]);
    yaml("text: x\naccount: [pro\n").refused(3, &["e.yaml:2"]);
    yaml("text: x\nobserved: 2026-02-30\n").refused(3, &["e.yaml:2:1", "not a day"]);
    yaml("text: x\nhttp:\n  status: \"402\"\n").refused(3, &["e.yaml:3:3", "without quotes"]);
    yaml("text: x\naccount:\n  plan: pro\n  plan: free\n").refused(3, &["e.yaml:4:3", "given twice"]);
    yaml("text: x\naccount: {plan: pro}\naccount.plan: free\n").refused(3, &["e.yaml:3:1", "given twice"]);
    yaml("text: x\nweather: fine\n").refused(3, &["e.yaml:2:1", "`other`"]);
    let json = |text: &str| run(&[folder.file("e.json", text)]);
    json("{\"text\": \"x\",\n \"account\": {\"plan\": \"pro\", \"plan\": \"free\"}}")
        .refused(3, &["e.json:2", "`account.plan` is given twice"]);
    json("{\"text\": \"x\",\n \"account\": {\"plan\": \"pro\"").refused(3, &["e.json:2:", "not valid JSON"]);
    json("{\"text\": \"x\",\n \"acount.plan\": \"pro\"}").refused(3, &["e.json:2:2", "did you mean `account.plan`?"]);
    json("{\"text\": null}").refused(3, &["e.json:1:2", "leave the key out"]);
    json("{\"text\": \"x\", \"account.can_pay\": \"no\"}").refused(3, &["true or false"]);
    json("{\"text\": \"x\", \"http.status\": 402} trailing").refused(3, &["not valid JSON"]);
    let whoami = |text: &str| run(&["-m", "x", "--whoami", &folder.file("w.json", text)]);
    whoami("nope").refused(3, &["w.json:1:", "not valid JSON"]);
    whoami("[]").refused(3, &["JSON object"]);
    whoami("{\"error\": \"Invalid credentials in Authorization header\"}").refused(3, &["not an account"]);
    whoami("{\"isPro\": true, \"isPro\": false, \"type\": \"user\"}").refused(3, &["`isPro` is given twice"]);
    run(&[folder.file("shot.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")]).refused(3, &["an image", "paste the text"]);
    // Two broken inputs are told in one run.
    let (a, b) = (folder.file("a.yaml", "text: x\nfoo: 1\n"), folder.file("b.yaml", "text: x\nbar: 1\n"));
    run(&[a, b]).refused(3, &["a.yaml:2:1", "b.yaml:2:1"]);
}

#[test]
fn empty_evidence_says_what_to_supply() {
    let folder = Folder::new();
    for content in ["", " \n\t\n", "\x1b[31m\x1b[0m\n", "\u{feff}", "\r\n\r\n"] {
        let file = folder.file("empty.log", content);
        let ran = run(&[&file]);
        ran.refused(1, &[]);
        assert!(ran.out.contains("What to supply next") && ran.out.contains("is empty"), "{}", ran.out);
        for format in super::support::FORMATS {
            run(&[&file, "--format", format]).refused(1, &[]);
        }
        piped(&[], content.as_bytes()).refused(1, &[]);
    }
    run(&["-m", ""]).refused(1, &[]);
}

#[test]
fn days() {
    run(&["-m", "x", "--as-of", "2026-02-30"]).refused(2, &["not a day"]);
    run(&["-m", "x", "--as-of", "yesterday"]).refused(2, &["YYYY-MM-DD"]);
    run(&["-m", "x", "--as-of", "1999-01-01"]).refused(2, &["begins on"]);
    run(&["facts", "--at", "1999-01-01"]).refused(2, &["begins on"]);
    run(&["explain", "account.plan", "--as-of", "1999-01-01"]).refused(2, &["begins on"]);
    run(&["facts", "--at", "2026-13-01"]).refused(2, &["not a day"]);
}

#[test]
fn command_lines() {
    run(&["--json", "--format", "html", "-m", "x"]).refused(2, &["Error: ", "cannot be used with"]);
    run(&["--json", "-q", "-m", "x"]).refused(2, &["cannot be used with"]);
    run(&["--template", "t.j2", "--json", "-m", "x"]).refused(2, &["cannot be used with"]);
    run(&["-m", "x", "--format", "xml"]).refused(2, &["possible values"]);
    run(&["-m", "x", "--top", "0"]).refused(2, &["1..=100"]);
    run(&["-m", "x", "--width", "10"]).refused(2, &["40..=400"]);
    run(&["--frmat", "json", "-m", "x"]).refused(2, &["--format"]);
    run(&["kb"]).refused(2, &["check"]);
    run(&["schema", "nope"]).refused(2, &["report"]);
    run(&["explain", "zerogpu-qota-exceeded"]).refused(2, &["did you mean `zerogpu-quota-exceeded`?"]);
    run(&["explain", "xyzzy-plugh"]).refused(2, &["nothing called `xyzzy-plugh`"]);
    run(&["facts", "zerogpu.daily_quota_minutes.prp"]).refused(2, &["did you mean `zerogpu.daily_quota_minutes.pro`?"]);
    run(&["facts", "--format", "html"]).refused(2, &["no format `html`"]);
}

#[test]
fn templates() {
    let folder = Folder::new();
    let template = |text: &str| run(&[at(TOAST), "--template".to_owned(), folder.file("t.j2", text)]);
    template("{% for").refused(4, &["t.j2:1"]);
    template("ok\n{{ report.nope.deeper }}").refused(4, &["t.j2:2"]);
    template("a\nb\n{{ verdict | nofilter }}").refused(4, &["t.j2:3"]);
    template("{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}").refused(4, &["t.j2"]);
    template("{{ verdict }}").answered(&["concluded"]);
}

#[test]
fn broken_rules() {
    let folder = Folder::new();
    let rules = folder.rules();
    let file = std::path::Path::new(&rules).join("zerogpu/zerogpu-quota-exceeded.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replacen("\ntitle:", "\ntitel:", 1)).unwrap();
    let ran = run(&["-m", "x", "--rules", &rules]);
    ran.refused(
        4,
        &[
            "unknown field `titel`",
            "did you mean `title`?",
            "zerogpu/zerogpu-quota-exceeded.yaml:",
            "^^^^^",
            "2 problems",
        ],
    );
    assert!(ran.out.is_empty());
    for command in [&["facts"][..], &["kb", "test"]] {
        let mut words = command.to_vec();
        words.extend(["--rules", &rules]);
        run(&words).refused(4, &["^^^^^"]);
    }
    let check = run(&["kb", "check", &rules]);
    check.refused(4, &[]);
    assert!(check.out.contains("^^^^^") && check.out.contains("did you mean `title`?"), "{}", check.out);
    run(&["-m", "x", "--rules", &folder.path().to_string_lossy()]).refused(4, &["kb.yaml", "missing"]);
}
