//! What contributors run: check, test, accuracy.

mod check;

pub use check::{CheckOutcome, check};
