//! Pages of platform facts, sources, account facts and diagnostic codes.

use super::desk::word;
use crate::diag::Entry;
use crate::kb::{KbError, KnowledgeBase};
use crate::model::{FactKind, PlatformFact, Source, Validity, VocabularyFact};
use crate::report::{escape, label};

/// Users of a source that are listed; a page of the documentation may stand behind a hundred facts.
const MOST_USERS: usize = 12;

pub(super) fn code(id: &str, entry: &Entry) -> String {
    let example = escape::fence(entry.example, "yaml");
    format!("# {id}: {}\n\n{}\n\nAn example that gives it:\n\n{example}\n", entry.code.title(), entry.explanation)
}

/// A platform fact: every value with its days, its page, and pages that say something else.
pub(super) fn fact(kb: &KnowledgeBase, fact: &PlatformFact) -> Result<String, KbError> {
    let mut out =
        format!("# {}\n\n`{}`: {}, checked {}\n\n**Values**\n\n", fact.title, fact.id, fact.unit, fact.verified);
    for statement in &fact.values {
        out.push_str(&format!("- {}: **{}**\n", days(statement.valid), escape::markdown(&statement.value.to_string())));
        if let Some(source) = kb.source(&statement.source)? {
            out.push_str(&format!("  - [{}]({})\n", source.title, source.url));
        }
        if let Some(note) = &statement.note {
            out.push_str(&format!("  - {}\n", escape::markdown(note)));
        }
        let others =
            fact.also.iter().filter(|also| also.valid.overlaps(&statement.valid) && also.value != statement.value);
        for also in others {
            let title = kb.source(&also.source)?.map_or(also.source.as_str(), |source| source.title.as_str());
            out.push_str(&format!(
                "  - {}: {title} says {}\n",
                days(also.valid),
                escape::markdown(&also.value.to_string())
            ));
        }
    }
    out.push_str(&format!("\nThe value on a day: `hf-doctor facts {} --at DATE`\n", fact.id));
    Ok(out)
}

/// A source: what and where it is, and who relies on it.
pub(super) fn source(kb: &KnowledgeBase, source: &Source) -> Result<String, KbError> {
    let kind = word(&source.kind);
    let mut out = format!(
        "# {}\n\n`{}`: {}, read {}\n\n<{}>\n",
        source.title,
        source.id,
        label(&kind),
        source.retrieved,
        source.url
    );
    let place: Vec<&str> =
        [&source.repo, &source.path, &source.commit].into_iter().flatten().map(String::as_str).collect();
    if !place.is_empty() {
        out.push_str(&format!(
            "\nText: {}\n",
            place.iter().map(|part| escape::code_span(part)).collect::<Vec<_>>().join(" ")
        ));
    }
    if let Some(note) = &source.note {
        out.push_str(&format!("\n{}\n", escape::markdown(note)));
    }
    let mut users: Vec<&str> = Vec::new();
    for file in kb.rules() {
        let causes = file?.rule.causes.iter().filter(|cause| cause.sources.contains(&source.id));
        users.extend(causes.map(|cause| cause.id.as_str()));
    }
    for step in kb.steps() {
        users.extend(Some(step?).filter(|step| step.sources.contains(&source.id)).map(|step| step.id.as_str()));
    }
    for fact in kb.facts() {
        let fact = fact?;
        users.extend(fact.values.iter().any(|statement| statement.source == source.id).then_some(fact.id.as_str()));
    }
    list("Relied on by", users, &mut out);
    Ok(out)
}

/// An account fact: what it asks, its values, and how to give it.
pub(super) fn vocabulary(kb: &KnowledgeBase, fact: &VocabularyFact) -> Result<String, KbError> {
    let unit = fact.unit.as_deref().map(|unit| format!(" ({unit})")).unwrap_or_default();
    let sensitive = if fact.sensitive { ", masked in reports" } else { "" };
    let mut out = format!("# {}\n\n`{}`: {}{unit}{sensitive}\n", fact.title, fact.id, kind(fact.kind));
    for line in [&fact.question, &fact.how].into_iter().flatten() {
        out.push_str(&format!("\n{}\n", line.trim_end()));
    }
    if !fact.values.is_empty() {
        out.push_str("\n**Values**\n\n");
        out.extend(fact.values.iter().map(|value| format!("- `{}`: {}\n", value.id, value.title)));
    }
    if fact.derived {
        out.push_str("\nWorked out from other evidence.\n");
    } else if !matches!(fact.kind, FactKind::Map) && !matches!(fact.id.as_str(), "text" | "notes" | "http.body") {
        let value = fact.values.first().map_or_else(|| "VALUE".to_owned(), |value| value.id.clone());
        out.push_str(&format!("\nGive it with `--set {}={value}`, or in an evidence file.\n", fact.id));
    }
    let mut users: Vec<&str> = Vec::new();
    for file in kb.rules() {
        for cause in &file?.rule.causes {
            let items = cause.speaks_for.iter().chain(&cause.against).map(|item| &item.when);
            if items.chain(&cause.requires).any(|when| when.facts().contains(&fact.id.as_str())) {
                users.push(&cause.id);
            }
        }
    }
    list("Matters for", users, &mut out);
    Ok(out)
}

fn list(heading: &str, mut users: Vec<&str>, out: &mut String) {
    users.sort_unstable();
    users.dedup();
    if users.is_empty() {
        return;
    }
    out.push_str(&format!("\n**{heading}**\n\n"));
    out.extend(users.iter().take(MOST_USERS).map(|id| format!("- `{id}`\n")));
    if let Some(more) = users.len().checked_sub(MOST_USERS).filter(|more| *more > 0) {
        out.push_str(&format!("- and {more} more\n"));
    }
}

const fn kind(kind: FactKind) -> &'static str {
    match kind {
        FactKind::Bool => "true or false",
        FactKind::Int => "a whole number",
        FactKind::Number => "a number",
        FactKind::String => "text",
        FactKind::Enum => "one of its values",
        FactKind::Date => "a day",
        FactKind::Map => "a mapping",
    }
}

/// The days of an interval in words.
fn days(valid: Validity) -> String {
    match (valid.from, valid.until) {
        (None, None) => "always".to_owned(),
        (Some(from), None) => format!("since {from}"),
        (None, Some(until)) => format!("until {until}"),
        (Some(from), Some(until)) => format!("{from} until {until}"),
    }
}
