//! Lexical similarity of the evidence to each cause: BM25, the bounded last resort.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::trace::Match;
use crate::compile::Lookup;
use crate::compile::index::{term_hash, words};
use crate::model::{Evidence, PartKind};

/// Bytes of printed text read at its beginning and at its end: errors stand there.
const READ: usize = 6_000;

/// A cause that resembles the evidence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Similar {
    /// Number of the rule.
    pub rule: usize,
    /// Number of the cause.
    pub cause: usize,
    /// BM25 score relative to the best possible one of this text, 0 to 1.
    pub degree: f64,
}

/// The causes that resemble the evidence, best first.
///
/// Of a print in which symptoms were found only the lines with them are read: what a program says besides must not
/// move the causes against each other.
pub(crate) fn rank(lookup: &Lookup, evidence: &Evidence, matches: &[Match]) -> Vec<Similar> {
    let mut query: BTreeMap<u32, u32> = BTreeMap::new();
    let mut cut = false;
    for (number, part) in evidence.parts.iter().enumerate() {
        // Every word once: of lines that were cut the joined ones, of lines with escapes the ones as printed.
        let skip = if part.beside { !cut } else { !part.cuts.is_empty() };
        cut = !part.cuts.is_empty();
        if skip {
            continue;
        }
        let mut read = |piece: &str| {
            words(&without_keys(piece), &mut |word| {
                let slot = query.entry(term_hash(word)).or_default();
                *slot = slot.saturating_add(1);
            });
        };
        let text = part.text.as_str();
        let told = told(text, matches.iter().filter(|one| one.part == number));
        if part.kind == PartKind::Printed && !told.is_empty() {
            told.into_iter().for_each(read);
        } else if part.kind == PartKind::Notes || text.len() <= 2 * READ {
            read(text);
        } else {
            read(text.get(..floor(text, READ)).unwrap_or_default());
            read(text.get(floor(text, text.len().saturating_sub(READ))..).unwrap_or_default());
        }
    }
    score(lookup, &query)
}

/// The lines in which symptoms were found, each once.
fn told<'a>(text: &'a str, matches: impl Iterator<Item = &'a Match>) -> Vec<&'a str> {
    let bytes = text.as_bytes();
    let mut spans: Vec<(usize, usize)> = matches
        .map(|one| {
            let head = bytes.get(..one.span.0).unwrap_or_default();
            let tail = bytes.get(one.span.1..).unwrap_or_default();
            let start = head.iter().rposition(|b| *b == b'\n').map_or(0, |at| at.saturating_add(1));
            let end = tail.iter().position(|b| *b == b'\n').map_or(bytes.len(), |at| one.span.1.saturating_add(at));
            (start, end.min(start.saturating_add(READ)))
        })
        .collect();
    spans.sort_unstable();
    let mut lines = Vec::new();
    let mut after = 0;
    for (start, end) in spans {
        let start = start.max(after);
        if start < end {
            lines.extend(text.get(floor(text, start)..floor(text, end)));
            after = end;
        }
    }
    lines
}

/// A text without the names of its JSON fields: `"message": "..."` says what the field is called, not what happened.
fn without_keys(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    for (colon, _) in text.match_indices("\":") {
        let head = text.get(copied..colon).unwrap_or_default();
        let word = head.bytes().rev().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).count();
        if word > 0
            && head.len() > word
            && head.as_bytes().get(head.len().saturating_sub(word).saturating_sub(1)) == Some(&b'"')
        {
            out.push_str(head.get(..head.len().saturating_sub(word)).unwrap_or_default());
            copied = colon;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(out)
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

#[cfg(test)]
mod tests {
    use super::without_keys;

    #[test]
    fn names_of_fields_say_nothing() {
        assert_eq!(
            without_keys("{\"level\":\"error\", \"msg\": \"a \\\"b\\\": c\"}"),
            "{\"\":\"error\", \"\": \"a \\\"b\\\": c\"}"
        );
        assert_eq!(without_keys("he said \"no\": \"x\""), "he said \"\": \"x\"");
        assert!(matches!(without_keys("plain: \"x\""), std::borrow::Cow::Borrowed(_)));
    }
}
