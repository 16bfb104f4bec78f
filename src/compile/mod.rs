//! From the authored model to what runs.

pub mod pattern;
