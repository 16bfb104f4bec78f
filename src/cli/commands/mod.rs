//! One file a command.

pub(crate) mod ask;
pub(crate) mod collect;
pub(crate) mod completions;
pub(crate) mod diagnose;
pub(crate) mod docs;
pub(crate) mod eval;
pub(crate) mod explain;
pub(crate) mod facts;
pub(crate) mod kb_check;
pub(crate) mod kb_coverage;
pub(crate) mod kb_crossfire;
pub(crate) mod kb_diff;
pub(crate) mod kb_drift;
pub(crate) mod kb_fmt;
pub(crate) mod kb_lock;
pub(crate) mod kb_mutants;
pub(crate) mod kb_new;
pub(crate) mod kb_new_entry;
pub(crate) mod kb_test;
pub(crate) mod kb_why;
pub(crate) mod man;
pub(crate) mod redact;
pub(crate) mod schema;
pub(crate) mod support_mail;
pub(crate) mod triage;

use super::exit;
use super::output::{self, Failure};

/// `--version`.
///
/// # Errors
/// When stdout cannot be written.
pub(crate) fn version() -> Result<u8, Failure> {
    let base = crate::kb::embedded().and_then(|kb| kb.manifest().map(|manifest| manifest.version.clone()));
    let base = base.unwrap_or_else(|_| "broken".to_owned());
    output::print(&format!("hf-doctor {} (knowledge base {base})\n", env!("CARGO_PKG_VERSION")))?;
    Ok(exit::OK)
}
