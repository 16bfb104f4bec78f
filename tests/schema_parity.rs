//! Schemas and the loader accept and refuse the same files; editors find a schema for each of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use hf_doctor::author::list;
use hf_doctor::diag::yaml::{self, Limits};
use hf_doctor::evidence::{Hint, RawInput};
use hf_doctor::kb::{KnowledgeBase, load_dir, load_texts, read_one};
use hf_doctor::model::{Case, Day};
use hf_doctor::pipeline::{self, Asked};
use hf_doctor::schema::{Draft, Name, text};
use serde_json::{Value, json};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn kb() -> KnowledgeBase {
    KnowledgeBase::from_parts(load_dir(&root().join("rules")).expect("the shipped base loads").parts)
}

fn schema(name: Name, draft: Draft, kb: &KnowledgeBase) -> Value {
    serde_json::from_str(&text(name, draft, kb).expect("a schema")).expect("JSON")
}

fn below(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    list(&root().join(folder), &mut files);
    files.retain(|file| file.extension().is_some_and(|ending| ending == "yaml"));
    files.sort();
    files
}

/// The schema that a shipped file must follow, by where it lies.
fn kind(file: &Path) -> Name {
    let path = file.strip_prefix(root()).expect("inside").to_string_lossy().replace('\\', "/");
    match path.split('/').collect::<Vec<_>>().as_slice() {
        ["examples", _] => Name::Evidence,
        ["tests", "cases", ..] => Name::Case,
        ["rules", "kb.yaml"] => Name::Manifest,
        ["rules", "vocabulary.yaml"] => Name::Vocabulary,
        ["rules", "account.yaml"] => Name::Account,
        ["rules", "sources.yaml"] | ["rules", "sources", _] => Name::Sources,
        ["rules", "facts", _] => Name::Facts,
        ["rules", "steps", _] => Name::Steps,
        ["rules", _, _] => Name::Rule,
        other => panic!("{other:?} is no place for a file"),
    }
}

fn shipped() -> Vec<PathBuf> {
    let mut files = below("rules");
    files.extend(below("tests/cases"));
    files.extend(below("examples"));
    assert!(files.len() > 700, "{}", files.len());
    files
}

#[test]
fn every_file_leads_its_editor_to_its_schema() {
    for file in shipped() {
        let text = fs::read_to_string(&file).expect("readable");
        let first = text.lines().next().unwrap_or_default();
        let target = first.strip_prefix("# yaml-language-server: $schema=");
        let target = target.unwrap_or_else(|| panic!("{}: no modeline in the first line", file.display()));
        let found = fs::canonicalize(file.parent().expect("a folder").join(target));
        let found = found.unwrap_or_else(|_| panic!("{}: `{target}` is not there", file.display()));
        let wanted = root().join("schema").join(Draft::Newest.path(kind(&file)));
        assert_eq!(found, fs::canonicalize(wanted).expect("a schema"), "{}", file.display());
    }
}

/// Calls `visit` with every schema object and its place.
fn walk(schema: &Value, place: &str, visit: &mut dyn FnMut(&serde_json::Map<String, Value>, &str)) {
    match schema {
        Value::Object(object) => {
            visit(object, place);
            for (key, value) in object {
                walk(value, &format!("{place}/{key}"), visit);
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, item)| walk(item, &format!("{place}/{i}"), visit));
        }
        _ => {}
    }
}

#[test]
fn every_field_and_every_word_is_explained() {
    let kb = kb();
    for (name, draft) in Name::ALL.into_iter().flat_map(|name| Draft::ALL.map(|draft| (name, draft))) {
        let mut bare = Vec::new();
        let mut seen = 0;
        walk(&schema(name, draft, &kb), "", &mut |object, place| {
            if place.ends_with("/properties") {
                for (key, property) in object {
                    seen += 1;
                    if property["description"].as_str().is_none_or(|text| text.trim().is_empty()) {
                        bare.push(format!("{place}/{key}"));
                    }
                }
                return;
            }
            if let Some(words) = object.get("enum").and_then(Value::as_array) {
                let told = object.get("enumDescriptions").and_then(Value::as_array).map_or(0, Vec::len);
                if told != words.len() {
                    bare.push(format!("{place}/enum"));
                }
            }
            if object.contains_key("const") && !object.contains_key("description") {
                bare.push(place.to_owned());
            }
        });
        assert!(bare.is_empty(), "{} {}: no description: {bare:#?}", name.word(), draft.word());
        assert!(seen > 2, "{}: {seen} fields", name.word());
    }
}

/// What completion offers is what the knowledge base has, and what it does not have yet is no error.
#[test]
fn ids_are_offered_and_new_ones_pass() {
    let kb = kb();
    let rule = schema(Name::Rule, Draft::Newest, &kb);
    let case = schema(Name::Case, Draft::Newest, &kb);
    let offered = |schema: &Value, ids: &str| -> Vec<String> {
        let ids = schema.pointer(&format!("/$defs/{ids}/anyOf/0/enum")).and_then(Value::as_array).expect("ids");
        ids.iter().map(|id| id.as_str().expect("text").to_owned()).collect()
    };
    let steps: Vec<String> = kb.steps().map(|step| step.unwrap().id.clone()).collect();
    assert_eq!(offered(&rule, "StepId").len(), steps.len());
    assert!(steps.iter().all(|id| offered(&case, "StepId").contains(id)));
    assert_eq!(offered(&rule, "SourceId").len(), kb.sources().count());
    assert_eq!(offered(&rule, "RuleId").len(), kb.rules().count());
    for one in kb.rules() {
        for cause in &one.unwrap().rule.causes {
            assert!(offered(&case, "CauseId").contains(&cause.id), "{}", cause.id);
        }
    }
    let keys = rule.pointer("/$defs/Condition/properties").unwrap().as_object().unwrap();
    for fact in kb.vocabulary_facts().map(Result::unwrap).filter(|fact| fact.id.contains('.')) {
        assert!(keys.contains_key(&fact.id), "{}", fact.id);
    }
    for (schema, ids) in [(&rule, "StepId"), (&rule, "SourceId"), (&rule, "RuleId"), (&case, "CauseId")] {
        let pattern = schema.pointer(&format!("/$defs/{ids}/anyOf/1/pattern")).and_then(Value::as_str).unwrap();
        let pattern = jsonschema::validator_for(&json!({"pattern": pattern})).unwrap();
        assert!(pattern.is_valid(&json!("entirely-new")) && !pattern.is_valid(&json!("Not An Id")));
        for id in offered(schema, ids) {
            assert!(pattern.is_valid(&json!(id)), "`{id}` is not of the form that new ones must have");
        }
    }
}

/// One change of a file: where, what, and the file after it.
type Mutant = (String, Value);

/// Structural changes of a document: each field dropped, each mapping given a field too many, each value exchanged for one
/// of another type. Deterministic: places in order, the kind of change by turns.
fn mutants(document: &Value) -> Vec<Mutant> {
    let mut places = Vec::new();
    collect(document, "", &mut places);
    let mut out = Vec::new();
    for (place, parent) in &places {
        let value = document.pointer(place).expect("a place").clone();
        let mut put = |what: &str, new: Value| {
            let mut changed = document.clone();
            *changed.pointer_mut(place).expect("a place") = new;
            out.push((format!("{place} {what}"), changed));
        };
        match &value {
            Value::Object(object) => {
                let mut more = object.clone();
                more.insert("extra_field".to_owned(), json!("x"));
                put("with a field too many", Value::Object(more));
                put("as a list", json!([value]));
                put("as a text", json!("text"));
            }
            Value::Array(_) => {
                put("as a mapping", json!({"a": value}));
                put("as a number", json!(7));
                put("empty", json!([]));
            }
            Value::String(_) => {
                put("as a number", json!(7));
                put("as a mapping", json!({"text": value}));
                put("as a list", json!([value]));
            }
            Value::Number(_) => put("as a text", json!("seven")),
            Value::Bool(_) => put("as a text", json!("perhaps")),
            Value::Null => {}
        }
        if let Some((parent, key)) = parent {
            let mut changed = document.clone();
            let mapping = changed.pointer_mut(parent).and_then(Value::as_object_mut).expect("a mapping");
            let value = mapping.remove(key).expect("a field");
            out.push((format!("{place} dropped"), changed.clone()));
            let mapping = changed.pointer_mut(parent).and_then(Value::as_object_mut).expect("a mapping");
            mapping.insert(format!("{key}x"), value);
            out.push((format!("{place} misspelt"), changed));
        }
    }
    out
}

/// Every place, and for a field the mapping it is in and its key.
fn collect(value: &Value, place: &str, out: &mut Vec<(String, Option<(String, String)>)>) {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(object) => object.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(i, value)| (i.to_string(), value)).collect(),
        _ => return,
    };
    for (key, inner) in below {
        let inside = format!("{place}/{}", key.replace('~', "~0").replace('/', "~1"));
        out.push((inside.clone(), value.is_object().then(|| (place.to_owned(), key))));
        collect(inner, &inside, out);
    }
}

/// Whether the loader can decode the file in the shipped knowledge base; JSON is YAML of the dialect.
fn loads(path: &str, document: &Value, manifest: &BTreeMap<&str, String>) -> bool {
    let text = document.to_string();
    let mut texts: Vec<(String, String)> = manifest
        .iter()
        .filter(|(name, _)| **name != path)
        .map(|(name, text)| ((*name).to_owned(), text.clone()))
        .collect();
    texts.push((path.to_owned(), text));
    load_texts(texts).is_ok()
}

/// Whether the reader takes a document as evidence.
fn is_evidence(document: &Value, kb: &KnowledgeBase) -> bool {
    let input =
        RawInput { name: "evidence.json".to_owned(), bytes: document.to_string().into_bytes(), hint: Hint::Auto };
    let today = Day::new(2026, 11, 20).expect("a day");
    pipeline::read(kb, &Asked { inputs: &[input], sets: &[], as_of: None, today, top: 3 }).is_ok()
}

/// The loader and the reader decode what the schema accepts, and nothing else.
#[test]
fn schemas_and_the_loader_refuse_the_same() {
    let kb = kb();
    let read = |path: &str| fs::read_to_string(root().join(path)).expect("readable");
    let frame: BTreeMap<&str, String> = ["kb.yaml", "vocabulary.yaml", "account.yaml"]
        .map(|name| (name, read(&format!("rules/{name}"))))
        .into_iter()
        .collect();
    let small = |text: &str| yaml::to_json(&yaml::parse(text, &Limits::RULES).expect("YAML"));
    let files: [(Name, &str); 12] = [
        (Name::Rule, "zerogpu/zerogpu-quota-exceeded.yaml"),
        (Name::Rule, "repo/repo-not-found.yaml"),
        (Name::Facts, "facts/zerogpu.yaml"),
        (Name::Steps, "steps/zerogpu.yaml"),
        (Name::Sources, "sources/repo.yaml"),
        (Name::Manifest, "kb.yaml"),
        (Name::Vocabulary, "vocabulary.yaml"),
        (Name::Account, "account.yaml"),
        (Name::Case, "as-of/zerogpu-credits-after.yaml"),
        (Name::Case, "as-of/compute-credits-before.yaml"),
        (Name::Evidence, "depleted-credits-pro.yaml"),
        (Name::Evidence, "pro-quota-with-credits.yaml"),
    ];
    let (mut tried, mut refused, mut wrong) = (0, 0, Vec::new());
    for (name, path) in files {
        let validators =
            Draft::ALL.map(|draft| jsonschema::validator_for(&schema(name, draft, &kb)).expect("a schema"));
        let folder = match name {
            Name::Evidence => "examples",
            Name::Case => "tests/cases",
            _ => "rules",
        };
        let document = shortened(small(&read(&format!("{folder}/{path}"))));
        let all = mutants(&document);
        // Evenly over the file: enough of each kind, and fast.
        let step = (all.len() / 120).max(1);
        let chosen = all.into_iter().step_by(step).chain([("/ as it is".to_owned(), document)]);
        for (what, changed) in chosen {
            let decoded = match name {
                Name::Evidence => is_evidence(&changed, &kb),
                Name::Case => {
                    read_one::<Case>("case.yaml", &changed.to_string(), &Limits::RULES).is_ok()
                        && is_evidence(&changed["evidence"], &kb)
                }
                _ => loads(path, &changed, &frame),
            };
            tried += 1;
            refused += usize::from(!decoded);
            for (validator, draft) in validators.iter().zip(Draft::ALL) {
                if validator.is_valid(&changed) != decoded {
                    let word = |good| if good { "accepts" } else { "refuses" };
                    wrong.push(format!("{path}{what}: the loader {}, {} does not", word(decoded), draft.word()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(tried >= 600 && refused >= 300, "{tried} tried, {refused} refused");
}

/// Long lists to three items: what follows is of the same type.
fn shortened(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().take(3).map(shortened).collect()),
        Value::Object(object) => object.into_iter().map(|(key, value)| (key, shortened(value))).collect(),
        plain => plain,
    }
}
