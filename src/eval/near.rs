//! The known messages that come nearest to a text which nothing recognises.

use std::collections::{BTreeSet, HashMap};

use crate::compile::Lookup;
use crate::compile::nearest::{NearMiss, Words, nearest, pattern_words};
use crate::kb::{KbError, KnowledgeBase};
use crate::model::{Day, Evidence, Layer, PartKind, Status};

/// Messages told.
const MOST: usize = 3;

/// Patterns that are aligned with the text; the rest shares fewer words with it.
const ALIGNED: usize = 10;

/// Shared words, in thousandths of a rare one, below which a pattern is not tried.
const LEAST: usize = 1_200;

/// A known message and the place of the evidence that comes nearest to it.
#[derive(Clone, Debug)]
pub struct Nearest {
    /// Number of the rule.
    pub rule: usize,
    /// Number of the symptom in its rule.
    pub symptom: usize,
    /// Number of the text part.
    pub part: usize,
    /// How near, and where they differ first.
    pub miss: NearMiss,
}

/// The decisive messages of all rules as the words they spell out.
#[derive(Debug)]
pub(super) struct Messages {
    /// Number of the pattern, and its words.
    patterns: Vec<(u32, Vec<u32>)>,
    /// In how many rules a word stands.
    spread: HashMap<u32, usize>,
}

/// Whether there is anything that software printed.
pub(super) fn has_print(evidence: &Evidence) -> bool {
    evidence.parts.iter().any(|part| part.kind == PartKind::Printed && !part.text.trim().is_empty())
}

impl Messages {
    /// Reads the words off all patterns. No rule is decoded for that.
    pub(super) fn of(lookup: &Lookup) -> Self {
        let mut patterns: Vec<(u32, Vec<u32>)> = Vec::new();
        let mut spread: HashMap<u32, BTreeSet<usize>> = HashMap::new();
        for number in 0..u32::try_from(lookup.pattern_count()).unwrap_or(0) {
            let row = lookup.pattern(number);
            if row.layer != Layer::Decisive {
                continue;
            }
            let words = pattern_words(row.text);
            for word in &words {
                spread.entry(*word).or_default().insert(row.rule);
            }
            patterns.push((number, words));
        }
        Self { patterns, spread: spread.into_iter().map(|(word, rules)| (word, rules.len())).collect() }
    }

    /// How much a word says about which message is near: little when many rules have it.
    fn weight(&self, word: u32) -> usize {
        let rules = self.spread.get(&word).copied().unwrap_or(1).max(1);
        usize::try_from(1_000 / rules.ilog2().saturating_add(1)).unwrap_or(0)
    }

    /// The nearest messages, one a rule, the nearest first.
    ///
    /// One pass over the text notes where words of patterns stand; the patterns that share most with it are aligned. No
    /// rule is decoded for that but those that are told.
    pub(super) fn nearest(
        &self,
        kb: &KnowledgeBase,
        lookup: &Lookup,
        evidence: &Evidence,
        as_of: Day,
    ) -> Result<Vec<Nearest>, KbError> {
        let found = self.aligned(lookup, evidence);
        let mut kept: BTreeSet<usize> = BTreeSet::new();
        let mut out = Vec::new();
        for one in found {
            let Some(file) = kb.rule_at(one.rule)? else { continue };
            let live = file.rule.status != Status::Removed && file.rule.valid.contains(as_of);
            if live && kept.insert(one.rule) {
                // The index keeps patterns in lower case; what is told has the author's letters.
                let text = evidence.parts.get(one.part).map_or("", |part| part.text.as_str());
                let authored = file.rule.symptoms.get(one.symptom).and_then(|symptom| {
                    let wanted = pattern_words(&symptom.pattern);
                    let words = Words::of(text.as_bytes(), |word| wanted.contains(&word));
                    nearest(&symptom.pattern, text.as_bytes(), &words).filter(|miss| miss.edits > 0)
                });
                out.push(Nearest { miss: authored.unwrap_or(one.miss.clone()), ..one });
            }
            if out.len() == MOST {
                break;
            }
        }
        Ok(out)
    }

    /// Patterns aligned with the text, the nearest first.
    fn aligned(&self, lookup: &Lookup, evidence: &Evidence) -> Vec<Nearest> {
        let mut found: Vec<Nearest> = Vec::new();
        for (part, text) in evidence.parts.iter().enumerate().filter(|(_, part)| part.kind == PartKind::Printed) {
            let words = Words::of(text.text.as_bytes(), |word| self.spread.contains_key(&word));
            let mut scored: Vec<(usize, u32)> = self
                .patterns
                .iter()
                .filter_map(|(number, wanted)| {
                    let sum = |all: bool| -> usize {
                        let words = wanted.iter().filter(|word| all || words.count(word) > 0);
                        words.map(|word| self.weight(*word)).sum()
                    };
                    let (shared, all) = (sum(false), sum(true));
                    // Most of what the pattern says has to be there.
                    (shared >= LEAST && shared.saturating_mul(2) >= all)
                        .then_some((shared.saturating_mul(shared) / all.max(1), *number))
                })
                .collect();
            scored.sort_by_key(|(shared, number)| (std::cmp::Reverse(*shared), *number));
            for (_, number) in scored.into_iter().take(ALIGNED) {
                let row = lookup.pattern(number);
                if let Some(miss) = nearest(row.text, text.text.as_bytes(), &words).filter(|miss| miss.edits > 0) {
                    found.push(Nearest { rule: row.rule, symptom: row.symptom, part, miss });
                }
            }
        }
        found.sort_by(|a, b| {
            b.miss
                .degree()
                .total_cmp(&a.miss.degree())
                .then((a.rule, a.symptom, a.part).cmp(&(b.rule, b.symptom, b.part)))
        });
        found
    }
}
