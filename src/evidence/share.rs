//! What of the inputs may be handed on: shown before a report, put into a link.
//!
//! Masked by the redactor that has seen everything, so that a name learnt from one input is masked in all others.
//! Where an input holds more than was read (a saved account, recorded traffic), only what was read is kept.

use serde_json::{Map, Value};

use super::facts::Facts;
use super::redact::Redactor;
use super::{RawInput, decode, reader};
use crate::model::{Evidence, Observation, PartKind, Scalar};

/// Masked inputs and answers that lead to the same report again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    /// The inputs in the order given.
    pub inputs: Vec<SharedInput>,
    /// The facts that were set.
    pub sets: Vec<(String, String)>,
}

/// One masked input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedInput {
    /// Its name, masked.
    pub name: String,
    /// How it was read, as in the report: `text`, `evidence`, `whoami-v2`.
    pub read_as: String,
    /// Its text, or an evidence document of what was read from it.
    pub text: String,
}

pub(super) fn shared(
    inputs: &[RawInput],
    sets: &[(String, String)],
    evidence: &Evidence,
    mut redactor: Redactor,
    facts: &dyn Facts,
) -> Shared {
    let sets = sets
        .iter()
        .map(|(fact, value)| {
            let sensitive = facts.get(fact.trim()).is_some_and(|known| known.sensitive);
            let value = if sensitive {
                redactor.marker(reader::kind_of_name(fact.trim()), value)
            } else {
                redactor.redact(value)
            };
            (fact.clone(), value)
        })
        .collect();
    // Inputs are told in the order they were given, so they stand side by side.
    let inputs = inputs
        .iter()
        .zip(&evidence.inputs)
        .map(|(raw, input)| {
            let text = match input.read_as.as_str() {
                "empty" => String::new(),
                "text" | "notes" => {
                    { evidence.parts.iter().find(|part| part.source == input.name).map(|part| part.text.clone()) }
                        .unwrap_or_default()
                }
                "whoami-v2" | "har" => document(evidence, &input.name),
                _ => decode(&raw.bytes).map(|decoded| redactor.redact(&decoded.text)).unwrap_or_default(),
            };
            SharedInput { name: input.name.clone(), read_as: input.read_as.clone(), text }
        })
        .collect();
    Shared { inputs, sets }
}

/// The facts and texts that came from one input, as an evidence document.
fn document(evidence: &Evidence, name: &str) -> String {
    let mut map = Map::new();
    for Observation { fact, value, .. } in evidence.facts.iter().filter(|fact| comes_from(&fact.from, name)) {
        if let Ok(value) = serde_json::to_value::<&Scalar>(value) {
            map.insert(fact.clone(), value);
        }
    }
    for (key, kind) in [("text", PartKind::Printed), ("notes", PartKind::Notes)] {
        let texts: Vec<&str> = evidence
            .parts
            .iter()
            .filter(|part| part.kind == kind && comes_from(&part.source, name))
            .map(|part| part.text.trim_end())
            .collect();
        if !texts.is_empty() {
            map.insert(key.to_owned(), Value::String(texts.join("\n")));
        }
    }
    serde_json::to_string_pretty(&Value::Object(map)).unwrap_or_default() + "\n"
}

/// Whether a provenance (`whoami.json`, `a.har#body:3`) names an input.
fn comes_from(from: &str, name: &str) -> bool {
    from.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '#']))
}
