//! `facts [ID] [--at DATE] [--changes SINCE]`.

use serde_json::{Value, json};

use crate::cli::args::{Facts, Format};
use crate::cli::base;
use crate::cli::exit;
use crate::cli::output::{self, Failure};
use crate::diag::suggest;
use crate::kb::{KbError, KnowledgeBase};
use crate::model::{Day, FactValue, PlatformFact, Statement, Validity};
use crate::report::{escape, wrap};

/// Prints platform facts: all, one over time, on a day, or what changed.
///
/// # Errors
/// When the knowledge base cannot be read, the fact does not exist, or stdout cannot be written.
pub(crate) fn run(arguments: &Facts) -> Result<u8, Failure> {
    let format = output::plain_format(arguments.format, &[])?;
    let kb = base::open(&arguments.rules)?;
    let page = Page { kb: &kb, at: arguments.at, format, width: output::width(arguments.width) };
    if let Some(day) = arguments.at {
        base::check_day(&kb, day)?;
    }
    match (&arguments.id, arguments.changes) {
        (_, Some(since)) => page.changes(arguments.id.as_deref(), since),
        (Some(id), None) => match kb.fact(id)? {
            Some(fact) => page.one(fact),
            None => page.family(id),
        },
        (None, None) => page.list(&kb.facts().collect::<Result<Vec<_>, _>>()?),
    }
}

/// What is printed, and how.
struct Page<'a> {
    kb: &'a KnowledgeBase,
    at: Option<Day>,
    format: Format,
    width: usize,
}

impl Page<'_> {
    /// One fact: its value on a day, or all its values.
    fn one(&self, fact: &PlatformFact) -> Result<u8, Failure> {
        let chosen: Vec<&Statement> = match self.at {
            Some(day) => fact.at(day).into_iter().collect(),
            None => fact.values.iter().collect(),
        };
        let text = match self.format {
            Format::Json => {
                let documents = chosen.iter().map(|statement| document(self.kb, fact, Some(statement)));
                let mut documents = documents.collect::<Result<Vec<_>, _>>()?;
                match self.at {
                    Some(_) => output::json(&documents.pop().map_or_else(|| document(self.kb, fact, None), Ok)?)?,
                    None => output::json(&documents)?,
                }
            }
            Format::Quiet => chosen.iter().map(|statement| format!("{}\n", statement.value)).collect(),
            _ => self.timeline(fact, &chosen)?,
        };
        output::print(&text)?;
        Ok(if chosen.is_empty() { exit::NOTHING } else { exit::OK })
    }

    /// Values below each other, each with its page and what other pages say.
    fn timeline(&self, fact: &PlatformFact, chosen: &[&Statement]) -> Result<String, Failure> {
        const MARGIN: &str = "                            ";
        let mut text = format!("{}\n", self.wrapped(&format!("{} ({})", fact.title, fact.unit), "", ""));
        text.push_str(&format!("{}, checked {}\n\n", fact.id, fact.verified));
        for statement in chosen {
            let first = format!("  {}  ", interval(statement.valid));
            text.push_str(&format!("{}\n", self.wrapped(&statement.value.to_string(), &first, MARGIN)));
            if let Some(source) = self.kb.source(&statement.source)? {
                let commit =
                    statement.commit.as_deref().map(|commit| format!(" @{}", commit.get(..8).unwrap_or(commit)));
                text.push_str(&format!("{MARGIN}{}{}\n", source.url, commit.unwrap_or_default()));
            }
            if let Some(note) = &statement.note {
                text.push_str(&format!("{}\n", self.wrapped(&format!("note: {note}"), MARGIN, MARGIN)));
            }
            for also in
                fact.also.iter().filter(|also| also.valid.overlaps(&statement.valid) && also.value != statement.value)
            {
                if self.at.is_none_or(|day| also.valid.contains(day)) {
                    let line = format!("{} says: {}", also.source, also.value);
                    text.push_str(&format!("{}\n", self.wrapped(&line, MARGIN, MARGIN)));
                }
            }
        }
        if let (true, Some(day)) = (chosen.is_empty(), self.at) {
            text.push_str(&format!("  no documented value on {day}"));
            match fact.values.iter().filter_map(|statement| statement.valid.from).find(|from| *from > day) {
                Some(from) => text.push_str(&format!("; the first one after it is of {from}\n")),
                None => text.push('\n'),
            }
        }
        Ok(text)
    }

    /// All facts below a name such as `zerogpu`, else the nearest names.
    fn family(&self, prefix: &str) -> Result<u8, Failure> {
        let dotted = format!("{}.", prefix.trim_end_matches('.'));
        let facts = self.kb.facts().collect::<Result<Vec<_>, _>>()?;
        let found: Vec<&PlatformFact> = facts.iter().copied().filter(|fact| fact.id.starts_with(&dotted)).collect();
        if found.is_empty() {
            let failure = Failure::new(exit::USAGE, format!("there is no platform fact `{prefix}`"));
            return Err(match suggest(prefix, facts.iter().map(|fact| fact.id.as_str())) {
                Some(nearest) => failure.hint(format!("did you mean `{nearest}`?")),
                None => failure.hint("`hf-doctor facts` lists all"),
            });
        }
        self.list(&found)
    }

    /// A fact a line: the value on the day, or the newest one.
    fn list(&self, facts: &[&PlatformFact]) -> Result<u8, Failure> {
        let chosen = |fact: &PlatformFact| match self.at {
            Some(day) => fact.values.iter().position(|statement| statement.valid.contains(day)),
            None => fact.values.len().checked_sub(1),
        };
        if self.format == Format::Json {
            let documents =
                facts.iter().map(|fact| document(self.kb, fact, chosen(fact).and_then(|at| fact.values.get(at))));
            output::print(&output::json(&documents.collect::<Result<Vec<_>, _>>()?)?)?;
            return Ok(exit::OK);
        }
        let mut text = String::new();
        let mut without = 0_usize;
        let names = facts.iter().map(|fact| fact.id.len()).max().unwrap_or(0).saturating_add(2);
        for fact in facts {
            let Some(statement) = chosen(fact).and_then(|at| fact.values.get(at)) else {
                without = without.saturating_add(1);
                continue;
            };
            match self.format {
                Format::Quiet => text.push_str(&format!("{}\n", fact.id)),
                Format::Agent => text.push_str(&format!("{}\t{}\t{}\n", fact.id, statement.value, fact.unit)),
                _ => {
                    let ended =
                        statement.valid.until.filter(|_| self.at.is_none()).map(|day| format!(" (until {day})"));
                    let value = format!("{}{}", with_unit(fact, statement), ended.unwrap_or_default());
                    // Beside the name where it fits on the line, else below it.
                    if names.saturating_add(value.chars().count()) <= self.width {
                        text.push_str(&format!("{:names$}{}\n", fact.id, escape::line(&value)));
                    } else {
                        text.push_str(&format!("{}\n{}\n", fact.id, self.wrapped(&value, "    ", "    ")));
                    }
                }
            }
        }
        if let (Some(day), true, Format::Human) = (self.at, without > 0, self.format) {
            text.push_str(&format!("\n{without} more have no documented value on {day}\n"));
        }
        output::print(&text)?;
        Ok(exit::OK)
    }

    /// Values that began or ended since a day, newest last.
    fn changes(&self, prefix: Option<&str>, since: Day) -> Result<u8, Failure> {
        let facts = self.kb.facts().collect::<Result<Vec<_>, _>>()?;
        let mut found: Vec<Change<'_>> = facts
            .iter()
            .filter(|fact| prefix.is_none_or(|prefix| fact.id.starts_with(prefix)))
            .flat_map(|fact| changes_of(fact, since))
            .collect();
        found.sort_by(|a, b| (a.day, a.id, &a.told).cmp(&(b.day, b.id, &b.told)));
        let text = match self.format {
            Format::Json => {
                let rows: Vec<Value> = found
                    .iter()
                    .map(|one| json!({"date": one.day, "id": one.id, "from": one.from, "to": one.to}))
                    .collect();
                output::json(&rows)?
            }
            Format::Quiet => found.iter().map(|one| format!("{}\n", one.id)).collect(),
            Format::Agent => found.iter().map(|one| format!("{}\t{}\t{}\n", one.day, one.id, one.told)).collect(),
            _ if found.is_empty() => format!("No documented value changed since {since}.\n"),
            _ => found
                .iter()
                .map(|one| {
                    let told = self.wrapped(&one.told, "            ", "            ");
                    format!("{}  {}\n{told}\n", one.day, one.id)
                })
                .collect(),
        };
        output::print(&text)?;
        Ok(exit::OK)
    }

    fn wrapped(&self, text: &str, first: &str, rest: &str) -> String {
        wrap(&escape::line(text), self.width, first, rest)
    }
}

/// A value that began or ended.
struct Change<'a> {
    day: Day,
    id: &'a str,
    /// In words.
    told: String,
    from: Option<&'a FactValue>,
    to: Option<&'a FactValue>,
}

fn changes_of(fact: &PlatformFact, since: Day) -> Vec<Change<'_>> {
    let mut found = Vec::new();
    for (number, statement) in fact.values.iter().enumerate() {
        let before = number.checked_sub(1).and_then(|before| fact.values.get(before));
        if let Some(day) = statement.valid.from.filter(|from| *from >= since) {
            let from = before.filter(|before| before.valid.until == Some(day)).map(|before| &before.value);
            let told = match from {
                Some(from) => format!("{from} -> {}", statement.value),
                None => format!("now documented: {}", statement.value),
            };
            found.push(Change { day, id: &fact.id, told, from, to: Some(&statement.value) });
        }
        let followed =
            fact.values.get(number.saturating_add(1)).is_some_and(|next| next.valid.from == statement.valid.until);
        if let Some(day) = statement.valid.until.filter(|until| *until >= since && !followed) {
            let told = format!("no longer documented: {}", statement.value);
            found.push(Change { day, id: &fact.id, told, from: Some(&statement.value), to: None });
        }
    }
    found
}

/// The value with its unit, where the unit is one and not the kind of text that the value is.
fn with_unit(fact: &PlatformFact, statement: &Statement) -> String {
    let value = statement.value.to_string();
    let number =
        value.starts_with(|c: char| c.is_ascii_digit()) && !value.contains(['.', ',']) || value.parse::<f64>().is_ok();
    let kind = matches!(fact.unit.as_str(), "text" | "bool" | "version" | "versions" | "enum" | "date");
    if number && !kind { format!("{value} {}", fact.unit) } else { value }
}

/// A value as the JSON document of the interface; `None` for a day without one.
fn document(kb: &KnowledgeBase, fact: &PlatformFact, statement: Option<&Statement>) -> Result<Value, KbError> {
    let mut sources = Vec::new();
    if let Some(statement) = statement {
        if let Some(source) = kb.source(&statement.source)? {
            sources.push(json!({
                "id": source.id, "url": source.url, "repo": source.repo,
                "path": statement.path.as_ref().or(source.path.as_ref()), "commit": statement.commit,
            }));
        }
        for also in fact.also.iter().filter(|also| also.valid.overlaps(&statement.valid)) {
            if let Some(source) = kb.source(&also.source)? {
                sources.push(json!({
                    "id": source.id, "url": source.url, "repo": source.repo,
                    "path": also.path.as_ref().or(source.path.as_ref()), "commit": also.commit,
                    "value": also.value, "valid": {"from": also.valid.from, "until": also.valid.until},
                }));
            }
        }
    }
    Ok(json!({
        "id": fact.id,
        "title": fact.title,
        "value": statement.map(|statement| &statement.value),
        "unit": fact.unit,
        "valid": statement.map(|statement| json!({"from": statement.valid.from, "until": statement.valid.until})),
        "sources": sources,
        "verified": fact.verified,
        "note": statement.and_then(|statement| statement.note.as_ref()),
    }))
}

fn interval(valid: Validity) -> String {
    let from = valid.from.map_or_else(|| "          ".to_owned(), |day| day.to_string());
    let until = valid.until.map_or_else(|| "now       ".to_owned(), |day| day.to_string());
    format!("{from} .. {until}")
}
