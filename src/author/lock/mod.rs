//! `rules.lock`: what was promised under which id.
//!
//! Reports, pages and other people's notes name rules, causes, steps and platform facts by id, and rules by
//! version. The lock remembers every id that was ever released, so that a changed rule gets a new version, a removed
//! id leaves a tombstone, and no id comes back with another meaning. Why it looks as it does: decision 0007.

mod file;
mod judge;
mod meaning;
mod read;
mod update;

pub use file::{Entry, Key, Kind, Lock, State, Tombstone};
pub use judge::{Base, Removal, Verdict, judge};
pub use meaning::meaning;
pub use read::{CHANGELOG, NAME, Stored, changelog, stored};
pub use update::{LockError, Outcome, Update, update};

use std::path::Path;

use crate::diag::Diagnostic;
use crate::kb::Loaded;
use crate::model::Day;

/// What `kb check` has to say about the lock of a directory; nothing when there is none.
///
/// `today` only dates what a new lock would add, it never makes a finding.
#[must_use]
pub fn findings(dir: &Path, loaded: &mut Loaded, today: Option<Day>) -> Vec<Diagnostic> {
    let lock = match stored(dir, &mut loaded.files) {
        Stored::None => return Vec::new(),
        Stored::Broken(problems) => return problems,
        Stored::Merging(_, problem) => return vec![*problem],
        Stored::Lock(lock) => lock,
    };
    let changelog = match changelog(dir) {
        Ok(text) => text,
        Err(problem) => return vec![*problem],
    };
    let today = today.unwrap_or(Day::EPOCH);
    let verdict = judge(&Base { loaded, changelog: &changelog }, &lock, &[], today);
    let mut found = verdict.findings;
    found.extend(judge::stale(&lock, &verdict.next, &found));
    found
}
