//! One side of a comparison: a directory, or a revision of the repository around this one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::author::git::{Git, GitError};
use crate::author::suite;
use crate::kb::{self, Failure, Loaded, Parts};
use crate::model::Case;

/// Where the cases stand beside a rule directory.
const CASES: &str = "tests/cases";

/// A knowledge base with its cases.
#[derive(Debug)]
pub struct Side {
    /// What it is called: the directory or the revision, as typed.
    pub name: String,
    /// The knowledge base.
    pub parts: Parts,
    /// Its cases by name; those that cannot be read are left out.
    pub cases: BTreeMap<String, Case>,
}

/// Why a side cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// Git did not answer.
    #[error("`{0}` is no directory here, and as a revision: {1}")]
    Git(String, GitError),
    /// It is nothing of the kind.
    #[error("`{0}` is no directory here and no revision of this repository")]
    Nothing(String),
    /// The revision has no rules.
    #[error("`{0}` has no `{1}/kb.yaml`")]
    NoRules(String, String),
    /// Its rules cannot be read.
    #[error("the rules of `{0}` cannot be read")]
    Broken(String, Box<Failure>),
}

impl Side {
    /// Opens what was typed: a directory with `kb.yaml`, a directory that holds `rules`, or a revision.
    ///
    /// `path` is where the rules stand in the repository, seen from the working directory.
    ///
    /// # Errors
    /// When it is neither, or its rules cannot be read.
    pub fn open(name: &str, path: &str) -> Result<Self, DiffError> {
        let dir = Path::new(name);
        if !dir.is_dir() {
            return Self::revision(name, path);
        }
        let inside = dir.join("rules");
        let rules =
            if !dir.join("kb.yaml").exists() && inside.join("kb.yaml").exists() { inside } else { dir.to_owned() };
        let loaded = kb::load_dir(&rules).map_err(|failure| DiffError::Broken(name.to_owned(), failure))?;
        let top = fs::canonicalize(&rules).ok().and_then(|full| full.parent().map(Path::to_owned));
        let cases = top.map(|top| Self::read_cases(&top.join(CASES))).unwrap_or_default();
        Ok(Self { name: name.to_owned(), parts: loaded.parts, cases })
    }

    /// Cases of a directory, by path below it.
    #[must_use]
    pub fn read_cases(dir: &Path) -> BTreeMap<String, Case> {
        let mut files = Vec::new();
        suite::list(dir, &mut files);
        let one = |file: &std::path::PathBuf| Some((suite::name_of(dir, file), suite::read_case(file).ok()?));
        files.iter().filter_map(one).collect()
    }

    fn revision(name: &str, path: &str) -> Result<Self, DiffError> {
        let refused = |error| {
            let name = name.chars().take(80).collect();
            if matches!(error, GitError::Revision(_)) { DiffError::Nothing(name) } else { DiffError::Git(name, error) }
        };
        let git = Git::open(Path::new(".")).map_err(refused)?;
        let commit = git.commit(name).map_err(refused)?;
        let rules = format!("{}{}", git.prefix(), path.trim_end_matches('/'));
        let top = rules.rsplit_once('/').map_or(String::new(), |(top, _)| format!("{top}/"));
        let read = |under: &str| -> Result<Vec<(String, String)>, DiffError> {
            let files = git.files(&commit.id, under).map_err(refused)?;
            let inside = files
                .into_iter()
                .filter_map(|(file, object)| Some((file.strip_prefix(under)?.strip_prefix('/')?.to_owned(), object)));
            let (names, objects): (Vec<String>, Vec<String>) = inside.unzip();
            let texts = git.contents(&objects).map_err(refused)?;
            let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
            Ok(names.into_iter().zip(texts).filter_map(|(name, found)| Some((name, text(found?)))).collect())
        };
        let texts = read(&rules)?;
        if !texts.iter().any(|(file, _)| file == "kb.yaml") {
            return Err(DiffError::NoRules(name.to_owned(), rules));
        }
        let Loaded { parts, .. } =
            kb::load_texts(texts).map_err(|failure| DiffError::Broken(name.to_owned(), failure))?;
        let mut cases = BTreeMap::new();
        for (file, text) in read(&format!("{top}{CASES}"))? {
            if let (true, Ok(case)) =
                (Path::new(&file).extension().is_some_and(|e| e == "yaml"), suite::parse_case(&text))
            {
                cases.insert(file, case);
            }
        }
        Ok(Self { name: name.to_owned(), parts, cases })
    }
}
