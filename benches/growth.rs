//! How the stages grow with the number of rules, on generated knowledge bases.
//! Run with `cargo bench --bench growth`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a measurement that cannot go on should stop"
)]
#![allow(clippy::print_stdout, reason = "a measurement is told on the terminal")]

#[path = "shared/generated.rs"]
mod generated;
#[path = "shared/log.rs"]
mod log;

use std::borrow::Cow;
use std::hint::black_box;

use divan::Bencher;

use hf_doctor::compile::Lookup;
use hf_doctor::compile::index::{build, normalize};
use hf_doctor::eval::Engine;
use hf_doctor::evidence::{Hint, RawInput};
use hf_doctor::kb::KnowledgeBase;
use hf_doctor::model::Day;
use hf_doctor::pipeline::{self, Asked, Done};

use generated::Base;

fn main() {
    divan::main();
}

const RULES: [usize; 3] = [100, 1_000, 10_000];

fn day() -> Day {
    Day::new(2026, 11, 20).expect("a day")
}

fn diagnosed(engine: &Engine, text: &str) -> Done {
    let inputs = [RawInput { name: "app.log".to_owned(), bytes: text.as_bytes().to_vec(), hint: Hint::Auto }];
    let asked = Asked { inputs: &inputs, sets: &[], as_of: Some(day()), today: day(), top: 5 };
    pipeline::diagnose(engine, &asked).expect("a diagnosis")
}

/// What `build.rs` does once, and `--rules DIR` at every start: the index over all rules.
#[divan::bench(name = "1 index: build", args = RULES, sample_count = 5, sample_size = 1)]
fn index(bencher: Bencher<'_, '_>, rules: usize) {
    let base = Base::of(rules);
    bencher.bench_local(|| build(black_box(&base.values)).len());
}

/// What every start does: find the tables in the image and the ids in the pack.
#[divan::bench(name = "2 open", args = RULES)]
fn open(bencher: Bencher<'_, '_>, rules: usize) {
    let base = Base::of(rules);
    bencher.bench_local(|| base.engine());
}

/// The literal filter over 10 kB with one incident in it.
#[divan::bench(name = "3 scan 10 kB", args = RULES)]
fn scan(bencher: Bencher<'_, '_>, rules: usize) {
    let base = Base::of(rules);
    let lookup = Lookup::open(Cow::Borrowed(base.index)).expect("an image");
    let text = log::around(&base.message, 10_000);
    bencher.bench_local(|| lookup.scan(&normalize(black_box(text.as_bytes()))).len());
}

/// From symptoms to plan on a base of which nothing was decoded yet.
#[divan::bench(name = "4 evaluate: first time", args = RULES)]
fn evaluate(bencher: Bencher<'_, '_>, rules: usize) {
    let base = Base::of(rules);
    let done = diagnosed(&base.engine(), &log::around(&base.message, 10_000));
    assert_eq!(done.report.problems.first().map(|problem| problem.rule.as_str()), Some(base.expected.as_str()));
    bencher
        .with_inputs(|| base.engine())
        .bench_local_refs(|engine| engine.diagnose(black_box(&done.evidence), day()).expect("a diagnosis"));
}

/// The same where no text decides: similarity ranks all causes of the base.
#[divan::bench(name = "5 evaluate: nothing recognised", args = RULES)]
fn similar(bencher: Bencher<'_, '_>, rules: usize) {
    let base = Base::of(rules);
    let done =
        diagnosed(&base.engine(), "my batch was refused although the window budget should be enough, what is wrong");
    bencher
        .with_inputs(|| base.engine())
        .bench_local_refs(|engine| engine.diagnose(black_box(&done.evidence), day()).expect("a diagnosis"));
}

/// The way without an index: YAML texts to an engine.
#[divan::bench(name = "6 load from YAML texts", args = [100, 1_000], sample_count = 5, sample_size = 1)]
fn yaml(bencher: Bencher<'_, '_>, rules: usize) {
    bencher.with_inputs(|| generated::texts(rules)).bench_local_values(|texts| {
        let loaded = hf_doctor::kb::load_texts(texts).expect("generated rules");
        Engine::new(KnowledgeBase::from_parts(loaded.parts)).expect("an index")
    });
}
