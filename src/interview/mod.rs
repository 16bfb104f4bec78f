//! One question at a time: what `ask` and the browser do.
//!
//! Pure: answers come in as text, reports go out. Every answer is a `--set`, so that a session ends with the same
//! report, to the byte, as `diagnose` with the same facts set.

mod answers;
mod choices;
mod session;

pub use answers::read_answers;
pub use choices::{Choice, choices, read_answer};
pub use session::{Asking, End, Session, Turn};
