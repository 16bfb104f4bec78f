//! `redact [FILE]`.

use std::path::Path;

use crate::cli::args::Redact;
use crate::cli::exit;
use crate::cli::inputs;
use crate::cli::output::{self, Failure};
use crate::evidence::{Hint, redact_text};

/// Prints a text with secrets and identities masked, and how many on stderr.
///
/// # Errors
/// When the text cannot be read or printed.
pub(crate) fn run(arguments: &Redact) -> Result<u8, Failure> {
    let input = inputs::file(arguments.file.as_deref().unwrap_or(Path::new("-")), Hint::Auto)?;
    let (text, counts) = redact_text(&input.bytes).map_err(|error| {
        Failure::new(exit::EVIDENCE, format!("{}: this looks like {}", input.name, error.looks_like)).hint(error.help)
    })?;
    output::print(&text)?;
    let told: Vec<String> = counts.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    if !told.is_empty() {
        output::complain(&format!("Hint: masked {}\n", told.join(", ")));
    }
    Ok(exit::OK)
}
