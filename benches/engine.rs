//! The stages of one diagnosis on the shipped knowledge base. Run with `cargo bench --bench engine`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a measurement that cannot go on should stop"
)]
#![allow(clippy::print_stdout, reason = "a measurement is told on the terminal")]

#[path = "shared/log.rs"]
mod log;

use std::hint::black_box;
use std::path::Path;

use divan::Bencher;
use divan::counter::BytesCount;

use hf_doctor::compile::index::normalize;
use hf_doctor::eval::Engine;
use hf_doctor::evidence::{Hint, RawInput};
use hf_doctor::kb::{self, KnowledgeBase};
use hf_doctor::model::Day;
use hf_doctor::pipeline::{self, Asked, Done};
use hf_doctor::report::{Format, RenderOptions, render};

fn main() {
    divan::main();
}

/// The incident that all stages are measured on.
const EXAMPLE: &str = include_str!("../examples/depleted-credits.log");

const KB_10: usize = 10_000;
const MB_1: usize = 1_000_000;

fn engine() -> Engine {
    Engine::new(kb::embedded().expect("the shipped base")).expect("an index")
}

fn day() -> Day {
    Day::new(2026, 11, 20).expect("a day")
}

fn input(text: &str) -> RawInput {
    RawInput { name: "app.log".to_owned(), bytes: text.as_bytes().to_vec(), hint: Hint::Auto }
}

fn diagnosed(engine: &Engine, text: &str) -> Done {
    let inputs = [input(text)];
    let asked = Asked { inputs: &inputs, sets: &[], as_of: Some(day()), today: day(), top: 5 };
    pipeline::diagnose(engine, &asked).expect("a diagnosis")
}

/// Opening the knowledge base, nothing decoded.
#[divan::bench(name = "1 load: embedded")]
fn load_embedded() -> Engine {
    engine()
}

/// Reading the same from YAML files, with its index.
#[divan::bench(name = "1 load: directory", sample_count = 20)]
fn load_directory() -> Engine {
    let loaded = kb::load_dir(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/rules"))).expect("the shipped rules");
    Engine::new(KnowledgeBase::from_parts(loaded.parts)).expect("an index")
}

/// Looking for the literals of all patterns, text normalised first.
#[divan::bench(name = "2 scan", args = [KB_10, MB_1])]
fn scan(bencher: Bencher<'_, '_>, size: usize) {
    let engine = engine();
    let text = log::around(EXAMPLE, size);
    bencher
        .counter(BytesCount::new(text.len()))
        .bench_local(|| engine.lookup().scan(&normalize(black_box(text.as_bytes()))).len());
}

/// Masking and reading facts, up to the report document; items of the base decoded before.
#[divan::bench(name = "3 inputs to report document", args = [KB_10, MB_1])]
fn whole(bencher: Bencher<'_, '_>, size: usize) {
    let engine = engine();
    let text = log::around(EXAMPLE, size);
    diagnosed(&engine, &text);
    bencher.counter(BytesCount::new(text.len())).bench_local(|| diagnosed(&engine, black_box(&text)));
}

/// Symptoms to plan; items of the base decoded before.
#[divan::bench(name = "4 evaluate: warm")]
fn evaluate_warm(bencher: Bencher<'_, '_>) {
    let engine = engine();
    let done = diagnosed(&engine, &log::around(EXAMPLE, KB_10));
    bencher.bench_local(|| engine.diagnose(black_box(&done.evidence), day()).expect("a diagnosis"));
}

/// The same on a base of which nothing was decoded yet, as in a new process.
#[divan::bench(name = "4 evaluate: first time")]
fn evaluate_first(bencher: Bencher<'_, '_>) {
    let done = diagnosed(&engine(), &log::around(EXAMPLE, KB_10));
    bencher
        .with_inputs(engine)
        .bench_local_refs(|engine| engine.diagnose(black_box(&done.evidence), day()).expect("a diagnosis"));
}

/// The report in each format.
#[divan::bench(name = "5 render", args = Format::ALL)]
fn print(bencher: Bencher<'_, '_>, format: Format) {
    let done = diagnosed(&engine(), EXAMPLE);
    let options = RenderOptions { width: 100, ..RenderOptions::default() };
    bencher.bench_local(|| render(black_box(&done.report), format, &options).expect("a report"));
}
