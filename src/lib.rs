//! Explains why Hugging Face refused somebody, and what to do about it.
pub mod compile;
pub mod model;
