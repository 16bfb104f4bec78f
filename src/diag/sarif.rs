//! Findings as SARIF 2.1.0, the format of code scanning services.
//!
//! The standard: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html>

use serde_json::{Value, json};

use super::code::Code;
use super::diagnostic::{Diagnostic, Location};
use super::json::printable;
use super::source::SourceMap;

/// Where the schema of the document is published.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

/// Services take no more results of one run than this.
const MAX_RESULTS: usize = 25_000;

/// One run with all findings; the rules are the codes that occur, with their pages as help.
///
/// `below` is the directory of the knowledge base as seen from the root of the repository, empty or ending in `/`.
/// Addresses of files are relative to that root, regions count characters from 1 and end after their last character.
#[must_use]
pub fn to_sarif(diagnostics: &[Diagnostic], sources: &SourceMap, below: &str) -> Value {
    let mut codes: Vec<Code> = diagnostics.iter().map(|one| one.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let results: Vec<Value> =
        diagnostics.iter().take(MAX_RESULTS).map(|one| result(one, &codes, sources, below)).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": format!("https://docs.rs/{}", env!("CARGO_PKG_NAME")),
                "rules": codes.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {"SRCROOT": {"description": {"text": "the root of the repository"}}},
            "results": results,
        }],
    })
}

/// A code as the description of a rule.
fn rule(code: Code) -> Value {
    let (explanation, example) = code.entry().map_or(("", ""), |entry| (entry.explanation, entry.example));
    json!({
        "id": code.name(),
        "name": format!("{code:?}"),
        "shortDescription": {"text": code.title()},
        "fullDescription": {"text": explanation},
        "help": {
            "text": format!("{explanation}\n\nA broken example:\n\n{example}"),
            "markdown": format!("{explanation}\n\nA broken example:\n\n```yaml\n{example}\n```"),
        },
        // The page of the code in the reference of this very version.
        "helpUri": format!(
            "https://docs.rs/{}/{}/hf_doctor/diag/enum.Code.html#variant.{code:?}",
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION")
        ),
        "defaultConfiguration": {"level": code.severity().word()},
    })
}

fn result(one: &Diagnostic, codes: &[Code], sources: &SourceMap, below: &str) -> Value {
    let mut text = printable(&one.message).into_owned();
    if let Some(help) = &one.help {
        text.push_str(&format!("\nhelp: {}", printable(help)));
    }
    let mut result = json!({
        "ruleId": one.code.name(),
        "ruleIndex": codes.binary_search(&one.code).unwrap_or_default(),
        "level": one.severity().word(),
        "message": {"text": text},
        "locations": [{"physicalLocation": physical(&one.location, sources, below)}],
    });
    let related: Vec<Value> = one
        .related
        .iter()
        .enumerate()
        .map(|(i, other)| {
            json!({
                "id": i,
                "message": {"text": printable(&other.label)},
                "physicalLocation": physical(&other.location, sources, below),
            })
        })
        .collect();
    if let (false, Some(fields)) = (related.is_empty(), result.as_object_mut()) {
        fields.insert("relatedLocations".to_owned(), Value::Array(related));
    }
    result
}

fn physical(location: &Location, sources: &SourceMap, below: &str) -> Value {
    let file = uri(&format!("{below}{}", location.file));
    let mut place = json!({"artifactLocation": {"uri": file, "uriBaseId": "SRCROOT"}});
    if let (Some(at), Some(fields)) = (sources.position(location), place.as_object_mut()) {
        let region = json!({
            "startLine": at.line,
            "startColumn": at.column,
            "endLine": at.line,
            "endColumn": at.end_column,
        });
        fields.insert("region".to_owned(), region);
    }
    place
}

/// A path as a relative address: every byte that has a meaning there is escaped.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn a_path_cannot_become_another_address() {
        assert_eq!(uri("rules/a b/é%\u{1b}.yaml"), "rules/a%20b/%C3%A9%25%1B.yaml");
        assert_eq!(uri("javascript:x?#"), "javascript%3Ax%3F%23");
    }
}
