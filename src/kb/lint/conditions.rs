//! Conditions: facts, values and symptoms they name exist and fit.
//!
//! This check reads the tree rather than the typed condition: the tree still knows which words stand where.

use super::sink::{Sink, short};
use super::values::{escape, scalar, value_of};
use crate::diag::yaml::{Kind, Node};
use crate::diag::{Code, Diagnostic, did_you_mean};
use crate::kb::parts::{Origin, Parts};
use crate::model::{Condition, FactKind, Rule, VocabularyFact, compare_versions};

/// Checks all conditions.
pub(crate) fn check(parts: &Parts, sink: &mut Sink<'_>) {
    for (i, step) in parts.steps.iter().enumerate() {
        one(step.when.as_ref(), &sink.step(i).at("when"), None, sink);
    }
    for (i, line) in parts.account.limits.iter().enumerate() {
        one(Some(&line.when), &Origin::new("account.yaml", format!("/limits/{i}/when")), None, sink);
    }
    for (i, line) in parts.account.cannot_see.iter().enumerate() {
        one(line.when.as_ref(), &Origin::new("account.yaml", format!("/cannot_see/{i}/when")), None, sink);
    }
    for (_, file, rule) in &parts.rules {
        let origin = Origin::new(file, "");
        one(rule.when.as_ref(), &origin.at("when"), Some(rule), sink);
        for (i, cause) in rule.causes.iter().enumerate() {
            let at = origin.at(&format!("causes/{i}"));
            one(cause.requires.as_ref(), &at.at("requires"), Some(rule), sink);
            for (field, items) in [("for", &cause.speaks_for), ("against", &cause.against)] {
                for (j, item) in items.iter().enumerate() {
                    one(Some(&item.when), &at.at(&format!("{field}/{j}/when")), Some(rule), sink);
                }
            }
            for (j, not_this) in cause.not_this.iter().enumerate() {
                one(not_this.when.as_ref(), &at.at(&format!("not_this/{j}/when")), Some(rule), sink);
            }
            if let Some(escalation) = &cause.escalate {
                one(Some(&escalation.when), &at.at("escalate/when"), Some(rule), sink);
            }
        }
    }
}

fn one(condition: Option<&Condition>, origin: &Origin, rule: Option<&Rule>, sink: &mut Sink<'_>) {
    if condition.is_some()
        && let Some(node) = sink.node(origin)
    {
        walk(node, origin, rule, sink);
    }
}

/// Depth is bounded by the reader.
fn walk(node: &Node, origin: &Origin, rule: Option<&Rule>, sink: &mut Sink<'_>) {
    let Kind::Map(entries) = &node.kind else { return };
    for entry in entries {
        let at = origin.at(&escape(&entry.key));
        match (entry.key.as_str(), &entry.value.kind) {
            ("all" | "any", Kind::Seq(parts)) => {
                for (i, part) in parts.iter().enumerate() {
                    walk(part, &at.at(&i.to_string()), rule, sink);
                }
            }
            ("not", _) => walk(&entry.value, &at, rule, sink),
            ("symptom", _) => {
                for (value, at) in scalars(&entry.value, &at) {
                    symptom(value.as_str().unwrap_or_default(), &at, rule, sink);
                }
            }
            (name, _) => {
                if let Some(fact) = sink.account_fact(name, || at.key()) {
                    test(fact, &entry.value, &at, sink);
                }
            }
        }
    }
}

fn symptom(id: &str, at: &Origin, rule: Option<&Rule>, sink: &mut Sink<'_>) {
    let Some(rule) = rule else {
        sink.report(Code::UnknownSymptom, at.value(), "a symptom can be asked for only inside its rule");
        return;
    };
    if !rule.symptoms.iter().any(|s| s.id == id) {
        let help = did_you_mean(id, rule.symptoms.iter().map(|s| s.id.as_str()));
        let message = format!("unknown symptom `{}` in this rule", short(id));
        sink.push(Diagnostic::new(Code::UnknownSymptom, at.value(), message).maybe_help(help));
    }
}

fn test(fact: &VocabularyFact, node: &Node, at: &Origin, sink: &mut Sink<'_>) {
    let Kind::Map(entries) = &node.kind else {
        for (value, at) in scalars(node, at) {
            if let Some(value) = scalar(value) {
                value_of(fact, &value, at.value(), sink);
            }
        }
        return;
    };
    for entry in entries {
        let at = at.at(&entry.key);
        match entry.key.as_str() {
            "is" => {
                for (value, at) in scalars(&entry.value, &at) {
                    if let Some(value) = scalar(value) {
                        value_of(fact, &value, at.value(), sink);
                    }
                }
            }
            "lt" | "le" | "gt" | "ge" => comparison(fact, entry.key.as_str(), &entry.value, &at, sink),
            "before" | "since" => {
                operator(
                    fact,
                    &entry.key,
                    fact.kind == FactKind::String,
                    "compares versions, which are text",
                    &at,
                    sink,
                );
                let version = text(&entry.value);
                if compare_versions(version, version).is_none() {
                    let message = format!("`{}` is not a version", short(version));
                    sink.push(
                        Diagnostic::new(Code::OutsideVocabulary, at.value(), message)
                            .help("write for example \"0.23.1\""),
                    );
                }
            }
            "contains" | "starts_with" | "ends_with" => {
                let textual = matches!(fact.kind, FactKind::String | FactKind::Enum);
                operator(fact, &entry.key, textual, "looks into text", &at, sink);
                for (value, at) in scalars(&entry.value, &at).into_iter().filter(|(v, _)| v.as_str() == Some("")) {
                    let _ = value;
                    sink.report(Code::OutsideVocabulary, at.value(), "the empty text is found everywhere");
                }
            }
            // `known` fits every fact.
            _ => {}
        }
    }
}

fn comparison(fact: &VocabularyFact, key: &str, node: &Node, at: &Origin, sink: &mut Sink<'_>) {
    let numeric = |kind| matches!(kind, FactKind::Int | FactKind::Number);
    operator(fact, key, numeric(fact.kind), "compares numbers", at, sink);
    if let Some(entry) = node.get("fact") {
        let place = at.at("fact");
        if let Some(other) = sink.account_fact(text(&entry.value), || place.value())
            && !numeric(other.kind)
        {
            let message = format!("`{}` is not a number", short(&other.id));
            sink.report(Code::OutsideVocabulary, place.value(), message);
        }
    }
}

fn operator(fact: &VocabularyFact, key: &str, fits: bool, does: &str, at: &Origin, sink: &mut Sink<'_>) {
    if !fits {
        let kind = match fact.kind {
            FactKind::Bool => "true or false",
            FactKind::Int | FactKind::Number => "a number",
            FactKind::String => "text",
            FactKind::Enum => "one of fixed values",
            FactKind::Date => "a day",
            FactKind::Map => "a mapping",
        };
        let message = format!("`{key}` {does}, and `{}` is {kind}", fact.id);
        sink.report(Code::OutsideVocabulary, at.key(), message);
    }
}

fn text(node: &Node) -> &str {
    match &node.kind {
        Kind::Scalar(value) => value.as_str().unwrap_or_default(),
        _ => "",
    }
}

/// One scalar or the scalars of a list, with their places.
fn scalars<'n>(node: &'n Node, at: &Origin) -> Vec<(&'n serde_json::Value, Origin)> {
    match &node.kind {
        Kind::Scalar(value) => vec![(value, at.clone())],
        Kind::Seq(items) => {
            let one = |(i, item): (usize, &'n Node)| match &item.kind {
                Kind::Scalar(value) => Some((value, at.at(&i.to_string()))),
                _ => None,
            };
            items.iter().enumerate().filter_map(one).collect()
        }
        Kind::Map(_) => Vec::new(),
    }
}
