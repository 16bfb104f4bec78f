//! Looks at a built site: dead links, missing and stale pages, titles given twice, pages without a source.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use serde::Serialize;

use super::place::{marker, walk};
use super::render::anchor;
use super::site::{Form, Marker, digest};
use crate::diag::CATALOGUE;
use crate::kb::{KbError, KnowledgeBase};

/// Largest page that is read, in bytes.
const PAGE_CAP: u64 = 64 * 1024 * 1024;

/// What is wrong with a site.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// `dead-link`, `missing-page`, `stale`, `duplicate-title`, `no-source`, `changed-file`.
    pub kind: &'static str,
    /// File below the root.
    pub file: String,
    /// In words.
    pub message: String,
}

/// What was looked at.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Outcome {
    /// Everything wrong, sorted.
    pub findings: Vec<Finding>,
    /// Number of pages.
    pub pages: usize,
    /// Number of internal links that were followed.
    pub links: usize,
}

/// Why nothing was looked at.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The directory is no site.
    #[error("it has no `{0}`; `docs build` writes one")]
    NoSite(&'static str),
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The knowledge base to compare with is broken.
    #[error(transparent)]
    Kb(#[from] KbError),
}

/// A page with what it links to.
#[derive(Default)]
struct Seen {
    title: String,
    anchors: BTreeSet<String>,
    links: Vec<String>,
    cites: bool,
}

/// Checks a site against a knowledge base.
///
/// # Errors
/// When the directory cannot be read or is no site.
pub fn check(dir: &Path, kb: &KnowledgeBase) -> Result<Outcome, CheckError> {
    let marker = marker(dir).ok_or(CheckError::NoSite(super::site::MARKER))?;
    let files = walk(dir)?;
    let names: BTreeSet<String> = files.files.iter().map(|path| path.to_string_lossy().replace('\\', "/")).collect();
    let suffix = if marker.form == Form::Site { ".html" } else { ".md" };
    let mut pages: BTreeMap<&str, Seen> = BTreeMap::new();
    for name in names.iter().filter(|name| name.ends_with(suffix)) {
        let path = dir.join(name);
        let length = fs::metadata(&path)?.len();
        if length > PAGE_CAP {
            continue;
        }
        let text = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
        pages.insert(name, if marker.form == Form::Site { html(&text) } else { markdown(&text) });
    }
    let mut outcome = Outcome { pages: pages.len(), ..Outcome::default() };
    let mut add = |kind: &'static str, file: &str, message: String| {
        outcome.findings.push(Finding { kind, file: file.to_owned(), message });
    };
    stale(&marker, kb, &mut add);
    missing(&marker, kb, &names, &pages, &mut add)?;
    for file in marker.files.iter().filter(|file| !names.contains(*file)) {
        add("missing-page", file, "the build wrote this file, and it is gone".to_owned());
    }
    let mut titles: BTreeMap<&str, &str> = BTreeMap::new();
    let mut followed = 0_usize;
    for (name, page) in &pages {
        if page.title.is_empty() {
            add("duplicate-title", name, "the page has no title".to_owned());
        } else if let Some(other) = titles.insert(&page.title, name) {
            add("duplicate-title", name, format!("`{other}` has the same title: {}", page.title));
        }
        // What states something cites something; lists and codes do not.
        let states = ["problems/", "causes/", "steps/", "facts/"].iter().any(|folder| name.starts_with(folder));
        if states && !page.cites {
            add("no-source", name, "the page names no source".to_owned());
        }
        for link in &page.links {
            followed = followed.saturating_add(1);
            if let Some(message) = dead(name, link, &names, &pages) {
                add("dead-link", name, message);
            }
        }
    }
    outcome.links = followed;
    outcome.findings.sort();
    outcome.findings.dedup();
    Ok(outcome)
}

fn stale(marker: &Marker, kb: &KnowledgeBase, add: &mut impl FnMut(&'static str, &str, String)) {
    let now = digest(kb).unwrap_or_default();
    if now != marker.digest {
        let version = kb.manifest().map(|manifest| manifest.version.clone()).unwrap_or_default();
        add(
            "stale",
            super::site::MARKER,
            format!(
                "built from knowledge base {} as of {}, which is not the one of today ({version}); build it again",
                marker.knowledge_base, marker.as_of
            ),
        );
    }
}

/// Every item of the knowledge base has its page.
fn missing(
    marker: &Marker,
    kb: &KnowledgeBase,
    names: &BTreeSet<String>,
    pages: &BTreeMap<&str, Seen>,
    add: &mut impl FnMut(&'static str, &str, String),
) -> Result<(), KbError> {
    let mut wanted: Vec<(&str, String)> = Vec::new();
    let mut causes: BTreeSet<&str> = BTreeSet::new();
    for file in kb.rules() {
        let rule = &file?.rule;
        wanted.push(("problems", rule.id.clone()));
        causes.extend(rule.causes.iter().map(|cause| cause.id.as_str()));
    }
    wanted.extend(causes.into_iter().map(|id| ("causes", id.to_owned())));
    for step in kb.steps() {
        wanted.push(("steps", step?.id.clone()));
    }
    for fact in kb.facts() {
        wanted.push(("facts", fact?.id.clone()));
    }
    wanted.extend(CATALOGUE.iter().map(|entry| ("codes", entry.code.name().to_owned())));
    for (folder, id) in wanted {
        if marker.form == Form::Site || folder == "problems" {
            let suffixes: &[&str] = if marker.form == Form::Site { &["html", "md", "json"] } else { &["md"] };
            for suffix in suffixes {
                let name = format!("{folder}/{id}.{suffix}");
                if !names.contains(&name) {
                    add("missing-page", &name, format!("`{id}` of the knowledge base has no such page"));
                }
            }
        } else {
            let name = format!("{folder}.md");
            if !pages.get(name.as_str()).is_some_and(|page| page.anchors.contains(&anchor(&id))) {
                add("missing-page", &name, format!("`{id}` of the knowledge base has no section here"));
            }
        }
    }
    Ok(())
}

/// Why a link leads nowhere; nothing for links that leave the site.
fn dead(from: &str, link: &str, names: &BTreeSet<String>, pages: &BTreeMap<&str, Seen>) -> Option<String> {
    if link.starts_with("https://") {
        return None;
    }
    let (path, hash) = link.split_once('#').map_or((link, None), |(path, hash)| (path, Some(hash)));
    let mut parts: Vec<&str> = from.split('/').collect();
    if path.is_empty() {
        // The page itself.
    } else if path.contains(':') || path.starts_with('/') {
        return Some(format!("`{link}` is not relative and not https"));
    } else {
        parts.pop();
        for part in path.split('/') {
            match part {
                ".." if parts.pop().is_none() => return Some(format!("`{link}` leaves the site")),
                ".." | "." => {}
                part => parts.push(part),
            }
        }
    }
    let target = parts.join("/");
    if !names.contains(&target) {
        return Some(format!("`{link}` leads to no file"));
    }
    let hash = hash.filter(|hash| !hash.is_empty())?;
    let page = pages.get(target.as_str())?;
    (!page.anchors.contains(hash)).then(|| format!("`{link}` leads to no place on that page"))
}

/// Reads what matters of an HTML page: our own pages are regular, and what is not regular is not ours.
fn html(text: &str) -> Seen {
    let title = between(text, "<title>", "</title>").unwrap_or_default().to_owned();
    let mut seen = Seen { title, ..Seen::default() };
    for tag in text.split('<').skip(1).filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag)) {
        for (name, value) in attributes(tag) {
            match name {
                "id" => {
                    seen.anchors.insert(value.to_owned());
                }
                "href" | "src" => {
                    let external = value.starts_with("https://");
                    seen.cites |= external && tag.starts_with("a ");
                    // A canonical address or a feed is no link of the page.
                    if !(value.is_empty() || external && tag.starts_with("link")) {
                        seen.links.push(value.replace("&amp;", "&"));
                    }
                }
                _ => {}
            }
        }
    }
    seen
}

/// Attributes with quoted values.
fn attributes(tag: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = tag;
    while let Some((head, tail)) = rest.split_once("=\"") {
        let Some((value, after)) = tail.split_once('"') else { break };
        found.push((head.rsplit([' ', '\n']).next().unwrap_or_default(), value));
        rest = after;
    }
    found
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    text.split_once(start)?.1.split_once(end).map(|(inside, _)| inside)
}

/// Reads headings and links of a Markdown page.
fn markdown(text: &str) -> Seen {
    let mut seen = Seen::default();
    for target in crate::report::markdown::link_targets(text) {
        seen.cites |= target.starts_with("https://");
        seen.links.push(target);
    }
    for heading in crate::report::markdown::headings(text) {
        if seen.title.is_empty() {
            seen.title.clone_from(&heading);
        }
        let name = anchor(&heading);
        // Forges number headings that repeat.
        let twin = (1..10_000).map(|number| format!("{name}-{number}")).find(|other| !seen.anchors.contains(other));
        if !seen.anchors.insert(name) {
            seen.anchors.extend(twin);
        }
    }
    seen
}
