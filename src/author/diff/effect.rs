//! What a change does to people: every case on both sides.

use std::collections::BTreeMap;

use serde::Serialize;

use super::side::Side;
use crate::author::{cases, parallel};
use crate::eval::Engine;
use crate::kb::{KbError, KnowledgeBase};
use crate::model::{Case, Day};

/// The verdict on a case that cannot be read.
const BROKEN: &str = "broken";

/// What one side says about a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The verdict, or `broken` when the case cannot be read on this side.
    pub verdict: &'static str,
    /// The first cause.
    pub cause: Option<String>,
    /// Its share, in percent; a difference in it alone is none.
    pub share: u32,
    /// Steps of the plan, in order.
    pub plan: Vec<String>,
}

/// A case with another answer.
#[derive(Clone, Debug, Serialize)]
pub struct Effect {
    /// The case.
    pub case: String,
    /// What it shows.
    pub title: String,
    /// What differs: `verdict`, `cause`, `plan`.
    pub differs: Vec<&'static str>,
    /// The old side.
    pub before: Answer,
    /// The new side.
    pub after: Answer,
}

/// Diagnoses all cases of both sides on both sides, and counts those that neither can read; a case that both have is taken from the new one.
///
/// # Errors
/// When one of the knowledge bases is broken.
pub fn effects(old: Side, new: Side, today: Day, jobs: usize) -> Result<(usize, usize, Vec<Effect>), KbError> {
    let mut all: BTreeMap<String, Case> = old.cases;
    all.extend(new.cases);
    let all: Vec<(String, Case)> = all.into_iter().collect();
    let before = Engine::new(KnowledgeBase::from_parts(old.parts))?;
    let after = Engine::new(KnowledgeBase::from_parts(new.parts))?;
    let answers = parallel::map(
        &all,
        jobs,
        || (),
        |(), (name, case)| (answer(&before, case, name, today), answer(&after, case, name, today)),
    );
    let mut out = Vec::new();
    let mut broken = 0;
    for ((name, case), (before, after)) in all.iter().zip(answers) {
        broken += usize::from(before.verdict == BROKEN && after.verdict == BROKEN);
        let differs: Vec<&'static str> = [
            ("verdict", before.verdict != after.verdict),
            ("cause", before.cause != after.cause),
            ("plan", before.plan != after.plan),
        ]
        .into_iter()
        .filter_map(|(what, differs)| differs.then_some(what))
        .collect();
        if !differs.is_empty() {
            out.push(Effect { case: name.clone(), title: case.title.clone(), differs, before, after });
        }
    }
    Ok((all.len(), broken, out))
}

fn answer(engine: &Engine, case: &Case, name: &str, today: Day) -> Answer {
    let Ok(done) = cases::diagnose(engine, case, name, today) else {
        return Answer { verdict: BROKEN, cause: None, share: 0, plan: Vec::new() };
    };
    let first = done.report.causes.first();
    // A share is between 0 and 1.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 100")]
    let share = first.map_or(0, |cause| (cause.share * 100.0).round().clamp(0.0, 100.0) as u32);
    Answer {
        verdict: done.report.verdict.word(),
        cause: first.map(|cause| cause.id.clone()),
        share,
        plan: done.report.plan.iter().map(|step| step.step.clone()).collect(),
    }
}
