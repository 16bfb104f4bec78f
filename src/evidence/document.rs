//! An evidence document: dotted facts, texts, headers and a whoami answer, all checked against the vocabulary.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::facts::{Facts, Misfit, kind_of, typed, unknown_fact};
use crate::model::{Day, FactKind, Scalar};

/// What a document holds, not yet redacted.
#[derive(Clone, Debug, Default)]
pub(super) struct Document {
    pub observed: Option<Day>,
    pub text: Option<String>,
    pub notes: Option<String>,
    pub body: Option<String>,
    /// Lower-case name and value.
    pub headers: Vec<(String, String)>,
    pub whoami: Option<Map<String, Value>>,
    /// Fact and value of the vocabulary's type.
    pub facts: Vec<(String, Scalar)>,
    pub warnings: Vec<String>,
}

/// A mistake at a place.
#[derive(Clone, Debug)]
pub(super) struct Mistake {
    /// Keys from the root, for the look-up of line and column.
    pub route: Vec<String>,
    pub misfit: Misfit,
}

/// Reads a parsed document; reports every mistake at once.
pub(super) fn read(value: &Value, facts: &dyn Facts) -> Result<Document, Vec<Mistake>> {
    let mut reader = Reader { facts, document: Document::default(), mistakes: Vec::new(), seen: BTreeSet::new() };
    match value {
        Value::Object(map) => reader.mapping(map, "", &[]),
        other => reader.mistake(
            &[],
            Misfit {
                message: format!("an evidence document is a mapping, not {}", kind_of(other)),
                help: Some("begin with a key, for example `text: |` and the message below it".to_owned()),
            },
        ),
    }
    if reader.mistakes.is_empty() { Ok(reader.document) } else { Err(reader.mistakes) }
}

struct Reader<'a> {
    facts: &'a dyn Facts,
    document: Document,
    mistakes: Vec<Mistake>,
    seen: BTreeSet<String>,
}

/// More mistakes than this help nobody.
const MAX_MISTAKES: usize = 50;

impl Reader<'_> {
    fn mistake(&mut self, route: &[String], misfit: Misfit) {
        if self.mistakes.len() < MAX_MISTAKES {
            self.mistakes.push(Mistake { route: route.to_vec(), misfit });
        }
    }

    fn mapping(&mut self, map: &Map<String, Value>, prefix: &str, route: &[String]) {
        for (key, value) in map {
            let id = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
            let route: Vec<String> = route.iter().cloned().chain([key.clone()]).collect();
            if self.seen.contains(&id) {
                let help = Some("keep one of them".to_owned());
                self.mistake(&route, Misfit { message: format!("`{id}` is given twice"), help });
                continue;
            }
            if matches!(id.as_str(), "other" | "whoami" | "text" | "notes") || self.facts.get(&id).is_some() {
                self.seen.insert(id.clone());
                self.fact(&id, value, &route);
                continue;
            }
            let section = self
                .facts
                .ids()
                .iter()
                .any(|known| known.strip_prefix(id.as_str()).is_some_and(|r| r.starts_with('.')));
            match value {
                Value::Object(inner) if section => self.mapping(inner, &id, &route),
                _ if section => {
                    let members: Vec<String> = self
                        .facts
                        .ids()
                        .iter()
                        .filter(|known| known.starts_with(&format!("{id}.")))
                        .map(|known| format!("`{known}`"))
                        .collect();
                    let message = format!("`{id}` must be a mapping of facts, not {}", kind_of(value));
                    self.mistake(
                        &route,
                        Misfit { message, help: Some(format!("facts in it: {}", members.join(", "))) },
                    );
                }
                _ => {
                    let misfit = unknown_fact(&id, self.facts);
                    self.mistake(&route, misfit);
                }
            }
        }
    }

    fn fact(&mut self, id: &str, value: &Value, route: &[String]) {
        if value.is_null() {
            let misfit = Misfit {
                message: format!("`{id}` has no value"),
                help: Some("leave the key out when the answer is not known".to_owned()),
            };
            return self.mistake(route, misfit);
        }
        match id {
            "other" => {
                if !value.is_object() {
                    self.wrong(id, "a mapping", value, route);
                }
            }
            "whoami" => match value {
                Value::Object(map) => self.document.whoami = Some(map.clone()),
                _ => self.wrong(id, "the JSON object that whoami-v2 answers", value, route),
            },
            "http.headers" => self.headers(value, route),
            "text" | "notes" | "http.body" => match value {
                Value::String(text) => {
                    let slot = match id {
                        "text" => &mut self.document.text,
                        "notes" => &mut self.document.notes,
                        _ => &mut self.document.body,
                    };
                    *slot = Some(text.clone());
                }
                // A body is often pasted as the JSON it is.
                Value::Object(_) | Value::Array(_) if id == "http.body" => {
                    self.document.body = serde_json::to_string_pretty(value).ok();
                }
                _ => self.wrong(id, "text", value, route),
            },
            _ => self.scalar(id, value, route),
        }
    }

    fn scalar(&mut self, id: &str, value: &Value, route: &[String]) {
        let Some(fact) = self.facts.get(id) else { return };
        if fact.kind == FactKind::Map {
            if !value.is_object() {
                self.wrong(id, "a mapping", value, route);
            }
            return;
        }
        match typed(fact, value) {
            Err(misfit) => self.mistake(route, misfit),
            Ok(value) if id == "observed" => self.document.observed = value.as_text().and_then(|day| day.parse().ok()),
            Ok(value) => {
                if let Some(reason) = implausible(id, &value) {
                    self.document.warnings.push(reason);
                } else {
                    self.document.facts.push((id.to_owned(), value));
                }
            }
        }
    }

    fn wrong(&mut self, id: &str, wanted: &str, value: &Value, route: &[String]) {
        self.mistake(route, Misfit { message: format!("`{id}` must be {wanted}, not {}", kind_of(value)), help: None });
    }

    fn headers(&mut self, value: &Value, route: &[String]) {
        let Value::Object(map) = value else {
            return self.wrong("http.headers", "a mapping of name to value", value, route);
        };
        for (name, value) in map {
            let lower = name.to_ascii_lowercase();
            let route: Vec<String> = route.iter().cloned().chain([name.clone()]).collect();
            let mut add = |text: String| self.document.headers.push((lower.clone(), text));
            match value {
                Value::String(text) => add(text.clone()),
                Value::Number(number) => add(number.to_string()),
                Value::Bool(value) => add(value.to_string()),
                Value::Array(items) if items.iter().all(Value::is_string) => {
                    items.iter().filter_map(Value::as_str).for_each(|text| add(text.to_owned()));
                }
                other => self.wrong(&format!("http.headers.{name}"), "text", other, &route),
            }
        }
    }
}

/// Values of the right type that cannot be meant.
pub(super) fn implausible(id: &str, value: &Scalar) -> Option<String> {
    let number = value.as_number()?;
    match id {
        "http.status" if !(100.0..600.0).contains(&number) => {
            Some(format!("`http.status` {number} is no HTTP status; it is left out"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;
    use crate::evidence::facts::tests::vocabulary;

    #[test]
    fn nested_and_dotted_keys_mean_the_same() {
        let document = read(
            &json!({"observed": "2026-04-03", "text": "t", "http": {"status": 402, "headers": {"X-Error-Code": "A", "Link": ["a", "b"]}},
                "account.plan": "pro", "other": {"a": 1}, "whoami": {"isPro": true}, "notes": "n"}),
            &vocabulary(),
        )
        .unwrap();
        assert_eq!(document.observed.unwrap().to_string(), "2026-04-03");
        assert_eq!(document.facts.len(), 2);
        assert_eq!(document.headers.first().unwrap(), &("link".to_owned(), "a".to_owned()));
        assert!(document.whoami.is_some() && document.text.is_some() && document.notes.is_some());
    }

    #[test]
    fn every_mistake_is_reported_with_its_place() {
        let mistakes = read(
            &json!({"http": {"status": "402", "stauts": 1}, "acount.plan": "pro", "account": {"plan": null, "can_pay": 1},
                "http.status": 402, "text": 5, "token": "hf", "observed": "yesterday"}),
            &vocabulary(),
        )
        .unwrap_err();
        let messages: Vec<String> = mistakes
            .iter()
            .map(|m| format!("{}: {} ({:?})", m.route.join("/"), m.misfit.message, m.misfit.help))
            .collect();
        for part in [
            "http/stauts: there is no fact `http.stauts` (Some(\"did you mean `http.status`?\"))",
            "acount.plan: there is no fact `acount.plan`",
            "account/plan: `account.plan` has no value",
            "`account.can_pay` must be true or false",
            "`http.status` is given twice",
            "`text` must be text, not a number",
            "`token` must be a mapping of facts, not text",
            "YYYY-MM-DD",
        ] {
            assert!(messages.iter().any(|m| m.contains(part)), "{part} in {messages:#?}");
        }
    }

    #[test]
    fn a_document_is_a_mapping() {
        assert!(read(&json!([1]), &vocabulary()).unwrap_err().first().unwrap().misfit.message.contains("a list"));
        assert!(!read(&json!({"http": {"status": 7}}), &vocabulary()).unwrap().warnings.is_empty());
    }
}
