//! Ids: well formed, given once, and equal to the file name.

use std::collections::BTreeMap;

use super::sink::{Sink, short};
use crate::diag::{Code, Diagnostic};
use crate::kb::parts::{Origin, Parts};
use crate::model::Rule;

/// Longest id; it becomes a file name and part of an address.
const MAX_LENGTH: usize = 80;

/// Names that Windows keeps for devices, whatever their ending.
const RESERVED: &[&str] = &["con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "lpt1", "lpt2", "lpt3"];

/// Checks all ids.
pub(crate) fn check(parts: &Parts, sink: &mut Sink<'_>) {
    let vocabulary = Origin::new("vocabulary.yaml", "");
    let mut seen = Seen::default();
    for (i, fact) in parts.vocabulary.facts.iter().enumerate() {
        let origin = vocabulary.at(&format!("facts/{i}"));
        dotted(&fact.id, true, &origin, sink);
        seen.once("account fact", &fact.id, &origin.at("id"), sink);
        let mut options = Seen::default();
        for (j, option) in fact.values.iter().enumerate() {
            options.once("value", &option.id, &origin.at(&format!("values/{j}/id")), sink);
        }
    }
    for (i, area) in parts.manifest.areas.iter().enumerate() {
        let origin = Origin::new("kb.yaml", format!("/areas/{i}"));
        kebab(&area.id, &origin, sink);
        seen.once("area", &area.id, &origin.at("id"), sink);
    }
    for (i, source) in parts.sources.iter().enumerate() {
        let origin = sink.source(i);
        kebab(&source.id, &origin, sink);
        seen.once("source", &source.id, &origin.at("id"), sink);
    }
    for (i, fact) in parts.facts.iter().enumerate() {
        let origin = sink.fact(i);
        dotted(&fact.id, false, &origin, sink);
        seen.once("platform fact", &fact.id, &origin.at("id"), sink);
    }
    for (i, step) in parts.steps.iter().enumerate() {
        let origin = sink.step(i);
        kebab(&step.id, &origin, sink);
        seen.once("step", &step.id, &origin.at("id"), sink);
    }
    for (_, file, rule) in &parts.rules {
        let origin = Origin::new(file, "");
        kebab(&rule.id, &origin, sink);
        seen.once("rule", &rule.id, &origin.at("id"), sink);
        file_name(file, rule, sink);
        inside_rule(&origin, rule, sink);
    }
}

fn file_name(file: &str, rule: &Rule, sink: &mut Sink<'_>) {
    let name = file.rsplit('/').next().unwrap_or_default();
    let stem = name.strip_suffix(".yaml").unwrap_or(name);
    if stem != rule.id {
        let message = format!("the id `{}` differs from the file name `{}`", short(&rule.id), short(stem));
        let help = format!("rename the file to `{}.yaml`, or write `id: {}`", short(&rule.id), short(stem));
        sink.push(Diagnostic::new(Code::IdNotFileName, Origin::new(file, "/id").value(), message).help(help));
    }
}

/// Symptoms and causes are named within their rule; a cause may come twice for different services or times.
fn inside_rule(origin: &Origin, rule: &Rule, sink: &mut Sink<'_>) {
    let mut symptoms = Seen::default();
    for (i, symptom) in rule.symptoms.iter().enumerate() {
        let at = origin.at(&format!("symptoms/{i}"));
        kebab(&symptom.id, &at, sink);
        symptoms.once("symptom", &symptom.id, &at.at("id"), sink);
    }
    for (i, cause) in rule.causes.iter().enumerate() {
        let at = origin.at(&format!("causes/{i}"));
        kebab(&cause.id, &at, sink);
        let twin = rule.causes.iter().take(i).position(|other| {
            other.id == cause.id && other.service == cause.service && other.valid.overlaps(&cause.valid)
        });
        if let Some(j) = twin {
            let message = format!("the cause `{}` is given twice for the same days", short(&cause.id));
            let first = origin.at(&format!("causes/{j}/id")).value();
            sink.push(
                Diagnostic::new(Code::DuplicateId, at.at("id").value(), message).related(first, "first given here"),
            );
        }
    }
}

/// Ids by kind, with the place of the first.
#[derive(Default)]
struct Seen(BTreeMap<(&'static str, String), Origin>);

impl Seen {
    fn once(&mut self, kind: &'static str, id: &str, origin: &Origin, sink: &mut Sink<'_>) {
        if let Some(first) = self.0.get(&(kind, id.to_owned())) {
            let message = format!("the {kind} `{}` is given twice", short(id));
            sink.push(
                Diagnostic::new(Code::DuplicateId, origin.value(), message).related(first.value(), "first given here"),
            );
        } else {
            self.0.insert((kind, id.to_owned()), origin.clone());
        }
    }
}

fn kebab(id: &str, origin: &Origin, sink: &mut Sink<'_>) {
    let formed = id.split('-').all(plain_word) && !RESERVED.contains(&id);
    malformed(id, formed, "use lower-case ASCII words joined by `-`, such as `quota-exceeded`", origin, sink);
}

fn plain_word(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

/// `plain`: also one word, as the top-level keys of evidence are.
fn dotted(id: &str, plain: bool, origin: &Origin, sink: &mut Sink<'_>) {
    let word = |w: &str| {
        !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
    };
    let formed = (plain || id.contains('.')) && id.split('.').all(word);
    malformed(id, formed, "use lower-case ASCII words with `_`, joined by `.`, such as `account.plan`", origin, sink);
}

fn malformed(id: &str, formed: bool, help: &str, origin: &Origin, sink: &mut Sink<'_>) {
    let place = origin.at("id").value();
    if let Some(c) = id.chars().find(|c| !c.is_ascii()) {
        // A look-alike letter is invisible in print: name it.
        let message = format!("the id `{}` has the letter `{c}` (U+{:04X}) outside ASCII", short(id), u32::from(c));
        sink.push(Diagnostic::new(Code::MalformedId, place, message).help(help));
    } else if id.is_empty() {
        sink.push(Diagnostic::new(Code::MalformedId, place, "the id is empty").help(help));
    } else if !formed {
        let found = Diagnostic::new(Code::MalformedId, place, format!("`{}` is not a well-formed id", short(id)));
        let meant = id.to_ascii_lowercase().replace([' ', '_', '.'], "-");
        let kebab = help.contains("`-`") && meant.split('-').all(plain_word) && !RESERVED.contains(&meant.as_str());
        sink.push(found.help(if kebab { format!("write `{}`", short(&meant)) } else { help.to_owned() }));
    } else if id.len() > MAX_LENGTH {
        let message = format!("the id has {} characters, more than {MAX_LENGTH}", id.len());
        sink.report(Code::MalformedId, place, message);
    }
}
