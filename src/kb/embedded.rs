//! The knowledge base compiled into the program by `build.rs`.

use super::store::{KbError, KnowledgeBase};

static TABLE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/kb.tbl"));
static TEXT: &str = include_str!(concat!(env!("OUT_DIR"), "/kb.txt"));
static INDEX: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/kb.idx"));
/// Not empty when a rule file could not be read at build time.
static FAULT: &str = include_str!(concat!(env!("OUT_DIR"), "/kb.err"));

/// The built-in knowledge base. Nothing of it is decoded before it is asked for.
///
/// # Errors
/// When a file under `rules/` could not be read when the program was built; the message says
/// which. `hf-doctor kb check rules` then shows the place.
pub fn embedded() -> Result<KnowledgeBase, KbError> {
    if !FAULT.is_empty() {
        return Err(KbError::Broken(FAULT.to_owned()));
    }
    KnowledgeBase::from_pack(TABLE, TEXT, INDEX)
}
