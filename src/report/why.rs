//! The answer of `--why` as Markdown, which the terminal renders too.

use super::view::{Why, WhyCause, WhyCondition, WhyRule, WhySum, WhySymptom, WhyTest};
use super::{escape, excerpt, label};
use crate::model::Layer;

/// The document as Markdown.
#[must_use]
pub fn why_markdown(why: &Why) -> String {
    let mut out = format!("# Why {}\n\nAs of {}; verdict: {}", code(&why.id), why.as_of, label(&name(&why.verdict)));
    match &why.first {
        Some(first) => out.push_str(&format!("; first: {}\n", code(first))),
        None => out.push_str("; nothing is ranked\n"),
    }
    why.rules.iter().for_each(|rule| of_rule(rule, &mut out));
    out
}

fn of_rule(rule: &WhyRule, out: &mut String) {
    out.push_str(&format!("\n## Rule {}\n\n{} ({})\n\n", code(&rule.rule), rule.title, code(&rule.path)));
    let standing = if rule.considered { "It is considered" } else { "It is not considered" };
    out.push_str(&format!("{standing}: {}.\n", rule.because));
    if !rule.symptoms.is_empty() {
        out.push_str("\n**Symptoms**\n\n");
        rule.symptoms.iter().for_each(|symptom| of_symptom(symptom, out));
    }
    if let Some(when) = &rule.when {
        out.push_str(&format!("\n**Structure** is {}\n\n", when.state));
        tests(&when.tests, "", out);
    }
    rule.causes.iter().for_each(|cause| of_cause(cause, out));
}

fn of_symptom(symptom: &WhySymptom, out: &mut String) {
    let layer = match symptom.layer {
        Layer::Decisive => "decisive",
        Layer::Wrapper => "wrapper",
        Layer::Hint => "hint",
        Layer::Retold => "retold",
    };
    let place = code(&format!("{}:{}", symptom.source, symptom.line));
    let id = code(&symptom.id);
    match symptom.state {
        "matched" => out.push_str(&format!("- symptom {id} ({layer}) matches {place}\n")),
        "near" if symptom.expected.is_empty() => {
            out.push_str(&format!("- symptom {id} ({layer}) stands in {place} but does not count: {}\n", symptom.note));
        }
        "near" => out.push_str(&format!(
            "- symptom {id} ({layer}) does not match; {:.0} % of it is in {place}, expected {} here, found {}\n",
            symptom.degree * 100.0,
            code(&symptom.expected),
            if symptom.found.is_empty() { "the end of the line".to_owned() } else { code(&symptom.found) }
        )),
        _ => {
            out.push_str(&format!("- symptom {id} ({layer}) does not match; nothing like it is in the text\n"));
            return;
        }
    }
    let lines = excerpt::carets(&symptom.excerpt, symptom.start, symptom.end, 86, "", false);
    out.push('\n');
    out.extend(escape::fence(&lines, "text").lines().map(|line| format!("  {line}\n")));
    out.push('\n');
}

fn of_cause(cause: &WhyCause, out: &mut String) {
    out.push_str(&format!("\n### Cause {}\n\n{}: {}.\n", code(&cause.id), cause.title, cause.outcome));
    if let Some(WhyCondition { state, tests: inner }) = &cause.requires {
        out.push_str(&format!("\nWhat it requires is {state}:\n\n"));
        tests(inner, "", out);
    }
    if let Some(sum) = &cause.sum {
        out.push_str(&format!("\n{}\n\n", total(sum)));
        for item in &sum.items {
            let state = match (item.state, &item.instead) {
                (_, Some(group)) => format!("true, but a stronger one of group {} counts", code(group)),
                ("true", None) => format!("{:+}", item.counts),
                ("false", None) => format!("0 (false; {:+} when true)", item.weight),
                _ => format!("0 (unknown; {:+} when true)", item.weight),
            };
            out.push_str(&format!("- {state}: {}\n", item.because));
            tests(&item.tests, "  ", out);
        }
    }
    if let Some(rival) = &cause.rival {
        let place = if cause.rank == Some(1) { "next" } else { "leading" };
        out.push_str(&format!("\nThe {place} cause: {}\n\n", total(rival)));
        out.extend(rival.items.iter().map(|item| format!("- {:+}: {}\n", item.counts, item.because)));
    }
    let goal = if cause.rank == Some(1) { "no longer come first" } else { "come first" };
    out.push_str(&format!("\nSmallest change of facts after which it would {goal}:"));
    if cause.changes.is_empty() {
        out.push_str(" none within two facts\n");
        return;
    }
    out.push_str("\n\n");
    for change in &cause.changes {
        let set: Vec<String> = change
            .set
            .iter()
            .zip(&change.before)
            .map(|(set, before)| {
                let now = before
                    .as_ref()
                    .map_or_else(|| "not known".to_owned(), |value| format!("now {}", code(&value.to_string())));
                format!("{} ({now})", code(&format!("--set {}", escape::shell(set))))
            })
            .collect();
        out.push_str(&format!(
            "- {}: then {} leads, {}\n",
            set.join(" and "),
            code(&change.leads),
            label(&name(&change.verdict))
        ));
    }
}

/// `13 decibans = 0 prior + 10 recognition + 0 similarity + 3 evidence`.
fn total(sum: &WhySum) -> String {
    let evidence: i32 = sum.items.iter().map(|item| item.counts).sum();
    format!(
        "{}: **{} decibans** = {:+} prior, {:+} recognition, {:+} similarity, {evidence:+} evidence",
        code(&sum.cause),
        sum.total,
        sum.prior,
        sum.recognition,
        sum.similarity
    )
}

fn tests(tests: &[WhyTest], indent: &str, out: &mut String) {
    for test in tests {
        let value = match (&test.value, &test.from) {
            (Some(value), Some(from)) => format!(
                "; it is {} ({}, {})",
                code(&value.to_string()),
                code(from),
                test.trust.unwrap_or("given in the evidence")
            ),
            _ => String::new(),
        };
        out.push_str(&format!("{indent}- {} is {}{value}\n", code(&test.test), test.state));
    }
}

fn code(text: &str) -> String {
    escape::code_span(text)
}

fn name(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
