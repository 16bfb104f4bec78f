//! The schema of evidence files: one property for each account fact of the vocabulary.

use std::collections::BTreeMap;

use schemars::Schema;
use serde_json::{Map, Value, json};

use super::known;
use crate::kb::{KbError, KnowledgeBase};
use crate::model::{FactKind, VocabularyFact};

/// The schema of an evidence file.
pub(super) fn schema(kb: &KnowledgeBase) -> Result<Schema, KbError> {
    let mut root = object();
    for entry in kb.vocabulary_facts() {
        let entry = entry?;
        insert(&mut root, &entry.id, leaf(entry));
    }
    groups(&mut root, kb)?;
    insert(&mut root, "whoami", json!({"type": "object", "description": "a raw whoami-v2 document"}));
    let mut whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Evidence",
        "description": "evidence about one incident; every key is optional, unknown means absent"
    });
    if let (Some(whole), Value::Object(root)) = (whole.as_object_mut(), root) {
        whole.extend(root);
    }
    Schema::try_from(whole).map_err(|error| KbError::Broken(error.to_string()))
}

/// Puts the evidence schema into the schema of cases.
pub(super) fn into_case(mut case: Schema, kb: &KnowledgeBase) -> Result<Schema, KbError> {
    let mut evidence = schema(kb)?;
    evidence.remove("$schema");
    if let Some(slot) = case.pointer_mut("/properties/evidence") {
        *slot = evidence.to_value();
    }
    Ok(case)
}

fn object() -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": {}})
}

/// Inserts a property at a dotted path, making the objects on the way.
fn insert(root: &mut Value, path: &str, schema: Value) {
    let Some(properties) = root.get_mut("properties").and_then(Value::as_object_mut) else { return };
    match path.split_once('.') {
        None => {
            properties.insert(path.to_owned(), schema);
        }
        Some((head, tail)) => insert(properties.entry(head).or_insert_with(object), tail, schema),
    }
}

/// Says of every group of facts what is in it: their titles.
fn groups(root: &mut Value, kb: &KnowledgeBase) -> Result<(), KbError> {
    let mut titles: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in kb.vocabulary_facts() {
        let entry = entry?;
        let mut path = entry.id.as_str();
        while let Some((head, _)) = path.rsplit_once('.') {
            titles.entry(head.to_owned()).or_default().push(entry.title.clone());
            path = head;
        }
    }
    for (group, titles) in titles {
        let place = format!("/properties/{}", group.replace('.', "/properties/"));
        if let Some(schema) = root.pointer_mut(&place).and_then(Value::as_object_mut) {
            schema.insert("description".to_owned(), Value::String(format!("facts `{group}.…`: {}", titles.join("; "))));
        }
    }
    Ok(())
}

fn leaf(entry: &VocabularyFact) -> Value {
    let mut schema = Map::new();
    schema.insert("description".to_owned(), Value::String(known::describe(entry)));
    match entry.kind {
        FactKind::Bool => schema.insert("type".to_owned(), json!("boolean")),
        FactKind::Int => schema.insert("type".to_owned(), json!("integer")),
        FactKind::Number => schema.insert("type".to_owned(), json!("number")),
        FactKind::String => schema.insert("type".to_owned(), json!("string")),
        FactKind::Date => {
            schema.insert("pattern".to_owned(), json!("^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"));
            schema.insert("type".to_owned(), json!("string"))
        }
        FactKind::Enum => {
            if let Some(Value::Object(values)) = known::listed(entry) {
                schema.extend(values);
            }
            None
        }
        FactKind::Map => {
            schema.insert("additionalProperties".to_owned(), json!({"type": ["string", "number", "boolean"]}));
            schema.insert("type".to_owned(), json!("object"))
        }
    };
    Value::Object(schema)
}
