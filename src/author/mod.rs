//! What contributors run: check, test, accuracy.

mod accuracy;
mod accuracy_text;
mod cases;
mod check;
mod test;

pub use accuracy::{Accuracy, Label, Labelled, Outcome, Rate, accuracy};
pub use accuracy_text::accuracy_markdown;
pub use cases::{CaseError, differences, shares, word};
pub use check::{CheckOutcome, Counts, check, check_scope};
pub use test::{Miss, TestOutcome, list, read_case, test};
