//! Text that was escaped on its way: HTML entities, and strings of JSON or of a program's `repr` inside a log line.

use std::borrow::Cow;

use crate::model::Place;

/// Entities that pages and mails make of the characters of messages.
const ENTITIES: &[(&str, &str)] = &[
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&#x22;", "\""),
    ("&#39;", "'"),
    ("&#x27;", "'"),
    ("&apos;", "'"),
    ("&#96;", "`"),
    ("&#x60;", "`"),
    ("&#x2F;", "/"),
    ("&#47;", "/"),
    ("&#x3D;", "="),
    ("&#61;", "="),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&nbsp;", " "),
    ("&#160;", " "),
    ("&amp;", "&"),
];

/// Texts up to this size are looked through; a larger one is a log.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The text with entities as the characters they stand for. Lines stay. One pass: `&amp;lt;` becomes `&lt;`.
pub(super) fn entities(text: &str) -> Cow<'_, str> {
    if text.len() > MAX_BYTES || !ENTITIES.iter().any(|(entity, _)| text.contains(entity)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (head, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(head);
        let (written, length) = entity(tail).unwrap_or(("&", 1));
        out.push_str(written);
        rest = tail.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// What the entity at the beginning of a text stands for, and its length.
pub(super) fn entity(text: &str) -> Option<(&'static str, usize)> {
    let start = text.as_bytes();
    ENTITIES.iter().find_map(|(entity, character)| {
        let found = start.get(..entity.len())?;
        found.eq_ignore_ascii_case(entity.as_bytes()).then_some((*character, entity.len()))
    })
}

/// Lines with escaped strings, as the program meant them, and where they stand; `None` when no line has any.
/// This stands beside the text: a path such as `C:\new` looks the same.
pub(super) fn strings(text: &str) -> Option<(String, Vec<Place>)> {
    let escaped = |line: &str| {
        line.contains("\\\"") || line.contains("\\u00") || line.contains("\\n") && line.contains(['"', '\''])
    };
    undone(text, &escaped)
}

/// All lines with the escapes of those chosen undone, and where they stand; `None` without escapes.
pub(super) fn document(text: &str, chosen: &dyn Fn(usize) -> bool) -> Option<(String, Vec<Place>)> {
    if text.len() > MAX_BYTES || !text.contains('\\') {
        return None;
    }
    let mut all = Undone::default();
    for (index, line) in text.split('\n').enumerate() {
        if chosen(index + 1) {
            all.undo(index + 1, line);
        } else {
            all.copy(index + 1, line);
        }
    }
    all.text.pop();
    Some((all.text, all.places))
}

fn undone(text: &str, wanted: &dyn Fn(&str) -> bool) -> Option<(String, Vec<Place>)> {
    if text.len() > MAX_BYTES || !text.contains('\\') {
        return None;
    }
    let mut found = Undone::default();
    for (index, line) in text.split('\n').enumerate().filter(|(_, line)| wanted(line)) {
        found.undo(index + 1, line);
    }
    (!found.places.is_empty()).then_some((found.text, found.places))
}

/// Lines with their escapes undone, and where they stand in the input.
#[derive(Default)]
struct Undone {
    text: String,
    places: Vec<Place>,
    /// Number of the last line.
    lines: usize,
}

impl Undone {
    fn copy(&mut self, number: usize, line: &str) {
        self.lines += 1;
        self.places.push(Place { at: (self.lines, 1), origin: (number, 1) });
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn undo(&mut self, number: usize, line: &str) {
        self.lines += 1;
        self.places.push(Place { at: (self.lines, 1), origin: (number, 1) });
        let (mut column, mut taken) = (1, 1);
        let mut rest = line;
        while let Some(c) = rest.chars().next() {
            let (written, length) = unescaped(rest, c);
            rest = rest.get(length..).unwrap_or_default();
            // An escape is ASCII: as many characters as bytes.
            taken += if length > c.len_utf8() { length } else { 1 };
            self.text.push(written);
            column += 1;
            if written == '\n' {
                self.lines += 1;
                column = 1;
            }
            if length > c.len_utf8() {
                self.places.push(Place { at: (self.lines, column), origin: (number, taken) });
            }
        }
        self.text.push('\n');
    }
}

/// The character that a text begins with, an escape resolved, and how many bytes that is.
fn unescaped(text: &str, first: char) -> (char, usize) {
    if first != '\\' {
        return (first, first.len_utf8());
    }
    let (found, length) = match text.as_bytes().get(1) {
        Some(b'n') => ('\n', 2),
        Some(b't') => (' ', 2),
        Some(next @ (b'"' | b'\'' | b'/' | b'\\')) => (char::from(*next), 2),
        Some(b'u') => {
            let code = text.get(2..6).and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
            code.map_or((first, 1), |c| (c, 6))
        }
        _ => (first, 1),
    };
    (if found.is_control() && found != '\n' { ' ' } else { found }, length)
}

#[cfg(test)]
mod tests {
    use super::{document, entities, strings};
    use crate::model::{PartKind, Place, TextPart};

    #[test]
    fn entities_become_characters_once() {
        assert_eq!(entities("a &quot;b&quot; &amp;lt; c&#39;s &unknown; &"), "a \"b\" &lt; c's &unknown; &");
        assert!(matches!(entities("a & b"), std::borrow::Cow::Borrowed(_)));
    }

    #[test]
    fn escaped_strings_know_where_they_stood() {
        let text = "first\n{\"error\": \"a \\\"b\\\"\\nsecond \\u003ctag\\u003e\"}\nlast";
        let (out, places) = strings(text).unwrap();
        assert_eq!(out, "{\"error\": \"a \"b\"\nsecond <tag>\"}\n");
        let part = TextPart {
            source: "x".into(),
            first_line: 1,
            kind: PartKind::Printed,
            text: out.clone(),
            places,
            cuts: Vec::new(),
            beside: true,
        };
        assert_eq!(part.place(out.find("second").unwrap()), (2, 21));
        assert_eq!(part.place(out.find("tag").unwrap()), (2, 34));
        assert_eq!(strings("C:\\Users\\x"), None);
        let (out, places) = document("{\n\"a\": \"x\\ny\",\n\"b\": 1}", &|_| true).unwrap();
        assert_eq!(out, "{\n\"a\": \"x\ny\",\n\"b\": 1}");
        assert_eq!(Place::origin((4, 2), &places, 1), (3, 2));
        assert_eq!(document("{\"a\": 1}", &|_| true), None);
    }
}
