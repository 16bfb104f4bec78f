//! Whether anything notices a mutant.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::edits::{Change, Edit, Span, Spot};
use super::{Fate, Witness};
use crate::author::crossfire::Relations;
use crate::author::snapshot::snapshot;
use crate::author::suite::Trial;
use crate::author::test::examples_of;
use crate::author::workshop::{Answer, ExhibitKind, Fired, Workshop, answer, fired};
use crate::author::{cases, parallel};
use crate::compile::{Lookup, Sweep, Tri, index};
use crate::eval::{Diagnosis, Engine, Recognised, truth};
use crate::kb::KbError;
use crate::model::{CauseVerdict, Condition, Day, Evidence, Layer, ReportVerdict, Rule};
use crate::pipeline::Done;
use crate::report::{Format, RenderOptions, render, view};

/// Numbers of trials, found once for several mutants.
type Numbers = Arc<BTreeSet<usize>>;

/// What the unchanged rules say to everything.
pub(super) struct Base<'a> {
    shop: &'a Workshop,
    snapshots: Vec<String>,
    /// For each trial what is recognised in it.
    recognised: Vec<Recognised>,
    /// Numbers of trials in the order in which they are tried: those with the most in them notice the most.
    order: Vec<usize>,
    /// For each symptom the trials in whose texts its unchanged pattern stands, found when first asked for.
    seen: Mutex<HashMap<(usize, usize), Numbers>>,
    /// For each trial the rules that can take part in it.
    concerned: Vec<BTreeSet<usize>>,
    /// For each trial the rules that fire.
    fired: Vec<Fired>,
    relations: Relations,
}

impl<'a> Base<'a> {
    pub(super) fn new(shop: &'a Workshop) -> Result<Self, KbError> {
        let recognised = parallel::map(
            &shop.trials,
            shop.jobs,
            || (),
            |(), trial| shop.engine.recognise(&trial.evidence, trial.as_of),
        );
        let recognised: Vec<Recognised> = recognised.into_iter().collect::<Result<_, _>>()?;
        let mut order: Vec<usize> = (0..recognised.len()).collect();
        order.sort_by_key(|at| {
            let matches = recognised.get(*at).map_or(0, |recognised| recognised.matches.len());
            (std::cmp::Reverse(matches), *at)
        });
        let concerned = shop
            .trials
            .iter()
            .zip(&shop.answers)
            .map(|(trial, answer)| {
                let diagnosis = &answer.diagnosis;
                let by_text = diagnosis.matches.iter().map(|one| one.rule);
                let considered = diagnosis.problems.iter().map(|problem| problem.rule);
                let by_structure = shop
                    .rules()
                    .filter(|(_, _, rule)| {
                        rule.when.as_ref().is_some_and(|when| may_hold(when, &trial.evidence, diagnosis))
                    })
                    .map(|(number, ..)| number);
                by_text.chain(considered).chain(by_structure).collect()
            })
            .collect();
        Ok(Self {
            shop,
            recognised,
            order,
            seen: Mutex::new(HashMap::new()),
            snapshots: shop.answers.iter().map(|answer| snapshot(&answer.report)).collect(),
            concerned,
            fired: shop.answers.iter().map(|answer| fired(&answer.diagnosis)).collect(),
            relations: Relations::new(shop),
        })
    }

    /// What becomes of a change of a rule. The engine is as before afterwards.
    pub(super) fn fate(
        &self,
        engine: &mut Engine,
        exchange: &index::Exchange,
        number: usize,
        change: &Change,
    ) -> Result<Fate, KbError> {
        let Some(rule) = self.shop.rule(number) else { return Ok(Fate::Equivalent) };
        if is_equivalent(engine, rule, &change.edit)? {
            return Ok(Fate::Equivalent);
        }
        let mutant = change.edit.applied(rule);
        let lookup = if change.edit.concerns_index() {
            let value: Value = serde_json::to_value(&mutant).map_err(|error| KbError::Broken(error.to_string()))?;
            Lookup::open(std::borrow::Cow::Owned(exchange.with(number, &value)))
        } else {
            None
        };
        let Some((old, old_lookup)) = engine.exchange(number, mutant, lookup)? else { return Ok(Fate::Equivalent) };
        let noticed = self.noticed(engine, number, rule, change);
        engine.exchange(number, old, old_lookup)?;
        Ok(noticed?.map_or(Fate::Survived, Fate::Noticed))
    }

    /// What notices a change that the engine was given.
    fn noticed(
        &self,
        engine: &Engine,
        number: usize,
        rule: &Rule,
        change: &Change,
    ) -> Result<Option<Witness>, KbError> {
        let Some(mutant) = engine.kb().rule_at(number)?.map(|file| &file.rule) else { return Ok(None) };
        let symptom = match &change.edit {
            Edit::Pattern(symptom, _) | Edit::Swap(symptom, ..) | Edit::DropSymptomYield(symptom, _) => Some(*symptom),
            _ => None,
        };
        if let Some(symptom) = symptom.and_then(|symptom| mutant.symptoms.get(symptom)) {
            let examples = examples_of(engine, mutant, symptom, self.shop.today)?;
            if examples.iter().any(|(_, wrong)| wrong.is_some()) {
                return Ok(Some(Witness::Example));
            }
        }
        // What stands in a cause changes its score first, and that is quick to find out.
        if let Some(cause) = weighed(&change.edit)
            && let Some(at) = self.scores_differently(engine, (number, cause))?
        {
            return Ok(Some(Witness::Case(at)));
        }
        let sweep = match &change.edit {
            Edit::Pattern(_, pattern) => Sweep::new(pattern),
            _ => None,
        };
        let seen = match &change.edit {
            Edit::Pattern(symptom, _) => Some(self.seen(number, rule, *symptom)),
            _ => None,
        };
        let day = day_of(rule, &change.edit);
        for at in self.order.iter().copied() {
            let Some(trial) = self.shop.trials.get(at) else { continue };
            let known = || self.concerned.get(at).is_some_and(|rules| rules.contains(&number));
            let matters = match (day, &change.edit) {
                (Some(day), _) => trial.as_of == day,
                (None, Edit::Pattern(..)) => {
                    seen.as_ref().is_some_and(|seen| seen.contains(&at))
                        || sweep.as_ref().is_some_and(|sweep| sees(sweep, &trial.evidence))
                }
                (None, Edit::Negate(Spot::Rule, _) | Edit::Omit(Spot::Rule, _)) => {
                    let diagnosis = self.shop.answers.get(at).map(|answer| &answer.diagnosis);
                    let holds = mutant.when.as_ref().zip(diagnosis);
                    known() || holds.is_some_and(|(when, diagnosis)| may_hold(when, &trial.evidence, diagnosis))
                }
                // What stands in a cause matters where the rule is considered.
                (None, Edit::DropYield(_) | Edit::DropSymptomYield(..) | Edit::Swap(..) | Edit::Drop(Spot::Rule)) => {
                    known()
                }
                _ => self.considers(at, number),
            };
            if matters && self.differs(engine, at, trial, &change.edit)? {
                return Ok(Some(Witness::Case(at)));
            }
        }
        match (&change.edit, sweep) {
            (Edit::Pattern(symptom, _), Some(sweep))
                if rule.symptoms.get(*symptom).is_some_and(|symptom| symptom.layer == Layer::Decisive) =>
            {
                Ok(self.fires_elsewhere(number, &sweep).then_some(Witness::Elsewhere))
            }
            _ => Ok(None),
        }
    }

    fn considers(&self, at: usize, number: usize) -> bool {
        let answer = self.shop.answers.get(at);
        answer.is_some_and(|answer| answer.diagnosis.problems.iter().any(|problem| problem.rule == number))
    }

    /// A case with a report that shows the score of a cause, in which it scores otherwise.
    fn scores_differently(&self, engine: &Engine, place: (usize, usize)) -> Result<Option<usize>, KbError> {
        for at in &self.order {
            let (Some(trial), Some(answer)) = (self.shop.trials.get(*at), self.shop.answers.get(*at)) else { continue };
            let shown = answer.diagnosis.candidates.iter().find(|one| (one.rule, one.cause) == place);
            let (Some(shown), Some(recognised)) = (shown, self.recognised.get(*at)) else { continue };
            if shown.verdict == CauseVerdict::RuledOut {
                continue;
            }
            let score = engine.score(place, &trial.evidence, trial.as_of, recognised)?;
            if score.is_none_or(|score| score.ruled_out || score.decibans != shown.score) {
                return Ok(Some(*at));
            }
        }
        Ok(None)
    }

    /// The trials in whose texts the unchanged pattern of a symptom stands.
    fn seen(&self, number: usize, rule: &Rule, symptom: usize) -> Numbers {
        let known = self.seen.lock().ok().and_then(|seen| seen.get(&(number, symptom)).cloned());
        known.unwrap_or_else(|| {
            let sweep = rule.symptoms.get(symptom).and_then(|symptom| Sweep::new(&symptom.pattern));
            let trials = self.shop.trials.iter().enumerate();
            let found: BTreeSet<usize> = trials
                .filter(|(_, trial)| sweep.as_ref().is_none_or(|sweep| sees(sweep, &trial.evidence)))
                .map(|(at, _)| at)
                .collect();
            let found = Arc::new(found);
            if let Ok(mut seen) = self.seen.lock() {
                seen.insert((number, symptom), Arc::clone(&found));
            }
            found
        })
    }

    /// Whether the report of a case, or what the case demands, is another one now.
    fn differs(&self, engine: &Engine, at: usize, trial: &Trial, edit: &Edit) -> Result<bool, KbError> {
        let (Some(before), Some(known)) = (self.shop.answers.get(at), self.recognised.get(at)) else {
            return Ok(false);
        };
        let recognised = if edit.concerns_recognition() {
            let recognised = engine.recognise(&trial.evidence, trial.as_of)?;
            // The causes are as before: where the same is recognised the same comes out.
            if recognised == *known {
                return Ok(false);
            }
            recognised
        } else {
            known.clone()
        };
        let diagnosis = engine.weigh(&trial.evidence, trial.as_of, recognised)?;
        // What stands in every snapshot is compared first: making the report takes longer.
        if !alike(&diagnosis, &before.diagnosis) {
            return Ok(true);
        }
        let report = view::view(engine.kb(), &trial.evidence, &diagnosis, cases::ALL)?;
        if self.snapshots.get(at).is_none_or(|before| *before != snapshot(&report)) {
            return Ok(true);
        }
        let expect = &trial.case.expect;
        if expect.facts.is_empty() && expect.says.is_empty() && expect.says_not.is_empty() {
            return Ok(false);
        }
        let Answer { diagnosis, report } = answer(engine, &trial.evidence, trial.as_of)?;
        let options = RenderOptions { top: 5, ..RenderOptions::default() };
        let Ok(markdown) = render(&report, Format::Markdown, &options) else { return Ok(true) };
        let done = Done { evidence: trial.evidence.clone(), diagnosis, report };
        Ok(!cases::differences(expect, &done, &markdown).is_empty())
    }

    /// Whether a loosened decisive pattern would be an error of `kb crossfire`.
    fn fires_elsewhere(&self, number: usize, sweep: &Sweep) -> bool {
        let undeclared = |fired: &Fired| {
            !fired.contains_key(&number) && fired.keys().any(|other| !self.relations.related(number, *other))
        };
        let trials = self
            .shop
            .trials
            .iter()
            .zip(&self.fired)
            .any(|(trial, fired)| undeclared(fired) && sees(sweep, &trial.evidence));
        trials
            || self.shop.exhibits.iter().any(|exhibit| {
                let matters = match exhibit.kind {
                    ExhibitKind::Background => {
                        !exhibit.fired.contains_key(&number) && !self.relations.is_foreign(number)
                    }
                    ExhibitKind::Example => undeclared(&exhibit.fired),
                };
                matters && sees(sweep, &exhibit.evidence)
            })
    }
}

/// The cause whose score a change can move.
fn weighed(edit: &Edit) -> Option<usize> {
    match edit {
        Edit::Negate(spot, _) | Edit::Omit(spot, _) | Edit::Drop(spot) | Edit::Weigh(spot, _) => match spot {
            Spot::For(cause, _) | Spot::Against(cause, _) | Spot::Requires(cause) => Some(*cause),
            Spot::Rule | Spot::NotThis(..) | Spot::Escalate(_) => None,
        },
        Edit::Expect(cause, _) => Some(*cause),
        _ => None,
    }
}

/// Whether a change can be seen to make no difference without trying it.
fn is_equivalent(engine: &Engine, rule: &Rule, edit: &Edit) -> Result<bool, KbError> {
    // Nobody can ask for a day before the knowledge base begins.
    Ok(match (day_of(rule, edit), edit) {
        (Some(day), Edit::From(..)) if day < engine.kb().manifest()?.begins => true,
        (Some(day), Edit::From(span, _) | Edit::Until(span, _)) => lies_outside(rule, *span, day),
        _ => false,
    })
}

/// Whether what an interval is about has no effect on a day anyway: the days of what it stands in bound its own.
fn lies_outside(rule: &Rule, span: Span, day: Day) -> bool {
    let of_cause = |cause: usize| rule.causes.get(cause).is_some_and(|cause| !cause.valid.contains(day));
    match span {
        Span::Rule => false,
        Span::Symptom(_) | Span::Cause(_) => !rule.valid.contains(day),
        Span::NotThis(cause, _) => !rule.valid.contains(day) || of_cause(cause),
    }
}

/// Whether a pattern matches any text.
fn sees(sweep: &Sweep, evidence: &Evidence) -> bool {
    evidence.parts.iter().any(|part| sweep.is_match(part.text.as_bytes()))
}

/// The only day on which a moved edge makes a difference: its old one when it moved on, else its new one.
fn day_of(rule: &Rule, edit: &Edit) -> Option<Day> {
    let span = |span: &Span| match span {
        Span::Rule => Some(rule.valid),
        Span::Symptom(symptom) => rule.symptoms.get(*symptom).map(|symptom| symptom.valid),
        Span::Cause(cause) => rule.causes.get(*cause).map(|cause| cause.valid),
        Span::NotThis(cause, line) => rule.causes.get(*cause)?.not_this.get(*line).map(|line| line.valid),
    };
    let (old, new) = match edit {
        Edit::From(of, day) => (span(of)?.from?, *day),
        Edit::Until(of, day) => (span(of)?.until?, *day),
        _ => return None,
    };
    Some(old.min(new))
}

/// Whether a condition of a rule holds or may hold in a case.
fn may_hold(when: &Condition, evidence: &Evidence, diagnosis: &Diagnosis) -> bool {
    truth(when, &diagnosis.facts, &[], evidence.has_text()) == Tri::True
}

/// Whether two diagnoses look the same as far as every snapshot shows.
fn alike(one: &Diagnosis, other: &Diagnosis) -> bool {
    one.verdict == other.verdict
        && one.problems.iter().map(|p| (p.rule, p.recognition)).eq(other.problems.iter().map(|p| (p.rule, p.recognition)))
        && one
            .candidates
            .iter()
            .map(|c| (c.rule, c.cause, c.score, c.verdict))
            .eq(other.candidates.iter().map(|c| (c.rule, c.cause, c.score, c.verdict)))
        // What is concluded asks nothing.
        && (one.verdict == ReportVerdict::Concluded
            || one.questions.iter().map(|q| &q.fact).eq(other.questions.iter().map(|q| &q.fact)))
        && one.plan.iter().map(|p| &p.step).eq(other.plan.iter().map(|p| &p.step))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Span, day_of, lies_outside};
    use crate::author::mutants::edits::Edit;
    use crate::model::{Day, Rule};

    fn rule(value: Value) -> Rule {
        serde_json::from_value(value).expect("a rule")
    }

    /// An edge that moves by a day matters on one day; where the rule or the cause is not valid then, on none.
    #[test]
    fn days_outside_of_what_surrounds_an_interval_do_not_matter() {
        let day = |text: &str| text.parse::<Day>().expect("a day");
        let rule = rule(json!({
            "id": "r", "version": 1, "title": "t", "status": "stable", "verified": "2026-01-01", "summary": "s", "symptoms": [],
            "valid": {"from": "2026-01-10", "until": "2026-06-01"},
            "causes": [{
                "id": "c", "title": "t", "prior": "common", "explanation": "e", "remediation": [], "sources": [],
                "valid": {"from": "2026-02-10", "until": "2026-03-10"},
                "not_this": [
                    {"advice": "a", "why": "w", "valid": {"from": "2026-02-10", "until": "2026-03-10"}},
                    {"advice": "a", "why": "w", "valid": {"from": "2026-02-20", "until": "2026-03-01"}},
                ],
            }],
        }));
        let outside = |edit: Edit| {
            let (Edit::From(span, _) | Edit::Until(span, _)) = &edit else { return false };
            lies_outside(&rule, *span, day_of(&rule, &edit).expect("an edge"))
        };
        let line = |number| Span::NotThis(0, number);
        assert!(outside(Edit::From(line(0), day("2026-02-09"))), "the cause begins on the tenth");
        assert!(!outside(Edit::From(line(0), day("2026-02-11"))), "it is there on the tenth");
        assert!(outside(Edit::Until(line(0), day("2026-03-11"))), "the cause has ended by the tenth");
        assert!(!outside(Edit::Until(line(0), day("2026-03-09"))));
        for edit in [Edit::From(line(1), day("2026-02-19")), Edit::Until(line(1), day("2026-03-02"))] {
            assert!(!outside(edit));
        }
        for edit in [Edit::From(Span::Cause(0), day("2026-02-09")), Edit::Until(Span::Rule, day("2026-06-02"))] {
            assert!(!outside(edit));
        }
    }
}
