//! Rules and causes that lead nowhere.

use super::sink::{Sink, short};
use crate::diag::{Code, Diagnostic};
use crate::kb::parts::{Origin, Parts};
use crate::model::Status;

/// Checks that every rule can be recognised and every cause can matter.
pub(crate) fn check(parts: &Parts, sink: &mut Sink<'_>) {
    for (_, file, rule) in parts.rules.iter().filter(|(_, _, rule)| rule.status != Status::Removed) {
        let origin = Origin::new(file, "");
        if rule.symptoms.is_empty() && rule.when.is_none() {
            let message =
                format!("the rule `{}` has neither symptoms nor `when`: it is never recognised", short(&rule.id));
            sink.report(Code::NoConclusion, origin.at("id").value(), message);
        }
        if rule.causes.is_empty() {
            let message = format!("the rule `{}` has no causes: it explains nothing", short(&rule.id));
            sink.report(Code::NoConclusion, origin.at("causes").key(), message);
        }
        for (i, cause) in rule.causes.iter().enumerate() {
            if cause.speaks_for.is_empty() && cause.remediation.is_empty() {
                let message = format!("the cause `{}` has no evidence for it and no remediation", short(&cause.id));
                let place = origin.at(&format!("causes/{i}/id")).value();
                sink.push(
                    Diagnostic::new(Code::NoConclusion, place, message)
                        .help("say what speaks for it, or what to do about it"),
                );
            }
        }
    }
}
