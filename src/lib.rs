//! Explains why Hugging Face refused somebody, and what to do about it.
pub mod author;
pub mod cli;
pub mod compile;
pub mod diag;
pub mod eval;
pub mod evidence;
pub mod kb;
pub mod model;
pub mod pipeline;
pub mod report;
pub mod schema;
