//! Days of checking: not in the future, and not too long ago.

use super::sink::Sink;
use crate::diag::{Code, Diagnostic};
use crate::kb::parts::{Origin, Parts};
use crate::model::Day;

/// Checks `verified` and `retrieved` against the given day; without one there is nothing to compare with.
pub(crate) fn check(parts: &Parts, sink: &mut Sink<'_>) {
    let Some(today) = sink.today else { return };
    let horizon = parts.manifest.review_horizon_days;
    for (i, source) in parts.sources.iter().enumerate() {
        let place = sink.source(i).at("retrieved");
        one(source.retrieved, None, today, &place, sink);
    }
    for (i, fact) in parts.facts.iter().enumerate() {
        // A value that is no longer stated anywhere cannot be checked again.
        let current = fact.values.iter().any(|statement| statement.valid.until.is_none());
        let place = sink.fact(i).at("verified");
        one(fact.verified, current.then_some(horizon), today, &place, sink);
    }
    for (i, step) in parts.steps.iter().enumerate() {
        let place = sink.step(i).at("verified");
        one(step.verified, step.valid.until.is_none().then_some(horizon), today, &place, sink);
    }
    for (_, file, rule) in &parts.rules {
        let horizon = rule.valid.until.is_none().then_some(horizon);
        one(rule.verified, horizon, today, &Origin::new(file, "/verified"), sink);
    }
}

fn one(day: Day, horizon: Option<u32>, today: Day, place: &Origin, sink: &mut Sink<'_>) {
    let age = today.days_since(day);
    if age < 0 {
        sink.report(Code::Future, place.value(), format!("`{day}` is after today, {today}"));
    } else if let Some(horizon) = horizon
        && u32::try_from(age).is_ok_and(|age| age > horizon)
    {
        let message = format!("last checked {age} days ago, more than the {horizon} of the review horizon");
        sink.push(
            Diagnostic::new(Code::Stale, place.value(), message).help("check it against its sources and set the day"),
        );
    }
}
