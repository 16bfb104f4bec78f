//! Why nothing matched: the known messages that come nearest, what was read, what to supply next.

use super::Desk;
use crate::kb::KbError;
use crate::model::{NearMessage, NothingMatched, Noticed, PartKind, ReportVerdict};
use crate::report::escape;

/// Facts that say what the reader made out, in the order in which they are told.
const NOTICED: &[&str] =
    &["client.name", "client.version", "client.exception", "http.status", "http.host", "http.error_code"];

impl Desk<'_> {
    /// What can be said when nothing decisive was recognised; `None` otherwise.
    pub(super) fn nothing_matched(&self) -> Result<Option<NothingMatched>, KbError> {
        let nothing = self.diagnosis.verdict == ReportVerdict::NothingFound;
        if !nothing && self.diagnosis.nearest.is_empty() {
            return Ok(None);
        }
        let mut nearest = Vec::new();
        for one in &self.diagnosis.nearest {
            let Some(file) = self.kb.rule_at(one.rule)? else { continue };
            let Some(symptom) = file.rule.symptoms.get(one.symptom) else { continue };
            nearest.push(NearMessage {
                rule: file.rule.id.clone(),
                title: self.text(&file.rule.title),
                symptom: symptom.id.clone(),
                ..self.near(one.part, &one.miss)
            });
        }
        let mut recognised = Vec::new();
        for name in NOTICED {
            let Some(fact) = self.fact(name) else { continue };
            let title = self.kb.vocabulary(name)?.map_or_else(|| (*name).to_owned(), |entry| entry.title.clone());
            recognised.push(Noticed {
                fact: (*name).to_owned(),
                title,
                value: self.shown(fact)?,
                from: fact.from.clone(),
            });
        }
        let supply = if nothing { self.supply() } else { Vec::new() };
        Ok(Some(NothingMatched { nearest, recognised, supply, command: self.command() }))
    }

    /// What is missing in this evidence, most telling first.
    fn supply(&self) -> Vec<String> {
        let lines: usize = self
            .evidence
            .parts
            .iter()
            .filter(|part| part.kind == PartKind::Printed)
            .map(|part| part.text.lines().filter(|line| !line.trim().is_empty()).count())
            .sum();
        let known = |name: &str| self.fact(name).is_some();
        let mut out = Vec::new();
        let mut ask = |missing: bool, what: &str| {
            if missing {
                out.push(what.to_owned());
            }
        };
        ask(lines < 4, "the whole message with the lines around it, copied as text, not retyped");
        ask(!known("http.status"), "the HTTP status, such as 401, 403, 404 or 429");
        ask(!known("http.url") && !known("http.host"), "the address that was called");
        ask(!known("client.name"), "the name and version of the program that printed it");
        ask(true, "what you did and what you expected, in your own words, as `--message`");
        out
    }

    /// The command that makes a rule of this report.
    fn command(&self) -> String {
        let name = self.evidence.inputs.first().map_or("", |input| input.name.as_str());
        let file = match name {
            "" => "FILE".to_owned(),
            "stdin" => "-".to_owned(),
            name if name.starts_with("--") => "FILE".to_owned(),
            name => escape::shell(name),
        };
        format!("hf-doctor kb new rule --from {file}")
    }
}
