//! Who refers to whom: what a page needs to know of the rest of the knowledge base.

use std::collections::{BTreeMap, BTreeSet};

use crate::kb::{KbError, KnowledgeBase, RuleFile};
use crate::model::{Cause, Rule, Step};

/// Rules, causes and steps that stand behind something.
#[derive(Default)]
pub(crate) struct Users<'a> {
    pub(crate) rules: BTreeSet<&'a str>,
    pub(crate) causes: BTreeSet<&'a str>,
    pub(crate) steps: BTreeSet<&'a str>,
    pub(crate) facts: BTreeSet<&'a str>,
}

/// The knowledge base turned around: from what is referred to, to who refers to it.
pub(crate) struct Atlas<'a> {
    /// All rules by id.
    pub(crate) rules: Vec<&'a RuleFile>,
    /// Where each cause stands.
    pub(crate) causes: BTreeMap<&'a str, Vec<(&'a RuleFile, &'a Cause)>>,
    /// Causes that name a step.
    pub(crate) steps: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// Who quotes a platform fact.
    pub(crate) facts: BTreeMap<&'a str, Users<'a>>,
    /// Who rests on a source.
    pub(crate) sources: BTreeMap<&'a str, Users<'a>>,
}

impl<'a> Atlas<'a> {
    pub(crate) fn new(kb: &'a KnowledgeBase) -> Result<Self, KbError> {
        let mut atlas = Self {
            rules: kb.rules().collect::<Result<_, _>>()?,
            causes: BTreeMap::new(),
            steps: BTreeMap::new(),
            facts: BTreeMap::new(),
            sources: BTreeMap::new(),
        };
        for file in atlas.rules.clone() {
            atlas.rule(file);
        }
        for step in kb.steps() {
            let step = step?;
            for id in facts_of_step(step) {
                atlas.facts.entry(id).or_default().steps.insert(&step.id);
            }
            for id in &step.sources {
                atlas.sources.entry(id).or_default().steps.insert(&step.id);
            }
        }
        for fact in kb.facts() {
            let fact = fact?;
            let ids = fact.values.iter().map(|one| &one.source).chain(fact.also.iter().map(|one| &one.source));
            for id in ids {
                atlas.sources.entry(id).or_default().facts.insert(&fact.id);
            }
        }
        Ok(atlas)
    }

    fn rule(&mut self, file: &'a RuleFile) {
        let rule = &file.rule;
        for id in facts_in(&rule.summary).chain(facts_in(&rule.title)) {
            self.facts.entry(id).or_default().rules.insert(&rule.id);
        }
        for id in rule.symptoms.iter().flat_map(|symptom| &symptom.sources) {
            self.sources.entry(id).or_default().rules.insert(&rule.id);
        }
        for cause in &rule.causes {
            self.causes.entry(&cause.id).or_default().push((file, cause));
            for id in &cause.remediation {
                self.steps.entry(id).or_default().insert(&cause.id);
            }
            for id in facts_of_cause(cause) {
                let users = self.facts.entry(id).or_default();
                users.causes.insert(&cause.id);
                users.rules.insert(&rule.id);
            }
            for id in cause.sources.iter().chain(cause.not_this.iter().flat_map(|line| &line.sources)) {
                self.sources.entry(id).or_default().causes.insert(&cause.id);
            }
        }
    }
}

/// Platform facts that the texts of a rule, its causes and their steps quote, sorted.
pub(crate) fn facts_of_rule<'a>(kb: &'a KnowledgeBase, rule: &'a Rule) -> Result<BTreeSet<&'a str>, KbError> {
    let mut ids: BTreeSet<&str> = facts_in(&rule.summary).collect();
    for cause in &rule.causes {
        ids.extend(facts_of_cause(cause));
        for step in &cause.remediation {
            if let Some(step) = kb.step(step)? {
                ids.extend(facts_of_step(step));
            }
        }
    }
    Ok(ids)
}

/// Platform facts that the texts of a cause quote.
pub(crate) fn facts_of_cause(cause: &Cause) -> impl Iterator<Item = &str> {
    let reasons = cause.speaks_for.iter().chain(&cause.against).map(|item| item.because.as_str());
    let wrong = cause.not_this.iter().flat_map(|line| [line.advice.as_str(), line.why.as_str()]);
    let support = cause.escalate.iter().flat_map(|one| [one.to.as_str(), one.because.as_str()]);
    [cause.title.as_str(), cause.explanation.as_str()]
        .into_iter()
        .chain(reasons)
        .chain(wrong)
        .chain(support)
        .flat_map(facts_in)
}

/// Platform facts that the texts of a step quote.
pub(crate) fn facts_of_step(step: &Step) -> impl Iterator<Item = &str> {
    [step.title.as_str(), step.instruction.as_str(), step.verify.as_str()]
        .into_iter()
        .chain(step.snippet.as_deref())
        .flat_map(facts_in)
}

/// Ids in `fact('id')` of the expressions of a text.
pub(crate) fn facts_in(text: &str) -> impl Iterator<Item = &str> {
    text.split("fact(").skip(1).filter_map(|rest| {
        let rest = rest.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        rest.get(1..)?.split_once(quote).map(|(id, _)| id)
    })
}
