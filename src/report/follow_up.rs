//! The earlier report against the new one: what changed, and whether the fix worked.

use std::collections::BTreeSet;

use crate::eval;
use crate::model::{CauseChange, FactChange, FactValue, FollowUp, Observation, Outcome, Report, Scalar, UsedFact};

/// Change of a share that is worth telling.
const MOVED: f64 = 0.1;

/// Compares; `facts` is everything known now, also what the new report does not show.
#[must_use]
pub fn follow_up(then: &Report, now: &Report, facts: &[Observation]) -> FollowUp {
    let rules = |report: &Report| -> Vec<String> { recognised(report).map(str::to_owned).collect() };
    let (before, after) = (rules(then), rules(now));
    let gone: Vec<String> = before.iter().filter(|rule| !after.contains(rule)).cloned().collect();
    let stayed: Vec<String> = before.iter().filter(|rule| after.contains(rule)).cloned().collect();
    let new: Vec<String> = after.iter().filter(|rule| !before.contains(rule)).cloned().collect();
    let first = |report: &Report| report.causes.first().map(|cause| cause.id.clone());
    let (cause_then, cause_now) = (first(then), first(now));
    let succeeded = eval::succeeded(facts);
    let outcome = if stayed.is_empty() && !new.is_empty() {
        Outcome::Another
    } else if !stayed.is_empty() {
        if cause_then == cause_now { Outcome::Same } else { Outcome::OtherCause }
    } else if succeeded {
        Outcome::Fixed
    } else {
        Outcome::CannotTell
    };
    FollowUp {
        since: then.as_of,
        verdict_then: then.verdict,
        says: says(outcome, then, now),
        cause_then,
        outcome,
        gone,
        stayed,
        new,
        causes: causes(then, now),
        facts: known(then, now),
        platform: platform(&then.facts_used, &now.facts_used),
        remaining: remaining(then, now),
    }
}

/// Rules that were recognised by something printed or by structure, not only by likeness.
fn recognised(report: &Report) -> impl Iterator<Item = &str> {
    let firm = |by: &str| matches!(by, "decisive" | "quoted" | "structure" | "retold");
    report.problems.iter().filter(move |problem| firm(&problem.recognised_by)).map(|problem| problem.rule.as_str())
}

fn says(outcome: Outcome, then: &Report, now: &Report) -> String {
    let title =
        |report: &Report| report.causes.first().map_or_else(|| "nothing".to_owned(), |cause| cause.title.clone());
    match outcome {
        Outcome::Fixed => "The earlier problem no longer shows, and a request succeeded: the fix worked.".to_owned(),
        Outcome::Another if recognised(then).next().is_none() => {
            format!("The earlier report recognised no problem; this one does: {}.", headline(now))
        }
        Outcome::Another => {
            format!("The earlier problem is gone; another one shows now: {}.", headline(now))
        }
        Outcome::OtherCause => format!(
            "The same problem still shows, and another cause leads now. Before: {}. Now: {}.",
            title(then),
            title(now)
        ),
        Outcome::Same => format!("The same problem still shows, with the same first cause: {}.", title(now)),
        Outcome::CannotTell => "The new evidence shows neither the earlier problem nor a request that succeeded. \
             Repeat what failed and give what it prints."
            .to_owned(),
    }
}

fn headline(report: &Report) -> &str {
    report.problems.first().map_or(&report.headline, |problem| &problem.title)
}

fn causes(then: &Report, now: &Report) -> Vec<CauseChange> {
    let share = |report: &Report, id: &str| report.causes.iter().find(|cause| cause.id == id).map(|cause| cause.share);
    let mut ids: Vec<&str> = Vec::new();
    for cause in now.causes.iter().chain(&then.causes) {
        if !ids.contains(&cause.id.as_str()) {
            ids.push(&cause.id);
        }
    }
    ids.into_iter()
        .map(|id| CauseChange { id: id.to_owned(), then: share(then, id), now: share(now, id) })
        .filter(|change| (change.then.unwrap_or(0.0) - change.now.unwrap_or(0.0)).abs() >= MOVED)
        .collect()
}

/// Facts of account and request that differ.
fn known(then: &Report, now: &Report) -> Vec<FactChange> {
    let all = |report: &Report| -> Vec<(String, Scalar)> {
        let facts = report.account.facts.iter().chain(&report.incident.facts);
        facts.map(|fact| (fact.id.clone(), fact.value.clone())).collect()
    };
    // What was not given again did not change, and every request has an id of its own.
    let told = |change: &FactChange| change.now.is_some() && change.id != "http.request_id";
    changes(&all(then), &all(now)).into_iter().filter(told).collect()
}

fn platform(then: &[UsedFact], now: &[UsedFact]) -> Vec<FactChange> {
    let all = |facts: &[UsedFact]| -> Vec<(String, Scalar)> {
        let value = |value: &FactValue| match value {
            FactValue::One(value) => value.clone(),
            FactValue::Many(_) => Scalar::Text(value.to_string()),
        };
        facts.iter().map(|fact| (fact.id.clone(), value(&fact.value))).collect()
    };
    // A fact that only one of them quotes did not change.
    changes(&all(then), &all(now)).into_iter().filter(|change| change.then.is_some() && change.now.is_some()).collect()
}

fn changes(then: &[(String, Scalar)], now: &[(String, Scalar)]) -> Vec<FactChange> {
    let value = |list: &[(String, Scalar)], id: &str| list.iter().find(|(name, _)| name == id).map(|(_, v)| v.clone());
    let ids: BTreeSet<&str> = then.iter().chain(now).map(|(id, _)| id.as_str()).collect();
    ids.into_iter()
        .map(|id| FactChange { id: id.to_owned(), then: value(then, id), now: value(now, id) })
        .filter(|change| change.then != change.now)
        .collect()
}

fn remaining(then: &Report, now: &Report) -> Vec<String> {
    let open: BTreeSet<&str> = now.plan.iter().map(|step| step.step.as_str()).collect();
    then.plan.iter().filter(|step| open.contains(step.step.as_str())).map(|step| step.step.clone()).collect()
}
