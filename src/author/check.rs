//! stub
use std::path::Path;
use crate::diag::{Diagnostic, SourceMap};
use crate::model::Day;
/// x
pub struct CheckOutcome { pub diagnostics: Vec<Diagnostic>, pub files: SourceMap, pub summary: String }
/// x
pub fn check(dir: &Path, _today: Option<Day>) -> CheckOutcome {
    match crate::kb::load_dir(dir) {
        Ok(loaded) => CheckOutcome { diagnostics: Vec::new(), summary: format!("{} rules", loaded.parts.rules.len()), files: loaded.files },
        Err(f) => CheckOutcome { diagnostics: f.diagnostics, files: f.files, summary: "unreadable".into() },
    }
}
