//! What an input is, by its content.

use serde_json::{Map, Value};

use super::facts::Facts;
use super::login::{self, Names};
use super::post::{self, Post};
use super::{json, notebook};

/// What an input turned out to be.
pub(super) enum Shape {
    /// Nothing but blanks.
    Blank,
    /// A message, a log, a traceback.
    Text,
    /// An evidence document in YAML; not parsed yet.
    EvidenceYaml,
    /// An evidence document in JSON, with keys that stand in it twice.
    EvidenceJson(Value, Vec<String>),
    /// The answer of `whoami-v2`, with keys that stand in it twice.
    Whoami(Map<String, Value>, Vec<String>),
    /// Recorded browser traffic.
    Har(Value),
    /// A Jupyter notebook.
    Notebook(Value),
    /// The answer about the `ZeroGPU` quota of an account.
    Quota(Map<String, Value>),
    /// The answer of `hf auth whoami --format json`.
    Login(Names),
    /// A post in Markdown with output in code fences.
    Post(Post),
    /// Another JSON value: an error body.
    Json,
    /// A file that must be JSON and is not: message, line, column.
    Broken(String, usize, usize),
}

/// Recognises an input of unknown kind; `name` decides only where content cannot.
pub(super) fn detect(text: &str, name: &str, facts: &dyn Facts) -> Shape {
    let trimmed = text.trim_start();
    if trimmed.trim_end().is_empty() {
        return Shape::Blank;
    }
    let extension = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default();
    if trimmed.starts_with(['{', '[']) {
        match json::parse(trimmed) {
            Ok(document) => return of_json(document, facts),
            Err(error)
                if matches!(extension.as_str(), "json" | "ipynb" | "har") || meant_as_document(trimmed, facts) =>
            {
                let skipped = text.len() - trimmed.len();
                let lines = text.get(..skipped).unwrap_or_default().matches('\n').count();
                return Shape::Broken(error.to_string(), error.line() + lines, error.column());
            }
            Err(_) => {}
        }
    }
    if matches!(extension.as_str(), "yaml" | "yml") || looks_like_yaml(text, facts) {
        return Shape::EvidenceYaml;
    }
    match post::split(text) {
        Some(post) => Shape::Post(post),
        None => Shape::Text,
    }
}

fn of_json(document: json::Document, facts: &dyn Facts) -> Shape {
    match document.value {
        Value::Object(map) if is_whoami(&map) => Shape::Whoami(map, document.repeated),
        Value::Object(map) if map.get("log").is_some_and(|log| log.get("entries").is_some_and(Value::is_array)) => {
            Shape::Har(Value::Object(map))
        }
        Value::Object(map) if notebook::is_notebook(&map) => Shape::Notebook(Value::Object(map)),
        Value::Object(map) if login::is_quota(&map) => Shape::Quota(map),
        Value::Object(map) if is_evidence(&map, facts) => Shape::EvidenceJson(Value::Object(map), document.repeated),
        Value::Object(map) => match login::names_of(&map) {
            Some(names) => Shape::Login(names),
            None => Shape::Json,
        },
        _ => Shape::Json,
    }
}

/// Fields that only whoami-v2 (or the OAuth user info) has.
pub(super) fn is_whoami(map: &Map<String, Value>) -> bool {
    let marks = [
        "isPro",
        "canPay",
        "billingMode",
        "periodEnd",
        "emailVerified",
        "avatarUrl",
        "orgs",
        "auth",
        "fullname",
        "is_pro",
        "can_pay",
        "preferred_username",
    ];
    let found = marks.iter().filter(|mark| map.contains_key(**mark)).count();
    found >= 2 || found == 1 && map.get("type").is_some_and(|kind| kind == "user" || kind == "org")
}

/// Whether a mapping is an evidence document: it has a section or fact of the vocabulary.
fn is_evidence(map: &Map<String, Value>, facts: &dyn Facts) -> bool {
    let ids = facts.ids();
    let known = |key: &str, value: &Value| {
        let head = |id: &&str| id.split_once('.').is_some_and(|(head, _)| head == key);
        match key {
            "text" | "notes" | "observed" => true,
            "whoami" | "other" => value.is_object(),
            _ => ids.contains(&key) || value.is_object() && ids.iter().any(head),
        }
    };
    // An error body may have a `text` or a `token` beside its error.
    let body = map.contains_key("error") && !map.contains_key("http");
    !body && map.iter().any(|(key, value)| known(key, value))
        || !map.is_empty() && map.values().all(Value::is_object) && map.keys().any(|key| near_section(key, &ids))
}

fn near_section(key: &str, ids: &[&str]) -> bool {
    key.len() > 3
        && ids.iter().filter_map(|id| id.split_once('.')).any(|(head, _)| strsim::damerau_levenshtein(head, key) <= 2)
}

/// Whether broken JSON was meant as an evidence document, so that its error is worth more than reading it as text.
fn meant_as_document(text: &str, facts: &dyn Facts) -> bool {
    let head: String = text.chars().take(400).collect();
    let marks = [
        "\"observed\"",
        "\"surface\"",
        "\"http\":",
        "\"client\":",
        "\"account\":",
        "\"token\":",
        "\"isPro\"",
        "\"notes\"",
    ];
    let found = marks.iter().filter(|mark| head.contains(**mark)).count();
    found >= 2 && !facts.ids().is_empty()
}

/// Whether a text is a YAML mapping of facts: every line at the margin is a key, and one of them is known.
fn looks_like_yaml(text: &str, facts: &dyn Facts) -> bool {
    let ids = facts.ids();
    let mut known = false;
    for line in text.split('\n').take(400) {
        let line = line.trim_end();
        if line.is_empty() || line.starts_with([' ', '\t', '#', '}', ']']) || line == "---" {
            continue;
        }
        let Some((key, value)) = line.split_once(':') else { return false };
        let word = key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'));
        if !word || key.is_empty() || !(value.is_empty() || value.starts_with([' ', '\t'])) {
            return false;
        }
        let value = value.trim();
        let section = ids.iter().any(|id| id.split_once('.').is_some_and(|(head, _)| head == key));
        let opens = value.is_empty() || value.starts_with(['{', '#']);
        known |= section && opens
            || ids.contains(&key)
            || matches!(key, "text" | "notes" | "observed")
            || matches!(key, "whoami" | "other") && opens;
    }
    known
}

#[cfg(test)]
mod tests {
    use super::{Shape, detect};
    use crate::evidence::facts::tests::vocabulary;

    fn shape(text: &str, name: &str) -> &'static str {
        match detect(text, name, &vocabulary()) {
            Shape::Blank => "blank",
            Shape::Text => "text",
            Shape::EvidenceYaml => "yaml",
            Shape::EvidenceJson(..) => "evidence",
            Shape::Whoami(..) => "whoami",
            Shape::Har(_) => "har",
            Shape::Notebook(_) => "notebook",
            Shape::Quota(_) => "quota",
            Shape::Login(_) => "login",
            Shape::Post(_) => "post",
            Shape::Json => "json",
            Shape::Broken(..) => "broken",
        }
    }

    #[test]
    fn content_decides() {
        assert_eq!(shape(" \n\t", "a.txt"), "blank");
        assert_eq!(shape("402 Client Error: x", "a.txt"), "text");
        assert_eq!(shape("text: |\n  402\nhttp:\n  status: 402\n", "stdin"), "yaml");
        assert_eq!(shape("http: TLS handshake error from x: EOF", "stdin"), "text");
        assert_eq!(shape("error: something\nhint: else", "stdin"), "text");
        assert_eq!(shape("anything", "evidence.yaml"), "yaml");
        assert_eq!(shape(r#"{"text": "x", "http": {"status": 402}}"#, "stdin"), "evidence");
        assert_eq!(shape(r#"{"acount": {"plan": "pro"}}"#, "stdin"), "evidence");
        assert_eq!(shape(r#"{"type": "user", "isPro": true, "orgs": []}"#, "stdin"), "whoami");
        assert_eq!(shape(r#"{"error": "x", "text": "y"}"#, "stdin"), "json");
        assert_eq!(shape(r#"{"log": {"entries": []}}"#, "stdin"), "har");
        assert_eq!(shape(r#"{"error": "x"}"#, "stdin"), "json");
        assert_eq!(shape(r#"{"error": 'x'}"#, "stdin"), "text");
        assert_eq!(shape(r#"{"error": 'x'}"#, "a.json"), "broken");
        assert_eq!(shape("[2026-01-01] 402", "log"), "text");
        assert_eq!(shape(r#"{"nbformat": 4, "cells": []}"#, "stdin"), "notebook");
        assert_eq!(shape(r#"{"remaining": 0, "base": 300, "resets_at": null}"#, "stdin"), "quota");
        assert_eq!(shape(r#"{"user": "ada", "orgs": null, "endpoint": null}"#, "stdin"), "login");
        assert_eq!(shape("It fails:\n```\nError: x\n```\n", "stdin"), "post");
    }
}
