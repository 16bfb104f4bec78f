//! `explain ID --why FILE`: why a rule or cause did or did not come out, from the trace.

use std::path::Path;

use crate::cli::args::Format;
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit, inputs};
use crate::compile::Tri;
use crate::eval::{Candidate, Engine, Side};
use crate::evidence::Hint;
use crate::kb::RuleFile;
use crate::model::{CauseVerdict, Day, Layer};
use crate::pipeline::{self, Asked, Done, Error};

/// Prints the trace of one rule or cause for some evidence.
pub(crate) fn run(engine: &Engine, id: &str, file: &Path, as_of: Option<Day>, format: Format) -> Result<u8, Failure> {
    let input = inputs::file(file, Hint::Auto)?;
    let asked = Asked { inputs: &[input], sets: &[], as_of, today: base::today(), top: 100 };
    let done = match pipeline::diagnose(engine, &asked) {
        Ok(done) => done,
        Err(Error::Kb(error)) => return Err(error.into()),
        Err(Error::Evidence(errors)) => {
            let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
            return Err(Failure::new(exit::EVIDENCE, told.join("; ")));
        }
    };
    let mut rules = Vec::new();
    for file in engine.kb().rules() {
        let file = file?;
        if file.rule.id == id || file.rule.causes.iter().any(|cause| cause.id == id) {
            rules.push(file);
        }
    }
    if rules.is_empty() {
        return Err(super::unknown(engine.kb(), id));
    }
    let mut text = format!(
        "Why `{id}` for {}, as of {}\n",
        done.evidence.inputs.first().map_or("", |input| input.name.as_str()),
        done.report.as_of
    );
    for rule in rules {
        text.push('\n');
        of_rule(engine, rule, id, &done, &mut text);
    }
    if format == Format::Json {
        let document =
            serde_json::json!({"id": id, "as_of": done.report.as_of, "trace": text.lines().collect::<Vec<_>>()});
        text = serde_json::to_string_pretty(&document).map_err(|error| Failure::new(exit::IO, error.to_string()))?;
        text.push('\n');
    }
    output::print(&text)?;
    Ok(exit::OK)
}

fn of_rule(engine: &Engine, file: &RuleFile, id: &str, done: &Done, text: &mut String) {
    let rule = &file.rule;
    let number = engine.kb().rule_number(&rule.id);
    let problem = done.diagnosis.problems.iter().find(|problem| Some(problem.rule) == number);
    text.push_str(&format!("Rule {} ({})\n", rule.id, file.path));
    match problem {
        Some(problem) => text.push_str(&format!(
            "  recognised by {} (+{} decibans)\n",
            problem.recognition.word(),
            problem.recognition.decibans()
        )),
        None if !rule.valid.contains(done.report.as_of) => text.push_str("  not valid on this day\n"),
        None => text.push_str("  not recognised: no symptom matched, or a more specific rule took over\n"),
    }
    for (position, symptom) in rule.symptoms.iter().enumerate() {
        let found = done.diagnosis.matches.iter().find(|one| Some(one.rule) == number && one.symptom == position);
        let layer = match symptom.layer {
            Layer::Decisive => "decisive",
            Layer::Wrapper => "wrapper",
            Layer::Hint => "hint",
            Layer::Retold => "retold",
        };
        match found {
            Some(found) => {
                let source = done.evidence.parts.get(found.part).map_or("", |part| part.source.as_str());
                text.push_str(&format!("  + symptom {} ({layer}) matches {source}:{}\n", symptom.id, found.line));
            }
            None => text.push_str(&format!("  - symptom {} ({layer}) does not match\n", symptom.id)),
        }
    }
    let candidates = done.diagnosis.candidates.iter().filter(|one| Some(one.rule) == number);
    for candidate in candidates.filter(|one| rule.id == id || one.id == id) {
        of_candidate(file, candidate, done, text);
    }
}

fn of_candidate(file: &RuleFile, candidate: &Candidate, done: &Done, text: &mut String) {
    let Some(cause) = file.rule.causes.get(candidate.cause) else { return };
    let share = candidate.share * 100.0;
    if candidate.verdict == CauseVerdict::RuledOut {
        text.push_str(&format!("  cause {}: ruled out\n", candidate.id));
        let because =
            done.report.ruled_out.iter().find(|one| one.id == candidate.id).map_or("", |one| one.because.as_str());
        text.push_str(&format!("      requires: false ({because})\n"));
    } else {
        text.push_str(&format!("  cause {}: {} decibans, {share:.0} %\n", candidate.id, candidate.score));
    }
    text.push_str(&format!(
        "      {:+} prior, {:+} recognition, {:+} similarity\n",
        candidate.prior,
        candidate.recognition.decibans(),
        candidate.similarity
    ));
    for item in &candidate.items {
        let (list, sign) = match item.side {
            Side::For => (&cause.speaks_for, 1),
            Side::Against => (&cause.against, -1),
        };
        let Some(authored) = list.get(item.number) else { continue };
        let state = match item.state {
            Tri::True if item.counted => format!("{:+}", item.weight * sign),
            Tri::True => "true, but a stronger one of its group counts".to_owned(),
            Tri::False => "false".to_owned(),
            Tri::Unknown => "unknown".to_owned(),
        };
        let facts: Vec<String> = item
            .facts
            .iter()
            .map(|name| match done.diagnosis.facts.iter().find(|fact| fact.fact == *name) {
                Some(fact) => format!("{name} = {} ({})", fact.value, fact.from),
                None => format!("{name} is not known"),
            })
            .collect();
        let facts = if facts.is_empty() { String::new() } else { format!(" [{}]", facts.join("; ")) };
        text.push_str(&format!("      {state}: {}{facts}\n", authored.because.trim()));
    }
}
