//! What the engine says to a message and nothing else. Pages claim this and nothing more.

use serde::Serialize;

use super::desk::Desk;
use super::page::{Kind, Link};
use crate::eval::{Engine, Kept, Match};
use crate::evidence::{Hint, RawInput};
use crate::kb::KbError;
use crate::model::{Observation, ReportVerdict};
use crate::pipeline::{self, Asked, Error};

/// The verdict on a message alone.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Claim {
    pub(crate) verdict: ReportVerdict,
    /// The problem that is recognised first.
    pub(crate) problem: Option<Link>,
    /// The cause that leads.
    pub(crate) cause: Option<Link>,
    pub(crate) share: f64,
}

/// What is known where a rule is recognised.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub(crate) facts: Vec<Observation>,
    pub(crate) matches: Vec<Match>,
}

impl Known {
    /// What both have in common.
    pub(crate) fn shared(mut self, other: &Self) -> Self {
        self.facts.retain(|fact| other.facts.iter().any(|one| one.fact == fact.fact && one.value == fact.value));
        self.matches.retain(|one| other.matches.iter().any(|two| two.id == one.id));
        self
    }
}

/// Diagnoses a message; with what is known of the rule, when the message shows it.
pub(crate) fn of_message(
    engine: &Engine,
    kept: &Kept,
    desk: &Desk<'_>,
    text: &str,
    rule: usize,
) -> Result<(Option<Claim>, Option<Known>), KbError> {
    let inputs = [RawInput { name: "message".to_owned(), bytes: text.as_bytes().to_vec(), hint: Hint::Message }];
    let asked = Asked { inputs: &inputs, sets: &[], as_of: Some(desk.day), today: desk.day, top: 1 };
    let done = match pipeline::recognise(engine, kept, &asked) {
        Ok(done) => done,
        // A text that is no evidence on its own makes no claim.
        Err(Error::Evidence(_)) => return Ok((None, None)),
        Err(Error::Kb(error)) => return Err(error),
    };
    let first = done.report.causes.first();
    let claim = Claim {
        verdict: done.report.verdict,
        problem: done
            .report
            .problems
            .first()
            .map(|problem| Link::to(Kind::Problem, &problem.rule, problem.title.clone())),
        cause: first.map(|cause| Link::to(Kind::Cause, &cause.id, cause.title.clone())),
        share: first.map_or(0.0, |cause| cause.share),
    };
    let recognised = done.diagnosis.problems.iter().any(|problem| problem.rule == rule);
    let known = recognised.then(|| Known {
        facts: done.diagnosis.facts,
        matches: done.diagnosis.matches.into_iter().filter(|one| one.rule == rule).collect(),
    });
    Ok((Some(claim), known))
}
