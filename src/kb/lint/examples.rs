//! Examples: groups and captures agree, `matches` match and yield their facts, `rejects` do not match.

use std::collections::BTreeMap;

use super::sink::{Known, short};
use super::values::escape;
use crate::compile::{Pattern, captured_value};
use crate::diag::{Code, Diagnostic, did_you_mean};
use crate::kb::parts::Origin;
use crate::model::{MatchExample, Scalar, Symptom};

/// Checks the examples of one symptom, whose pattern compiled to `regex`; adds what is wrong to `found`.
pub(crate) fn check(symptom: &Symptom, regex: &Pattern, at: &Origin, known: &Known<'_>, found: &mut Vec<Diagnostic>) {
    let groups: Vec<&str> = regex.group_names().collect();
    for name in symptom.captures.keys().filter(|name| !groups.contains(&name.as_str())) {
        let help =
            did_you_mean(name, groups.iter().copied()).unwrap_or_else(|| "name the group: `(?P<name>...)`".to_owned());
        let message = format!("the pattern has no group `{}`", short(name));
        let place = at.at(&format!("captures/{}", escape(name))).key();
        found.push(Diagnostic::new(Code::CaptureMismatch, place, message).help(help));
    }
    for name in groups.iter().filter(|name| !symptom.captures.contains_key(**name)) {
        let message = format!("the group `{}` is not in `captures`", short(name));
        let help = "add it there, or group without a name: `(?:...)`";
        let place = at.at("pattern").words(&format!("<{name}>"));
        found.push(Diagnostic::new(Code::CaptureMismatch, place, message).help(help));
    }
    for (j, example) in symptom.matches.iter().enumerate() {
        matches(symptom, regex, example, &Places { own: at.at(&format!("matches/{j}")), symptom: at }, known, found);
    }
    for (j, text) in symptom.rejects.iter().enumerate() {
        if let Some(matched) = regex.find_in(text.as_bytes(), (0, text.len()), false) {
            let place = at.at(&format!("rejects/{j}")).slice(matched.span.0..matched.span.1);
            let message = format!("the pattern of `{}` matches this text", short(&symptom.id));
            let noisy = Diagnostic::new(Code::RejectMatches, place, message).help("make the pattern more exact");
            found.push(noisy.related(at.at("pattern").value(), "the pattern"));
        }
    }
}

/// Where an example stands, and its symptom.
struct Places<'a> {
    own: Origin,
    symptom: &'a Origin,
}

fn matches(
    symptom: &Symptom,
    regex: &Pattern,
    example: &MatchExample,
    at: &Places<'_>,
    known: &Known<'_>,
    found: &mut Vec<Diagnostic>,
) {
    let Some(matched) = regex.find_in(example.text.as_bytes(), (0, example.text.len()), false) else {
        let message = format!("the pattern of `{}` does not match this text", short(&symptom.id));
        let silent = Diagnostic::new(Code::ExampleFails, at.own.at("text").value(), message);
        found.push(silent.related(at.symptom.at("pattern").value(), "the pattern"));
        return;
    };
    let mut facts: BTreeMap<&str, Option<Scalar>> =
        symptom.sets.iter().map(|(id, v)| (id.as_str(), Some(v.clone()))).collect();
    for (group, capture) in &symptom.captures {
        let Some(fact) = known.vocabulary.get(capture.fact.as_str()) else { continue };
        let span = matched.groups.iter().find(|(name, _)| name == group).map(|(_, span)| *span);
        let text = span.and_then(|(from, to)| example.text.get(from..to));
        let value = captured_value(capture, fact, text);
        // Two groups may fill one fact in different alternatives.
        let slot = facts.entry(capture.fact.as_str()).or_default();
        if slot.is_none() {
            *slot = value;
        }
    }
    for (id, expected) in &example.facts {
        let place = at.own.at(&format!("facts/{}", escape(id))).value();
        let message = match facts.get(id.as_str()) {
            Some(Some(value)) if value.same(expected) => continue,
            Some(Some(value)) => format!(
                "`{}` is captured as `{}`, not `{}`",
                short(id),
                short(&value.to_string()),
                short(&expected.to_string())
            ),
            Some(None) => format!("`{}` is not captured from this text", short(id)),
            // An unknown fact is another finding.
            None if !known.vocabulary.contains_key(id.as_str()) => continue,
            None => format!("no capture of this symptom fills `{}`", short(id)),
        };
        found.push(Diagnostic::new(Code::ExampleFails, place, message));
    }
}
