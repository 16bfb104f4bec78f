//! What contributors run: check, test, coverage, mutants, crossfire, accuracy.

mod accept;
mod accuracy;
mod accuracy_text;
mod asking;
mod cases;
mod check;
mod coverage;
mod crossfire;
pub mod diff;
pub mod drift;
pub mod git;
mod junit;
mod layout;
pub mod lock;
mod mutants;
pub mod new;
mod snapshot;
mod suite;
mod test;
mod workshop;

use crate::parallel;

pub use crate::parallel::cores;
pub use accept::Snapshots;
pub use accuracy::{Accuracy, Label, Labelled, Outcome, Rate, accuracy};
pub use accuracy_text::accuracy_markdown;
pub use asking::{Asked, Order, Orders, asking, asking_markdown};
pub use cases::{CaseError, differences, shares};
pub use check::{CheckOutcome, Counts, check, check_scope};
pub use coverage::{Coverage, CoverageKind, Gap, coverage, percent};
pub use crossfire::{CrossfireNoise, CrossfireOutcome, CrossfirePair, CrossfirePlace, crossfire};
pub use junit::junit;
pub use layout::{LayoutOutcome, Relayout, layout, layout_text, usual_places};
pub use mutants::{
    Declared, MutantsAsked, MutantsOfFile, MutantsOutcome, Survivor, mutants, read_declared, read_survivors,
};
pub use snapshot::{difference, snapshot};
pub use suite::{list, read_case};
pub use test::{Miss, TestAsked, TestOutcome, TestRun, test, test_with};
pub use workshop::{Benches, Workshop, WorkshopError};
