//! `kb new`: scaffolds of rules, cases, steps, facts and sources.
//!
//! What a person has to write is a text that begins with `TODO`; the check names each of them (KB090), and nothing
//! else of what is written here is a finding.

mod entry;
mod message;
mod pattern;
mod rule;
mod yaml;

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

pub use entry::{Addition, add, cause, fact, source, step};
pub use message::{Message, messages};
pub use pattern::{Proposal, propose, unusable};
pub(crate) use rule::recognised;
pub use rule::{NewRule, Rival, RuleDraft, draft};
pub use yaml::text as yaml_text;

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Where.
    pub path: PathBuf,
    /// What.
    pub text: String,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A file is there already.
    #[error("`{0}` exists already")]
    Exists(String),
    /// A file cannot be written.
    #[error("cannot write `{0}`: {1}")]
    Io(String, std::io::Error),
}

/// Writes new files: all of them, or none. Nothing is overwritten.
///
/// # Errors
/// When one of them exists or cannot be written; those written before are taken away again.
pub fn write_new(files: &[NewFile]) -> Result<(), WriteError> {
    if let Some(file) = files.iter().find(|file| fs::symlink_metadata(&file.path).is_ok()) {
        return Err(WriteError::Exists(shown(&file.path)));
    }
    let mut written: Vec<&Path> = Vec::new();
    for file in files {
        let result = file.path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| {
            let mut handle = OpenOptions::new().write(true).create_new(true).open(&file.path)?;
            written.push(&file.path);
            handle.write_all(file.text.as_bytes())
        });
        if let Err(error) = result {
            for path in written {
                let _ = fs::remove_file(path);
            }
            return Err(match error.kind() {
                std::io::ErrorKind::AlreadyExists => WriteError::Exists(shown(&file.path)),
                _ => WriteError::Io(shown(&file.path), error),
            });
        }
    }
    Ok(())
}

/// Replaces a file in one move, so that nobody ever reads half of it.
///
/// # Errors
/// When it cannot be written.
pub fn replace(file: &NewFile) -> Result<(), WriteError> {
    let io = |error| WriteError::Io(shown(&file.path), error);
    let beside = file.path.with_extension("yaml.new");
    if let Some(folder) = file.path.parent() {
        fs::create_dir_all(folder).map_err(io)?;
    }
    let mut handle = OpenOptions::new().write(true).create_new(true).open(&beside).map_err(io)?;
    let result = handle.write_all(file.text.as_bytes()).and_then(|()| fs::rename(&beside, &file.path));
    if result.is_err() {
        let _ = fs::remove_file(&beside);
    }
    result.map_err(io)
}

fn shown(path: &Path) -> String {
    crate::evidence::display_name(&path.to_string_lossy())
}
