//! The schemas in `schema/` are fresh, and everything that is shipped validates against them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};

use hf_doctor::author::list;
use hf_doctor::diag::yaml::{self, Limits};
use hf_doctor::kb::{KnowledgeBase, load_dir};
use hf_doctor::schema::{Draft, Name, text};
use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn kb() -> KnowledgeBase {
    KnowledgeBase::from_parts(load_dir(&root().join("rules")).expect("the shipped base loads").parts)
}

fn validator(name: Name) -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&text(name, Draft::Newest, &kb()).expect("a schema")).expect("JSON");
    jsonschema::validator_for(&schema).expect("a valid schema")
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("readable");
    if path.extension().is_some_and(|extension| extension == "json") {
        return serde_json::from_str(&text).expect("JSON");
    }
    yaml::to_json(&yaml::parse(&text, &Limits::RULES).unwrap_or_else(|errors| panic!("{}: {errors:?}", path.display())))
}

fn validate_all(name: Name, files: &[PathBuf]) {
    let validator = validator(name);
    let mut wrong = Vec::new();
    for file in files {
        for error in validator.iter_errors(&read(file)) {
            wrong.push(format!("{}: {}: {error}", file.display(), error.instance_path()));
        }
    }
    assert!(!files.is_empty(), "no files for the {} schema", name.word());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn below(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    list(&root().join(folder), &mut files);
    files.sort();
    files
}

#[test]
fn committed_schemas_are_fresh() {
    let kb = kb();
    let bless = std::env::var_os("BLESS").is_some();
    for (name, draft) in Name::ALL.into_iter().flat_map(|name| Draft::ALL.map(|draft| (name, draft))) {
        let path = root().join("schema").join(draft.path(name));
        let fresh = text(name, draft, &kb).expect("a schema");
        if bless {
            fs::create_dir_all(path.parent().expect("a folder")).expect("created");
            fs::write(&path, &fresh).expect("writable");
        }
        let stored = fs::read_to_string(&path).unwrap_or_default();
        let write = "hf-doctor schema --write schema --rules rules";
        assert!(stored == fresh, "{} is stale; run `{write}` (or `BLESS=1 cargo test --test schema`)", path.display());
    }
}

#[test]
fn manifest_vocabulary_and_account_validate() {
    validate_all(Name::Manifest, &[root().join("rules/kb.yaml")]);
    validate_all(Name::Vocabulary, &[root().join("rules/vocabulary.yaml")]);
    validate_all(Name::Account, &[root().join("rules/account.yaml")]);
}

#[test]
fn sources_facts_and_steps_validate() {
    let mut sources = below("rules/sources");
    sources.push(root().join("rules/sources.yaml"));
    validate_all(Name::Sources, &sources);
    validate_all(Name::Facts, &below("rules/facts"));
    validate_all(Name::Steps, &below("rules/steps"));
}

#[test]
fn rules_validate() {
    let shared = ["facts", "steps", "sources"].map(|folder| root().join("rules").join(folder));
    let files: Vec<PathBuf> = below("rules")
        .into_iter()
        .filter(|path| {
            path.parent() != Some(&root().join("rules")) && !shared.iter().any(|folder| path.starts_with(folder))
        })
        .collect();
    validate_all(Name::Rule, &files);
}

#[test]
fn cases_and_examples_validate() {
    validate_all(Name::Case, &below("tests/cases"));
    validate_all(Name::Evidence, &below("examples"));
}

#[test]
fn the_evidence_schema_refuses_what_the_reader_refuses() {
    let validator = validator(Name::Evidence);
    for wrong in [
        serde_json::json!({"account": {"plan": "gold"}}),
        serde_json::json!({"account": {"paln": "pro"}}),
        serde_json::json!({"http": {"status": "402"}}),
        serde_json::json!({"account": {"can_pay": null}}),
        serde_json::json!({"observed": "yesterday"}),
        serde_json::json!(["text"]),
    ] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
    assert!(
        validator
            .is_valid(&serde_json::json!({"observed": "2026-04-03", "account": {"plan": "pro"}, "other": {"a": 1}}))
    );
}
