//! What real clients print, read by the program: `tests/samples/<reader>/`, made by `tests/samples/make/`.
//!
//! `BLESS=1 cargo test --test samples` writes the table in `tests/samples/README.md` anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use hf_doctor::eval::Engine;
use hf_doctor::evidence::{Hint, RawInput};
use hf_doctor::kb::embedded;
use hf_doctor::model::Day;
use hf_doctor::pipeline::{self, Asked, Done};
use serde::Deserialize;

/// One row of `samples.json`.
#[derive(Deserialize)]
struct Sample {
    file: String,
    client: String,
    how: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples")
}

fn samples() -> Vec<Sample> {
    serde_json::from_str(&fs::read_to_string(folder().join("samples.json")).expect("the list")).expect("rows")
}

fn day() -> Day {
    "2026-11-20".parse().expect("a day")
}

fn read(engine: &Engine, sample: &Sample) -> Done {
    let bytes = fs::read(folder().join(&sample.file)).expect("a sample");
    let name = sample.file.rsplit('/').next().unwrap_or_default().to_owned();
    let inputs = [RawInput { name, bytes, hint: Hint::Auto }];
    let asked = Asked { inputs: &inputs, sets: &[], as_of: None, today: day(), top: 5 };
    match pipeline::diagnose(engine, &asked) {
        Ok(done) => done,
        Err(error) => panic!("{}: {error:?}", sample.file),
    }
}

/// Facts that follow from others or say nothing about reading.
const LEFT_OUT: &[&str] =
    &["http.path", "http.request_id", "evidence.names_hugging_face", "account.name", "http.method"];

#[test]
fn the_table_of_samples_is_what_is_read() {
    let engine = Engine::new(embedded().expect("the built-in base")).expect("an engine");
    let mut table = String::from(
        "# What real clients print\n\n\
         Every file here is what a client printed, byte for byte, against a local server that answers as the Hub, the router and\n\
         Spaces do ([make/](make/)); only the folders `notebook`, `markdown`, `space`, `har`, `evidence` and `terminal` hold such\n\
         output in the form in which people send it. The table is checked and written by `tests/samples.rs`\n\
         (`BLESS=1 cargo test --test samples`).\n\n\
         | sample | client | made by | read as | facts read | first cause |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for sample in samples() {
        let done = read(&engine, &sample);
        let input = done.evidence.inputs.first().expect("an input");
        let forms: Vec<&str> =
            std::iter::once(input.read_as.as_str()).chain(input.forms.iter().map(String::as_str)).collect();
        let facts: Vec<String> = done
            .evidence
            .facts
            .iter()
            .filter(|fact| !LEFT_OUT.contains(&fact.fact.as_str()))
            .map(|fact| format!("{}={}", fact.fact, fact.value))
            .collect();
        let cause = done.report.causes.first().map_or_else(
            || serde_json::to_value(done.report.verdict).expect("JSON").as_str().unwrap_or_default().to_owned(),
            |cause| format!("{} ({:.2})", cause.id, cause.share),
        );
        let cell = |text: &str| text.replace('|', "\\|").replace(['\n', '\r'], " ");
        table.push_str(&format!(
            "| [{0}]({0}) | {1} | {2} | {3} | {4} | {5} |\n",
            sample.file,
            cell(&sample.client),
            cell(&sample.how),
            forms.join(", "),
            cell(&facts.iter().map(|fact| format!("`{fact}`")).collect::<Vec<_>>().join(" ")),
            cause,
        ));
    }
    let path = folder().join("README.md");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &table).expect("written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    for (kept, now) in kept.lines().zip(table.lines()) {
        assert_eq!(kept, now, "run `BLESS=1 cargo test --test samples` when this is meant");
    }
    assert_eq!(kept.lines().count(), table.lines().count());
}

#[test]
fn every_sample_is_listed_and_every_reader_has_some() {
    let listed: BTreeSet<String> = samples().into_iter().map(|sample| sample.file).collect();
    let mut found = BTreeSet::new();
    for reader in fs::read_dir(folder()).expect("samples") {
        let reader = reader.expect("an entry").path();
        if reader.is_dir() && !reader.ends_with("make") {
            for file in fs::read_dir(&reader).expect("a reader") {
                let file = file.expect("an entry").path();
                found.insert(file.strip_prefix(folder()).expect("below").to_string_lossy().replace('\\', "/"));
            }
        }
    }
    assert_eq!(listed, found);
    assert!(listed.len() >= 60, "only {} samples", listed.len());
    for reader in [
        "python",
        "javascript",
        "curl",
        "http",
        "har",
        "json",
        "whoami",
        "hf-cli",
        "environment",
        "space",
        "markdown",
        "notebook",
        "evidence",
        "terminal",
        "git",
    ] {
        assert!(listed.iter().any(|file| file.starts_with(&format!("{reader}/"))), "no sample of {reader}");
    }
}

/// The tokens that the clients were given are in some of what they print, and in nothing that comes out.
#[test]
fn no_token_of_a_sample_comes_out() {
    let engine = Engine::new(embedded().expect("the built-in base")).expect("an engine");
    let (mut held, mut names) = (0, 0);
    for sample in samples() {
        let raw = String::from_utf8_lossy(&fs::read(folder().join(&sample.file)).expect("a sample")).into_owned();
        let done = read(&engine, &sample);
        let out = format!("{}{:?}", serde_json::to_string(&done.report).expect("JSON"), done.evidence);
        for word in ["free", "fine", "revoked", "expired", "often"] {
            let token = format!("hf_{word}AbCdEf");
            held += usize::from(raw.contains(&token));
            assert!(!out.contains(&token), "{}", sample.file);
        }
        assert!(!out.contains("hunter22"), "{}", sample.file);
        // A name alone on its line, as the oldest command printed it, is a word like any other.
        let bare = sample.file.ends_with("whoami-0.20.txt");
        if !bare && (sample.file.starts_with("whoami/") || sample.file.starts_with("hf-cli/whoami")) {
            names += 1;
            assert!(!out.contains("ada-example") && !out.contains("some-club"), "{}", sample.file);
        }
    }
    assert!(held >= 2 && names >= 6, "{held} {names}");
}

/// `docs/evidence.md` knows every kind and form that the samples are read as.
#[test]
fn the_guide_names_every_kind_and_form() {
    let guide = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/evidence.md")).expect("the guide");
    let engine = Engine::new(embedded().expect("the built-in base")).expect("an engine");
    for sample in samples() {
        for input in read(&engine, &sample).evidence.inputs {
            assert!(guide.contains(&format!("| `{}` |", input.read_as)), "{}: {}", sample.file, input.read_as);
            for form in input.forms {
                assert!(guide.contains(&form), "{}: {form}", sample.file);
            }
        }
    }
}
