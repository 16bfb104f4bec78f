//! Rule texts on a day, without an incident, and the small words of pages.

use crate::kb::{KbError, KnowledgeBase};
use crate::model::{Day, FactKind, FactValue, PlatformFact, Scalar, Statement, Validity};
use crate::report::text::{Facts, Scope, expand};
use crate::report::{markdown, view};

use super::page::{Days, FactLine, PastValue, SourceLine};

/// Where texts of pages take platform facts from. Account facts are never known on a page.
pub(crate) struct Values<'a> {
    /// The knowledge base.
    pub(crate) kb: &'a KnowledgeBase,
    /// The day of the site.
    pub(crate) day: Day,
}

/// The same, where a text needs account facts: a letter stands for a number.
struct Stand<'v>(&'v Values<'v>);

impl Facts for Stand<'_> {
    fn platform(&self, id: &str) -> Option<FactValue> {
        self.0.platform(id)
    }

    fn account(&self, id: &str) -> Option<Scalar> {
        let entry = self.0.kb.vocabulary(id).ok().flatten()?;
        matches!(entry.kind, FactKind::Int | FactKind::Number).then(|| Scalar::Text("N".to_owned()))
    }
}

impl Facts for Values<'_> {
    fn platform(&self, id: &str) -> Option<FactValue> {
        self.kb.fact(id).ok().flatten()?.at(self.day).map(|statement| statement.value.clone())
    }

    fn account(&self, _: &str) -> Option<Scalar> {
        None
    }
}

/// What every page is written with. One for each thread: the expression engine behind it is not shared.
pub(crate) struct Desk<'a> {
    pub(crate) kb: &'a KnowledgeBase,
    pub(crate) day: Day,
    pub(crate) hosts: Vec<&'a str>,
    horizon: i32,
    values: &'a Values<'a>,
    scope: Scope<'a>,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(values: &'a Values<'a>) -> Result<Self, KbError> {
        let manifest = values.kb.manifest()?;
        Ok(Self {
            kb: values.kb,
            day: values.day,
            hosts: manifest.allowed_hosts.iter().map(|allowed| allowed.host.as_str()).collect(),
            horizon: i32::try_from(manifest.review_horizon_days).unwrap_or(i32::MAX),
            values,
            scope: Scope::new(values),
        })
    }

    /// A rule text with its expressions filled in. Numbers of an incident show as N, its words as an ellipsis. Markdown.
    pub(crate) fn text(&self, text: &str) -> String {
        if let Ok(text) = expand(text, &self.scope) {
            return text.trim_end().to_owned();
        }
        let stand = Stand(self.values);
        expand(text, &Scope::new(&stand))
            .map_or_else(|_| view::without_expressions(text), |text| text.trim_end().to_owned())
    }

    /// The same as one line without any markup, for titles of windows and descriptions.
    pub(crate) fn plain(&self, text: &str) -> String {
        one_line(&markdown::to_terminal(&self.text(text), usize::MAX / 2, 0, false))
    }

    /// Sources in the order given, each once.
    pub(crate) fn sources<'b>(&self, ids: impl IntoIterator<Item = &'b str>) -> Result<Vec<SourceLine>, KbError> {
        let mut lines: Vec<SourceLine> = Vec::new();
        for id in ids {
            if lines.iter().any(|line| line.id == id) {
                continue;
            }
            if let Some(source) = self.kb.source(id)? {
                lines.push(SourceLine {
                    id: source.id.clone(),
                    kind: word(&source.kind),
                    title: source.title.clone(),
                    url: source.url.clone(),
                    linked: markdown::is_allowed(&source.url, &self.hosts),
                    retrieved: source.retrieved,
                    place: [&source.repo, &source.path, &source.commit]
                        .into_iter()
                        .flatten()
                        .cloned()
                        .collect::<Vec<_>>()
                        .join(" "),
                    note: source.note.clone(),
                });
            }
        }
        Ok(lines)
    }

    /// Days for which something was last checked too long ago, when that is so.
    pub(crate) fn stale(&self, verified: Day) -> Option<i32> {
        let age = self.day.days_since(verified);
        (age > self.horizon).then_some(age)
    }

    /// Days of an interval, with whether the day of the site is one of them. Nothing for "always".
    pub(crate) fn days(&self, valid: Validity) -> Option<Days> {
        if valid.is_unbounded() {
            return None;
        }
        Some(Days { from: valid.from, until: valid.until, now: valid.contains(self.day), told: told(valid) })
    }

    /// A platform fact as a line: today's value and what was true before.
    pub(crate) fn fact(&self, fact: &PlatformFact) -> FactLine {
        let now = fact.at(self.day);
        let before: Vec<PastValue> = fact
            .values
            .iter()
            .filter(|statement| statement.valid.until.is_some_and(|until| until <= self.day))
            .map(|statement| PastValue {
                value: with_unit(fact, &statement.value),
                days: told(statement.valid),
                from: statement.valid.from,
                until: statement.valid.until,
            })
            .rev()
            .collect();
        let changed = now.and_then(|statement| statement.valid.from).filter(|from| {
            fact.values.iter().any(|statement| statement.valid.until.is_some_and(|until| until <= *from))
        });
        FactLine {
            id: fact.id.clone(),
            title: fact.title.clone(),
            unit: fact.unit.clone(),
            value: now.map(|statement| with_unit(fact, &statement.value)),
            since: now.and_then(|statement| statement.valid.from),
            changed,
            before,
            verified: fact.verified,
            stale: self.stale(fact.verified),
        }
    }

    /// The source of a statement.
    pub(crate) fn source_of(&self, statement: &Statement) -> Result<Option<SourceLine>, KbError> {
        Ok(self.sources([statement.source.as_str()])?.pop())
    }
}

/// A value with its unit, where the unit is one and not the kind of text that the value is.
pub(crate) fn with_unit(fact: &PlatformFact, value: &FactValue) -> String {
    let text = value.to_string();
    let kind =
        matches!(fact.unit.as_str(), "text" | "bool" | "version" | "versions" | "enum" | "date" | "URL" | "list");
    match value {
        FactValue::One(Scalar::Bool(true)) => "yes".to_owned(),
        FactValue::One(Scalar::Bool(false)) => "no".to_owned(),
        FactValue::One(Scalar::Number(_)) if !kind => match fact.unit.as_str() {
            "USD" => format!("${text}"),
            "%" => format!("{text} %"),
            unit => match unit.strip_prefix("USD/") {
                Some(per) => format!("${text}/{per}"),
                None => format!("{text} {unit}"),
            },
        },
        _ => text,
    }
}

/// An interval in words.
pub(crate) fn told(valid: Validity) -> String {
    match (valid.from, valid.until) {
        (None, None) => "always".to_owned(),
        (Some(from), None) => format!("since {from}"),
        (None, Some(until)) => format!("before {until}"),
        (Some(from), Some(until)) => format!("{from} to {until}"),
    }
}

/// The word that authors write for a value.
pub(crate) fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Runs of white space as one blank, nothing at the ends.
pub(crate) fn one_line(text: &str) -> String {
    crate::report::escape::line(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The beginning of a text, cut at a word, with an ellipsis.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    // A cut in the middle of a word reads badly; a text of one long word has no better place.
    let end = cut.rfind(' ').filter(|at| *at > cut.len() / 2).unwrap_or(cut.len());
    format!("{}…", cut.get(..end).unwrap_or(&cut).trim_end_matches([' ', ',', ';', ':', '(']))
}
