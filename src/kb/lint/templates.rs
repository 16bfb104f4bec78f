//! Expressions in texts: syntax, names they use, and facts that have a value whenever the text is shown.

use std::ops::Range;
use std::sync::LazyLock;

use minijinja::{Environment, UndefinedBehavior};
use regex::bytes::Regex;

use super::ascii;
use super::sink::{Sink, short};
use super::texts::Text;
use crate::diag::{Code, Diagnostic, did_you_mean};
use crate::kb::parts::Parts;
use crate::model::{PlatformFact, Validity};

/// Functions of a text.
const FUNCTIONS: &[&str] = &["fact", "value", "known"];

/// Filters of a text; the environment of reports has no others (`src/report/text.rs`).
const FILTERS: &[&str] = &["usd", "duration", "days", "round", "int", "join"];

/// A call of one of the functions with the text of its first argument, if that is literal, and whether a fallback follows.
static CALLS: LazyLock<Option<Regex>> =
    LazyLock::new(|| ascii(r#"\b(fact|value|known)\s*\(\s*(?:(?:'([^']*)'|"([^"]*)")\s*(,)?)?"#));

/// A filter with its name. Texts inside the expression are blanked out before.
static FILTER: LazyLock<Option<Regex>> = LazyLock::new(|| ascii(r"\|\s*([A-Za-z_][A-Za-z0-9_]*)"));

/// Checks all texts.
pub(crate) fn check(_: &Parts, sink: &mut Sink<'_>) {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    for text in sink.texts.clone().iter() {
        if text.body.contains(['{', '}']) {
            one(text, &environment, sink);
        }
    }
}

fn one(text: &Text<'_>, environment: &Environment<'_>, sink: &mut Sink<'_>) {
    for (mark, what) in [("{%", "block tags `{% %}`"), ("{#", "comments `{# #}`")] {
        if let Some(i) = text.body.find(mark) {
            let place = text.origin.slice(i..i + 2);
            let message = format!("{what} are not allowed in texts");
            sink.push(
                Diagnostic::new(Code::Template, place, message)
                    .help("use `{{ expression }}` only; write `{{ 'a' if known('x.y') else 'b' }}` for a choice"),
            );
            return;
        }
    }
    let template = match environment.template_from_str(text.body) {
        Ok(template) => template,
        Err(problem) => {
            let message = problem.detail().unwrap_or("it cannot be read").to_lowercase();
            let whole = problem.range().filter(|r| text.body.get(r.clone()).is_some_and(|t| !t.is_empty()));
            let place = whole.map_or_else(|| text.origin.words("{{"), |range| text.origin.slice(range));
            let message = message.replace("end of print statement", "`}}`").replace("end of variable block", "`}}`");
            sink.push(
                Diagnostic::new(Code::Template, place, format!("malformed expression: {message}"))
                    .help("an expression is `{{ fact('id') }}` or the like; close it with `}}`, texts in it with `'`"),
            );
            return;
        }
    };
    let mut names: Vec<String> = template.undeclared_variables(false).into_iter().collect();
    names.sort();
    for name in names.iter().filter(|name| !FUNCTIONS.contains(&name.as_str())) {
        let help = did_you_mean(name, FUNCTIONS.iter().copied())
            .unwrap_or_else(|| "use `fact('id')`, `value('fact.name', 'fallback')` or `known('fact.name')`".to_owned());
        let message = format!("unknown name `{}` in an expression", short(name));
        sink.push(Diagnostic::new(Code::Template, text.origin.words(name), message).help(help));
    }
    for range in expressions(text.body) {
        expression(text, range, sink);
    }
}

/// Bytes of each `{{ .. }}`, without the braces.
fn expressions(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = text.get(from..).and_then(|t| t.find("{{")).map(|i| from + i + 2) {
        let Some(close) = text.get(open..).and_then(|t| t.find("}}")).map(|i| open + i) else { break };
        found.push(open..close);
        from = close + 2;
    }
    found
}

fn expression(text: &Text<'_>, range: Range<usize>, sink: &mut Sink<'_>) {
    let source = text.body.get(range.clone()).unwrap_or_default();
    let bare = blank_strings(source);
    if let Some(i) = bare.find('*') {
        let place = text.origin.slice(range.start + i..range.start + i + 1);
        sink.push(
            Diagnostic::new(Code::Template, place, "multiplication is not allowed in texts")
                .help("use a filter, or a fact with the right unit"),
        );
    }
    let word = |r: Range<usize>| source.get(r).unwrap_or_default();
    for found in FILTER.iter().flat_map(|regex| regex.captures_iter(bare.as_bytes())).filter_map(|c| c.get(1)) {
        if !FILTERS.contains(&word(found.range())) {
            let place = text.origin.slice(range.start + found.start()..range.start + found.end());
            let help = did_you_mean(word(found.range()), FILTERS.iter().copied())
                .unwrap_or_else(|| format!("use one of {}", FILTERS.join(", ")));
            sink.push(
                Diagnostic::new(Code::Template, place, format!("unknown filter `{}`", short(word(found.range()))))
                    .help(help),
            );
        }
    }
    for call in CALLS.iter().flat_map(|regex| regex.captures_iter(source.as_bytes())) {
        let (Some(whole), Some(function)) = (call.get(0), call.get(1)) else { continue };
        let at = |r: Range<usize>| text.origin.slice(range.start + r.start..range.start + r.end);
        let Some(id) = call.get(2).or_else(|| call.get(3)) else {
            let message = format!("`{}` takes the id itself, in quotes", word(function.range()));
            sink.report(Code::Template, at(whole.range()), message);
            continue;
        };
        if word(function.range()) != "fact" {
            sink.account_fact(word(id.range()), || at(id.range()));
            continue;
        }
        let Some(fact) = sink.known.facts.get(word(id.range())).copied() else {
            let help = did_you_mean(word(id.range()), sink.known.facts.keys().copied())
                .unwrap_or_else(|| "add it to `facts/`".to_owned());
            let message = format!("unknown platform fact `{}`", short(word(id.range())));
            sink.push(Diagnostic::new(Code::UnknownPlatformFact, at(id.range()), message).help(help));
            continue;
        };
        // With a fallback the text reads well on every day.
        if call.get(4).is_none()
            && let Some(gap) = gap(fact, text.valid)
        {
            let message = format!("`{}` has no value {gap}, when this text can be shown", short(word(id.range())));
            sink.push(
                Diagnostic::new(Code::FactGap, at(id.range()), message)
                    .help("bound the text with `valid`, or add the missing statement"),
            );
        }
    }
}

/// The expression with the contents of its texts replaced by blanks, so that positions stay.
fn blank_strings(source: &str) -> String {
    let mut quote = None;
    let blank = |c: char| {
        let keep = match quote {
            None if c == '\'' || c == '"' => {
                quote = Some(c);
                true
            }
            Some(q) if q == c => {
                quote = None;
                true
            }
            open => open.is_none(),
        };
        if keep { c.to_string() } else { " ".repeat(c.len_utf8()) }
    };
    source.chars().map(blank).collect()
}

/// The first days within `valid` on which the fact has no value, in words.
fn gap(fact: &PlatformFact, valid: Validity) -> Option<String> {
    let mut statements: Vec<Validity> = fact.values.iter().map(|s| s.valid).collect();
    statements.sort_by_key(|v| v.from);
    // The day from which nothing is covered yet; `None` is the beginning of time.
    let mut open = valid.from;
    for statement in statements {
        if statement.from > open {
            break;
        }
        match statement.until {
            None => return None,
            Some(until) if open.is_none_or(|day| until > day) => open = Some(until),
            Some(_) => {}
        }
    }
    let covered = matches!((open, valid.until), (Some(open), Some(until)) if until <= open);
    let from = open.map_or_else(|| "at the beginning".to_owned(), |day| format!("from {day}"));
    (!covered).then_some(from)
}

#[cfg(test)]
mod tests {
    use super::{CALLS, FILTER, blank_strings, expressions, gap};
    use crate::model::{PlatformFact, Validity};

    #[test]
    fn the_expressions_compile_in_a_build_without_unicode_tables() {
        assert!(CALLS.is_some() && FILTER.is_some());
    }

    #[test]
    fn pipes_inside_texts_are_no_filters() {
        assert_eq!(blank_strings("value('a|b') | usd"), "value('   ') | usd");
        assert_eq!(expressions("a {{ b }} c {{ d }} {{ e"), [4..7, 14..17]);
    }

    #[test]
    fn gaps_are_found_at_the_start_between_and_at_the_end() {
        let fact = |values: &str| -> Option<PlatformFact> {
            let json =
                format!(r#"{{"id": "a.b", "title": "", "unit": "", "verified": "2026-01-01", "values": [{values}]}}"#);
            serde_json::from_str(&json).ok()
        };
        let valid = |json: &str| -> Validity { serde_json::from_str(json).unwrap_or_default() };
        let one = |from: &str, until: &str| {
            let until = if until.is_empty() { String::new() } else { format!(r#", "until": "{until}""#) };
            format!(r#"{{"value": 1, "source": "s", "valid": {{"from": "{from}"{until}}}}}"#)
        };
        let split = fact(&[one("2024-01-01", "2025-01-01"), one("2025-06-01", "")].join(","));
        let found = |v: &str| split.as_ref().and_then(|fact| gap(fact, valid(v)));
        assert_eq!(found(r#"{"from": "2025-06-01"}"#), None);
        assert_eq!(found(r#"{"from": "2023-06-01"}"#), Some("from 2023-06-01".to_owned()));
        assert_eq!(found(r#"{"from": "2024-06-01"}"#), Some("from 2025-01-01".to_owned()));
        assert_eq!(found(r#"{"from": "2024-06-01", "until": "2025-01-01"}"#), None);
        assert_eq!(found("{}"), Some("at the beginning".to_owned()));
    }
}
