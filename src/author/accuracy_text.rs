//! The measured figures as Markdown.

use std::fmt::Write;

use super::accuracy::{Accuracy, Labelled, Rate};

/// Renders a run, and what changed against an earlier one.
#[must_use]
pub fn accuracy_markdown(run: &Accuracy, labelled: &[Labelled], baseline: Option<&Accuracy>) -> String {
    let mut out = String::new();
    let evidence = if run.text_only { "text alone" } else { "whole evidence" };
    // Writing to a String cannot fail.
    let _ = writeln!(out, "# Accuracy on {} reports, {evidence}\n", run.outcomes.len());
    let _ = writeln!(out, "| figure | rate | n | 95 % interval |\n| --- | --- | --- | --- |");
    for (name, rate) in &run.rates {
        let _ = writeln!(out, "| {name} | {} | {}/{} | {} |", percent(rate.rate), rate.hits, rate.n, interval(rate));
    }
    let _ = writeln!(out, "| top-1, mean over causes | {} | | |", percent(run.macro_top1));
    let _ =
        writeln!(out, "\n## Shares against outcomes\n\n| share of the first cause | right | n |\n| --- | --- | --- |");
    for (low, rate) in &run.reliability {
        let _ = writeln!(out, "| from {} | {} | {}/{} |", percent(*low), percent(rate.rate), rate.hits, rate.n);
    }
    let _ = writeln!(out, "\n## Misses\n");
    for one in run.outcomes.iter().filter(|one| one.kind != "abstain" && !one.top1) {
        let why = labelled.iter().find(|case| case.id == one.id).map_or("", |case| case.why.as_str());
        let given = if one.given.is_empty() { "nothing".to_owned() } else { one.given.join(", ") };
        let _ = writeln!(
            out,
            "- {} ({}, {}): `{}` -> {given} ({}, {}, by {})\n  {why}",
            one.id,
            one.kind,
            one.strength,
            one.expected,
            one.verdict,
            percent(one.share),
            one.recognised_by
        );
    }
    for one in run.outcomes.iter().filter(|one| one.kind == "abstain" && one.verdict == "concluded") {
        let _ = writeln!(out, "- {} (abstain): concluded `{}`", one.id, one.given.join(", "));
    }
    if let Some(before) = baseline {
        let _ = writeln!(out, "\n## Changed against the baseline\n");
        for one in &run.outcomes {
            let Some(old) = before.outcomes.iter().find(|old| old.id == one.id) else { continue };
            if (old.verdict.as_str(), old.given.first()) != (one.verdict.as_str(), one.given.first()) {
                let name = |given: &[String]| given.first().cloned().unwrap_or_else(|| "nothing".to_owned());
                let mark = match (old.top1, one.top1) {
                    (false, true) => "better",
                    (true, false) => "worse",
                    _ => "same",
                };
                let _ = writeln!(
                    out,
                    "- {} ({mark}): {} {} -> {} {}",
                    one.id,
                    old.verdict,
                    name(&old.given),
                    one.verdict,
                    name(&one.given)
                );
            }
        }
    }
    out
}

fn percent(rate: f64) -> String {
    format!("{:.1} %", rate * 100.0)
}

fn interval(rate: &Rate) -> String {
    format!("{} to {}", percent(rate.low), percent(rate.high))
}
