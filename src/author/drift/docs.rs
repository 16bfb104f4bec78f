//! The documentation: a directory, or a commit of a git repository.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::is_path;
use crate::author::git::{Commit, Git, GitError};
use crate::model::Source;

/// Bytes of one page.
const MAX_PAGE: u64 = 8 * 1024 * 1024;
/// Pages looked through for a wording that moved.
const MAX_PAGES: usize = 5_000;

/// Why the documentation cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DocsError {
    /// Git did not answer.
    #[error(transparent)]
    Git(#[from] GitError),
    /// Nothing tells which repository it is.
    #[error("cannot tell which repository this is: no page of the sources is there")]
    Unknown,
}

/// Documentation at one moment.
#[derive(Debug)]
pub enum Docs {
    /// Files.
    Files(PathBuf),
    /// A commit.
    Commit(Git, Commit),
}

impl Docs {
    /// Opens a directory; with a revision, or when it is the top of a repository, the commit.
    ///
    /// Files that were changed but not committed are not seen in a repository.
    ///
    /// # Errors
    /// When a revision is asked for and cannot be had.
    pub fn open(dir: &Path, at: Option<&str>) -> Result<Self, DocsError> {
        match (Git::open(dir), at) {
            (Ok(git), _) if git.prefix().is_empty() => {
                let commit = git.commit(at.unwrap_or("HEAD"))?;
                Ok(Self::Commit(git, commit))
            }
            (Err(error), Some(_)) => Err(error.into()),
            (Ok(_), Some(_)) => Err(GitError::NoRepository.into()),
            (_, None) => Ok(Self::Files(dir.to_owned())),
        }
    }

    /// Texts of pages, by path; absent ones are left out.
    ///
    /// # Errors
    /// When git refuses.
    pub fn pages(&self, paths: &[&str]) -> Result<BTreeMap<String, String>, DocsError> {
        let paths = paths.iter().filter(|path| is_path(path));
        match self {
            Self::Files(dir) => Ok(paths.filter_map(|path| Some(((*path).to_owned(), file(dir, path)?))).collect()),
            Self::Commit(git, commit) => {
                let paths: Vec<&&str> = paths.collect();
                let names: Vec<String> = paths.iter().map(|path| format!("{}:{path}", commit.id)).collect();
                let texts = git.contents(&names)?;
                let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
                Ok(paths.iter().zip(texts).filter_map(|(path, found)| Some((path.to_string(), text(found?)))).collect())
            }
        }
    }

    /// Paths of all pages with one of these endings, sorted.
    ///
    /// # Errors
    /// When git refuses.
    pub fn all(&self, endings: &[&str]) -> Result<Vec<String>, DocsError> {
        let mut paths: Vec<String> = match self {
            Self::Files(dir) => {
                let mut found = Vec::new();
                walk(dir, "", &mut found, 0);
                found
            }
            Self::Commit(git, commit) => git.files(&commit.id, "")?.into_iter().map(|(path, _)| path).collect(),
        };
        paths.retain(|path| path.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending)));
        paths.sort();
        paths.truncate(MAX_PAGES);
        Ok(paths)
    }
}

/// Which repository a documentation is: what it was cloned from, else the one most of whose pages it has.
///
/// # Errors
/// When no page of any source is there.
pub fn repository(docs: &Docs, sources: &[Source]) -> Result<String, DocsError> {
    let mut known: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for source in sources {
        if let (Some(repo), Some(path)) = (&source.repo, &source.path) {
            known.entry(repo).or_default().push(path);
        }
    }
    if let Docs::Commit(git, _) = docs
        && let Some(origin) = git.cloned_from()
        && let Some((repo, _)) = known.iter().find(|(repo, _)| repo.eq_ignore_ascii_case(&origin))
    {
        return Ok((*repo).to_owned());
    }
    let mut best = (0, None);
    for (repo, paths) in &known {
        let there = docs.pages(paths)?.len();
        if there > best.0 {
            best = (there, Some((*repo).to_owned()));
        }
    }
    best.1.ok_or(DocsError::Unknown)
}

/// A page below a directory; links that leave it, pipes and huge files count as absent.
fn file(dir: &Path, path: &str) -> Option<String> {
    let root = fs::canonicalize(dir).ok()?;
    let target = fs::canonicalize(root.join(path)).ok()?;
    let meta = fs::metadata(&target).ok()?;
    if !target.starts_with(&root) || !meta.is_file() || meta.len() > MAX_PAGE {
        return None;
    }
    let mut bytes = Vec::new();
    fs::File::open(target).ok()?.take(MAX_PAGE).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn walk(dir: &Path, shown: &str, found: &mut Vec<String>, depth: usize) {
    let mut entries: Vec<_> = fs::read_dir(dir).into_iter().flatten().flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(kind) = entry.file_type() else { continue };
        if name.starts_with('.') || found.len() >= MAX_PAGES || depth > 12 {
            continue;
        }
        let shown = if shown.is_empty() { name } else { format!("{shown}/{name}") };
        if kind.is_dir() {
            walk(&entry.path(), &shown, found, depth + 1);
        } else if kind.is_file() {
            found.push(shown);
        }
    }
}
