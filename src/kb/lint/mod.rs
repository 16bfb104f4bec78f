//! Checks of meaning, one file a lint. All of them always run; their findings come sorted by file and place.

mod addresses;
mod conclusions;
mod conditions;
mod cycles;
mod ended;
mod examples;
mod freshness;
mod ids;
mod impossible;
mod intervals;
mod markdown;
mod numbers;
mod patterns;
mod references;
mod sink;
mod templates;
mod texts;
mod unfinished;
mod values;
mod versions;
mod wordings;

pub use sink::{Known, Sink};

use std::rc::Rc;

use super::parts::{Failure, Loaded, Origins, Parts};
use super::scope::Scope;
use crate::diag::{Code, Diagnostic, SourceMap};
use crate::model::Day;

/// A regular expression over bytes and ASCII classes: the only kind that is compiled in.
fn ascii(pattern: &str) -> Option<regex::bytes::Regex> {
    regex::bytes::RegexBuilder::new(pattern).unicode(false).case_insensitive(true).build().ok()
}

/// Runs every check on the files of `scope`. `today` is the day staleness is judged on; without it days are not compared with a clock.
#[must_use]
pub fn run(loaded: &Loaded, today: Option<Day>, scope: &Scope) -> Vec<Diagnostic> {
    all(&loaded.parts, &loaded.origins, &loaded.files, today, scope)
}

/// Adds to the errors of a failed reading what can be said about the parts that were read.
///
/// Findings that something is missing are left out: it may stand in a part that could not be read.
pub fn run_partial(failure: &mut Failure, today: Option<Day>, scope: &Scope) {
    failure.diagnostics.retain(|found| scope.contains(&found.location.file));
    let Some((parts, origins)) = &failure.partial else { return };
    let found = all(parts, origins, &failure.files, today, scope).into_iter().filter(|found| {
        !matches!(
            found.code,
            Code::UnknownFact
                | Code::UnknownSource
                | Code::UnknownStep
                | Code::UnknownSymptom
                | Code::UnknownRule
                | Code::UnknownPlatformFact
                | Code::EmptyArea
                | Code::FactGap
        )
    });
    failure.diagnostics.extend(found);
    failure.files.sort(&mut failure.diagnostics);
}

fn all(parts: &Parts, origins: &Origins, files: &SourceMap, today: Option<Day>, scope: &Scope) -> Vec<Diagnostic> {
    let mut sink = Sink::new(parts, origins, files, today, scope);
    sink.texts = Rc::new(texts::all(parts, &sink));
    for check in [
        ids::check,
        references::check,
        conditions::check,
        values::check,
        intervals::check,
        wordings::check,
        patterns::check,
        templates::check,
        addresses::check,
        freshness::check,
        cycles::check,
        conclusions::check,
        numbers::check,
        versions::check,
        ended::check,
        impossible::check,
        markdown::check,
        unfinished::check,
    ] {
        check(parts, &mut sink);
    }
    let mut found = sink.into_findings();
    files.sort(&mut found);
    found
}
