//! Every fact against its page, at one moment.

use std::collections::BTreeMap;

use serde::Serialize;

use super::docs::{Docs, DocsError};
use super::{of_repository, paths};
use crate::compile::{Found, Page, Wording};
use crate::model::{Day, PlatformFact, Source, Statement};

/// Revisions of a page that are looked through for the day of a change.
const MAX_BACK: usize = 400;
/// Lines shown where a wording vanished.
const NEAREST: usize = 3;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// All facts.
    pub facts: &'a [PlatformFact],
    /// All sources.
    pub sources: &'a [Source],
    /// The repository that the documentation is, `owner/name`.
    pub repo: &'a str,
    /// The day on which the pages are as they are.
    pub day: Day,
    /// Leave out what changed before this day, as far as git knows.
    pub since: Option<Day>,
}

/// What became of a wording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// The page is there and no longer says it.
    Vanished,
    /// The page is gone, and no other says it.
    Gone,
    /// The page is gone, and another says it.
    Moved,
}

/// A line of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The page.
    pub page: String,
    /// Its line, from 1.
    pub line: usize,
    /// The line without markup, in lower case.
    pub text: String,
}

/// The commit that changed a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Its name.
    pub commit: String,
    /// Its day.
    pub on: Day,
}

/// One fact that is no longer stated as it was.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The fact.
    pub fact: String,
    /// What it says.
    pub title: String,
    /// The value in the knowledge base.
    pub value: String,
    /// Its unit.
    pub unit: String,
    /// First day on which the page stated it.
    pub from: Option<Day>,
    /// What became of the wording.
    pub standing: Standing,
    /// The page.
    pub page: String,
    /// The wording.
    pub says: String,
    /// What stands in place of the value in the same wording.
    pub probably: Option<String>,
    /// The lines of the page that are nearest to the wording, or the lines of other pages that have it.
    pub now: Vec<Line>,
    /// Since when, where git knows.
    pub changed: Option<Changed>,
}

/// What was found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Drift {
    /// The repository.
    pub repo: String,
    /// The commit that was read.
    pub commit: Option<String>,
    /// The day for which facts were taken.
    pub day: Option<Day>,
    /// Facts whose wording was looked for.
    pub checked: usize,
    /// Those that stand.
    pub stands: usize,
    /// Those that do not.
    pub drifted: Vec<Finding>,
    /// Those that changed before the day that was asked for.
    pub earlier: usize,
    /// Facts of this repository without a wording.
    pub without_wording: usize,
    /// Facts that only other repositories state.
    pub elsewhere: usize,
    /// Facts of this repository that no page states on that day.
    pub not_stated: usize,
}

/// Compares every fact of one repository with its page.
///
/// # Errors
/// When git refuses.
pub fn drift(docs: &Docs, asked: &Asked<'_>) -> Result<Drift, DocsError> {
    let mut out = Drift { repo: asked.repo.to_owned(), day: Some(asked.day), ..Drift::default() };
    if let Docs::Commit(_, commit) = docs {
        out.commit = Some(commit.id.clone());
    }
    let ours = of_repository(asked.facts, asked.sources, asked.repo);
    let mut current: Vec<(&PlatformFact, &Statement, &Source, &str)> = Vec::new();
    for fact in asked.facts {
        let of_fact: Vec<_> = ours.iter().filter(|(one, _, _)| std::ptr::eq(*one, fact)).collect();
        let stated = of_fact.iter().find(|(_, statement, _)| statement.valid.contains(asked.day));
        match stated.map(|(_, statement, source)| (statement, source, fact.wording(statement))) {
            Some((statement, source, Some(says))) => current.push((fact, statement, source, says)),
            Some(_) => out.without_wording += 1,
            None if of_fact.is_empty() => out.elsewhere += 1,
            None => out.not_stated += 1,
        }
    }
    let wanted: Vec<&str> = current.iter().flat_map(|(_, statement, source, _)| paths(statement, source)).collect();
    let texts = docs.pages(&wanted)?;
    let pages: BTreeMap<&str, Page> = texts.iter().map(|(path, text)| (path.as_str(), Page::new(text))).collect();
    let mut others: Option<Vec<(String, Page)>> = None;
    for (fact, statement, source, says) in current {
        let Ok(wording) = Wording::new(says, &statement.value) else {
            out.without_wording += 1;
            continue;
        };
        out.checked += 1;
        let paths = paths(statement, source);
        let page = paths.iter().find_map(|path| Some((*path, pages.get(path)?)));
        if page.is_some_and(|(_, page)| wording.find(page).is_some()) {
            out.stands += 1;
            continue;
        }
        let changed = since_when(docs, &paths, &wording)?;
        if let (Some(since), Some(changed)) = (asked.since, &changed)
            && changed.on < since
        {
            out.earlier += 1;
            continue;
        }
        let mut finding = Finding {
            fact: fact.id.clone(),
            title: fact.title.clone(),
            value: statement.value.to_string(),
            unit: fact.unit.clone(),
            from: statement.valid.from,
            standing: Standing::Vanished,
            page: (*page.map_or_else(|| paths.last().copied().unwrap_or_default(), |(path, _)| path)).to_owned(),
            says: says.to_owned(),
            probably: None,
            now: Vec::new(),
            changed,
        };
        let line = |page: &str, found: Found| Line { page: page.to_owned(), line: found.line, text: cut(&found.text) };
        match page {
            Some((path, page)) => {
                let other = wording.find_other(page);
                finding.probably = other.as_ref().and_then(|found| found.value.clone());
                let near = other.map_or_else(|| wording.nearest(page, NEAREST), |found| vec![found]);
                finding.now = near.into_iter().map(|found| line(path, found)).collect();
            }
            None => {
                if others.is_none() {
                    others = Some(all_pages(docs)?);
                }
                let found = others.iter().flatten().filter_map(|(path, page)| Some(line(path, wording.find(page)?)));
                finding.now = found.take(NEAREST).collect();
                finding.standing = if finding.now.is_empty() { Standing::Gone } else { Standing::Moved };
            }
        }
        out.drifted.push(finding);
    }
    Ok(out)
}

fn all_pages(docs: &Docs) -> Result<Vec<(String, Page)>, DocsError> {
    let paths = docs.all(&["md", "mdx"])?;
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    Ok(docs.pages(&paths)?.into_iter().map(|(path, text)| (path, Page::new(&text))).collect())
}

/// The commit after the newest one at which the wording stood; `None` without git, or when it never stood.
fn since_when(docs: &Docs, paths: &[&str], wording: &Wording) -> Result<Option<Changed>, DocsError> {
    let Docs::Commit(git, commit) = docs else { return Ok(None) };
    let log = git.log(&commit.id, paths, MAX_BACK)?;
    let mut after: Option<Changed> = None;
    // Some at a time: most changes are recent, and a page may have hundreds of revisions.
    for some in log.chunks(16) {
        let names: Vec<String> =
            some.iter().flat_map(|one| paths.iter().map(move |path| format!("{}:{path}", one.id))).collect();
        let texts = git.contents(&names)?;
        for (one, texts) in some.iter().zip(texts.chunks(paths.len().max(1))) {
            let text = texts.iter().flatten().next();
            if text.is_some_and(|text| wording.find(&Page::new(&String::from_utf8_lossy(text))).is_some()) {
                return Ok(after);
            }
            after = Some(Changed { commit: one.id.clone(), on: one.day });
        }
    }
    Ok(None)
}

fn cut(text: &str) -> String {
    let mut out: String = text.chars().take(200).collect();
    if out.len() < text.len() {
        out.push_str("...");
    }
    out
}
