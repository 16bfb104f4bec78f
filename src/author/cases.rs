//! Cases: evidence with an expectation, run through the whole engine.

use serde_json::Value;

use crate::eval::Engine;
use crate::evidence::{EvidenceError, Hint, RawInput};
use crate::kb::{KbError, KnowledgeBase};
use crate::model::{Case, Day, Evidence, Expectation, Report};
use crate::pipeline::{self, Asked, Done};

/// Why a case could not be run.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The evidence of the case is not evidence.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Evidence(Vec<EvidenceError>),
    /// The knowledge base is broken.
    #[error(transparent)]
    Kb(#[from] KbError),
}

/// Causes in the report of a case: all of them.
pub(crate) const ALL: usize = 100;

/// Reads the evidence of a case.
///
/// # Errors
/// When it is not evidence.
pub(crate) fn read(kb: &KnowledgeBase, case: &Case, name: &str, today: Day) -> Result<Evidence, CaseError> {
    let document: Value = case.evidence.clone().into_iter().collect();
    let input = RawInput { name: name.to_owned(), bytes: document.to_string().into_bytes(), hint: Hint::Auto };
    let sets: Vec<(String, String)> = case.set.iter().map(|(fact, value)| (fact.clone(), value.to_string())).collect();
    let asked = Asked { inputs: &[input], sets: &sets, as_of: case.as_of, today, top: ALL };
    pipeline::read(kb, &asked).map_err(|error| match error {
        pipeline::Error::Evidence(errors) => CaseError::Evidence(errors),
        pipeline::Error::Kb(error) => CaseError::Kb(error),
    })
}

/// Diagnoses the evidence of a case.
///
/// # Errors
/// When the evidence cannot be read or the knowledge base is broken.
pub(crate) fn diagnose(engine: &Engine, case: &Case, name: &str, today: Day) -> Result<Done, CaseError> {
    let evidence = read(engine.kb(), case, name, today)?;
    let as_of = case.as_of.or(evidence.observed).unwrap_or(today);
    Ok(pipeline::answer(engine, evidence, as_of, ALL)?)
}

/// Everything in which a diagnosis differs from what a case demands; empty when it holds.
#[must_use]
pub fn differences(expect: &Expectation, done: &Done, markdown: &str) -> Vec<String> {
    let report = &done.report;
    let mut out = Vec::new();
    let first = report.causes.first();
    let given = first.map_or("no cause", |cause| cause.id.as_str());
    if let Some(verdict) = expect.verdict
        && verdict != report.verdict
    {
        out.push(format!("verdict: wanted {}, got {} ({})", verdict.word(), report.verdict.word(), shares(report)));
    }
    let mut equal = |what: &str, wanted: Option<&str>, got: &str| {
        if let Some(wanted) = wanted
            && wanted != got
        {
            out.push(format!("{what}: wanted `{wanted}`, got `{got}`"));
        }
    };
    equal("first cause", expect.cause.as_deref(), given);
    equal("service", expect.service.as_deref(), first.and_then(|cause| cause.service.as_deref()).unwrap_or("none"));
    equal(
        "first problem",
        expect.problem.as_deref(),
        report.problems.first().map_or("none", |problem| problem.rule.as_str()),
    );
    equal(
        "first question",
        expect.asks_first.as_deref(),
        report.questions.first().map_or("none", |question| question.fact.as_str()),
    );
    for id in &expect.ranked {
        if !report.causes.iter().any(|cause| cause.id == *id) {
            out.push(format!("ranked: `{id}` is missing"));
        }
    }
    for id in &expect.not_first {
        if given == id {
            out.push(format!("not_first: `{id}` came first"));
        }
    }
    for id in &expect.ruled_out {
        if !report.ruled_out.iter().any(|cause| cause.id == *id) {
            out.push(format!("ruled_out: `{id}` is not"));
        }
    }
    let planned = |id: &String| report.plan.iter().any(|step| step.step == *id);
    out.extend(expect.plan.iter().filter(|id| !planned(id)).map(|id| format!("plan: step `{id}` is missing")));
    out.extend(expect.plan_not.iter().filter(|id| planned(id)).map(|id| format!("plan_not: step `{id}` is there")));
    out.extend(
        expect.says.iter().filter(|text| !markdown.contains(*text)).map(|text| format!("says: `{text}` is not said")),
    );
    out.extend(
        expect
            .says_not
            .iter()
            .filter(|text| markdown.contains(*text))
            .map(|text| format!("says_not: `{text}` is said")),
    );
    for (fact, wanted) in &expect.facts {
        match done.diagnosis.facts.iter().find(|known| known.fact == *fact).map(|known| &known.value) {
            Some(value) if value.same(wanted) => {}
            Some(value) => out.push(format!("facts: `{fact}` is {value}, wanted {wanted}")),
            None => out.push(format!("facts: `{fact}` is not known, wanted {wanted}")),
        }
    }
    if let Some(escalates) = expect.escalates
        && escalates != report.escalate.is_some()
    {
        out.push(format!("escalates: wanted {escalates}, got {}", report.escalate.is_some()));
    }
    out
}

/// The ranking in one line, for messages.
#[must_use]
pub fn shares(report: &Report) -> String {
    let told: Vec<String> =
        report.causes.iter().take(3).map(|cause| format!("{} {:.0} %", cause.id, cause.share * 100.0)).collect();
    if told.is_empty() { "nothing ranked".to_owned() } else { told.join(", ") }
}
