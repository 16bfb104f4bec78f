//! The case or example that would notice a survivor, as far as it can be written by a program.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::edits::{Change, Notice};
use crate::model::{Comparison, Condition, Day, Layer, Operand, Rule, Scalar, Test};

/// Where to write what, and a sketch of it.
pub(super) fn sketch(rule: &Rule, change: &Change, today: Day) -> (String, String) {
    match &change.notice {
        Notice::Cause(cause, condition) => {
            let id = rule.causes.get(*cause).map_or("", |cause| cause.id.as_str());
            let add = format!("a case of `{}` in which `{id}` is ranked and the condition decides", rule.id);
            (add, case(rule, day_of(rule, *cause, today), condition.as_ref(), Some(id)))
        }
        Notice::Structure(condition) => {
            let add = format!("a case without text that `{}` recognises by structure", rule.id);
            (add, case_of(None, today, Some(condition), None, Some(&rule.id)))
        }
        Notice::Match(symptom, lost) => {
            let id = rule.symptoms.get(*symptom).map_or("", |symptom| symptom.id.as_str());
            (
                format!("`matches` of the symptom `{id}`: a text as it is printed with `{lost}`"),
                format!("- text: \"… {lost} …\"\n"),
            )
        }
        Notice::Reject(symptom, what) => {
            let found = rule.symptoms.get(*symptom);
            let id = found.map_or("", |symptom| symptom.id.as_str());
            let like = found.and_then(|symptom| symptom.matches.first()).map_or("", |example| example.text.as_str());
            (
                format!("`rejects` of the symptom `{id}`: what somebody else prints that it matches with {what}"),
                format!("- {}   # like this, of another program\n", json!(like.lines().next().unwrap_or_default())),
            )
        }
        Notice::Facts(symptom) => {
            let found = rule.symptoms.get(*symptom);
            let id = found.map_or("", |symptom| symptom.id.as_str());
            let facts: Vec<String> = found
                .into_iter()
                .flat_map(|symptom| symptom.captures.values())
                .map(|capture| format!("{}: …", capture.fact))
                .collect();
            (
                format!("`matches` of the symptom `{id}`: an example with all its facts"),
                format!("- text: …\n  facts: {{{}}}\n", facts.join(", ")),
            )
        }
        Notice::On(day, cause) => {
            let id = cause.and_then(|cause| rule.causes.get(cause)).map(|cause| cause.id.as_str());
            (format!("a case of `{}` on {day}", rule.id), case(rule, *day, None, id))
        }
        Notice::Both(other) => (
            format!("a case with the messages of `{}` and `{other}` in one text", rule.id),
            case(rule, today, None, None).replace("expect: {}", &format!("expect: {{problem: {other}}}")),
        ),
        Notice::BothSymptoms(symptom, other) => {
            let id = rule.symptoms.get(*symptom).map_or("", |symptom| symptom.id.as_str());
            (
                format!("a case with a text that `{id}` and `{other}` match at the same place"),
                case(rule, today, None, None),
            )
        }
    }
}

/// A day on which a cause can be one.
fn day_of(rule: &Rule, cause: usize, today: Day) -> Day {
    let valid = rule.causes.get(cause).map(|cause| cause.valid).unwrap_or_default();
    match (valid.from.or(rule.valid.from), valid.until.or(rule.valid.until)) {
        (_, Some(until)) if until <= today => until.previous(),
        (Some(from), _) if from > today => from,
        _ => today,
    }
}

fn case(rule: &Rule, day: Day, condition: Option<&Condition>, cause: Option<&str>) -> String {
    let decisive = rule.symptoms.iter().filter(|symptom| symptom.layer == Layer::Decisive);
    let text = decisive.flat_map(|symptom| &symptom.matches).map(|example| example.text.as_str()).next();
    let condition = match (text, condition, &rule.when) {
        (None, None, Some(when)) => Some(when),
        _ => condition,
    };
    case_of(text, day, condition, cause, None)
}

fn case_of(
    text: Option<&str>,
    day: Day,
    condition: Option<&Condition>,
    cause: Option<&str>,
    problem: Option<&str>,
) -> String {
    let mut out = format!("title: …\nevidence:\n  observed: {day}\n");
    if let Some(text) = text {
        out.push_str(&format!("  text: {}\n", json!(text)));
    }
    let mut facts = BTreeMap::new();
    let mut beyond = Vec::new();
    if let Some(condition) = condition {
        assign(condition, true, &mut facts, &mut beyond);
    }
    if !facts.is_empty() {
        out.push_str("set:\n");
        for (fact, value) in facts {
            out.push_str(&format!("  {fact}: {value}\n"));
        }
    }
    for line in beyond {
        out.push_str(&format!("# and {line}\n"));
    }
    match (cause, problem) {
        (Some(cause), _) => out.push_str(&format!("expect: {{ranked: [{cause}]}}\n")),
        (None, Some(problem)) => out.push_str(&format!("expect: {{problem: {problem}}}\n")),
        (None, None) => out.push_str("expect: {}\n"),
    }
    out
}

/// Values under which a condition has the wanted truth; what no value can say goes to `beyond`.
fn assign(condition: &Condition, wanted: bool, facts: &mut BTreeMap<String, Value>, beyond: &mut Vec<String>) {
    match (condition, wanted) {
        (Condition::All(parts), true) | (Condition::Any(parts), false) => {
            parts.iter().for_each(|part| assign(part, wanted, facts, beyond));
        }
        (Condition::All(parts), false) | (Condition::Any(parts), true) => {
            parts.iter().take(1).for_each(|part| assign(part, wanted, facts, beyond));
        }
        (Condition::Not(part), _) => assign(part, !wanted, facts, beyond),
        (Condition::Symptom(ids), true) => beyond.push(format!("a text that `{}` matches", ids.join("` or `"))),
        (Condition::Symptom(ids), false) => beyond.push(format!("a text that `{}` does not match", ids.join("` or `"))),
        (Condition::Fact { fact, test }, _) => match value(test, wanted) {
            Some(value) => {
                facts.entry(fact.clone()).or_insert(value);
            }
            None => {
                beyond.push(format!("{fact} {} {}", if wanted { "with" } else { "not with" }, json!(test)));
            }
        },
    }
}

/// A value that passes or fails a test.
fn value(test: &Test, wanted: bool) -> Option<Value> {
    match (test, wanted) {
        (Test::Is(values), true) => values.first().map(|value| json!(value)),
        (Test::Is(values), false) => match values.first()? {
            Scalar::Bool(value) => Some(json!(!value)),
            Scalar::Number(value) => Some(json!(Scalar::Number(value + 1.0))),
            Scalar::Text(_) => None,
        },
        (Test::Compare(comparison, Operand::Number(limit)), _) => {
            let (inside, outside) = match comparison {
                Comparison::Lt => (limit - 1.0, *limit),
                Comparison::Le => (*limit, limit + 1.0),
                Comparison::Gt => (limit + 1.0, *limit),
                Comparison::Ge => (*limit, limit - 1.0),
            };
            Some(json!(Scalar::Number(if wanted { inside } else { outside })))
        }
        (Test::Contains(texts) | Test::StartsWith(texts) | Test::EndsWith(texts), true) => {
            texts.first().map(|text| json!(text))
        }
        _ => None,
    }
}
