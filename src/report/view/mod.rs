//! From the engine's diagnosis to the report document: texts expanded, sources and dates resolved.

mod causes;
mod context;
mod findings;
mod incident;
mod nothing;
mod steps;
mod why;

use std::collections::BTreeSet;

use super::text::{Facts, Scope, expand};
use crate::compile::Tri;
use crate::eval::{Diagnosis, truth};
use crate::kb::{KbError, KnowledgeBase};
use crate::model::{Condition, Day, Evidence, FactValue, Observation, Report, ReportVerdict, Scalar, SourceRef, Trust};

pub use why::{Why, WhyCause, WhyChange, WhyCondition, WhyItem, WhyRule, WhySum, WhySymptom, WhyTest, why};

/// Name and version of the report's layout.
pub const SCHEMA: &str = "hf-doctor/report/v1";

/// Builds the report document with at most `top` causes.
///
/// # Errors
/// When an item of the knowledge base that is needed cannot be decoded.
pub fn view(kb: &KnowledgeBase, evidence: &Evidence, diagnosis: &Diagnosis, top: usize) -> Result<Report, KbError> {
    let lookup = Values { kb, facts: &diagnosis.facts, as_of: diagnosis.as_of };
    let desk = Desk { kb, evidence, diagnosis, scope: Scope::new(&lookup), faults: std::cell::RefCell::default() };
    let manifest = kb.manifest()?;
    let causes = desk.causes(top)?;
    let questions = desk.questions()?;
    let plan = desk.plan()?;
    let account = desk.account()?;
    let service =
        causes.first().filter(|_| diagnosis.verdict == ReportVerdict::NotHuggingFace).and_then(|c| c.service.clone());
    let mut report = Report {
        schema: SCHEMA.to_owned(),
        engine: env!("CARGO_PKG_VERSION").to_owned(),
        knowledge_base: manifest.version.clone(),
        as_of: diagnosis.as_of,
        verdict: diagnosis.verdict,
        headline: desk.headline(causes.first(), questions.first()),
        service,
        problems: desk.problems()?,
        residual: hundredths(diagnosis.residual),
        ruled_out: desk.ruled_out()?,
        not_this: desk.not_this(top)?,
        escalate: desk.escalate()?,
        escalate_later: desk.escalate_later()?,
        causes,
        questions,
        plan,
        facts_used: Vec::new(),
        account,
        incident: desk.incident()?,
        sources: Vec::new(),
        inputs: evidence.inputs.clone(),
        redactions: evidence.redactions.clone(),
        conflicts: diagnosis.conflicts.clone(),
        warnings: evidence.warnings.clone(),
        follow_up: None,
        nothing_matched: desk.nothing_matched()?,
    };
    report.facts_used = desk.facts_used(&report)?;
    report.sources = desk.sources(&report)?;
    if diagnosis.as_of < manifest.begins {
        report.warnings.push(format!(
            "the knowledge base begins on {}; before that day it may not know what was true",
            manifest.begins
        ));
    }
    let horizon = i32::try_from(manifest.review_horizon_days).unwrap_or(i32::MAX);
    let stale = report.facts_used.iter().filter(|fact| diagnosis.as_of.days_since(fact.verified) > horizon).count();
    if stale > 0 {
        report.warnings.push(format!(
            "{stale} of the platform facts quoted here were last checked more than {horizon} days before {}",
            diagnosis.as_of
        ));
    }
    report.warnings.extend(desk.faults.into_inner());
    Ok(report)
}

/// What every part of the report is made from.
struct Desk<'a> {
    kb: &'a KnowledgeBase,
    evidence: &'a Evidence,
    diagnosis: &'a Diagnosis,
    scope: Scope<'a>,
    /// Texts that could not be expanded; told in the report, never hidden.
    faults: std::cell::RefCell<BTreeSet<String>>,
}

impl Desk<'_> {
    /// A rule text with its expressions filled in.
    fn text(&self, text: &str) -> String {
        match expand(text, &self.scope) {
            Ok(text) => text.trim_end().to_owned(),
            Err(error) => {
                self.faults
                    .borrow_mut()
                    .insert(format!("a text of the knowledge base could not be filled in: {error}"));
                without_expressions(text)
            }
        }
    }

    fn symptoms_of(&self, rule: usize) -> Vec<&str> {
        self.diagnosis.matches.iter().filter(|one| one.rule == rule).map(|one| one.id.as_str()).collect()
    }

    /// Truth of a condition of a rule.
    fn holds(&self, condition: &Condition, rule: usize) -> Tri {
        truth(condition, &self.diagnosis.facts, &self.symptoms_of(rule), self.evidence.has_text())
    }

    fn fact(&self, name: &str) -> Option<&Observation> {
        self.diagnosis.facts.iter().find(|fact| fact.fact == name)
    }

    /// The value as it may be shown: what identifies a person is not.
    fn shown(&self, fact: &Observation) -> Result<Scalar, KbError> {
        let sensitive = self.kb.vocabulary(&fact.fact)?.is_some_and(|entry| entry.sensitive);
        Ok(if sensitive && fact.trust != Trust::Set && matches!(fact.value, Scalar::Text(_)) {
            Scalar::Text("<hidden>".to_owned())
        } else {
            fact.value.clone()
        })
    }

    fn sources(&self, report: &Report) -> Result<Vec<SourceRef>, KbError> {
        let ids: BTreeSet<&str> = report
            .causes
            .iter()
            .flat_map(|cause| &cause.sources)
            .chain(report.plan.iter().flat_map(|step| &step.sources))
            .chain(report.facts_used.iter().map(|fact| &fact.source))
            .chain(report.account.limits.iter().map(|limit| &limit.source))
            .map(String::as_str)
            .collect();
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            if let Some(source) = self.kb.source(id)? {
                found.push(SourceRef {
                    id: source.id.clone(),
                    kind: source.kind,
                    title: source.title.clone(),
                    url: source.url.clone(),
                    retrieved: source.retrieved,
                });
            }
        }
        found.sort_by(|a, b| a.kind.cmp(&b.kind).then_with(|| a.id.cmp(&b.id)));
        Ok(found)
    }
}

/// Values that rule texts may ask for.
struct Values<'a> {
    kb: &'a KnowledgeBase,
    facts: &'a [Observation],
    as_of: Day,
}

impl Facts for Values<'_> {
    fn platform(&self, id: &str) -> Option<FactValue> {
        // A fact that cannot be decoded shows as missing here; the lints report it.
        self.kb.fact(id).ok().flatten()?.at(self.as_of).map(|statement| statement.value.clone())
    }

    fn account(&self, id: &str) -> Option<Scalar> {
        self.facts.iter().find(|fact| fact.fact == id).map(|fact| fact.value.clone())
    }
}

/// Two decimals, the same on every machine.
fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// A text whose expressions could not be filled in, with an ellipsis in their place.
pub(crate) fn without_expressions(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once("{{") {
        out.push_str(head);
        out.push('…');
        rest = tail.split_once("}}").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out.trim_end().to_owned()
}
