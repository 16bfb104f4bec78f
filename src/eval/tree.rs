//! A decision tree of one rule: its best question, asked again after every answer.
//!
//! The rule counts as recognised, and nothing but the given facts is known. So the tree is what the question engine
//! would do with every person who sees the problem, drawn ahead of time.

use super::trace::{Match, ProblemTrace, Recognition};
use super::weigh::{Scales, Score};
use super::{Engine, ask, verdict};
use crate::kb::KbError;
use crate::model::{Day, Layer, Observation, ReportVerdict, Scalar};

/// Information below which a tree does not ask, in bits.
const LEAST: f64 = 0.08;

/// How far a tree may grow.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Most questions on the way to a leaf.
    pub depth: usize,
    /// Most questions in the whole tree.
    pub questions: usize,
}

/// What can be said after some answers, and what to ask next.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The verdict with these answers.
    pub verdict: ReportVerdict,
    /// The causes of the rule that are not ruled out, most likely first: number in the rule and share.
    pub ranked: Vec<(usize, f64)>,
    /// Share of "something else".
    pub residual: f64,
    /// The best question, unless nothing is worth asking or a bound is met.
    pub next: Option<Branching>,
}

/// A question with what follows from its answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Branching {
    /// The account fact that is asked for.
    pub fact: String,
    /// Expected information in bits.
    pub bits: f64,
    /// Answers that lead to the same, and where they lead.
    pub answers: Vec<(Vec<Scalar>, Decision)>,
}

impl Decision {
    /// What a reader is told: answers that lead to the same are one branch.
    fn alike(&self, other: &Self) -> bool {
        let first = |one: &Self| one.ranked.first().map(|(cause, _)| *cause);
        self.verdict == other.verdict
            && first(self) == first(other)
            && match (&self.next, &other.next) {
                (None, None) => true,
                (Some(one), Some(two)) => {
                    one.fact == two.fact
                        && one.answers.len() == two.answers.len()
                        && one.answers.iter().zip(&two.answers).all(|(a, b)| a.0 == b.0 && a.1.alike(&b.1))
                }
                _ => false,
            }
    }

    /// Number of questions in the tree.
    #[must_use]
    pub fn questions(&self) -> usize {
        self.next
            .as_ref()
            .map_or(0, |next| next.answers.iter().fold(1, |sum, (_, then)| sum.saturating_add(then.questions())))
    }
}

impl Engine {
    /// The decision tree of a rule by number, as of a day; `None` when it has no cause on that day.
    ///
    /// # Errors
    /// When an item of the knowledge base that is needed cannot be decoded.
    pub fn decide(
        &self,
        rule: usize,
        facts: &[Observation],
        matches: &[Match],
        as_of: Day,
        bounds: Bounds,
    ) -> Result<Option<Decision>, KbError> {
        let kb = self.kb();
        let Some(file) = kb.rule_at(rule)? else { return Ok(None) };
        let has = |layer| file.rule.symptoms.iter().any(|symptom| symptom.layer == layer);
        let recognition = if has(Layer::Decisive) {
            Recognition::Decisive
        } else if file.rule.when.is_some() {
            Recognition::Structure
        } else {
            Recognition::Retold
        };
        let problems = [ProblemTrace { rule, recognition }];
        // Without text, wordings that were not given are unknown instead of absent.
        let mut scales = Scales::new(kb, &problems, &std::collections::BTreeMap::new(), matches, facts, false, as_of)?;
        if scales.len() == 0 {
            return Ok(None);
        }
        // Numbers of candidates are those of causes valid on the day.
        let causes: Vec<usize> = file
            .rule
            .causes
            .iter()
            .enumerate()
            .filter(|(_, cause)| cause.valid.contains(as_of))
            .map(|(number, _)| number)
            .collect();
        let mut left = bounds.questions;
        self.grow(&mut scales, &causes, bounds.depth, &mut left).map(Some)
    }

    fn grow(
        &self,
        scales: &mut Scales<'_>,
        causes: &[usize],
        depth: usize,
        left: &mut usize,
    ) -> Result<Decision, KbError> {
        let scores = scales.weigh(&scales.values);
        let ranking = verdict::rank(scales, &scores);
        let ranked = ranking
            .order
            .iter()
            .zip(&ranking.shares)
            .filter_map(|(number, share)| causes.get(*number).map(|cause| (*cause, *share)))
            .collect();
        let mut decision = Decision { verdict: ranking.verdict, ranked, residual: ranking.residual, next: None };
        let settled = matches!(ranking.verdict, ReportVerdict::Concluded | ReportVerdict::NotHuggingFace);
        if depth == 0 || *left == 0 || settled {
            return Ok(decision);
        }
        let questions = ask::questions(self.kb(), scales, &scores, &ranking)?;
        let Some(question) = questions.into_iter().find(|question| question.bits >= LEAST) else {
            return Ok(decision);
        };
        let Some(slot) = (0..scales.slots.len()).find(|slot| scales.slots.name(*slot) == question.fact) else {
            return Ok(decision);
        };
        *left = left.saturating_sub(1);
        // Answers that change every score alike need to be followed once.
        let mut groups: Vec<(Vec<Scalar>, Vec<Score>)> = Vec::new();
        for (answer, ..) in question.answers {
            set(scales, slot, Some(answer.clone()));
            let scores = scales.weigh(&scales.values);
            match groups.iter_mut().find(|(_, known)| *known == scores) {
                Some((answers, _)) => answers.push(answer),
                None => groups.push((vec![answer], scores)),
            }
        }
        let mut answers: Vec<(Vec<Scalar>, Decision)> = Vec::new();
        for (group, _) in groups {
            set(scales, slot, group.first().cloned());
            let then = self.grow(scales, causes, depth.saturating_sub(1), left)?;
            match answers.iter_mut().find(|(_, known)| known.alike(&then)) {
                Some((known, _)) => known.extend(group),
                None => answers.push((group, then)),
            }
        }
        set(scales, slot, None);
        // A question whose answers all lead to the same is none.
        if answers.len() > 1 {
            decision.next = Some(Branching { fact: question.fact, bits: question.bits, answers });
        }
        Ok(decision)
    }
}

fn set(scales: &mut Scales<'_>, slot: usize, value: Option<Scalar>) {
    if let Some(place) = scales.values.get_mut(slot) {
        *place = value;
    }
}
