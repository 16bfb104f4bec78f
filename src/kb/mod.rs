//! The knowledge base: loading and lookup.

mod embedded;
mod store;

pub use embedded::embedded;
pub use store::{Contents, KbError, KnowledgeBase, RuleFile};
