//! `kb test`: examples in rules and cases, *missing* and *noisy* told apart.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::cases;
use crate::compile::compile_pattern;
use crate::diag::yaml::{self, Limits};
use crate::eval::Engine;
use crate::kb::KbError;
use crate::model::{Case, Day, Evidence, PartKind, Scalar, TextPart};
use crate::report::{Format, RenderOptions, render};

/// What went wrong in one example or case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Miss {
    /// Rule and symptom, or case file.
    pub name: String,
    /// `missing` (should have fired), `noisy` (should not have), `wrong` (fired with another result), `broken`.
    pub kind: &'static str,
    /// What was expected and what came.
    pub message: String,
}

/// Result of a run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TestOutcome {
    /// Examples and cases that hold.
    pub passed: usize,
    /// Those that do not.
    pub failed: Vec<Miss>,
}

/// Runs all examples and cases whose name contains `filter`.
///
/// # Errors
/// When the knowledge base is broken.
pub fn test(engine: &Engine, case_dir: &Path, filter: Option<&str>, today: Day) -> Result<TestOutcome, KbError> {
    let mut outcome = TestOutcome::default();
    let wanted = |name: &str| filter.is_none_or(|filter| name.contains(filter));
    examples(engine, &wanted, today, &mut outcome)?;
    let mut files = Vec::new();
    list(case_dir, &mut files);
    files.sort();
    for file in files {
        let name = file.strip_prefix(case_dir).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        if wanted(&name) {
            let misses = run_case(engine, &file, &name, today);
            if misses.is_empty() {
                outcome.passed = outcome.passed.saturating_add(1);
            }
            outcome.failed.extend(misses);
        }
    }
    Ok(outcome)
}

/// Examples of symptoms: `matches` and `rejects`.
fn examples(
    engine: &Engine,
    wanted: &dyn Fn(&str) -> bool,
    today: Day,
    outcome: &mut TestOutcome,
) -> Result<(), KbError> {
    for file in engine.kb().rules() {
        let file = file?;
        for symptom in &file.rule.symptoms {
            let name = format!("{}#{}", file.rule.id, symptom.id);
            if !wanted(&name) {
                continue;
            }
            let Ok(regex) = compile_pattern(&symptom.pattern) else {
                outcome.failed.push(Miss { name, kind: "broken", message: "the pattern does not compile".to_owned() });
                continue;
            };
            for example in &symptom.matches {
                let day = symptom.valid.from.or(file.rule.valid.from).map_or(today, |from| {
                    from.max(today.min(symptom.valid.until.or(file.rule.valid.until).map_or(today, |_| from)))
                });
                let miss = if regex.is_match(example.text.as_bytes()) {
                    let got = captured(engine, &example.text, day)?;
                    let wrong =
                        example.facts.iter().find(|(fact, value)| got.get(*fact).is_none_or(|got| !got.same(value)));
                    wrong.map(|(fact, value)| Miss {
                        name: name.clone(),
                        kind: "wrong",
                        message: match got.get(fact) {
                            Some(got) => format!("`{fact}` is {got}, wanted {value}"),
                            None => format!("`{fact}` is not captured, wanted {value}"),
                        },
                    })
                } else {
                    Some(Miss {
                        name: name.clone(),
                        kind: "missing",
                        message: format!("does not match `{}`", example.text),
                    })
                };
                match miss {
                    Some(miss) => outcome.failed.push(miss),
                    None => outcome.passed = outcome.passed.saturating_add(1),
                }
            }
            for text in &symptom.rejects {
                if regex.is_match(text.as_bytes()) {
                    outcome.failed.push(Miss {
                        name: name.clone(),
                        kind: "noisy",
                        message: format!("matches `{text}`"),
                    });
                } else {
                    outcome.passed = outcome.passed.saturating_add(1);
                }
            }
        }
    }
    Ok(())
}

/// Facts that the whole engine captures from a text on a day.
fn captured(engine: &Engine, text: &str, day: Day) -> Result<BTreeMap<String, Scalar>, KbError> {
    let part = TextPart {
        source: "example".to_owned(),
        first_line: 1,
        kind: PartKind::Printed,
        text: text.to_owned(),
        places: Vec::new(),
    };
    let evidence = Evidence { parts: vec![part], ..Evidence::default() };
    let diagnosis = engine.diagnose(&evidence, day)?;
    Ok(diagnosis.facts.into_iter().map(|fact| (fact.fact, fact.value)).collect())
}

/// Reads a case file.
///
/// # Errors
/// What is wrong with the file, in one line with its place.
pub fn read_case(path: &Path) -> Result<Case, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let node = yaml::parse(&text, &Limits::RULES).map_err(|errors| {
        errors.first().map_or_else(String::new, |error| {
            let line = text.get(..error.span.start).map_or(1, |head| head.matches('\n').count().saturating_add(1));
            format!("line {line}: {}", error.message)
        })
    })?;
    serde_path_to_error::deserialize(yaml::to_json(&node)).map_err(|error| error.to_string())
}

fn run_case(engine: &Engine, path: &Path, name: &str, today: Day) -> Vec<Miss> {
    let miss = |kind, message| Miss { name: name.to_owned(), kind, message };
    let case = match read_case(path) {
        Ok(case) => case,
        Err(message) => return vec![miss("broken", message)],
    };
    let done = match cases::diagnose(engine, &case, name, today) {
        Ok(done) => done,
        Err(error) => return vec![miss("broken", error.to_string())],
    };
    let options = RenderOptions { top: 5, ..RenderOptions::default() };
    let markdown = match render(&done.report, Format::Markdown, &options) {
        Ok(markdown) => markdown,
        Err(error) => return vec![miss("broken", error.to_string())],
    };
    cases::differences(&case.expect, &done, &markdown)
        .into_iter()
        .map(|message| {
            let kind = if message.starts_with("not_first")
                || message.starts_with("says_not")
                || message.starts_with("plan_not")
            {
                "noisy"
            } else if message.contains("got `no cause`") || message.contains("is missing") {
                "missing"
            } else {
                "wrong"
            };
            miss(kind, message)
        })
        .collect()
}

/// All YAML files below a directory; one that cannot be read has none.
pub fn list(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            list(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
}
