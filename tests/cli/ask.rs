//! One question at a time.

use super::support::{Folder, at, piped, run};

const LOG: &str = "examples/depleted-credits.log";

#[test]
fn an_answer_from_a_pipe_decides_and_the_report_is_that_of_diagnose() {
    let asked = piped(&["ask", LOG, "--as-of", "2026-11-20", "--format", "json"], b"yes\n");
    asked.answered(&["\"verdict\": \"concluded\""]);
    for part in
        ["Question 1:", "How:", "Why:", "was 54 %", "The verdict stands", "--set account.credits_exhausted=true"]
    {
        assert!(asked.err.contains(part), "`{part}` is not in the dialogue: {}", asked.err);
    }
    let told =
        run(&["diagnose", LOG, "--as-of", "2026-11-20", "--format", "json", "--set", "account.credits_exhausted=true"]);
    assert_eq!(asked.out, told.out, "the same report as with --set");
}

#[test]
fn not_knowing_going_back_and_stopping_are_always_possible() {
    let asked = piped(&["ask", LOG, "--as-of", "2026-11-20", "-q"], b"?\n?\nb\nq\n");
    asked.answered(&[]);
    assert_eq!(asked.err.matches("Question 2:").count(), 2, "asked again after going back: {}", asked.err);
    let untouched = run(&["diagnose", LOG, "--as-of", "2026-11-20", "-q"]);
    assert_eq!(asked.out, untouched.out, "nothing was answered in the end");
    // The end of the answers is a wish to stop, not an error.
    piped(&["ask", LOG, "-q"], b"").answered(&["inference-included-credits-exhausted"]);
}

#[test]
fn what_is_no_answer_is_asked_again() {
    let asked = piped(&["ask", LOG, "-q"], b"9\nperhaps\n\n\x1b[31mred\nyes\n");
    asked.answered(&["inference-included-credits-exhausted"]);
    for part in ["there is no answer 9", "not `perhaps`", "type an answer"] {
        assert!(asked.err.contains(part), "`{part}`: {}", asked.err);
    }
    assert!(!asked.err.contains('\x1b'), "{:?}", asked.err);
}

#[test]
fn a_file_answers_for_a_person() {
    let scratch = Folder::new();
    let file = scratch.file("answers.yaml", b"account: {plan: unknown}\naccount.credits_exhausted: true\n");
    let asked = run(&["ask", LOG, "-q", "--answers", &file]);
    asked.answered(&["inference-included-credits-exhausted"]);
    assert!(asked.err.contains("(from the answers file)"), "{}", asked.err);
    run(&["diagnose", LOG, "--json", "--answers", &file]).answered(&["\"verdict\": \"concluded\""]);
    // What is typed on the command line overrules the file.
    let overruled = run(&["diagnose", LOG, "--json", "--answers", &file, "--set", "account.credits_exhausted=false"]);
    overruled.answered(&[]);
    assert!(!overruled.out.contains("\"verdict\": \"concluded\""), "{}", overruled.out);
}

#[test]
fn a_broken_answers_file_names_every_mistake() {
    let scratch = Folder::new();
    let file = scratch.file("answers.yaml", b"account.plan: gold\naccuont.plan: pro\n");
    run(&["diagnose", LOG, "--answers", &file]).refused(
        3,
        &["`account.plan` cannot be `gold`", "allowed values", "no fact `accuont.plan`", "did you mean `account.plan`"],
    );
    let file = scratch.file("bad.yaml", b"a: [1\n");
    run(&["ask", LOG, "--answers", &file]).refused(3, &["bad.yaml:"]);
    let file = scratch.file("empty.yaml", b"{}\n");
    run(&["ask", LOG, "--answers", &file]).refused(3, &["holds no answers"]);
    run(&["ask", LOG, "--answers", &at("no-such-file")]).refused(74, &["no such file"]);
}

#[test]
fn our_order_asks_least() {
    let measured = run(&["eval", "tests/reports/dev.jsonl", "--ask", "--format", "json"]);
    measured.answered(&[]);
    let orders: serde_json::Value = serde_json::from_str(&measured.out).expect("JSON");
    let mean = |order: &str| {
        let all = orders["orders"].as_array().expect("orders");
        all.iter().find(|one| one["order"] == order).expect("this order")["mean"].as_f64().expect("a number")
    };
    assert!(mean("informative") <= 2.0, "{orders}");
    assert!(mean("informative") <= mean("fixed") && mean("informative") <= mean("random"), "{orders}");
}
