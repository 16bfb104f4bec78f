//! Lexical similarity of the evidence to each cause: BM25, the bounded last resort.

use std::collections::BTreeMap;

use crate::compile::Lookup;
use crate::compile::index::{term_hash, words};
use crate::model::{Evidence, PartKind};

/// Bytes of printed text read at its beginning and at its end: errors stand there.
const READ: usize = 6_000;

/// A cause that resembles the evidence.
#[derive(Clone, Copy, Debug)]
pub struct Similar {
    /// Number of the rule.
    pub rule: usize,
    /// Number of the cause.
    pub cause: usize,
    /// BM25 score relative to the best possible one of this text, 0 to 1.
    pub degree: f64,
}

/// The causes that resemble the evidence, best first.
pub fn rank(lookup: &Lookup, evidence: &Evidence) -> Vec<Similar> {
    let mut query: BTreeMap<u32, u32> = BTreeMap::new();
    for part in &evidence.parts {
        let text = part.text.as_str();
        let mut read = |piece: &str| {
            words(piece, &mut |word| {
                let slot = query.entry(term_hash(word)).or_default();
                *slot = slot.saturating_add(1);
            });
        };
        if part.kind == PartKind::Notes || text.len() <= 2 * READ {
            read(text);
        } else {
            read(text.get(..floor(text, READ)).unwrap_or_default());
            read(text.get(floor(text, text.len().saturating_sub(READ))..).unwrap_or_default());
        }
    }
    score(lookup, &query)
}

/// The nearest character boundary at or before an offset.
fn floor(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn score(lookup: &Lookup, query: &BTreeMap<u32, u32>) -> Vec<Similar> {
    const K1: f64 = 1.2;
    // Little correction for length: long explanations are thorough, not padded.
    const B: f64 = 0.3;
    let documents = lookup.document_count();
    if documents == 0 || query.is_empty() {
        return Vec::new();
    }
    let lengths: Vec<f64> =
        (0..documents).map(|d| f64::from(lookup.document(u32::try_from(d).unwrap_or(u32::MAX)).2)).collect();
    #[expect(clippy::cast_precision_loss, reason = "numbers of documents are small")]
    let total = documents as f64;
    let average = (lengths.iter().sum::<f64>() / total).max(1.0);
    let mut scores = vec![0.0f64; documents];
    let mut reachable = 0.0f64;
    for (term, times) in query {
        let postings: Vec<(u32, u32)> = lookup.postings(*term).collect();
        #[expect(clippy::cast_precision_loss, reason = "numbers of documents are small")]
        let with = postings.len() as f64;
        if postings.is_empty() {
            continue;
        }
        let rarity = (1.0 + (total - with + 0.5) / (with + 0.5)).ln();
        // A word said twice counts a little more, not twice.
        let emphasis = f64::from((*times).min(4)).sqrt();
        reachable += rarity * (K1 + 1.0) * emphasis;
        for (document, frequency) in postings {
            let Some(slot) = scores.get_mut(document as usize) else { continue };
            let frequency = f64::from(frequency);
            let length = lengths.get(document as usize).copied().unwrap_or(average);
            *slot += emphasis * rarity * frequency * (K1 + 1.0) / (frequency + K1 * (1.0 - B + B * length / average));
        }
    }
    // Texts of few words reach a high share of their maximum by accident: dampen them.
    let scale = (reachable + 12.0).max(1.0);
    let mut found: Vec<Similar> = scores
        .iter()
        .enumerate()
        .filter(|(_, score)| **score > 0.0)
        .map(|(document, score)| {
            let (rule, cause, _) = lookup.document(u32::try_from(document).unwrap_or(u32::MAX));
            // Seven decimals: enough to order, few enough to be the same on every machine.
            Similar { rule, cause, degree: (score / scale * 1e7).round() / 1e7 }
        })
        .collect();
    found.sort_by(|a, b| b.degree.total_cmp(&a.degree).then((a.rule, a.cause).cmp(&(b.rule, b.cause))));
    found
}
