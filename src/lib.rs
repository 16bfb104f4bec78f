//! Explains why Hugging Face refused somebody, and what to do about it.
pub mod model;
pub mod report;
