//! What terminals, mail, logs and editors do to a report never changes its first cause.
//!
//! A sample of all cases and reports runs with the suite; all of them with
//! `cargo test --test metamorphic -- --ignored --nocapture`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]
#![allow(clippy::print_stderr, reason = "the long run tells what it did")]

use std::fs;
use std::path::PathBuf;

use hf_doctor::author::{Labelled, list, read_case};
use hf_doctor::eval::Engine;
use hf_doctor::evidence::{Hint, RawInput};
use hf_doctor::kb::embedded;
use hf_doctor::model::{Day, ReportVerdict};
use hf_doctor::pipeline::{self, Asked};
use serde_json::Value;

/// A printed text and what else is known of the incident.
struct Incident {
    name: String,
    text: String,
    rest: Value,
}

fn incidents() -> Vec<Incident> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut out = Vec::new();
    let mut add = |name: String, mut evidence: Value| {
        let Some(map) = evidence.as_object_mut() else { return };
        let Some(Value::String(text)) = map.remove("text") else { return };
        if !text.trim().is_empty() {
            out.push(Incident { name, text: text.trim_end().to_owned(), rest: evidence });
        }
    };
    let mut files = Vec::new();
    list(&root.join("tests/cases"), &mut files);
    for file in files {
        // Lists of words that come near to patterns are made for mutants of rules: nobody was ever told such a text.
        if file.components().any(|part| part.as_os_str() == "wordings") {
            continue;
        }
        let case = read_case(&file).expect("a case");
        add(file.display().to_string(), serde_json::to_value(&case.evidence).expect("JSON"));
    }
    for reports in ["dev.jsonl", "second.jsonl"] {
        let text = fs::read_to_string(root.join("tests/reports").join(reports)).expect("reports");
        for line in text.lines() {
            let report: Labelled = serde_json::from_str(line).expect("a report");
            let value: Value = serde_json::from_str(line).expect("JSON");
            add(report.id.clone(), value.get("evidence").cloned().unwrap_or_default());
        }
    }
    out
}

/// A way in which a text changes on its way to us.
type Change = (&'static str, fn(&str) -> Vec<u8>);

fn each_line(text: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    text.split('\n').map(change).collect::<Vec<_>>().join("\n").into_bytes()
}

const NOISE: &str = "Loading configuration from ./settings.toml\nworker 2 is ready\nepoch 3/10 finished, loss 0.4127\n";

const CHANGES: &[Change] = &[
    ("irrelevant lines before", |text| format!("{NOISE}{text}").into_bytes()),
    ("irrelevant lines after", |text| format!("{text}\n{NOISE}").into_bytes()),
    ("CRLF", |text| text.replace('\n', "\r\n").into_bytes()),
    ("colours", |text| {
        each_line(text, |line| {
            let cut = line.char_indices().nth(line.chars().count() / 2).map_or(0, |(at, _)| at);
            let (head, tail) = line.split_at(cut);
            format!("\u{1b}[31m{head}\u{1b}[1;33m{tail}\u{1b}[0m")
        })
    }),
    ("wrapped at 80 columns", |text| {
        each_line(text, |line| {
            let characters: Vec<char> = line.chars().collect();
            characters.chunks(80).map(|chunk| chunk.iter().collect::<String>()).collect::<Vec<_>>().join("\n")
        })
    }),
    ("header names in capitals", |text| {
        each_line(text, |line| match line.split_once(": ") {
            Some((name, value)) if name.contains('-') && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') => {
                format!("{}: {value}", name.to_ascii_uppercase())
            }
            _ => line.to_owned(),
        })
    }),
    ("time stamps", |text| {
        let mut second = 0;
        let stamp = |line: &str| {
            second = (second + 1) % 60;
            format!("2026-11-20T10:00:{second:02}.123456789Z {line}")
        };
        text.split('\n').map(stamp).collect::<Vec<_>>().join("\n").into_bytes()
    }),
    ("container log", |text| each_line(text, |line| format!("2026-11-20T10:00:00.123456789Z stderr F {line}"))),
    ("prefixes of compose", |text| each_line(text, |line| format!("web-1  | {line}"))),
    ("quote marks", |text| each_line(text, |line| format!("> {line}"))),
    ("UTF-16", |text| [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()),
    ("a progress bar over it", |text| {
        each_line(text, |line| format!(" 50%|#####     | 1/2 [00:01<00:01,  1.0it/s]\r{line}"))
    }),
    ("a frame", |text| {
        let width = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        let line =
            |line: &str| format!("\u{2502} {line}{} \u{2502}", " ".repeat(width - line.chars().count().min(width)));
        format!(
            "\u{256d}{0}\u{256e}\n{1}\n\u{2570}{0}\u{256f}",
            "\u{2500}".repeat(width + 2),
            text.split('\n').map(line).collect::<Vec<_>>().join("\n")
        )
        .into_bytes()
    }),
    ("HTML entities", |text| {
        text.replace('&', "&amp;")
            .replace('"', "&quot;")
            .replace('\'', "&#39;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .into_bytes()
    }),
    ("a line of JSON", |text| {
        format!("{{\"level\":\"error\",\"time\":1763632800,\"msg\":{}}}\n", serde_json::to_string(text).expect("JSON"))
            .into_bytes()
    }),
];

/// What came out.
struct Answer {
    /// The first cause.
    cause: Option<String>,
    /// Whether something was recognised and not only resembles it: among mere resemblances the order is a guess, is
    /// told as one, and may move with every word. What may not move is that it is a guess.
    recognised: bool,
    verdict: ReportVerdict,
}

fn answer(engine: &Engine, inputs: &[RawInput]) -> Answer {
    let day = "2026-11-20".parse::<Day>().expect("a day");
    let asked = Asked { inputs, sets: &[], as_of: None, today: day, top: 3 };
    let done = pipeline::diagnose(engine, &asked).unwrap_or_else(|error| panic!("{error:?}"));
    let cause = done.report.causes.first();
    let problem = cause.and_then(|cause| done.report.problems.iter().find(|problem| problem.rule == cause.rule));
    Answer {
        cause: cause.map(|cause| cause.id.clone()),
        recognised: problem.is_some_and(|problem| problem.recognised_by != "similarity"),
        verdict: done.report.verdict,
    }
}

/// What every change of every `step`th incident did.
#[derive(Default)]
struct Tally {
    ran: usize,
    /// Another first cause, or a certainty that was none.
    wrong: Vec<String>,
    /// Texts that only resemble something, and of how many another resemblance came first.
    guessed: usize,
    moved: usize,
}

fn changed(step: usize) -> Tally {
    let engine = Engine::new(embedded().expect("the built-in base")).expect("an engine").keeping();
    let mut tally = Tally::default();
    for incident in incidents().iter().step_by(step) {
        let text = |bytes: Vec<u8>| RawInput { name: "error.txt".to_owned(), bytes, hint: Hint::Message };
        let rest = || RawInput {
            name: "facts.json".to_owned(),
            bytes: if incident.rest.as_object().is_some_and(serde_json::Map::is_empty) {
                Vec::new()
            } else {
                incident.rest.to_string().into_bytes()
            },
            hint: Hint::Auto,
        };
        let plain = || text(incident.text.clone().into_bytes());
        let wanted = answer(&engine, &[plain(), rest()]);
        let mut check = |name: &str, inputs: &[RawInput]| {
            let got = answer(&engine, inputs);
            if wanted.recognised {
                tally.ran += 1;
                if got.cause != wanted.cause {
                    let (was, is) = (wanted.cause.as_deref().unwrap_or_default(), got.cause.unwrap_or_default());
                    tally.wrong.push(format!("{name}: {was} became {is} in {}", incident.name));
                }
            } else {
                tally.guessed += 1;
                tally.moved += usize::from(got.cause != wanted.cause);
                if got.verdict != wanted.verdict && !is_open(got.verdict) {
                    tally.wrong.push(format!("{name}: a guess became {:?} in {}", got.verdict, incident.name));
                }
            }
        };
        check("inputs in another order", &[rest(), plain()]);
        for (name, change) in CHANGES {
            check(name, &[text(change(&incident.text)), rest()]);
        }
    }
    tally
}

/// Whether a verdict says that it does not know.
fn is_open(verdict: ReportVerdict) -> bool {
    matches!(verdict, ReportVerdict::Undetermined | ReportVerdict::NothingFound | ReportVerdict::NoError)
}

#[test]
fn the_first_cause_stays() {
    let tally = changed(7);
    assert!(tally.ran > 2000, "only {}", tally.ran);
    assert!(tally.wrong.is_empty(), "{} of {} changed:\n{}", tally.wrong.len(), tally.ran, tally.wrong.join("\n"));
}

#[test]
#[ignore = "every change of every incident takes minutes in a debug build"]
fn the_first_cause_stays_everywhere() {
    let tally = changed(1);
    eprintln!(
        "{} changed texts, {} wrong; {} changed texts that only resemble something, {} of them another thing",
        tally.ran,
        tally.wrong.len(),
        tally.guessed,
        tally.moved
    );
    assert!(tally.wrong.is_empty(), "{} of {} changed:\n{}", tally.wrong.len(), tally.ran, tally.wrong.join("\n"));
}
