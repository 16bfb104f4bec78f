//! Large logs: time, memory and the same verdict wherever the error stands. One process a measurement.
//! Run with `cargo bench --bench large [MEGABYTES…]`.
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

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const DOCTOR: &str = env!("CARGO_BIN_EXE_hf-doctor");
const EXAMPLE: &str = include_str!("../examples/depleted-credits.log");

/// Bounds of the project: megabytes, seconds; three times the input and 60 MB.
const BOUNDS: [(usize, u64); 2] = [(10, 1), (100, 5)];

fn main() {
    let mut sizes: Vec<usize> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = BOUNDS.iter().map(|(megabytes, _)| *megabytes).collect();
    }
    println!("| input | seconds | peak MB | peak / input | verdict and first cause |\n| --- | --- | --- | --- | --- |");
    for megabytes in sizes {
        let size = megabytes * 1_000_000;
        let noise = log::around("", size);
        let folded = |text: &str| text.replace('\n', " ");
        let inputs = [
            ("error in the middle", log::around(EXAMPLE, size)),
            ("error first", format!("{EXAMPLE}{noise}")),
            ("error last", format!("{noise}{EXAMPLE}")),
            ("coloured, error last", format!("{}{EXAMPLE}", noise.replace("INFO", "\x1b[32mINFO\x1b[0m"))),
            ("one line, error last", folded(&format!("{noise}{EXAMPLE}"))),
            ("one line without a blank", format!("{}\n{EXAMPLE}", "x".repeat(size))),
        ];
        let mut answers = Vec::new();
        for (name, text) in inputs {
            let path = written(&text);
            let (taken, peak, answer) = measured(&path);
            let _ = fs::remove_file(path);
            #[expect(clippy::cast_precision_loss, reason = "megabytes")]
            let ratio = peak as f64 / text.len() as f64;
            println!(
                "| {megabytes} MB, {name} | {:.2} | {} | {ratio:.2} | {answer} |",
                taken.as_secs_f64(),
                peak / 1_000_000
            );
            let limit = 3 * u64::try_from(text.len()).expect("a size") + 60_000_000;
            assert!(peak <= limit, "{name}: {peak} bytes are more than {limit}");
            if let Some((_, seconds)) = BOUNDS.iter().find(|(bound, _)| *bound == megabytes) {
                assert!(taken <= Duration::from_secs(*seconds), "{name} took {taken:?}");
            }
            answers.push(answer);
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "the verdict depends on where the error stands: {answers:?}");
    }
}

fn written(text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("hf-doctor-large-{}.log", std::process::id()));
    fs::write(&path, text).expect("the temporary directory is writable");
    path
}

/// Time, peak of resident memory in bytes, and the answer of one run.
fn measured(path: &std::path::Path) -> (Duration, u64, String) {
    // A file and not a pipe: nobody reads while the memory is watched.
    let out = path.with_extension("json");
    let begun = Instant::now();
    let mut child = Command::new(DOCTOR)
        .args(["diagnose", &path.display().to_string(), "--as-of", "2026-11-20", "--json"])
        .stdin(Stdio::null())
        .stdout(fs::File::create(&out).expect("the temporary directory is writable"))
        .spawn()
        .expect("the program starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        // The high-water mark only grows: the last one read is at most two milliseconds old.
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = peak.max(kilobytes.unwrap_or(0) * 1024);
        if child.try_wait().expect("a child").is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    let taken = begun.elapsed();
    let report: serde_json::Value = serde_json::from_slice(&fs::read(&out).expect("an answer")).expect("a report");
    let _ = fs::remove_file(out);
    let answer = format!(
        "{} {}",
        report["verdict"].as_str().unwrap_or_default(),
        report["causes"][0]["id"].as_str().unwrap_or_default()
    );
    (taken, peak, answer)
}
