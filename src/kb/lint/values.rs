//! Values that rules give to facts: captures, sets and the facts of examples.

use serde_json::Value;

use super::sink::{Sink, short};
use crate::diag::{Code, Diagnostic, Location, did_you_mean};
use crate::kb::parts::{Origin, Parts};
use crate::model::{Day, FactKind, Scalar, VocabularyFact};

/// Checks captures, sets and examples, and the vocabulary itself.
pub(crate) fn check(parts: &Parts, sink: &mut Sink<'_>) {
    for (i, fact) in parts.vocabulary.facts.iter().enumerate() {
        let at = Origin::new("vocabulary.yaml", format!("/facts/{i}/kind"));
        if (fact.kind == FactKind::Enum) == fact.values.is_empty() {
            let message = format!(
                "`{}` is {}",
                short(&fact.id),
                if fact.values.is_empty() { "an `enum` without `values`" } else { "no `enum` and has `values`" }
            );
            sink.report(Code::OutsideVocabulary, at.value(), message);
        }
    }
    for (_, file, rule) in &parts.rules {
        for (i, symptom) in rule.symptoms.iter().enumerate() {
            let at = Origin::new(file, format!("/symptoms/{i}"));
            for (group, capture) in &symptom.captures {
                let place = at.at(&format!("captures/{}", escape(group)));
                let Some(fact) = sink.account_fact(&capture.fact, || place.words(&capture.fact)) else { continue };
                for (text, value) in &capture.map {
                    let place = place.at(&format!("map/{}", escape(text)));
                    value_of(fact, value, place.value(), sink);
                    if *text != text.to_lowercase() {
                        let message =
                            format!("`{}` is never met: captured texts are compared in lower case", short(text));
                        let help = format!("write `{}`", short(&text.to_lowercase()));
                        sink.push(Diagnostic::new(Code::OutsideVocabulary, place.key(), message).help(help));
                    }
                }
                if let Some(value) = &capture.absent {
                    value_of(fact, value, place.at("absent").value(), sink);
                }
            }
            facts(symptom.sets.iter(), &at.at("sets"), sink);
            for (j, example) in symptom.matches.iter().enumerate() {
                facts(example.facts.iter(), &at.at(&format!("matches/{j}/facts")), sink);
            }
        }
    }
}

fn facts<'a>(given: impl Iterator<Item = (&'a String, &'a Scalar)>, origin: &Origin, sink: &mut Sink<'_>) {
    for (id, value) in given {
        let place = origin.at(&escape(id));
        if let Some(fact) = sink.account_fact(id, || place.key()) {
            value_of(fact, value, place.value(), sink);
        }
    }
}

/// A key as part of a route.
pub(crate) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Reports a value that a fact can never have.
pub(crate) fn value_of(fact: &VocabularyFact, value: &Scalar, location: Location, sink: &mut Sink<'_>) {
    let shown = match value {
        Scalar::Text(text) => format!("the text `{}`", short(text)),
        Scalar::Number(number) => format!("the number `{number}`"),
        Scalar::Bool(value) => format!("`{value}`"),
    };
    let (fits, expected) = match fact.kind {
        FactKind::Bool => (value.as_bool().is_some(), "is `true` or `false`"),
        FactKind::Int => (value.as_number().is_some_and(|n| n.fract() == 0.0), "is a whole number"),
        FactKind::Number => (value.as_number().is_some(), "is a number"),
        FactKind::String => (value.as_text().is_some(), "is text"),
        FactKind::Date => (value.as_text().is_some_and(|t| t.parse::<Day>().is_ok()), "is a day, `YYYY-MM-DD`"),
        FactKind::Map => (false, "is a mapping and cannot be compared"),
        FactKind::Enum => {
            let allowed = || fact.values.iter().map(|option| option.id.as_str());
            if value.as_text().is_some_and(|text| allowed().any(|id| id == text)) {
                return;
            }
            let near = value.as_text().and_then(|text| did_you_mean(text, allowed()));
            let help = near.unwrap_or_else(|| format!("use one of {}", allowed().collect::<Vec<_>>().join(", ")));
            let message = format!("`{}` is never {shown}", fact.id);
            sink.push(Diagnostic::new(Code::OutsideVocabulary, location, message).help(help));
            return;
        }
    };
    if !fits {
        let message = format!("`{}` {expected}, not {shown}", fact.id);
        let quote = matches!((fact.kind, value), (FactKind::String, Scalar::Number(_) | Scalar::Bool(_)));
        let help = quote.then(|| "put it in quotes, as it is meant".to_owned());
        sink.push(Diagnostic::new(Code::OutsideVocabulary, location, message).maybe_help(help));
    }
}

/// A JSON scalar as a value of a fact.
pub(crate) fn scalar(value: &Value) -> Option<Scalar> {
    match value {
        Value::Bool(b) => Some(Scalar::Bool(*b)),
        Value::Number(n) => n.as_f64().map(Scalar::Number),
        Value::String(s) => Some(Scalar::Text(s.clone())),
        _ => None,
    }
}
