//! `kb test [FILTER]`.

use std::path::PathBuf;

use crate::author;
use crate::cli::args::{Format, KbTest, RulesChoice};
use crate::cli::{base, exit};
use crate::cli::output::{self, Failure};
use crate::report::escape;

/// Runs the examples in rules and all cases.
///
/// # Errors
/// When the knowledge base cannot be read or stdout cannot be written.
pub fn run(arguments: &KbTest) -> Result<u8, Failure> {
    // In a checkout the directory is what a contributor is working on.
    let local = PathBuf::from("rules");
    let rules = arguments.rules.rules.clone().or_else(|| local.join("kb.yaml").is_file().then_some(local));
    let engine = base::engine(&RulesChoice { rules })?;
    let outcome = author::test(&engine, &arguments.cases, arguments.filter.as_deref(), base::today())?;
    match output::format(arguments.format) {
        Format::Json => {
            let text = serde_json::to_string_pretty(&outcome).map_err(|error| Failure::new(exit::IO, error.to_string()))?;
            output::print(&format!("{text}\n"))?;
        }
        Format::Quiet => {}
        _ => {
            let mut text = String::new();
            for miss in &outcome.failed {
                text.push_str(&format!("{} {}\n    {}\n", miss.kind, escape::line(&miss.name), escape::line(&miss.message)));
            }
            text.push_str(&format!("{} passed, {} failed\n", outcome.passed, outcome.failed.len()));
            output::print(&text)?;
        }
    }
    if outcome.passed == 0 && outcome.failed.is_empty() {
        return Err(Failure::new(exit::TESTS, "no example and no case was run")
            .hint("check the filter and --cases"));
    }
    Ok(if outcome.failed.is_empty() { exit::OK } else { exit::TESTS })
}
