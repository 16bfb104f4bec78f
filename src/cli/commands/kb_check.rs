//! `kb check [DIR]`.

use std::path::{Path, PathBuf};

use crate::author;
use crate::cli::args::{Format, KbCheck};
use crate::cli::base;
use crate::cli::exit;
use crate::cli::output::{self, Failure};
use crate::diag::{self, Severity};

/// Checks every file of a knowledge base and prints all problems.
///
/// # Errors
/// When the directory cannot be read or stdout not be written.
pub fn run(arguments: &KbCheck) -> Result<u8, Failure> {
    let dir = arguments.dir.clone().or_else(|| arguments.rules.clone()).unwrap_or_else(|| PathBuf::from("rules"));
    if !Path::new(&dir).exists() {
        return Err(Failure::new(exit::IO, format!("cannot read `{}`: no such directory", dir.display()))
            .hint("name the directory of the knowledge base: hf-doctor kb check DIR"));
    }
    let outcome = author::check(&dir, Some(arguments.as_of.unwrap_or_else(base::today)));
    let errors = outcome.diagnostics.iter().filter(|one| one.severity() == Severity::Error).count();
    let warnings = outcome.diagnostics.len().saturating_sub(errors);
    match output::format(arguments.format) {
        Format::Json => {
            let document = diag::to_json(&outcome.diagnostics, &outcome.files);
            let text = serde_json::to_string_pretty(&document)
                .map_err(|error| Failure::new(exit::IO, error.to_string()))?;
            output::print(&format!("{text}\n"))?;
        }
        Format::Quiet => {}
        _ => {
            output::print(&diag::render(&outcome.diagnostics, &outcome.files, output::colour()))?;
            output::print(&format!("{}\n", summary(&outcome.summary, errors, warnings)))?;
        }
    }
    Ok(if errors > 0 || (arguments.strict && warnings > 0) { exit::RULES } else { exit::OK })
}

fn summary(counted: &str, errors: usize, warnings: usize) -> String {
    let plural = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    format!("{counted}: {}, {}", plural(errors, "error"), plural(warnings, "warning"))
}
