//! `kb coverage`.

use clap::Args;

use crate::author::{self, Coverage};
use crate::cli::args::{Format, FormatChoice, WidthChoice};
use crate::cli::exit;
use crate::cli::output::{self, Failure};
use crate::cli::workshop::{self, Places};

/// Arguments of `kb coverage`.
#[derive(Debug, Args)]
pub struct KbCoverage {
    /// Show only gaps whose file or text contains this; the figures are of everything
    pub filter: Option<String>,
    /// Fail with exit code 5 when less than this share is exercised
    #[arg(long, value_name = "PERCENT", value_parser = workshop::percent)]
    pub min: Option<f64>,
    /// Where rules and cases are.
    #[command(flatten)]
    pub places: Places,
    /// How it is printed.
    #[command(flatten)]
    pub format: FormatChoice,
}

/// Measures how much of the rules the cases exercise.
///
/// # Errors
/// When rules or cases cannot be read, or stdout cannot be written.
pub(crate) fn run(arguments: &KbCoverage) -> Result<u8, Failure> {
    let format = output::plain_format(arguments.format, &[])?;
    let mut coverage = author::coverage(&workshop::open(&arguments.places)?);
    if let Some(filter) = &arguments.filter {
        coverage.gaps.retain(|gap| gap.file.contains(filter) || gap.what.contains(filter));
    }
    match format {
        Format::Json => output::print(&output::masked(&output::json(&coverage)?))?,
        Format::Quiet => output::print(&format!("{:.1}\n", coverage.percent))?,
        _ => output::print(&output::masked(&told(&coverage, output::width(WidthChoice { width: None }))))?,
    }
    match arguments.min {
        Some(min) if coverage.percent < min => {
            Err(Failure::new(exit::TESTS, format!("{:.1} % is exercised, {min} % is demanded", coverage.percent)))
        }
        _ => Ok(exit::OK),
    }
}

/// Columns before the meaning of a figure.
const FIGURES: usize = 37;

fn told(coverage: &Coverage, width: usize) -> String {
    let mut out = String::new();
    for gap in &coverage.gaps {
        out.push_str(&format!("{}:{}: {}\n    add {}\n", gap.file, gap.line, gap.what, gap.add));
    }
    if !coverage.gaps.is_empty() {
        out.push('\n');
    }
    for kind in &coverage.kinds {
        let share = author::percent(kind.covered, kind.total);
        let mut line = format!("{:<12} {share:>5.1} %  {:>5} of {:<5}", kind.kind, kind.covered, kind.total);
        // What it means goes on below itself where the terminal ends.
        for word in kind.means.split(' ') {
            if line.chars().count().saturating_add(word.chars().count()) >= width && line.trim().contains(' ') {
                out.push_str(line.trim_end());
                out.push('\n');
                line = " ".repeat(FIGURES.saturating_sub(1));
            }
            line.push(' ');
            line.push_str(word);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out.push_str(&format!("{:<12} {:>5.1} %\n", "all", coverage.percent));
    out
}
