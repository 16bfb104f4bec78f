//! What to do: steps over all candidates by the chance that they help per effort and cost.

use super::trace::{Candidate, PlanTrace};
use super::weigh::truth;
use crate::compile::Tri;
use crate::kb::{KbError, KnowledgeBase};
use crate::model::{CauseVerdict, Cost, Day, Effort, Observation, Who};

/// Most steps kept.
const MOST: usize = 8;

/// Share below which a candidate's steps are not worth listing, unless it leads.
const LEAST: f64 = 0.05;

/// A later step of a cause's own list helps less often than the one before it.
const DECAY: f64 = 0.8;

/// The steps in order.
pub(crate) fn steps(
    kb: &KnowledgeBase,
    candidates: &[Candidate],
    facts: &[Observation],
    has_text: bool,
    as_of: Day,
) -> Result<Vec<PlanTrace>, KbError> {
    let mut found: Vec<(f64, PlanTrace)> = Vec::new();
    let ranked = candidates.iter().filter(|candidate| candidate.verdict != CauseVerdict::RuledOut);
    for (rank, candidate) in ranked.enumerate() {
        if rank > 0 && candidate.share < LEAST {
            continue;
        }
        let Some(file) = kb.rule_at(candidate.rule)? else { continue };
        let Some(cause) = file.rule.causes.get(candidate.cause) else { continue };
        let mut gain = candidate.share;
        for id in &cause.remediation {
            let Some(step) = kb.step(id)?.filter(|step| step.valid.contains(as_of)) else { continue };
            if step.when.as_ref().is_some_and(|when| truth(when, facts, &[], has_text) == Tri::False) {
                continue;
            }
            let value = gain / (effort(step.effort) * cost(step.cost) * who(step.who));
            gain *= DECAY;
            match found.iter_mut().find(|(_, known)| known.step == *id) {
                Some((sum, known)) => {
                    *sum += value;
                    if !known.helps.contains(&candidate.id) {
                        known.helps.push(candidate.id.clone());
                        known.chance += candidate.share;
                    }
                }
                None => found.push((
                    value,
                    PlanTrace { step: id.clone(), helps: vec![candidate.id.clone()], chance: candidate.share },
                )),
            }
        }
    }
    // A stable sort: steps of equal value stay in the order of their causes.
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    Ok(found.into_iter().take(MOST).map(|(_, step)| step).collect())
}

const fn effort(effort: Effort) -> f64 {
    match effort {
        Effort::Seconds => 1.0,
        Effort::Minutes => 1.1,
        Effort::Hours => 1.8,
        Effort::Days => 3.0,
    }
}

const fn cost(cost: Cost) -> f64 {
    match cost {
        Cost::None => 1.0,
        Cost::Credits => 1.2,
        Cost::Subscription => 1.6,
        Cost::Hardware => 2.0,
    }
}

/// What others have to do comes after what one can do oneself.
const fn who(who: Who) -> f64 {
    match who {
        Who::User | Who::Developer => 1.0,
        Who::SpaceOwner | Who::RepoOwner | Who::OrgAdmin | Who::NetworkAdmin => 1.3,
        Who::Provider | Who::HuggingFace => 1.6,
    }
}
