//! Ids of the knowledge base in the schemas, so that an editor can complete them.
//!
//! An id that is not known is not an error here: it may be new in the same change. The loader is the judge.

use schemars::Schema;
use serde_json::{Map, Value, json};

use super::Name;
use crate::kb::{KbError, KnowledgeBase};
use crate::model::{FactKind, VocabularyFact};

/// What a place in a schema names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ids {
    Rule,
    Cause,
    Step,
    Source,
    PlatformFact,
    AccountFact,
    /// A mapping of account facts to values.
    FactValues,
}

/// The places. One that is not there is an error, so that a renamed field is noticed.
const PLACES: &[(Name, &str, Ids)] = &[
    (Name::Rule, "/properties/yields_to/items", Ids::Rule),
    (Name::Rule, "/properties/rivals/items", Ids::Rule),
    (Name::Rule, "/properties/see_also/items", Ids::Rule),
    (Name::Rule, "/$defs/Symptom/properties/sources/items", Ids::Source),
    (Name::Rule, "/$defs/Symptom/properties/sets", Ids::FactValues),
    (Name::Rule, "/$defs/MatchExample/properties/facts", Ids::FactValues),
    (Name::Rule, "/$defs/Capture/anyOf/0", Ids::AccountFact),
    (Name::Rule, "/$defs/Capture/anyOf/1/properties/fact", Ids::AccountFact),
    (Name::Rule, "/$defs/Cause/properties/id", Ids::Cause),
    (Name::Rule, "/$defs/Cause/properties/remediation/items", Ids::Step),
    (Name::Rule, "/$defs/Cause/properties/sources/items", Ids::Source),
    (Name::Rule, "/$defs/NotThis/properties/sources/items", Ids::Source),
    (Name::Case, "/properties/set", Ids::FactValues),
    (Name::Case, "/$defs/Expectation/properties/cause", Ids::Cause),
    (Name::Case, "/$defs/Expectation/properties/problem", Ids::Rule),
    (Name::Case, "/$defs/Expectation/properties/ranked/items", Ids::Cause),
    (Name::Case, "/$defs/Expectation/properties/not_first/items", Ids::Cause),
    (Name::Case, "/$defs/Expectation/properties/ruled_out/items", Ids::Cause),
    (Name::Case, "/$defs/Expectation/properties/asks_first", Ids::AccountFact),
    (Name::Case, "/$defs/Expectation/properties/plan/items", Ids::Step),
    (Name::Case, "/$defs/Expectation/properties/plan_not/items", Ids::Step),
    (Name::Case, "/$defs/Expectation/properties/facts", Ids::FactValues),
    (Name::Facts, "/$defs/Statement/properties/source", Ids::Source),
    (Name::Facts, "/$defs/AlsoStated/properties/source", Ids::Source),
    (Name::Steps, "/$defs/Step/properties/sources/items", Ids::Source),
    (Name::Account, "/$defs/LimitLine/properties/fact", Ids::PlatformFact),
    (Name::Account, "/$defs/CannotSeeLine/properties/fact", Ids::AccountFact),
    (Name::Account, "/$defs/CannotSeeLine/properties/sources/items", Ids::Source),
];

impl Ids {
    /// Name of the definition that lists them.
    const fn definition(self) -> &'static str {
        match self {
            Self::Rule => "RuleId",
            Self::Cause => "CauseId",
            Self::Step => "StepId",
            Self::Source => "SourceId",
            Self::PlatformFact => "PlatformFactId",
            Self::AccountFact => "AccountFactId",
            Self::FactValues => "FactValues",
        }
    }

    /// The definition: every known id with its title, or a new one of the right form.
    fn schema(self, kb: &KnowledgeBase) -> Result<Value, KbError> {
        let (what, pattern, mut known) = match self {
            Self::Rule => ("rule", KEBAB, titles(kb.rules(), |r| (&r.rule.id, &r.rule.title))?),
            Self::Cause => {
                let mut causes = Vec::new();
                for rule in kb.rules() {
                    causes.extend(rule?.rule.causes.iter().map(|cause| (cause.id.clone(), cause.title.clone())));
                }
                ("cause", KEBAB, causes)
            }
            Self::Step => ("step", KEBAB, titles(kb.steps(), |s| (&s.id, &s.title))?),
            Self::Source => ("source", KEBAB, titles(kb.sources(), |s| (&s.id, &s.title))?),
            Self::PlatformFact => ("platform fact", DOTTED, titles(kb.facts(), |f| (&f.id, &f.title))?),
            Self::AccountFact => ("account fact", DOTTED, titles(kb.vocabulary_facts(), |f| (&f.id, &f.title))?),
            Self::FactValues => return fact_values(kb),
        };
        known.sort();
        known.dedup_by(|a, b| a.0 == b.0);
        let (ids, words): (Vec<String>, Vec<String>) = known.into_iter().unzip();
        Ok(json!({
            "description": format!("id of a {what}: a known one, or one that the same change adds"),
            "anyOf": [{"enum": ids, "enumDescriptions": words}, {"type": "string", "pattern": pattern}]
        }))
    }
}

/// Words joined by `-`; a source may be named after a version, with dots.
const KEBAB: &str = "^[a-z0-9]+([.-][a-z0-9]+)*$";
/// Words joined by `_`, and by dots.
const DOTTED: &str = "^[a-z0-9_-]+(\\.[a-z0-9_-]+)*$";

fn titles<'a, T: 'a>(
    items: impl Iterator<Item = Result<&'a T, KbError>>,
    names: impl Fn(&'a T) -> (&'a String, &'a String),
) -> Result<Vec<(String, String)>, KbError> {
    items.map(|item| item.map(&names).map(|(id, title)| (id.clone(), title.clone()))).collect()
}

/// Puts what the knowledge base knows into the schema of a kind of file.
pub(super) fn complete(name: Name, schema: Schema, kb: &KnowledgeBase) -> Result<Schema, KbError> {
    let mut root = schema.to_value();
    if name != Name::Report {
        words(&mut root);
    }
    let mut used: Vec<Ids> = Vec::new();
    for (_, place, ids) in PLACES.iter().filter(|(owner, ..)| *owner == name) {
        let slot = root.pointer_mut(place).ok_or_else(|| lost(name, place))?;
        name_ids(slot, *ids).ok_or_else(|| lost(name, place))?;
        used.push(*ids);
    }
    if root.pointer("/$defs/Condition").is_some() {
        conditions(name, &mut root, kb)?;
        used.push(Ids::AccountFact);
    }
    for ids in used {
        let definitions =
            root.pointer_mut("/$defs").and_then(Value::as_object_mut).ok_or_else(|| lost(name, "/$defs"))?;
        if !definitions.contains_key(ids.definition()) {
            definitions.insert(ids.definition().to_owned(), ids.schema(kb)?);
        }
    }
    Schema::try_from(root).map_err(|error| KbError::Broken(error.to_string()))
}

/// Lists of words that are explained one by one become one list: an editor then shows what a field is for and all its
/// words, where it else shows only the word that stands there. Reports keep the standard form; nobody writes them by hand.
fn words(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(words),
        Value::Object(object) => {
            object.values_mut().for_each(words);
            let text = |key: &str| {
                let word = |one: &Value| one.get(key).and_then(Value::as_str).map(|word| Value::from(word.to_owned()));
                object.get("oneOf").and_then(Value::as_array)?.iter().map(word).collect::<Option<Vec<Value>>>()
            };
            if let (Some(words), Some(told)) = (text("const"), text("description")) {
                object.remove("oneOf");
                object.insert("type".to_owned(), json!("string"));
                object.insert("enum".to_owned(), Value::Array(words));
                object.insert("enumDescriptions".to_owned(), Value::Array(told));
            }
        }
        _ => {}
    }
}

fn lost(name: Name, place: &str) -> KbError {
    KbError::Broken(format!("the `{}` schema has no `{place}`", name.word()))
}

/// Replaces the plain text at a place by a reference; an optional text stays optional.
fn name_ids(slot: &mut Value, ids: Ids) -> Option<()> {
    let slot = slot.as_object_mut()?;
    let optional = slot.get("type").and_then(Value::as_array).is_some_and(|types| types.contains(&json!("null")));
    slot.retain(|key, _| key == "description" || key == "default");
    let known = format!("#/$defs/{}", ids.definition());
    if optional {
        slot.insert("anyOf".to_owned(), json!([{"$ref": known}, {"type": "null"}]));
    } else {
        slot.insert("$ref".to_owned(), json!(known));
    }
    Some(())
}

/// Conditions: a key for each account fact, and its values where they are listed.
fn conditions(name: Name, root: &mut Value, kb: &KnowledgeBase) -> Result<(), KbError> {
    for operator in ["lt", "le", "gt", "ge"] {
        let place = format!("/$defs/Test/properties/{operator}/properties/fact");
        let slot = root.pointer_mut(&place).ok_or_else(|| lost(name, &place))?;
        name_ids(slot, Ids::AccountFact).ok_or_else(|| lost(name, &place))?;
    }
    let place = "/$defs/Condition/properties";
    let keys = root.pointer_mut(place).and_then(Value::as_object_mut).ok_or_else(|| lost(name, place))?;
    for fact in kb.vocabulary_facts() {
        let fact = fact?;
        // Other names without a dot are no conditions; the decoder says so too.
        if fact.id.contains('.') || fact.id == "surface" {
            keys.insert(fact.id.clone(), one_of(fact, "#/$defs/Test"));
        }
    }
    Ok(())
}

/// A mapping of account facts to values.
fn fact_values(kb: &KnowledgeBase) -> Result<Value, KbError> {
    let mut keys = Map::new();
    for fact in kb.vocabulary_facts() {
        let fact = fact?;
        if fact.kind != FactKind::Map {
            keys.insert(fact.id.clone(), one_of(fact, "#/$defs/Scalar"));
        }
    }
    Ok(json!({
        "description": "account facts and their values",
        "type": "object",
        "properties": keys,
        "additionalProperties": {"$ref": "#/$defs/Scalar"}
    }))
}

/// What may be asked of a fact or said of it: its listed values come first, the rest follows `beyond`.
fn one_of(fact: &VocabularyFact, beyond: &str) -> Value {
    let description = describe(fact);
    match listed(fact) {
        Some(values) => json!({"description": description, "anyOf": [values, {"$ref": beyond}]}),
        None => json!({"description": description, "$ref": beyond}),
    }
}

/// The values of a fact that has a list of them.
pub(super) fn listed(fact: &VocabularyFact) -> Option<Value> {
    match fact.kind {
        FactKind::Bool => Some(json!({"enum": [true, false], "enumDescriptions": ["yes", "no"]})),
        FactKind::Enum => {
            let ids: Vec<&str> = fact.values.iter().map(|value| value.id.as_str()).collect();
            let words: Vec<&str> = fact.values.iter().map(|value| value.title.as_str()).collect();
            Some(json!({"enum": ids, "enumDescriptions": words}))
        }
        FactKind::Int | FactKind::Number | FactKind::String | FactKind::Date | FactKind::Map => None,
    }
}

/// The text an editor shows for a fact.
pub(super) fn describe(fact: &VocabularyFact) -> String {
    let mut text = fact.title.clone();
    if let Some(unit) = &fact.unit {
        text.extend([" (", unit, ")"]);
    }
    if let Some(how) = &fact.how {
        text.extend([". How to find out: ", how]);
    }
    text
}
