//! From a report that nothing recognises to a rule that passes check and test, as a contributor goes that way.
#![allow(clippy::indexing_slicing, reason = "a test that cannot go on should stop")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const REPORT: &str = "Traceback (most recent call last):\n  File \"train.py\", line 3, in <module>\n    create_repo(\"mira/report-model\")\nhuggingface_hub.errors.HfHubHTTPError: 409 Client Error: Conflict for url: https://huggingface.co/api/repos/create (Request ID: Root=1-65f2)\n\nYou already created this model repo: mira/report-model\nAuthorization: Bearer hf_abcdefghijklmnopqrstuvwxyzABCDEF12\n";

/// A copy of rules and cases, as in a fresh clone.
struct Clone(PathBuf);

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Clone {
    fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("new_rule").join(name);
        let _ = fs::remove_dir_all(&dir);
        copy(&root.join("rules"), &dir.join("rules"));
        fs::create_dir_all(dir.join("tests/cases")).expect("a folder");
        fs::write(dir.join("report.txt"), REPORT).expect("written");
        Self(dir)
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_hf-doctor"))
            .args(arguments)
            .env_clear()
            .current_dir(&self.0)
            .stdin(Stdio::null())
            .output()
            .expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).expect(path)
    }

    /// Errors of `kb check` as code and place.
    fn errors(&self) -> Vec<String> {
        let ran = self.run(&["kb", "check", "--json", "--as-of", "2026-11-21"]);
        let document: serde_json::Value = serde_json::from_str(&ran.out).expect(&ran.err);
        let list = document.pointer("/diagnostics").and_then(serde_json::Value::as_array).expect("a list").clone();
        list.into_iter()
            .filter(|one| one["severity"] == "error")
            .map(|one| format!("{} {}:{}", one["code"].as_str().unwrap(), one["file"].as_str().unwrap(), one["line"]))
            .collect()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("readable").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

const RULE: &str = "rules/repo/repo-name-taken.yaml";
const NEW: &[&str] = &[
    "kb",
    "new",
    "rule",
    "--from",
    "report.txt",
    "--id",
    "repo-name-taken",
    "--area",
    "repo",
    "--as-of",
    "2026-11-20",
];

#[test]
fn a_report_becomes_a_rule_that_passes_check_and_test() {
    let clone = Clone::new("whole");
    let before = clone.run(&["diagnose", "--rules", "rules", "report.txt", "--json"]);
    assert!(before.out.contains("kb new rule --from report.txt"), "{}", before.out);

    let ran = clone.run(NEW);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    for part in [
        "You already created this model repo",
        "captures repo as repo.id",
        RULE,
        "kb lock",
        "kb check",
        "kb test",
        "repo-not-found",
    ] {
        assert!(ran.out.contains(part), "`{part}` is missing: {}", ran.out);
    }
    // Nothing secret went into any file.
    let cases = ["report", "near-miss", "rival"].map(|name| format!("tests/cases/repo/repo-name-taken-{name}.yaml"));
    for file in cases.iter().map(String::as_str).chain([RULE]) {
        assert!(!clone.read(file).contains("hf_abc"), "{file}");
    }

    // There is nothing to lay out.
    let laid_out = clone.run(&["kb", "fmt", "--check"]);
    assert_eq!(laid_out.code, Some(0), "{}{}", laid_out.out, laid_out.err);

    // The check names each mark, at its place, and nothing else.
    let text = clone.read(RULE);
    let marks: Vec<String> = text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.contains("TODO"))
        .map(|(number, _)| format!("KB090 repo/repo-name-taken.yaml:{}", number + 1))
        .collect();
    let errors = clone.errors();
    let open: Vec<&String> = errors.iter().filter(|error| !error.contains("rules.lock")).collect();
    assert!(marks.len() >= 6, "{text}");
    assert_eq!(open, marks.iter().collect::<Vec<_>>());
    // What it does can be tried before a word is written.
    let tried = clone.run(&["kb", "test", "--accept", "repo-name-taken"]);
    assert_eq!(tried.code, Some(0), "{}{}", tried.out, tried.err);

    // A source and a step by their commands, then the words.
    let source = clone.run(&[
        "kb",
        "new",
        "source",
        "https://pypi.org/project/huggingface_hub/2.4.0/",
        "--id",
        "hub-create-repo",
        "--title",
        "huggingface_hub 2.4.0: create_repo",
        "--area",
        "repo",
        "--as-of",
        "2026-11-20",
    ]);
    assert_eq!(source.code, Some(0), "{}", source.err);
    let step = clone.run(&[
        "kb",
        "new",
        "step",
        "repo-accept-existing",
        "--title",
        "Let the program go on when the repository exists",
        "--who",
        "developer",
        "--do",
        "Pass `exist_ok=True`.",
        "--verify",
        "The second run passes.",
        "--source",
        "hub-create-repo",
        "--as-of",
        "2026-11-20",
    ]);
    assert_eq!(step.code, Some(0), "{}", step.err);
    assert!(clone.read("rules/steps/repo.yaml").contains("repo-accept-existing"));
    let written = text
        .lines()
        .map(|line| {
            let line = line.replace("remediation: [TODO]", "remediation: [repo-accept-existing]");
            let line = line.replace("sources: [TODO]", "sources: [hub-create-repo]");
            match line.find("TODO: ") {
                Some(at) => {
                    let quote = if line.ends_with('"') { "\"" } else { "" };
                    format!("{}The name is taken by an earlier run{quote}", line.get(..at).unwrap())
                }
                None => line,
            }
        })
        .collect::<Vec<_>>()
        .join("\n");
    fs::write(clone.0.join(RULE), written + "\n").expect("written");
    if clone.0.join("rules/rules.lock").exists() {
        let lock = clone.run(&["kb", "lock"]);
        assert_eq!(lock.code, Some(0), "{}{}", lock.out, lock.err);
    }
    assert_eq!(clone.errors(), Vec::<String>::new());
    let accepted = clone.run(&["kb", "test", "--accept", "repo-name-taken"]);
    assert_eq!(accepted.code, Some(0), "{}{}", accepted.out, accepted.err);
    let tested = clone.run(&["kb", "test", "repo-name-taken"]);
    assert_eq!(tested.code, Some(0), "{}", tested.out);
    let after = clone.run(&["diagnose", "--rules", "rules", "report.txt", "-q"]);
    assert_eq!(after.out.trim(), "repo-name-taken-cause");
}

#[test]
fn nothing_is_overwritten_and_nothing_half_written() {
    let clone = Clone::new("refused");
    let case = clone.0.join("tests/cases/repo/repo-name-taken-near-miss.yaml");
    fs::create_dir_all(case.parent().unwrap()).unwrap();
    fs::write(&case, "mine\n").unwrap();
    let ran = clone.run(NEW);
    assert_eq!(ran.code, Some(2), "{}", ran.out);
    assert!(ran.err.contains("exists already") && ran.err.contains("nothing was written"), "{}", ran.err);
    assert!(!clone.0.join(RULE).exists());
    assert_eq!(fs::read_to_string(&case).unwrap(), "mine\n");
    // Ids that are taken, malformed, or in no area.
    for (option, value, part) in [
        ("--id", "repo-not-found", "is taken"),
        ("--id", "../../x", "well-formed"),
        ("--area", "rpo", "did you mean `repo`"),
        ("--line", "900", "line 900"),
    ] {
        let ran = clone.run(&["kb", "new", "rule", "--from", "report.txt", option, value]);
        assert_eq!(ran.code, Some(2), "{value}: {}", ran.out);
        assert!(ran.err.contains(part), "{value}: {}", ran.err);
    }
    assert_eq!(clone.run(&["kb", "new", "rule", "--from", "none.txt"]).code, Some(74));
    fs::write(clone.0.join("empty.txt"), " \n").unwrap();
    assert_eq!(clone.run(&["kb", "new", "rule", "--from", "empty.txt"]).code, Some(3));
    fs::write(clone.0.join("image.png"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap();
    assert_eq!(clone.run(&["kb", "new", "rule", "--from", "image.png"]).code, Some(3));
}

#[test]
fn a_report_that_is_recognised_needs_force() {
    let clone = Clone::new("known");
    let toast = "You have exceeded your Pro GPU quota (60s requested vs. 0s left). Try again in 5:03:25\n";
    fs::write(clone.0.join("known.txt"), toast).unwrap();
    let ran = clone.run(&["kb", "new", "rule", "--from", "known.txt"]);
    assert_eq!(ran.code, Some(2));
    for part in ["recognised already", "zerogpu-quota-exceeded", "--force", "kb why"] {
        assert!(ran.err.contains(part), "`{part}`: {}", ran.err);
    }
    let forced = clone.run(&["kb", "new", "rule", "--from", "known.txt", "--force", "--dry-run"]);
    assert_eq!(forced.code, Some(0), "{}", forced.err);
    assert!(forced.out.contains("# file rules/") && forced.out.contains("# file tests/cases/"), "{}", forced.out);
    assert_eq!(fs::read_dir(clone.0.join("tests/cases")).unwrap().count(), 0, "a dry run writes nothing");
}

#[test]
fn additions_keep_files_as_they_are_and_say_what_is_wrong() {
    let clone = Clone::new("additions");
    let before = clone.read("rules/facts/zerogpu.yaml");
    let ran = clone.run(&[
        "kb",
        "new",
        "fact",
        "zerogpu.test_minutes",
        "--value",
        "40",
        "--unit",
        "minutes",
        "--title",
        "A test value",
        "--from",
        "2026-01-01",
        "--source",
        "hub-docs-spaces-zerogpu",
        "--as-of",
        "2026-11-20",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let after = clone.read("rules/facts/zerogpu.yaml");
    let added = after.strip_prefix(&before).expect("only something at the end");
    assert!(added.contains("value: 40\n") && added.contains("verified: 2026-11-20"), "{added}");
    let shown = clone.run(&["facts", "zerogpu.test_minutes", "--rules", "rules", "--at", "2026-02-01", "--json"]);
    assert!(shown.out.contains("\"value\": 40"), "{}{}", shown.out, shown.err);

    let cause = clone.run(&["kb", "new", "cause", "repo-not-found", "repo-on-another-planet"]);
    assert_eq!(cause.code, Some(0), "{}", cause.err);
    assert!(clone.errors().iter().any(|error| error.starts_with("KB090 repo/repo-not-found.yaml")));
    let laid_out = clone.run(&["kb", "fmt", "--check"]);
    assert_eq!(laid_out.code, Some(0), "{}{}", laid_out.out, laid_out.err);

    for (arguments, code, part) in [
        (&["kb", "new", "source", "https://example.com/x"][..], 2, "allowed hosts"),
        (&["kb", "new", "source", "http://huggingface.co/docs"], 2, "allowed host"),
        (&["kb", "new", "cause", "repo-not-fund", "x"], 2, "did you mean `repo-not-found`"),
        (
            &[
                "kb",
                "new",
                "fact",
                "zerogpu.test_minutes",
                "--value",
                "1",
                "--unit",
                "x",
                "--title",
                "t",
                "--source",
                "hub-docs-spaces-zerogpu",
            ],
            2,
            "given twice",
        ),
        (&["kb", "new", "step", "repo-x", "--effort", "ages"], 2, "nothing was written"),
        (&["kb", "new", "step", "repo-x", "--source", "no-such-source"], 2, "unknown source"),
    ] {
        let ran = clone.run(arguments);
        assert_eq!(ran.code, Some(code), "{arguments:?}: {}", ran.out);
        assert!(ran.err.contains(part), "{arguments:?}: {}", ran.err);
    }
    // Bare, each shows what it would write.
    for what in ["cause", "step", "fact", "source"] {
        let ran = clone.run(&["kb", "new", what]);
        assert_eq!(ran.code, Some(0), "{what}: {}", ran.err);
        assert!(
            ran.out.starts_with("# add to ") && ran.err.contains("nothing was written"),
            "{what}: {}{}",
            ran.out,
            ran.err
        );
    }
}

#[test]
fn why_tells_symptoms_facts_sums_and_what_would_change_them() {
    let clone = Clone::new("why");
    fs::write(clone.0.join("near.txt"), "You have exceeded your GPU quota (60s wanted vs. 0s left).\n").unwrap();
    let ran = clone.run(&[
        "kb",
        "why",
        "zerogpu-quota-exceeded",
        "near.txt",
        "--format",
        "markdown",
        "--as-of",
        "2026-11-20",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    for part in ["expected `requested", "found `wanted vs", "^^^^", "decibans** =", "Smallest change of facts"] {
        assert!(ran.out.contains(part), "`{part}`: {}", ran.out);
    }
    assert!(!ran.out.contains("{{"), "{}", ran.out);
    let other = clone.run(&["kb", "why", "gated-access-refused", "near.txt"]);
    assert!(other.out.contains("It is not considered"), "{}", other.out);
    let early = clone.run(&["kb", "why", "zerogpu-quota-exceeded", "near.txt", "--as-of", "2022-01-01"]);
    assert!(early.out.contains("not valid on 2022-01-01"), "{}", early.out);

    // What is said to flip the answer does.
    let message = "You have exceeded your free GPU quota (90s requested vs. 41s left)";
    let json =
        clone.run(&["kb", "why", "zerogpu-identity-not-attributed", "-m", message, "--json", "--as-of", "2026-11-20"]);
    let document: serde_json::Value = serde_json::from_str(&json.out).expect(&json.err);
    let cause = document.pointer("/rules/0/causes/0").expect("a cause");
    let sum = cause.pointer("/sum").expect("a sum");
    let number = |name: &str| sum[name].as_i64().expect("a number");
    let items: i64 = sum["items"].as_array().unwrap().iter().map(|item| item["counts"].as_i64().unwrap()).sum();
    assert_eq!(number("total"), number("prior") + number("recognition") + number("similarity") + items);
    let changes = cause["changes"].as_array().expect("changes");
    assert!(!changes.is_empty(), "{cause}");
    for change in changes {
        let mut arguments = vec!["diagnose", "--rules", "rules", "-q", "-m", message, "--as-of", "2026-11-20"];
        for set in change["set"].as_array().unwrap() {
            arguments.extend(["--set", set.as_str().unwrap()]);
        }
        let after = clone.run(&arguments);
        assert_eq!(after.out.trim(), change["leads"].as_str().unwrap(), "{change}");
    }
    assert_eq!(clone.run(&["kb", "why", "no-such-rule", "near.txt"]).code, Some(2));
}

#[test]
fn a_report_tells_why_nothing_matched_in_every_format() {
    let clone = Clone::new("nothing");
    let message = "The frobnicator said: Access to gizmo x/y is restricted and you are missing from the list of authorised people";
    fs::write(clone.0.join("odd.txt"), message).unwrap();
    let json = clone.run(&["diagnose", "odd.txt", "--json", "--as-of", "2026-11-20"]);
    let document: serde_json::Value = serde_json::from_str(&json.out).expect(&json.err);
    let why = document.pointer("/nothing_matched").unwrap_or_else(|| panic!("{}", json.out));
    assert_eq!(why["command"], "hf-doctor kb new rule --from odd.txt");
    let nearest = why["nearest"].as_array().expect("a list");
    assert!(nearest.len() <= 3);
    let expected = nearest.first().unwrap_or_else(|| panic!("{}", json.out))["expected"].as_str().unwrap();
    for format in ["human", "markdown", "html", "agent"] {
        let ran = clone.run(&["diagnose", "odd.txt", "--format", format, "--as-of", "2026-11-20"]);
        assert!(ran.out.contains(expected.split(' ').next().unwrap()), "{format}: {}", ran.out);
    }
    // A report that is explained says nothing of it.
    let known =
        clone.run(&["diagnose", "-m", "You have exceeded your Pro GPU quota (60s requested vs. 0s left)", "--json"]);
    assert!(!known.out.contains("nothing_matched"), "{}", known.out);
    let hostile =
        clone.run(&["diagnose", "-m", "\u{1b}]0;x\u{7} <script>alert(1)</script> zzz qqq", "--format", "html"]);
    assert!(!hostile.out.contains("<script>alert"), "{}", hostile.out);
}
