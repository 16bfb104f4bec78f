//! Pages of rules, causes and steps.

use crate::kb::{KbError, KnowledgeBase, RuleFile};
use crate::model::{Cause, Day, FactValue, Layer, Scalar, Step, Validity};
use crate::report::text::{Facts, Scope, expand};
use crate::report::{escape, label};

/// Messages shown of one rule; a rule may know dozens of wordings.
const MOST_MESSAGES: usize = 8;

/// Texts of the knowledge base on a day, without an incident.
pub(super) struct Desk<'a> {
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

impl<'a> Desk<'a> {
    pub(super) const fn new(kb: &'a KnowledgeBase, day: Day) -> Self {
        Self { kb, day }
    }

    /// A text with its expressions filled in; those about an incident show as an ellipsis.
    fn text(&self, text: &str) -> String {
        match expand(text, &Scope::new(self)) {
            Ok(text) => text.trim_end().to_owned(),
            Err(_) => crate::report::view::without_expressions(text),
        }
    }

    pub(super) fn rule(&self, file: &RuleFile) -> Result<String, KbError> {
        let rule = &file.rule;
        let mut out = format!(
            "# {}\n\n`{}`: {}, version {}, checked {}",
            self.text(&rule.title),
            rule.id,
            word(&rule.status),
            rule.version,
            rule.verified
        );
        out.push_str(&format!("{}\n\n{}\n", self.only(rule.valid), self.text(&rule.summary)));
        let mut messages: Vec<&str> = rule
            .symptoms
            .iter()
            .filter(|symptom| symptom.layer != Layer::Retold)
            .flat_map(|symptom| symptom.matches.iter().map(|example| example.text.trim()))
            .collect();
        let mut seen = std::collections::BTreeSet::new();
        messages.retain(|text| seen.insert(*text));
        if !messages.is_empty() {
            out.push_str("\n## Messages\n\n");
            out.extend(messages.iter().take(MOST_MESSAGES).map(|text| format!("- {}\n", escape::code_span(text))));
            if let Some(more) = messages.len().checked_sub(MOST_MESSAGES).filter(|more| *more > 0) {
                out.push_str(&format!("- and {more} more wordings\n"));
            }
        }
        out.push_str("\n## Causes\n\n");
        let mut sources: Vec<&str> = Vec::new();
        for cause in &rule.causes {
            let often = word(&cause.prior);
            out.push_str(&format!(
                "- {} (`{}`, {often}{})\n",
                self.text(&cause.title),
                cause.id,
                self.only(cause.valid)
            ));
            sources.extend(
                cause.sources.iter().map(String::as_str).filter(|id| !sources.contains(id)).collect::<Vec<_>>(),
            );
        }
        if let Some(first) = rule.causes.first() {
            out.push_str(&format!("\nThe whole of one: `hf-doctor explain {}`\n", first.id));
        }
        let mut also: Vec<&String> = Vec::new();
        for id in rule.yields_to.iter().chain(&rule.rivals).chain(&rule.see_also) {
            if !also.contains(&id) {
                also.push(id);
            }
        }
        if !also.is_empty() {
            out.push_str("\n## See also\n\n");
            for id in also {
                let title =
                    self.kb.rule(id)?.map_or_else(String::new, |file| format!(": {}", self.text(&file.rule.title)));
                out.push_str(&format!("- `{id}`{title}\n"));
            }
        }
        self.sources("## Sources", sources, &mut out)?;
        Ok(out)
    }

    /// A cause, once for each rule that has it.
    pub(super) fn causes(&self, id: &str) -> Result<Option<String>, KbError> {
        let mut found = Vec::new();
        for file in self.kb.rules() {
            let file = file?;
            found.extend(file.rule.causes.iter().filter(|cause| cause.id == id).map(|cause| (file, cause)));
        }
        if found.is_empty() {
            return Ok(None);
        }
        let several = found.len() > 1;
        let mut out = if several { format!("# {id}\n\nA cause of {} rules.\n", found.len()) } else { String::new() };
        for (file, cause) in found {
            let mark = if several { "\n##" } else { "#" };
            out.push_str(&format!(
                "{mark} {}\n\n`{}`, {}{}, in `{}`: {}\n\n",
                self.text(&cause.title),
                cause.id,
                word(&cause.prior),
                self.only(cause.valid),
                file.rule.id,
                self.text(&file.rule.title)
            ));
            self.cause(cause, &mut out)?;
        }
        Ok(Some(out))
    }

    fn cause(&self, cause: &Cause, out: &mut String) -> Result<(), KbError> {
        out.push_str(&format!("{}\n", self.text(&cause.explanation)));
        for (heading, items) in [("What points to it", &cause.speaks_for), ("What speaks against it", &cause.against)] {
            if !items.is_empty() {
                out.push_str(&format!("\n**{heading}**\n\n"));
                let mut items: Vec<_> = items.iter().collect();
                items.sort_by_key(|item| std::cmp::Reverse(item.weight));
                out.extend(
                    items.iter().map(|item| format!("- {}: {}\n", word(&item.weight), self.text(&item.because))),
                );
            }
        }
        if let Some(because) = &cause.requires_because {
            out.push_str(&format!("\n**Ruled out unless**\n\n- {}\n", self.text(because)));
        }
        let mut steps = String::new();
        for id in &cause.remediation {
            if let Some(step) = self.kb.step(id)?.filter(|step| step.valid.contains(self.day)) {
                steps.push_str(&format!("1. {} ({}; `{id}`)\n", self.text(&step.title), takes(step)));
            }
        }
        if !steps.is_empty() {
            out.push_str(&format!("\n**What to do**\n\n{steps}"));
        }
        let wrong: Vec<_> = cause.not_this.iter().filter(|line| line.valid.contains(self.day)).collect();
        if !wrong.is_empty() {
            out.push_str("\n**What does not help**\n\n");
            out.extend(wrong.iter().map(|line| format!("- {}: {}\n", self.text(&line.advice), self.text(&line.why))));
        }
        if let Some(escalation) = &cause.escalate {
            out.push_str(&format!(
                "\n**When nothing helps**\n\n{}: {}\n",
                self.text(&escalation.to),
                self.text(&escalation.because)
            ));
        }
        self.sources("**Sources**", cause.sources.iter().map(String::as_str), out)
    }

    pub(super) fn step(&self, step: &Step) -> Result<String, KbError> {
        let mut out = format!(
            "# {}\n\n`{}`: {}{}, checked {}\n\n{}\n",
            self.text(&step.title),
            step.id,
            takes(step),
            self.only(step.valid),
            step.verified,
            self.text(&step.instruction)
        );
        if let Some(snippet) = &step.snippet {
            out.push_str(&format!("\n{}\n", escape::fence(&self.text(snippet), step.lang.as_deref().unwrap_or(""))));
        }
        out.push_str(&format!("\nIt worked when: {}\n", self.text(&step.verify)));
        let mut helps = Vec::new();
        for file in self.kb.rules() {
            let causes = file?.rule.causes.iter().filter(|cause| cause.remediation.contains(&step.id));
            helps.extend(causes.map(|cause| (&cause.id, self.text(&cause.title))));
        }
        helps.sort();
        helps.dedup_by(|a, b| a.0 == b.0);
        if !helps.is_empty() {
            out.push_str("\n**Helps when**\n\n");
            out.extend(helps.iter().map(|(id, title)| format!("- {title} (`{id}`)\n")));
        }
        self.sources("**Sources**", step.sources.iter().map(String::as_str), &mut out)?;
        Ok(out)
    }

    fn sources<'b>(
        &self,
        heading: &str,
        ids: impl IntoIterator<Item = &'b str>,
        out: &mut String,
    ) -> Result<(), KbError> {
        out.push_str(&format!("\n{heading}\n\n"));
        for id in ids {
            if let Some(source) = self.kb.source(id)? {
                out.push_str(&format!("- [{}]({})\n", source.title, source.url));
            }
        }
        Ok(())
    }

    /// The days of something that does not hold always.
    fn only(&self, valid: Validity) -> String {
        let days = match (valid.from, valid.until) {
            (None, None) => return String::new(),
            (Some(from), None) => format!("since {from}"),
            (None, Some(until)) => format!("before {until}"),
            (Some(from), Some(until)) => format!("from {from}, before {until}"),
        };
        let now = if valid.contains(self.day) { String::new() } else { format!(", not on {}", self.day) };
        format!(", {days}{now}")
    }
}

/// Who does a step, how long it takes and what it costs.
fn takes(step: &Step) -> String {
    [word(&step.who), word(&step.effort), word(&step.cost)].map(|word| label(&word).to_owned()).join(", ")
}

/// The word that authors write for a value.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
