//! Conditions over account facts and symptoms, as authors write them.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use super::scalar::Scalar;

/// A condition; its value is true, false or unknown.
///
/// Written as a mapping. Several keys in one mapping mean *all* of them.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// `all: [..]`, or several keys side by side.
    All(Vec<Condition>),
    /// `any: [..]`
    Any(Vec<Condition>),
    /// `not: {..}`
    Not(Box<Condition>),
    /// `symptom: id` (a symptom of the same rule) or `symptom: [a, b]` (any of them).
    Symptom(Vec<String>),
    /// `fact.name: test`
    Fact {
        /// Dotted vocabulary name.
        fact: String,
        /// What its value must satisfy.
        test: Test,
    },
}

/// What a condition asks of one fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// The value is one of these; a plain value or a list.
    Is(Vec<Scalar>),
    /// `{known: true}`: there is a value, whatever it is.
    Known(bool),
    /// `{lt: 5}`, `{gt: {fact: zerogpu.left_s}}`: comparison with a number or another fact.
    Compare(Comparison, Operand),
    /// `{before: "0.23.1"}`, `{since: "4.0"}`: version order, release by release.
    Version(VersionTest, String),
    /// `{contains: [..]}`: text contains one of these, without regard to case.
    Contains(Vec<String>),
    /// `{starts_with: [..]}`: text starts with one of these, without regard to case.
    StartsWith(Vec<String>),
    /// `{ends_with: [..]}`: text ends with one of these, without regard to case.
    EndsWith(Vec<String>),
}

/// How two numbers are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// less than
    Lt,
    /// less than or equal
    Le,
    /// greater than
    Gt,
    /// greater than or equal
    Ge,
}

/// The right-hand side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A number.
    Number(f64),
    /// The value of another account fact; unknown when that one is.
    Fact(String),
}

/// How a version is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionTest {
    /// older than the given release
    Before,
    /// the given release or newer
    Since,
}

const OPERATORS: &[&str] =
    &["known", "lt", "le", "gt", "ge", "before", "since", "contains", "starts_with", "ends_with", "is"];

impl Condition {
    /// Calls `visit` for this condition and everything below it, parents first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Condition)) {
        visit(self);
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.walk(visit)),
            Self::Not(part) => part.walk(visit),
            Self::Symptom(_) | Self::Fact { .. } => {}
        }
    }

    /// Names of all account facts the condition reads, in order of appearance.
    #[must_use]
    pub fn facts(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        self.walk(&mut |part| {
            if let Self::Fact { fact, test } = part {
                names.push(fact);
                if let Test::Compare(_, Operand::Fact(other)) = test {
                    names.push(other);
                }
            }
        });
        names
    }
}

/// A list that may be written as a single value.
struct OneOrMany<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for V<T> {
            type Value = OneOrMany<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value or a list of values")
            }
            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
                T::deserialize(de::value::BoolDeserializer::new(value)).map(|v| OneOrMany(vec![v]))
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
                T::deserialize(de::value::I64Deserializer::new(value)).map(|v| OneOrMany(vec![v]))
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
                T::deserialize(de::value::U64Deserializer::new(value)).map(|v| OneOrMany(vec![v]))
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
                T::deserialize(de::value::F64Deserializer::new(value)).map(|v| OneOrMany(vec![v]))
            }
            fn visit_str<E: de::Error>(self, value: &str) -> Result<Self::Value, E> {
                T::deserialize(de::value::StrDeserializer::new(value)).map(|v| OneOrMany(vec![v]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = items.next_element()? {
                    values.push(value);
                }
                if values.is_empty() {
                    return Err(de::Error::custom("an empty list can never match"));
                }
                Ok(OneOrMany(values))
            }
        }
        deserializer.deserialize_any(V(std::marker::PhantomData))
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Condition;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a condition: a mapping of facts, or `all`, `any`, `not`, `symptom`")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Condition, A::Error> {
                let mut parts = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    parts.push(match key.as_str() {
                        "all" => Condition::All(non_empty(map.next_value()?)?),
                        "any" => Condition::Any(non_empty(map.next_value()?)?),
                        "not" => Condition::Not(map.next_value()?),
                        "symptom" => Condition::Symptom(map.next_value::<OneOrMany<String>>()?.0),
                        name if name.contains('.') || name == "surface" => {
                            Condition::Fact { fact: key, test: map.next_value()? }
                        }
                        other => {
                            return Err(de::Error::custom(format!(
                                "unknown condition `{}`; use `all`, `any`, `not`, `symptom` or a fact such as `account.plan`",
                                other.chars().take(60).collect::<String>()
                            )));
                        }
                    });
                }
                match parts.len() {
                    0 => Err(de::Error::custom("an empty condition is neither true nor false")),
                    1 => Ok(parts.swap_remove(0)),
                    _ => Ok(Condition::All(parts)),
                }
            }
        }
        deserializer.deserialize_any(V)
    }
}

fn non_empty<E: de::Error>(parts: Vec<Condition>) -> Result<Vec<Condition>, E> {
    if parts.is_empty() { Err(E::custom("the list of conditions is empty")) } else { Ok(parts) }
}

impl<'de> Deserialize<'de> for Test {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Test;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value, a list of values, or an operator such as `{gt: 0}`")
            }
            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Test, E> {
                Ok(Test::Is(vec![Scalar::Bool(value)]))
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Test, E> {
                Scalar::deserialize(de::value::I64Deserializer::new(value)).map(|v| Test::Is(vec![v]))
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Test, E> {
                Scalar::deserialize(de::value::U64Deserializer::new(value)).map(|v| Test::Is(vec![v]))
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Test, E> {
                Scalar::deserialize(de::value::F64Deserializer::new(value)).map(|v| Test::Is(vec![v]))
            }
            fn visit_str<E: de::Error>(self, value: &str) -> Result<Test, E> {
                Ok(Test::Is(vec![value.into()]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Test, A::Error> {
                let values = OneOrMany::<Scalar>::deserialize(de::value::SeqAccessDeserializer::new(items))?;
                Ok(Test::Is(values.0))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Test, A::Error> {
                let Some(key) = map.next_key::<String>()? else {
                    return Err(de::Error::custom("an empty test; write for example `{gt: 0}`"));
                };
                let test = match key.as_str() {
                    "is" => Test::Is(map.next_value::<OneOrMany<Scalar>>()?.0),
                    "known" => Test::Known(map.next_value()?),
                    "lt" => Test::Compare(Comparison::Lt, map.next_value()?),
                    "le" => Test::Compare(Comparison::Le, map.next_value()?),
                    "gt" => Test::Compare(Comparison::Gt, map.next_value()?),
                    "ge" => Test::Compare(Comparison::Ge, map.next_value()?),
                    "before" => Test::Version(VersionTest::Before, map.next_value()?),
                    "since" => Test::Version(VersionTest::Since, map.next_value()?),
                    "contains" => Test::Contains(map.next_value::<OneOrMany<String>>()?.0),
                    "starts_with" => Test::StartsWith(map.next_value::<OneOrMany<String>>()?.0),
                    "ends_with" => Test::EndsWith(map.next_value::<OneOrMany<String>>()?.0),
                    other => {
                        return Err(de::Error::custom(format!(
                            "unknown operator `{}`; use one of {}",
                            other.chars().take(60).collect::<String>(),
                            OPERATORS.join(", ")
                        )));
                    }
                };
                if map.next_key::<String>()?.is_some() {
                    return Err(de::Error::custom("one operator at a time; join two with `all`"));
                }
                Ok(test)
            }
        }
        deserializer.deserialize_any(V)
    }
}

impl<'de> Deserialize<'de> for Operand {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Operand;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or `{fact: name}`")
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Operand, E> {
                #[expect(clippy::cast_precision_loss, reason = "thresholds are far below 2^53")]
                Ok(Operand::Number(value as f64))
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Operand, E> {
                #[expect(clippy::cast_precision_loss, reason = "thresholds are far below 2^53")]
                Ok(Operand::Number(value as f64))
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Operand, E> {
                if value.is_finite() { Ok(Operand::Number(value)) } else { Err(E::custom("a number must be finite")) }
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Operand, A::Error> {
                match map.next_entry::<String, String>()? {
                    Some((key, fact)) if key == "fact" => Ok(Operand::Fact(fact)),
                    _ => Err(de::Error::custom("write `{fact: name}` to compare with another fact")),
                }
            }
        }
        deserializer.deserialize_any(V)
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::All(parts) => map.serialize_entry("all", parts)?,
            Self::Any(parts) => map.serialize_entry("any", parts)?,
            Self::Not(part) => map.serialize_entry("not", part)?,
            Self::Symptom(ids) => map.serialize_entry("symptom", ids)?,
            Self::Fact { fact, test } => map.serialize_entry(fact, test)?,
        }
        map.end()
    }
}

impl Serialize for Test {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Self::Is(values) = self {
            return match values.as_slice() {
                [value] => value.serialize(serializer),
                values => values.serialize(serializer),
            };
        }
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::Is(values) => map.serialize_entry("is", values)?,
            Self::Known(known) => map.serialize_entry("known", known)?,
            Self::Compare(comparison, operand) => {
                let key = match comparison {
                    Comparison::Lt => "lt",
                    Comparison::Le => "le",
                    Comparison::Gt => "gt",
                    Comparison::Ge => "ge",
                };
                match operand {
                    Operand::Number(number) => map.serialize_entry(key, &Scalar::Number(*number))?,
                    Operand::Fact(fact) => {
                        map.serialize_entry(key, &std::collections::BTreeMap::from([("fact", fact)]))?;
                    }
                }
            }
            Self::Version(VersionTest::Before, version) => map.serialize_entry("before", version)?,
            Self::Version(VersionTest::Since, version) => map.serialize_entry("since", version)?,
            Self::Contains(texts) => map.serialize_entry("contains", texts)?,
            Self::StartsWith(texts) => map.serialize_entry("starts_with", texts)?,
            Self::EndsWith(texts) => map.serialize_entry("ends_with", texts)?,
        }
        map.end()
    }
}

impl JsonSchema for Condition {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Condition".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let test = generator.subschema_for::<Test>();
        json_schema!({
            "type": "object",
            "minProperties": 1,
            "description": "facts and what they must be; several keys mean all of them",
            "properties": {
                "all": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Condition"}, "description": "true when every part is"},
                "any": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Condition"}, "description": "true when one part is"},
                "not": {"$ref": "#/$defs/Condition", "description": "true when the part is false"},
                "surface": {"$ref": "#/$defs/Test", "description": "where the person met the error"},
                "symptom": {"type": ["string", "array"], "items": {"type": "string"}, "minItems": 1, "description": "a symptom of this rule that matched, or a list of which one did"}
            },
            "patternProperties": {"^[a-z_]+(\\.[a-z0-9_]+)+$": test},
            "additionalProperties": false
        })
    }
}

impl JsonSchema for Test {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Test".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let texts = |what: &str| {
            let what = format!("{what}, without regard to case; a text, or a list of which one does");
            json_schema!({"type": ["string", "array"], "items": {"type": "string"}, "minItems": 1, "description": what})
        };
        let operand = |what: &str| {
            json_schema!({
                "type": ["number", "object"],
                "description": format!("{what} a number, or `{{fact: name}}`"),
                "properties": {"fact": {"type": "string", "description": "account fact to compare with"}},
                "required": ["fact"],
                "additionalProperties": false
            })
        };
        let scalar = json_schema!({"type": ["string", "number", "boolean"]});
        json_schema!({
            "type": ["string", "number", "boolean", "array", "object"],
            "description": "a value, a list of values, or one operator",
            "items": scalar.clone(),
            "minItems": 1,
            "minProperties": 1,
            "maxProperties": 1,
            "properties": {
                "is": {
                    "type": ["string", "number", "boolean", "array"],
                    "items": scalar,
                    "minItems": 1,
                    "description": "equal to the value, or to one of a list; what a plain value means too"
                },
                "known": {"type": "boolean", "description": "`true`: there is a value, whatever it is"},
                "lt": operand("less than"),
                "le": operand("less than or equal to"),
                "gt": operand("greater than"),
                "ge": operand("greater than or equal to"),
                "before": {"type": "string", "description": "a version older than this release, in quotes"},
                "since": {"type": "string", "description": "a version that is this release or newer, in quotes"},
                "contains": texts("the value contains it"),
                "starts_with": texts("the value starts with it"),
                "ends_with": texts("the value ends with it")
            },
            "additionalProperties": false
        })
    }
}
