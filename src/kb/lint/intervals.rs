//! Intervals: they end after they begin, statements of one fact do not overlap, nothing is valid outside its rule.

use super::sink::{Sink, short};
use crate::diag::{Code, Diagnostic};
use crate::kb::parts::{Origin, Parts};
use crate::model::Validity;

/// Checks all intervals.
pub(crate) fn check(parts: &Parts, sink: &mut Sink<'_>) {
    for (i, fact) in parts.facts.iter().enumerate() {
        let origin = sink.fact(i);
        for (j, statement) in fact.values.iter().enumerate() {
            let at = origin.at(&format!("values/{j}"));
            not_empty(statement.valid, &at, sink);
            let earlier = fact.values.iter().take(j).position(|other| other.valid.overlaps(&statement.valid));
            if let Some(k) = earlier {
                let message = format!("two values of `{}` hold on the same day", short(&fact.id));
                let other = origin.at(&format!("values/{k}/valid")).value();
                let found = Diagnostic::new(Code::Overlap, at.at("valid").value(), message)
                    .related(other, "overlaps with this");
                sink.push(found.help("end the older one, with `until`, on the day the newer begins"));
            }
        }
        for (j, also) in fact.also.iter().enumerate() {
            not_empty(also.valid, &origin.at(&format!("also/{j}")), sink);
        }
    }
    for (i, step) in parts.steps.iter().enumerate() {
        not_empty(step.valid, &sink.step(i), sink);
    }
    for (i, line) in parts.account.cannot_see.iter().enumerate() {
        not_empty(line.valid, &Origin::new("account.yaml", format!("/cannot_see/{i}")), sink);
    }
    for (_, file, rule) in &parts.rules {
        let origin = Origin::new(file, "");
        not_empty(rule.valid, &origin, sink);
        for (i, symptom) in rule.symptoms.iter().enumerate() {
            inside(symptom.valid, rule.valid, "symptom", &origin, &format!("symptoms/{i}"), sink);
        }
        for (i, cause) in rule.causes.iter().enumerate() {
            let at = format!("causes/{i}");
            inside(cause.valid, rule.valid, "cause", &origin, &at, sink);
            for (j, not_this) in cause.not_this.iter().enumerate() {
                not_empty(not_this.valid, &origin.at(&format!("{at}/not_this/{j}")), sink);
            }
        }
    }
}

fn empty(valid: Validity) -> bool {
    matches!((valid.from, valid.until), (Some(from), Some(until)) if until <= from)
}

fn not_empty(valid: Validity, item: &Origin, sink: &mut Sink<'_>) {
    if empty(valid) {
        let place = item.at("valid/until").value();
        let message = "the interval ends before it holds for a day";
        sink.push(
            Diagnostic::new(Code::EmptyInterval, place, message)
                .help("`until` is the first day on which it no longer holds"),
        );
    }
}

fn inside(valid: Validity, rule: Validity, what: &str, origin: &Origin, route: &str, sink: &mut Sink<'_>) {
    let item = origin.at(route);
    if empty(valid) {
        not_empty(valid, &item, sink);
    } else if !empty(rule) && !valid.overlaps(&rule) {
        let message = format!("this {what} is valid on no day on which its rule is");
        let found = Diagnostic::new(Code::OutsideRule, item.at("valid").value(), message);
        sink.push(found.related(origin.at("valid").value(), "the rule is valid here"));
    }
}
