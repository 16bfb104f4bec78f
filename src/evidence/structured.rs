//! JSON inside texts: a whole body, or lines that a logger wrote.
//!
//! Patterns and readers know what programs print. In JSON the same words stand behind escapes, all on one line; here
//! the escapes are certain to be escapes, so the words are read as they were meant.

use serde_json::Value;

use super::escaped::document;
use super::json;
use crate::model::Place;

/// Texts up to this size are looked through; a larger one is a log whose lines are searched as they are.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Most sentences of one document.
const MOST: usize = 200;
/// In larger documents the line of a sentence is not looked for.
const LOCATED: usize = 64 * 1024;

/// A text with JSON in it, as it was meant.
#[derive(Debug)]
pub(super) struct Structured {
    /// The text with the escapes of its JSON undone, and where it comes from; `None` when there are no escapes.
    pub plain: Option<(String, Vec<Place>)>,
    /// Sentences of the JSON and all other lines, one a line.
    pub sentences: String,
    /// The line of the text, counted from 1, that each of these lines comes from.
    pub lines: Vec<usize>,
}

/// Finds JSON in a text; `None` when there is none.
pub(super) fn structured(text: &str) -> Option<Structured> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let mut found = Structured { plain: None, sentences: String::new(), lines: Vec::new() };
    if text.trim_start().starts_with(['{', '['])
        && let Ok(whole) = json::parse(text.trim())
    {
        for sentence in sentences(&whole.value) {
            found.add(&sentence, located(text, &sentence));
        }
        found.plain = document(text, &|_| true);
        return Some(found);
    }
    let object = |line: &str| {
        let line = line.trim();
        let whole = line.starts_with('{') && line.ends_with('}');
        whole.then(|| json::parse(line).ok()).flatten().map(|document| document.value)
    };
    if !text.split('\n').any(|line| object(line).is_some()) {
        return None;
    }
    let mut chosen = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        let Some(value) = object(line) else {
            found.add(line, index + 1);
            continue;
        };
        chosen.push(index + 1);
        for sentence in sentences(&value) {
            found.add(&sentence, index + 1);
        }
    }
    found.plain = document(text, &|line| chosen.binary_search(&line).is_ok());
    Some(found)
}

impl Structured {
    fn add(&mut self, text: &str, line: usize) {
        self.sentences.push_str(text);
        self.sentences.push('\n');
        self.lines.extend(text.split('\n').map(|_| line));
    }
}

/// Strings that say something: more than one word, escaped, or the name of an exception.
fn sentences(value: &Value) -> Vec<String> {
    let says = |text: &str| {
        text.contains([' ', '"', '\n', '\\', '\t']) || text.ends_with("Error") || text.ends_with("Exception")
    };
    fn collect(value: &Value, depth: usize, says: &impl Fn(&str) -> bool, found: &mut Vec<String>) {
        match value {
            Value::String(text) if found.len() < MOST && says(text) => {
                found.push(super::decode::clean(text).into_owned());
            }
            Value::Array(items) if depth < 16 => items.iter().for_each(|item| collect(item, depth + 1, says, found)),
            Value::Object(map) if depth < 16 => map.values().for_each(|item| collect(item, depth + 1, says, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    collect(value, 0, &says, &mut found);
    found
}

/// The line, counted from 1, of the string that begins like a sentence.
fn located(text: &str, sentence: &str) -> usize {
    let begin = sentence.split(['\n', '"', '\\', '\t']).find(|piece| !piece.trim().is_empty()).unwrap_or_default();
    let found = Some(text).filter(|text| text.len() <= LOCATED).and_then(|text| text.find(begin));
    let head = found.and_then(|at| text.get(..at)).unwrap_or_default();
    head.matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::structured;
    use crate::model::Place;

    #[test]
    fn lines_of_a_logger_are_read_as_they_were_meant() {
        let text = "start\n{\"level\":\"error\",\"msg\":\"a \\\"b\\\"\\nsecond line\"}\nend";
        let found = structured(text).unwrap();
        assert_eq!(found.sentences, "start\na \"b\"\nsecond line\nend\n");
        assert_eq!(found.lines, [1, 2, 2, 3]);
        let (plain, places) = found.plain.unwrap();
        assert_eq!(plain, "start\n{\"level\":\"error\",\"msg\":\"a \"b\"\nsecond line\"}\nend");
        assert_eq!(Place::origin((3, 1), &places, 1), (2, 34));
        assert_eq!(Place::origin((4, 2), &places, 1), (3, 2));
    }

    #[test]
    fn a_body_is_one_document() {
        let found = structured("{\n  \"code\": 402,\n  \"error\": \"not enough\"\n}").unwrap();
        assert_eq!((found.sentences.as_str(), found.lines.as_slice()), ("not enough\n", &[3][..]));
        assert!(found.plain.is_none());
        let logged = structured("{\"level\": \"error\", \"msg\": \"FileMetadataError\"}").unwrap();
        assert_eq!(logged.sentences, "FileMetadataError\n");
        for text in ["plain text", "{broken", "{'a': 'b'}", "402", "\"quoted\"", "[2026-01-01] x"] {
            assert!(structured(text).is_none(), "{text}");
        }
    }
}
