//! Which rules are considered, and how each was recognised.

use std::collections::BTreeMap;

use super::facts;
use super::similar::{self, Similar};
use super::trace::{Match, ProblemTrace, Recognition};
use super::weigh::truth;
use crate::compile::{Lookup, Tri};
use crate::kb::{KbError, KnowledgeBase};
use crate::model::{Day, Evidence, Layer, Observation, PartKind, Rule, Status};

/// Rules that similarity may bring in when nothing better did.
const NEAREST: usize = 5;

/// Degree of similarity below which a rule is not worth considering.
const LEAST: f64 = 0.10;

/// Degree of similarity that earns the full five decibans.
const FULL: f64 = 0.40;

/// The rules under consideration with the similarity of their causes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Considered {
    /// Recognised rules, best recognised first.
    pub problems: Vec<ProblemTrace>,
    /// Decibans of similarity by rule and cause number.
    pub similarity: BTreeMap<(usize, usize), i32>,
    /// Rules that were recognised and left out.
    pub dropped: Vec<(usize, Dropped)>,
}

/// Why a rule that was recognised is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dropped {
    /// these more specific rules take over
    YieldsTo(Vec<String>),
    /// it is a last resort, and another rule is recognised by a decisive text or by structure
    LastResort,
}

/// Finds the rules that the evidence concerns on a day.
pub(crate) fn consider(
    kb: &KnowledgeBase,
    lookup: &Lookup,
    evidence: &Evidence,
    matches: &[Match],
    known: &[Observation],
    as_of: Day,
) -> Result<Considered, KbError> {
    let mut found: BTreeMap<usize, Recognition> = BTreeMap::new();
    let mut note = |rule: usize, recognition: Recognition| {
        let slot = found.entry(rule).or_insert(recognition);
        *slot = (*slot).max(recognition);
    };
    for one in matches {
        note(
            one.rule,
            match (one.layer, one.kind) {
                (Layer::Decisive, PartKind::Printed) => Recognition::Decisive,
                (Layer::Decisive, PartKind::Notes) => Recognition::Quoted,
                (Layer::Wrapper | Layer::Hint, _) => Recognition::Surrounding,
                (Layer::Retold, _) => Recognition::Retold,
            },
        );
    }
    let has_text = evidence.has_text();
    for rule in lookup.structural(known.iter().map(|fact| (fact.fact.as_str(), fact.value.to_string()))) {
        let Some(file) = kb.rule_at(rule)? else { continue };
        let symptoms: Vec<&str> = matches.iter().filter(|one| one.rule == rule).map(|one| one.id.as_str()).collect();
        let holds = file.rule.when.as_ref().is_some_and(|when| truth(when, known, &symptoms, has_text) == Tri::True);
        if holds {
            // What is only considered for lack of anything better cannot conclude.
            let last = file.rule.last_resort;
            note(rule, if last { Recognition::Surrounding } else { Recognition::Structure });
        }
    }
    let best = found.values().max().copied();
    // A request that succeeded has no cause of failure; what merely resembles one is not looked for.
    if facts::succeeded(known) && best.is_none_or(|best| best < Recognition::Retold) {
        return Ok(Considered { problems: Vec::new(), similarity: BTreeMap::new(), dropped: Vec::new() });
    }
    // A last resort: where a text decided there is nothing left for it to say.
    let decided = best.is_some_and(|best| best >= Recognition::Quoted);
    let similar = if has_text && !decided { similar::rank(lookup, evidence, matches) } else { Vec::new() };
    if best.is_none_or(|best| best < Recognition::Structure) {
        for one in similar.iter().filter(|one| one.degree >= LEAST).take(NEAREST) {
            found.entry(one.rule).or_insert(Recognition::Similarity);
        }
    }
    let mut problems = Vec::new();
    let mut dropped = Vec::new();
    for (rule, recognition) in &found {
        let Some(file) = kb.rule_at(*rule)? else { continue };
        if !live(&file.rule, as_of) {
            continue;
        }
        let winners = yields(kb, &file.rule, *recognition, &found);
        if file.rule.last_resort && elsewhere(&found, *rule) {
            dropped.push((*rule, Dropped::LastResort));
        } else if winners.is_empty() {
            problems.push(ProblemTrace { rule: *rule, recognition: *recognition });
        } else {
            dropped.push((*rule, Dropped::YieldsTo(winners)));
        }
    }
    problems.sort_by(|a, b| {
        let place = |rule: usize| matches.iter().position(|one| one.rule == rule).unwrap_or(usize::MAX);
        b.recognition.cmp(&a.recognition).then(place(a.rule).cmp(&place(b.rule))).then(a.rule.cmp(&b.rule))
    });
    Ok(Considered { problems, similarity: similar.iter().map(decibans).collect(), dropped })
}

fn live(rule: &Rule, as_of: Day) -> bool {
    rule.status != Status::Removed && rule.valid.contains(as_of)
}

/// Whether another rule is recognised by a decisive text or by structure.
fn elsewhere(found: &BTreeMap<usize, Recognition>, rule: usize) -> bool {
    found.iter().any(|(other, recognition)| *other != rule && *recognition >= Recognition::Structure)
}

/// The more specific rules, recognised by a decisive text at least as well, that take over.
fn yields(kb: &KnowledgeBase, rule: &Rule, own: Recognition, found: &BTreeMap<usize, Recognition>) -> Vec<String> {
    let wins = |id: &&String| {
        let recognition = kb.rule_number(id).and_then(|other| found.get(&other));
        recognition.is_some_and(|recognition| *recognition >= Recognition::Quoted && *recognition >= own)
    };
    rule.yields_to.iter().filter(wins).cloned().collect()
}

fn decibans(one: &Similar) -> ((usize, usize), i32) {
    #[expect(clippy::cast_possible_truncation, reason = "0 to 5 after the clamp")]
    let decibans = (5.0 * (one.degree / FULL)).clamp(0.0, 5.0).round() as i32;
    ((one.rule, one.cause), decibans)
}
