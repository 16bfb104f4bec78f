//! Diagnostics: what is wrong in which file, and exactly where.
//!
//! A check reports a file and a *route* into it (a JSON pointer such as `/causes/0/id`); the span index of the
//! [`SourceMap`] turns that into a line, a column and a caret when the report is printed.

mod catalogue;
mod code;
mod diagnostic;
mod github;
mod json;
#[cfg(feature = "cli")]
mod render;
mod sarif;
mod source;
mod suggest;
pub mod yaml;

pub use code::{CATALOGUE, Code, Entry};
pub use diagnostic::{Diagnostic, Location, Place, Related, Severity};
pub use github::to_github;
pub use json::{printable, to_json};
#[cfg(feature = "cli")]
pub use render::render;
pub use sarif::to_sarif;
pub use source::{Position, SourceMap};
pub use suggest::{did_you_mean, suggest};
