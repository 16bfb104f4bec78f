//! What contributors run: check, test, accuracy.

mod accuracy;
mod accuracy_text;
mod cases;
mod check;
mod layout;
pub mod lock;
mod test;

pub use accuracy::{Accuracy, Label, Labelled, Outcome, Rate, accuracy};
pub use accuracy_text::accuracy_markdown;
pub use cases::{CaseError, differences, shares, word};
pub use check::{CheckOutcome, Counts, check};
pub use layout::{LayoutOutcome, Relayout, layout, layout_text, usual_places};
pub use test::{Miss, TestOutcome, list, read_case, test};
