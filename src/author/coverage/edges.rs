//! The days on which something begins or ends: a case before and one after each.

use std::collections::BTreeSet;

use super::Ledger;
use crate::compile::Sweep;
use crate::kb::Origin;
use crate::model::{Day, Rule, Validity};

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
            both_sides(
                ledger,
                file,
                "/valid",
                rule.valid,
                &days,
                (begins, today),
                &format!("the rule `{}`", rule.id),
                rule,
            );
        }
        for (at, symptom) in rule.symptoms.iter().enumerate().filter(|(_, symptom)| !symptom.valid.is_unbounded()) {
            let days = texts(vec![symptom.pattern.as_str()]);
            let (route, what) = (format!("/symptoms/{at}/valid"), format!("the symptom `{}`", symptom.id));
            both_sides(ledger, file, &route, symptom.valid, &days, (begins, today), &what, rule);
        }
        for (at, cause) in rule.causes.iter().enumerate().filter(|(_, cause)| !cause.valid.is_unbounded()) {
            // Outside its days a cause is no candidate, but its rule is considered.
            let days = ledger.seen.days_of_rules.get(&number).cloned().unwrap_or_default();
            let (route, what) = (format!("/causes/{at}/valid"), format!("the cause `{}`", cause.id));
            both_sides(ledger, file, &route, cause.valid, &days, (begins, today), &what, rule);
        }
    }
    of_steps(ledger, begins, today);
    of_facts(ledger, begins);
}

#[expect(clippy::too_many_arguments, reason = "a place, an interval, what was seen, and words for it")]
fn both_sides(
    ledger: &mut Ledger<'_>,
    file: &str,
    route: &str,
    valid: Validity,
    days: &BTreeSet<Day>,
    asked: (Day, Day),
    what: &str,
    rule: &Rule,
) {
    for (name, edge) in [("from", valid.from), ("until", valid.until)] {
        let Some(edge) = edge else { continue };
        let route = format!("{route}/{name}");
        let mut side = |possible: bool, covered: bool, when: &str, day: Day| {
            if possible {
                ledger.count(file, &route, covered, || {
                    (format!("{what}: no case {when} {edge}"), format!("a case of `{}` on {day}", rule.id))
                });
            }
        };
        side(edge > asked.0, days.iter().any(|day| *day < edge), "before", edge.previous());
        side(edge <= asked.1, days.iter().any(|day| *day >= edge), "on or after", edge);
    }
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
                both_sides(ledger, file, &format!("{route}/valid"), step.valid, &days, (begins, today), &what, rule);
            }
        }
    }
}

/// Of a platform fact the days between two values, where a rule quotes it.
fn of_facts(ledger: &mut Ledger<'_>, begins: Day) {
    let shop = ledger.shop;
    let (parts, origins) = (&shop.loaded.parts, &shop.loaded.origins);
    for (fact, Origin { file, route }) in parts.facts.iter().zip(&origins.facts) {
        // What no case quotes is not quoted before and after a day either; texts of rules are the docs' business.
        let Some(days) = ledger.seen.days_of_facts.get(&fact.id).cloned() else { continue };
        for (at, statement) in fact.values.iter().enumerate().skip(1) {
            let Some(edge) = statement.valid.from.filter(|edge| *edge > begins) else { continue };
            let route = format!("{route}/values/{at}/valid/from");
            for (when, covered, day) in [
                ("before", days.iter().any(|day| *day < edge), edge.previous()),
                ("on or after", days.iter().any(|day| *day >= edge), edge),
            ] {
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
