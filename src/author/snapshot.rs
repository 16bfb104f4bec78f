//! The report of a case as a few lines beside it: what a reviewer sees when a rule changes.
//!
//! Made from the report document, one item a line, without texts of rules: a better wording is no change of meaning.

use crate::model::{CauseVerdict, Finding, Report};

/// First line of every snapshot; a file without it is not ours to change.
pub(crate) const MARK: &str = "# report of the case beside this file; `hf-doctor kb test --accept` writes it";

/// The snapshot of a report.
#[must_use]
pub fn snapshot(report: &Report) -> String {
    let mut lines = vec![MARK.to_owned(), format!("as of {}: {}", report.as_of, report.verdict.word())];
    if let Some(service) = &report.service {
        lines.push(format!("service {service}"));
    }
    for problem in &report.problems {
        let symptoms: Vec<String> = problem.findings.iter().map(found).collect();
        let symptoms = if symptoms.is_empty() { String::new() } else { format!(": {}", symptoms.join(", ")) };
        lines.push(format!("problem {} by {}{symptoms}", problem.rule, problem.recognised_by));
    }
    for cause in &report.causes {
        let service = cause.service.as_ref().map(|service| format!(" ({service})")).unwrap_or_default();
        lines.push(format!(
            "cause {:+} {} {}{service} in {}",
            cause.decibans,
            standing(cause.verdict),
            cause.id,
            cause.rule
        ));
    }
    for cause in &report.ruled_out {
        let facts: Vec<&str> = cause.facts.iter().map(|fact| fact.id.as_str()).collect();
        lines.push(format!("ruled out {} in {} by {}", cause.id, cause.rule, facts.join(", ")));
    }
    lines.extend(report.questions.iter().map(|question| format!("asks {}", question.fact)));
    lines.extend(report.plan.iter().map(|step| format!("step {}", step.step)));
    lines.extend(report.not_this.iter().map(|line| format!("not this for {}: {}", line.cause, one_line(&line.advice))));
    lines.extend(report.escalate.iter().map(|one| format!("escalates {} to {}", one.cause, one_line(&one.to))));
    for conflict in &report.conflicts {
        let values: Vec<String> = conflict.values.iter().map(|value| one_line(&value.value.to_string())).collect();
        lines.push(format!("conflict {}: {}", conflict.fact, values.join(" over ")));
    }
    lines.extend(report.warnings.iter().map(|warning| format!("warning {}", one_line(warning))));
    lines.push(String::new());
    lines.join("\n")
}

/// A symptom and how often it was found.
fn found(finding: &Finding) -> String {
    if finding.count > 1 { format!("{} x{}", finding.symptom, finding.count) } else { finding.symptom.clone() }
}

/// Lines that differ, with up to two lines around them, as a unified diff without a head; empty when nothing differs.
#[must_use]
pub fn difference(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let edits = edits(&old, &new);
    let near = |at: usize| {
        let (from, to) = (at.saturating_sub(AROUND), at.saturating_add(AROUND).saturating_add(1));
        edits.get(from..to.min(edits.len())).is_some_and(|window| window.iter().any(|(sign, _)| *sign != ' '))
    };
    let mut out = String::new();
    let mut skipped = false;
    for (at, (sign, line)) in edits.iter().enumerate() {
        if near(at) {
            if skipped && !out.is_empty() {
                out.push_str("@@\n");
            }
            out.push_str(&format!("{sign}{line}\n"));
            skipped = false;
        } else {
            skipped = true;
        }
    }
    out
}

/// Unchanged lines shown on either side of a change.
const AROUND: usize = 2;

/// Most lines of one side that are compared line by line; snapshots have a tenth of it.
const MOST: usize = 2_000;

/// The shortest way from one text to another by the longest common subsequence.
fn edits<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(char, &'a str)> {
    let all = |sign: char, lines: &[&'a str]| lines.iter().map(|line| (sign, *line)).collect::<Vec<_>>();
    if old.len().max(new.len()) > MOST {
        return if old == new { all(' ', old) } else { [all('-', old), all('+', new)].concat() };
    }
    let width = new.len().saturating_add(1);
    // `common[i * width + j]`: length of what `old[i..]` and `new[j..]` share.
    let mut common = vec![0usize; width.saturating_mul(old.len().saturating_add(1))];
    let at = |i: usize, j: usize| i.saturating_mul(width).saturating_add(j);
    let read = |common: &[usize], i: usize, j: usize| common.get(at(i, j)).copied().unwrap_or(0);
    for (i, left) in old.iter().enumerate().rev() {
        for (j, right) in new.iter().enumerate().rev() {
            let length = if left == right {
                read(&common, i + 1, j + 1).saturating_add(1)
            } else {
                read(&common, i + 1, j).max(read(&common, i, j + 1))
            };
            if let Some(cell) = common.get_mut(at(i, j)) {
                *cell = length;
            }
        }
    }
    let (mut i, mut j) = (0usize, 0usize);
    let mut out = Vec::new();
    loop {
        match (old.get(i), new.get(j)) {
            (Some(left), Some(right)) if left == right => {
                out.push((' ', *left));
                i += 1;
                j += 1;
            }
            (Some(left), other) if other.is_none() || read(&common, i + 1, j) >= read(&common, i, j + 1) => {
                out.push(('-', *left));
                i += 1;
            }
            (_, Some(right)) => {
                out.push(('+', *right));
                j += 1;
            }
            (_, None) => return out,
        }
    }
}

const fn standing(verdict: CauseVerdict) -> &'static str {
    match verdict {
        CauseVerdict::Concluded => "concluded",
        CauseVerdict::Likely => "likely",
        CauseVerdict::Possible => "possible",
        CauseVerdict::Unlikely => "unlikely",
        CauseVerdict::RuledOut => "ruled-out",
    }
}

/// White space folded: one item is one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn a_difference_shows_what_changed_and_a_little_around_it() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), "");
        assert_eq!(difference("a\nb\nc\nd\ne\n", "a\nb\nC\nd\ne\n"), " a\n b\n-c\n+C\n d\n e\n");
        assert_eq!(difference("", "x\n"), "+x\n");
        assert_eq!(difference("x\ny\n", "y\n"), "-x\n y\n");
        let long: Vec<String> = (0..20).map(|n| n.to_string()).collect();
        let mut other = long.clone();
        other[2] = "two".to_owned();
        other[17] = "seventeen".to_owned();
        let shown = difference(&long.join("\n"), &other.join("\n"));
        assert_eq!(shown, " 0\n 1\n-2\n+two\n 3\n 4\n@@\n 15\n 16\n-17\n+seventeen\n 18\n 19\n");
    }
}
