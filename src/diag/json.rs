//! Findings as JSON, for programs, and the text that every printing of them goes through.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::diagnostic::Diagnostic;
use super::source::SourceMap;
use super::yaml::refused_character;

/// `{"diagnostics": [{code, severity, message, file, line, column, end_column, help}]}`.
///
/// Lines and columns count from 1, columns in characters; a finding about a whole file is at 1:1.
#[must_use]
pub fn to_json(diagnostics: &[Diagnostic], sources: &SourceMap) -> Value {
    let list: Vec<Value> = diagnostics
        .iter()
        .map(|d| {
            let at = sources.position(&d.location);
            json!({
                "code": d.code.name(),
                "severity": d.severity().word(),
                "message": printable(&d.message),
                "file": printable(&d.location.file),
                "line": at.map_or(1, |p| p.line),
                "column": at.map_or(1, |p| p.column),
                "end_column": at.map_or(1, |p| p.end_column),
                "help": d.help.as_deref().map(printable),
            })
        })
        .collect();
    json!({ "diagnostics": list })
}

/// The text with every control, bidirectional and invisible character written as `\u{..}`.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    let bad = |c: char| c == '\r' || refused_character(c).is_some();
    if !text.contains(bad) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if bad(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    Cow::Owned(out)
}
