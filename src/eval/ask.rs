//! What to ask: each unknown fact is answered in turn and the candidates weighed again.

use super::trace::QuestionTrace;
use super::verdict::{self, Ranking};
use super::weigh::{Scales, Score};
use crate::compile::{Check, Program};
use crate::kb::{KbError, KnowledgeBase};
use crate::model::{Comparison, Effort, FactKind, Operand, Scalar, Test, VocabularyFact};

/// Most questions kept.
const MOST: usize = 8;

/// Information below which a question is not worth a person's time, in bits.
const LEAST: f64 = 0.02;

/// Score change that stands for "this answer excludes the cause", in decibans.
const EXCLUDED: i32 = -40;

/// An unknown fact that a condition of a candidate reads.
struct Open<'a> {
    slot: usize,
    entry: &'a VocabularyFact,
    /// Candidates that read it, by number.
    readers: Vec<usize>,
}

/// All unknown facts that could be asked for, in the order in which conditions name them.
fn in_play<'a>(
    kb: &'a KnowledgeBase,
    scales: &Scales<'_>,
    scores: &[Score],
    ranking: &Ranking,
) -> Result<Vec<Open<'a>>, KbError> {
    let mut open = Vec::new();
    for slot in 0..scales.slots.len() {
        if scales.values.get(slot).is_some_and(Option::is_some) {
            continue;
        }
        let Some(entry) = kb.vocabulary(scales.slots.name(slot))?.filter(|entry| entry.question.is_some()) else {
            continue;
        };
        let readers: Vec<usize> = ranking
            .order
            .iter()
            .copied()
            .chain((0..scales.len()).filter(|number| scores.get(*number).is_some_and(|score| score.ruled_out)))
            .filter(|number| scales.programs(*number).any(|program| reads(program, slot)))
            .collect();
        if !readers.is_empty() {
            open.push(Open { slot, entry, readers });
        }
    }
    Ok(open)
}

/// Names of all facts that could be asked for, worth it or not: what an order of questions chooses from.
pub(crate) fn askable(
    kb: &KnowledgeBase,
    scales: &Scales<'_>,
    scores: &[Score],
    ranking: &Ranking,
) -> Result<Vec<String>, KbError> {
    let open = in_play(kb, scales, scores, ranking)?;
    Ok(open.iter().map(|one| scales.slots.name(one.slot).to_owned()).collect())
}

/// The questions worth asking, by expected information per effort.
pub(crate) fn questions(
    kb: &KnowledgeBase,
    scales: &Scales<'_>,
    scores: &[Score],
    ranking: &Ranking,
) -> Result<Vec<QuestionTrace>, KbError> {
    let mut found: Vec<(f64, QuestionTrace)> = Vec::new();
    let before = entropy(ranking);
    for Open { slot, entry, readers } in in_play(kb, scales, scores, ranking)? {
        let name = scales.slots.name(slot);
        let programs: Vec<&Program> = readers.iter().flat_map(|number| scales.programs(*number)).collect();
        let answers = answers(scales, entry, slot, &programs);
        if answers.len() < 2 {
            continue;
        }
        let outcomes: Vec<(Scalar, Vec<Score>, Ranking)> = answers
            .into_iter()
            .map(|answer| {
                let mut values = scales.values.clone();
                if let Some(value) = values.get_mut(slot) {
                    *value = Some(answer.clone());
                }
                let mut changed = scores.to_vec();
                for number in &readers {
                    if let Some(score) = changed.get_mut(*number) {
                        *score = scales.weigh_one(*number, &values);
                    }
                }
                let ranking = verdict::rank(scales, &changed);
                (answer, changed, ranking)
            })
            .collect();
        let chances = chances(ranking, scores, &outcomes);
        let after: f64 = outcomes.iter().zip(&chances).map(|((_, _, ranking), chance)| chance * entropy(ranking)).sum();
        let bits = (before - after).max(0.0);
        if bits < LEAST {
            continue;
        }
        let told = outcomes
            .iter()
            .filter_map(|(answer, _, ranking)| {
                let first = ranking.order.first()?;
                let share = ranking.shares.first().copied().unwrap_or(0.0);
                Some((answer.clone(), scales.identity(*first).0.to_owned(), share, ranking.verdict))
            })
            .collect();
        found.push((bits / price(entry.effort), QuestionTrace { fact: name.to_owned(), bits, answers: told }));
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.fact.cmp(&b.1.fact)));
    Ok(found.into_iter().take(MOST).map(|(_, question)| question).collect())
}

/// Whether a program reads a fact.
pub(crate) fn reads(program: &Program, slot: usize) -> bool {
    let mut found = false;
    program.slots(&mut |other| found |= other == slot);
    found
}

/// Chance of each answer: over the causes by their shares, each expecting the answers that speak for it.
fn chances(ranking: &Ranking, scores: &[Score], outcomes: &[(Scalar, Vec<Score>, Ranking)]) -> Vec<f64> {
    let uniform = 1.0 / f64::from(u32::try_from(outcomes.len()).unwrap_or(u32::MAX).max(1));
    let mut chances = vec![ranking.residual * uniform; outcomes.len()];
    for (number, share) in ranking.order.iter().zip(&ranking.shares) {
        let change = |scored: &[Score]| {
            let (Some(then), Some(now)) = (scored.get(*number), scores.get(*number)) else { return 0 };
            if then.ruled_out { EXCLUDED } else { then.decibans.saturating_sub(now.decibans) }
        };
        let fits: Vec<f64> =
            outcomes.iter().map(|(_, scored, _)| 10f64.powf(f64::from(change(scored)) / 10.0)).collect();
        let total: f64 = fits.iter().sum();
        for (chance, fit) in chances.iter_mut().zip(fits) {
            *chance += share * fit / total.max(f64::MIN_POSITIVE);
        }
    }
    chances
}

/// Uncertainty over candidates and residual, in bits.
fn entropy(ranking: &Ranking) -> f64 {
    ranking
        .shares
        .iter()
        .chain(std::iter::once(&ranking.residual))
        .filter(|share| **share > 0.0)
        .map(|share| -share * share.log2())
        .sum()
}

/// What an answer costs, relative to one known at once.
#[must_use]
pub const fn price(effort: Effort) -> f64 {
    match effort {
        Effort::Seconds => 1.0,
        Effort::Minutes => 1.25,
        Effort::Hours => 3.0,
        Effort::Days => 8.0,
    }
}

/// Answers worth trying for a fact: its values, or values on both sides of each test.
pub(crate) fn answers(scales: &Scales<'_>, entry: &VocabularyFact, slot: usize, programs: &[&Program]) -> Vec<Scalar> {
    match entry.kind {
        FactKind::Bool => return vec![Scalar::Bool(true), Scalar::Bool(false)],
        FactKind::Enum => return entry.values.iter().map(|option| option.id.as_str().into()).collect(),
        FactKind::Map => return Vec::new(),
        FactKind::Int | FactKind::Number | FactKind::String | FactKind::Date => {}
    }
    let mut found: Vec<Scalar> = Vec::new();
    let mut add = |value: Scalar| {
        if !found.contains(&value) {
            found.push(value);
        }
    };
    for program in programs {
        {
            program.tests(slot, &mut |check| match check {
                Check::Plain(Test::Is(values)) => {
                    values.iter().cloned().for_each(&mut add);
                    if entry.kind == FactKind::String {
                        add("something else".into());
                    }
                }
                Check::Plain(Test::Compare(comparison, Operand::Number(limit))) => {
                    let (inside, outside) = sides(*comparison, *limit);
                    add(Scalar::Number(inside));
                    add(Scalar::Number(outside));
                }
                Check::With(comparison, other) => {
                    if let Some(limit) = scales.values.get(*other).and_then(Option::as_ref).and_then(Scalar::as_number)
                    {
                        let (inside, outside) = sides(*comparison, limit);
                        add(Scalar::Number(inside.max(0.0)));
                        add(Scalar::Number(outside.max(0.0)));
                    }
                }
                Check::Plain(Test::Contains(texts) | Test::StartsWith(texts) | Test::EndsWith(texts)) => {
                    texts.iter().for_each(|text| add(text.as_str().into()));
                    add("something else".into());
                }
                Check::Plain(Test::Version(_, release)) => {
                    add(release.as_str().into());
                    add("0.0.1".into());
                }
                Check::Plain(_) => {}
            });
        }
    }
    found.truncate(6);
    found
}

/// A number that passes a comparison and one that does not.
fn sides(comparison: Comparison, limit: f64) -> (f64, f64) {
    match comparison {
        Comparison::Lt => (limit - 1.0, limit),
        Comparison::Le => (limit, limit + 1.0),
        Comparison::Gt => (limit + 1.0, limit),
        Comparison::Ge => (limit, limit - 1.0),
    }
}
