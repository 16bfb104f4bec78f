//! `kb check [PATH..]`.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::author;
use crate::cli::args::{Format, FormatChoice};
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit};
use crate::diag::{Severity, SourceMap};
use crate::eval::Engine;
use crate::evidence;
use crate::kb::{self, Scope};
use crate::model::Day;

/// Arguments of `kb check`.
#[derive(Debug, Args)]
pub struct KbCheck {
    /// The knowledge base, or files and folders in it: then only their problems are shown (default: `rules` here,
    /// else the examples of the built-in one)
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The knowledge base that the paths belong to (default: the one around them, found by its `kb.yaml`)
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// The day from which staleness is counted (default: today)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Day>,
    /// Treat warnings as errors
    #[arg(long)]
    pub strict: bool,
    /// How it is printed.
    #[command(flatten)]
    pub format: FormatChoice,
}

/// Checks a knowledge base, or some files of it, and prints all problems.
///
/// # Errors
/// When a path is not there or in no knowledge base, or stdout cannot be written.
pub(crate) fn run(arguments: &KbCheck) -> Result<u8, Failure> {
    let format = output::plain_format(arguments.format, output::OF_FINDINGS)?;
    let Some((dir, scope)) = base::scope(&arguments.paths, arguments.rules.as_deref())? else {
        return built_in(format);
    };
    let outcome = author::check_scope(&dir, Some(arguments.as_of.unwrap_or_else(base::today)), &scope);
    // The process ends right after: taking the trees apart would only cost time.
    let outcome = std::mem::ManuallyDrop::new(outcome);
    let known = |path: &&str| {
        let one = Scope::of(vec![(*path).to_owned()]);
        let mut names = outcome.files.names().chain(outcome.diagnostics.iter().map(|one| one.location.file.as_str()));
        names.any(|name| name != "." && one.contains(name))
    };
    if let Some(stranger) = scope.paths().find(|path| !known(path)) {
        let name = evidence::display_name(stranger);
        return Err(Failure::new(exit::RULES, format!("the knowledge base has no file `{name}`"))
            .hint("its files end in `.yaml`; everything else is left alone"));
    }
    let errors = outcome.diagnostics.iter().filter(|one| one.severity() == Severity::Error).count();
    let warnings = outcome.diagnostics.len().saturating_sub(errors);
    output::print_findings(format, &outcome.diagnostics, &outcome.files, &dir)?;
    if matches!(format, Format::Human | Format::Agent | Format::Auto) {
        output::print(&format!("{}\n", summary(&outcome.summary, errors, warnings, arguments.strict)))?;
    }
    let reading = matches!(format, Format::Human | Format::Agent | Format::Auto);
    if reading && scope.is_all() && outcome.counts.is_some() && !dir.join(author::lock::NAME).exists() {
        output::complain(
            "Note: no rules.lock here, so versions and removed ids were not checked; `hf-doctor kb lock` writes one\n",
        );
    }
    if outcome.elsewhere > 0 {
        output::complain(&format!(
            "Hint: {} in other files, so not every name could be looked up; see them all: hf-doctor kb check {}\n",
            plural(outcome.elsewhere, "problem"),
            dir.display()
        ));
    }
    Ok(if errors > 0 || (arguments.strict && warnings > 0) { exit::RULES } else { exit::OK })
}

/// There is no directory: the files of the built-in base were checked before it was built, its examples can be run.
fn built_in(format: Format) -> Result<u8, Failure> {
    let kb = kb::embedded()?;
    let version = kb.manifest()?.version.clone();
    let outcome = author::test(&Engine::new(kb)?, Path::new(""), None, base::today())?;
    let failed = outcome.failed.len();
    match format {
        Format::Json | Format::Github | Format::Sarif => {
            output::print_findings(format, &[], &SourceMap::default(), Path::new("."))?;
        }
        Format::Quiet => {}
        _ => output::print(&format!(
            "the built-in knowledge base {version}: {} examples hold, {failed} do not\n",
            outcome.passed
        ))?,
    }
    output::complain(
        "Hint: there is no `rules/kb.yaml` here, so no files were checked; name the directory: hf-doctor kb check DIR\n",
    );
    Ok(if failed == 0 { exit::OK } else { exit::TESTS })
}

fn summary(counted: &str, errors: usize, warnings: usize, strict: bool) -> String {
    let refused = if strict && errors == 0 && warnings > 0 { " (--strict: warnings count as errors)" } else { "" };
    format!("{counted}: {}, {}{refused}", plural(errors, "error"), plural(warnings, "warning"))
}

fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
