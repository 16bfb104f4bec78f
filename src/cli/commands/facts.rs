//! `facts [ID] [--at DATE] [--changes SINCE]`.

use serde_json::{Value, json};

use crate::cli::args::{Facts, Format};
use crate::cli::base;
use crate::cli::exit;
use crate::cli::output::{self, Failure};
use crate::diag::suggest;
use crate::kb::{KbError, KnowledgeBase};
use crate::model::{Day, PlatformFact, Statement, Validity};

/// Prints platform facts: all, one over time, on a day, or what changed.
///
/// # Errors
/// When the knowledge base cannot be read, the fact does not exist, or stdout cannot be written.
pub fn run(arguments: &Facts) -> Result<u8, Failure> {
    let kb = base::open(&arguments.rules)?;
    let format = output::format(arguments.format);
    if let Some(day) = arguments.at {
        base::check_day(&kb, day)?;
    }
    match (&arguments.id, arguments.changes) {
        (_, Some(since)) => changes(&kb, arguments.id.as_deref(), since, format),
        (Some(id), None) => match kb.fact(id)? {
            Some(fact) => one(&kb, fact, arguments.at, format),
            None => family(&kb, id, arguments.at, format),
        },
        (None, None) => list(&kb, kb.facts().collect::<Result<_, _>>()?, arguments.at, format),
    }
}

/// One fact: its value on a day, or all its values.
fn one(kb: &KnowledgeBase, fact: &PlatformFact, at: Option<Day>, format: Format) -> Result<u8, Failure> {
    let chosen: Vec<&Statement> = match at {
        Some(day) => fact.at(day).into_iter().collect(),
        None => fact.values.iter().collect(),
    };
    let code = if chosen.is_empty() { exit::NOTHING } else { exit::OK };
    let mut text = String::new();
    match format {
        Format::Json => {
            let mut documents = Vec::new();
            for statement in &chosen {
                documents.push(document(kb, fact, Some(statement))?);
            }
            let whole = match at {
                Some(_) => documents.pop().map_or_else(|| document(kb, fact, None), Ok)?,
                None => Value::Array(documents),
            };
            text = pretty(&whole)?;
        }
        Format::Quiet => chosen.iter().for_each(|statement| text.push_str(&format!("{}\n", statement.value))),
        _ => {
            text.push_str(&format!("{}\n{} ({})\n\n", fact.id, fact.title, fact.unit));
            for statement in &chosen {
                text.push_str(&format!("  {}  {}\n", interval(statement.valid), statement.value));
                if let Some(source) = kb.source(&statement.source)? {
                    let commit = statement.commit.as_deref().map(|commit| format!(" @{}", commit.get(..8).unwrap_or(commit)));
                    text.push_str(&format!("{:28}{}{}\n", "", source.url, commit.unwrap_or_default()));
                }
                if let Some(note) = &statement.note {
                    text.push_str(&format!("{:28}note: {note}\n", ""));
                }
                for also in at.into_iter().flat_map(|day| fact.disagreeing(statement, day)) {
                    text.push_str(&format!("{:28}{} says: {}\n", "", also.source, also.value));
                }
            }
            if let (true, Some(day)) = (chosen.is_empty(), at) {
                text.push_str(&format!("  no documented value on {day}\n"));
            }
            text.push_str(&format!("\nlast checked {}\n", fact.verified));
        }
    }
    output::print(&text)?;
    Ok(code)
}

/// All facts below a name such as `zerogpu`, else the nearest names.
fn family(kb: &KnowledgeBase, prefix: &str, at: Option<Day>, format: Format) -> Result<u8, Failure> {
    let dotted = format!("{}.", prefix.trim_end_matches('.'));
    let mut found = Vec::new();
    let mut names = Vec::new();
    for fact in kb.facts() {
        let fact = fact?;
        if fact.id.starts_with(&dotted) {
            found.push(fact);
        }
        names.push(fact.id.as_str());
    }
    if found.is_empty() {
        let failure = Failure::new(exit::USAGE, format!("there is no platform fact `{prefix}`"));
        return Err(match suggest(prefix, names) {
            Some(nearest) => failure.hint(format!("did you mean `{nearest}`?")),
            None => failure.hint("`hf-doctor facts` lists all"),
        });
    }
    list(kb, found, at, format)
}

/// A line a fact: the value on the day, or the newest one.
fn list(kb: &KnowledgeBase, facts: Vec<&PlatformFact>, at: Option<Day>, format: Format) -> Result<u8, Failure> {
    let chosen = |fact: &&PlatformFact| match at {
        Some(day) => fact.values.iter().position(|statement| statement.valid.contains(day)),
        None => fact.values.len().checked_sub(1),
    };
    if format == Format::Json {
        let mut documents = Vec::new();
        for fact in &facts {
            documents.push(document(kb, fact, chosen(fact).and_then(|at| fact.values.get(at)))?);
        }
        output::print(&pretty(&Value::Array(documents))?)?;
        return Ok(exit::OK);
    }
    let mut text = String::new();
    let width = facts.iter().map(|fact| fact.id.len()).max().unwrap_or(0);
    for fact in &facts {
        match (format, chosen(fact).and_then(|at| fact.values.get(at))) {
            (Format::Quiet, _) => text.push_str(&format!("{}\n", fact.id)),
            (Format::Agent, Some(statement)) => {
                text.push_str(&format!("{}\t{}\t{}\n", fact.id, statement.value, fact.unit));
            }
            (_, Some(statement)) => {
                let ended = statement.valid.until.filter(|_| at.is_none()).map(|day| format!("  (until {day})"));
                let value = format!("{} {}", statement.value, if fact.unit == "text" { "" } else { &fact.unit });
                text.push_str(&format!("{:width$}  {}{}\n", fact.id, value.trim_end(), ended.unwrap_or_default()));
            }
            (_, None) => text.push_str(&format!("{:width$}  (no value on that day)\n", fact.id)),
        }
    }
    output::print(&text)?;
    Ok(exit::OK)
}

/// Values that began or ended since a day, newest last.
fn changes(kb: &KnowledgeBase, prefix: Option<&str>, since: Day, format: Format) -> Result<u8, Failure> {
    let mut found: Vec<(Day, String, String, Value)> = Vec::new();
    for fact in kb.facts() {
        let fact = fact?;
        if prefix.is_some_and(|prefix| !fact.id.starts_with(prefix)) {
            continue;
        }
        for (number, statement) in fact.values.iter().enumerate() {
            let before = number.checked_sub(1).and_then(|before| fact.values.get(before));
            if let Some(from) = statement.valid.from.filter(|from| *from >= since) {
                let old = before.filter(|before| before.valid.until == Some(from)).map(|before| before.value.to_string());
                let line = match &old {
                    Some(old) => format!("{old} -> {}", statement.value),
                    None => format!("now documented: {}", statement.value),
                };
                found.push((from, fact.id.clone(), line, json!({"from": old, "to": statement.value})));
            }
            let followed = fact.values.get(number.saturating_add(1)).is_some_and(|next| next.valid.from == statement.valid.until);
            if let Some(until) = statement.valid.until.filter(|until| *until >= since && !followed) {
                let line = format!("no longer documented: {}", statement.value);
                found.push((until, fact.id.clone(), line, json!({"from": statement.value, "to": null})));
            }
        }
    }
    found.sort_by(|a, b| (a.0, &a.1, &a.2).cmp(&(b.0, &b.1, &b.2)));
    let text = match format {
        Format::Json => {
            let rows: Vec<Value> = found
                .iter()
                .map(|(day, id, _, change)| json!({"date": day, "id": id, "from": change.get("from"), "to": change.get("to")}))
                .collect();
            pretty(&Value::Array(rows))?
        }
        Format::Quiet => found.iter().map(|(_, id, ..)| format!("{id}\n")).collect(),
        Format::Agent => found.iter().map(|(day, id, line, _)| format!("{day}\t{id}\t{line}\n")).collect(),
        _ if found.is_empty() => format!("No documented value changed since {since}.\n"),
        _ => found.iter().map(|(day, id, line, _)| format!("{day}  {id}\n            {line}\n")).collect(),
    };
    output::print(&text)?;
    Ok(exit::OK)
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

fn pretty(value: &Value) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map(|text| format!("{text}\n"))
        .map_err(|error| Failure::new(exit::IO, error.to_string()))
}
