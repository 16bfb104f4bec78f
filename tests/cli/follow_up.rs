//! After a fix was tried, and when support has to be written to.

use super::support::{Folder, run};

const LOG: &str = "examples/depleted-credits.log";
const DAY: &[&str] = &["--as-of", "2026-11-20"];

/// A saved report of the log with these facts set.
fn saved(scratch: &Folder, name: &str, sets: &[&str]) -> String {
    let mut arguments = vec!["diagnose", LOG, "--format", "json"];
    arguments.extend(DAY);
    sets.iter().for_each(|set| arguments.extend(["--set", set]));
    scratch.file(name, run(&arguments).answered(&[]).out.as_bytes())
}

#[test]
fn a_success_after_a_refusal_is_a_fix() {
    let scratch = Folder::new();
    let earlier = saved(&scratch, "old.json", &["account.credits_exhausted=true"]);
    let success = scratch.file("ok.txt", b"HTTP/1.1 200 OK\ncontent-type: application/json\n\n{\"choices\": []}\n");
    for format in ["human", "markdown", "html"] {
        run(&["diagnose", "--after", &earlier, &success, "--format", format]).answered(&[
            "the fix worked",
            "The request succeeded",
            "Since the report of",
        ]);
    }
    run(&["diagnose", "--after", &earlier, &success, "--format", "agent"]).answered(&["follow_up\tfixed"]);
    let document = run(&["diagnose", "--after", &earlier, &success, "--json"]);
    document.answered(&["\"outcome\": \"fixed\"", "\"verdict\": \"no-error\""]);
}

#[test]
fn the_same_refusal_again_is_no_fix_and_another_one_is_progress() {
    let scratch = Folder::new();
    let earlier = saved(&scratch, "old.json", &[]);
    let again = run(&["diagnose", "--after", &earlier, LOG, "--json", "--set", "account.credits_exhausted=true"]);
    again.answered(&["\"outcome\": \"same\"", "\"inference-credits-exhausted\""]);
    let other_cause = run(&["diagnose", "--after", &earlier, LOG, "--json", "--set", "account.payment_method=false"]);
    other_cause.answered(&["\"outcome\": \"other-cause\""]);
    let another = run(&["diagnose", "--after", &earlier, "examples/zerogpu-toast.txt", "--json"]);
    another.answered(&["\"outcome\": \"another\"", "\"gone\": [\n      \"inference-credits-exhausted\""]);
    let nothing = run(&["diagnose", "--after", &earlier, "--message", "it still does something odd", "--json"]);
    assert!(nothing.out.contains("\"outcome\": \"cannot-tell\""), "{}", nothing.all());
}

#[test]
fn a_message_is_drafted_when_the_conditions_hold() {
    let scratch = Folder::new();
    let report = saved(&scratch, "r.json", &["account.credits_exhausted=true", "account.purchased_credits=true"]);
    let mail = run(&["support-mail", &report]);
    mail.answered(&[
        "To: billing@huggingface.co",
        "Subject: HTTP 402",
        "Request id: Root=1-691c3a5b",
        "Time: 2026-11-18 09:12:43,918, time zone [fill in]",
        "You have depleted your monthly included credits",
        "[attach]",
    ]);
    assert!(mail.err.contains("add before you send it"), "{}", mail.err);
    run(&["support-mail", &report, "--json"]).answered(&["\"not_yet\": null"]);
}

#[test]
fn what_is_missing_is_said_when_they_do_not_hold() {
    let scratch = Folder::new();
    let report = saved(&scratch, "r.json", &[]);
    let refused = run(&["support-mail", &report]);
    refused.refused(1, &["No message was drafted", "account.purchased_credits", "--set account.credits_exhausted=…"]);
    assert!(refused.out.is_empty());
    let elsewhere = run(&[
        "diagnose",
        "--json",
        "--message",
        "openai.RateLimitError: You exceeded your current quota, please check your plan and billing details. https://platform.openai.com/docs",
    ]);
    let elsewhere = scratch.file("openai.json", elsewhere.out.as_bytes());
    run(&["support-mail", &elsewhere]).refused(1, &["another company refused"]);
}

#[test]
fn a_saved_report_is_not_trusted() {
    let scratch = Folder::new();
    for (text, says) in [
        ("{\"schema\": \"x\"}", "its schema is `x`"),
        ("{}", "it has no `schema`"),
        ("", "not a report document"),
        ("[1, 2", "not a report document"),
        ("{\"schema\": \"hf-doctor/report/v1\", \"causes\": 3}", "not a report document"),
    ] {
        let file = scratch.file("bad.json", text.as_bytes());
        run(&["support-mail", &file]).refused(3, &[says]);
        run(&["diagnose", "--after", &file, LOG]).refused(3, &[says]);
    }
    let good = saved(&scratch, "r.json", &["account.credits_exhausted=true", "account.purchased_credits=true"]);
    let text = std::fs::read_to_string(&good).expect("the report");
    let secret = format!("hf_{}", "Q".repeat(34));
    let text =
        text.replace("You have depleted", &format!("\\u001b]0;x\\u0007 {secret} <script>alert(1)</script> depleted"));
    let hostile = scratch.file("hostile.json", text.as_bytes());
    for arguments in
        [vec!["support-mail", hostile.as_str()], vec!["diagnose", "--after", &hostile, LOG, "--format", "html"]]
    {
        let ran = run(&arguments);
        assert!(!ran.all().contains(&secret), "{}", ran.all());
        assert!(!ran.all().contains(['\x1b', '\x07']), "{:?}", ran.all());
        assert!(!ran.out.contains("<script>alert") || arguments[0] == "support-mail", "{}", ran.out);
    }
    run(&["support-mail", &scratch.path().join("missing.json").to_string_lossy()]).refused(74, &["no such file"]);
}
