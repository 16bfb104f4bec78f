//! Scores: prior, recognition, evidence for and against, in decibans.

use std::collections::BTreeMap;

use super::trace::{Candidate, ItemTrace, Match, ProblemTrace, Recognition, Side};
use crate::compile::{Program, Slots, State, Tri};
use crate::kb::{KbError, KnowledgeBase};
use crate::model::{CauseVerdict, Condition, Day, EvidenceItem, Observation, Prior, Scalar};

/// All candidates, ready to be scored under any set of facts.
pub(crate) struct Scales<'a> {
    /// Numbers of the facts that conditions read.
    pub slots: Slots,
    /// Values by slot, as known now.
    pub values: Vec<Option<Scalar>>,
    /// Whether there was any text.
    pub has_text: bool,
    pans: Vec<Pan<'a>>,
}

/// One cause with its compiled evidence.
struct Pan<'a> {
    rule: usize,
    cause: usize,
    id: &'a str,
    service: Option<&'a str>,
    prior: i32,
    recognition: Recognition,
    similarity: i32,
    requires: Option<Program>,
    items: Vec<Item>,
    symptoms: Vec<&'a str>,
}

struct Item {
    side: Side,
    number: usize,
    weight: i32,
    /// Items of one group share a number; `None` stands alone.
    group: Option<usize>,
    program: Program,
}

/// Score of one candidate under some facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Score {
    /// Sum in decibans.
    pub decibans: i32,
    /// Whether a required fact is false.
    pub ruled_out: bool,
    /// Strongest counted item for it, in decibans.
    pub best_for: i32,
    /// Strongest counted item against it, in decibans.
    pub best_against: i32,
}

impl<'a> Scales<'a> {
    /// Compiles all causes of the recognised rules that are valid on the day.
    pub(crate) fn new(
        kb: &'a KnowledgeBase,
        problems: &[ProblemTrace],
        similarity: &BTreeMap<(usize, usize), i32>,
        matches: &'a [Match],
        facts: &[Observation],
        has_text: bool,
        as_of: Day,
    ) -> Result<Self, KbError> {
        Self::of(kb, problems, similarity, matches, facts, has_text, as_of, None)
    }

    /// The same with only the cause of this number of each rule.
    #[expect(clippy::too_many_arguments, reason = "as `new`, and one more")]
    pub(crate) fn of(
        kb: &'a KnowledgeBase,
        problems: &[ProblemTrace],
        similarity: &BTreeMap<(usize, usize), i32>,
        matches: &'a [Match],
        facts: &[Observation],
        has_text: bool,
        as_of: Day,
        only: Option<usize>,
    ) -> Result<Self, KbError> {
        let mut slots = Slots::default();
        let mut pans = Vec::new();
        for problem in problems {
            let Some(file) = kb.rule_at(problem.rule)? else { continue };
            let symptoms: Vec<&str> =
                matches.iter().filter(|one| one.rule == problem.rule).map(|one| one.id.as_str()).collect();
            for (number, cause) in file.rule.causes.iter().enumerate() {
                if !cause.valid.contains(as_of) || only.is_some_and(|only| only != number) {
                    continue;
                }
                let mut items = Vec::new();
                let mut groups: Vec<(Side, &str)> = Vec::new();
                for (side, list) in [(Side::For, &cause.speaks_for), (Side::Against, &cause.against)] {
                    for (position, item) in list.iter().enumerate() {
                        items.push(compile(side, position, item, &mut groups, &mut slots));
                    }
                }
                pans.push(Pan {
                    rule: problem.rule,
                    cause: number,
                    id: &cause.id,
                    service: cause.service.as_deref(),
                    prior: prior(cause.prior, problem.recognition),
                    recognition: problem.recognition,
                    similarity: similarity.get(&(problem.rule, number)).copied().unwrap_or(0),
                    requires: cause.requires.as_ref().map(|condition| Program::new(condition, &mut slots)),
                    items,
                    symptoms: symptoms.clone(),
                });
            }
        }
        let values = (0..slots.len())
            .map(|slot| facts.iter().find(|fact| fact.fact == slots.name(slot)).map(|fact| fact.value.clone()))
            .collect();
        Ok(Self { slots, values, has_text, pans })
    }

    /// Number of candidates.
    pub(crate) fn len(&self) -> usize {
        self.pans.len()
    }

    /// Scores of all candidates under the given values.
    pub(crate) fn weigh(&self, values: &[Option<Scalar>]) -> Vec<Score> {
        (0..self.len()).map(|number| self.weigh_one(number, values)).collect()
    }

    /// Score of one candidate under the given values.
    pub(crate) fn weigh_one(&self, number: usize, values: &[Option<Scalar>]) -> Score {
        let mut score = Score { decibans: 0, ruled_out: false, best_for: 0, best_against: 0 };
        let Some(pan) = self.pans.get(number) else { return score };
        let state = State { facts: values, symptoms: &pan.symptoms, has_text: self.has_text };
        score.ruled_out = pan.requires.as_ref().is_some_and(|program| program.run(state) == Tri::False);
        score.decibans = pan.prior.saturating_add(pan.recognition.decibans()).saturating_add(pan.similarity);
        let states: Vec<Tri> = pan.items.iter().map(|item| item.program.run(state)).collect();
        for (item, counts) in pan.items.iter().zip(counted(&pan.items, &states)) {
            if !counts {
                continue;
            }
            match item.side {
                Side::For => {
                    score.decibans = score.decibans.saturating_add(item.weight);
                    score.best_for = score.best_for.max(item.weight);
                }
                Side::Against => {
                    score.decibans = score.decibans.saturating_sub(item.weight);
                    score.best_against = score.best_against.max(item.weight);
                }
            }
        }
        score
    }

    /// Identity of a candidate for merging: the same cause may stand in several rules.
    pub(crate) fn identity(&self, number: usize) -> (&str, Option<&str>) {
        self.pans.get(number).map_or(("", None), |pan| (pan.id, pan.service))
    }

    /// Numbers of the rule and of the cause in it.
    pub(crate) fn place(&self, number: usize) -> (usize, usize) {
        self.pans.get(number).map_or((usize::MAX, usize::MAX), |pan| (pan.rule, pan.cause))
    }

    /// A condition beside those of the candidates, over the same facts.
    pub(crate) fn program(&mut self, condition: &Condition, facts: &[Observation]) -> Program {
        let program = Program::new(condition, &mut self.slots);
        for slot in self.values.len()..self.slots.len() {
            let name = self.slots.name(slot);
            self.values.push(facts.iter().find(|fact| fact.fact == name).map(|fact| fact.value.clone()));
        }
        program
    }

    /// How the rule of a candidate was recognised.
    pub(crate) fn recognition(&self, number: usize) -> Recognition {
        self.pans.get(number).map_or(Recognition::Similarity, |pan| pan.recognition)
    }

    /// All programs of a candidate.
    pub(crate) fn programs(&self, number: usize) -> impl Iterator<Item = &Program> {
        self.pans
            .get(number)
            .into_iter()
            .flat_map(|pan| pan.requires.iter().chain(pan.items.iter().map(|item| &item.program)))
    }

    /// The full record of a candidate; share and verdict are filled in by the caller.
    pub(crate) fn trace(&self, number: usize, share: f64, verdict: CauseVerdict) -> Option<Candidate> {
        let pan = self.pans.get(number)?;
        let state = State { facts: &self.values, symptoms: &pan.symptoms, has_text: self.has_text };
        let states: Vec<Tri> = pan.items.iter().map(|item| item.program.run(state)).collect();
        let counts = counted(&pan.items, &states);
        let names = |program: &Program| {
            let mut names: Vec<String> = Vec::new();
            program.slots(&mut |slot| {
                let name = self.slots.name(slot);
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            });
            names
        };
        let items = pan
            .items
            .iter()
            .zip(states)
            .zip(counts)
            .map(|((item, state), counted)| ItemTrace {
                side: item.side,
                number: item.number,
                state,
                weight: item.weight,
                counted,
                facts: names(&item.program),
            })
            .collect();
        Some(Candidate {
            rule: pan.rule,
            cause: pan.cause,
            id: pan.id.to_owned(),
            service: pan.service.map(str::to_owned),
            prior: pan.prior,
            recognition: pan.recognition,
            similarity: pan.similarity,
            items,
            requires: pan.requires.as_ref().map(|program| program.run(state)),
            score: self.weigh_one(number, &self.values).decibans,
            share,
            verdict,
        })
    }
}

/// The prior of a cause. It is about people who met the rule's problem; where only the words are
/// alike, that is not known to be so, and half of it counts.
const fn prior(prior: Prior, recognition: Recognition) -> i32 {
    match recognition {
        Recognition::Similarity => prior.decibans() / 2,
        _ => prior.decibans(),
    }
}

fn compile<'a>(
    side: Side,
    number: usize,
    item: &'a EvidenceItem,
    groups: &mut Vec<(Side, &'a str)>,
    slots: &mut Slots,
) -> Item {
    let group = item.group.as_deref().map(|name| {
        groups.iter().position(|known| *known == (side, name)).unwrap_or_else(|| {
            groups.push((side, name));
            groups.len().saturating_sub(1)
        })
    });
    Item { side, number, weight: item.weight.decibans(), group, program: Program::new(&item.when, slots) }
}

/// Which items count: the true ones, of each group only the strongest, the first on a tie.
fn counted(items: &[Item], states: &[Tri]) -> Vec<bool> {
    let truth = |number: usize| states.get(number) == Some(&Tri::True);
    items
        .iter()
        .enumerate()
        .map(|(number, item)| {
            truth(number)
                && !items.iter().enumerate().any(|(other, rival)| {
                    item.group.is_some()
                        && rival.group == item.group
                        && rival.side == item.side
                        && truth(other)
                        && (rival.weight > item.weight || (rival.weight == item.weight && other < number))
                })
        })
        .collect()
}

/// Truth of a single condition, outside the scales.
#[must_use]
pub fn truth(condition: &Condition, facts: &[Observation], symptoms: &[&str], has_text: bool) -> Tri {
    let mut slots = Slots::default();
    let program = Program::new(condition, &mut slots);
    let values: Vec<Option<Scalar>> = (0..slots.len())
        .map(|slot| facts.iter().find(|fact| fact.fact == slots.name(slot)).map(|fact| fact.value.clone()))
        .collect();
    program.run(State { facts: &values, symptoms, has_text })
}
