//! Facts that matched symptoms add to the evidence, and where they disagree with it.

use super::trace::Match;
use crate::compile::captured_value;
use crate::kb::{KbError, KnowledgeBase};
use crate::model::{Conflict, ConflictValue, Evidence, Layer, Observation, PartKind, Trust};

/// Facts of the evidence joined by what symptoms captured and set.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Known {
    /// One observation a fact, sorted by name.
    pub facts: Vec<Observation>,
    /// Where they disagree.
    pub conflicts: Vec<Conflict>,
}

/// Joins evidence and captures; the more trusted value wins, a tie goes to the one given first.
pub(crate) fn join(kb: &KnowledgeBase, evidence: &Evidence, matches: &[Match]) -> Result<Known, KbError> {
    let mut known = Known { facts: evidence.facts.clone(), conflicts: evidence.conflicts.clone() };
    for one in matches {
        let Some(file) = kb.rule_at(one.rule)? else { continue };
        let Some(symptom) = file.rule.symptoms.get(one.symptom) else { continue };
        let source = evidence.parts.get(one.part).map_or("", |part| part.source.as_str());
        let from = format!("{source}:{}", one.line);
        let trust = match (one.kind, one.layer) {
            (PartKind::Notes, _) | (_, Layer::Retold) => Trust::Told,
            (PartKind::Printed, Layer::Decisive) => Trust::Server,
            (PartKind::Printed, Layer::Wrapper | Layer::Hint) => Trust::Client,
        };
        for (group, capture) in &symptom.captures {
            let Some(entry) = kb.vocabulary(&capture.fact)? else { continue };
            let text = one.captures.get(group).map(String::as_str);
            if let Some(value) = captured_value(capture, entry, text) {
                known.add(Observation { fact: capture.fact.clone(), value, from: from.clone(), trust });
            }
        }
        for (fact, value) in &symptom.sets {
            known.add(Observation { fact: fact.clone(), value: value.clone(), from: from.clone(), trust });
        }
    }
    known.facts.sort_by(|a, b| a.fact.cmp(&b.fact));
    Ok(known)
}

impl Known {
    fn add(&mut self, new: Observation) {
        let Some(old) = self.facts.iter_mut().find(|old| old.fact == new.fact) else {
            self.facts.push(new);
            return;
        };
        if old.value.same(&new.value) {
            return;
        }
        let wins = new.trust > old.trust;
        let (used, unused) = if wins { (new.clone(), old.clone()) } else { (old.clone(), new.clone()) };
        // What a person's words only suggest is no contradiction worth reporting, unless it is about who they are: somebody
        // who speaks of one account and sends the token of another has found the cause.
        if unused.trust > Trust::Told || unused.of_account() {
            let sides = [&used, &unused].map(|one| ConflictValue { value: one.value.clone(), from: one.from.clone() });
            let note = format!("`{}` is used because {} is trusted more", used.value, trust_words(used.trust));
            let [first, second] = sides;
            let same = |conflict: &&mut Conflict| {
                // What a fact is said to be beside what excludes it is another disagreement.
                conflict.fact == used.fact && conflict.values.first().is_some_and(|value| value.value.same(&used.value))
            };
            match self.conflicts.iter_mut().find(same) {
                Some(conflict) => {
                    if !conflict.values.iter().any(|value| value.value.same(&second.value)) {
                        conflict.values.push(second);
                    }
                }
                None => self.conflicts.push(Conflict { fact: used.fact.clone(), values: vec![first, second], note }),
            }
        }
        if wins {
            *old = new;
        }
    }
}

/// How a trust class reads in a sentence.
const fn trust_words(trust: Trust) -> &'static str {
    match trust {
        Trust::Told => "what the person says",
        Trust::Client => "what the client prints",
        Trust::Status => "the status or exception",
        Trust::Given => "the field of the evidence file",
        Trust::Url => "the URL",
        Trust::Server => "what the server wrote",
        Trust::Set => "what was set on the command line",
    }
}

/// Whether the request succeeded: a status of success, and neither an error code nor an exception beside it.
pub(crate) fn succeeded(facts: &[Observation]) -> bool {
    let find = |name: &str| facts.iter().find(|fact| fact.fact == name);
    let status = find("http.status").and_then(|fact| fact.value.as_number());
    status.is_some_and(|status| (200.0..300.0).contains(&status))
        && find("http.error_code").is_none()
        && find("client.exception").is_none()
}
