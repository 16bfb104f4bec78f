//! `kb test [FILTER]`.

use std::path::Path;

use crate::author;
use crate::cli::args::{Format, KbTest, RulesChoice};
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit};

/// Runs the examples in rules and all cases.
///
/// # Errors
/// When the knowledge base cannot be read or stdout cannot be written.
pub(crate) fn run(arguments: &KbTest) -> Result<u8, Failure> {
    let format = output::plain_format(arguments.format, &[])?;
    let rules = arguments.rules.rules.clone().or_else(base::local);
    if let Some(cases) = &arguments.cases {
        base::exists(cases)?;
    }
    let cases = arguments.cases.as_deref().unwrap_or(Path::new("tests/cases"));
    let engine = base::engine(&RulesChoice { rules })?;
    let outcome = author::test(&engine, cases, arguments.filter.as_deref(), base::today())?;
    match format {
        Format::Json => {
            output::print(&output::masked(&output::json(&outcome)?))?;
        }
        Format::Quiet => {}
        _ => {
            let mut text = String::new();
            for miss in &outcome.failed {
                text.push_str(&format!("{} {}\n    {}\n", miss.kind, miss.name, miss.message));
            }
            text.push_str(&format!("{} passed, {} failed\n", outcome.passed, outcome.failed.len()));
            output::print(&output::masked(&text))?;
        }
    }
    if outcome.passed == 0 && outcome.failed.is_empty() {
        return Err(Failure::new(exit::TESTS, "no example and no case was run").hint("check the filter and --cases"));
    }
    Ok(if outcome.failed.is_empty() { exit::OK } else { exit::TESTS })
}
