//! Things that have ended and are still used: removed and deprecated rules, rules and steps of other days.

use super::sink::{Sink, short};
use crate::diag::{Code, Diagnostic};
use crate::kb::parts::{Origin, Parts};
use crate::model::{Rule, Status, Validity};

/// Checks what rules refer to.
pub(crate) fn check(parts: &Parts, sink: &mut Sink<'_>) {
    for (_, file, rule) in parts.rules.iter().filter(|(_, _, rule)| rule.status != Status::Removed) {
        let origin = Origin::new(file, "");
        for (field, ids) in [("yields_to", &rule.yields_to), ("see_also", &rule.see_also)] {
            for (i, id) in ids.iter().enumerate() {
                let other = parts.rules.iter().find(|(_, _, other)| other.id == *id && other.id != rule.id);
                if let Some((_, path, other)) = other {
                    reference(rule, other, &origin.at(&format!("{field}/{i}")), &Origin::new(path, ""), sink);
                }
            }
        }
        for (i, cause) in rule.causes.iter().enumerate() {
            for (j, id) in cause.remediation.iter().enumerate() {
                let Some(number) = parts.steps.iter().position(|step| step.id == *id) else { continue };
                let Some(step) = parts.steps.get(number) else { continue };
                let days = both(rule.valid, cause.valid);
                if holds(step.valid) && holds(days) && !step.valid.overlaps(&days) {
                    let place = origin.at(&format!("causes/{i}/remediation/{j}")).value();
                    let message = format!("the step `{}` works on no day on which this cause is valid", short(id));
                    let found = Diagnostic::new(Code::Ended, place, message)
                        .help("name the step that took its place, or bound the cause with `valid`");
                    sink.push(found.related(sink.step(number).at("valid").value(), "the step is valid here"));
                }
            }
        }
    }
}

fn reference(rule: &Rule, other: &Rule, at: &Origin, there: &Origin, sink: &mut Sink<'_>) {
    let id = short(&other.id);
    let found = match other.status {
        Status::Removed => Diagnostic::new(Code::Ended, at.value(), format!("the rule `{id}` was removed"))
            .help("name the rule that took its place, or delete this")
            .related(there.at("status").value(), "removed here"),
        _ if holds(rule.valid) && holds(other.valid) && !rule.valid.overlaps(&other.valid) => {
            Diagnostic::new(Code::Ended, at.value(), format!("the rule `{id}` is valid on no day on which this one is"))
                .help("name a rule of the same days, or delete this")
                .related(there.at("valid").value(), "it is valid here")
        }
        Status::Deprecated if rule.status != Status::Deprecated => {
            Diagnostic::new(Code::Deprecated, at.value(), format!("the rule `{id}` is deprecated"))
                .help("name the rule that takes its place")
                .related(there.at("status").value(), "deprecated here")
        }
        _ => return,
    };
    sink.push(found);
}

/// Whether an interval has a day; one without is another finding.
fn holds(valid: Validity) -> bool {
    !matches!((valid.from, valid.until), (Some(from), Some(until)) if until <= from)
}

/// The days of both.
fn both(a: Validity, b: Validity) -> Validity {
    let until = match (a.until, b.until) {
        (Some(x), Some(y)) => Some(x.min(y)),
        (x, y) => x.or(y),
    };
    Validity { from: a.from.max(b.from), until }
}
