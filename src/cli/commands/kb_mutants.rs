//! `kb mutants [FILTER]`.

use std::path::PathBuf;

use clap::Args;

use crate::author::{self, MutantsAsked, MutantsOutcome};
use crate::cli::args::{Format, FormatChoice};
use crate::cli::output::{self, Failure};
use crate::cli::workshop::{self, Places};
use crate::cli::{exit, progress};

/// Arguments of `kb mutants`.
#[derive(Debug, Args)]
pub struct KbMutants {
    /// Try only mutants whose name contains this: a rule, a cause, `requires`, ...
    pub filter: Option<String>,
    /// Name the mutants without trying them
    #[arg(long)]
    pub list: bool,
    /// Try only every Nth mutant
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub every: u16,
    /// Try only what survived in an earlier run: what `--format json` printed
    #[arg(long, value_name = "FILE")]
    pub again: Option<PathBuf>,
    /// Fail with exit code 5 when less than this share is noticed, the declared ones apart
    #[arg(long, value_name = "PERCENT", default_value_t = 0.0, value_parser = workshop::percent)]
    pub min: f64,
    /// Survivors that may stay, with their reasons
    #[arg(long, value_name = "FILE", default_value = "tests/mutants.yaml")]
    pub declared: PathBuf,
    /// Where rules and cases are.
    #[command(flatten)]
    pub places: Places,
    /// How it is printed.
    #[command(flatten)]
    pub format: FormatChoice,
}

/// Changes every rule in one thing at a time and says which changes nothing notices.
///
/// # Errors
/// When rules or cases cannot be read, or stdout cannot be written.
pub(crate) fn run(arguments: &KbMutants) -> Result<u8, Failure> {
    let format = output::plain_format(arguments.format, &[])?;
    let declared = author::read_declared(&arguments.declared)
        .map_err(|error| Failure::new(exit::TESTS, format!("{}: {error}", arguments.declared.display())))?;
    let again = match &arguments.again {
        Some(path) => Some(
            author::read_survivors(path)
                .map_err(|error| Failure::new(exit::USAGE, format!("{}: {error}", path.display())))?,
        ),
        None => None,
    };
    let shop = workshop::open(&arguments.places)?;
    let bar = progress::Bar::new("mutants");
    let asked = MutantsAsked {
        filter: arguments.filter.as_deref(),
        every: usize::from(arguments.every),
        again: again.as_ref(),
        list: arguments.list,
        declared: &declared,
        progress: &|done, all| bar.show(done, all),
    };
    let outcome = author::mutants(&shop, &asked);
    bar.clear();
    let outcome = outcome?;
    match format {
        Format::Json => output::print(&output::masked(&output::json(&outcome)?))?,
        Format::Quiet => output::print(&format!("{:.2}\n", outcome.score * 100.0))?,
        _ if arguments.list => output::print(&output::masked(&listed(&outcome)))?,
        _ => output::print(&output::masked(&told(&outcome)))?,
    }
    if outcome.tried == 0 {
        return Err(Failure::new(exit::TESTS, "no mutant was tried").hint("check the filter"));
    }
    if !outcome.idle.is_empty() {
        return Err(Failure::new(exit::TESTS, "declared survivors that are noticed or not there any more")
            .hint(format!("delete them from {}", arguments.declared.display())));
    }
    let share = outcome.score_without_excused * 100.0;
    if !arguments.list && share < arguments.min {
        return Err(Failure::new(exit::TESTS, format!("{share:.2} % is noticed, {} % is demanded", arguments.min)));
    }
    Ok(exit::OK)
}

fn listed(outcome: &MutantsOutcome) -> String {
    let mut out = String::new();
    for file in &outcome.files {
        for one in &file.survivors {
            out.push_str(&format!("{}:{}: {}\n    {}\n", file.file, one.line, one.mutant, one.what));
        }
    }
    out.push_str(&format!("{} mutants\n", outcome.tried));
    out
}

fn told(outcome: &MutantsOutcome) -> String {
    let mut out = String::new();
    for one in &outcome.noticed_now {
        out.push_str(&format!("noticed {}\n    by {}\n", one.mutant, one.by));
    }
    for file in &outcome.files {
        for one in file.survivors.iter().filter(|one| one.reason.is_none()) {
            out.push_str(&format!(
                "{}:{}: {}\n    {}\n    add {}\n",
                file.file, one.line, one.what, one.mutant, one.add
            ));
            for line in one.sketch.lines() {
                out.push_str(&format!("    | {line}\n"));
            }
        }
    }
    for file in &outcome.files {
        for one in &file.survivors {
            if let Some(reason) = &one.reason {
                out.push_str(&format!("declared {}\n    {reason}\n", one.mutant));
            }
        }
    }
    for name in &outcome.idle {
        out.push_str(&format!("idle {name}\n"));
    }
    out.push_str(&format!(
        "{} mutants: {} noticed, {} survived, {} declared, {} cannot matter: {:.2} % noticed",
        outcome.tried,
        outcome.noticed,
        outcome.survived,
        outcome.excused,
        outcome.equivalent,
        outcome.score * 100.0
    ));
    if outcome.excused > 0 {
        out.push_str(&format!(", {:.2} % without the declared ones", outcome.score_without_excused * 100.0));
    }
    out.push('\n');
    out
}
