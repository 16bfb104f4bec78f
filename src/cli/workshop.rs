//! Opening the rules, cases and logs that contributors work on.

use std::path::{Path, PathBuf};

use clap::Args;

use super::output::{self, Failure};
use super::{base, exit};
use crate::author::{self, Benches, Workshop, WorkshopError};
use crate::diag;
use crate::evidence;
use crate::kb;

/// Where rules, cases and logs are.
#[derive(Debug, Args)]
pub struct Places {
    /// Directory of the knowledge base (default: `rules` here)
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// Directory of cases
    #[arg(long, value_name = "DIR", default_value = "tests/cases")]
    pub cases: PathBuf,
    /// Directory of logs in which no rule may fire
    #[arg(long, value_name = "DIR", default_value = "tests/background")]
    pub background: PathBuf,
    /// Threads (default: as many as there are cores)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
}

/// Reads the rules and runs all cases.
///
/// # Errors
/// Exit code 4 for broken rules, 5 for cases that cannot be read, 74 for a directory that is not there.
pub(crate) fn open(places: &Places) -> Result<Workshop, Failure> {
    let Some(rules) = places.rules.clone().or_else(base::local) else {
        return Err(Failure::new(exit::IO, "there is no `rules/kb.yaml` here")
            .hint("run it in a checkout, or name the directory: --rules DIR"));
    };
    base::exists(&rules)?;
    exists(&places.cases)?;
    let loaded = kb::load_dir(&rules).map_err(|failure| {
        output::complain(&diag::render(&failure.diagnostics, &failure.files, false));
        Failure::new(exit::RULES, format!("the knowledge base in `{}` is broken", shown(&rules)))
    })?;
    let name = rules.to_string_lossy();
    let benches = Benches {
        rules: &name,
        cases: &places.cases,
        background: &places.background,
        today: base::today(),
        jobs: places.jobs.map_or_else(author::cores, usize::from),
    };
    Workshop::open(loaded, &benches).map_err(|error| match error {
        WorkshopError::Kb(error) => error.into(),
        WorkshopError::Cases(misses) => {
            for miss in misses.iter().take(20) {
                output::complain(&format!("broken {}\n    {}\n", miss.name, miss.message));
            }
            Failure::new(exit::TESTS, format!("{} of the cases and logs cannot be read", misses.len()))
                .hint("run `hf-doctor kb test`")
        }
    })
}

fn exists(dir: &Path) -> Result<(), Failure> {
    if dir.is_dir() {
        return Ok(());
    }
    Err(Failure::new(exit::IO, format!("cannot read `{}`: no such directory", shown(dir)))
        .hint("name the directory of cases: --cases DIR"))
}

fn shown(path: &Path) -> String {
    evidence::display_name(&path.to_string_lossy())
}

/// A share in per cent.
pub(crate) fn percent(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "write a number from 0 to 100".to_owned())?;
    // What is no number is in no range.
    if (0.0..=100.0).contains(&value) { Ok(value) } else { Err("write a number from 0 to 100".to_owned()) }
}
