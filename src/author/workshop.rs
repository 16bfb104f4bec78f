//! A knowledge base with everything that is known to be right about it: the ground of coverage, mutants and crossfire.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::suite::{self, Trial, list_ending, name_of};
use super::test::{Miss, day_of, printed};
use super::{cases, parallel};
use crate::diag::{Location, Place};
use crate::eval::{Diagnosis, Engine};
use crate::evidence::{Hint, RawInput};
use crate::kb::{KbError, KnowledgeBase, Loaded};
use crate::model::{Day, Evidence, Layer, PartKind, Report, Rule, Status};
use crate::pipeline::{self, Asked};
use crate::report::view;

/// Where everything is.
#[derive(Clone, Copy, Debug)]
pub struct Benches<'a> {
    /// The rules as they are called in messages: `rules`.
    pub rules: &'a str,
    /// Directory of cases.
    pub cases: &'a Path,
    /// Directory of logs in which no rule must fire.
    pub background: &'a Path,
    /// Day for cases and logs without one.
    pub today: Day,
    /// Threads.
    pub jobs: usize,
}

/// Why there is nothing to work on.
#[derive(Debug, thiserror::Error)]
pub enum WorkshopError {
    /// The knowledge base is broken.
    #[error(transparent)]
    Kb(#[from] KbError),
    /// Cases that cannot be used.
    #[error("{} of the cases cannot be used", .0.len())]
    Cases(Vec<Miss>),
}

/// A knowledge base, its cases and logs, and what came out of each.
#[derive(Debug)]
pub struct Workshop {
    pub(crate) loaded: Loaded,
    pub(crate) engine: Engine,
    /// Rules by number of the engine: position in `loaded.parts.rules`.
    pub(crate) order: Vec<usize>,
    pub(crate) trials: Vec<Trial>,
    /// What came out of each trial, in the same order.
    pub(crate) answers: Vec<Answer>,
    /// Examples of rules and background logs.
    pub(crate) exhibits: Vec<Exhibit>,
    rules: String,
    pub(crate) today: Day,
    pub(crate) jobs: usize,
}

/// What came out of a case.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub diagnosis: Diagnosis,
    pub report: Report,
}

/// A text outside the cases.
#[derive(Clone, Debug)]
pub(crate) struct Exhibit {
    /// `rule#symptom matches 1`, or the file of a log.
    pub name: String,
    /// What it is.
    pub kind: ExhibitKind,
    pub evidence: Evidence,
    /// Rules whose decisive symptoms stand in it, with the symptoms.
    pub fired: Fired,
}

/// Rules by number, with the decisive symptoms that matched a print.
pub(crate) type Fired = BTreeMap<usize, BTreeSet<String>>;

/// Where a text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExhibitKind {
    /// An example of a rule.
    Example,
    /// A log in which nothing of Hugging Face is wrong.
    Background,
}

impl Workshop {
    /// Reads and runs everything.
    ///
    /// # Errors
    /// When the knowledge base is broken or a case or log cannot be read.
    pub fn open(loaded: Loaded, benches: &Benches<'_>) -> Result<Self, WorkshopError> {
        let engine = Engine::new(KnowledgeBase::from_parts(loaded.parts.clone()))?.keeping();
        let (jobs, today) = (benches.jobs, benches.today);
        let mut trials = Vec::new();
        let mut broken = Vec::new();
        for trial in suite::load(engine.kb(), benches.cases, &|_| true, today, jobs) {
            match trial {
                Ok(trial) => trials.push(trial),
                Err(miss) => broken.push(miss),
            }
        }
        let answers = parallel::map(&trials, jobs, || (), |(), trial| answer(&engine, &trial.evidence, trial.as_of));
        let answers = answers.into_iter().collect::<Result<Vec<_>, _>>()?;
        let mut texts = examples(&engine, today)?;
        for (name, log) in logs(benches.background) {
            let log = log.and_then(|bytes| {
                let input = RawInput { name: name.clone(), bytes, hint: Hint::Auto };
                let asked = Asked { inputs: &[input], sets: &[], as_of: None, today, top: cases::ALL };
                pipeline::read(engine.kb(), &asked).map_err(|error| error.to_string())
            });
            match log {
                Ok(evidence) => texts.push((name, ExhibitKind::Background, evidence, today)),
                Err(message) => broken.push(Miss { name, kind: "broken", message }),
            }
        }
        if !broken.is_empty() {
            return Err(WorkshopError::Cases(broken));
        }
        let exhibits = parallel::map(
            &texts,
            jobs,
            || (),
            |(), (name, kind, evidence, day)| {
                let fired = fired(&engine.diagnose(evidence, *day)?);
                Ok(Exhibit { name: name.clone(), kind: *kind, evidence: evidence.clone(), fired })
            },
        );
        let exhibits = exhibits.into_iter().collect::<Result<Vec<_>, KbError>>()?;
        let mut order: Vec<usize> = (0..loaded.parts.rules.len()).collect();
        order.sort_by_key(|at| loaded.parts.rules.get(*at).map(|(_, _, rule)| rule.id.clone()));
        Ok(Self { loaded, engine, order, trials, answers, exhibits, rules: benches.rules.to_owned(), today, jobs })
    }

    /// Rules in use with their number and file.
    pub(crate) fn rules(&self) -> impl Iterator<Item = (usize, &str, &Rule)> {
        self.order
            .iter()
            .enumerate()
            .filter_map(|(number, at)| {
                let (_, file, rule) = self.loaded.parts.rules.get(*at)?;
                Some((number, file.as_str(), rule))
            })
            .filter(|(_, _, rule)| rule.status != Status::Removed)
    }

    /// A rule by number.
    pub(crate) fn rule(&self, number: usize) -> Option<&Rule> {
        self.loaded.parts.rules.get(*self.order.get(number)?).map(|(_, _, rule)| rule)
    }

    /// Line of a route in a file of the knowledge base; 1 when it has none.
    pub(crate) fn line(&self, file: &str, route: &str) -> usize {
        let location = Location::new(file, Place::Value(route.to_owned()));
        self.loaded.files.position(&location).map_or(1, |position| position.line)
    }

    /// A file of the knowledge base as it is called from here.
    pub(crate) fn shown(&self, file: &str) -> String {
        if self.rules.is_empty() { file.to_owned() } else { format!("{}/{file}", self.rules.trim_end_matches('/')) }
    }
}

/// Diagnosis and report of some evidence.
pub(crate) fn answer(engine: &Engine, evidence: &Evidence, as_of: Day) -> Result<Answer, KbError> {
    let diagnosis = engine.diagnose(evidence, as_of)?;
    let report = view::view(engine.kb(), evidence, &diagnosis, cases::ALL)?;
    Ok(Answer { diagnosis, report })
}

/// Rules of which a decisive symptom matched a text that software printed.
pub(crate) fn fired(diagnosis: &Diagnosis) -> Fired {
    let mut fired = Fired::new();
    for one in &diagnosis.matches {
        if one.layer == Layer::Decisive && one.kind == PartKind::Printed {
            fired.entry(one.rule).or_default().insert(one.id.clone());
        }
    }
    fired
}

/// The texts that symptoms must match.
fn examples(engine: &Engine, today: Day) -> Result<Vec<(String, ExhibitKind, Evidence, Day)>, KbError> {
    let mut texts = Vec::new();
    for file in engine.kb().rules() {
        let rule = &file?.rule;
        for symptom in &rule.symptoms {
            // How people say it is read in their own words, not in a print.
            if symptom.layer == Layer::Retold {
                continue;
            }
            let day = day_of(rule, symptom, today);
            for (at, example) in symptom.matches.iter().enumerate() {
                let name = format!("{}#{} matches {}", rule.id, symptom.id, at.saturating_add(1));
                texts.push((name, ExhibitKind::Example, printed(&example.text), day));
            }
        }
    }
    Ok(texts)
}

/// Logs of a directory by name.
fn logs(dir: &Path) -> Vec<(String, Result<Vec<u8>, String>)> {
    let mut files = Vec::new();
    for ending in ["txt", "log"] {
        list_ending(dir, ending, &mut files);
    }
    files.sort();
    files.into_iter().map(|path| (name_of(dir, &path), fs::read(&path).map_err(|error| error.to_string()))).collect()
}
