//! `docs build` and `docs check`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::args::{Format, FormatChoice, RulesChoice};
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit, inputs};
use crate::docs::place::{self, PlaceError};
use crate::docs::{self, Extra, Form, Options, check, doctor};
use crate::evidence::{Hint, display_name};
use crate::model::Day;

/// Commands for the troubleshooting pages.
#[derive(Debug, Subcommand)]
pub enum DocsCommand {
    /// Build the pages from the knowledge base: a site, or Markdown for a forge
    Build(DocsBuild),
    /// Look for dead links, missing and stale pages, titles given twice, pages without a source
    Check(DocsCheck),
}

/// What is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DocsFormat {
    /// HTML with a Markdown and a JSON twin of every page
    Site,
    /// Markdown for reading on a forge
    Markdown,
}

/// Arguments of `docs build`.
#[derive(Debug, Args)]
pub struct DocsBuild {
    /// Directory to write; an older build there is replaced at once
    #[arg(short, long, value_name = "DIR", default_value = "site")]
    pub out: PathBuf,
    /// The day of all pages (default: today; for markdown, the newest day in the knowledge base)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Day>,
    /// Public address of the site, for feed, site map and canonical links
    #[arg(long, value_name = "URL", value_parser = address)]
    pub base_url: Option<String>,
    /// What to build
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "site")]
    pub format: DocsFormat,
    /// Packed module of the box that diagnoses in the browser (default: `browser/target/doctor.wasm.gz`, when it is there)
    #[arg(long, value_name = "FILE")]
    pub doctor: Option<PathBuf>,
    /// Where the rules come from.
    #[command(flatten)]
    pub rules: RulesChoice,
}

/// Where `browser/build.sh` leaves the module.
const BUILT: &str = "browser/target/doctor.wasm.gz";

/// Arguments of `docs check`.
#[derive(Debug, Args)]
pub struct DocsCheck {
    /// Directory that `docs build` wrote
    #[arg(value_name = "DIR", default_value = "site")]
    pub dir: PathBuf,
    /// Where the rules come from.
    #[command(flatten)]
    pub rules: RulesChoice,
    /// How it is printed.
    #[command(flatten)]
    pub format: FormatChoice,
}

/// Runs one of them.
///
/// # Errors
/// See [`build`] and [`look`].
pub(crate) fn run(command: &DocsCommand) -> Result<u8, Failure> {
    match command {
        DocsCommand::Build(arguments) => build(arguments),
        DocsCommand::Check(arguments) => look(arguments),
    }
}

/// Builds the pages and puts them in their place.
///
/// # Errors
/// When the knowledge base is broken (4), the directory is not ours to replace (2), or writing fails (74).
fn build(arguments: &DocsBuild) -> Result<u8, Failure> {
    let engine = base::engine(&arguments.rules)?;
    let form = match arguments.format {
        DocsFormat::Site => Form::Site,
        DocsFormat::Markdown => Form::Markdown,
    };
    let day = match (arguments.as_of, form) {
        (Some(day), _) => day,
        (None, Form::Site) => base::today(),
        (None, Form::Markdown) => docs::newest_day(engine.kb())?,
    };
    base::check_day(engine.kb(), day)?;
    let parts = if form == Form::Site { box_files(arguments)? } else { Vec::new() };
    let extra = (!parts.is_empty()).then(|| Extra {
        fragment: doctor::fragment().to_owned(),
        scripts: vec![doctor::SCRIPT.to_owned()],
        policy: doctor::POLICY.to_owned(),
    });
    let base = arguments.base_url.as_deref();
    let options = Options { day, form, base, extra: extra.as_ref(), files: &parts, threads: None };
    let files = docs::build(&engine, &options).map_err(|error| Failure::new(exit::RULES, error.to_string()))?;
    let keep: Vec<PathBuf> = arguments.rules.rules.iter().cloned().chain(base::local()).collect();
    let left = place::put(&arguments.out, &files, &keep).map_err(|error| placed(&error))?;
    let bytes: usize = files.values().map(Vec::len).sum();
    let name = display_name(&arguments.out.to_string_lossy());
    if let Some(left) = left {
        let left = display_name(&left.to_string_lossy());
        output::complain(&format!("Hint: the old build could not be removed; it is in `{left}` now\n"));
    }
    output::print(&format!(
        "{name}: {} files, {}.{} MB, knowledge base {}, as of {day}\n",
        files.len(),
        bytes / 1_000_000,
        bytes / 100_000 % 10,
        engine.kb().manifest()?.version
    ))?;
    Ok(exit::OK)
}

/// Files of the box that diagnoses in the browser; none when its module was not built, which is told.
///
/// # Errors
/// When a module that was named cannot be read (74) or is none (2).
fn box_files(arguments: &DocsBuild) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let path = match &arguments.doctor {
        Some(path) => path.as_path(),
        None if Path::new(BUILT).is_file() => Path::new(BUILT),
        None => {
            output::complain(&format!(
                "Hint: the pages have no box that diagnoses in the browser, because `{BUILT}` is not there; \
                 `browser/build.sh` makes it\n"
            ));
            return Ok(Vec::new());
        }
    };
    let packed = inputs::file(path, Hint::Auto)?;
    doctor::files(&packed.bytes).map_err(|error| {
        Failure::new(exit::USAGE, format!("`{}`: {error}", display_name(&path.to_string_lossy())))
            .hint("build it with `browser/build.sh`")
    })
}

fn placed(error: &PlaceError) -> Failure {
    match error {
        PlaceError::Refused(..) => Failure::new(exit::USAGE, error.to_string()).hint("name a new directory with -o"),
        PlaceError::Foreign { .. } => Failure::new(exit::USAGE, error.to_string())
            .hint("only a directory that `docs build` wrote is replaced; move these away or name another with -o"),
        PlaceError::Io(_, reason) => Failure::new(exit::IO, format!("{error}: {}", output::reason(reason))),
    }
}

/// Checks built pages.
///
/// # Errors
/// When the directory cannot be read or is no site (74), or the knowledge base is broken (4).
fn look(arguments: &DocsCheck) -> Result<u8, Failure> {
    let format = output::plain_format(arguments.format, &[])?;
    let kb = base::open(&arguments.rules)?;
    let name = display_name(&arguments.dir.to_string_lossy());
    let outcome = found(&arguments.dir, &kb, &name)?;
    match format {
        Format::Json => output::print(&output::masked(&output::json(&outcome)?))?,
        Format::Quiet => {}
        _ => {
            let mut text = String::new();
            for finding in &outcome.findings {
                text.push_str(&format!("{}: {}\n    {}\n", finding.kind, finding.file, finding.message));
            }
            let count = outcome.findings.len();
            let noun = if count == 1 { "problem" } else { "problems" };
            text.push_str(&format!("{name}: {} pages, {} links, {count} {noun}\n", outcome.pages, outcome.links));
            output::print(&output::masked(&text))?;
        }
    }
    Ok(if outcome.findings.is_empty() { exit::OK } else { exit::TESTS })
}

fn found(dir: &Path, kb: &crate::kb::KnowledgeBase, name: &str) -> Result<check::Outcome, Failure> {
    use check::CheckError;
    check::check(dir, kb).map_err(|error| match error {
        CheckError::Kb(error) => error.into(),
        CheckError::NoSite(_) if !dir.exists() => {
            Failure::new(exit::IO, format!("cannot read `{name}`: no such directory"))
                .hint("build it: hf-doctor docs build")
        }
        CheckError::NoSite(_) => Failure::new(exit::IO, format!("`{name}` is no site: {error}")),
        CheckError::Io(error) => Failure::new(exit::IO, format!("cannot read `{name}`: {}", output::reason(&error))),
    })
}

/// An address that pages can be below: https, or http on this machine, with a slash at the end.
fn address(text: &str) -> Result<String, String> {
    let fine = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'/' | b':' | b'%');
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() && !rest.starts_with('/') && rest.bytes().all(fine) => {
            Ok(format!("{}/", text.trim_end_matches('/')))
        }
        _ => Err("write it as `https://host/path/`".to_owned()),
    }
}
