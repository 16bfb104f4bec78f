//! What the cases showed.

use std::collections::{BTreeMap, BTreeSet};

use crate::author::suite::Trial;
use crate::author::workshop::Workshop;
use crate::compile::Tri;
use crate::eval::{Diagnosis, Side, truth};
use crate::model::{CauseVerdict, Condition, Day, ReportVerdict};

/// Everything that happened in some case, by numbers of rules and causes.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Symptoms that matched.
    pub symptoms: BTreeSet<(usize, usize)>,
    /// Causes that came first.
    pub first: BTreeSet<(usize, usize)>,
    /// Causes that came first with the better score of another rule, and with a reason of their own rule too.
    pub led_beside: BTreeSet<(usize, usize)>,
    /// Causes that were concluded.
    pub concluded: BTreeSet<(usize, usize)>,
    /// Causes that were likely, or concluded.
    pub likely: BTreeSet<(usize, usize)>,
    items: BTreeSet<(usize, usize, bool, usize, u8)>,
    requires: BTreeSet<(usize, usize, u8)>,
    /// Steps in plans.
    pub steps: BTreeSet<String>,
    advice: BTreeSet<(String, String)>,
    /// Causes that sent somebody to support.
    pub escalations: BTreeSet<String>,
    /// Rules that gave way to others.
    pub gave_way: BTreeSet<(usize, usize)>,
    /// Rules that were considered and of which no cause was concluded.
    pub near: BTreeSet<usize>,
    /// Rules that were considered where a cause of another rule came first.
    pub beaten: BTreeSet<usize>,
    /// Days on which causes were candidates.
    pub days_of_causes: BTreeMap<(usize, usize), BTreeSet<Day>>,
    /// Days on which rules were considered.
    pub days_of_rules: BTreeMap<usize, BTreeSet<Day>>,
    /// Days on which platform facts were quoted.
    pub days_of_facts: BTreeMap<String, BTreeSet<Day>>,
}

const fn number(state: Tri) -> u8 {
    match state {
        Tri::True => 0,
        Tri::False => 1,
        Tri::Unknown => 2,
    }
}

impl Seen {
    /// What happened in the cases of a workshop.
    pub(crate) fn new(shop: &Workshop) -> Self {
        let mut seen = Self::default();
        for (trial, answer) in shop.trials.iter().zip(&shop.answers) {
            let (diagnosis, report) = (&answer.diagnosis, &answer.report);
            let matched: BTreeSet<usize> = diagnosis.matches.iter().map(|one| one.rule).collect();
            seen.symptoms.extend(diagnosis.matches.iter().map(|one| (one.rule, one.symptom)));
            let ranked = diagnosis.ranked().next();
            let first = ranked.map(|one| one.rule);
            if let Some(one) = ranked {
                seen.first.insert((one.rule, one.cause));
                if matches!(one.verdict, CauseVerdict::Likely | CauseVerdict::Concluded) {
                    seen.likely.insert((one.rule, one.cause));
                }
                let told = matches!(diagnosis.verdict, ReportVerdict::Concluded | ReportVerdict::NotHuggingFace);
                if told && one.verdict == CauseVerdict::Concluded {
                    seen.concluded.insert((one.rule, one.cause));
                }
            }
            let concluded = |rule: usize| first == Some(rule) && diagnosis.verdict == ReportVerdict::Concluded;
            let considered: BTreeSet<usize> = diagnosis.problems.iter().map(|problem| problem.rule).collect();
            for rule in matched.union(&considered) {
                if !concluded(*rule) {
                    seen.near.insert(*rule);
                }
                if first.is_some_and(|first| first != *rule) {
                    seen.beaten.insert(*rule);
                }
                seen.days_of_rules.entry(*rule).or_default().insert(trial.as_of);
            }
            for candidate in &diagnosis.candidates {
                let at = (candidate.rule, candidate.cause);
                seen.days_of_causes.entry(at).or_default().insert(trial.as_of);
                for item in &candidate.items {
                    let side = item.side == Side::For;
                    seen.items.insert((at.0, at.1, side, item.number, number(item.state)));
                }
                if let Some(state) = candidate.requires {
                    seen.requires.insert((at.0, at.1, number(state)));
                }
            }
            seen.weighed_beside(shop, trial, diagnosis, &considered);
            seen.steps.extend(report.plan.iter().map(|step| step.step.clone()));
            seen.advice.extend(report.not_this.iter().map(|line| (line.cause.clone(), line.advice.clone())));
            seen.escalations.extend(report.escalate.iter().map(|one| one.cause.clone()));
            for fact in &report.facts_used {
                seen.days_of_facts.entry(fact.id.clone()).or_default().insert(trial.as_of);
            }
            for (rule, _, authored) in shop.rules().filter(|(rule, ..)| !considered.contains(rule)) {
                let by_structure = || {
                    authored
                        .when
                        .as_ref()
                        .is_some_and(|when| truth(when, &diagnosis.facts, &[], trial.evidence.has_text()) == Tri::True)
                };
                let others = authored.yields_to.iter().filter_map(|id| shop.engine.kb().rule_number(id));
                for other in others.filter(|other| considered.contains(other)) {
                    if matched.contains(&rule) || by_structure() {
                        seen.gave_way.insert((rule, other));
                    }
                }
            }
        }
        seen
    }

    /// Of a cause that stands in two considered rules the report shows the one that scores better. The other was weighed too, with
    /// items that were true, false or unknown.
    fn weighed_beside(&mut self, shop: &Workshop, trial: &Trial, diagnosis: &Diagnosis, considered: &BTreeSet<usize>) {
        let leads = diagnosis.ranked().next();
        let shown: BTreeSet<(usize, usize)> = diagnosis.candidates.iter().map(|one| (one.rule, one.cause)).collect();
        for (rule, _, authored) in shop.rules().filter(|(rule, ..)| considered.contains(rule)) {
            let matched: Vec<&str> =
                diagnosis.matches.iter().filter(|one| one.rule == rule).map(|one| one.id.as_str()).collect();
            let state = |when: &Condition| truth(when, &diagnosis.facts, &matched, trial.evidence.has_text());
            for (at, cause) in authored.causes.iter().enumerate() {
                if shown.contains(&(rule, at)) || !cause.valid.contains(trial.as_of) {
                    continue;
                }
                self.days_of_causes.entry((rule, at)).or_default().insert(trial.as_of);
                let excluded = cause.requires.as_ref().is_some_and(|requires| state(requires) == Tri::False);
                let told = cause.speaks_for.iter().any(|item| state(&item.when) == Tri::True);
                if leads.is_some_and(|one| one.id == cause.id && one.service == cause.service) && told && !excluded {
                    self.led_beside.insert((rule, at));
                }
                for (is_for, items) in [(true, &cause.speaks_for), (false, &cause.against)] {
                    for (position, item) in items.iter().enumerate() {
                        self.items.insert((rule, at, is_for, position, number(state(&item.when))));
                    }
                }
                if let Some(requires) = &cause.requires {
                    self.requires.insert((rule, at, number(state(requires))));
                }
            }
        }
    }

    /// Whether an item was in a state.
    pub(crate) fn item(&self, rule: usize, cause: usize, side: Side, position: usize, state: Tri) -> bool {
        self.items.contains(&(rule, cause, side == Side::For, position, number(state)))
    }

    /// Whether `requires` was in a state.
    pub(crate) fn requires(&self, rule: usize, cause: usize, state: Tri) -> bool {
        self.requires.contains(&(rule, cause, number(state)))
    }

    /// Whether a report warned of an advice; what expressions say in it does not matter.
    pub(crate) fn advice(&self, cause: &str, advice: &str) -> bool {
        let head = advice.split("{{").next().unwrap_or_default();
        let whole = head.len() == advice.len();
        self.advice
            .iter()
            .any(|(of, said)| of == cause && if whole { said == advice.trim_end() } else { said.starts_with(head) })
    }
}
