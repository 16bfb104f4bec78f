//! `hf-doctor kb fmt`: which files would be laid out differently, and how.

use std::path::{Path, PathBuf};

use crate::diag::yaml::Limits;
use crate::diag::{Code, Diagnostic, Location, SourceMap};
use crate::format::{self, Refusal};
use crate::kb::{self, file_alone, files_below, parse_file, text_of};

/// What there is to do.
#[derive(Clone, Debug, Default)]
pub struct LayoutOutcome {
    /// Files that are not laid out as they should be, in the order of their names.
    pub changed: Vec<Relayout>,
    /// Files that are.
    pub unchanged: usize,
    /// Why files cannot be read; then nothing should be written.
    pub diagnostics: Vec<Diagnostic>,
    /// The files, for excerpts.
    pub files: SourceMap,
}

/// A file and its canonical layout.
#[derive(Clone, Debug)]
pub struct Relayout {
    /// Where the file is.
    pub path: PathBuf,
    /// Its name to show, with `/`.
    pub name: String,
    /// What it holds.
    pub old: String,
    /// What it should hold.
    pub new: String,
}

/// Lays out files and all YAML files below directories; writes nothing.
#[must_use]
pub fn layout(paths: &[PathBuf]) -> LayoutOutcome {
    let mut outcome = LayoutOutcome::default();
    let mut files: Vec<(String, PathBuf, Vec<u8>)> = Vec::new();
    for path in paths {
        let shown = kb::shown(path);
        let (found, errors) = if path.is_dir() { files_below(path) } else { file_alone(path) };
        let inside = |name: &str| match (path.is_dir(), shown.as_str()) {
            (false, _) => (shown.clone(), path.clone()),
            (true, ".") => (name.to_owned(), path.join(name)),
            (true, shown) => (format!("{}/{name}", shown.trim_end_matches('/')), path.join(name)),
        };
        outcome.diagnostics.extend(errors.into_iter().map(|mut error| {
            error.location.file = inside(&error.location.file).0;
            error
        }));
        files.extend(found.into_iter().map(|(name, bytes)| {
            let (shown, path) = inside(&name);
            (shown, path, bytes)
        }));
    }
    files.sort();
    files.dedup_by(|a, b| a.1 == b.1);
    for (name, path, bytes) in files {
        outcome.file(name, path, bytes);
    }
    let LayoutOutcome { files, diagnostics, .. } = &mut outcome;
    files.sort(diagnostics);
    outcome
}

/// The canonical layout of one text, such as standard input.
///
/// # Errors
/// Why it cannot be read, with the text for excerpts.
pub fn layout_text(name: &str, text: &str) -> Result<String, Box<(Vec<Diagnostic>, SourceMap)>> {
    let problems = match format::layout(text, &Limits::RULES) {
        Ok(new) => return Ok(new),
        Err(Refusal::Unreadable(_)) => parse_file(name, text, &Limits::RULES).err().unwrap_or_default(),
        Err(Refusal::Changed(why)) => {
            let message = format!("this file is left as it is: {why}");
            vec![
                Diagnostic::new(Code::Syntax, Location::file(name), message)
                    .help("please report this file; nothing was written"),
            ]
        }
    };
    let mut files = SourceMap::default();
    files.insert(name, text, None);
    Err(Box::new((problems, files)))
}

impl LayoutOutcome {
    fn file(&mut self, name: String, path: PathBuf, bytes: Vec<u8>) {
        let old = match text_of(&name, bytes) {
            Ok(text) => text,
            Err(broken) => {
                let (problem, lossy) = *broken;
                self.diagnostics.push(problem);
                self.files.insert(name, lossy, None);
                return;
            }
        };
        match layout_text(&name, &old) {
            Ok(new) if new == old => self.unchanged += 1,
            Ok(new) => self.changed.push(Relayout { path, name, old, new }),
            Err(broken) => {
                self.diagnostics.extend(broken.0);
                self.files.insert(name, &old, None);
            }
        }
    }
}

/// The usual places below a directory: its rules and its cases.
#[must_use]
pub fn usual_places(root: &Path) -> Vec<PathBuf> {
    ["rules", "tests/cases"].iter().map(|place| root.join(place)).filter(|place| place.is_dir()).collect()
}
