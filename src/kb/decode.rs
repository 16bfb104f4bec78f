//! From a tree to typed values: every error with its route, in words for authors.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use crate::diag::yaml::{Kind, Node, to_json};
use crate::diag::{Code, Diagnostic, Location, Place, did_you_mean};
use crate::model::Day;

/// Errors of one item after which the rest of it is not looked at.
const MAX_ERRORS_PER_ITEM: usize = 20;

/// Stands in for a wrong text; errors about it are our own doing and not reported.
const FILLER: &str = "(filler)";

/// Decodes the value at `route` of a file; adds every error that could be found to `errors`.
///
/// The decoder stops at the first error. An unknown field can be taken out, a wrong value replaced by some right
/// one, and the rest tried again, so that all of them are reported at once.
pub(crate) fn decode<T: DeserializeOwned>(
    mut value: Value,
    file: &str,
    route: &str,
    tree: &Node,
    errors: &mut Vec<Diagnostic>,
) -> Option<T> {
    let before = errors.len();
    lists_for_mappings(&mut value, file, route, errors);
    for _ in 0..MAX_ERRORS_PER_ITEM {
        match serde_path_to_error::deserialize::<_, T>(&value) {
            Ok(decoded) => return (errors.len() == before).then_some(decoded),
            Err(problem) => {
                let inner = pointer(problem.path());
                let found =
                    Found { file, route: format!("{route}{inner}"), message: problem.inner().to_string(), tree };
                if !found.message.contains(FILLER) {
                    errors.push(found.diagnostic());
                } else if let Some(last) = errors.last_mut().filter(|last| last.help.is_none()) {
                    // The word was no text at all; now it shows which words there are.
                    let words = listed(&found.message);
                    last.help = (!words.is_empty()).then(|| format!("use one of {}", words.join(", ")));
                }
                if !repair(&mut value, &inner, &found.message) {
                    break;
                }
            }
        }
    }
    None
}

/// Fields that hold a mapping, with what it looks like. The decoder would take a list of the fields in order as well.
const MAPPINGS: &[(&str, &str)] = &[
    ("emitted_by", "{package: .., versions: ..}"),
    ("valid", "{from: .., until: ..}"),
    ("escalate", "{when: .., to: .., because: .., include: [..]}"),
    ("evidence", "the keys of an evidence file"),
    ("expect", "{verdict: .., cause: ..}"),
];

/// Reports, and takes out, lists that stand where a mapping of fields belongs.
fn lists_for_mappings(value: &mut Value, file: &str, route: &str, errors: &mut Vec<Diagnostic>) {
    let mut fail = |route: &str, help: String| {
        let location = Location::new(file, Place::Value(route.to_owned()));
        errors
            .push(Diagnostic::new(Code::WrongType, location, "expected a mapping of fields, found a list").help(help));
    };
    match value {
        Value::Object(map) => {
            for (key, form) in MAPPINGS {
                if map.get(*key).is_some_and(Value::is_array) {
                    fail(&format!("{route}/{key}"), format!("write `{form}`"));
                    map.remove(*key);
                }
            }
            for (key, inner) in map.iter_mut().filter(|(_, inner)| inner.is_array() || inner.is_object()) {
                let route = format!("{route}/{}", key.replace('~', "~0").replace('/', "~1"));
                lists_for_mappings(inner, file, &route, errors);
            }
        }
        Value::Array(items) => {
            for (i, inner) in items.iter_mut().enumerate() {
                let route = format!("{route}/{i}");
                if inner.is_array() {
                    let location = Location::new(file, Place::Value(route));
                    let message = "a list is not expected inside this list";
                    errors.push(
                        Diagnostic::new(Code::WrongType, location, message)
                            .help("write one `- ` or one pair of brackets"),
                    );
                    *inner = Value::Object(serde_json::Map::new());
                } else {
                    lists_for_mappings(inner, file, &route, errors);
                }
            }
        }
        _ => {}
    }
}

/// What to write for a day that is none.
fn day(word: &str) -> Option<String> {
    let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
    let [first, month, last] = parts.as_slice() else { return None };
    let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
    let (year, month, day): (i16, i8, i8) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    if year < 1000 || !(1..=12).contains(&month) {
        return None;
    }
    let length = (28..=31).rev().find(|day| Day::new(year, month, *day).is_ok())?;
    if day > length {
        return Some(format!("{year:04}-{month:02} has {length} days"));
    }
    Some(format!("write it as `{year:04}-{month:02}-{day:02}`"))
}

/// Takes list items out of a mapping, to be decoded one by one; an absent or other value is left alone.
pub(crate) fn take_items(value: &mut Value, key: &str) -> Vec<Value> {
    match value.get_mut(key) {
        Some(Value::Array(items)) => std::mem::take(items),
        _ => Vec::new(),
    }
}

/// The JSON value of a tree and its first level as a mapping, or an error.
pub(crate) fn mapping(tree: &Node, file: &str, errors: &mut Vec<Diagnostic>) -> Option<Value> {
    if matches!(tree.kind, Kind::Map(_)) {
        return Some(to_json(tree));
    }
    let what = if matches!(tree.kind, Kind::Seq(_)) { "a list" } else { "a single value" };
    let location = Location::new(file, Place::Value(String::new()));
    let message = format!("expected a mapping of fields, found {what}");
    errors.push(
        Diagnostic::new(Code::WrongType, location, message)
            .help("the file begins with its first field, such as `id: ...`"),
    );
    None
}

/// A JSON pointer from a path.
fn pointer(path: &Path) -> String {
    let mut out = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => out.extend(["/", &index.to_string()]),
            Segment::Map { key } => out.extend(["/", &key.replace('~', "~0").replace('/', "~1")]),
            // Variants of plain words hold nothing below them.
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    out
}

/// Makes the reported error go away, where that is possible without knowing the type.
fn repair(value: &mut Value, inner: &str, message: &str) -> bool {
    if message.starts_with("unknown field") {
        return backticked(message).is_some_and(|field| remove(value, inner, field));
    }
    let expected = message.rsplit_once(", expected ").map_or("", |(_, expected)| expected);
    let right = if message.starts_with("unknown variant") {
        listed(message).first().map(|word| Value::from(*word))
    } else if message.contains("is not a day") {
        Some(Value::from("2000-01-01"))
    } else {
        match expected {
            "a string" | "string or map" => Some(Value::from(FILLER)),
            "a boolean" => Some(Value::from(false)),
            "u32" => Some(Value::from(1)),
            "a sequence" => Some(Value::Array(Vec::new())),
            _ => None,
        }
    };
    match (right, value.pointer_mut(inner)) {
        (Some(right), Some(place)) if *place != right => {
            *place = right;
            true
        }
        _ => false,
    }
}

/// Removes an unknown field, whether the path ends at it or at its mapping.
fn remove(value: &mut Value, inner: &str, field: &str) -> bool {
    let parent = inner.strip_suffix(&format!("/{}", field.replace('~', "~0").replace('/', "~1"))).unwrap_or(inner);
    let map = value.pointer_mut(parent).and_then(Value::as_object_mut);
    map.and_then(|map| map.remove(field)).is_some()
}

/// The first word in backticks.
fn backticked(message: &str) -> Option<&str> {
    message.split('`').nth(1)
}

/// An error of the decoder.
struct Found<'a> {
    file: &'a str,
    route: String,
    message: String,
    tree: &'a Node,
}

impl Found<'_> {
    fn at(&self, place: Place) -> Location {
        Location::new(self.file, place)
    }

    fn value(&self) -> Location {
        self.at(Place::Value(self.route.clone()))
    }

    /// The key the message is about: the last of the route, or one inside the mapping at the route.
    fn key(&self, word: &str) -> Location {
        let inside = format!("{}/{}", self.route, word.replace('~', "~0").replace('/', "~1"));
        let known = self.tree.lookup(&inside).is_some();
        self.at(Place::Key(if known { inside } else { self.route.clone() }))
    }

    /// The decoder's message in our words.
    fn diagnostic(&self) -> Diagnostic {
        let message = self.message.as_str();
        let word = backticked(message).unwrap_or_default();
        let short: String = word.chars().take(60).collect();
        if message.starts_with("unknown field") {
            let fields = listed(message);
            let help = did_you_mean(word, fields.iter().copied());
            let help = help.or_else(|| (!fields.is_empty()).then(|| format!("fields here: {}", fields.join(", "))));
            return Diagnostic::new(Code::UnknownField, self.key(word), format!("unknown field `{short}`"))
                .maybe_help(help);
        }
        if message.starts_with("unknown variant") {
            let values = listed(message);
            let help = did_you_mean(word, values.iter().copied())
                .unwrap_or_else(|| format!("use one of {}", values.join(", ")));
            return Diagnostic::new(Code::BadValue, self.value(), format!("`{short}` is not allowed here")).help(help);
        }
        if message.starts_with("missing field") {
            return Diagnostic::new(Code::MissingField, self.value(), format!("the field `{short}` is missing"));
        }
        if message.starts_with("unknown condition") || message.starts_with("unknown operator") {
            let (head, help) = message.split_once("; ").unwrap_or((message, ""));
            let words = [
                "all",
                "any",
                "not",
                "symptom",
                "known",
                "lt",
                "le",
                "gt",
                "ge",
                "before",
                "since",
                "contains",
                "starts_with",
                "ends_with",
            ];
            let near = did_you_mean(word, words).unwrap_or_else(|| help.to_owned());
            return Diagnostic::new(Code::BadCondition, self.key(word), head).help(near);
        }
        for (start, code) in [
            ("invalid type: ", Code::WrongType),
            ("invalid value: ", Code::BadValue),
            ("invalid length ", Code::BadValue),
        ] {
            if let Some(rest) = message.strip_prefix(start) {
                return self.mismatch(code, rest);
            }
        }
        let (head, help) = message.split_once("; ").map_or((message, None), |(h, t)| (h, Some(t.to_owned())));
        let help = if head.ends_with("is not a day") { day(word).or(help) } else { help };
        let condition = ["condition", "test;", "operator", "conditions is empty", "can never match", "another fact"];
        let code = if condition.iter().any(|c| message.contains(c)) { Code::BadCondition } else { Code::BadValue };
        Diagnostic::new(code, self.value(), head).maybe_help(help)
    }

    /// "integer `5`, expected a string" and its like.
    fn mismatch(&self, code: Code, rest: &str) -> Diagnostic {
        let (found, expected) = rest.rsplit_once(", expected ").unwrap_or((rest, "another value"));
        let expected = expectation(expected);
        let word: String =
            backticked(found).or_else(|| found.split('"').nth(1)).unwrap_or_default().chars().take(60).collect();
        let shown = match found.split([' ', '(']).next().unwrap_or_default() {
            "boolean" => format!("`{word}`"),
            "integer" | "floating" => format!("the number `{word}`"),
            "string" => format!("the text `{word}`"),
            "sequence" => "a list".to_owned(),
            "map" => "a mapping".to_owned(),
            _ => "something else".to_owned(),
        };
        let help = match (expected.as_ref(), found.split(' ').next()) {
            ("text", Some("integer" | "floating" | "boolean")) => Some("put it in quotes, as it is meant".to_owned()),
            ("`true` or `false`", Some("string")) if word == "true" || word == "false" => {
                Some(format!("write `{word}` without quotes"))
            }
            (e, Some("string")) if e.contains("number") && word.parse::<f64>().is_ok() => {
                Some("write it without quotes".to_owned())
            }
            ("a list", Some("string" | "map")) => Some("begin each item with `- `, or write `[a, b]`".to_owned()),
            _ => None,
        };
        Diagnostic::new(code, self.value(), format!("expected {expected}, found {shown}")).maybe_help(help)
    }
}

/// The decoder's word for a type in ours.
fn expectation(expected: &str) -> std::borrow::Cow<'_, str> {
    let expected = expected.trim();
    match expected {
        "a string" | "string" | "str" | "a character" => "text".into(),
        "string or map" => "one word".into(),
        "a boolean" => "`true` or `false`".into(),
        "a sequence" => "a list".into(),
        "a map" => "a mapping of fields".into(),
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more".into(),
        "i8" | "i16" | "i32" | "i64" => "a whole number".into(),
        "f32" | "f64" => "a number".into(),
        other if other.starts_with("struct ") || other.starts_with("internally") => "a mapping of fields".into(),
        other if other.starts_with("enum ") || other.starts_with("variant") => "one word".into(),
        other => other.into(),
    }
}

/// The words in backticks after "expected".
fn listed(message: &str) -> Vec<&str> {
    let tail = message.split_once(", expected ").map_or("", |(_, tail)| tail);
    tail.split('`').skip(1).step_by(2).collect()
}
