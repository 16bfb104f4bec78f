//! The days on which something begins or ends: a case before and one after each.

use std::collections::BTreeSet;

use super::Ledger;
use crate::compile::Sweep;
use crate::kb::Origin;
use crate::model::{Day, Validity};

/// Counts both sides of every edge.
pub(super) fn count(ledger: &mut Ledger<'_>) {
    ledger.kind("edges", "a case before and a case after each day on which something begins or ends");
    let begins = ledger.shop.loaded.parts.manifest.begins;
    let today = ledger.shop.today;
    for (number, file, rule) in ledger.shop.rules() {
        let shop = ledger.shop;
        let texts = |patterns: Vec<&str>| -> BTreeSet<Day> {
            let sweeps: Vec<Sweep> = patterns.into_iter().filter_map(Sweep::new).collect();
            let sees = |text: &str| sweeps.iter().any(|sweep| sweep.is_match(text.as_bytes()));
            let trials = shop.trials.iter().filter(|trial| trial.evidence.parts.iter().any(|part| sees(&part.text)));
            trials.map(|trial| trial.as_of).collect()
        };
        if !rule.valid.is_unbounded() {
            let mut days = texts(rule.symptoms.iter().map(|symptom| symptom.pattern.as_str()).collect());
            days.extend(ledger.seen.days_of_rules.get(&number).into_iter().flatten());
            let edges = Edges { valid: rule.valid, within: Vec::new(), asked: (begins, today), rule: &rule.id };
            edges.count(ledger, file, "/valid", &days, &format!("the rule `{}`", rule.id));
        }
        for (at, symptom) in rule.symptoms.iter().enumerate().filter(|(_, symptom)| !symptom.valid.is_unbounded()) {
            let days = texts(vec![symptom.pattern.as_str()]);
            let (route, what) = (format!("/symptoms/{at}/valid"), format!("the symptom `{}`", symptom.id));
            let edges = Edges { valid: symptom.valid, within: Vec::new(), asked: (begins, today), rule: &rule.id };
            edges.count(ledger, file, &route, &days, &what);
        }
        for (at, cause) in rule.causes.iter().enumerate().filter(|(_, cause)| !cause.valid.is_unbounded()) {
            // Outside its days a cause is no candidate, but its rule is considered.
            let days = ledger.seen.days_of_rules.get(&number).cloned().unwrap_or_default();
            let (route, what) = (format!("/causes/{at}/valid"), format!("the cause `{}`", cause.id));
            let edges = Edges { valid: cause.valid, within: vec![rule.valid], asked: (begins, today), rule: &rule.id };
            edges.count(ledger, file, &route, &days, &what);
        }
    }
    of_steps(ledger, begins, today);
    of_facts(ledger, begins);
}

/// The ends of one interval, and what else must be valid for anybody to notice them.
struct Edges<'a> {
    valid: Validity,
    /// Whatever holds the thing: a step is in no plan before its cause is a cause.
    within: Vec<Validity>,
    /// First and last day that are asked about.
    asked: (Day, Day),
    rule: &'a str,
}

impl Edges<'_> {
    fn count(&self, ledger: &mut Ledger<'_>, file: &str, route: &str, days: &BTreeSet<Day>, what: &str) {
        for (name, edge) in [("from", self.valid.from), ("until", self.valid.until)] {
            let Some(edge) = edge else { continue };
            let route = format!("{route}/{name}");
            let mut side = |period: Validity, covered: bool, when: &str, day: Day| {
                if share_a_day(period, &self.within) {
                    ledger.count(file, &route, covered, || {
                        (format!("{what}: no case {when} {edge}"), format!("a case of `{}` on {day}", self.rule))
                    });
                }
            };
            let [before, after] = sides(edge, self.asked);
            side(before, days.iter().any(|day| *day < edge), "before", edge.previous());
            side(after, days.iter().any(|day| *day >= edge), "on or after", edge);
        }
    }
}

/// The days asked about before an edge, and those from it on.
fn sides(edge: Day, (begins, today): (Day, Day)) -> [Validity; 2] {
    [Validity { from: Some(begins), until: Some(edge) }, Validity { from: Some(edge), until: Some(today.next()) }]
}

/// Whether there is a day in all of the intervals; of intervals that is so when every two have one.
fn share_a_day(period: Validity, within: &[Validity]) -> bool {
    let all: Vec<&Validity> = std::iter::once(&period).chain(within).collect();
    all.iter().enumerate().all(|(at, one)| all.iter().skip(at.saturating_add(1)).all(|other| one.overlaps(other)))
        && period.from < period.until
}

fn of_steps(ledger: &mut Ledger<'_>, begins: Day, today: Day) {
    let shop = ledger.shop;
    let (parts, origins) = (&shop.loaded.parts, &shop.loaded.origins);
    for (step, Origin { file, route }) in parts.steps.iter().zip(&origins.steps) {
        if step.valid.is_unbounded() {
            continue;
        }
        for (number, _, rule) in shop.rules() {
            for (at, cause) in rule.causes.iter().enumerate().filter(|(_, cause)| cause.remediation.contains(&step.id))
            {
                let days = ledger.seen.days_of_causes.get(&(number, at)).cloned().unwrap_or_default();
                let what = format!("the step `{}` of `{}`", step.id, cause.id);
                let within = vec![rule.valid, cause.valid];
                let edges = Edges { valid: step.valid, within, asked: (begins, today), rule: &rule.id };
                edges.count(ledger, file, &format!("{route}/valid"), &days, &what);
            }
        }
    }
}

/// Of a platform fact the days between two values, where something can quote it on both.
fn of_facts(ledger: &mut Ledger<'_>, begins: Day) {
    let shop = ledger.shop;
    let (parts, origins) = (&shop.loaded.parts, &shop.loaded.origins);
    let quoting = Quoting::new(ledger);
    for (fact, Origin { file, route }) in parts.facts.iter().zip(&origins.facts) {
        // What no case quotes is not quoted before and after a day either; texts of rules are the docs' business.
        let Some(days) = ledger.seen.days_of_facts.get(&fact.id).cloned() else { continue };
        for (at, statement) in fact.values.iter().enumerate().skip(1) {
            let Some(edge) = statement.valid.from.filter(|edge| *edge > begins) else { continue };
            let route = format!("{route}/values/{at}/valid/from");
            let [before, after] = sides(edge, (begins, shop.today));
            for (when, period, covered, day) in [
                ("before", before, days.iter().any(|day| *day < edge), edge.previous()),
                ("on or after", after, days.iter().any(|day| *day >= edge), edge),
            ] {
                if !covered && !quoting.possible(&fact.id, period) {
                    continue;
                }
                ledger.count(file, &route, covered, || {
                    (
                        format!("`{}` is quoted in no case {when} {edge}", fact.id),
                        format!("a case on {day} whose report quotes `{}`", fact.id),
                    )
                });
            }
        }
    }
}

/// Everything that reports say and that can quote a platform fact, with what must be valid for it to be said.
struct Quoting(Vec<(String, Vec<Validity>)>);

impl Quoting {
    fn new(ledger: &Ledger<'_>) -> Self {
        let parts = &ledger.shop.loaded.parts;
        let mut said = vec![(serde_json::to_string(&parts.account).unwrap_or_default(), Vec::new())];
        let steps: Vec<(String, String, Validity)> = parts
            .steps
            .iter()
            .map(|step| (step.id.clone(), serde_json::to_string(step).unwrap_or_default(), step.valid))
            .collect();
        for (_, _, rule) in ledger.shop.rules() {
            for cause in &rule.causes {
                let own = vec![rule.valid, cause.valid];
                for (_, text, valid) in steps.iter().filter(|(id, ..)| cause.remediation.contains(id)) {
                    said.push((text.clone(), [own.clone(), vec![*valid]].concat()));
                }
                said.push((serde_json::to_string(cause).unwrap_or_default(), own));
            }
        }
        Self(said)
    }

    /// Whether something that names the fact can be said on a day of a period. Of a fact that is named nowhere it is not known who
    /// quotes it, so it is taken to be possible.
    fn possible(&self, fact: &str, period: Validity) -> bool {
        let mut naming = self.0.iter().filter(|(text, _)| names(text, fact)).peekable();
        naming.peek().is_none() || naming.any(|(_, within)| share_a_day(period, within))
    }
}

/// Whether a text names a fact: in quotes, as in `fact('id')` and in lists of limits.
fn names(text: &str, fact: &str) -> bool {
    ["'", "\""].into_iter().any(|quote| text.contains(&format!("{quote}{fact}{quote}")))
}
