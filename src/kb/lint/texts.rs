//! Every text that reaches a reader, with its place and the days on which it is shown.

use super::sink::Sink;
use crate::kb::parts::{Origin, Parts};
use crate::model::{Rule, Validity};

/// One text of the knowledge base.
#[derive(Debug)]
pub(crate) struct Text<'a> {
    /// Where it was written.
    pub origin: Origin,
    /// The text.
    pub body: &'a str,
    /// Days on which it can be shown.
    pub valid: Validity,
    /// Whether it states how the platform works, so that documented numbers do not belong into it.
    pub explains: bool,
    /// Whether it is code to paste, not Markdown.
    pub code: bool,
}

/// All texts of the files that are checked, examples and patterns apart: those quote what software prints.
pub(crate) fn all<'a>(parts: &'a Parts, sink: &Sink<'_>) -> Vec<Text<'a>> {
    let always = Validity { from: Some(parts.manifest.begins), until: None };
    let mut out = Collector { texts: Vec::new() };
    let wanted = |file: &str| sink.wants(file);
    for (i, fact) in parts.vocabulary.facts.iter().enumerate().filter(|_| wanted("vocabulary.yaml")) {
        let at = Origin::new("vocabulary.yaml", format!("/facts/{i}"));
        out.add(&at, "title", Some(&fact.title), always, false);
        out.add(&at, "question", fact.question.as_ref(), always, false);
        out.add(&at, "how", fact.how.as_ref(), always, false);
    }
    for (i, step) in parts.steps.iter().enumerate() {
        let (at, valid) = (sink.step(i), both(always, step.valid));
        if !wanted(&at.file) {
            continue;
        }
        out.add(&at, "title", Some(&step.title), valid, false);
        out.add(&at, "do", Some(&step.instruction), valid, true);
        out.add(&at, "snippet", step.snippet.as_ref(), valid, false);
        out.add(&at, "verify", Some(&step.verify), valid, false);
    }
    for (i, line) in parts.account.cannot_see.iter().enumerate().filter(|_| wanted("account.yaml")) {
        let at = Origin::new("account.yaml", format!("/cannot_see/{i}"));
        out.add(&at, "title", Some(&line.title), both(always, line.valid), false);
        out.add(&at, "how", Some(&line.how), both(always, line.valid), false);
    }
    for (_, file, rule) in parts.rules.iter().filter(|(_, file, _)| wanted(file)) {
        out.rule(&Origin::new(file, ""), rule, always);
    }
    out.texts
}

struct Collector<'a> {
    texts: Vec<Text<'a>>,
}

impl<'a> Collector<'a> {
    fn add(&mut self, at: &Origin, field: &str, text: Option<&'a String>, valid: Validity, explains: bool) {
        if let Some(text) = text {
            let code = field == "snippet";
            self.texts.push(Text { origin: at.at(field), body: text, valid, explains, code });
        }
    }

    fn rule(&mut self, origin: &Origin, rule: &'a Rule, always: Validity) {
        let valid = both(always, rule.valid);
        self.add(origin, "title", Some(&rule.title), valid, false);
        self.add(origin, "summary", Some(&rule.summary), valid, true);
        for (i, cause) in rule.causes.iter().enumerate() {
            let (at, valid) = (origin.at(&format!("causes/{i}")), both(valid, cause.valid));
            self.add(&at, "title", Some(&cause.title), valid, false);
            self.add(&at, "requires_because", cause.requires_because.as_ref(), valid, false);
            self.add(&at, "explanation", Some(&cause.explanation), valid, true);
            for (field, items) in [("for", &cause.speaks_for), ("against", &cause.against)] {
                for (j, item) in items.iter().enumerate() {
                    self.add(&at, &format!("{field}/{j}/because"), Some(&item.because), valid, false);
                }
            }
            for (j, not_this) in cause.not_this.iter().enumerate() {
                let valid = both(valid, not_this.valid);
                self.add(&at, &format!("not_this/{j}/advice"), Some(&not_this.advice), valid, false);
                self.add(&at, &format!("not_this/{j}/why"), Some(&not_this.why), valid, true);
            }
            if let Some(escalation) = &cause.escalate {
                self.add(&at, "escalate/to", Some(&escalation.to), valid, false);
                self.add(&at, "escalate/because", Some(&escalation.because), valid, false);
                for (j, line) in escalation.include.iter().enumerate() {
                    self.add(&at, &format!("escalate/include/{j}"), Some(line), valid, false);
                }
            }
        }
    }
}

/// The days of both.
fn both(a: Validity, b: Validity) -> Validity {
    let until = match (a.until, b.until) {
        (Some(x), Some(y)) => Some(x.min(y)),
        (x, y) => x.or(y),
    };
    // `None` is the earliest start, and orders below every day.
    Validity { from: a.from.max(b.from), until }
}
