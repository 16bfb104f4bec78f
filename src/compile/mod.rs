//! From the knowledge base to what runs: the index, patterns, condition programs.

mod condition;
pub mod index;
mod lookup;
mod pattern;

pub use condition::{Check, Program, Slots, State, Tri};
pub use lookup::{Hit, Lookup};
pub use pattern::{Matched, Pattern, compile_pattern};
