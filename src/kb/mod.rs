//! The knowledge base: reading it from files, and checking what it says.

mod decode;
pub mod load;
pub mod lint;
pub mod parts;
mod read;

pub use load::{load_dir, load_texts, parse_file, read_one};
pub use parts::{Failure, Loaded, Origin, Origins, Parts};
