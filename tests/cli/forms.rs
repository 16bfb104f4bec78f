//! The ways to ask the same thing.

use super::support::{Folder, TOAST, finish, piped, program, run};

const CAUSE: &str = "zerogpu-request-exceeds-left";

#[test]
fn a_file_a_pipe_and_a_message_are_one_question() {
    let text = std::fs::read(super::support::at(TOAST)).unwrap();
    let message = String::from_utf8(text.clone()).unwrap();
    for ran in [
        run(&["diagnose", TOAST, "-q"]),
        run(&[TOAST, "-q"]),
        run(&["-q", TOAST]),
        run(&["-q", "--", TOAST]),
        run(&["-q", "-m", &message]),
        piped(&["-q"], &text),
        piped(&["diagnose", "-q"], &text),
        piped(&["-", "-q"], &text),
    ] {
        ran.answered(&[]);
        assert_eq!(ran.out, format!("{CAUSE}\n"));
        assert_eq!(ran.err, "");
    }
}

#[test]
fn short_forms_of_formats() {
    assert_eq!(run(&[TOAST, "--json"]).out, run(&[TOAST, "--format", "json"]).out);
    assert_eq!(run(&[TOAST, "-q"]).out, run(&[TOAST, "--format", "quiet"]).out);
    assert_eq!(run(&[TOAST]).out, run(&[TOAST, "--format", "human"]).out);
    assert_eq!(run(&[TOAST]).out, run(&[TOAST, "--format", "auto"]).out);
    let report: serde_json::Value = serde_json::from_str(&run(&[TOAST, "--json"]).out).unwrap();
    assert_eq!(report.pointer("/schema").unwrap(), "hf-doctor/report/v1");
    assert_eq!(report.pointer("/causes/0/id").unwrap(), CAUSE);
}

#[test]
fn an_agent_in_the_environment_chooses_its_format() {
    let agent = run(&[TOAST, "--format", "agent"]).out;
    for name in ["AI_AGENT", "AGENT"] {
        assert_eq!(finish(program().env(name, "1").arg(TOAST)).out, agent);
        let json = finish(program().env(name, "1").args([TOAST, "--json"]));
        assert_eq!(json.out, run(&[TOAST, "--json"]).out);
    }
    assert_eq!(finish(program().env("AI_AGENT", "").arg(TOAST)).out, run(&[TOAST]).out);
}

#[test]
fn several_inputs_are_one_incident() {
    let ran = run(&[
        "examples/depleted-credits.log",
        "--whoami",
        "examples/whoami-free.json",
        "-m",
        "first",
        "-m",
        "second",
        "--set",
        "account.can_pay=false",
        "--json",
    ]);
    ran.answered(&[]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let names: Vec<&str> = report
        .pointer("/inputs")
        .and_then(serde_json::Value::as_array)
        .unwrap()
        .iter()
        .filter_map(|input| input.pointer("/name")?.as_str())
        .collect();
    assert_eq!(names, ["--message", "--message#2", "examples/depleted-credits.log", "examples/whoami-free.json"]);
    assert!(ran.out.contains("\"from\": \"--set\""), "{}", ran.out);
}

#[test]
fn facts_alone_are_an_account_without_an_error() {
    let ran = run(&["--set", "account.plan=free", "--json"]);
    ran.answered(&["\"verdict\": \"no-error\""]);
    run(&["--whoami", "examples/whoami-free.json", "--json"]).answered(&["\"verdict\": \"no-error\""]);
}

#[test]
fn top_and_width_shape_the_human_report() {
    let rows =
        |ran: &super::support::Ran| ran.out.lines().filter(|line| line.contains(" %  ") && line.contains('.')).count();
    let (one, five) = (run(&[TOAST, "--top", "1"]), run(&[TOAST]));
    assert!(rows(&one) < rows(&five), "{}", one.out);
    assert!(!one.out.contains("   2. "));
    for width in [40, 60, 80, 120] {
        let ran = run(&[TOAST, "--width", &width.to_string()]);
        ran.answered(&[]);
        // Addresses stay whole so that they can be opened, and code so that it can be pasted.
        let whole = |line: &str| line.contains("https://") || line.contains(TOAST) || line.starts_with("       ");
        let long = ran.out.lines().find(|line| line.chars().count() > width && !whole(line));
        assert_eq!(long, None);
    }
}

#[test]
fn the_day_comes_from_the_option_then_the_evidence() {
    let folder = Folder::new();
    let file = folder.file("e.yaml", "observed: 2026-04-02\ntext: |\n  You have exceeded your Pro GPU quota (60s requested vs. 0s left). Try again in 5:03:25\n");
    assert!(run(&[&file, "--json"]).out.contains("\"as_of\": \"2026-04-02\""));
    let later = run(&[&file, "--json", "--as-of", "2026-06-01"]);
    assert!(later.out.contains("\"as_of\": \"2026-06-01\""));
}
