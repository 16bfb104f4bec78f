//! Cycles of `yields_to`, between rules and between the symptoms of one rule.

use std::collections::{BTreeMap, BTreeSet};

use super::sink::Sink;
use crate::diag::{Code, Diagnostic};
use crate::kb::parts::{Origin, Parts};

/// Names on a printed path; a longer one is cut in the middle.
const MAX_SHOWN: usize = 12;

/// A node of the graph: where its `yields_to` is, and what that names.
type Graph<'a> = BTreeMap<&'a str, (Origin, &'a [String])>;

/// Checks all `yields_to`.
pub(crate) fn check(parts: &Parts, sink: &mut Sink<'_>) {
    let rules: Graph<'_> = parts
        .rules
        .iter()
        .map(|(_, file, rule)| (rule.id.as_str(), (Origin::new(file, "/yields_to"), rule.yields_to.as_slice())))
        .collect();
    cycles(&rules, "rules", sink);
    for (_, file, rule) in &parts.rules {
        let symptom = |(i, s): (usize, &'_ _)| {
            let s: &crate::model::Symptom = s;
            (s.id.clone(), Origin::new(file, format!("/symptoms/{i}/yields_to")), s.yields_to.clone())
        };
        let owned: Vec<_> = rule.symptoms.iter().enumerate().map(symptom).collect();
        let graph: Graph<'_> = owned.iter().map(|(id, at, to)| (id.as_str(), (at.clone(), to.as_slice()))).collect();
        cycles(&graph, "symptoms", sink);
    }
}

/// Walks depth first with a stack of its own; every cycle is reported once, at its alphabetically first member.
fn cycles(graph: &Graph<'_>, what: &str, sink: &mut Sink<'_>) {
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for start in graph.keys() {
        let mut path: Vec<(&str, usize)> = vec![(*start, 0)];
        let mut on_path: BTreeSet<&str> = BTreeSet::from([*start]);
        while let Some((id, next)) = path.last_mut() {
            let target = graph.get(id).and_then(|(_, to)| to.get(*next));
            *next += 1;
            let Some(target) = target else {
                done.insert(id);
                on_path.remove(id);
                path.pop();
                continue;
            };
            if on_path.contains(target.as_str()) {
                let names: Vec<&str> = path.iter().map(|(id, _)| *id).skip_while(|id| id != target).collect();
                report(graph, &names, what, sink);
            } else if !done.contains(target.as_str())
                && let Some((key, _)) = graph.get_key_value(target.as_str())
            {
                on_path.insert(key);
                path.push((key, 0));
            }
        }
    }
}

fn report(graph: &Graph<'_>, names: &[&str], what: &str, sink: &mut Sink<'_>) {
    let (Some(first), Some(last)) = (names.first(), names.last()) else { return };
    let mut shown: Vec<&str> = names.to_vec();
    if shown.len() > MAX_SHOWN {
        shown.splice(MAX_SHOWN / 2..names.len() - MAX_SHOWN / 2, ["..."]);
    }
    shown.push(first);
    let message = format!("these {what} yield to each other: {}", shown.join(" -> "));
    if let Some((origin, _)) = graph.get(last) {
        let found = Diagnostic::new(Code::YieldCycle, origin.words(first), message);
        sink.push(found.help("let only the more general one yield"));
    }
}
