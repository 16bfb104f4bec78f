//! What a rule means, as a hash: comments, layout and order without meaning do not count.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::model::Rule;

/// SHA-256 of the canonical JSON of a rule, 64 hexadecimal digits.
///
/// Everything a reader or a diagnosis can notice counts, wording included. Not counted are `version` itself, `verified`
/// (a fresh look is no change), and `matches`, `rejects` and `rivals` (they test a rule and say nothing). Symptoms, causes,
/// `yields_to` and `see_also` are sorted: their order in the file never decides anything.
#[must_use]
pub fn meaning(rule: &Rule) -> String {
    let mut value = serde_json::to_value(rule).unwrap_or(Value::Null);
    if let Value::Object(fields) = &mut value {
        fields.remove("version");
        fields.remove("verified");
        fields.remove("rivals");
    }
    for symptom in value.get_mut("symptoms").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Value::Object(fields) = symptom {
            fields.remove("matches");
            fields.remove("rejects");
        }
    }
    for list in ["symptoms", "causes", "yields_to", "see_also"] {
        if let Some(items) = value.get_mut(list).and_then(Value::as_array_mut) {
            items.sort_by_cached_key(|item| item.get("id").unwrap_or(item).to_string());
        }
    }
    let mut text = String::new();
    canonical(&value, &mut text);
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// JSON without blanks and with sorted keys, whatever order the map has.
fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (i, (key, value)) in fields.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                canonical(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                canonical(item, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}
