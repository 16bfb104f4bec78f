//! `kb check [DIR]`.

use std::path::Path;

use crate::author;
use crate::cli::args::{Format, KbCheck};
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit};
use crate::diag::{self, Severity};
use crate::eval::Engine;
use crate::kb;

/// Checks every file of a knowledge base and prints all problems.
///
/// # Errors
/// When the directory cannot be read or stdout not be written.
pub(crate) fn run(arguments: &KbCheck) -> Result<u8, Failure> {
    let format = output::plain_format(arguments.format, &[])?;
    let named = arguments.dir.clone().or_else(|| arguments.rules.clone());
    let Some(dir) = named.or_else(base::local) else { return built_in(format) };
    base::exists(&dir)?;
    let outcome = author::check(&dir, Some(arguments.as_of.unwrap_or_else(base::today)));
    let errors = outcome.diagnostics.iter().filter(|one| one.severity() == Severity::Error).count();
    let warnings = outcome.diagnostics.len().saturating_sub(errors);
    match format {
        Format::Json => {
            let document = diag::to_json(&outcome.diagnostics, &outcome.files);
            output::print(&output::masked(&output::json(&document)?))?;
        }
        Format::Quiet => {}
        _ => {
            output::print_styled(&diag::render(&outcome.diagnostics, &outcome.files, output::colour()))?;
            output::print(&format!("{}\n", summary(&outcome.summary, errors, warnings, arguments.strict)))?;
            if outcome.counts.is_some() && !dir.join(author::lock::NAME).exists() {
                output::complain(
                    "Note: no rules.lock here, so versions and removed ids were not checked; `hf-doctor kb lock` writes one\n",
                );
            }
        }
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
        Format::Json => output::print(&output::json(&diag::to_json(&[], &diag::SourceMap::default()))?)?,
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
    let plural = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let refused = if strict && errors == 0 && warnings > 0 { " (--strict: warnings count as errors)" } else { "" };
    format!("{counted}: {}, {}{refused}", plural(errors, "error"), plural(warnings, "warning"))
}
