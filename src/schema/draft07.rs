//! Draft-07 twins, for editors whose YAML language server knows nothing newer.

use serde_json::{Map, Value, json};

/// The schema in draft-07: other names for definitions, and no words beside a `$ref`, where that draft ignores them.
pub(super) fn twin(schema: Value) -> Value {
    let mut twin = moved(schema);
    if let Some(root) = twin.as_object_mut() {
        root.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
        if let Some(definitions) = root.remove("$defs") {
            root.insert("definitions".to_owned(), definitions);
        }
    }
    twin
}

fn moved(schema: Value) -> Value {
    match schema {
        Value::Array(items) => Value::Array(items.into_iter().map(moved).collect()),
        Value::Object(object) => {
            let mut out: Map<String, Value> = object.into_iter().map(|(key, value)| (key, moved(value))).collect();
            // A property of this name would hold a schema, not a text.
            if let Some(Value::String(target)) = out.get("$ref") {
                let target = json!({"$ref": target.replace("#/$defs/", "#/definitions/")});
                if out.len() == 1 {
                    return target;
                }
                out.remove("$ref");
                out.insert("allOf".to_owned(), json!([target]));
            }
            Value::Object(out)
        }
        plain => plain,
    }
}
