//! Writes the image.

use std::collections::BTreeMap;

use serde_json::Value;

use super::anchors::anchors;
use super::branches::branches;
use super::literals::required_literals;
use super::terms::{term_hash, words};
use super::{HEADER, MAGIC, SECTIONS, Section, bloom_bit, gram, short_gram};

/// Builds the image for rules given as JSON objects, in the order of their numbers.
#[must_use]
pub fn build(rules: &[Value]) -> Vec<u8> {
    Image::of(rules).finish()
}

/// Images of rules of which one is exchanged for another form of it.
#[derive(Debug)]
pub struct Exchange {
    image: Image,
}

impl Exchange {
    /// Prepares what the rules have in common, given as for [`build`].
    #[must_use]
    pub fn new(rules: &[Value]) -> Self {
        let mut image = Image::of(rules);
        image.sort();
        Self { image }
    }

    /// The image with other patterns and another structural condition of one rule.
    ///
    /// Words for similarity stay those of the old form.
    #[must_use]
    pub fn with(&self, number: usize, rule: &Value) -> Vec<u8> {
        let number = small(number);
        let mut image = self.image.clone();
        let (patterns, always) = (&mut image.patterns, &mut image.always);
        always.retain(|pattern| {
            usize::try_from(*pattern)
                .ok()
                .and_then(|at| patterns.get(at))
                .is_none_or(|row| row.first() != Some(&number))
        });
        for [owner, _, sets, ..] in patterns.iter_mut() {
            if *owner == number {
                // More sets of literals than a pattern can have: never complete, so never tried.
                *sets = u32::MAX;
            }
        }
        image.anchors.retain(|[_, owner]| *owner != number);
        image.unanchored.retain(|owner| *owner != number);
        image.add_patterns(number, rule);
        image.add_structure(number, rule);
        image.finish()
    }
}

#[derive(Clone, Debug, Default)]
struct Image {
    patterns: Vec<[u32; 7]>,
    grams: Vec<[u32; 6]>,
    literals: Vec<u8>,
    always: Vec<u32>,
    anchors: Vec<[u32; 2]>,
    unanchored: Vec<u32>,
    postings: Vec<[u32; 3]>,
    documents: Vec<[u32; 3]>,
}

impl Image {
    fn of(rules: &[Value]) -> Self {
        let mut image = Self::default();
        for (number, rule) in rules.iter().enumerate() {
            let number = small(number);
            image.add_patterns(number, rule);
            image.add_structure(number, rule);
            image.add_documents(number, rule);
        }
        image
    }

    fn add_patterns(&mut self, rule: u32, value: &Value) {
        for (symptom, entry) in list(value, "symptoms").iter().enumerate() {
            let layer = match entry.get("layer").and_then(Value::as_str) {
                Some("wrapper") => 1,
                Some("hint") => 2,
                Some("retold") => 3,
                _ => 0,
            };
            for branch in branches(entry.get("pattern").and_then(Value::as_str).unwrap_or_default()) {
                self.add_branch(branch, rule, small(symptom), layer);
            }
        }
    }

    fn add_branch(&mut self, branch: &str, rule: u32, symptom: u32, layer: u32) {
        let pattern = small(self.patterns.len());
        let sets = required_literals(branch);
        let kind = sets.first().map_or(0, |set| if set.whole { 2 } else { u32::from(set.prefix) });
        let text = self.bytes(branch.as_bytes());
        self.patterns.push([rule, symptom, small(sets.len()), kind, layer, text, small(branch.len())]);
        if sets.is_empty() {
            self.always.push(pattern);
        }
        for (number, set) in sets.iter().enumerate() {
            for literal in &set.literals {
                let (position, gram) = match literal.as_slice() {
                    [a, b, c] => (0, short_gram(gram([*a, *b, *c, 0]))),
                    longer => rarest_window(longer),
                };
                let offset = self.bytes(literal);
                self.grams.push([gram, offset, small(literal.len()), small(position), pattern, small(number)]);
            }
        }
    }

    /// Stores bytes and returns where.
    fn bytes(&mut self, bytes: &[u8]) -> u32 {
        let offset = small(self.literals.len());
        self.literals.extend_from_slice(bytes);
        offset
    }

    fn add_structure(&mut self, rule: u32, value: &Value) {
        let Some(when) = value.get("when") else { return };
        match anchors(when) {
            Some(hashes) => self.anchors.extend(hashes.into_iter().map(|hash| [hash, rule])),
            None => self.unanchored.push(rule),
        }
    }

    /// One document a cause: its own words weigh more than those of its rule.
    fn add_documents(&mut self, rule: u32, value: &Value) {
        for (cause, entry) in list(value, "causes").iter().enumerate() {
            let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
            let mut count = |text: &str, weight: u32| {
                words(text, &mut |word| {
                    let slot = counts.entry(term_hash(word)).or_default();
                    *slot = slot.saturating_add(weight);
                });
            };
            for key in ["title", "explanation"] {
                count(entry.get(key).and_then(Value::as_str).unwrap_or_default(), if key == "title" { 4 } else { 1 });
            }
            for phrase in list(entry, "retold") {
                count(phrase.as_str().unwrap_or_default(), 3);
            }
            count(value.get("title").and_then(Value::as_str).unwrap_or_default(), 2);
            for example in list(value, "symptoms").iter().flat_map(|symptom| list(symptom, "matches")) {
                count(example.get("text").and_then(Value::as_str).unwrap_or_default(), 1);
            }
            let document = small(self.documents.len());
            let length = counts.values().fold(0u32, |sum, n| sum.saturating_add(*n));
            self.documents.push([rule, small(cause), length]);
            self.postings.extend(counts.into_iter().map(|(term, n)| [term, document, n]));
        }
    }

    fn sort(&mut self) {
        self.grams.sort_unstable();
        self.anchors.sort_unstable();
        self.anchors.dedup();
        self.postings.sort_unstable();
    }

    fn finish(mut self) -> Vec<u8> {
        self.sort();
        let bits = small(self.grams.len().saturating_mul(64).next_power_of_two()).max(1 << 16);
        let mut bloom = vec![0u32; usize::try_from(bits / 32).unwrap_or(0)];
        for [gram, ..] in &self.grams {
            let bit = bloom_bit(*gram, bits);
            if let Some(word) = usize::try_from(bit / 32).ok().and_then(|at| bloom.get_mut(at)) {
                *word |= 1 << (bit % 32);
            }
        }
        let mut literals: Vec<u32> = Vec::with_capacity(self.literals.len() / 4 + 1);
        for chunk in self.literals.chunks(4) {
            let word = chunk.iter().rev().fold(0u32, |word, byte| (word << 8) | u32::from(*byte));
            // A short last chunk keeps its bytes at the low end, where the reader expects them.
            literals.push(word);
        }
        let sections: [Vec<u32>; SECTIONS] = [
            self.patterns.concat(),
            bloom,
            self.grams.concat(),
            literals,
            self.always,
            self.anchors.concat(),
            self.unanchored,
            self.postings.concat(),
            self.documents.concat(),
        ];
        let mut words = vec![MAGIC];
        let mut offset = HEADER;
        for (number, section) in sections.iter().enumerate() {
            let rows = section.len().checked_div(ROW_WORDS.get(number).copied().unwrap_or(1)).unwrap_or(0);
            words.push(small(offset));
            words.push(small(rows));
            offset = offset.saturating_add(section.len());
        }
        words.extend(sections.iter().flatten());
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }
}

/// Row widths in section order.
const ROW_WORDS: [usize; SECTIONS] = [
    super::row_words(Section::Patterns),
    super::row_words(Section::Bloom),
    super::row_words(Section::Grams),
    super::row_words(Section::Literals),
    super::row_words(Section::Always),
    super::row_words(Section::Anchors),
    super::row_words(Section::Unanchored),
    super::row_words(Section::Postings),
    super::row_words(Section::Documents),
];

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Sizes here are far below four thousand million; anything else would be a broken base.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The window of four bytes that is least common in logs: where it begins, and its number.
fn rarest_window(literal: &[u8]) -> (usize, u32) {
    // Rough frequency classes of bytes in English logs and tracebacks; larger is more common.
    let common = |byte: u8| -> u32 {
        match byte {
            b' ' | b'e' => 12,
            b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' => 9,
            b'l' | b'c' | b'd' | b'u' | b'p' | b'm' | b'/' | b'.' | b'_' => 6,
            b'h' | b'f' | b'g' | b'-' | b'0'..=b'9' | b':' | b'"' => 4,
            b'b' | b'y' | b'w' | b'v' | b'k' => 3,
            _ => 1,
        }
    };
    literal
        .windows(4)
        .enumerate()
        .filter_map(|(position, window)| Some((position, <[u8; 4]>::try_from(window).ok()?)))
        .min_by_key(|(_, window)| window.iter().map(|byte| common(*byte)).sum::<u32>())
        .map_or((0, 0), |(position, window)| (position, gram(window)))
}
