//! `hf-doctor kb check`: everything that is wrong with a rule directory, at once.

use std::path::Path;

use super::lock;
use crate::diag::{Diagnostic, Severity, SourceMap};
use crate::kb::parts::Parts;
use crate::kb::{Scope, lint, load_scope};
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
    /// How much was read; `None` when files could not be decoded.
    pub counts: Option<Counts>,
    /// Problems of files that were not asked about, on account of which names could not be resolved.
    pub elsewhere: usize,
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
    check_scope(dir, today, &Scope::ALL)
}

/// The same for some files of a rule directory: names are resolved against all of it, problems of other files are
/// left out.
#[must_use]
pub fn check_scope(dir: &Path, today: Option<Day>, scope: &Scope) -> CheckOutcome {
    match load_scope(dir, scope) {
        Ok(mut loaded) => {
            let mut diagnostics = lint::run(&loaded, today, scope);
            // What is recorded can be compared with all rules only.
            if scope.is_all() {
                diagnostics.extend(lock::findings(dir, &mut loaded, today));
                loaded.files.sort(&mut diagnostics);
            }
            let counts = count(&loaded.parts);
            let summary = if scope.is_all() {
                format!(
                    "{} rules, {} causes, {} steps, {} platform facts",
                    counts.rules, counts.causes, counts.steps, counts.facts
                )
            } else {
                files_in(&loaded.files, scope)
            };
            CheckOutcome { diagnostics, files: loaded.files, summary, counts: Some(counts), elsewhere: 0 }
        }
        Err(mut failure) => {
            let elsewhere = failure.diagnostics.iter().filter(|found| !scope.contains(&found.location.file)).count();
            lint::run_partial(&mut failure, today, scope);
            let summary =
                if scope.is_all() { "not all files can be read".to_owned() } else { files_in(&failure.files, scope) };
            CheckOutcome { diagnostics: failure.diagnostics, files: failure.files, summary, counts: None, elsewhere }
        }
    }
}

/// How many files of a scope there are, in words.
fn files_in(files: &SourceMap, scope: &Scope) -> String {
    let count = files.names().filter(|name| scope.contains(name)).count();
    format!("{count} file{}", if count == 1 { "" } else { "s" })
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
