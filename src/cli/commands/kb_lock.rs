//! `kb lock [--check] [--release] [--removed ID=WHY]`.

use std::path::PathBuf;

use clap::Args;

use crate::author::lock::{self, Kind, LockError, NAME, Removal, Update};
use crate::cli::args::{Format, FormatChoice};
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit};
use crate::diag;
use crate::evidence;
use crate::kb;
use crate::model::Day;

/// Arguments of `kb lock`.
#[derive(Debug, Args)]
pub struct KbLock {
    /// Directory of the knowledge base (default: `rules` here)
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// Write nothing; fail when the lock is not the one that belongs to the rules
    #[arg(long)]
    pub check: bool,
    /// Mark the version of `kb.yaml` as released: from now on changes need new versions
    #[arg(long, conflicts_with = "check")]
    pub release: bool,
    /// A released id that is gone, and why (repeatable)
    #[arg(long, value_name = "ID=WHY", value_parser = removed, conflicts_with = "check")]
    pub removed: Vec<Removal>,
    /// A released id that is gone, and the one that stands for it now (repeatable)
    #[arg(long, value_name = "ID=NEW", value_parser = replaced, conflicts_with = "check")]
    pub replaced: Vec<Removal>,
    /// The day on which new ids appear and removed ones go (default: today)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Day>,
    /// How it is printed.
    #[command(flatten)]
    pub format: FormatChoice,
}

/// Writes or checks the lock.
///
/// # Errors
/// When the rules cannot be read, or the lock cannot be written.
pub(crate) fn run(arguments: &KbLock) -> Result<u8, Failure> {
    let format = output::plain_format(arguments.format, &[])?;
    let Some(dir) = arguments.rules.clone().or_else(base::local) else {
        return Err(Failure::new(exit::USAGE, "there is no `rules/kb.yaml` here")
            .hint("name the directory: hf-doctor kb lock --rules DIR"));
    };
    base::exists(&dir)?;
    let mut loaded = match kb::load_dir(&dir) {
        Ok(loaded) => loaded,
        Err(failure) => {
            output::print_styled(&diag::render(&failure.diagnostics, &failure.files, output::colour()))?;
            return Err(Failure::new(exit::RULES, "the rules cannot be read, so they cannot be locked"));
        }
    };
    let asked = Update {
        removals: arguments.removed.iter().chain(&arguments.replaced).cloned().collect(),
        release: arguments.release,
        check: arguments.check,
        today: arguments.as_of.unwrap_or_else(base::today),
    };
    let outcome = match lock::update(&dir, &mut loaded, &asked) {
        Ok(outcome) => outcome,
        Err(error @ LockError::Asked(_)) => return Err(Failure::new(exit::USAGE, error.to_string())),
        Err(LockError::Io(error)) => {
            let name = evidence::display_name(&dir.join(NAME).to_string_lossy());
            return Err(Failure::new(exit::IO, format!("cannot write `{name}`: {}", output::reason(&error))));
        }
    };
    let fresh = outcome.findings.is_empty();
    match format {
        Format::Json => {
            let mut document = diag::to_json(&outcome.findings, &loaded.files);
            if let Some(fields) = document.as_object_mut() {
                fields.insert("changed".to_owned(), outcome.changed.into());
                fields.insert("released".to_owned(), outcome.lock.released.clone().into());
                fields.insert("ids".to_owned(), outcome.lock.entries.len().into());
                fields.insert("tombstones".to_owned(), outcome.lock.gone.len().into());
            }
            output::print(&output::masked(&output::json(&document)?))?;
        }
        Format::Quiet => {}
        _ if !fresh => {
            output::print_styled(&diag::render(&outcome.findings, &loaded.files, output::colour()))?;
            let what = if arguments.check { "the lock does not hold" } else { "nothing was written" };
            output::print(&format!("{what}\n"))?;
        }
        _ => output::print(&output::masked(&summary(&outcome, &loaded.parts.manifest.version)))?,
    }
    Ok(if fresh { exit::OK } else { exit::RULES })
}

fn summary(outcome: &lock::Outcome, base: &str) -> String {
    let done = match (outcome.existed, outcome.changed) {
        (false, true) => "written for the first time",
        (true, true) => "written",
        (_, false) => "up to date",
    };
    let of = |kind: Kind| outcome.lock.entries.keys().filter(|key| key.0 == kind).count();
    let released = match &outcome.lock.released {
        Some(version) if version == base => format!("{version} is released"),
        Some(version) => format!("{base} in work after {version}"),
        None => format!("{base} in work, nothing released yet"),
    };
    format!(
        "{NAME} {done}: {} rules, {} causes, {} steps, {} platform facts, {} tombstones; {released}\n",
        of(Kind::Rule),
        of(Kind::Cause),
        of(Kind::Step),
        of(Kind::Fact),
        outcome.lock.gone.len()
    )
}

/// Parses `ID=WHY`.
fn removed(text: &str) -> Result<Removal, String> {
    let (id, why) = pair(text).ok_or("write it as ID=WHY, for example quota-exceeded='two rules in one'")?;
    if why.len() > 200 || why.chars().any(char::is_control) {
        return Err("the reason is one line of at most 200 bytes".to_owned());
    }
    Ok(Removal { id, replaced_by: None, why })
}

/// Parses `ID=NEW`.
fn replaced(text: &str) -> Result<Removal, String> {
    let (id, new) = pair(text).ok_or("write it as ID=NEW, for example quota-exceeded=zerogpu-quota-exceeded")?;
    if new.contains(char::is_whitespace) || new.len() > 200 {
        return Err("the part after `=` is an id".to_owned());
    }
    Ok(Removal { id, why: format!("replaced by {new}"), replaced_by: Some(new) })
}

fn pair(text: &str) -> Option<(String, String)> {
    let (id, rest) = text.split_once('=')?;
    let (id, rest) = (id.trim(), rest.trim());
    (!id.is_empty() && !rest.is_empty()).then(|| (id.to_owned(), rest.to_owned()))
}
