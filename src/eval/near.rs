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

/// The nearest messages, one a rule, the nearest first.
///
/// One pass over the text notes where words of patterns stand; the patterns that share most with it are aligned. No
/// rule is decoded for that but those that are told.
pub(super) fn messages(
    kb: &KnowledgeBase,
    lookup: &Lookup,
    evidence: &Evidence,
    as_of: Day,
) -> Result<Vec<Nearest>, KbError> {
    let printed = |kind: PartKind| kind == PartKind::Printed;
    if !evidence.parts.iter().any(|part| printed(part.kind) && !part.text.trim().is_empty()) {
        return Ok(Vec::new());
    }
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
    // A word that many rules have says little about which one is near.
    let weight = |word: &u32| 1_000 / spread.get(word).map_or(1, BTreeSet::len).max(1).ilog2().saturating_add(1);
    let mut found: Vec<Nearest> = Vec::new();
    for (part, text) in evidence.parts.iter().enumerate().filter(|(_, part)| printed(part.kind)) {
        let words = Words::of(text.text.as_bytes(), |word| spread.contains_key(&word));
        let mut scored: Vec<(usize, u32)> = patterns
            .iter()
            .filter_map(|(number, wanted)| {
                let sum = |all: bool| -> usize {
                    let words = wanted.iter().filter(|word| all || words.count(word) > 0);
                    words.map(|word| usize::try_from(weight(word)).unwrap_or(0)).sum()
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
        b.miss.degree().total_cmp(&a.miss.degree()).then((a.rule, a.symptom, a.part).cmp(&(b.rule, b.symptom, b.part)))
    });
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
