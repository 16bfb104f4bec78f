//! `kb diff`: what changed between two knowledge bases, and what that does to diagnoses.

mod change;
mod effect;
mod side;
mod text;

use serde::Serialize;

pub use change::{Change, Fate, Field, changes};
pub use effect::{Answer, Effect, effects};
pub use side::{DiffError, Side};
pub use text::{diff_human, diff_markdown};

use crate::kb::KbError;
use crate::model::Day;

/// Everything that differs.
#[derive(Clone, Debug, Serialize)]
pub struct Diff {
    /// What the old side is called.
    pub old: String,
    /// What the new side is called.
    pub new: String,
    /// Versions of the two knowledge bases.
    pub versions: (String, String),
    /// Items that were added, removed or changed in meaning.
    pub changes: Vec<Change>,
    /// Cases that were diagnosed on both sides.
    pub cases: usize,
    /// Those that neither side can read.
    pub broken: usize,
    /// Those with another answer.
    pub effects: Vec<Effect>,
}

impl Diff {
    /// Whether the two sides mean the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.effects.is_empty()
    }
}

/// Compares two sides. Cases without a day of their own are answered for `today` on both.
///
/// # Errors
/// When one of the knowledge bases is broken in a way that reading did not show.
pub fn diff(old: Side, new: Side, today: Day, jobs: usize) -> Result<Diff, KbError> {
    let changes = changes(&old.parts, &new.parts);
    let versions = (old.parts.manifest.version.clone(), new.parts.manifest.version.clone());
    let names = (old.name.clone(), new.name.clone());
    let (cases, broken, effects) = effects(old, new, today, jobs)?;
    Ok(Diff { old: names.0, new: names.1, versions, changes, cases, broken, effects })
}
