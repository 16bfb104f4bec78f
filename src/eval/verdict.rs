//! From scores to shares, ranks and verdicts. The thresholds are explained in
//! `docs/decisions/0002-weights-and-thresholds.md`.

use std::cmp::Ordering;

use super::trace::Recognition;
use super::weigh::{Scales, Score};
use crate::model::{CauseVerdict, ReportVerdict};

/// Share from which a cause can be concluded.
pub(crate) const CONCLUDED_SHARE: f64 = 0.80;
/// Lead over the second in decibans from which a cause can be concluded.
pub(crate) const CONCLUDED_LEAD: i32 = 6;
/// Share from which a cause can be called likely.
pub(crate) const LIKELY_SHARE: f64 = 0.50;
/// Lead over the second in decibans from which a cause can be called likely.
pub(crate) const LIKELY_LEAD: i32 = 3;
/// Score of "something else", in decibans.
pub(crate) const RESIDUAL: i32 = 0;
/// Share below which a candidate is called unlikely.
pub(crate) const UNLIKELY_SHARE: f64 = 0.05;
/// Weight of evidence that sets a cause apart from its rivals.
const SETS_APART: i32 = 10;

/// Candidates in order, with shares.
#[derive(Clone, Debug)]
pub(crate) struct Ranking {
    /// Candidate numbers, most likely first; each cause once, none that is ruled out.
    pub order: Vec<usize>,
    /// Their shares, in the same order.
    pub shares: Vec<f64>,
    /// Share of "something else".
    pub residual: f64,
    /// Verdict on the leading cause.
    pub verdict: ReportVerdict,
}

/// Ranks scored candidates.
pub(crate) fn rank(scales: &Scales<'_>, scores: &[Score]) -> Ranking {
    let mut order: Vec<usize> = Vec::new();
    for (number, score) in scores.iter().enumerate() {
        if score.ruled_out {
            continue;
        }
        // The same cause in two rules counts once, where it scores best.
        let twin = order.iter().position(|other| scales.identity(*other) == scales.identity(number));
        match twin.and_then(|at| order.get_mut(at)) {
            Some(kept) => {
                let better = scores.get(*kept).is_some_and(|kept| score.decibans > kept.decibans);
                if better {
                    *kept = number;
                }
            }
            None => order.push(number),
        }
    }
    let decibans = |number: &usize| scores.get(*number).map_or(i32::MIN, |score| score.decibans);
    order.sort_by(|a, b| {
        decibans(b).cmp(&decibans(a)).then_with(|| scales.recognition(*b).cmp(&scales.recognition(*a))).then_with(
            || match scales.identity(*a).cmp(&scales.identity(*b)) {
                Ordering::Equal => a.cmp(b),
                other => other,
            },
        )
    });
    let mass = |decibans: i32| 10f64.powf(f64::from(decibans.clamp(-60, 120)) / 10.0);
    let masses: Vec<f64> = order.iter().map(|number| mass(decibans(number))).collect();
    let total = masses.iter().sum::<f64>() + mass(RESIDUAL);
    let shares: Vec<f64> = masses.iter().map(|mass| mass / total).collect();
    let verdict = conclude(scales, scores, &order, &shares);
    Ranking { order, shares, residual: mass(RESIDUAL) / total, verdict }
}

fn conclude(scales: &Scales<'_>, scores: &[Score], order: &[usize], shares: &[f64]) -> ReportVerdict {
    let (Some(first), Some(share)) = (order.first(), shares.first()) else { return ReportVerdict::NothingFound };
    let Some(score) = scores.get(*first) else { return ReportVerdict::NothingFound };
    let second = order.get(1).and_then(|number| scores.get(*number));
    let lead = second.map_or(i32::MAX, |second| score.decibans.saturating_sub(second.decibans));
    let recognition = scales.recognition(*first);
    // Rivals still standing have to be set apart by evidence, not by priors alone.
    let apart = score.best_for >= SETS_APART
        || second.is_none_or(|second| second.best_against >= SETS_APART)
        || (score.best_for > 0 && second.is_some_and(|second| second.decibans <= RESIDUAL));
    let firm = recognition >= Recognition::Structure;
    let verdict = if *share >= CONCLUDED_SHARE && lead >= CONCLUDED_LEAD && firm && apart {
        ReportVerdict::Concluded
    } else if *share >= LIKELY_SHARE
        && lead >= LIKELY_LEAD
        && (score.best_for > 0 || second.is_none())
        && recognition > Recognition::Similarity
    {
        ReportVerdict::Likely
    } else {
        ReportVerdict::Undetermined
    };
    let elsewhere = scales.identity(*first).0 == "not-hugging-face";
    if elsewhere && verdict != ReportVerdict::Undetermined { ReportVerdict::NotHuggingFace } else { verdict }
}

/// Verdict on the candidate at a rank (0 is the first).
pub(crate) fn of_candidate(rank: usize, share: f64, verdict: ReportVerdict) -> CauseVerdict {
    match (rank, verdict) {
        (0, ReportVerdict::Concluded) => CauseVerdict::Concluded,
        (0, ReportVerdict::NotHuggingFace) if share >= CONCLUDED_SHARE => CauseVerdict::Concluded,
        (0, ReportVerdict::Likely | ReportVerdict::NotHuggingFace) => CauseVerdict::Likely,
        _ if share < UNLIKELY_SHARE => CauseVerdict::Unlikely,
        _ => CauseVerdict::Possible,
    }
}
