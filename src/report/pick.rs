//! Small functions of templates that choose and rephrase; they know nothing of the place of reading.

use minijinja::value::ValueKind;
use minijinja::{Error, Value};

use super::{numbers, words};

/// At most the first `count` items of a list.
pub(super) fn slice_to(list: &Value, count: usize) -> Result<Vec<Value>, Error> {
    Ok(list.try_iter()?.take(count).collect())
}

/// A list without its first `count` items.
pub(super) fn slice_from(list: &Value, count: usize) -> Result<Vec<Value>, Error> {
    Ok(list.try_iter()?.skip(count).collect())
}

/// The sum of the shares of some candidates.
pub(super) fn total(causes: &Value) -> Result<f64, Error> {
    Ok(causes.try_iter()?.filter_map(|cause| f64::try_from(cause.get_attr("share").ok()?).ok()).sum())
}

/// A unit to print after a value; `text` and its kin say nothing to a reader.
pub(super) fn unit(unit: &Value) -> String {
    let unit = numbers::text_of(unit);
    if matches!(&*unit, "text" | "list" | "bool" | "enum" | "date") { String::new() } else { unit.into_owned() }
}

/// The days on which a fact is documented and when that was last checked, in words.
pub(super) fn dated(fact: &Value) -> Result<String, Error> {
    let valid = fact.get_attr("valid")?;
    let (from, until, verified) = (valid.get_attr("from")?, valid.get_attr("until")?, fact.get_attr("verified")?);
    let (from, until) = (numbers::text_of(&from), numbers::text_of(&until));
    let interval = match (from.is_empty(), until.is_empty()) {
        (true, true) => "documented without a date".to_owned(),
        (false, true) => format!("documented since {from}"),
        (true, false) => format!("documented until {until}"),
        (false, false) => format!("documented from {from} until {until}"),
    };
    Ok(format!("{interval}, checked {}", numbers::text_of(&verified)))
}

/// Who can do a step, what it takes and what it costs.
pub(super) fn terms(step: &Value, separator: &str) -> Result<String, Error> {
    let (who, effort, cost) = (step.get_attr("who")?, step.get_attr("effort")?, step.get_attr("cost")?);
    let words = [&who, &effort, &cost].map(|id| words::label(&numbers::text_of(id)).to_owned());
    Ok(words.join(separator))
}

/// `yes` and `no` for truth values, anything else as it is.
pub(super) fn yes_no(value: &Value) -> Value {
    match (value.kind(), value.is_true()) {
        (ValueKind::Bool, true) => Value::from("yes"),
        (ValueKind::Bool, false) => Value::from("no"),
        _ => value.clone(),
    }
}

/// What an answer leads to, with the title of the cause in place of its id where the report has that cause.
pub(super) fn titled(effect: &Value, causes: &Value) -> Result<String, Error> {
    let text = numbers::text_of(effect);
    let id = text.split([',', ' ']).next().unwrap_or_default();
    for cause in causes.try_iter()? {
        if numbers::text_of(&cause.get_attr("id")?) == id {
            let title = cause.get_attr("title")?;
            let rest = text.get(id.len()..).unwrap_or_default();
            return Ok(format!("{}{rest}", numbers::text_of(&title).trim_end_matches('.')));
        }
    }
    Ok(text.into_owned())
}

/// The text with a capital letter at its beginning.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Most lines and bytes of a text that a forum post quotes.
const POST_LINES: usize = 120;
const POST_BYTES: usize = 12_000;

/// The beginning and the end of a text that is too long for a post; the end says more.
pub(super) fn shortened(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    if lines.len() <= POST_LINES && text.len() <= POST_BYTES {
        return text.to_owned();
    }
    let cut = |line: &&str| -> String {
        let mut line: String = line.chars().take(401).collect();
        if line.chars().count() > 400 {
            line.truncate(line.char_indices().nth(400).map_or(line.len(), |(at, _)| at));
            line.push('…');
        }
        line
    };
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    let mut room = POST_BYTES;
    // Two lines from the end for each one from the beginning.
    for i in 0..lines.len().min(POST_LINES) {
        let from_head = i % 3 == 0;
        let index = if from_head { head.len() } else { lines.len() - 1 - tail.len() };
        let line = lines.get(index).map(cut).unwrap_or_default();
        if line.len() >= room {
            break;
        }
        room -= line.len() + 1;
        if from_head { head.push(line) } else { tail.push(line) }
    }
    let left_out = lines.len() - head.len() - tail.len();
    if left_out > 0 {
        head.push(format!("… {left_out} lines left out …"));
    }
    tail.reverse();
    head.extend(tail);
    head.join("\n")
}

/// The first paragraph of a text.
pub(super) fn lead(text: &str) -> &str {
    text.trim().split("\n\n").next().unwrap_or_default()
}
