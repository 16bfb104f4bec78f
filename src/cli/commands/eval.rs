//! `eval CASES`.

use crate::author::{self, Accuracy, Labelled};
use crate::cli::args::{Eval, Format};
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit, inputs};

/// Measures accuracy on labelled cases.
///
/// # Errors
/// When the cases cannot be read, the knowledge base is broken, or stdout cannot be written.
pub(crate) fn run(arguments: &Eval) -> Result<u8, Failure> {
    let format = output::plain_format(arguments.format, &[Format::Markdown])?;
    let engine = base::engine(&arguments.rules)?;
    let name = arguments.cases.display().to_string();
    let mut labelled: Vec<Labelled> = Vec::new();
    for (number, line) in inputs::text(&arguments.cases)?.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        labelled.push(serde_json::from_str(line).map_err(|error| {
            Failure::new(exit::EVIDENCE, format!("{name}:{}: not a labelled case: {error}", number.saturating_add(1)))
        })?);
    }
    if labelled.is_empty() {
        return Err(Failure::new(exit::EVIDENCE, format!("{name}: there are no cases")));
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
