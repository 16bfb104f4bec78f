//! `triage`: many records, a verdict each.

use super::support::{Folder, finish, piped, program, run};

const QUOTA: &str = r#"{"id":"quota","text":"You have exceeded your Pro GPU quota (60s requested vs. 41s left). Try again in 5:03:25"}"#;
const CREDITS: &str = r#"{"text":"402 Client Error: Payment Required\nYou have depleted your monthly included credits.","observed":"2026-11-01"}"#;

/// Verdict lines as documents.
fn lines(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

#[test]
fn every_record_gets_the_verdict_that_diagnose_gives() {
    let folder = Folder::new();
    let case = r#"{"id":"case-1","url":"https://x","evidence":{"observed":"2026-11-01","text":"You have exceeded your Pro GPU quota (60s requested vs. 41s left)."},"expect":{"cause":"x"}}"#;
    let file = folder.file("records.jsonl", format!("\u{feff}{QUOTA}\r\n\n{CREDITS}\n{case}"));
    let ran = run(&["triage", &file, "-o", "-"]);
    ran.answered(&[]);
    let found = lines(&ran.out);
    assert_eq!(found.len(), 3);
    let at = |line: usize, key: &str| found[line][key].clone();
    assert_eq!((at(0, "id"), at(0, "line")), ("quota".into(), 1.into()));
    // A record without an id is called by its place, empty lines counted.
    assert!(at(1, "id").as_str().unwrap().ends_with("records.jsonl:3"), "{found:?}");
    assert_eq!(at(2, "id"), "case-1");
    assert_eq!(at(0, "cause"), "zerogpu-request-exceeds-left");
    assert_eq!(at(0, "rule"), "zerogpu-quota-exceeded");
    let message: serde_json::Value = serde_json::from_str(QUOTA).unwrap();
    let one = run(&["diagnose", "-m", message["text"].as_str().unwrap(), "--json"]);
    let report: serde_json::Value = serde_json::from_str(&one.out).unwrap();
    assert_eq!(at(0, "verdict"), report["verdict"]);
    assert_eq!(at(0, "confidence"), report["causes"][0]["share"]);
    assert_eq!(at(0, "ask"), report.pointer("/questions/0/fact").cloned().unwrap_or_default());
    // The summary goes where the verdicts are not.
    assert!(ran.err.contains("3 records: "), "{}", ran.err);
    let schema = run(&["schema", "verdict"]).out;
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for one in &found {
        assert!(validator.is_valid(one), "{one}");
    }
}

#[test]
fn a_line_that_is_no_record_is_named_and_stops_nothing() {
    let folder = Folder::new();
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let bad = [
        "not json",
        "[1]",
        "null",
        "{}",
        r#"{"id":"half","text":"ab"#,
        r#"{"id":"x","evidence":3}"#,
        r#"{"id":"x","as_of":"2026-99-01","text":"x"}"#,
        r#"{"id":"x","http":{"status":"abc"}}"#,
        deep.as_str(),
    ];
    let file = folder.file("records.jsonl", format!("{}\n{QUOTA}\n", bad.join("\n")));
    let out = folder.path().join("out.jsonl").to_string_lossy().into_owned();
    let ran = run(&["triage", &file, "--output", &out]);
    ran.answered(&["1 record: ", "9 lines are no record:", "records.jsonl:1: not JSON", "records.jsonl:9: not JSON"]);
    let found = lines(&std::fs::read_to_string(out).unwrap());
    assert_eq!(found.len(), 10);
    for (number, one) in found.iter().enumerate().take(9) {
        assert!(one["error"].is_string() && one.get("verdict").is_none(), "{one}");
        assert_eq!(one["line"], number + 1);
    }
    assert_eq!(found[9]["verdict"], "concluded");
    // Nothing but such lines is a mistake, and so is nothing at all.
    piped(&["triage", "-"], b"\xff\xfe\x00\n[\n").refused(3, &["no line is a record"]);
    piped(&["triage", "-"], b"\n\n").refused(3, &["no line is a record"]);
    // A line without end is skipped, not kept.
    let mut long = vec![b'x'; 17 << 20];
    long.extend(format!("\n{QUOTA}\n").bytes());
    piped(&["triage", "-"], &long).answered(&["1 record: ", "stdin:1: longer than 16 MB"]);
}

#[test]
fn records_that_nobody_recognises_end_with_one() {
    let ran = piped(&["triage", "-"], br#"{"http":{"status":418,"url":"https://huggingface.co/x"}}"#);
    assert_eq!(ran.code, Some(1), "{} {}", ran.out, ran.err);
    assert!(ran.out.contains("1 nothing-found") && ran.out.contains("(no cause)"), "{}", ran.out);
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let folder = Folder::new();
    let mut text = String::new();
    for number in 0..600 {
        text.push_str(
            &QUOTA.replace("\"quota\"", &format!("\"q{number}\"")).replace("41s", &format!("{}s", number % 90)),
        );
        text.push('\n');
        if number % 50 == 0 {
            text.push_str("broken\n");
        }
    }
    let file = folder.file("records.jsonl", &text);
    let one = run(&["triage", &file, "-o", "-", "--jobs", "1"]);
    assert_eq!(lines(&one.out).len(), 612);
    for jobs in ["2", "7"] {
        let other = run(&["triage", &file, "-o", "-", "--jobs", jobs]);
        assert!(one.out == other.out && one.err == other.err, "{jobs} threads");
    }
    // The summary keeps the first ids and counts the rest.
    let summary = run(&["triage", &file, "--json"]);
    let summary: serde_json::Value = serde_json::from_str(&summary.out).unwrap();
    assert_eq!((&summary["records"], &summary["malformed"]["count"]), (&600.into(), &12.into()));
    let first = &summary["causes"][0];
    assert_eq!(first["ids"].as_array().unwrap().len(), 20);
    assert!(first["count"].as_u64().unwrap() > 20, "{first}");
}

#[test]
fn ids_cannot_carry_secrets_or_write_to_the_terminal() {
    let record = r#"{"id":"hf_abcdefghijklmnopqrstuvwxyzABCDEF12","text":"x"}"#;
    let hostile = r#"{"id":"\u001b[31mred\u202e\n::error::x","text":"x"}"#;
    let ran = piped(&["triage", "-", "-o", "-"], format!("{record}\n{hostile}\n").as_bytes());
    for text in [&ran.out, &ran.err] {
        assert!(!text.contains("hf_abcdef"), "{text}");
        assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{text:?}");
        assert!(!text.contains("\n::error"), "{text:?}");
    }
    assert_eq!(lines(&ran.out).len(), 2);
    // The id in a saved whoami answer is that of a person.
    let whoami = std::fs::read_to_string(super::support::at("examples/whoami-free.json")).unwrap();
    let whoami: serde_json::Value = serde_json::from_str(&whoami).unwrap();
    let ran = piped(&["triage", "-", "-o", "-"], whoami.to_string().as_bytes());
    assert_eq!(lines(&ran.out)[0]["id"], "stdin:1");
    assert_eq!(lines(&ran.out)[0]["verdict"], "no-error");
}

#[test]
fn what_cannot_be_read_or_written_is_said_before_anything_is_lost() {
    let folder = Folder::new();
    let file = folder.file("records.jsonl", format!("{QUOTA}\n"));
    run(&["triage", &file, "-o", &file]).refused(2, &["is read and cannot be written too"]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), format!("{QUOTA}\n"));
    let out = folder.path().join("out.jsonl").to_string_lossy().into_owned();
    run(&["triage", &file, &folder.path().join("gone.jsonl").to_string_lossy(), "-o", &out])
        .refused(74, &["no such file"]);
    assert!(!std::path::Path::new(&out).exists());
    run(&["triage", &folder.path().join("").to_string_lossy()]).refused(74, &["it is a directory"]);
    run(&["triage", &file, "-o", &folder.path().join("no/such/out").to_string_lossy()]).refused(74, &["cannot write"]);
    run(&["triage"]).refused(2, &["<FILE>"]);
    run(&["triage", &file, "--jobs", "0"]).refused(2, &["--jobs"]);
    run(&["triage", &file, "--as-of", "1999-01-01"]).refused(2, &["the knowledge base begins"]);
    run(&["triage", &file, "--format", "html"]).refused(2, &["no format `html`"]);
    // Two files are one run.
    let two = run(&["triage", &file, &file, "-q", "-o", "-"]);
    assert_eq!((lines(&two.out).len(), two.err.as_str()), (2, ""));
    let nowhere = finish(program().args(["triage", &file, "-o", "/dev/full"]));
    if cfg!(target_os = "linux") {
        nowhere.refused(74, &["no space left"]);
    }
}
