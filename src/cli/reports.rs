//! Reading a saved report document.

use super::exit;
use super::output::Failure;
use crate::evidence::{RawInput, decode, display_name};
use crate::model::Report;
use crate::report::view::SCHEMA;

/// Reads what `--format json` printed.
///
/// # Errors
/// Exit code 3 when it is no report document, with what it is instead.
pub(crate) fn read(input: &RawInput) -> Result<Report, Failure> {
    let name = display_name(&input.name);
    let fail = |what: String| {
        Failure::new(exit::EVIDENCE, format!("{name}: not a report document: {what}"))
            .hint("save one with `hf-doctor diagnose FILE --format json > report.json`")
    };
    // Through the decoder: a PowerShell redirect saves UTF-16.
    let decoded = decode(&input.bytes).map_err(|error| fail(format!("this looks like {}", error.looks_like)))?;
    let value: serde_json::Value = serde_json::from_str(&decoded.text).map_err(|error| fail(error.to_string()))?;
    match value.get("schema").and_then(serde_json::Value::as_str) {
        Some(SCHEMA) => {}
        Some(other) => {
            let other: String = other.chars().take(80).collect();
            return Err(fail(format!("its schema is `{other}`, not `{SCHEMA}`")));
        }
        None => return Err(fail("it has no `schema`".to_owned())),
    }
    serde_path_to_error::deserialize(&value).map_err(|error| {
        let path = error.path().to_string();
        fail(format!("`{path}`: {}", error.into_inner()))
    })
}
