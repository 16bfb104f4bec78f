//! `kb mutants`: every rule changed in one thing at a time; what no example, case or log notices is a survivor.
//!
//! See `docs/decisions/0008-testing-rules.md` for what counts as noticed.

mod boundaries;
mod declared;
mod edits;
mod patterns;
mod skeleton;
mod trial;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use serde::Serialize;
use serde_json::Value;

use super::parallel;
use super::workshop::Workshop;
use crate::compile::index;
use crate::eval::Engine;
use crate::kb::{KbError, KnowledgeBase};
use edits::{Change, changes};

pub use declared::{Declared, read_declared, read_survivors};

/// What is tried and how.
#[derive(Clone, Copy)]
#[allow(missing_debug_implementations, reason = "a function has nothing to show")]
pub struct MutantsAsked<'a> {
    /// Only mutants whose name (`rule/causes/..`) contains this.
    pub filter: Option<&'a str>,
    /// Only these, by name: the survivors of an earlier run.
    pub again: Option<&'a BTreeSet<String>>,
    /// Only every so many-th mutant; 1 is all.
    pub every: usize,
    /// Only name them.
    pub list: bool,
    /// Survivors that are known, with the reason.
    pub declared: &'a [Declared],
    /// Told how many were tried, of how many.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
}

/// Result of a run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MutantsOutcome {
    /// Mutants that were tried.
    pub tried: usize,
    /// Those that an example, a case or a log noticed.
    pub noticed: usize,
    /// Those that cannot change any outcome.
    pub equivalent: usize,
    /// Survivors with a written reason.
    pub excused: usize,
    /// Survivors.
    pub survived: usize,
    /// Share noticed of all that can change an outcome, 0 to 1.
    pub score: f64,
    /// The same without those that are excused.
    pub score_without_excused: f64,
    /// When survivors were tried again: those that are noticed now, and by what.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub noticed_now: Vec<Noticed>,
    /// Declared survivors that are none: noticed, or not there.
    pub idle: Vec<String>,
    /// Rule files with what survived in them, most survivors first.
    pub files: Vec<MutantsOfFile>,
}

/// A mutant that is noticed.
#[derive(Clone, Debug, Serialize)]
pub struct Noticed {
    /// Its name.
    pub mutant: String,
    /// The case that notices it first, `an example` or `texts of other rules`.
    pub by: String,
}

/// Mutants of one rule.
#[derive(Clone, Debug, Serialize)]
pub struct MutantsOfFile {
    /// The file.
    pub file: String,
    /// The rule.
    pub rule: String,
    /// How many were tried.
    pub tried: usize,
    /// How many were noticed.
    pub noticed: usize,
    /// What survived; everything when mutants are only named.
    pub survivors: Vec<Survivor>,
}

/// A mutant that nothing noticed.
#[derive(Clone, Debug, Serialize)]
pub struct Survivor {
    /// Its name, for `tests/mutants.yaml`.
    pub mutant: String,
    /// Line in the file, from 1.
    pub line: usize,
    /// What was changed.
    pub what: String,
    /// What would notice it: where to write it.
    pub add: String,
    /// A sketch of it in YAML.
    pub sketch: String,
    /// Why it may stay, when that is written down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One mutant waiting.
struct Waiting<'a> {
    rule: usize,
    file: &'a str,
    change: Change,
    name: String,
}

/// What noticed a mutant first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Witness {
    /// An example of the symptom.
    Example,
    /// The case with this number.
    Case(usize),
    /// Texts of other rules, or a log that is no concern of it.
    Elsewhere,
}

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Noticed(Witness),
    Survived,
    /// It cannot change any outcome.
    Equivalent,
}

/// Tries all mutants that are asked for.
///
/// # Errors
/// When the knowledge base is broken.
pub fn mutants(shop: &Workshop, asked: &MutantsAsked<'_>) -> Result<MutantsOutcome, KbError> {
    let mut waiting = Vec::new();
    for (number, file, rule) in shop.rules() {
        for change in changes(rule) {
            let name = format!("{}/{}", rule.id, change.key);
            if asked.filter.is_none_or(|filter| name.contains(filter))
                && asked.again.is_none_or(|again| again.contains(&name))
            {
                waiting.push(Waiting { rule: number, file, change, name });
            }
        }
    }
    let every = asked.every.max(1);
    let waiting: Vec<Waiting<'_>> = waiting.into_iter().step_by(every).collect();
    let fates = if asked.list { vec![Fate::Survived; waiting.len()] } else { fates(shop, &waiting, asked)? };
    Ok(outcome(shop, &waiting, &fates, asked))
}

fn fates(shop: &Workshop, waiting: &[Waiting<'_>], asked: &MutantsAsked<'_>) -> Result<Vec<Fate>, KbError> {
    let values: Vec<Value> = shop
        .order
        .iter()
        .filter_map(|at| shop.loaded.parts.rules.get(*at))
        .map(|(_, _, rule)| serde_json::to_value(rule).map_err(|error| KbError::Broken(error.to_string())))
        .collect::<Result<_, _>>()?;
    let exchange = index::Exchange::new(&values);
    let base = trial::Base::new(shop)?;
    let tried = Mutex::new(0usize);
    let engine = || Engine::new(KnowledgeBase::from_parts(shop.loaded.parts.clone())).map(Engine::keeping);
    let results = parallel::map(waiting, shop.jobs, engine, |engine, one| {
        let engine = engine.as_mut().map_err(|error| error.clone())?;
        let fate = base.fate(engine, &exchange, one.rule, &one.change)?;
        if let Ok(mut tried) = tried.lock() {
            *tried = tried.saturating_add(1);
            (asked.progress)(*tried, waiting.len());
        }
        Ok(fate)
    });
    results.into_iter().collect()
}

fn outcome(shop: &Workshop, waiting: &[Waiting<'_>], fates: &[Fate], asked: &MutantsAsked<'_>) -> MutantsOutcome {
    let mut outcome = MutantsOutcome::default();
    let mut files: BTreeMap<usize, MutantsOfFile> = BTreeMap::new();
    let mut idle: BTreeMap<&str, bool> =
        asked.declared.iter().map(|declared| (declared.mutant.as_str(), true)).collect();
    for (one, fate) in waiting.iter().zip(fates) {
        let Some(rule) = shop.rule(one.rule) else { continue };
        let entry = files.entry(one.rule).or_insert_with(|| MutantsOfFile {
            file: shop.shown(one.file),
            rule: rule.id.clone(),
            tried: 0,
            noticed: 0,
            survivors: Vec::new(),
        });
        outcome.tried = outcome.tried.saturating_add(1);
        entry.tried = entry.tried.saturating_add(1);
        match fate {
            Fate::Noticed(witness) => {
                outcome.noticed = outcome.noticed.saturating_add(1);
                entry.noticed = entry.noticed.saturating_add(1);
                if asked.again.is_some() {
                    let by = match witness {
                        Witness::Example => "an example".to_owned(),
                        Witness::Case(at) => shop.trials.get(*at).map(|trial| trial.name.clone()).unwrap_or_default(),
                        Witness::Elsewhere => "texts of other rules".to_owned(),
                    };
                    outcome.noticed_now.push(Noticed { mutant: one.name.clone(), by });
                }
            }
            Fate::Equivalent => outcome.equivalent = outcome.equivalent.saturating_add(1),
            Fate::Survived => {
                let reason = asked.declared.iter().find(|declared| declared.mutant == one.name);
                let reason = reason.map(|declared| declared.reason.clone());
                if reason.is_some() {
                    outcome.excused = outcome.excused.saturating_add(1);
                    idle.insert(&one.name, false);
                } else {
                    outcome.survived = outcome.survived.saturating_add(1);
                }
                let (add, sketch) = skeleton::sketch(rule, &one.change, shop.today);
                entry.survivors.push(Survivor {
                    mutant: one.name.clone(),
                    line: shop.line(one.file, &one.change.route),
                    what: one.change.what.clone(),
                    add,
                    sketch,
                    reason,
                });
            }
        }
    }
    // A part of the mutants says nothing about the declarations of the others.
    if asked.filter.is_none() && asked.again.is_none() && asked.every <= 1 && !asked.list {
        outcome.idle = idle.into_iter().filter(|(_, idle)| *idle).map(|(name, _)| name.to_owned()).collect();
    }
    let counted = outcome.tried.saturating_sub(outcome.equivalent);
    outcome.score = share(outcome.noticed, counted);
    outcome.score_without_excused = share(outcome.noticed, counted.saturating_sub(outcome.excused));
    outcome.files = files.into_values().filter(|file| !file.survivors.is_empty()).collect();
    outcome.files.sort_by(|a, b| b.survivors.len().cmp(&a.survivors.len()).then_with(|| a.file.cmp(&b.file)));
    outcome
}

/// A share with four decimals; of nothing it is 1.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        return 1.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    let share = part as f64 / whole as f64;
    // Rounded down: 100 % is all of them.
    (share * 10_000.0).floor() / 10_000.0
}
