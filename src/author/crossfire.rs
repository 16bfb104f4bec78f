//! `kb crossfire`: every rule against the cases and examples of all others, and against logs that concern none.
//!
//! Two rules fire together where decisive symptoms of both match text that software printed, in one case or
//! example. Such a pair is declared: one yields to the other, or one names the other in `rivals`. In a background log
//! no rule may fire, except one that only says which other company refused.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::workshop::{ExhibitKind, Fired, Workshop, fired};

/// How rules are related, as far as it excuses that both fire.
#[derive(Clone, Debug, Default)]
pub(crate) struct Relations {
    /// Pairs of rules, the smaller number first, with the word that declares them.
    pairs: BTreeMap<(usize, usize), &'static str>,
    /// Rules whose causes all lie with other companies.
    foreign: BTreeSet<usize>,
}

impl Relations {
    /// The relations of all rules.
    pub(crate) fn new(shop: &Workshop) -> Self {
        let mut relations = Self::default();
        let numbers: BTreeMap<&str, usize> = shop.rules().map(|(number, _, rule)| (rule.id.as_str(), number)).collect();
        for (number, _, rule) in shop.rules() {
            for (word, ids) in [("rivals", &rule.rivals), ("yields_to", &rule.yields_to)] {
                for other in ids.iter().filter_map(|id| numbers.get(id.as_str())) {
                    relations.pairs.insert(pair(number, *other), word);
                }
            }
            if rule.causes.iter().all(|cause| cause.id == "not-hugging-face") {
                relations.foreign.insert(number);
            }
        }
        relations
    }

    /// Whether two rules may fire together.
    pub(crate) fn related(&self, one: usize, other: usize) -> bool {
        one == other || self.pairs.contains_key(&pair(one, other))
    }

    /// Whether a rule only says which other company refused.
    pub(crate) fn is_foreign(&self, rule: usize) -> bool {
        self.foreign.contains(&rule)
    }
}

const fn pair(one: usize, other: usize) -> (usize, usize) {
    if one < other { (one, other) } else { (other, one) }
}

/// What fires where it should not.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CrossfireOutcome {
    /// Rules that were compared.
    pub rules: usize,
    /// Cases and examples they were compared on.
    pub texts: usize,
    /// Background logs.
    pub background: usize,
    /// Pairs of rules that fire together, by rule.
    pub pairs: Vec<CrossfirePair>,
    /// Pairs that are not declared.
    pub undeclared: usize,
    /// Background logs in which a rule fires.
    pub noise: Vec<CrossfireNoise>,
    /// `rivals` that never fire together in any case or example.
    pub idle: Vec<[String; 2]>,
}

impl CrossfireOutcome {
    /// Whether nothing fires where it should not.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.undeclared == 0 && self.noise.is_empty()
    }
}

/// Two rules that fire together.
#[derive(Clone, Debug, Serialize)]
pub struct CrossfirePair {
    /// One rule.
    pub rule: String,
    /// The other.
    pub other: String,
    /// `rivals` or `yields_to`; nothing when the pair is not declared.
    pub declared: Option<&'static str>,
    /// In how many cases and examples.
    pub count: usize,
    /// The first of them, with the symptoms of both.
    pub examples: Vec<CrossfirePlace>,
    /// Where the first rule stands in its file, to declare it there.
    pub file: String,
}

/// A text in which two rules fire.
#[derive(Clone, Debug, Serialize)]
pub struct CrossfirePlace {
    /// Case file, or rule, symptom and number of the example.
    pub text: String,
    /// Symptoms of the first rule.
    pub symptoms: Vec<String>,
    /// Symptoms of the other.
    pub other_symptoms: Vec<String>,
}

/// A rule that fires in a background log.
#[derive(Clone, Debug, Serialize)]
pub struct CrossfireNoise {
    /// The log.
    pub log: String,
    /// The rule.
    pub rule: String,
    /// Its symptoms.
    pub symptoms: Vec<String>,
}

/// Folders of cases whose texts put several messages together on purpose: what fires there says nothing about a message.
const COMPOSED: [&str; 2] = ["reasons/", "wordings/"];

/// Most texts named for a pair.
const SHOWN: usize = 3;

/// Compares all rules on all texts.
#[must_use]
pub fn crossfire(shop: &Workshop) -> CrossfireOutcome {
    let relations = Relations::new(shop);
    let name = |number: usize| shop.rule(number).map_or_else(String::new, |rule| rule.id.clone());
    let list = |symptoms: &BTreeSet<String>| symptoms.iter().cloned().collect::<Vec<_>>();
    let mut pairs: BTreeMap<(usize, usize), (usize, Vec<CrossfirePlace>)> = BTreeMap::new();
    let mut see = |text: &str, fired: &Fired| {
        for (one, symptoms) in fired {
            for (other, others) in fired.range(one.saturating_add(1)..) {
                let (count, places) = pairs.entry((*one, *other)).or_default();
                *count = count.saturating_add(1);
                if places.len() < SHOWN {
                    let text = text.to_owned();
                    places.push(CrossfirePlace { text, symptoms: list(symptoms), other_symptoms: list(others) });
                }
            }
        }
    };
    let mut outcome = CrossfireOutcome { rules: shop.rules().count(), ..CrossfireOutcome::default() };
    for (trial, answer) in shop.trials.iter().zip(&shop.answers) {
        if COMPOSED.iter().any(|folder| trial.name.starts_with(folder)) {
            continue;
        }
        outcome.texts = outcome.texts.saturating_add(1);
        see(&trial.name, &fired(&answer.diagnosis));
    }
    for exhibit in &shop.exhibits {
        if let ExhibitKind::Example = exhibit.kind {
            outcome.texts = outcome.texts.saturating_add(1);
            see(&exhibit.name, &exhibit.fired);
            continue;
        }
        outcome.background = outcome.background.saturating_add(1);
        for (rule, symptoms) in exhibit.fired.iter().filter(|(rule, _)| !relations.is_foreign(**rule)) {
            outcome.noise.push(CrossfireNoise {
                log: exhibit.name.clone(),
                rule: name(*rule),
                symptoms: list(symptoms),
            });
        }
    }
    let files: BTreeMap<usize, &str> = shop.rules().map(|(number, file, _)| (number, file)).collect();
    for ((one, other), (count, examples)) in &pairs {
        let declared = relations.pairs.get(&(*one, *other)).copied();
        if declared.is_none() {
            outcome.undeclared = outcome.undeclared.saturating_add(1);
        }
        let file = files.get(one).map_or_else(String::new, |file| shop.shown(file));
        let (rule, other) = (name(*one), name(*other));
        outcome.pairs.push(CrossfirePair { rule, other, declared, count: *count, examples: examples.clone(), file });
    }
    for ((one, other), _) in relations.pairs.iter().filter(|(at, word)| **word == "rivals" && !pairs.contains_key(at)) {
        outcome.idle.push([name(*one), name(*other)]);
    }
    outcome
}
