//! `kb test`: examples in rules, cases and their snapshots; *missing*, *noisy* and *changed* told apart.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::accept::{self, Snapshots};
use super::snapshot::snapshot;
use super::suite::{self, Trial};
use super::{cases, parallel};
use crate::compile::compile_pattern;
use crate::eval::Engine;
use crate::kb::{KbError, RuleFile};
use crate::model::{Day, Evidence, PartKind, Rule, Scalar, Symptom, TextPart};
use crate::pipeline::Done;
use crate::report::{Format, RenderOptions, render, view};

/// What went wrong in one example or case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Miss {
    /// Rule and symptom, or case file.
    pub name: String,
    /// `missing` (should have fired), `noisy` (should not have), `wrong` (fired with another result), `changed`
    /// (another report than the snapshot), `stale` (a snapshot without case), `broken`.
    pub kind: &'static str,
    /// What was expected and what came.
    pub message: String,
}

/// A group of examples or one case that ran.
#[derive(Clone, Debug)]
pub struct TestRun {
    /// Rule, or folder of the case.
    pub suite: String,
    /// Symptom with the number of its example, or case file.
    pub name: String,
    /// What went wrong; empty when it holds.
    pub misses: Vec<Miss>,
}

/// Result of a run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TestOutcome {
    /// Examples and cases that hold.
    pub passed: usize,
    /// Those that do not.
    pub failed: Vec<Miss>,
    /// Snapshots that were written or deleted because it was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<String>,
    /// Everything that ran, in order.
    #[serde(skip)]
    pub runs: Vec<TestRun>,
}

/// What is run and how.
#[derive(Clone, Copy, Debug)]
pub struct TestAsked<'a> {
    /// Directory of cases.
    pub cases: &'a Path,
    /// Only examples and cases whose name contains this.
    pub filter: Option<&'a str>,
    /// Day for cases without one.
    pub today: Day,
    /// What to do about snapshots.
    pub snapshots: Snapshots,
    /// Threads.
    pub jobs: usize,
}

/// Runs all examples and cases whose name contains `filter`, and compares snapshots.
///
/// # Errors
/// When the knowledge base is broken.
pub fn test(engine: &Engine, case_dir: &Path, filter: Option<&str>, today: Day) -> Result<TestOutcome, KbError> {
    let asked = TestAsked { cases: case_dir, filter, today, snapshots: Snapshots::Compare, jobs: parallel::cores() };
    test_with(engine, &asked)
}

/// Runs what is asked.
///
/// # Errors
/// When the knowledge base is broken.
pub fn test_with(engine: &Engine, asked: &TestAsked<'_>) -> Result<TestOutcome, KbError> {
    let wanted = |name: &str| asked.filter.is_none_or(|filter| name.contains(filter));
    let mut runs = examples(engine, &wanted, asked)?;
    let trials = suite::load(engine.kb(), asked.cases, &wanted, asked.today, asked.jobs);
    let ran = parallel::map(&trials, asked.jobs, || (), |(), trial| run(engine, trial));
    let reports: Vec<(&Trial, String)> =
        trials.iter().zip(&ran).filter_map(|(trial, ran)| Some((trial.as_ref().ok()?, ran.report.clone()?))).collect();
    let mut snapshots = accept::settle(asked, &reports, &wanted);
    for (trial, ran) in trials.iter().zip(&ran) {
        let name = trial.as_ref().map_or_else(|miss| miss.name.clone(), |trial| trial.name.clone());
        let mut misses = ran.misses.clone();
        let (own, others) = snapshots.misses.into_iter().partition(|miss: &Miss| miss.name == name);
        snapshots.misses = others;
        misses.extend::<Vec<Miss>>(own);
        let suite = name.rsplit_once('/').map_or("cases", |(folder, _)| folder).to_owned();
        runs.push(TestRun { suite, name, misses });
    }
    // What is left has no case.
    for miss in snapshots.misses {
        runs.push(TestRun { suite: "snapshots".to_owned(), name: miss.name.clone(), misses: vec![miss] });
    }
    let passed = runs.iter().filter(|run| run.misses.is_empty()).count();
    let failed = runs.iter().flat_map(|run| run.misses.iter().cloned()).collect();
    Ok(TestOutcome { passed, failed, accepted: snapshots.accepted, runs })
}

/// Examples of symptoms: `matches` and `rejects`.
fn examples(
    engine: &Engine,
    wanted: &(dyn Fn(&str) -> bool + Sync),
    asked: &TestAsked<'_>,
) -> Result<Vec<TestRun>, KbError> {
    let files: Vec<&RuleFile> = engine.kb().rules().collect::<Result<_, _>>()?;
    let symptoms: Vec<(&Rule, &Symptom)> = files
        .into_iter()
        .flat_map(|file| file.rule.symptoms.iter().map(move |symptom| (&file.rule, symptom)))
        .filter(|(rule, symptom)| wanted(&format!("{}#{}", rule.id, symptom.id)))
        .collect();
    let runs = parallel::map(
        &symptoms,
        asked.jobs,
        || (),
        |(), (rule, symptom)| {
            let name = format!("{}#{}", rule.id, symptom.id);
            let found = examples_of(engine, rule, symptom, asked.today)?;
            let numbered = found.into_iter().map(|(what, miss)| TestRun {
                suite: rule.id.clone(),
                name: format!("{} {what}", symptom.id),
                misses: miss.into_iter().map(|(kind, message)| Miss { name: name.clone(), kind, message }).collect(),
            });
            Ok(numbered.collect::<Vec<_>>())
        },
    );
    Ok(runs.into_iter().collect::<Result<Vec<_>, KbError>>()?.into_iter().flatten().collect())
}

/// What is wrong with an example: kind and message.
type Wrong = Option<(&'static str, String)>;

/// The examples of one symptom, each with what is wrong with it.
pub(crate) fn examples_of(
    engine: &Engine,
    rule: &Rule,
    symptom: &Symptom,
    today: Day,
) -> Result<Vec<(String, Wrong)>, KbError> {
    let Ok(regex) = compile_pattern(&symptom.pattern) else {
        return Ok(vec![("pattern".to_owned(), Some(("broken", "the pattern does not compile".to_owned())))]);
    };
    let mut out = Vec::new();
    for (number, example) in symptom.matches.iter().enumerate() {
        let wrong = if regex.is_match(example.text.as_bytes()) {
            // Running the engine is most of the work, and needed only for the facts that come out.
            let got = if example.facts.is_empty() {
                BTreeMap::new()
            } else {
                captured(engine, &example.text, day_of(rule, symptom, today))?
            };
            let wrong = example.facts.iter().find(|(fact, value)| got.get(*fact).is_none_or(|got| !got.same(value)));
            wrong.map(|(fact, value)| match got.get(fact) {
                Some(got) => ("wrong", format!("`{fact}` is {got}, wanted {value}")),
                None => ("wrong", format!("`{fact}` is not captured, wanted {value}")),
            })
        } else {
            Some(("missing", format!("does not match `{}`", example.text)))
        };
        out.push((format!("matches {}", number.saturating_add(1)), wrong));
    }
    for (number, text) in symptom.rejects.iter().enumerate() {
        let wrong = regex.is_match(text.as_bytes()).then(|| ("noisy", format!("matches `{text}`")));
        out.push((format!("rejects {}", number.saturating_add(1)), wrong));
    }
    Ok(out)
}

/// A day on which a symptom is printed: the day of the run where that is one.
pub(crate) fn day_of(rule: &Rule, symptom: &Symptom, today: Day) -> Day {
    symptom
        .valid
        .from
        .or(rule.valid.from)
        .map_or(today, |from| from.max(today.min(symptom.valid.until.or(rule.valid.until).map_or(today, |_| from))))
}

/// An example as evidence.
pub(crate) fn printed(text: &str) -> Evidence {
    let part = TextPart {
        source: "example".to_owned(),
        first_line: 1,
        kind: PartKind::Printed,
        text: text.to_owned(),
        places: Vec::new(),
        cuts: Vec::new(),
        beside: false,
    };
    Evidence { parts: vec![part], ..Evidence::default() }
}

/// Facts that the whole engine captures from a text on a day.
fn captured(engine: &Engine, text: &str, day: Day) -> Result<BTreeMap<String, Scalar>, KbError> {
    let facts = engine.facts(&printed(text), day)?;
    Ok(facts.into_iter().map(|fact| (fact.fact, fact.value)).collect())
}

/// A case that ran.
struct Ran {
    misses: Vec<Miss>,
    /// Its snapshot, when there is a report.
    report: Option<String>,
}

fn run(engine: &Engine, trial: &Result<Trial, Miss>) -> Ran {
    let trial = match trial {
        Ok(trial) => trial,
        Err(miss) => return Ran { misses: vec![miss.clone()], report: None },
    };
    let miss = |kind, message| Miss { name: trial.name.clone(), kind, message };
    let broken = |message| Ran { misses: vec![miss("broken", message)], report: None };
    let expect = &trial.case.expect;
    let told = !expect.says.is_empty() || !expect.says_not.is_empty();
    let done = match done(engine, trial, told) {
        Ok(done) => done,
        Err(error) => return broken(error.to_string()),
    };
    let markdown = if told {
        let options = RenderOptions { top: 5, ..RenderOptions::default() };
        match render(&done.report, Format::Markdown, &options) {
            Ok(markdown) => markdown,
            Err(error) => return broken(error.to_string()),
        }
    } else {
        String::new()
    };
    let misses = cases::differences(expect, &done, &markdown)
        .into_iter()
        .map(|message| {
            let noisy = ["not_first", "says_not", "plan_not"].iter().any(|what| message.starts_with(what));
            let kind = if noisy {
                "noisy"
            } else if message.contains("got `no cause`") || message.contains("is missing") {
                "missing"
            } else {
                "wrong"
            };
            miss(kind, message)
        })
        .collect();
    Ran { misses, report: Some(snapshot(&done.report)) }
}

/// What comes out of a case. The known messages that come nearest stand in texts only, so they are looked for only
/// when the text is looked at.
fn done(engine: &Engine, trial: &Trial, told: bool) -> Result<Done, KbError> {
    let evidence = trial.evidence.clone();
    let diagnosis =
        if told { engine.diagnose(&evidence, trial.as_of)? } else { engine.answer(&evidence, trial.as_of)? };
    let report = view::view(engine.kb(), &evidence, &diagnosis, cases::ALL)?;
    Ok(Done { evidence, diagnosis, report })
}
