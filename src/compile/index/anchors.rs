//! Which facts a structural condition cannot hold without.

use serde_json::Value;

use super::hash;

/// Hash of the anchor "this fact has this value", or with no value "this fact is known".
#[must_use]
pub fn anchor_hash(fact: &str, value: Option<&str>) -> u32 {
    match value {
        Some(value) => hash(format!("{fact}={}", value.to_ascii_lowercase()).as_bytes()),
        None => hash(fact.as_bytes()),
    }
}

/// The anchors of which one must hold for the condition to be true; `None` when it has none.
pub(super) fn anchors(condition: &Value) -> Option<Vec<u32>> {
    let parts = condition.as_object()?;
    // Several keys mean all of them: the most selective one will do.
    parts
        .iter()
        .filter_map(|(key, value)| of_part(key, value))
        .min_by_key(|found| (found.weak, found.hashes.len()))
        .map(|mut found| {
            found.hashes.sort_unstable();
            found.hashes.dedup();
            found.hashes
        })
}

struct Anchored {
    hashes: Vec<u32>,
    /// Known-ness says less than a value.
    weak: bool,
}

fn of_part(key: &str, value: &Value) -> Option<Anchored> {
    match key {
        "not" | "symptom" => None,
        "all" => value
            .as_array()?
            .iter()
            .filter_map(|part| anchors(part).map(|hashes| Anchored { hashes, weak: false }))
            .min_by_key(|found| found.hashes.len()),
        "any" => {
            let mut hashes = Vec::new();
            for part in value.as_array()? {
                hashes.extend(anchors(part)?);
            }
            Some(Anchored { hashes, weak: false })
        }
        fact => Some(of_fact(fact, value)),
    }
}

fn of_fact(fact: &str, test: &Value) -> Anchored {
    let values: Option<Vec<String>> = match test {
        Value::Array(items) => items.iter().map(scalar).collect(),
        Value::Object(operators) => operators.get("is").and_then(|is| match is {
            Value::Array(items) => items.iter().map(scalar).collect(),
            other => scalar(other).map(|text| vec![text]),
        }),
        other => scalar(other).map(|text| vec![text]),
    };
    match values {
        Some(values) => {
            Anchored { hashes: values.iter().map(|value| anchor_hash(fact, Some(value))).collect(), weak: false }
        }
        None => Anchored { hashes: vec![anchor_hash(fact, None)], weak: true },
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => number.as_f64().map(|n| n.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{anchor_hash, anchors};
    use serde_json::json;

    #[test]
    fn takes_the_most_selective_part() {
        let condition = json!({"all": [{"http.host": {"ends_with": ".hf.space"}}, {"http.status": [401, 403]}]});
        let mut expected = vec![anchor_hash("http.host", None)];
        assert_eq!(anchors(&condition), Some(expected.clone()));
        expected = vec![anchor_hash("http.status", Some("402"))];
        assert_eq!(anchors(&json!({"http.status": 402, "http.host": {"known": true}})), Some(expected));
        assert_eq!(anchors(&json!({"not": {"http.status": 402}})), None);
        assert_eq!(anchors(&json!({"any": [{"http.status": 402}, {"not": {"http.status": 1}}]})), None);
    }
}
