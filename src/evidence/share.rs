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
            let searched = evidence.parts.iter().find(|part| part.source == input.name);
            let text = match (input.read_as.as_str(), searched) {
                ("empty", _) => String::new(),
                // A text with JSON in it was searched with its escapes undone; it is handed on as it was.
                ("text" | "notes", Some(part)) if part.places.is_empty() => part.text.clone(),
                ("whoami-v2" | "har", _) => document(evidence, &input.name),
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
            .filter(|part| part.kind == kind && !part.beside && comes_from(&part.source, name))
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

#[cfg(test)]
mod tests {
    use super::Shared;
    use crate::evidence::facts::tests::vocabulary;
    use crate::evidence::{Hint, RawInput, read_shared};

    fn shared(inputs: &[(&str, &str)], sets: &[(&str, &str)]) -> Shared {
        let inputs: Vec<RawInput> = inputs
            .iter()
            .map(|(name, text)| RawInput {
                name: (*name).to_owned(),
                bytes: text.as_bytes().to_vec(),
                hint: Hint::Auto,
            })
            .collect();
        let sets: Vec<(String, String)> =
            sets.iter().map(|(fact, value)| ((*fact).to_owned(), (*value).to_owned())).collect();
        let yaml = |_: &str| Err(Vec::new());
        read_shared(&inputs, &sets, None, &vocabulary(), &yaml).expect("readable").1
    }

    const WHOAMI: &str = r#"{"type": "user", "name": "grete-minde", "fullname": "Grete Minde", "email": "g@corp.example",
        "isPro": false, "canPay": false, "orgs": [], "avatarUrl": "https://cdn.example/grete.png"}"#;

    #[test]
    fn a_name_of_one_input_is_masked_in_all() {
        let shared = shared(&[("a.log", "402 for grete-minde\n"), ("whoami.json", WHOAMI)], &[]);
        let all: String = shared.inputs.iter().map(|input| input.text.as_str()).collect();
        assert!(all.contains("402 for <user#"), "{all}");
        for secret in ["grete", "Minde", "corp.example", "avatarUrl"] {
            assert!(!all.contains(secret), "{secret}: {all}");
        }
    }

    #[test]
    fn of_an_account_only_what_was_read_is_kept_and_reads_the_same() {
        let first = shared(&[("whoami.json", WHOAMI)], &[]);
        let text = &first.inputs.first().expect("one input").text;
        assert!(text.contains("\"account.plan\": \"free\""), "{text}");
        let second = shared(&[("whoami.json", text)], &[]);
        assert_eq!(second.inputs.first().map(|input| input.read_as.as_str()), Some("evidence"));
    }

    #[test]
    fn secrets_in_documents_and_answers_are_masked() {
        let document =
            r#"{"text": "Authorization: Bearer hf_abcdefghijklmnopqrstuvwxyzABCDEF12", "http": {"status": 401}}"#;
        let shared = shared(&[("e.json", document)], &[("account.plan", "free")]);
        let text = &shared.inputs.first().expect("one input").text;
        assert!(text.contains("<hf-token#1>") && !text.contains("hf_abc"), "{text}");
        assert_eq!(shared.sets, [("account.plan".to_owned(), "free".to_owned())]);
    }
}
