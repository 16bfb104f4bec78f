//! The whole history of the pages, as a scheduled job would have met it: does it find every change, and nothing else?

use std::collections::BTreeMap;

use serde::Serialize;

use super::docs::{Docs, DocsError};
use super::{of_repository, paths};
use crate::author::git::{Git, GitError};
use crate::compile::{Page, Wording};
use crate::model::{PlatformFact, Source};

/// Revisions of one page.
const MAX_REVISIONS: usize = 5_000;

/// A place in history where it went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// The fact.
    pub fact: String,
    /// The value that was looked for.
    pub value: String,
    /// The commit.
    pub commit: String,
}

/// What replaying gave.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Replay {
    /// The repository.
    pub repo: String,
    /// Pages whose history was read, under whatever path.
    pub pages: usize,
    /// Their revisions.
    pub revisions: usize,
    /// Values with a wording and a commit.
    pub statements: usize,
    /// Values without a wording.
    pub without_wording: usize,
    /// Values whose commits do not touch their page, so that nothing can be replayed.
    pub off_page: usize,
    /// Changes in history: values that were replaced or removed.
    pub changes: usize,
    /// Changes after which the wording was gone and before which it stood.
    pub found: usize,
    /// Changes that nobody would have noticed.
    pub missed: Vec<Edge>,
    /// Revisions of pages, times the values that stood on them.
    pub checked: usize,
    /// Where a value stood and its wording was not found.
    pub false_alarms: Vec<Edge>,
    /// Values whose wording, with the same value, already stood before they were first stated.
    pub early: Vec<Edge>,
}

/// Walks all revisions of the pages of one repository.
///
/// # Errors
/// When the documentation has no history, or git refuses.
pub fn replay(docs: &Docs, facts: &[PlatformFact], sources: &[Source], repo: &str) -> Result<Replay, DocsError> {
    let Docs::Commit(git, commit) = docs else { return Err(GitError::NoRepository.into()) };
    let mut out = Replay { repo: repo.to_owned(), ..Replay::default() };
    let mut histories: BTreeMap<Vec<&str>, History> = BTreeMap::new();
    for (fact, statement, source) in of_repository(facts, sources, repo) {
        let Some(wording) = fact.wording(statement).and_then(|says| Wording::new(says, &statement.value).ok()) else {
            out.without_wording += 1;
            continue;
        };
        let paths = paths(statement, source);
        if !histories.contains_key(&paths) {
            histories.insert(paths.clone(), History::read(git, &commit.id, &paths)?);
        }
        let Some(history) = histories.get(&paths) else { continue };
        let began = statement.commit.as_deref().and_then(|id| history.position(id));
        let ended = statement.ended_by.as_deref().map(|id| history.position(id));
        let (Some(began), false) = (began, ended == Some(None)) else {
            out.off_page += 1;
            continue;
        };
        out.statements += 1;
        let edge = |commit: &str| Edge {
            fact: fact.id.clone(),
            value: statement.value.to_string(),
            commit: commit.to_owned(),
        };
        // Newest first: the value stood from `began` down to the revision after `ended`.
        let stands = |at: usize| history.stands(at, &wording);
        let last = ended.flatten().map_or(0, |ended| ended.saturating_add(1));
        for at in last..=began {
            out.checked += 1;
            if stands(at) == Some(false) {
                out.false_alarms.push(edge(history.name(at)));
            }
        }
        if stands(began.saturating_add(1)) == Some(true) {
            out.early.push(edge(history.name(began)));
        }
        if let Some(ended) = ended.flatten() {
            out.changes += 1;
            // A page that is gone is an alarm too.
            if stands(ended) != Some(true) && stands(last) == Some(true) {
                out.found += 1;
            } else {
                out.missed.push(edge(history.name(ended)));
            }
        }
    }
    out.pages = histories.len();
    out.revisions = histories.values().map(|history| history.revisions.len()).sum();
    Ok(out)
}

/// Revisions of one page, newest first; `None` where it is not there.
struct History {
    revisions: Vec<(String, Option<Page>)>,
}

impl History {
    fn read(git: &Git, commit: &str, paths: &[&str]) -> Result<Self, DocsError> {
        let log = git.log(commit, paths, MAX_REVISIONS)?;
        let names: Vec<String> =
            log.iter().flat_map(|one| paths.iter().map(move |path| format!("{}:{path}", one.id))).collect();
        let texts = git.contents(&names)?;
        let page = |texts: &[Option<Vec<u8>>]| {
            texts.iter().flatten().next().map(|text| Page::new(&String::from_utf8_lossy(text)))
        };
        let pages = texts.chunks(paths.len().max(1)).map(page);
        Ok(Self { revisions: log.into_iter().map(|one| one.id).zip(pages).collect() })
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.revisions.iter().position(|(other, _)| other == id)
    }

    fn name(&self, at: usize) -> &str {
        self.revisions.get(at).map_or("", |(id, _)| id)
    }

    /// Whether the wording stands at a revision; `None` when the page is not there.
    fn stands(&self, at: usize, wording: &Wording) -> Option<bool> {
        let (_, page) = self.revisions.get(at)?;
        page.as_ref().map(|page| wording.find(page).is_some())
    }
}
