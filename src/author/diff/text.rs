//! A comparison for a terminal and for a pull request.

use super::Diff;
use super::change::{Change, Fate, Field};
use super::effect::{Answer, Effect};
use crate::report::escape;

/// The comparison for a terminal.
#[must_use]
pub fn diff_human(diff: &Diff) -> String {
    let mut out = String::new();
    for change in &diff.changes {
        out.push_str(&format!("{} {} {}: {}\n", sign(change.fate), change.kind, change.id, change.title));
        for field in &change.fields {
            out.push_str(&format!("    {}: {}\n", field.path, arrow(field, str::to_owned)));
        }
    }
    for effect in &diff.effects {
        out.push_str(&format!("case {}: {}\n", effect.case, effect.title));
        for (before, after) in lines(effect) {
            out.push_str(&format!("    {before} -> {after}\n"));
        }
    }
    out.push_str(&summary(diff));
    out
}

/// The comparison as Markdown.
#[must_use]
pub fn diff_markdown(diff: &Diff) -> String {
    let mut out =
        format!("## Knowledge base: {} → {}\n\n{}\n", escape::code(&diff.old), escape::code(&diff.new), summary(diff));
    if !diff.effects.is_empty() {
        out.push_str("### Diagnoses\n\n| case | before | after |\n| --- | --- | --- |\n");
        for effect in &diff.effects {
            let (before, after): (Vec<String>, Vec<String>) = lines(effect).into_iter().unzip();
            let cell =
                |parts: Vec<String>| parts.iter().map(|part| escape::markdown(part)).collect::<Vec<_>>().join("<br>");
            let name = escape::markdown(&effect.case);
            out.push_str(&format!("| {name} | {} | {} |\n", cell(before), cell(after)));
        }
        out.push('\n');
    }
    for (fate, title) in [(Fate::Changed, "Changed"), (Fate::Added, "Added"), (Fate::Removed, "Removed")] {
        let some: Vec<&Change> = diff.changes.iter().filter(|change| change.fate == fate).collect();
        if some.is_empty() {
            continue;
        }
        out.push_str(&format!("### {title}\n\n"));
        for change in some {
            let (id, title) = (escape::code(&change.id), escape::markdown(&change.title));
            out.push_str(&format!("- {} {id}: {title}\n", change.kind));
            for field in &change.fields {
                let told = arrow(field, escape::code);
                out.push_str(&format!("  - {}: {told}\n", escape::markdown(&field.path)));
            }
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn summary(diff: &Diff) -> String {
    let of = |fate| diff.changes.iter().filter(|change| change.fate == fate).count();
    let broken = if diff.broken > 0 { format!(", {} cannot be read", diff.broken) } else { String::new() };
    format!(
        "{} changed, {} added, {} removed; {} of {} cases are answered differently{broken} ({} -> {})\n",
        of(Fate::Changed),
        of(Fate::Added),
        of(Fate::Removed),
        diff.effects.len(),
        diff.cases,
        diff.versions.0,
        diff.versions.1
    )
}

const fn sign(fate: Fate) -> char {
    match fate {
        Fate::Added => '+',
        Fate::Removed => '-',
        Fate::Changed => '~',
    }
}

fn arrow(field: &Field, show: impl Fn(&str) -> String) -> String {
    match (&field.old, &field.new) {
        (Some(old), Some(new)) => format!("{} -> {}", show(old), show(new)),
        (None, Some(new)) => format!("new: {}", show(new)),
        (Some(old), None) => format!("gone: {}", show(old)),
        (None, None) => String::new(),
    }
}

/// What differs, before and after.
fn lines(effect: &Effect) -> Vec<(String, String)> {
    let mut out = Vec::new();
    if effect.differs.iter().any(|what| *what != "plan") {
        let told = |answer: &Answer| match &answer.cause {
            Some(cause) => format!("{}: {cause} {} %", answer.verdict, answer.share),
            None => answer.verdict.to_owned(),
        };
        out.push((told(&effect.before), told(&effect.after)));
    }
    if effect.differs.contains(&"plan") {
        let told = |answer: &Answer, other: &Answer| {
            let mine: Vec<&str> =
                answer.plan.iter().filter(|step| !other.plan.contains(step)).map(String::as_str).collect();
            match (mine.is_empty(), answer.plan.is_empty()) {
                (_, true) => "no plan".to_owned(),
                (false, _) => format!("plan with {}", mine.join(", ")),
                (true, _) => format!("plan: {}", answer.plan.join(", ")),
            }
        };
        out.push((told(&effect.before, &effect.after), told(&effect.after, &effect.before)));
    }
    out
}
