//! All cases of a directory, read once: what tests, coverage, mutants and crossfire run.

use std::fs;
use std::path::{Path, PathBuf};

use super::test::Miss;
use super::{cases, parallel};
use crate::diag::yaml::{self, Limits};
use crate::kb::KnowledgeBase;
use crate::model::{Case, Day, Evidence};

/// A case whose evidence was read.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    /// Path below the directory of cases, with `/`.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// What it demands.
    pub case: Case,
    /// Its evidence, redacted.
    pub evidence: Evidence,
    /// Day to answer for.
    pub as_of: Day,
}

/// Reads all cases whose name is wanted, in order of name; what cannot be read is a miss.
pub(crate) fn load(
    kb: &KnowledgeBase,
    dir: &Path,
    wanted: &(dyn Fn(&str) -> bool + Sync),
    today: Day,
    jobs: usize,
) -> Vec<Result<Trial, Miss>> {
    let mut files = Vec::new();
    list(dir, &mut files);
    let mut named: Vec<(String, PathBuf)> = files.into_iter().map(|file| (name_of(dir, &file), file)).collect();
    named.retain(|(name, _)| wanted(name));
    named.sort();
    parallel::map(&named, jobs, || (), |(), (name, path)| trial(kb, name, path, today))
}

/// Path of a file below a directory, with `/`.
pub(crate) fn name_of(dir: &Path, file: &Path) -> String {
    file.strip_prefix(dir).unwrap_or(file).to_string_lossy().replace('\\', "/")
}

fn trial(kb: &KnowledgeBase, name: &str, path: &Path, today: Day) -> Result<Trial, Miss> {
    let broken = |message: String| Miss { name: name.to_owned(), kind: "broken", message };
    let case = read_case(path).map_err(broken)?;
    let evidence = cases::read(kb, &case, name, today).map_err(|error| broken(error.to_string()))?;
    let as_of = case.as_of.or(evidence.observed).unwrap_or(today);
    Ok(Trial { name: name.to_owned(), path: path.to_owned(), case, evidence, as_of })
}

/// Reads a case file.
///
/// # Errors
/// What is wrong with the file, in one line with its place.
pub fn read_case(path: &Path) -> Result<Case, String> {
    parse_case(&fs::read_to_string(path).map_err(|error| error.to_string())?)
}

/// Reads the text of a case file.
///
/// # Errors
/// As [`read_case`].
pub(crate) fn parse_case(text: &str) -> Result<Case, String> {
    let node = yaml::parse(text, &Limits::RULES).map_err(|errors| {
        errors.first().map_or_else(String::new, |error| {
            let line = text.get(..error.span.start).map_or(1, |head| head.matches('\n').count().saturating_add(1));
            format!("line {line}: {}", error.message)
        })
    })?;
    serde_path_to_error::deserialize(yaml::to_json(&node)).map_err(|error| error.to_string())
}

/// All YAML files below a directory; one that cannot be read has none.
pub fn list(dir: &Path, files: &mut Vec<PathBuf>) {
    list_ending(dir, "yaml", files);
}

/// All files with an ending below a directory. Links to directories are not followed: they may lead in a circle.
pub(crate) fn list_ending(dir: &Path, ending: &str, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            list_ending(&path, ending, files);
        } else if path.extension().is_some_and(|extension| extension == ending) {
            files.push(path);
        }
    }
}
