//! Opening the knowledge base.

use std::path::{Path, PathBuf};

use super::args::RulesChoice;
use super::exit;
use super::output::{self, Failure};
use crate::diag;
use crate::eval::Engine;
use crate::evidence;
use crate::kb::{self, KnowledgeBase};
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
