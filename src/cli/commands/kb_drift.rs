//! `kb drift --docs DIR [--at REV] [--since DATE] [--replay]`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::author::drift::{self, Asked, Docs, DocsError};
use crate::author::git::GitError;
use crate::cli::args::RulesChoice;
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit};
use crate::kb::KbError;
use crate::model::{Day, PlatformFact, Source};

/// Arguments of `kb drift`.
#[derive(Debug, Args)]
pub struct KbDrift {
    /// A checkout or clone of the documentation, bare too
    #[arg(long, value_name = "DIR")]
    pub docs: PathBuf,
    /// The state of the documentation at this revision (default: the newest commit)
    #[arg(long, value_name = "REV")]
    pub at: Option<String>,
    /// Leave out what changed before this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub since: Option<Day>,
    /// Which repository DIR is, as sources name it (default: what it was cloned from, or whose pages it has)
    #[arg(long, value_name = "OWNER/NAME")]
    pub repo: Option<String>,
    /// The day for which facts are taken (default: of the commit; of plain files today)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Day>,
    /// Walk the whole history instead: is every change found, and nothing else?
    #[arg(long, conflicts_with_all = ["since", "as_of"])]
    pub replay: bool,
    /// Where the rules come from.
    #[command(flatten)]
    pub rules: RulesChoice,
    /// How to print
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    pub format: DriftFormat,
}

/// How drift is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DriftFormat {
    /// for reading in a terminal
    Human,
    /// one document
    Json,
    /// annotations of a workflow run
    Github,
    /// the body of an issue
    Markdown,
}

/// Compares the platform facts with the documentation.
///
/// # Errors
/// When rules, documentation or git cannot be read.
pub(crate) fn run(arguments: &KbDrift) -> Result<u8, Failure> {
    base::exists(&arguments.docs)?;
    let rules = RulesChoice { rules: arguments.rules.rules.clone().or_else(base::local) };
    let kb = base::open(&rules)?;
    let facts: Vec<PlatformFact> = kb.facts().map(|fact| Ok(fact?.clone())).collect::<Result<_, KbError>>()?;
    let sources: Vec<Source> = kb.sources().map(|source| Ok(source?.clone())).collect::<Result<_, KbError>>()?;
    let docs = Docs::open(&arguments.docs, arguments.at.as_deref()).map_err(|error| refused(&error))?;
    let repo = match &arguments.repo {
        Some(repo) => {
            if !sources.iter().any(|source| source.repo.as_ref() == Some(repo)) {
                return Err(Failure::new(exit::USAGE, format!("no source names the repository `{repo}`")));
            }
            repo.clone()
        }
        None => drift::repository(&docs, &sources).map_err(|error| refused(&error))?,
    };
    if arguments.replay {
        let replay = drift::replay(&docs, &facts, &sources, &repo).map_err(|error| refused(&error))?;
        let text = match arguments.format {
            DriftFormat::Json => output::json(&replay)?,
            _ => drift::replay_human(&replay),
        };
        output::print(&output::masked(&text))?;
        let faultless = replay.missed.is_empty() && replay.false_alarms.is_empty();
        return Ok(if faultless { exit::OK } else { exit::TESTS });
    }
    let day = match (arguments.as_of, &docs) {
        (Some(day), _) => day,
        // Long after the commit the facts that are open are meant, also those that began later than it.
        (None, Docs::Commit(_, commit)) if arguments.at.is_some() => commit.day,
        (None, _) => base::today(),
    };
    let asked = Asked { facts: &facts, sources: &sources, repo: &repo, day, since: arguments.since };
    let found = drift::drift(&docs, &asked).map_err(|error| refused(&error))?;
    let text = match arguments.format {
        DriftFormat::Human => drift::drift_human(&found),
        DriftFormat::Json => output::json(&found)?,
        DriftFormat::Github => drift::drift_github(&found),
        DriftFormat::Markdown => drift::drift_markdown(&found),
    };
    output::print(&output::masked(&text))?;
    Ok(if found.drifted.is_empty() { exit::OK } else { exit::TESTS })
}

fn refused(error: &DocsError) -> Failure {
    match error {
        DocsError::Git(GitError::Revision(_)) => {
            Failure::new(exit::USAGE, error.to_string()).hint("name a commit, branch or tag of the documentation")
        }
        DocsError::Git(GitError::NoRepository) => Failure::new(exit::USAGE, error.to_string())
            .hint("--at and --replay need a git clone of the documentation, with its history"),
        DocsError::Git(_) => Failure::new(exit::IO, error.to_string()),
        DocsError::Unknown => {
            Failure::new(exit::USAGE, error.to_string()).hint("name the top of the checkout, or say --repo OWNER/NAME")
        }
    }
}
