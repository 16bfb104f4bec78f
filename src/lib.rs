//! Explains why Hugging Face refused somebody, and what to do about it.
pub mod evidence;
pub mod model;
