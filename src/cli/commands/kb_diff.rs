//! `kb diff OLD [NEW]`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::author;
use crate::author::diff::{self, DiffError, Side};
use crate::author::git::GitError;
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit};
use crate::diag;
use crate::model::Day;

/// Arguments of `kb diff`.
#[derive(Debug, Args)]
pub struct KbDiff {
    /// A directory, or a revision of this git repository
    pub old: String,
    /// A directory or revision (default: the rules here as they are on disk)
    pub new: Option<String>,
    /// Where the rules stand in the repository, seen from here
    #[arg(long, value_name = "PATH", default_value = "rules")]
    pub path: String,
    /// More cases to diagnose on both sides
    #[arg(long, value_name = "DIR")]
    pub cases: Option<PathBuf>,
    /// The day for cases that have none (default: today)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Day>,
    /// Exit with 1 when anything differs
    #[arg(long)]
    pub exit_code: bool,
    /// How to print
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    pub format: DiffFormat,
}

/// How a comparison is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// for reading in a terminal
    Human,
    /// for a pull request
    Markdown,
    /// one document
    Json,
}

/// Compares two knowledge bases and what they make of the cases.
///
/// # Errors
/// When a side cannot be had or read.
pub(crate) fn run(arguments: &KbDiff) -> Result<u8, Failure> {
    let old = side(&arguments.old, &arguments.path)?;
    let mut new = side(arguments.new.as_deref().unwrap_or(&arguments.path), &arguments.path)?;
    if let Some(dir) = &arguments.cases {
        base::exists(dir)?;
        let more = Side::read_cases(dir).into_iter().map(|(name, case)| (format!("{}/{name}", shown(dir)), case));
        new.cases.extend(more);
    }
    let today = arguments.as_of.unwrap_or_else(base::today);
    let found = diff::diff(old, new, today, author::cores())?;
    let text = match arguments.format {
        DiffFormat::Human => diff::diff_human(&found),
        DiffFormat::Markdown => diff::diff_markdown(&found),
        DiffFormat::Json => output::json(&found)?,
    };
    output::print(&output::masked(&text))?;
    Ok(if arguments.exit_code && !found.is_empty() { exit::NOTHING } else { exit::OK })
}

fn shown(dir: &Path) -> String {
    dir.to_string_lossy().replace('\\', "/").trim_end_matches('/').to_owned()
}

fn side(name: &str, path: &str) -> Result<Side, Failure> {
    Side::open(name, path).map_err(|error| {
        if let DiffError::Broken(_, failure) = &error {
            output::complain(&diag::render(&failure.diagnostics, &failure.files, false));
        }
        match &error {
            DiffError::Broken(..) => Failure::new(exit::RULES, error.to_string()),
            DiffError::Git(_, GitError::Missing(_) | GitError::TooLarge | GitError::Refused(_)) => {
                Failure::new(exit::IO, error.to_string())
            }
            DiffError::Git(..) | DiffError::Nothing(_) => Failure::new(exit::USAGE, error.to_string())
                .hint("name a directory with `kb.yaml`, or a revision of the repository you are in"),
            DiffError::NoRules(..) => {
                Failure::new(exit::USAGE, error.to_string()).hint("say where the rules stand: --path PATH")
            }
        }
    })
}
