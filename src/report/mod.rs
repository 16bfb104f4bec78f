//! From diagnosis to words.
pub mod escape;
pub mod markdown;
pub mod numbers;
mod style;
pub mod text;
mod wrap;
