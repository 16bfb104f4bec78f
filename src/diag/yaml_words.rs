//! Words of the dialect: characters that are refused, plain numbers, and the parser's messages in our words.

use serde_json::Value;

use super::Breach;

/// What a character is refused as, if it is.
#[must_use]
pub fn refused_character(c: char) -> Option<&'static str> {
    match c {
        '\n' | '\t' | '\r' => None,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Some("control character"),
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some("bidirectional control character")
        }
        '\u{2028}' | '\u{2029}' => Some("invisible line separator"),
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => Some("invisible character"),
        _ => None,
    }
}

/// The parser's message as cause, message and help.
pub(crate) fn explain(info: &str) -> (Breach, String, Option<&'static str>) {
    let (breach, message, help) = if info.contains("anchor") || info.contains("alias") {
        (Breach::Feature, "aliases are not allowed", Some("write the value out"))
    } else if info.contains("tag") || info.contains("handle") {
        (Breach::Feature, "tags are not allowed", Some("delete the tag; quote a text that starts with `!`"))
    } else if info.contains("directive") || info.contains('%') {
        (Breach::Feature, "directives are not allowed", Some("delete the line"))
    } else if info.contains("mapping values are not allowed") {
        (Breach::Syntax, "a second `: ` on one line", Some("quote a text that contains `: `"))
    } else if info.contains("escape") {
        (
            Breach::Syntax,
            "unknown escape in double quotes",
            Some("use single quotes for patterns: a backslash is literal there"),
        )
    } else if info.contains("quoted scalar") || info.contains("unclosed") {
        (
            Breach::Syntax,
            "a quote or bracket is not closed",
            Some("close it on the same level; double a single quote inside single quotes"),
        )
    } else if info.contains("illegal placement of ':'") {
        (Breach::Syntax, "a `:` is not expected here", Some("close the bracket above, or quote the text"))
    } else if info.contains("indent") || info.contains("expected '-'") || info.contains("expected key") {
        (
            Breach::Syntax,
            "the indentation does not fit the lines above",
            Some("align keys of one mapping, and items of one list"),
        )
    } else {
        let text = info.rsplit_once(", ").map_or(info, |(_, what)| what);
        return (
            Breach::Syntax,
            format!("not readable as YAML: {}", text.to_lowercase()),
            Some("quote a text with `: `, ` #`, or a leading `[`, `{`, `*`, `&`, `@`, `%`"),
        );
    };
    (breach, message.to_owned(), help)
}

/// A plain number; `None` for any other word; an error for a number that readers read differently.
pub(crate) fn number(word: &str) -> Result<Option<Value>, &'static str> {
    /// 2^53: whole numbers up to here are exact everywhere.
    const EXACT: i64 = 9_007_199_254_740_992;
    let body = word.strip_prefix(['-', '+']).unwrap_or(word);
    let lower = body.to_ascii_lowercase();
    if matches!(lower.as_str(), ".inf" | ".nan" | "inf" | "infinity" | "nan") {
        return Err("is not a finite number");
    }
    if !body.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return Ok(None);
    }
    let radix = |prefix: &str, digits: fn(char) -> bool| {
        lower.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| digits(c) || c == '_'))
    };
    if radix("0x", |c| c.is_ascii_hexdigit()) || radix("0o", |c| c.is_digit(8)) || radix("0b", |c| c.is_digit(2)) {
        return Err("is not a decimal number");
    }
    let (mantissa, exponent) = lower.split_once('e').map_or((lower.as_str(), None), |(m, e)| (m, Some(e)));
    let digits = |t: &str| t.chars().all(|c| c.is_ascii_digit() || c == '_');
    let numeric = mantissa.chars().any(|c| c.is_ascii_digit()) && mantissa.splitn(2, '.').all(digits);
    let exponent_ok = exponent.is_none_or(|e| {
        let e = e.strip_prefix(['-', '+']).unwrap_or(e);
        !e.is_empty() && e.chars().all(|c| c.is_ascii_digit())
    });
    if !numeric || !exponent_ok {
        return Ok(None);
    }
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    if exponent.is_some() {
        return Err("is a number with an exponent");
    }
    if word.contains('_') {
        return Err("is a number with an underscore");
    }
    if whole.is_empty() || fraction.is_some_and(str::is_empty) || word.starts_with('+') {
        return Err("is not a plainly written number");
    }
    if whole.len() > 1 && whole.starts_with('0') {
        return Err("is a number with a leading zero");
    }
    if fraction.is_some() {
        let value = word.parse::<f64>().ok().filter(|f| f.is_finite() && whole.len() <= 15);
        return value
            .and_then(serde_json::Number::from_f64)
            .map(|n| Some(Value::Number(n)))
            .ok_or("is too large a number");
    }
    if word == "-0" {
        return Err("is not a plainly written number");
    }
    match word.parse::<i64>() {
        Ok(value) if value.abs() <= EXACT => Ok(Some(Value::from(value))),
        _ => Err("is too large a number"),
    }
}
