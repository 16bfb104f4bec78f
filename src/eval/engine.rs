//! The evaluation, stage by stage.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::candidates::Considered;
use super::facts::Known;
use super::near::{Messages, Nearest};
use super::symptoms::{self, Search};
use super::trace::{Candidate, Diagnosis, Match};
use super::weigh::Scales;
#[cfg(feature = "cli")]
use super::weigh::Score;
use super::{ask, candidates, facts, near, plan, similar, verdict};
use crate::compile::index;
use crate::compile::{Kept, Lookup};
use crate::kb::{KbError, KnowledgeBase};
use crate::model::{CauseVerdict, Day, Evidence, Observation, ReportVerdict, Rule};

/// A knowledge base ready to diagnose.
#[derive(Debug)]
pub struct Engine {
    kb: KnowledgeBase,
    lookup: Lookup,
    kept: Option<Kept>,
    /// The words of all messages, from the first text on which nothing decides.
    messages: OnceLock<Messages>,
}

/// What stands in some evidence, before anything is weighed: nothing of it depends on what stands in causes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Recognised {
    /// Symptoms that matched.
    pub matches: Vec<Match>,
    /// Rules under consideration.
    pub considered: Considered,
    /// Facts, with those that the symptoms captured.
    pub known: Known,
}

impl Engine {
    /// Prepares a knowledge base; one without an index gets it here.
    ///
    /// # Errors
    /// When a rule cannot be decoded or the index is not of this layout.
    pub fn new(kb: KnowledgeBase) -> Result<Self, KbError> {
        let image = match kb.index() {
            Some(image) => Cow::Borrowed(image),
            None => {
                let mut rules = Vec::new();
                for file in kb.rules() {
                    let value = serde_json::to_value(&file?.rule);
                    rules.push(value.map_err(|error| KbError::Broken(error.to_string()))?);
                }
                Cow::Owned(index::build(&rules))
            }
        };
        let lookup = Lookup::open(image).ok_or_else(|| KbError::Broken("its index has another layout".to_owned()))?;
        Ok(Self { kb, lookup, kept: None, messages: OnceLock::new() })
    }

    /// The same, keeping compiled patterns: for many incidents one after the other.
    #[must_use]
    pub fn keeping(mut self) -> Self {
        self.kept = Some(Kept::default());
        self
    }

    /// The knowledge base.
    #[must_use]
    pub const fn kb(&self) -> &KnowledgeBase {
        &self.kb
    }

    /// Puts another form of a rule in its place, with an index that fits it when its patterns or its structural
    /// condition differ, and returns what was there: how mutants are tried.
    ///
    /// # Errors
    /// When the rule that is there is broken.
    pub fn exchange(
        &mut self,
        number: usize,
        rule: Rule,
        lookup: Option<Lookup>,
    ) -> Result<Option<(Rule, Option<Lookup>)>, KbError> {
        let Some(old) = self.kb.exchange_rule(number, rule)? else { return Ok(None) };
        let replaced = lookup.map(|lookup| {
            self.messages = OnceLock::new();
            std::mem::replace(&mut self.lookup, lookup)
        });
        Ok(Some((old, replaced)))
    }

    /// The index, for benchmarks and tests of single stages.
    #[must_use]
    pub const fn lookup(&self) -> &Lookup {
        &self.lookup
    }

    /// The causes that resemble the evidence in words: rule, cause and degree (0 to 1), the most alike first.
    #[must_use]
    pub fn similar(&self, evidence: &Evidence) -> Vec<(usize, usize, f64)> {
        similar::rank(&self.lookup, evidence, &[]).into_iter().map(|one| (one.rule, one.cause, one.degree)).collect()
    }

    /// The known messages that come nearest to the evidence, at most three, the nearest first.
    ///
    /// # Errors
    /// When a rule cannot be decoded.
    pub fn nearest(&self, evidence: &Evidence, as_of: Day) -> Result<Vec<Nearest>, KbError> {
        if !near::has_print(evidence) {
            return Ok(Vec::new());
        }
        let messages = self.messages.get_or_init(|| Messages::of(&self.lookup));
        messages.nearest(&self.kb, &self.lookup, evidence, as_of)
    }

    /// The account facts of one incident: of the evidence, and what symptoms capture and set. Nothing is weighed.
    ///
    /// # Errors
    /// When an item of the knowledge base that is needed cannot be decoded.
    pub fn facts(&self, evidence: &Evidence, as_of: Day) -> Result<Vec<Observation>, KbError> {
        Ok(self.recognise(evidence, as_of)?.known.facts)
    }

    /// Diagnoses one incident as of a day.
    ///
    /// # Errors
    /// When an item of the knowledge base that is needed cannot be decoded.
    pub fn diagnose(&self, evidence: &Evidence, as_of: Day) -> Result<Diagnosis, KbError> {
        let mut diagnosis = self.answer(evidence, as_of)?;
        if diagnosis.is_open() {
            diagnosis.nearest = self.nearest(evidence, as_of)?;
        }
        Ok(diagnosis)
    }

    /// The same without the known messages that come nearest.
    pub(crate) fn answer(&self, evidence: &Evidence, as_of: Day) -> Result<Diagnosis, KbError> {
        self.weigh(evidence, as_of, self.recognise(evidence, as_of)?)
    }

    /// The same with patterns that the caller keeps: for some incidents of one kind, and no longer.
    #[cfg(feature = "cli")]
    pub(crate) fn answer_with(&self, kept: &Kept, evidence: &Evidence, as_of: Day) -> Result<Diagnosis, KbError> {
        self.weigh(evidence, as_of, self.recognise_with(Some(kept), evidence, as_of)?)
    }

    /// What of the evidence is recognised: everything that does not depend on what stands in causes.
    pub(crate) fn recognise(&self, evidence: &Evidence, as_of: Day) -> Result<Recognised, KbError> {
        self.recognise_with(self.kept.as_ref(), evidence, as_of)
    }

    fn recognise_with(&self, kept: Option<&Kept>, evidence: &Evidence, as_of: Day) -> Result<Recognised, KbError> {
        let kb = &self.kb;
        let search = Search::new(kb, &self.lookup, kept, evidence, as_of);
        let mut matches = search.recognising()?;
        matches.sort_by_key(symptoms::order);
        let known = facts::join(kb, evidence, &matches)?;
        let considered = candidates::consider(kb, &self.lookup, evidence, &matches, &known.facts, as_of)?;
        matches.extend(search.hints(&considered.problems.iter().map(|problem| problem.rule).collect())?);
        matches.sort_by_key(symptoms::order);
        let known = facts::join(kb, evidence, &matches)?;
        Ok(Recognised { matches, considered, known })
    }

    /// Score of one cause of a rule that was recognised; `None` when it is not weighed on this day.
    #[cfg(feature = "cli")]
    pub(crate) fn score(
        &self,
        place: (usize, usize),
        evidence: &Evidence,
        as_of: Day,
        recognised: &Recognised,
    ) -> Result<Option<Score>, KbError> {
        let Recognised { matches, known, considered } = recognised;
        let problems: Vec<_> = considered.problems.iter().filter(|problem| problem.rule == place.0).cloned().collect();
        let (similarity, has_text) = (&considered.similarity, evidence.has_text());
        let only = Some(place.1);
        let scales = Scales::of(&self.kb, &problems, similarity, matches, &known.facts, has_text, as_of, only)?;
        Ok((scales.len() == 1).then(|| scales.weigh_one(0, &scales.values)))
    }

    /// Weighs the causes of what was recognised.
    pub(crate) fn weigh(&self, evidence: &Evidence, as_of: Day, recognised: Recognised) -> Result<Diagnosis, KbError> {
        let kb = &self.kb;
        let Recognised { matches, known, considered } = recognised;
        let has_text = evidence.has_text();
        let scales =
            Scales::new(kb, &considered.problems, &considered.similarity, &matches, &known.facts, has_text, as_of)?;
        let scores = scales.weigh(&scales.values);
        let ranking = verdict::rank(&scales, &scores);
        let questions = ask::questions(kb, &scales, &scores, &ranking)?;
        let askable = ask::askable(kb, &scales, &scores, &ranking)?;
        let mut candidates: Vec<Candidate> = ranking
            .order
            .iter()
            .zip(&ranking.shares)
            .enumerate()
            .filter_map(|(rank, (number, share))| {
                scales.trace(*number, *share, verdict::of_candidate(rank, *share, ranking.verdict))
            })
            .collect();
        let excluded: Vec<Candidate> = scores
            .iter()
            .enumerate()
            .filter(|(_, score)| score.ruled_out)
            .filter_map(|(number, _)| scales.trace(number, 0.0, CauseVerdict::RuledOut))
            // Excluded in one rule and standing in another is not excluded.
            .filter(|one| !candidates.iter().any(|other| other.id == one.id && other.service == one.service))
            .collect();
        candidates.extend(excluded);
        let verdict = if ranking.order.is_empty() {
            without_candidates(evidence, &known.facts, has_text)
        } else {
            ranking.verdict
        };
        let plan = plan::steps(kb, &candidates, &known.facts, has_text, as_of)?;
        drop(scales);
        Ok(Diagnosis {
            as_of,
            verdict,
            matches,
            problems: considered.problems,
            dropped: considered.dropped,
            nearest: Vec::new(),
            facts: known.facts,
            conflicts: known.conflicts,
            candidates,
            residual: ranking.residual,
            questions,
            askable,
            plan,
        })
    }
}

/// Without candidates the evidence shows a success, an account and no error, or nothing at all.
fn without_candidates(evidence: &Evidence, known: &[Observation], has_text: bool) -> ReportVerdict {
    let failed = known.iter().any(|fact| match fact.fact.as_str() {
        "http.status" => fact.value.as_number().is_some_and(|status| status >= 400.0),
        "http.error_code" | "client.exception" => true,
        _ => false,
    });
    let of_account = |name: &str| {
        ["account.", "token.", "org.", "billing.", "zerogpu.account_"].iter().any(|family| name.starts_with(family))
    };
    if facts::succeeded(known) {
        return ReportVerdict::NoError;
    }
    if has_text || failed || !evidence.facts.iter().any(|fact| of_account(&fact.fact)) {
        ReportVerdict::NothingFound
    } else {
        ReportVerdict::NoError
    }
}
