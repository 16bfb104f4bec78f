//! JSON without silent last-wins: every key that stands twice in one object is reported.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// A document and the keys that stand in it more than once.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// The document; of a repeated key the first value.
    pub value: Value,
    /// Dotted paths of repeated keys, each once.
    pub repeated: Vec<String>,
}

/// Reads JSON text; a byte order mark is accepted.
///
/// # Errors
/// What `serde_json` says, with line and column, also for nesting beyond its limit.
pub(crate) fn parse(text: &str) -> Result<Document, serde_json::Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let state = State::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Seed(&state).deserialize(&mut reader)?;
    reader.end()?;
    Ok(Document { value, repeated: state.repeated.into_inner() })
}

/// Line and column, counted from 1, of the value that the keys lead to. Found by looking for each key behind the
/// one before, which is right unless a text in between looks like a key.
pub(super) fn place(text: &str, route: &[String]) -> Option<(usize, usize)> {
    let mut at = 0;
    for key in route {
        let quoted = serde_json::to_string(key).ok()?;
        let mut from = at;
        at = loop {
            let found = from + text.get(from..)?.find(&quoted)?;
            let end = found + quoted.len();
            if text.get(end..)?.trim_start().starts_with(':') {
                break found;
            }
            from = end;
        };
    }
    let head = text.get(..at)?;
    let line = head.rsplit('\n').next().unwrap_or_default();
    Some((head.matches('\n').count() + 1, line.chars().count() + 1))
}

#[derive(Default)]
struct State {
    path: RefCell<Vec<String>>,
    repeated: RefCell<Vec<String>>,
}

impl State {
    /// Notes the path that is being read as a repeated one.
    fn repeat(&self) {
        let path = self.path.borrow().join(".");
        let mut repeated = self.repeated.borrow_mut();
        if repeated.len() < MAX_REPEATED && !repeated.contains(&path) {
            repeated.push(path);
        }
    }
}

/// More repeated keys than this help nobody.
const MAX_REPEATED: usize = 20;

struct Seed<'a>(&'a State);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number must be finite"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        loop {
            self.0.path.borrow_mut().push(values.len().to_string());
            let item = items.next_element_seed(Seed(self.0));
            self.0.path.borrow_mut().pop();
            match item? {
                Some(value) => values.push(value),
                None => return Ok(Value::Array(values)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            self.0.path.borrow_mut().push(key.clone());
            let value = entries.next_value_seed(Seed(self.0))?;
            if map.contains_key(&key) {
                self.0.repeat();
            } else {
                map.insert(key, value);
            }
            self.0.path.borrow_mut().pop();
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn repeated_keys_are_reported_at_any_depth() {
        let found = parse(r#"{"a": {"b": 1, "c": [{"d": 1, "d": 2}], "b": 2}, "e": 1}"#).unwrap();
        assert_eq!(found.repeated, ["a.c.0.d", "a.b"]);
        assert_eq!(found.value["a"]["b"], 1);
        assert!(parse(r#"{"a": 1, "b": {"a": 1}}"#).unwrap().repeated.is_empty());
    }

    #[test]
    fn hostile_json_is_an_error_with_a_place() {
        assert_eq!(parse("{\"a\": 1,\n \"b\": nope}").unwrap_err().line(), 2);
        assert!(parse(&"[".repeat(100_000)).is_err());
        assert!(parse("{} {}").is_err());
        assert!(parse("1e999").is_err());
        assert!(parse("NaN").is_err());
        assert!(parse("\u{feff}{}").is_ok());
        assert_eq!(super::place("{\n \"a\": {\n  \"b\": 1}}", &["a".into(), "b".into()]), Some((3, 3)));
        assert_eq!(parse(r#""\u0000""#).unwrap().value, "\0");
    }
}
