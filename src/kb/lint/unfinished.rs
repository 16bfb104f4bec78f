//! Texts that a scaffold left for a person to write.

use super::sink::Sink;
use crate::diag::yaml::{Kind, Node};
use crate::diag::{Code, Diagnostic, Location, Place};
use crate::kb::parts::Parts;
use serde_json::Value;

/// How such a text begins.
pub(crate) const MARK: &str = "TODO";

/// Names every text of every file that begins with `TODO`.
pub(crate) fn check(_: &Parts, sink: &mut Sink<'_>) {
    let mut found: Vec<(String, String, String)> = Vec::new();
    for (file, tree) in sink.trees() {
        let mut open: Vec<(String, &Node)> = vec![(String::new(), tree)];
        while let Some((route, node)) = open.pop() {
            match &node.kind {
                Kind::Map(entries) => {
                    open.extend(entries.iter().map(|entry| {
                        let key = entry.key.replace('~', "~0").replace('/', "~1");
                        (format!("{route}/{key}"), &entry.value)
                    }));
                }
                Kind::Seq(items) => {
                    open.extend(items.iter().enumerate().map(|(i, item)| (format!("{route}/{i}"), item)));
                }
                Kind::Scalar(Value::String(text)) if is_marked(text) => {
                    let what = text.trim_start_matches(MARK).trim_start_matches(':').trim();
                    found.push((file.to_owned(), route, what.to_owned()));
                }
                Kind::Scalar(_) => {}
            }
        }
    }
    for (file, route, what) in found {
        let field =
            route.split('/').rfind(|part| !part.bytes().all(|b| b.is_ascii_digit())).unwrap_or("text").to_owned();
        let finding = Diagnostic::new(
            Code::Unfinished,
            Location::new(file, Place::Value(route)),
            format!("`{field}` is still to be written"),
        );
        sink.push(finding.maybe_help((!what.is_empty()).then(|| format!("write {}", super::sink::short(&what)))));
    }
}

/// Whether a text is a mark and not a sentence about one.
pub(crate) fn is_marked(text: &str) -> bool {
    text.strip_prefix(MARK).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
}
