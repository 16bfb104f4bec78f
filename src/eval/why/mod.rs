//! Why a rule and its causes did or did not come out, and what would change that.
//!
//! Nothing here decides anything: it repeats what the stages did for one rule, also where they stopped before it.

mod flip;

use super::Engine;
use super::candidates::Dropped;
use super::trace::{Candidate, Diagnosis, ProblemTrace, Recognition};
use super::weigh::{Scales, truth};
use crate::compile::Tri;
use crate::compile::nearest::{NearMiss, Words, nearest, pattern_words};
use crate::kb::KbError;
use crate::model::{CauseVerdict, Condition, Evidence, Layer, Rule, Scalar, Status};

pub use flip::{Change, Flip};

/// Whether a rule was considered, and if not, why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// it was
    Considered(Recognition),
    /// it is a tombstone
    Removed,
    /// its problem cannot occur on that day
    NotValid,
    /// more specific rules were recognised, which take over
    YieldsTo(Vec<String>),
    /// it is a last resort, and another rule was recognised
    LastResort,
    /// nothing in the evidence points to it
    NotRecognised,
}

/// What came of one symptom.
#[derive(Clone, Debug)]
pub enum Found {
    /// it matched: number of the match in the diagnosis
    Match(usize),
    /// it came near in this part
    Near(usize, NearMiss),
    /// nothing of it is in the text
    Nothing,
}

/// One test inside a condition.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// The test as written.
    pub condition: Condition,
    /// Its truth.
    pub state: Tri,
}

/// A condition with its tests.
#[derive(Clone, Debug)]
pub struct Weighed {
    /// Truth of the whole.
    pub state: Tri,
    /// Its tests, in order.
    pub leaves: Vec<Leaf>,
}

/// One cause of the rule.
#[derive(Clone, Debug)]
pub struct CauseWhy {
    /// Number in the rule.
    pub number: usize,
    /// Its sum; `None` when it cannot be the cause on that day.
    pub candidate: Option<Candidate>,
    /// Its place in the ranking, from 1; `None` when it is not ranked.
    pub rank: Option<usize>,
    /// What must not be false.
    pub requires: Option<Weighed>,
    /// Its evidence, in the order of the candidate's items.
    pub items: Vec<Weighed>,
    /// The smallest changes that would put it first, or off the first place; empty when there are none.
    pub flips: Vec<Flip>,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct RuleWhy {
    /// Number of the rule.
    pub rule: usize,
    /// Whether it was considered.
    pub standing: Standing,
    /// What came of each symptom.
    pub symptoms: Vec<Found>,
    /// Recognition by structure.
    pub when: Option<Weighed>,
    /// Its causes.
    pub causes: Vec<CauseWhy>,
}

impl Engine {
    /// Why a rule, or one cause of it, did or did not come out in a diagnosis of this evidence.
    ///
    /// # Errors
    /// When an item of the knowledge base that is needed cannot be decoded.
    pub fn why(
        &self,
        evidence: &Evidence,
        diagnosis: &Diagnosis,
        number: usize,
        only: Option<&str>,
    ) -> Result<Option<RuleWhy>, KbError> {
        let Some(file) = self.kb().rule_at(number)? else { return Ok(None) };
        let rule = &file.rule;
        let matched: Vec<&str> =
            diagnosis.matches.iter().filter(|one| one.rule == number).map(|one| one.id.as_str()).collect();
        let weighed = |condition: &Condition| weighed(condition, evidence, diagnosis, &matched);
        let standing = standing(rule, number, diagnosis);
        let hypothetical = self.hypothetical(evidence, diagnosis, number, &standing)?;
        let mut causes = Vec::new();
        for (position, cause) in rule.causes.iter().enumerate() {
            if only.is_some_and(|only| only != cause.id) {
                continue;
            }
            let of = |one: &&Candidate| one.rule == number && one.cause == position;
            let candidate = diagnosis.candidates.iter().find(of).or_else(|| hypothetical.iter().find(of)).cloned();
            let rank = diagnosis.ranked().position(|one| of(&one)).map(|rank| rank.saturating_add(1));
            let flips = match &candidate {
                Some(candidate) => flip::search(self, evidence, diagnosis, candidate, &standing)?,
                None => Vec::new(),
            };
            causes.push(CauseWhy {
                number: position,
                candidate,
                rank,
                requires: cause.requires.as_ref().map(weighed),
                items: cause.speaks_for.iter().chain(&cause.against).map(|item| weighed(&item.when)).collect(),
                flips,
            });
        }
        Ok(Some(RuleWhy {
            rule: number,
            standing,
            symptoms: symptoms(rule, number, evidence, diagnosis),
            when: rule.when.as_ref().map(weighed),
            causes,
        }))
    }

    /// What the causes of a rule that was not considered, or was ruled out with a twin standing, would weigh.
    fn hypothetical(
        &self,
        evidence: &Evidence,
        diagnosis: &Diagnosis,
        number: usize,
        standing: &Standing,
    ) -> Result<Vec<Candidate>, KbError> {
        let recognition = match standing {
            Standing::Considered(recognition) => *recognition,
            _ => Recognition::Similarity,
        };
        let problems = [ProblemTrace { rule: number, recognition }];
        let none = std::collections::BTreeMap::new();
        let scales = Scales::new(
            self.kb(),
            &problems,
            &none,
            &diagnosis.matches,
            &diagnosis.facts,
            evidence.has_text(),
            diagnosis.as_of,
        )?;
        Ok(scales
            .weigh(&scales.values)
            .iter()
            .enumerate()
            .filter_map(|(position, score)| {
                let verdict = if score.ruled_out { CauseVerdict::RuledOut } else { CauseVerdict::Unlikely };
                scales.trace(position, 0.0, verdict)
            })
            .collect())
    }
}

fn standing(rule: &Rule, number: usize, diagnosis: &Diagnosis) -> Standing {
    if let Some(problem) = diagnosis.problems.iter().find(|problem| problem.rule == number) {
        return Standing::Considered(problem.recognition);
    }
    if rule.status == Status::Removed {
        return Standing::Removed;
    }
    if !rule.valid.contains(diagnosis.as_of) {
        return Standing::NotValid;
    }
    match diagnosis.dropped.iter().find(|(rule, _)| *rule == number) {
        Some((_, Dropped::YieldsTo(rules))) => Standing::YieldsTo(rules.clone()),
        Some((_, Dropped::LastResort)) => Standing::LastResort,
        None => Standing::NotRecognised,
    }
}

fn weighed(condition: &Condition, evidence: &Evidence, diagnosis: &Diagnosis, matched: &[&str]) -> Weighed {
    let state = |condition: &Condition| truth(condition, &diagnosis.facts, matched, evidence.has_text());
    let mut leaves = Vec::new();
    condition.walk(&mut |part| {
        if matches!(part, Condition::Fact { .. } | Condition::Symptom(_)) {
            leaves.push(Leaf { condition: part.clone(), state: state(part) });
        }
    });
    Weighed { state: state(condition), leaves }
}

fn symptoms(rule: &Rule, number: usize, evidence: &Evidence, diagnosis: &Diagnosis) -> Vec<Found> {
    let mut wanted: Vec<u32> = rule.symptoms.iter().flat_map(|symptom| pattern_words(&symptom.pattern)).collect();
    wanted.sort_unstable();
    let words: Vec<Words> = evidence
        .parts
        .iter()
        .map(|part| Words::of(part.text.as_bytes(), |word| wanted.binary_search(&word).is_ok()))
        .collect();
    rule.symptoms
        .iter()
        .enumerate()
        .map(|(position, symptom)| {
            let of = |one: &super::trace::Match| one.rule == number && one.symptom == position;
            if let Some(found) = diagnosis.matches.iter().position(of) {
                return Found::Match(found);
            }
            let mut best: Option<(usize, NearMiss)> = None;
            for (number, (part, words)) in evidence.parts.iter().zip(&words).enumerate() {
                let Some(miss) = nearest(&symptom.pattern, part.text.as_bytes(), words) else { continue };
                // Of a few letters, or of words that a person would have chosen, half is an accident.
                let sure = symptom.layer <= Layer::Wrapper && miss.length >= 16;
                if miss.degree() < if sure { 0.5 } else { 0.75 } {
                    continue;
                }
                if best.as_ref().is_none_or(|(_, best)| miss.degree() > best.degree()) {
                    best = Some((number, miss));
                }
            }
            best.map_or(Found::Nothing, |(part, miss)| Found::Near(part, miss))
        })
        .collect()
}

/// The value that a fact has in a diagnosis.
fn value_of<'a>(diagnosis: &'a Diagnosis, fact: &str) -> Option<&'a Scalar> {
    diagnosis.facts.iter().find(|one| one.fact == fact).map(|one| &one.value)
}
