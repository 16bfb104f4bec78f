//! `explain ID`.

mod why;

use crate::cli::args::{Explain, Format};
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit};
use crate::diag::{Code, suggest};
use crate::kb::{KnowledgeBase, RuleFile};
use crate::model::{Cause, Day, FactValue, Scalar, Step};
use crate::report::text::{Facts, Scope, expand};
use crate::report::{escape, markdown};

/// Explains a rule, cause, step, fact, source or diagnostic code.
///
/// # Errors
/// When there is no such id, the knowledge base is broken, or stdout cannot be written.
pub fn run(arguments: &Explain) -> Result<u8, Failure> {
    let engine = base::engine(&arguments.rules)?;
    let day = arguments.as_of.unwrap_or_else(base::today);
    base::check_day(engine.kb(), day)?;
    if let Some(file) = &arguments.why {
        return why::run(&engine, &arguments.id, file, arguments.as_of, output::format(arguments.format));
    }
    let page = page(engine.kb(), &arguments.id, day)?;
    let text = match output::format(arguments.format) {
        Format::Json => {
            let document = serde_json::json!({"id": arguments.id, "as_of": day, "markdown": page});
            let text = serde_json::to_string_pretty(&document).map_err(|error| Failure::new(exit::IO, error.to_string()))?;
            format!("{text}\n")
        }
        Format::Markdown => page,
        Format::Quiet => String::new(),
        _ => {
            let width = output::width();
            format!("{}\n", markdown::to_terminal(&page, width, 0, output::colour()).trim_end())
        }
    };
    output::print(&text)?;
    Ok(exit::OK)
}

/// The page of an id as Markdown.
fn page(kb: &KnowledgeBase, id: &str, day: Day) -> Result<String, Failure> {
    if let Some(entry) = Code::from_name(id).and_then(Code::entry) {
        let example = escape::fence(entry.example, "yaml");
        return Ok(format!("# {id}: {}\n\n{}\n\nAn example that gives it:\n\n{example}\n", entry.code.title(), entry.explanation));
    }
    let desk = Desk { kb, day };
    if let Some(file) = kb.rule(id)? {
        return desk.rule(file);
    }
    let mut found = Vec::new();
    for file in kb.rules() {
        let file = file?;
        found.extend(file.rule.causes.iter().filter(|cause| cause.id == id).map(|cause| (file, cause)));
    }
    if !found.is_empty() {
        let mut out = format!("# {id}\n");
        for (file, cause) in found {
            out.push_str(&format!("\n## {}\n\nIn rule `{}`: {}\n\n", cause.title, file.rule.id, file.rule.title));
            out.push_str(&desk.cause(cause)?);
        }
        return Ok(out);
    }
    if let Some(step) = kb.step(id)? {
        return Ok(format!("# {}\n\n{}", step.title, desk.step(step)?));
    }
    if let Some(fact) = kb.fact(id)? {
        let mut out = format!("# {}\n\n`{}` ({})\n\n", fact.title, fact.id, fact.unit);
        for statement in &fact.values {
            let from = statement.valid.from.map_or_else(|| "always".to_owned(), |day| day.to_string());
            let until = statement.valid.until.map_or_else(|| "now".to_owned(), |day| day.to_string());
            out.push_str(&format!("- {from} to {until}: {}\n", escape::markdown(&statement.value.to_string())));
        }
        return Ok(out);
    }
    if let Some(source) = kb.source(id)? {
        let note = source.note.as_deref().map(|note| format!("\n{note}\n")).unwrap_or_default();
        return Ok(format!("# {}\n\n<{}>\n\nread {}\n{note}", source.title, source.url, source.retrieved));
    }
    if let Some(entry) = kb.vocabulary(id)? {
        let mut out = format!("# {}\n\n`{id}`", entry.title);
        for line in [&entry.question, &entry.how].into_iter().flatten() {
            out.push_str(&format!("\n\n{line}"));
        }
        out.push_str("\n\n");
        out.extend(entry.values.iter().map(|value| format!("- `{}`: {}\n", value.id, value.title)));
        return Ok(out);
    }
    Err(unknown(kb, id))
}

/// No such id: the nearest ones of all kinds.
fn unknown(kb: &KnowledgeBase, id: &str) -> Failure {
    let failure = Failure::new(exit::USAGE, format!("there is nothing called `{id}`"));
    let causes: Vec<String> = kb
        .rules()
        .flatten()
        .flat_map(|file| file.rule.causes.iter().map(|cause| cause.id.clone()))
        .collect();
    let mut names: Vec<&str> = kb.all_ids().chain(causes.iter().map(String::as_str)).collect();
    names.sort_unstable();
    names.dedup();
    match suggest(id, names) {
        Some(nearest) => failure.hint(format!("did you mean `{nearest}`?")),
        None => failure.hint("ids of causes and rules stand in every report; `hf-doctor facts` lists platform facts"),
    }
}

/// Texts of the knowledge base on a day, without an incident.
struct Desk<'a> {
    kb: &'a KnowledgeBase,
    day: Day,
}

impl Facts for Desk<'_> {
    fn platform(&self, id: &str) -> Option<FactValue> {
        self.kb.fact(id).ok().flatten()?.at(self.day).map(|statement| statement.value.clone())
    }

    fn account(&self, _: &str) -> Option<Scalar> {
        None
    }
}

impl Desk<'_> {
    /// A text with its expressions filled in; those about an incident show as an ellipsis.
    fn text(&self, text: &str) -> String {
        let scope = Scope::new(self);
        match expand(text, &scope) {
            Ok(text) => text.trim_end().to_owned(),
            Err(_) => crate::report::view::without_expressions(text),
        }
    }

    fn rule(&self, file: &RuleFile) -> Result<String, Failure> {
        let rule = &file.rule;
        let mut out = format!("# {}\n\n`{}` ({}), version {}, checked {}\n\n{}\n", rule.title, rule.id, file.area,
            rule.version, rule.verified, self.text(&rule.summary));
        let messages: Vec<&str> = rule.symptoms.iter().filter_map(|symptom| symptom.matches.first()).map(|example| example.text.as_str()).collect();
        if !messages.is_empty() {
            out.push_str("\n## Messages\n\n");
            out.extend(messages.iter().map(|text| format!("- {}\n", escape::code_span(text))));
        }
        out.push_str("\n## Causes\n");
        for cause in &rule.causes {
            let until = if cause.valid.contains(self.day) { "" } else { " (not on this day)" };
            out.push_str(&format!("\n### {}{until}\n\n`{}`\n\n{}", self.text(&cause.title), cause.id, self.cause(cause)?));
        }
        Ok(out)
    }

    fn cause(&self, cause: &Cause) -> Result<String, Failure> {
        let mut out = format!("{}\n", self.text(&cause.explanation));
        for (heading, items) in [("What points to it", &cause.speaks_for), ("What speaks against it", &cause.against)] {
            if !items.is_empty() {
                out.push_str(&format!("\n{heading}:\n\n"));
                out.extend(items.iter().map(|item| format!("- {} ({} decibans)\n", self.text(&item.because), item.weight.decibans())));
            }
        }
        if !cause.remediation.is_empty() {
            out.push_str("\nWhat to do:\n\n");
            for id in &cause.remediation {
                if let Some(step) = self.kb.step(id)?.filter(|step| step.valid.contains(self.day)) {
                    out.push_str(&format!("1. {} (`{id}`)\n", self.text(&step.title)));
                }
            }
        }
        let wrong: Vec<_> = cause.not_this.iter().filter(|line| line.valid.contains(self.day)).collect();
        if !wrong.is_empty() {
            out.push_str("\nWhat does not help:\n\n");
            out.extend(wrong.iter().map(|line| format!("- {}: {}\n", self.text(&line.advice), self.text(&line.why))));
        }
        out.push_str("\nSources:\n\n");
        for id in &cause.sources {
            if let Some(source) = self.kb.source(id)? {
                out.push_str(&format!("- [{}]({})\n", source.title, source.url));
            }
        }
        Ok(out)
    }

    fn step(&self, step: &Step) -> Result<String, Failure> {
        let mut out = format!("{}\n", self.text(&step.instruction));
        if let Some(snippet) = &step.snippet {
            out.push_str(&format!("\n{}\n", escape::fence(&self.text(snippet), step.lang.as_deref().unwrap_or(""))));
        }
        out.push_str(&format!("\nIt worked when: {}\n\nSources:\n\n", self.text(&step.verify)));
        for id in &step.sources {
            if let Some(source) = self.kb.source(id)? {
                out.push_str(&format!("- [{}]({})\n", source.title, source.url));
            }
        }
        Ok(out)
    }
}
