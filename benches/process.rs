//! Whole processes side by side: medians over runs in turn, and ratios to the smallest process
//! there is. Run with `cargo bench --bench process [RUNS]`.
//!
//! Absolute times say little on a shared machine; the ratios of one run do.
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

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const DOCTOR: &str = env!("CARGO_BIN_EXE_hf-doctor");
const EXAMPLE: &str = include_str!("../examples/depleted-credits.log");

struct Row {
    name: &'static str,
    program: String,
    arguments: Vec<String>,
    /// It runs in every so many rounds.
    every: usize,
    times: Vec<Duration>,
}

fn main() {
    let runs = std::env::args().find_map(|word| word.parse::<usize>().ok()).unwrap_or(300);
    let small = written("hf-doctor-bench-10k.log", 10_000);
    let large = written("hf-doctor-bench-1m.log", 1_000_000);
    let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
    let text = |path: &Path| path.display().to_string();
    let row = |name, program: &str, arguments: &[&str]| Row {
        name,
        program: program.to_owned(),
        arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
        every: 1,
        times: Vec::with_capacity(runs),
    };
    let slow = |name, arguments: &[&str]| Row { every: 10, ..row(name, DOCTOR, arguments) };
    let one = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/zerogpu/zerogpu-quota-exceeded.yaml");
    let cases = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
    let mut rows = [
        row("`true`", "true", &[]),
        row("`hf-doctor --version`", DOCTOR, &["--version"]),
        row("diagnose 10 kB, quiet", DOCTOR, &["diagnose", &text(&small), "--format", "quiet"]),
        row("diagnose 10 kB, human report", DOCTOR, &["diagnose", &text(&small), "--format", "human"]),
        row("diagnose 10 kB, JSON report", DOCTOR, &["diagnose", &text(&small), "--format", "json"]),
        row("diagnose 1 MB, human report", DOCTOR, &["diagnose", &text(&large), "--format", "human"]),
        row(
            "diagnose 10 kB, rules from YAML",
            DOCTOR,
            &["diagnose", &text(&small), "--format", "human", "--rules", rules],
        ),
        row("`kb check` of one rule", DOCTOR, &["kb", "check", one]),
        slow("`kb check`, all rules", &["kb", "check", rules]),
        slow("`kb test`, all examples and cases", &["kb", "test", "--rules", rules, "--cases", cases]),
    ];
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut chance = 0x9E37_79B9_7F4A_7C15_u64;
    for round in 0..runs + 10 {
        // A new order every round: who ran before leaves its caches to who comes next.
        for number in (1..rows.len()).rev() {
            chance ^= chance << 13;
            chance ^= chance >> 7;
            chance ^= chance << 17;
            order.swap(number, usize::try_from(chance >> 33).unwrap_or(0) % (number + 1));
        }
        for number in &order {
            let Some(row) = rows.get_mut(*number).filter(|row| round % row.every == 0) else { continue };
            let begun = Instant::now();
            let status = Command::new(&row.program)
                .args(&row.arguments)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            let taken = begun.elapsed();
            assert!(status.is_ok_and(|status| status.success()), "{} failed", row.name);
            // The first rounds warm the page cache.
            if round >= 10 {
                row.times.push(taken);
            }
        }
    }
    let medians: Vec<f64> = rows.iter_mut().map(|row| quantile(&mut row.times, 0.5)).collect();
    let least = medians.first().copied().unwrap_or(1.0);
    println!(
        "{runs} runs each, of `kb check` and `kb test` over everything a tenth, in turn\n\n| process | median ms | lower / upper quartile | ratio to `true` |\n| --- | --- | --- | --- |"
    );
    for (row, median) in rows.iter_mut().zip(medians) {
        let (low, high) = (quantile(&mut row.times, 0.25), quantile(&mut row.times, 0.75));
        println!("| {} | {median:.2} | {low:.2} / {high:.2} | {:.2} |", row.name, median / least);
    }
    for path in [small, large] {
        let _ = std::fs::remove_file(path);
    }
}

/// A quantile in milliseconds.
fn quantile(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a position in a short list"
    )]
    let at = (times.len().saturating_sub(1) as f64 * share) as usize;
    times.get(at).map_or(0.0, Duration::as_secs_f64) * 1000.0
}

fn written(name: &str, size: usize) -> PathBuf {
    let path = std::env::temp_dir().join(format!("{}-{name}", std::process::id()));
    std::fs::write(&path, log::around(EXAMPLE, size)).expect("the temporary directory is writable");
    path
}
