//! `kb test [FILTER]`.

mod watch;

use std::path::{Path, PathBuf};

use clap::Args;

use crate::author::{self, Snapshots, TestAsked, TestOutcome};
use crate::cli::args::{Format, FormatChoice, RulesChoice};
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit};
use crate::eval::Engine;

/// Arguments of `kb test`.
#[derive(Debug, Args)]
pub struct KbTest {
    /// Run only cases and rules whose name contains this
    pub filter: Option<String>,
    /// Directory of cases (default: `tests/cases`)
    #[arg(long, value_name = "DIR")]
    pub cases: Option<PathBuf>,
    /// Write the reports that came out as the snapshots beside the cases; look at `git diff` afterwards
    #[arg(long)]
    pub accept: bool,
    /// Run again whenever a rule or case changes, until Ctrl-C
    #[arg(long, conflicts_with = "accept")]
    pub watch: bool,
    /// Where the rules come from.
    #[command(flatten)]
    pub rules: RulesChoice,
    /// How it is printed.
    #[command(flatten)]
    pub format: FormatChoice,
}

/// Runs the examples in rules and all cases.
///
/// # Errors
/// When the knowledge base cannot be read or stdout cannot be written.
pub(crate) fn run(arguments: &KbTest) -> Result<u8, Failure> {
    let format = output::plain_format(arguments.format, &[Format::Junit])?;
    let rules = arguments.rules.rules.clone().or_else(base::local);
    if let Some(cases) = &arguments.cases {
        base::exists(cases)?;
    }
    let cases = arguments.cases.as_deref().unwrap_or(Path::new("tests/cases"));
    if arguments.watch {
        return watch::run(arguments, rules.as_deref(), cases, format);
    }
    let outcome =
        once(arguments, &base::engine(&RulesChoice { rules })?.keeping(), cases, arguments.filter.as_deref())?;
    print(&outcome, format)?;
    if outcome.passed == 0 && outcome.failed.is_empty() {
        return Err(Failure::new(exit::TESTS, "no example and no case was run").hint("check the filter and --cases"));
    }
    Ok(if outcome.failed.is_empty() { exit::OK } else { exit::TESTS })
}

/// One run over what a filter names.
fn once(arguments: &KbTest, engine: &Engine, cases: &Path, filter: Option<&str>) -> Result<TestOutcome, Failure> {
    let snapshots = if arguments.accept { Snapshots::Accept } else { Snapshots::Compare };
    let asked = TestAsked { cases, filter, today: base::today(), snapshots, jobs: author::cores() };
    Ok(author::test_with(engine, &asked)?)
}

fn print(outcome: &TestOutcome, format: Format) -> Result<(), Failure> {
    match format {
        Format::Json => output::print(&output::masked(&output::json(&outcome)?)),
        Format::Junit => output::print(&output::masked(&author::junit(outcome))),
        Format::Quiet => Ok(()),
        _ => {
            let mut text = String::new();
            for miss in &outcome.failed {
                let message = miss.message.trim_end().replace('\n', "\n    ");
                text.push_str(&format!("{} {}\n    {message}\n", miss.kind, miss.name));
            }
            for line in &outcome.accepted {
                text.push_str(&format!("{line}\n"));
            }
            text.push_str(&format!("{} passed, {} failed\n", outcome.passed, outcome.failed.len()));
            output::print(&output::masked(&text))
        }
    }
}
