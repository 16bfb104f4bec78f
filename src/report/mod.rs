//! From diagnosis to words.
pub mod escape;
pub mod markdown;
pub mod numbers;
mod style;
pub mod text;
pub mod view;
mod wrap;
