//! One file a command.

pub mod completions;
pub mod diagnose;
pub mod eval;
pub mod explain;
pub mod facts;
pub mod kb_check;
pub mod kb_test;
pub mod man;
pub mod redact;
pub mod schema;

use super::exit;
use super::output::{self, Failure};

/// `--version`.
///
/// # Errors
/// When stdout cannot be written.
pub fn version() -> Result<u8, Failure> {
    let base = crate::kb::embedded().and_then(|kb| kb.manifest().map(|manifest| manifest.version.clone()));
    let base = base.unwrap_or_else(|_| "broken".to_owned());
    output::print(&format!("hf-doctor {} (knowledge base {base})\n", env!("CARGO_PKG_VERSION")))?;
    Ok(exit::OK)
}
