//! Explains why Hugging Face refused somebody, and what to do about it.
pub mod author;
pub mod compile;
pub mod diag;
pub mod kb;
pub mod model;
