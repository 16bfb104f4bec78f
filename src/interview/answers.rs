//! An answers file: what somebody found out, in one go.

use serde_json::Value;

use super::session::Turn;
use crate::diag::yaml::{self, Limits};
use crate::evidence::{EvidenceError, display_name, typed_text, unknown_fact};
use crate::kb::KnowledgeBase;
use crate::pipeline::Vocabulary;

/// How "I don't know" is written.
const UNKNOWN: &[&str] = &["unknown", "?", "I don't know"];

/// Reads a mapping of facts to values, YAML or JSON, flat (`account.plan: pro`) or nested as in an evidence file.
///
/// `unknown` stands for "I don't know". The order is that of the file.
///
/// # Errors
/// Everything that is wrong with it, with places where there are some: exit code 3.
pub fn read_answers(kb: &KnowledgeBase, name: &str, bytes: &[u8]) -> Result<Vec<Turn>, Vec<EvidenceError>> {
    let name = display_name(name);
    let error = |line: Option<usize>, message: String, help: Option<String>| EvidenceError {
        input: name.clone(),
        line,
        column: None,
        message,
        help,
    };
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(vec![error(None, "it is not UTF-8 text".to_owned(), None)]);
    };
    let node = yaml::parse(text, &Limits::RULES).map_err(|errors| {
        let place = |at: usize| text.get(..at).map_or(1, |head| head.matches('\n').count().saturating_add(1));
        errors.into_iter().map(|one| error(Some(place(one.span.start)), one.message, one.help)).collect::<Vec<_>>()
    })?;
    let mut flat = Vec::new();
    flatten(&yaml::to_json(&node), "", &mut flat);
    if flat.is_empty() {
        let help = "write a line for each answer, for example `account.plan: pro`";
        return Err(vec![error(None, "it holds no answers".to_owned(), Some(help.to_owned()))]);
    }
    let (mut turns, mut errors) = (Vec::new(), Vec::new());
    for (fact, value) in flat {
        let Some(entry) = kb.vocabulary(&fact).ok().flatten() else {
            let misfit = unknown_fact(&fact, &Vocabulary(kb));
            errors.push(error(None, misfit.message, misfit.help));
            continue;
        };
        let typed = match &value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        if value.is_null() || UNKNOWN.iter().any(|word| word.eq_ignore_ascii_case(&typed)) {
            turns.push(Turn { fact, answer: None });
            continue;
        }
        match typed_text(entry, &typed) {
            Ok(value) => turns.push(Turn { fact, answer: Some(value.to_string()) }),
            Err(misfit) => errors.push(error(None, misfit.message, misfit.help)),
        }
    }
    if errors.is_empty() { Ok(turns) } else { Err(errors) }
}

/// Dotted names and their values; a list is one value.
fn flatten(value: &Value, prefix: &str, out: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                flatten(value, &name, out);
            }
        }
        other if !prefix.is_empty() => out.push((prefix.to_owned(), other.clone())),
        _ => {}
    }
}
