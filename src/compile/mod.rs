//! From the knowledge base to what runs: the index, patterns, condition programs.

mod condition;
pub mod index;
mod lookup;
pub mod nearest;
mod pattern;
mod quantity;
mod sweep;
mod value;
mod wording;

pub use condition::{Check, Program, Slots, State, Tri};
pub use lookup::{Hit, Lookup, Reach, Row};
pub use pattern::{
    Kept, Matched, NEST_LIMIT, Pattern, SIZE_LIMIT, Sweep, compile_parsed, compile_pattern, parse_pattern,
};
pub use value::captured_value;
pub use wording::{Found, Page, Wording};
