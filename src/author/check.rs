//! `hf-doctor kb check`: everything that is wrong with a rule directory, at once.

use std::path::Path;

use super::lock;
use crate::diag::{Diagnostic, Severity, SourceMap};
use crate::kb::parts::Parts;
use crate::kb::{lint, load_dir};
use crate::model::Day;

/// What a check found.
#[derive(Clone, Debug)]
pub struct CheckOutcome {
    /// Findings, sorted by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// The files, for excerpts.
    pub files: SourceMap,
    /// How much was checked, in words.
    pub summary: String,
    /// How much was checked; `None` when the files could not be decoded.
    pub counts: Option<Counts>,
}

/// How much a knowledge base holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rules.
    pub rules: usize,
    /// Symptoms of all rules.
    pub symptoms: usize,
    /// Causes of all rules.
    pub causes: usize,
    /// Platform facts.
    pub facts: usize,
    /// Steps.
    pub steps: usize,
    /// Sources.
    pub sources: usize,
    /// Account facts.
    pub vocabulary: usize,
}

impl CheckOutcome {
    /// Whether the knowledge base can be used: nothing worse than warnings.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.diagnostics.iter().all(|d| d.severity() != Severity::Error)
    }
}

/// Reads and lints a rule directory. `today` is the day staleness is judged on.
///
/// When files cannot be decoded, the rest is linted all the same, except for names that may be defined in them.
#[must_use]
pub fn check(dir: &Path, today: Option<Day>) -> CheckOutcome {
    match load_dir(dir) {
        Ok(mut loaded) => {
            let mut diagnostics = lint::run(&loaded, today);
            diagnostics.extend(lock::findings(dir, &mut loaded, today));
            loaded.files.sort(&mut diagnostics);
            let counts = count(&loaded.parts);
            let summary = format!(
                "{} rules, {} causes, {} steps, {} platform facts",
                counts.rules, counts.causes, counts.steps, counts.facts
            );
            CheckOutcome { diagnostics, files: loaded.files, summary, counts: Some(counts) }
        }
        Err(mut failure) => {
            lint::run_partial(&mut failure, today);
            let summary = "not all files can be read".to_owned();
            CheckOutcome { diagnostics: failure.diagnostics, files: failure.files, summary, counts: None }
        }
    }
}

fn count(parts: &Parts) -> Counts {
    Counts {
        rules: parts.rules.len(),
        symptoms: parts.rules.iter().map(|(_, _, rule)| rule.symptoms.len()).sum(),
        causes: parts.rules.iter().map(|(_, _, rule)| rule.causes.len()).sum(),
        facts: parts.facts.len(),
        steps: parts.steps.len(),
        sources: parts.sources.len(),
        vocabulary: parts.vocabulary.facts.len(),
    }
}
