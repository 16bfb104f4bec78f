//! Where a text shares words with a pattern.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::compile::index::{stem, term_hash};

/// Places kept of one word from either end of a text; a word that is everywhere tells no place.
const PLACES: usize = 128;

/// Windows looked at for one pattern.
const WINDOWS: usize = 2;

/// Bytes around the outermost shared words.
const AROUND: usize = 80;

/// The places of words in a text.
#[derive(Debug, Default)]
pub struct Words {
    places: HashMap<u32, Places>,
}

#[derive(Debug, Default)]
struct Places {
    count: usize,
    first: Vec<usize>,
    last: VecDeque<usize>,
}

impl Words {
    /// Notes where the wanted words stand; one pass over the text.
    #[must_use]
    pub fn of(text: &[u8], wanted: impl Fn(u32) -> bool) -> Self {
        let mut found = Self::default();
        each_word(text, &mut |at, word| {
            let hash = term_hash(stem(word));
            if !wanted(hash) {
                return;
            }
            let places = found.places.entry(hash).or_default();
            places.count = places.count.saturating_add(1);
            if places.first.len() < PLACES {
                places.first.push(at);
            } else {
                if places.last.len() == PLACES {
                    places.last.pop_front();
                }
                places.last.push_back(at);
            }
        });
        found
    }

    /// How often a word of a pattern stands in the text.
    #[must_use]
    pub fn count(&self, word: &u32) -> usize {
        self.places.get(word).map_or(0, |places| places.count)
    }

    /// The stretches of the text that share most with a pattern of these words, the best first.
    pub(super) fn windows(&self, words: &[u32], width: usize, length: usize) -> Vec<(usize, usize)> {
        let mut events: Vec<(usize, u32)> = Vec::new();
        for word in words {
            if let Some(places) = self.places.get(word) {
                events.extend(places.first.iter().chain(&places.last).map(|at| (*at, *word)));
            }
        }
        events.sort_unstable();
        events.dedup();
        let weight = |word: u32| {
            // A rare word says where to look. Whole thousandths, so that sums are exact.
            let digits = usize::try_from(self.count(&word).max(1).ilog2()).unwrap_or(0);
            1_000usize / digits.saturating_add(1)
        };
        let mut inside: BTreeMap<u32, usize> = BTreeMap::new();
        let mut scored: Vec<(usize, usize, usize)> = Vec::new();
        let (mut sum, mut end) = (0usize, 0usize);
        for (start, word) in &events {
            while let Some((at, other)) = events.get(end).filter(|(at, _)| *at <= start.saturating_add(width)) {
                let count = inside.entry(*other).or_default();
                *count = count.saturating_add(1);
                if *count == 1 {
                    sum = sum.saturating_add(weight(*other));
                }
                debug_assert!(at >= start, "events are sorted");
                end = end.saturating_add(1);
            }
            let last = end.checked_sub(1).and_then(|last| events.get(last)).map_or(*start, |(at, _)| *at);
            scored.push((sum, *start, last));
            if let Some(count) = inside.get_mut(word) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    sum = sum.saturating_sub(weight(*word));
                }
            }
        }
        scored.sort_by_key(|(sum, start, _)| (std::cmp::Reverse(*sum), *start));
        let mut windows: Vec<(usize, usize)> = Vec::new();
        for (_, start, last) in scored {
            let apart = |(from, to): &(usize, usize)| last.saturating_add(AROUND) < *from || start > *to;
            if windows.iter().all(apart) {
                windows.push((
                    start.saturating_sub(AROUND.max(width / 2)),
                    last.saturating_add(AROUND.max(width / 2)).min(length),
                ));
            }
            if windows.len() == WINDOWS {
                break;
            }
        }
        windows
    }
}

/// The words that a pattern spells out, as hashes, each once.
#[must_use]
pub fn pattern_words(pattern: &str) -> Vec<u32> {
    let mut plain = String::with_capacity(pattern.len());
    let mut chars = pattern.chars().peekable();
    let mut class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
                plain.push(' ');
            }
            '[' => class = true,
            ']' => class = false,
            '(' if chars.peek() == Some(&'?') => {
                // The name of a group is no word of the text.
                while chars.peek().is_some_and(|c| !matches!(c, '>' | ':' | ')')) {
                    chars.next();
                }
                plain.push(' ');
            }
            '{' => {
                while chars.peek().is_some_and(|c| *c != '}') {
                    chars.next();
                }
            }
            _ if class => {}
            // The letter before it may be missing.
            '?' | '*' => {
                plain.pop();
                plain.push(' ');
            }
            c => plain.push(c),
        }
    }
    let mut words = Vec::new();
    each_word(plain.as_bytes(), &mut |_, word| {
        let hash = term_hash(stem(word));
        if !words.contains(&hash) {
            words.push(hash);
        }
    });
    words
}

/// Calls `each` with offset and text of every run of three or more ASCII letters and digits, lower case.
fn each_word(text: &[u8], each: &mut dyn FnMut(usize, &str)) {
    let mut word = String::new();
    let mut start = 0usize;
    for (at, byte) in text.iter().copied().chain(std::iter::once(b' ')).enumerate() {
        if byte.is_ascii_alphanumeric() {
            if word.is_empty() {
                start = at;
            }
            if word.len() < 40 {
                word.push(char::from(byte.to_ascii_lowercase()));
            }
            continue;
        }
        if word.len() >= 3 && !word.bytes().all(|byte| byte.is_ascii_digit()) {
            each(start, &word);
        }
        word.clear();
    }
}
