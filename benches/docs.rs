//! How long the site takes: for the shipped knowledge base, and for one 20 times as large.
//! Run with `cargo bench --bench docs`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measurement that cannot go on should stop; it is told on the terminal"
)]

use std::time::Instant;

use hf_doctor::docs::{Form, Options, build};
use hf_doctor::eval::Engine;
use hf_doctor::kb::{KnowledgeBase, load_dir};
use hf_doctor::model::Day;

/// Sizes measured, in shipped bases; arguments replace them: `cargo bench --bench docs -- 1 5 10 20`.
const TIMES: [usize; 2] = [1, 20];

fn main() {
    let day = Day::new(2026, 11, 20).expect("a day");
    let mut first = 0.0;
    let asked: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    for times in if asked.is_empty() { TIMES.to_vec() } else { asked } {
        let engine = Engine::new(grown(times)).expect("an engine");
        let options = Options { day, form: Form::Site, base: None, extra: None, files: &[], threads: None };
        // The first build decodes the base; a second one shows what is left.
        let (started, used) = (Instant::now(), processor_seconds());
        let files = build(&engine, &options).expect("a site");
        let seconds = started.elapsed().as_secs_f64();
        let used = processor_seconds() - used;
        let bytes: usize = files.values().map(Vec::len).sum();
        if first == 0.0 {
            first = used;
        }
        println!(
            "{times:>2} x the shipped base: {seconds:.2} s on the clock, {used:.2} s of processors, {} files, {} MB, \
             {:.1} times the work of the first",
            files.len(),
            bytes / 1_000_000,
            used / first
        );
    }
}

/// What this process has used of all processors, in seconds: others on the machine do not change it. 0 where the
/// kernel does not tell.
fn processor_seconds() -> f64 {
    // Fields 14 and 15 are hundredths of a second; the name in brackets may hold blanks.
    let told = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = told.rsplit(')').next().unwrap_or_default();
    fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// The shipped base with copies of its rules, causes, steps and facts under other ids.
fn grown(times: usize) -> KnowledgeBase {
    let mut parts = load_dir(std::path::Path::new("rules")).expect("the shipped base").parts;
    let (rules, steps, facts) = (parts.rules.clone(), parts.steps.clone(), parts.facts.clone());
    for copy in 1..times {
        let other = |id: &str| format!("{id}-copy-{copy}");
        for (area, path, rule) in &rules {
            let mut rule = rule.clone();
            rule.id = other(&rule.id);
            rule.yields_to.clear();
            rule.see_also.clear();
            // Messages of their own: copies that recognise each other's would compete, which no real base of this size does.
            rule.when = None;
            for symptom in &mut rule.symptoms {
                symptom.pattern = format!("copy{copy}x (?:{})", symptom.pattern);
                symptom.rejects.clear();
                for example in &mut symptom.matches {
                    example.text = format!("copy{copy}x {}", example.text);
                }
            }
            for cause in &mut rule.causes {
                cause.id = other(&cause.id);
                cause.remediation = cause.remediation.iter().map(|step| other(step)).collect();
            }
            parts.rules.push((area.clone(), path.clone(), rule));
        }
        parts.steps.extend(steps.iter().cloned().map(|mut step| {
            step.id = other(&step.id);
            step
        }));
        parts.facts.extend(facts.iter().cloned().map(|mut fact| {
            fact.id = format!("{}.copy{copy}", fact.id);
            fact
        }));
    }
    KnowledgeBase::from_parts(parts)
}
