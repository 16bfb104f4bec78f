//! References: sources, steps, symptoms and rules that are named must exist, and statements must have sources.

use std::collections::BTreeSet;

use super::sink::{Sink, short};
use super::unfinished::is_marked;
use crate::diag::{Code, Diagnostic, did_you_mean};
use crate::kb::parts::{Origin, Parts};
use crate::model::{Layer, Rule};

/// Checks all references except those inside conditions and texts.
pub(crate) fn check(parts: &Parts, sink: &mut Sink<'_>) {
    for (i, fact) in parts.facts.iter().enumerate() {
        let origin = sink.fact(i);
        if fact.values.is_empty() {
            sink.report(
                Code::NoSource,
                origin.at("values").value(),
                format!("the fact `{}` has no statement", short(&fact.id)),
            );
        }
        for (j, statement) in fact.values.iter().enumerate() {
            source(&statement.source, &origin.at(&format!("values/{j}/source")), sink);
        }
        for (j, also) in fact.also.iter().enumerate() {
            source(&also.source, &origin.at(&format!("also/{j}/source")), sink);
        }
    }
    for (i, step) in parts.steps.iter().enumerate() {
        sources(&step.sources, true, "step", &sink.step(i), sink);
    }
    for (i, line) in parts.account.limits.iter().enumerate() {
        if !sink.known.facts.contains_key(line.fact.as_str()) {
            let origin = Origin::new("account.yaml", format!("/limits/{i}/fact"));
            let help = did_you_mean(&line.fact, sink.known.facts.keys().copied());
            let message = format!("unknown platform fact `{}`", short(&line.fact));
            sink.push(Diagnostic::new(Code::UnknownPlatformFact, origin.value(), message).maybe_help(help));
        }
    }
    for (i, line) in parts.account.cannot_see.iter().enumerate() {
        sources(&line.sources, true, "line", &Origin::new("account.yaml", format!("/cannot_see/{i}")), sink);
    }
    for (_, file, rule) in &parts.rules {
        check_rule(&Origin::new(file, ""), rule, sink);
    }
    let unread = sink.unread().iter().map(|(area, _)| area.as_str());
    let used: BTreeSet<&str> = parts.rules.iter().map(|(area, _, _)| area.as_str()).chain(unread).collect();
    for (i, area) in parts.manifest.areas.iter().enumerate().filter(|(_, area)| !used.contains(area.id.as_str())) {
        let place = Origin::new("kb.yaml", format!("/areas/{i}/id")).value();
        sink.report(Code::EmptyArea, place, format!("the area `{}` has no rules", short(&area.id)));
    }
}

fn check_rule(origin: &Origin, rule: &Rule, sink: &mut Sink<'_>) {
    let symptoms: Vec<&str> = rule.symptoms.iter().map(|s| s.id.as_str()).collect();
    for (i, symptom) in rule.symptoms.iter().enumerate() {
        let at = origin.at(&format!("symptoms/{i}"));
        sources(&symptom.sources, false, "symptom", &at, sink);
        // How people say things is the author's own wording; what software prints was read somewhere.
        if symptom.sources.is_empty() && matches!(symptom.layer, Layer::Decisive | Layer::Wrapper) {
            let message = format!("the symptom `{}` does not say where its wording was read", short(&symptom.id));
            sink.report(Code::UnsourcedSymptom, at.at("id").value(), message);
        }
        for (j, other) in symptom.yields_to.iter().enumerate() {
            if !symptoms.contains(&other.as_str()) {
                let place = at.at(&format!("yields_to/{j}")).value();
                let help = did_you_mean(other, symptoms.iter().copied());
                let message = format!("unknown symptom `{}` in this rule", short(other));
                sink.push(Diagnostic::new(Code::UnknownSymptom, place, message).maybe_help(help));
            }
        }
    }
    for (i, cause) in rule.causes.iter().enumerate() {
        let at = origin.at(&format!("causes/{i}"));
        sources(&cause.sources, true, "cause", &at, sink);
        for (j, step) in cause.remediation.iter().enumerate() {
            if !sink.known.steps.contains(step.as_str()) && !is_marked(step) {
                let help = did_you_mean(step, sink.known.steps.iter().copied());
                let place = at.at(&format!("remediation/{j}")).value();
                sink.push(
                    Diagnostic::new(Code::UnknownStep, place, format!("unknown step `{}`", short(step)))
                        .maybe_help(help),
                );
            }
        }
        for (j, not_this) in cause.not_this.iter().enumerate() {
            sources(&not_this.sources, false, "advice", &at.at(&format!("not_this/{j}")), sink);
        }
    }
    for (field, ids) in [("yields_to", &rule.yields_to), ("rivals", &rule.rivals), ("see_also", &rule.see_also)] {
        for (i, id) in ids.iter().enumerate() {
            let place = origin.at(&format!("{field}/{i}")).value();
            if id == &rule.id {
                sink.report(Code::UnknownRule, place, "a rule does not refer to itself".to_owned());
            } else if !sink.known.rules.contains(id.as_str()) {
                let help = did_you_mean(id, sink.known.rules.iter().copied());
                sink.push(
                    Diagnostic::new(Code::UnknownRule, place, format!("unknown rule `{}`", short(id))).maybe_help(help),
                );
            }
        }
    }
}

fn sources(ids: &[String], required: bool, what: &str, origin: &Origin, sink: &mut Sink<'_>) {
    if required && ids.is_empty() {
        let message = format!("this {what} names no source");
        let help = "say where it was read; an own conclusion has a source of the kind `inferred`";
        sink.push(Diagnostic::new(Code::NoSource, origin.value(), message).help(help));
    }
    for (i, id) in ids.iter().enumerate() {
        source(id, &origin.at(&format!("sources/{i}")), sink);
    }
}

fn source(id: &str, origin: &Origin, sink: &mut Sink<'_>) {
    if !sink.known.sources.contains(id) && !is_marked(id) {
        let help = did_you_mean(id, sink.known.sources.iter().copied())
            .unwrap_or_else(|| "add it to `sources.yaml`".to_owned());
        sink.push(
            Diagnostic::new(Code::UnknownSource, origin.value(), format!("unknown source `{}`", short(id))).help(help),
        );
    }
}
