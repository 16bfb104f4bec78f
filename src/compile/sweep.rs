//! Finding all literals in a large text: the table of literals decoded once, equal ones compared once.

use std::collections::HashMap;

use super::index::{Normalized, gram, short_gram};
use super::lookup::Hit;

/// Bits of the filter in front of the table.
const BITS: u32 = 1 << 18;

/// A row of the index: a literal and the set of a pattern that it belongs to.
pub(super) struct Entry<'a> {
    pub gram: u32,
    pub literal: &'a [u8],
    /// Where the gram stands in the literal.
    pub back: usize,
    pub pattern: u32,
    pub set: u32,
}

/// One literal with everybody who asks for it, as `(pattern, set)`.
struct Wanted<'a> {
    literal: &'a [u8],
    back: usize,
    owners: Vec<(u32, u32)>,
}

/// All literals by the gram they are found by.
pub(super) struct Table<'a> {
    filter: Vec<u64>,
    wanted: HashMap<u32, Vec<Wanted<'a>>>,
}

impl<'a> Table<'a> {
    pub(super) fn of(entries: impl Iterator<Item = Entry<'a>>) -> Self {
        let mut table = Self { filter: vec![0; (BITS / 64) as usize], wanted: HashMap::new() };
        for entry in entries {
            let (word, bit) = slot(entry.gram);
            if let Some(word) = table.filter.get_mut(word) {
                *word |= bit;
            }
            let same = table.wanted.entry(entry.gram).or_default();
            match same.iter_mut().find(|one| one.back == entry.back && one.literal == entry.literal) {
                Some(one) => one.owners.push((entry.pattern, entry.set)),
                None => same.push(Wanted {
                    literal: entry.literal,
                    back: entry.back,
                    owners: vec![(entry.pattern, entry.set)],
                }),
            }
        }
        table
    }

    /// Tells every literal in the text with the number of its set, as places go up.
    pub(super) fn visit(&self, text: &Normalized, take: &mut impl FnMut(Hit, u32)) {
        for (position, window) in text.bytes.windows(4).enumerate() {
            let Ok(window) = <[u8; 4]>::try_from(window) else { continue };
            let long = gram(window);
            for gram in [long, short_gram(long)] {
                let (word, bit) = slot(gram);
                if self.filter.get(word).is_some_and(|word| word & bit != 0) {
                    self.verify(text, position, gram, take);
                }
            }
        }
    }

    fn verify(&self, text: &Normalized, position: usize, gram: u32, take: &mut impl FnMut(Hit, u32)) {
        for one in self.wanted.get(&gram).into_iter().flatten() {
            let Some(start) = position.checked_sub(one.back) else { continue };
            let length = one.literal.len();
            if text.bytes.get(start..start.saturating_add(length)) != Some(one.literal) {
                continue;
            }
            for (pattern, set) in &one.owners {
                take(Hit { pattern: *pattern, position: start, length }, *set);
            }
        }
    }
}

/// Word and bit of the filter for a gram.
const fn slot(gram: u32) -> (usize, u64) {
    let hash = gram.wrapping_mul(0x9E37_79B1) >> 14;
    ((hash / 64) as usize, 1 << (hash % 64))
}
