//! `eval CASES`.

use std::path::Path;

use crate::author::{self, Accuracy, Labelled};
use crate::cli::args::{Eval, Format};
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit, inputs};
use crate::evidence::display_name;

/// Measures accuracy on labelled cases.
///
/// # Errors
/// When the cases cannot be read, the knowledge base is broken, or stdout cannot be written.
pub(crate) fn run(arguments: &Eval) -> Result<u8, Failure> {
    let format = output::plain_format(arguments.format, &[Format::Markdown])?;
    let engine = base::engine(&arguments.rules)?;
    let name = display_name(&arguments.cases.to_string_lossy());
    let labelled = if arguments.cases.is_dir() { of_directory(&arguments.cases)? } else { of_lines(&arguments.cases)? };
    if labelled.is_empty() {
        return Err(Failure::new(exit::EVIDENCE, format!("{name}: there are no cases")));
    }
    if arguments.ask {
        let orders = author::asking(&engine, &labelled, base::today())
            .map_err(|error| Failure::new(exit::EVIDENCE, error.to_string()))?;
        let text = if format == Format::Json { output::json(&orders)? } else { author::asking_markdown(&orders) };
        output::print(&text)?;
        return Ok(exit::OK);
    }
    let measured = author::accuracy(&engine, &labelled, arguments.text_only, base::today())
        .map_err(|error| Failure::new(exit::EVIDENCE, error.to_string()))?;
    let baseline: Option<Accuracy> =
        match &arguments.baseline {
            Some(path) => Some(serde_json::from_str(&inputs::text(path)?).map_err(|error| {
                Failure::new(exit::EVIDENCE, format!("{}: not a saved run: {error}", path.display()))
            })?),
            None => None,
        };
    let text = match format {
        Format::Json => output::json(&measured)?,
        _ => author::accuracy_markdown(&measured, &labelled, baseline.as_ref()),
    };
    output::print(&text)?;
    Ok(exit::OK)
}

/// Labelled reports, one JSON object a line.
fn of_lines(path: &Path) -> Result<Vec<Labelled>, Failure> {
    let name = display_name(&path.to_string_lossy());
    let mut labelled = Vec::new();
    for (number, line) in inputs::text(path)?.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        labelled.push(serde_json::from_str(line).map_err(|error| {
            Failure::new(exit::EVIDENCE, format!("{name}:{}: not a labelled case: {error}", number.saturating_add(1)))
        })?);
    }
    Ok(labelled)
}

/// The cases of a knowledge base that name a cause.
fn of_directory(dir: &Path) -> Result<Vec<Labelled>, Failure> {
    let mut files = Vec::new();
    author::list(dir, &mut files);
    files.sort();
    let mut labelled = Vec::new();
    for file in files {
        let name = display_name(&file.to_string_lossy());
        let case = author::read_case(&file)
            .map_err(|error| Failure::new(exit::EVIDENCE, format!("{name}: not a case: {error}")))?;
        labelled.extend(Labelled::of_case(&name, case));
    }
    Ok(labelled)
}
