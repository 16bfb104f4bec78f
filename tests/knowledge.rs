//! The shipped knowledge base: checked, tested on its cases, measured on real reports.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};

use hf_doctor::author::{self, Benches, Labelled, MutantsAsked, Workshop, list, read_case};
use hf_doctor::diag::{self, Severity};
use hf_doctor::eval::Engine;
use hf_doctor::evidence::{Hint, RawInput};
use hf_doctor::kb::{KnowledgeBase, embedded, load_dir};
use hf_doctor::model::Day;
use hf_doctor::pipeline::{self, Asked};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn today() -> Day {
    "2026-11-20".parse().expect("a day")
}

fn from_directory() -> Engine {
    let loaded = load_dir(&root().join("rules")).expect("the shipped base loads");
    Engine::new(KnowledgeBase::from_parts(loaded.parts)).expect("an engine")
}

fn built_in() -> Engine {
    Engine::new(embedded().expect("the built-in base")).expect("an engine")
}

#[test]
fn the_shipped_base_has_no_errors() {
    let outcome = author::check(&root().join("rules"), Some(today()));
    let errors: Vec<_> = outcome.diagnostics.iter().filter(|one| one.severity() == Severity::Error).cloned().collect();
    assert!(errors.is_empty(), "{}", diag::render(&errors, &outcome.files, false));
}

#[test]
fn every_example_and_every_case_holds() {
    let outcome = author::test(&built_in(), &root().join("tests/cases"), None, today()).expect("a sound base");
    let told: Vec<String> =
        outcome.failed.iter().map(|miss| format!("{} {}: {}", miss.kind, miss.name, miss.message)).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert!(outcome.passed > 1000, "only {} examples and cases ran", outcome.passed);
}

fn workshop() -> Workshop {
    let loaded = load_dir(&root().join("rules")).expect("the shipped base loads");
    let (cases, background) = (root().join("tests/cases"), root().join("tests/background"));
    let benches =
        Benches { rules: "rules", cases: &cases, background: &background, today: today(), jobs: author::cores() };
    Workshop::open(loaded, &benches).expect("cases that can be read")
}

/// Two rules that fire on one text know of each other, and no rule fires where nothing is wrong.
#[test]
fn crossfire_is_declared_and_background_logs_are_silent() {
    let outcome = author::crossfire(&workshop());
    let undeclared: Vec<String> = outcome
        .pairs
        .iter()
        .filter(|pair| pair.declared.is_none())
        .map(|pair| format!("{} and {}: {:?}", pair.rule, pair.other, pair.examples))
        .collect();
    assert!(undeclared.is_empty(), "declare these in `rivals` or narrow a pattern:\n{}", undeclared.join("\n"));
    assert!(outcome.noise.is_empty(), "rules fire in background logs: {:?}", outcome.noise);
    assert!(outcome.background >= 60, "only {} background logs", outcome.background);
}

/// What is counted is counted, and what the cases lack has a place and a remedy.
#[test]
fn coverage_and_a_sample_of_mutants_hold() {
    let shop = workshop();
    let coverage = author::coverage(&shop);
    for name in ["symptoms", "cause ids"] {
        let kind = coverage.kinds.iter().find(|kind| kind.kind == name).expect("the kind is counted");
        assert_eq!(kind.covered, kind.total, "{name}");
    }
    assert!(coverage.gaps.iter().all(|gap| gap.line > 1 && gap.file.starts_with("rules/") && !gap.add.is_empty()));
    let asked = MutantsAsked {
        filter: Some("zerogpu-quota-exceeded"),
        again: None,
        every: 20,
        list: false,
        declared: &[],
        progress: &|_, _| {},
    };
    let outcome = author::mutants(&shop, &asked).expect("a sound base");
    assert!(outcome.tried > 10, "only {} mutants", outcome.tried);
    assert!(outcome.score > 0.6, "{} of {} mutants noticed", outcome.noticed, outcome.tried);
}

/// Every cause of the taxonomy stands in a rule and is concluded or ranked first by a case.
#[test]
fn every_cause_comes_first_in_some_case() {
    let engine = built_in();
    let mut files = Vec::new();
    list(&root().join("tests/cases"), &mut files);
    let first: Vec<String> =
        files.iter().filter_map(|file| read_case(file).ok()).filter_map(|case| case.expect.cause).collect();
    let mut missing = Vec::new();
    for file in engine.kb().rules() {
        for cause in &file.expect("a sound rule").rule.causes {
            if !first.contains(&cause.id) && !missing.contains(&cause.id) {
                missing.push(cause.id.clone());
            }
        }
    }
    assert!(missing.is_empty(), "no case expects these causes first: {}", missing.join(", "));
}

#[test]
fn the_built_in_base_answers_as_the_directory_does() {
    let (inside, outside) = (built_in(), from_directory());
    let mut files = Vec::new();
    list(&root().join("tests/cases"), &mut files);
    files.extend(fs::read_dir(root().join("examples")).expect("examples").map(|entry| entry.expect("an entry").path()));
    files.sort();
    // The whole corpus goes through the engine above; here every seventh is enough to see a difference in numbering.
    for file in files.iter().step_by(7) {
        let bytes = match read_case(file) {
            Ok(case) => serde_json::to_vec(&case.evidence).expect("JSON"),
            Err(_) => fs::read(file).expect("readable"),
        };
        let input = RawInput { name: "input".to_owned(), bytes, hint: Hint::Auto };
        let asked = Asked { inputs: &[input], sets: &[], as_of: None, today: today(), top: 20 };
        let report = |engine: &Engine| pipeline::diagnose(engine, &asked).map(|done| done.report).ok();
        assert_eq!(report(&inside), report(&outside), "{}", file.display());
    }
}

fn labelled(path: &Path) -> Vec<Labelled> {
    let text = fs::read_to_string(path).expect("labelled reports");
    text.lines().map(|line| serde_json::from_str(line).expect("a labelled report")).collect()
}

/// The figures that the project promises on its development reports.
#[test]
fn accuracy_on_the_development_reports_stays_up() {
    let engine = built_in();
    let reports = labelled(&root().join("tests/reports/dev.jsonl"));
    let floors: [(bool, &[(&str, f64)]); 2] = [
        (
            false,
            &[
                ("top-1, confirmed", 0.92),
                ("top-3, confirmed", 0.98),
                ("negatives without a Hugging Face diagnosis", 1.0),
                ("abstain cases not concluded", 0.90),
                ("concluded and right", 0.98),
            ],
        ),
        (true, &[("top-1, confirmed", 0.85), ("top-3, confirmed", 0.95)]),
    ];
    let mut wrong = Vec::new();
    for (text_only, floors) in floors {
        let measured = author::accuracy(&engine, &reports, text_only, today()).expect("sound cases");
        for (name, floor) in floors {
            let rate = measured.rates.iter().find(|(rate, _)| rate == name).expect("the rate is measured").1;
            if rate.rate < *floor {
                wrong.push(format!("{name} (text only: {text_only}): {:.3} of {} is below {floor}", rate.rate, rate.n));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Removing the deciding fact turns a conclusion into a question, and answering it brings it back.
#[test]
fn the_deciding_fact_decides() {
    let engine = built_in();
    let run = |with: bool, sets: &[(String, String)]| {
        let fact = if with { ", \"account\": {\"credits_exhausted\": true}" } else { "" };
        let document = format!(
            "{{\"observed\": \"2026-06-01\", \"text\": \"Failed to perform inference: You have depleted your monthly included credits. \
             Purchase pre-paid credits to continue using Inference Providers.\"{fact}}}"
        );
        let input = RawInput { name: "evidence.json".to_owned(), bytes: document.into_bytes(), hint: Hint::Auto };
        let asked = Asked { inputs: &[input], sets, as_of: None, today: today(), top: 5 };
        pipeline::diagnose(&engine, &asked).expect("sound evidence").report
    };
    use hf_doctor::model::ReportVerdict::{Concluded, Undetermined};
    let (whole, without) = (run(true, &[]), run(false, &[]));
    assert_eq!(whole.verdict, Concluded);
    assert_eq!(without.verdict, Undetermined);
    assert_eq!(without.questions.first().map(|question| question.fact.as_str()), Some("account.credits_exhausted"));
    let answered = run(false, &[("account.credits_exhausted".to_owned(), "true".to_owned())]);
    assert_eq!(answered.verdict, Concluded);
    assert_eq!(answered.causes.first().map(|cause| &cause.id), whole.causes.first().map(|cause| &cause.id));
}
