//! Opening the knowledge base.

use std::path::{Path, PathBuf};

use super::args::RulesChoice;
use super::exit;
use super::output::{self, Failure};
use crate::diag;
use crate::eval::Engine;
use crate::evidence;
use crate::kb::{self, KnowledgeBase, Scope};
use crate::model::Day;

/// The knowledge base that was asked for.
///
/// # Errors
/// Exit code 4 with every problem when a directory cannot be read as a knowledge base.
pub(crate) fn open(choice: &RulesChoice) -> Result<KnowledgeBase, Failure> {
    match &choice.rules {
        Some(dir) => from_dir(dir),
        None => Ok(kb::embedded()?),
    }
}

/// An engine over the knowledge base that was asked for.
///
/// # Errors
/// As [`open`].
pub(crate) fn engine(choice: &RulesChoice) -> Result<Engine, Failure> {
    Ok(Engine::new(open(choice)?)?)
}

/// `rules` in the current directory, when it is a knowledge base: what a contributor is working on.
pub(crate) fn local() -> Option<PathBuf> {
    let dir = PathBuf::from("rules");
    dir.join("kb.yaml").is_file().then_some(dir)
}

/// Refuses a directory that is not there.
///
/// # Errors
/// Exit code 74.
pub(crate) fn exists(dir: &Path) -> Result<(), Failure> {
    if dir.exists() {
        return Ok(());
    }
    let name = evidence::display_name(&dir.to_string_lossy());
    Err(Failure::new(exit::IO, format!("cannot read `{name}`: no such directory"))
        .hint("name the directory that holds `kb.yaml`"))
}

/// The knowledge base that paths belong to, and which of its files they mean; `None` when nothing is named and there is
/// none here.
///
/// A path means the knowledge base itself, or files and folders in one. `rules` names the base; else it is the nearest
/// directory above the first path that holds `kb.yaml`. A directory in no knowledge base is taken for one, so that
/// checking it says what is missing.
///
/// # Errors
/// Exit code 74 when a path is not there, 4 when a file is in no knowledge base, 2 when paths belong to different ones.
pub(crate) fn scope(paths: &[PathBuf], rules: Option<&Path>) -> Result<Option<(PathBuf, Scope)>, Failure> {
    for path in paths {
        // A link is there even when it leads nowhere; the check says so.
        if path.symlink_metadata().is_err() {
            return exists(path).map(|()| None);
        }
    }
    let Some(first) = paths.first() else {
        let Some(dir) = rules.map(Path::to_path_buf).or_else(local) else { return Ok(None) };
        exists(&dir)?;
        return Ok(Some((dir, Scope::ALL)));
    };
    let dir = match rules.map(Path::to_path_buf).or_else(|| above(first)) {
        Some(dir) => dir,
        None if paths.len() == 1 && !first.is_file() => return Ok(Some((first.clone(), Scope::ALL))),
        None => {
            let name = evidence::display_name(&first.to_string_lossy());
            return Err(Failure::new(exit::RULES, format!("`{name}` is in no knowledge base"))
                .hint("no directory above it holds `kb.yaml`; name the knowledge base with --rules DIR"));
        }
    };
    exists(&dir)?;
    let root = place(&dir);
    let mut inside = Vec::new();
    for path in paths {
        let here = place(path);
        match here.strip_prefix(&root) {
            Ok(rest) if rest.as_os_str().is_empty() => return Ok(Some((dir, Scope::ALL))),
            Ok(rest) => {
                let parts: Vec<_> = rest.components().map(|part| part.as_os_str().to_string_lossy()).collect();
                inside.push(parts.join("/"));
            }
            Err(_) => {
                let name = |path: &Path| evidence::display_name(&path.to_string_lossy());
                return Err(Failure::new(
                    exit::USAGE,
                    format!("`{}` is not in the knowledge base `{}`", name(path), name(&dir)),
                )
                .hint("check one knowledge base at a time"));
            }
        }
    }
    Ok(Some((dir, Scope::of(inside))))
}

/// The nearest directory from a path upwards that holds `kb.yaml`, in the words of the path where these reach so far.
fn above(path: &Path) -> Option<PathBuf> {
    let holds = |dir: &Path| dir.join("kb.yaml").symlink_metadata().is_ok();
    let typed = path.ancestors().take_while(|dir| !dir.as_os_str().is_empty()).find(|dir| holds(dir));
    typed.map(Path::to_path_buf).or_else(|| place(path).ancestors().find(|dir| holds(dir)).map(Path::to_path_buf))
}

/// Where a path leads, links resolved except for its last part: a link in a knowledge base is a file of it.
fn place(path: &Path) -> PathBuf {
    let whole = || path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    if path.is_dir() {
        return whole();
    }
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    match (parent.canonicalize(), path.file_name()) {
        (Ok(parent), Some(name)) => parent.join(name),
        _ => whole(),
    }
}

fn from_dir(dir: &Path) -> Result<KnowledgeBase, Failure> {
    exists(dir)?;
    match kb::load_dir(dir) {
        Ok(loaded) => Ok(KnowledgeBase::from_parts(loaded.parts)),
        Err(failure) => {
            output::complain(&diag::render(&failure.diagnostics, &failure.files, false));
            let count = failure.diagnostics.len();
            let noun = if count == 1 { "problem" } else { "problems" };
            Err(Failure::new(
                exit::RULES,
                format!(
                    "the knowledge base in `{}` has {count} {noun}",
                    evidence::display_name(&dir.to_string_lossy())
                ),
            ))
        }
    }
}

/// Refuses a day before the knowledge base begins.
///
/// # Errors
/// Exit code 2 with the first day.
pub(crate) fn check_day(kb: &KnowledgeBase, day: Day) -> Result<(), Failure> {
    let begins = kb.manifest()?.begins;
    if day < begins {
        return Err(Failure::new(
            exit::USAGE,
            format!("the knowledge base begins on {begins}; it cannot answer for {day}"),
        ));
    }
    Ok(())
}

/// Today by UTC: the same everywhere at the same moment.
pub(crate) fn today() -> Day {
    let date = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    // Every day of jiff's calendar is a day of ours.
    Day::new(date.year(), date.month(), date.day()).unwrap_or(Day::EPOCH)
}
