//! Explains why Hugging Face refused somebody, and what to do about it.
pub mod diag;
pub mod kb;
pub mod model;
