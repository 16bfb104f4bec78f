//! What was found as an evidence document: YAML with a first line by which it is known again, or JSON.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Found;
use crate::evidence::{Redactor, clean, invisible};

/// The first line of every file that `collect` writes.
pub const MARK: &str = "# Evidence of one machine, made by `hf-doctor collect`; secrets and names are masked.";

/// Words that YAML readers take for something else.
const AMBIGUOUS: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];

/// Evidence of this machine, masked.
#[derive(Clone, Debug, Default)]
pub struct Collected {
    facts: Vec<(String, Value)>,
    other: Vec<(String, Value)>,
    /// Sentences for the person, masked.
    pub hints: Vec<String>,
    /// How many items of each kind were masked.
    pub masked: BTreeMap<String, u64>,
}

impl Collected {
    pub(super) fn new(found: Found, mut redactor: Redactor) -> Self {
        let mut mask = |items: Vec<(String, Value)>| -> Vec<(String, Value)> {
            items.into_iter().map(|(name, value)| (name, masked(value, &mut redactor))).collect()
        };
        let (facts, other) = (mask(found.facts), mask(found.other));
        let hints = found.hints.iter().map(|hint| redactor.redact(&display(hint))).collect();
        Self { facts, other, hints, masked: redactor.counts().clone() }
    }

    /// The document with sections, as `diagnose` reads it.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut root = Map::new();
        for (id, value) in &self.facts {
            match id.split_once('.') {
                Some((section, name)) => {
                    let section = root.entry(section).or_insert_with(|| Value::Object(Map::new()));
                    if let Value::Object(section) = section {
                        section.insert(name.to_owned(), value.clone());
                    }
                }
                None => {
                    root.insert(id.clone(), value.clone());
                }
            }
        }
        if !self.other.is_empty() {
            root.insert("other".to_owned(), Value::Object(self.other.iter().cloned().collect()));
        }
        Value::Object(root)
    }

    /// The same as YAML, sections in the order in which things were found.
    #[must_use]
    pub fn yaml(&self) -> String {
        let mut out =
            format!("{MARK}\n# Read it before you pass it on. Diagnose with: hf-doctor diagnose ERROR.txt THIS-FILE\n");
        let mut sections: Vec<&str> = Vec::new();
        for (id, value) in &self.facts {
            let section = id.split('.').next().unwrap_or_default();
            if id == section {
                let note = if id == "observed" { "  # the day of the error, when it was another one" } else { "" };
                out.push_str(&format!("{id}: {}{note}\n", scalar(value)));
            } else if !sections.contains(&section) {
                sections.push(section);
            }
        }
        for section in sections {
            out.push_str(&format!("{section}:\n"));
            for (id, value) in &self.facts {
                if let Some(name) = id.strip_prefix(section).and_then(|rest| rest.strip_prefix('.')) {
                    entry(&mut out, name, value);
                }
            }
        }
        if !self.other.is_empty() {
            out.push_str("other:  # kept, not weighed\n");
            self.other.iter().for_each(|(name, value)| entry(&mut out, name, value));
        }
        out
    }
}

fn entry(out: &mut String, name: &str, value: &Value) {
    match value {
        Value::Object(map) => {
            out.push_str(&format!("  {name}:\n"));
            map.iter().for_each(|(name, value)| out.push_str(&format!("    {name}: {}\n", scalar(value))));
        }
        value => out.push_str(&format!("  {name}: {}\n", scalar(value))),
    }
}

/// One value on one line. A text in double quotes of JSON is the same text in YAML.
fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => {
            let word = text.starts_with(|c: char| c.is_ascii_lowercase())
                && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b))
                && !AMBIGUOUS.contains(&text.as_str());
            let day = text.len() == 10 && text.parse::<crate::model::Day>().is_ok();
            if word || day { text.clone() } else { value.to_string() }
        }
        other => other.to_string(),
    }
}

fn masked(value: Value, redactor: &mut Redactor) -> Value {
    match value {
        Value::String(text) => Value::String(redactor.redact(&display(&text))),
        Value::Object(map) => {
            map.into_iter().map(|(name, value)| (name, masked(value, redactor))).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

/// Most characters of one value.
const LONGEST: usize = 4_000;

/// A text with terminal escapes taken out and invisible characters written out; lines stay lines.
fn display(text: &str) -> String {
    let mut out = String::new();
    for c in clean(text).chars().take(LONGEST) {
        if c != '\n' && invisible(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Collected, Found, MARK};
    use crate::diag::yaml::{Limits, parse, to_json};
    use crate::evidence::Redactor;

    #[test]
    fn what_is_written_reads_the_same() {
        let mut found = Found::default();
        found.fact("observed", "2026-11-20");
        found.fact("environment.offline", false);
        found.fact("token.source", "env");
        found.fact("environment.python", "3.10");
        found.fact("http.headers", json!({"x-error-code": "GatedRepo"}));
        for (name, text) in
            [("a", "no"), ("b", "1e3"), ("c", "- x: #"), ("d", "\u{1b}[2J \"q\" \\ \u{202e}"), ("e", "two\nlines")]
        {
            found.other(name, text);
        }
        let collected = Collected::new(found, Redactor::new());
        let yaml = collected.yaml();
        assert!(yaml.starts_with(MARK) && !yaml.contains(['\u{1b}', '\u{202e}']), "{yaml}");
        let read = to_json(&parse(&yaml, &Limits::RULES).expect("YAML"));
        assert_eq!(read, collected.json(), "{yaml}");
    }
}
