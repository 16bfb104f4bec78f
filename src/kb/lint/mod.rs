//! Checks of meaning, one file a lint. All of them always run; their findings come sorted by file and place.

mod addresses;
mod conclusions;
mod conditions;
mod cycles;
mod examples;
mod freshness;
mod ids;
mod intervals;
mod numbers;
mod patterns;
mod references;
mod sink;
mod templates;
mod texts;
mod values;

pub use sink::{Known, Sink};

use super::parts::Loaded;
use crate::diag::Diagnostic;
use crate::model::Day;

/// A regular expression over bytes and ASCII classes: the only kind that is compiled in.
fn ascii(pattern: &str) -> Option<regex::bytes::Regex> {
    regex::bytes::RegexBuilder::new(pattern).unicode(false).case_insensitive(true).build().ok()
}

/// Runs every check. `today` is the day staleness is judged on; without it days are not compared with a clock.
#[must_use]
pub fn run(loaded: &Loaded, today: Option<Day>) -> Vec<Diagnostic> {
    let parts = &loaded.parts;
    let mut sink = Sink::new(loaded, today);
    for check in [
        ids::check,
        references::check,
        conditions::check,
        values::check,
        intervals::check,
        patterns::check,
        examples::check,
        templates::check,
        addresses::check,
        freshness::check,
        cycles::check,
        conclusions::check,
        numbers::check,
    ] {
        check(parts, &mut sink);
    }
    let mut found = sink.into_findings();
    loaded.files.sort(&mut found);
    found
}
