//! Hostile rule directories: no hang, no crash, no look outside, and quick.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hf_doctor::author::{CheckOutcome, check};
use hf_doctor::diag::{render, to_json};
use hf_doctor::kb::load_texts;

/// Time bounds of the design times five: debug builds on a shared machine.
const QUICK: Duration = Duration::from_millis(500);

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("create folder");
    for entry in fs::read_dir(from).expect("read folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copy file");
        }
    }
}

/// A fresh copy of the valid base.
fn base(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kb_hostile").join(name);
    let _ = fs::remove_dir_all(&dir);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken/base"), &dir);
    dir
}

fn report(outcome: &CheckOutcome) -> String {
    let text = render(&outcome.diagnostics, &outcome.files, false);
    assert!(text.len() < 64 * 1024, "the report is as hostile as the input: {} bytes", text.len());
    let bad = text.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(bad, None, "control character in the report");
    text
}

/// Checks the base with one more file, within the time bound.
fn with_file(name: &str, contents: &str) -> String {
    let dir = base(name);
    fs::write(dir.join("facts/hostile.yaml"), contents).expect("write");
    let start = Instant::now();
    let outcome = check(&dir, None);
    assert!(start.elapsed() < QUICK, "{name} took {:?}", start.elapsed());
    report(&outcome)
}

#[test]
fn deep_nesting_and_size_are_refused_at_once() {
    assert!(with_file("million-brackets", &"[".repeat(1_000_000)).contains("KB003"));
    assert!(with_file("many-brackets", &"[".repeat(200_000)).contains("KB003"));
    assert!(with_file("flow-maps", &"{a: ".repeat(20_000)).contains("KB003"));
    let block: String = (0..3_000).fold(String::new(), |s, i| s + &" ".repeat(i.min(80)) + "a:\n");
    assert!(with_file("block-nesting", &block).contains("KB00"));
    let block: String = (0..700).fold(String::new(), |s, i| s + &" ".repeat(i) + "a:\n");
    assert!(with_file("deep-block-nesting", &block).contains("KB003"));
    let keys: String = (0..20_000).fold(String::new(), |s, i| s + &format!("k{i}: 1\n"));
    assert!(with_file("many-keys", &keys).contains("KB003"));
    assert!(with_file("long-text", &format!("a: {}", "x".repeat(50_000_000))).contains("KB003"));
    assert!(with_file("many-questions", &"? ".repeat(100_000)).contains("KB00"));
    assert!(with_file("many-dashes", &"- ".repeat(100_000)).contains("KB003"));
    assert!(with_file("many-errors", &"a: no\n".repeat(15_000)).contains("KB00"));
}

#[test]
fn alias_bombs_and_self_references_are_refused_at_once() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..9 {
        bomb += &format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 9].join(", "));
    }
    let text = with_file("alias-bomb", &bomb);
    assert!(text.contains("KB005") && text.contains("aliases are not allowed"), "{text}");
    assert!(with_file("self-alias", "&a [*a]").contains("KB005"));
    assert!(with_file("unknown-alias", "facts: *b").contains("aliases are not allowed"));
    assert!(with_file("python-tag", "!!python/object/apply:os.system [ls]").contains("tags are not allowed"));
    assert!(with_file("unknown-tag", "facts: !foo!bar x").contains("tags are not allowed"));
}

#[test]
fn other_roots_and_odd_files_get_plain_words() {
    assert!(with_file("empty", "").contains("the file is empty"));
    assert!(with_file("comments", "# nothing\n\n# more\n").contains("the file is empty"));
    assert!(with_file("null", "null\n").contains("KB007"));
    assert!(with_file("scalar", "just words\n").contains("found a single value"));
    assert!(with_file("list", "- a\n").contains("found a list"));
    assert!(with_file("nul-byte", "facts: []\0\n").contains("U+0000"));
    assert!(with_file("escape-byte", "facts: [\"\u{1b}[31m\"]\n").contains("U+001B"));
    assert!(with_file("line-separator", "facts: [\"a\u{2028}b\u{85}\"]\n").contains("U+2028"));
    assert!(with_file("two-documents", "facts: []\n...\nfacts: []\n").contains("second document"));
    assert!(with_file("directive", "%YAML 1.2\n---\nfacts: []\n").contains("directives"));
}

#[test]
fn pipes_devices_and_links_are_never_opened() {
    let dir = base("odd-files");
    let made = std::process::Command::new("mkfifo").arg(dir.join("facts/pipe.yaml")).status();
    symlink("/dev/zero", dir.join("facts/zero.yaml")).expect("link");
    symlink("/etc/passwd", dir.join("facts/outside.yaml")).expect("link");
    symlink("../../../../../../etc/passwd", dir.join("facts/relative.yaml")).expect("link");
    symlink("loop.yaml", dir.join("facts/loop.yaml")).expect("link");
    symlink("gone.yaml", dir.join("facts/dangling.yaml")).expect("link");
    symlink("..", dir.join("circle")).expect("link");
    fs::create_dir(dir.join("facts/folder.yaml")).expect("folder");
    let start = Instant::now();
    let text = report(&check(&dir, None));
    assert!(start.elapsed() < QUICK);
    assert!(!text.contains("root:"), "{text}");
    if made.is_ok_and(|status| status.success()) {
        assert!(text.contains("facts/pipe.yaml") && text.contains("it is a pipe"), "{text}");
    }
    for file in ["zero", "outside", "relative", "loop", "dangling", "folder"] {
        assert!(text.contains(&format!("facts/{file}.yaml")), "{file} in {text}");
    }
    assert!(text.contains("--> circle"), "{text}");
}

#[test]
fn a_link_inside_the_directory_is_read() {
    let dir = base("inner-link");
    fs::rename(dir.join("facts/quota.yaml"), dir.join("facts/real.yaml")).expect("rename");
    fs::create_dir(dir.join("shared")).expect("folder");
    fs::rename(dir.join("facts/real.yaml"), dir.join("shared/real.txt")).expect("rename");
    symlink("../shared/real.txt", dir.join("facts/quota.yaml")).expect("link");
    assert_eq!(report(&check(&dir, None)), "");
}

#[test]
fn the_directory_itself_may_be_missing_or_no_directory() {
    for path in ["/nonexistent/rules", "/dev/null", "/etc/passwd"] {
        let text = report(&check(Path::new(path), None));
        assert!(text.contains("KB001"), "{text}");
    }
}

#[test]
fn unreadable_files_are_named() {
    use std::os::unix::fs::PermissionsExt;
    let dir = base("unreadable");
    let file = dir.join("facts/quota.yaml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).expect("chmod");
    // An administrator may read everything.
    if fs::read(&file).is_err() {
        assert!(report(&check(&dir, None)).contains("permission denied"));
    }
}

#[test]
fn file_names_cannot_write_to_the_terminal() {
    let dir = base("names");
    fs::write(dir.join("facts/a\u{1b}[31m\n::error::\u{202e}.yaml"), "x: no\n").expect("write");
    let outcome = check(&dir, None);
    let text = report(&outcome);
    assert!(text.contains("\\u{1b}") && text.contains("\\u{202e}"), "{text}");
    let json = to_json(&outcome.diagnostics, &outcome.files).to_string();
    assert!(!json.contains(['\u{1b}', '\u{202e}']), "{json}");
}

#[test]
fn encodings_are_named_with_offset_and_line() {
    let dir = base("encodings");
    fs::write(dir.join("facts/latin.yaml"), b"facts:\n  - caf\xe9\n").expect("write");
    fs::write(dir.join("facts/overlong.yaml"), b"facts: \xc0\xaf\n").expect("write");
    fs::write(dir.join("facts/surrogate.yaml"), b"facts: \xed\xa0\x80\n").expect("write");
    let wide: Vec<u8> = "facts: []\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    fs::write(dir.join("facts/utf16.yaml"), wide).expect("write");
    let text = report(&check(&dir, None));
    for words in
        ["byte 0xE9 at byte offset 14, line 2", "byte 0xC0 at byte offset 7, line 1", "byte 0xED", "UTF-16, big endian"]
    {
        assert!(text.contains(words), "{words} in {text}");
    }
}

#[test]
fn byte_order_marks_and_line_ends_do_not_matter() {
    let dir = base("line-ends");
    let expected = hf_doctor::kb::load_dir(&dir).expect("the base loads").parts;
    let expected = serde_json::to_value(&expected.rules).expect("json");
    let rule = dir.join("quota/quota-exceeded.yaml");
    let text = fs::read_to_string(&rule).expect("read");
    for variant in [
        text.replace('\n', "\r\n"),
        text.replace('\n', "\r"),
        format!("\u{feff}{text}"),
        text.trim_end().to_owned(),
        format!("---\n{text}...\n"),
    ] {
        fs::write(&rule, variant).expect("write");
        let outcome = check(&dir, None);
        assert_eq!(report(&outcome), "");
        let found = hf_doctor::kb::load_dir(&dir).expect("loads").parts;
        assert_eq!(serde_json::to_value(&found.rules).expect("json"), expected);
    }
}

#[test]
fn ten_thousand_files_load_in_seconds() {
    let dir = base("many");
    let rule = fs::read_to_string(dir.join("quota/quota-exceeded.yaml")).expect("read");
    let mut texts = vec![];
    for file in ["kb.yaml", "vocabulary.yaml", "account.yaml", "sources.yaml", "facts/quota.yaml", "steps/quota.yaml"] {
        texts.push((file.to_owned(), fs::read_to_string(dir.join(file)).expect("read")));
    }
    texts.extend(
        (0..10_000).map(|i| (format!("quota/r{i}.yaml"), rule.replace("id: quota-exceeded", &format!("id: r{i}")))),
    );
    let start = Instant::now();
    let loaded = load_texts(texts).expect("loads");
    assert_eq!(loaded.parts.rules.len(), 10_000);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

/// One pattern in the rule of the base.
fn with_pattern(name: &str, pattern: &str) -> String {
    let dir = base(name);
    let rule = dir.join("quota/quota-exceeded.yaml");
    let text = fs::read_to_string(&rule).expect("read");
    let more = format!("  - id: hostile\n    layer: retold\n    pattern: '{pattern}'\ncauses:\n");
    fs::write(&rule, text.replacen("causes:\n", &more, 1)).expect("write");
    let start = Instant::now();
    let outcome = check(&dir, None);
    assert!(start.elapsed() < QUICK, "{name} took {:?}", start.elapsed());
    assert!(!outcome.passes(), "{pattern}");
    report(&outcome)
}

#[test]
fn patterns_that_blow_up_are_refused_at_their_line() {
    for (i, (pattern, code)) in [
        ("(a{1000}){1000}", "KB040"),
        ("(?:(?:a{1,100}){1,100}){1,100}quota", "KB040"),
        ("(?:quota.{0,300}){1,9}x", "KB047"),
        ("(?s).*", "KB041"),
        (".*", "KB042"),
        ("[\\s\\S]*", "KB042"),
        (".+", "KB043"),
        ("(?=quota)", "KB041"),
        ("(quota)\\1", "KB041"),
        (&"(".repeat(5_000), "KB040"),
        (&format!("{}quota{}", "(?:".repeat(60), ")".repeat(60)), "KB040"),
        (&"quota|".repeat(20_000), "KB04"),
        ("a{99999999999}", "KB040"),
    ]
    .into_iter()
    .enumerate()
    {
        let text = with_pattern(&format!("pattern-{i}"), pattern);
        assert!(text.contains(code) && text.contains("quota/quota-exceeded.yaml:24:"), "{pattern:.40}: {text}");
    }
}

#[test]
fn texts_cannot_loop_or_run() {
    for (i, text) in [
        "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
        "{% include 'x' %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ 'x' * 999999999 }}",
        "{{ range(999999999) | join }}",
        "{{ ((((((((((((((((((((((((((((((1",
    ]
    .into_iter()
    .enumerate()
    {
        let dir = base(&format!("template-{i}"));
        let rule = dir.join("quota/quota-exceeded.yaml");
        let file = fs::read_to_string(&rule).expect("read");
        fs::write(&rule, file.replacen("PRO accounts", text, 1)).expect("write");
        let start = Instant::now();
        let shown = report(&check(&dir, None));
        assert!(start.elapsed() < QUICK, "{text} took {:?}", start.elapsed());
        assert!(shown.contains("KB050") && shown.contains("quota/quota-exceeded.yaml:31:"), "{text}: {shown}");
    }
}

#[test]
fn letters_nobody_sees_cannot_hide_in_ids() {
    for (name, id, words) in [
        ("id-nul", "quota\u{0}exceeded", "U+0000"),
        ("id-escape", "quota\u{1b}[31m", "U+001B"),
        ("id-bidi", "quota\u{202e}exceeded", "U+202E"),
        ("id-zero-width", "quota\u{200b}exceeded", "U+200B"),
        ("id-cyrillic", "qu\u{43e}ta-exceeded", "U+043E"),
        ("id-up", "../../etc/passwd", "well-formed"),
        ("id-device", "con", "well-formed"),
    ] {
        let dir = base(name);
        let rule = dir.join("quota/quota-exceeded.yaml");
        let text = fs::read_to_string(&rule).expect("read");
        fs::write(&rule, text.replacen("id: quota-exceeded", &format!("id: {id}"), 1)).expect("write");
        let shown = report(&check(&dir, None));
        assert!(shown.contains(words) && shown.contains("quota/quota-exceeded.yaml:1:"), "{name}: {shown}");
    }
}

#[test]
fn a_manifest_cannot_lead_out_of_the_directory() {
    for area in ["../outside", "..", "/etc", "quota/../../outside"] {
        let dir = base("manifest");
        let outside = dir.parent().expect("a parent").join("outside");
        fs::create_dir_all(&outside).expect("folder");
        fs::write(outside.join("secret.yaml"), "secret: hunter2\n").expect("write");
        let manifest = dir.join("kb.yaml");
        let text = fs::read_to_string(&manifest).expect("read");
        fs::write(&manifest, text.replacen("{id: quota,", &format!("{{id: \"{area}\","), 1)).expect("write");
        let shown = report(&check(&dir, None));
        assert!(shown.contains("KB022") && shown.contains("kb.yaml:6:"), "{area}: {shown}");
        assert!(!shown.contains("hunter2") && !shown.contains("secret.yaml"), "{area}: {shown}");
    }
}

#[test]
fn the_program_refuses_each_with_exit_code_four() {
    let run = |path: &Path| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_hf-doctor"))
            .args(["kb", "check"])
            .arg(path)
            .output()
            .expect("the program runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(!text.contains("panicked"), "{text}");
        (output.status.code(), text)
    };
    let keys: String = (0..200_000).fold(String::new(), |s, i| s + &format!("k{i}: 1\n"));
    let deep: String = (0..3_000).fold(String::new(), |s, i| s + &" ".repeat(i) + "a:\n");
    for (name, contents) in [
        ("exit-brackets", "[".repeat(1_000_000)),
        ("exit-deep", deep),
        ("exit-keys", keys),
        ("exit-large", "x".repeat(50_000_000)),
        ("exit-merge", "facts: []\n<<: {a: 1}\n".to_owned()),
        ("exit-self", "facts: &a [*a]\n".to_owned()),
        ("exit-documents", "facts: []\n---\nfacts: []\n".to_owned()),
        ("exit-tag", "facts: !!python/name:os.system x\n".to_owned()),
        ("exit-nul", "facts: []\0\n".to_owned()),
    ] {
        let dir = base(name);
        fs::write(dir.join("facts/hostile.yaml"), contents).expect("write");
        // The whole base, and the file alone.
        for path in [dir.clone(), dir.join("facts/hostile.yaml")] {
            let (code, text) = run(&path);
            assert_eq!(code, Some(4), "{name}: {text}");
            assert!(text.contains("facts/hostile.yaml"), "{name}: {text}");
        }
    }
    let dir = base("exit-odd");
    symlink("/dev/zero", dir.join("facts/zero.yaml")).expect("link");
    symlink("loop.yaml", dir.join("facts/loop.yaml")).expect("link");
    let made = std::process::Command::new("mkfifo").arg(dir.join("facts/pipe.yaml")).status();
    let mut odd = vec!["facts/zero.yaml", "facts/loop.yaml"];
    odd.extend(made.is_ok_and(|status| status.success()).then_some("facts/pipe.yaml"));
    for file in odd {
        let (code, text) = run(&dir.join(file));
        assert_eq!(code, Some(4), "{file}: {text}");
        assert!(text.contains(file) && text.contains("KB001"), "{file}: {text}");
        // Only the file that was asked about.
        assert!(text.contains("1 error"), "{file}: {text}");
    }
}

#[test]
fn long_chains_of_rules_do_not_overflow_the_stack() {
    let dir = base("chain");
    let rule = fs::read_to_string(dir.join("quota/quota-exceeded.yaml")).expect("read");
    for i in 0..1_000 {
        let text = rule.replace("id: quota-exceeded", &format!("id: r{i}"));
        fs::write(dir.join(format!("quota/r{i}.yaml")), format!("{text}yields_to: [r{}]\n", (i + 1) % 1_000))
            .expect("write");
    }
    let text = report(&check(&dir, None));
    assert!(text.contains("r0 -> r1 -> ") && text.contains("... -> "), "{text}");
}
