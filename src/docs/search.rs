//! The search index: which page a message belongs to. Built here, read by `search.js`, ranked the same way by both.
//!
//! A message or title is the set of its words, and so is each line of a query, and all of it. A line shares some words
//! with a message; words that few messages have count more. The score is the squared weight of the shared words over the
//! weight of the message, times the same over the weight of the line: so a message that is found completely beats a
//! longer one that shares as much, and a line that is nothing but the message beats the noise around it. Weights are
//! whole numbers; the few divisions are the same in both languages.

use std::collections::{BTreeMap, BTreeSet};

/// Most lines of a query that are looked at one by one.
const LINES: usize = 200;

/// One text that leads to a page.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    /// Number of the page.
    pub(crate) page: usize,
    /// Its words, numbers into `Index::words`, sorted.
    pub(crate) words: Vec<usize>,
}

/// The index.
#[derive(Clone, Debug, Default)]
pub struct Index {
    pages: Vec<Entry>,
    words: Vec<String>,
    weights: Vec<u64>,
    texts: Vec<Text>,
}

/// A page that can be found.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Entry {
    /// Path below the root, without suffix.
    pub path: String,
    /// Title, plain.
    pub title: String,
    /// Kind of page in a word.
    pub kind: String,
}

/// What [`Index::build`] is given: a page and the texts that lead to it.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) entry: Entry,
    pub(crate) texts: Vec<String>,
}

/// The words of a text: runs of letters and digits in lower case, without those that differ from case to case.
///
/// Numbers of up to three digits stay, because a status is one; longer numbers, times and identifiers do not.
#[must_use]
pub fn words(text: &str) -> BTreeSet<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| {
            let letters = word.chars().any(char::is_alphabetic);
            let digits = word.chars().any(char::is_numeric);
            // Mixed words are sizes, ids and hashes; `5xx`, `s3` and `u002` are harmless either way.
            (letters && !digits) || (!letters && word.chars().count() == 3)
        })
        .map(str::to_owned)
        .collect()
}

impl Index {
    /// Builds the index over pages in their order; earlier pages win ties.
    pub(crate) fn build(pages: Vec<Found>) -> Self {
        let mut index = Self::default();
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        let mut texts: Vec<(usize, BTreeSet<String>)> = Vec::new();
        for (page, found) in pages.into_iter().enumerate() {
            for text in found.texts {
                let words = words(&text);
                if words.is_empty()
                    || texts.iter().rev().take_while(|(at, _)| *at == page).any(|(_, known)| *known == words)
                {
                    continue;
                }
                for word in &words {
                    *counts.entry(word.clone()).or_default() += 1;
                }
                texts.push((page, words));
            }
            index.pages.push(found.entry);
        }
        let all = u64::try_from(texts.len()).unwrap_or(u64::MAX).max(1);
        let numbers: BTreeMap<&String, usize> =
            counts.keys().enumerate().map(|(number, word)| (word, number)).collect();
        index.texts = texts
            .into_iter()
            .map(|(page, words)| Text {
                page,
                words: words.iter().filter_map(|word| numbers.get(word).copied()).collect(),
            })
            .collect();
        index.weights = counts.values().map(|count| weight(all, *count)).collect();
        index.words = counts.into_keys().collect();
        index
    }

    /// The pages for a query, best first: number of page and score.
    #[must_use]
    pub fn find(&self, query: &str) -> Vec<(&Entry, f64)> {
        let mut best: BTreeMap<usize, f64> = BTreeMap::new();
        for line in lines(query) {
            self.find_line(&words(line), &mut best);
        }
        let mut found: Vec<(usize, f64)> = best.into_iter().collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        found.into_iter().filter_map(|(page, score)| self.pages.get(page).map(|entry| (entry, score))).collect()
    }

    /// Raises the scores of pages to those of one line of a query.
    fn find_line(&self, asked: &BTreeSet<String>, best: &mut BTreeMap<usize, f64>) {
        let wanted: Vec<bool> = self.words.iter().map(|word| asked.contains(word)).collect();
        let weight = |word: usize| self.weights.get(word).copied().unwrap_or(0);
        let sum = |words: &mut dyn Iterator<Item = usize>| words.map(weight).sum::<u64>();
        let is_wanted = |word: &usize| wanted.get(*word).copied().unwrap_or(false);
        let known = wanted.iter().filter(|wanted| **wanted).count();
        // A word that no message has is as rare as the rarest.
        let strange = u64::try_from(asked.len().saturating_sub(known)).unwrap_or(u64::MAX);
        let rarest = self.weights.iter().max().copied().unwrap_or(0);
        let own = sum(&mut (0..self.words.len()).filter(is_wanted)).saturating_add(strange.saturating_mul(rarest));
        for text in &self.texts {
            let shared = sum(&mut text.words.iter().copied().filter(is_wanted));
            if shared == 0 {
                continue;
            }
            let whole = sum(&mut text.words.iter().copied());
            #[expect(clippy::cast_precision_loss, reason = "weights are small; JavaScript has the same numbers")]
            let [shared, whole, own] = [(shared * shared) as f64, whole as f64, own as f64];
            let score = (shared / whole) * (shared / own);
            let known = best.entry(text.page).or_insert(0.0);
            if score > *known {
                *known = score;
            }
        }
    }

    /// The index as a classic script, so that pages opened from a disk can load it.
    ///
    /// # Errors
    /// Never: its parts have forms in JSON.
    pub(crate) fn script(&self) -> Result<String, serde_json::Error> {
        let texts: Vec<(usize, &[usize])> = self.texts.iter().map(|text| (text.page, text.words.as_slice())).collect();
        let document = serde_json::json!({
            "pages": self.pages, "words": self.words, "weights": self.weights, "texts": texts,
        });
        let json = crate::report::escape::json(serde_json::to_string(&document)?);
        // Nothing can end the script element of a page or begin a comment, even if somebody pastes this into one.
        Ok(format!("window.hfDoctorIndex = {};\n", json.replace('<', "\\u003c")))
    }
}

/// All of a query, and each line of it once; of very long ones the last, where errors stand.
fn lines(query: &str) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    let mut found: Vec<&str> = query.split('\n').filter(|line| !line.trim().is_empty() && seen.insert(*line)).collect();
    let first = found.len().saturating_sub(LINES);
    found.drain(..first);
    if !seen.contains(query) {
        found.push(query);
    }
    found
}

/// Weight of a word that `count` of `all` texts have: 16 times the binary logarithm of how rare it is.
fn weight(all: u64, count: u64) -> u64 {
    // Whole numbers only: logarithms differ in the last bit between machines.
    let mut ratio = (all << 16) / count.max(1);
    let mut weight = 16_u64;
    while ratio >= 2 << 16 {
        ratio >>= 1;
        weight += 16;
    }
    weight + ((ratio.saturating_sub(1 << 16)) >> 12)
}

#[cfg(test)]
mod tests {
    use super::{weight, words};

    #[test]
    fn words_leave_out_what_differs_from_case_to_case() {
        let found: Vec<String> =
            words("401 Client Error: (Request ID: Root=1-66f0a; 7af31bc0) 60s left").into_iter().collect();
        assert_eq!(found, ["401", "client", "error", "id", "left", "request", "root"]);
    }

    #[test]
    fn rare_words_weigh_more() {
        assert_eq!([weight(1024, 1024), weight(1024, 512), weight(1024, 1)], [16, 32, 176]);
        assert!(weight(1000, 3) > weight(1000, 4));
    }
}
