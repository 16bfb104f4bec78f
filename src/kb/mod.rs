//! The knowledge base: reading it from files, checking what it says, and looking things up.

mod decode;
mod embedded;
pub mod lint;
pub mod load;
pub mod parts;
mod read;
mod scope;
mod store;

pub use embedded::embedded;
pub use load::{load_dir, load_scope, load_texts, parse_file, read_one};
pub use parts::{Failure, Loaded, Origin, Origins, Parts};
#[cfg(feature = "cli")]
pub(crate) use read::{decode_text as text_of, file_alone, files_below, shown};
pub use scope::Scope;
pub use store::{KbError, KnowledgeBase, RuleFile};
