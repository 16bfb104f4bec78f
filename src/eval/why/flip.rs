//! The smallest change of facts after which another cause leads.

use super::{Standing, value_of};
use crate::compile::Program;
use crate::eval::trace::{Candidate, Diagnosis, ProblemTrace, Recognition};
use crate::eval::weigh::Scales;
use crate::eval::{Engine, ask, verdict};
use crate::kb::KbError;
use crate::model::{Evidence, FactKind, Observation, ReportVerdict, Scalar, Trust};

/// Pairs of changes that are tried at most.
const PAIRS: usize = 3_000;

/// Flips told of one cause.
const MOST: usize = 3;

/// One fact set to one value.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Vocabulary name.
    pub fact: String,
    /// The value it would have.
    pub value: Scalar,
    /// The value it has.
    pub before: Option<Scalar>,
}

/// A change of facts after which the ranking is another one; found by weighing, confirmed by a whole diagnosis.
#[derive(Clone, Debug, PartialEq)]
pub struct Flip {
    /// What would have to be different.
    pub changes: Vec<Change>,
    /// The cause that would then lead.
    pub leads: String,
    /// The verdict that the report would then have.
    pub verdict: ReportVerdict,
}

/// The smallest changes after which `candidate` leads, or, when it leads now, does not.
pub(super) fn search(
    engine: &Engine,
    evidence: &Evidence,
    diagnosis: &Diagnosis,
    candidate: &Candidate,
    standing: &Standing,
) -> Result<Vec<Flip>, KbError> {
    let mut problems = diagnosis.problems.clone();
    match standing {
        Standing::Considered(_) => {}
        // Without a text of its own a rule comes in by structure or not at all.
        Standing::NotRecognised => {
            problems.push(ProblemTrace { rule: candidate.rule, recognition: Recognition::Structure });
        }
        Standing::Removed | Standing::NotValid | Standing::YieldsTo(_) | Standing::LastResort => return Ok(Vec::new()),
    }
    let Some(file) = engine.kb().rule_at(candidate.rule)? else { return Ok(Vec::new()) };
    let outside = !matches!(standing, Standing::Considered(_));
    if outside && file.rule.when.is_none() {
        return Ok(Vec::new());
    }
    let similarity = diagnosis.candidates.iter().map(|one| ((one.rule, one.cause), one.similarity)).collect();
    let has_text = evidence.has_text();
    let mut scales = Scales::new(
        engine.kb(),
        &problems,
        &similarity,
        &diagnosis.matches,
        &diagnosis.facts,
        has_text,
        diagnosis.as_of,
    )?;
    let mut extra: Vec<Program> = Vec::new();
    if outside && let Some(when) = &file.rule.when {
        extra.push(scales.program(when, &diagnosis.facts));
    }
    let identity = (candidate.id.as_str(), candidate.service.as_deref());
    let leads_now = diagnosis.ranked().next().is_some_and(|one| (one.id.as_str(), one.service.as_deref()) == identity);
    let reached = |values: &[Option<Scalar>]| {
        let ranking = verdict::rank(&scales, &scales.weigh(values));
        let first = ranking.order.first().map(|first| scales.identity(*first));
        first.is_some_and(|first| (first == identity) != leads_now)
    };
    let confirmed = |changes: &[(usize, Scalar)]| -> Result<Option<Flip>, KbError> {
        let told: Vec<Change> = changes
            .iter()
            .map(|(slot, value)| {
                let fact = scales.slots.name(*slot).to_owned();
                let before = value_of(diagnosis, &fact).cloned();
                Change { fact, value: value.clone(), before }
            })
            .collect();
        let then = engine.answer(&changed(evidence, &told), diagnosis.as_of)?;
        let first = then.ranked().next();
        Ok(first
            .filter(|first| ((first.id.as_str(), first.service.as_deref()) == identity) != leads_now)
            .map(|first| Flip { changes: told, leads: first.id.clone(), verdict: then.verdict }))
    };

    let trials = trials(engine, &scales, diagnosis, candidate, &extra)?;
    let with = |values: &mut Vec<Option<Scalar>>, slot: usize, value: &Scalar| {
        if let Some(cell) = values.get_mut(slot) {
            *cell = Some(value.clone());
        }
    };
    let mut flips = Vec::new();
    let mut facts: Vec<usize> = Vec::new();
    for (slot, value) in &trials {
        let mut values = scales.values.clone();
        with(&mut values, *slot, value);
        // One answer of each fact is enough.
        if flips.len() < MOST
            && !facts.contains(slot)
            && reached(&values)
            && let Some(flip) = confirmed(&[(*slot, value.clone())])?
        {
            flips.push(flip);
            facts.push(*slot);
        }
    }
    if !flips.is_empty() {
        return Ok(flips);
    }
    let (mut tried, mut rejected) = (0usize, 0usize);
    for (number, (slot, value)) in trials.iter().enumerate() {
        for (other, second) in trials.iter().skip(number.saturating_add(1)).filter(|(other, _)| other != slot) {
            tried = tried.saturating_add(1);
            if tried > PAIRS || rejected > 12 {
                return Ok(flips);
            }
            let mut values = scales.values.clone();
            with(&mut values, *slot, value);
            with(&mut values, *other, second);
            if reached(&values) {
                match confirmed(&[(*slot, value.clone()), (*other, second.clone())])? {
                    Some(flip) => return Ok(vec![flip]),
                    None => rejected = rejected.saturating_add(1),
                }
            }
        }
    }
    Ok(flips)
}

/// The evidence with these facts set.
fn changed(evidence: &Evidence, changes: &[Change]) -> Evidence {
    let mut other = evidence.clone();
    for change in changes {
        other.facts.retain(|fact| fact.fact != change.fact);
        other.facts.push(Observation {
            fact: change.fact.clone(),
            value: change.value.clone(),
            from: "--set".to_owned(),
            trust: Trust::Set,
        });
    }
    other
}

/// Values worth trying: first of unknown facts, then of known ones; only facts that the candidate or the leader read.
fn trials(
    engine: &Engine,
    scales: &Scales<'_>,
    diagnosis: &Diagnosis,
    candidate: &Candidate,
    extra: &[Program],
) -> Result<Vec<(usize, Scalar)>, KbError> {
    let leader = diagnosis.ranked().find(|one| one.id != candidate.id || one.service != candidate.service);
    let readers: Vec<usize> = (0..scales.len())
        .filter(|number| {
            let at = scales.place(*number);
            at == (candidate.rule, candidate.cause) || leader.is_some_and(|one| at == (one.rule, one.cause))
        })
        .collect();
    let mut unknown = Vec::new();
    let mut known = Vec::new();
    for slot in 0..scales.slots.len() {
        let programs = readers.iter().flat_map(|number| scales.programs(*number)).chain(extra);
        let programs: Vec<&Program> = programs.filter(|program| ask::reads(program, slot)).collect();
        if programs.is_empty() {
            continue;
        }
        let name = scales.slots.name(slot);
        let Some(entry) = engine.kb().vocabulary(name)?.filter(|entry| entry.kind != FactKind::Map) else { continue };
        let now = scales.values.get(slot).and_then(Option::as_ref);
        let list = if now.is_none() { &mut unknown } else { &mut known };
        for value in ask::answers(scales, entry, slot, &programs) {
            if now.is_none_or(|now| !now.same(&value)) {
                list.push((slot, value));
            }
        }
    }
    // What a person can be asked for comes before what only a program can find out.
    let name = |(slot, _): &(usize, Scalar)| scales.slots.name(*slot).to_owned();
    for list in [&mut unknown, &mut known] {
        list.sort_by_key(&name);
    }
    unknown.extend(known);
    Ok(unknown)
}
