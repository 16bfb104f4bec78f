//! Writing values in the dialect of rule files.

use crate::model::Scalar;

/// Text as a plain or quoted scalar on one line.
#[must_use]
pub fn text(text: &str) -> String {
    let first = text.chars().next();
    let plain = first.is_some_and(|c| c.is_ascii_alphabetic())
        && !text.ends_with([' ', ':'])
        && text.chars().all(|c| c.is_ascii_alphanumeric() || " _.,/()+;<>=!?@$%^*~|-".contains(c))
        && !is_word(text);
    if plain { text.to_owned() } else { serde_json::Value::from(clean(text)).to_string() }
}

/// A value as it is read back: text that looks like a number is quoted.
#[must_use]
pub(super) fn scalar(value: &Scalar) -> String {
    match value {
        Scalar::Text(words) => text(words),
        other => other.to_string(),
    }
}

/// A pattern in single quotes.
#[must_use]
pub(super) fn pattern(pattern: &str) -> String {
    format!("'{}'", pattern.replace('\'', "''"))
}

/// Text as a block, its lines indented by `indent`; text that a block cannot hold is quoted.
#[must_use]
pub(super) fn block(text: &str, indent: usize) -> String {
    let text = clean(text);
    let text = text.trim_end();
    if text.starts_with([' ', '\n']) || text.is_empty() {
        return serde_json::Value::from(text).to_string();
    }
    let pad = " ".repeat(indent);
    let lines: Vec<String> = text
        .lines()
        .map(|line| if line.trim().is_empty() { String::new() } else { format!("{pad}{}", line.trim_end()) })
        .collect();
    format!("|\n{}", lines.join("\n"))
}

/// What the dialect does not allow in a file, taken out.
fn clean(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\t' => Some(' '),
            '\n' => Some(c),
            c if crate::diag::yaml::refused_character(c).is_some() || c == '\r' => None,
            c => Some(c),
        })
        .collect()
}

/// Words that readers of YAML take for something else.
fn is_word(text: &str) -> bool {
    ["true", "false", "yes", "no", "on", "off", "y", "n", "null"].iter().any(|word| word.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::{block, scalar, text};
    use crate::diag::yaml::{Limits, parse, to_json};

    #[test]
    fn what_is_written_is_read_back() {
        for value in ["plain words", "yes", "4.2", "a: b", "it's # \"x\"", "- x", "TODO: y", "é", "a\\b", "@x", ""] {
            let node = parse(&format!("a: {}\n", text(value)), &Limits::RULES).expect(value);
            assert_eq!(to_json(&node), serde_json::json!({ "a": value }), "{value}");
        }
        let long = "one\n  two: [\n\nthree";
        let node = parse(&format!("a: {}\n", block(long, 2)), &Limits::RULES).expect("a block");
        assert_eq!(to_json(&node), serde_json::json!({ "a": format!("{long}\n") }));
        assert_eq!(scalar(&60.0.into()), "60");
    }
}
