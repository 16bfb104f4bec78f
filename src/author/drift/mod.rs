//! `kb drift`: do the pages still state what the platform facts say?
//!
//! A fact names its page and the wording that states its value. Given the documentation, this says which wordings
//! stand, which vanished, what stands there now, and since which commit.

mod check;
mod docs;
mod replay;
mod text;

pub use check::{Asked, Changed, Drift, Finding, Line, Standing, drift};
pub use docs::{Docs, DocsError, repository};
pub use replay::{Edge, Replay, replay};
pub use text::{drift_github, drift_human, drift_markdown, replay_human};

use crate::model::{PlatformFact, Source, Statement};

/// The paths under which the page of a statement was or is, the statement's own first.
fn paths<'a>(statement: &'a Statement, source: &'a Source) -> Vec<&'a str> {
    let mut paths: Vec<&str> = statement.path.as_deref().into_iter().chain(source.path.as_deref()).collect();
    paths.dedup();
    paths.retain(|path| is_path(path));
    paths
}

/// A path below the top of a repository, without ways out of it.
fn is_path(path: &str) -> bool {
    let odd = |part: &str| part.is_empty() || part == "." || part == "..";
    !path.contains(['\\', '\0', '\n', ':']) && !path.split('/').any(odd)
}

/// Facts with the statements and sources of one repository.
fn of_repository<'a>(
    facts: &'a [PlatformFact],
    sources: &'a [Source],
    repo: &str,
) -> Vec<(&'a PlatformFact, &'a Statement, &'a Source)> {
    let mut out = Vec::new();
    for fact in facts {
        for statement in &fact.values {
            let source = sources.iter().find(|source| source.id == statement.source);
            if let Some(source) = source.filter(|source| source.repo.as_deref() == Some(repo)) {
                out.push((fact, statement, source));
            }
        }
    }
    out
}
