//! Reads the index image in place.

use std::borrow::Cow;

use crate::model::Layer;

use super::index::{HEADER, MAGIC, Normalized, SECTIONS, Section, anchor_hash, bloom_bit, gram, row_words, short_gram};
use super::sweep::{Entry, Table};

/// Texts above this size, in bytes, are worth a table of all literals.
const LARGE: usize = 64 * 1024;

/// An index image: which patterns, rules and documents some evidence can concern.
#[derive(Debug)]
pub struct Lookup {
    image: Cow<'static, [u8]>,
    sections: [(usize, usize); SECTIONS],
}

/// A pattern whose literal stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// Number of the pattern.
    pub pattern: u32,
    /// Where its literal begins in the normalised text.
    pub position: usize,
    /// Length of the literal.
    pub length: usize,
}

/// One alternative of a symptom's pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// Number of the rule.
    pub rule: usize,
    /// Number of the symptom in its rule.
    pub symptom: usize,
    /// How much a match says.
    pub layer: Layer,
    /// The alternative as written.
    pub text: &'a str,
}

/// How the matches of a pattern lie to the places of its literals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// somewhere around them
    Around,
    /// they begin there
    Start,
    /// they are the literals
    Whole,
}

impl Lookup {
    /// Opens an image; `None` when it is not one of this layout.
    #[must_use]
    pub fn open(image: Cow<'static, [u8]>) -> Option<Self> {
        let word = |at: usize| -> Option<u32> {
            let start = at.checked_mul(4)?;
            image.get(start..start.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
        };
        if word(0)? != MAGIC {
            return None;
        }
        const { assert!(HEADER == 1 + 2 * SECTIONS, "header length") };
        let mut sections = [(0usize, 0usize); SECTIONS];
        for (number, slot) in sections.iter_mut().enumerate() {
            let at = 1 + 2 * number;
            *slot = (usize::try_from(word(at)?).ok()?, usize::try_from(word(at + 1)?).ok()?);
        }
        Some(Self { image, sections })
    }

    fn word(&self, at: usize) -> u32 {
        at.checked_mul(4)
            .and_then(|start| self.image.get(start..start.checked_add(4)?))
            .and_then(|bytes| bytes.try_into().ok())
            .map_or(0, u32::from_le_bytes)
    }

    fn rows(&self, section: Section) -> usize {
        self.sections.get(section as usize).map_or(0, |(_, rows)| *rows)
    }

    fn cell(&self, section: Section, row: usize, column: usize) -> u32 {
        let start = self.sections.get(section as usize).map_or(0, |(start, _)| *start);
        self.word(start.saturating_add(row.saturating_mul(row_words(section))).saturating_add(column))
    }

    /// First row of a sorted section whose first column is not below `key`.
    fn lower_bound(&self, section: Section, key: u32) -> usize {
        let (mut low, mut high) = (0usize, self.rows(section));
        while low < high {
            let middle = low.midpoint(high);
            if self.cell(section, middle, 0) < key { low = middle.saturating_add(1) } else { high = middle }
        }
        low
    }

    /// What a pattern belongs to.
    #[must_use]
    pub fn pattern(&self, pattern: u32) -> Row<'_> {
        let cell = |column| self.cell(Section::Patterns, pattern as usize, column) as usize;
        let start = self.literals_start().saturating_add(cell(5));
        let text = self.image.get(start..start.saturating_add(cell(6))).unwrap_or_default();
        Row {
            rule: cell(0),
            symptom: cell(1),
            layer: match cell(4) {
                0 => Layer::Decisive,
                1 => Layer::Wrapper,
                2 => Layer::Hint,
                _ => Layer::Retold,
            },
            text: std::str::from_utf8(text).unwrap_or_default(),
        }
    }

    fn literals_start(&self) -> usize {
        self.sections.get(Section::Literals as usize).map_or(0, |(start, _)| start.saturating_mul(4))
    }

    /// How the matches of a pattern lie to its hits.
    #[must_use]
    pub fn reach(&self, pattern: u32) -> Reach {
        match self.cell(Section::Patterns, pattern as usize, 3) {
            2 => Reach::Whole,
            1 => Reach::Start,
            _ => Reach::Around,
        }
    }

    /// Number of patterns.
    #[must_use]
    pub fn pattern_count(&self) -> usize {
        self.rows(Section::Patterns)
    }

    /// Patterns without a literal; these have to be tried on every text.
    pub fn always(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.rows(Section::Always)).map(|row| self.cell(Section::Always, row, 0))
    }

    /// Patterns of which every set of literals has a member in the text: where the members of the
    /// most selective set stand, in order of place.
    #[must_use]
    pub fn scan(&self, text: &Normalized) -> Vec<Hit> {
        let mut hits = Vec::new();
        let complete = self.visit(text, |hit| hits.push(hit));
        hits.retain(|hit| complete.binary_search(&hit.pattern).is_ok());
        hits
    }

    /// As [`Self::scan`], without keeping the places: each is told as it is found, also those of patterns of which
    /// another set turns out to be missing. Returns the patterns of which none is, in order.
    pub fn visit(&self, text: &Normalized, mut take: impl FnMut(Hit)) -> Vec<u32> {
        let mut seen = vec![0u32; self.pattern_count()];
        // A short message touches a few of many patterns: only those are looked at again.
        let mut touched: Vec<u32> = Vec::new();
        let mut note = |hit: Hit, set: u32| {
            if let Some(seen) = seen.get_mut(hit.pattern as usize) {
                if *seen == 0 {
                    touched.push(hit.pattern);
                }
                *seen |= 1 << set.min(31);
            }
            if set == 0 {
                take(hit);
            }
        };
        if text.bytes.len() > LARGE {
            Table::of(self.entries()).visit(text, &mut note);
        } else {
            self.literals_in(text, &mut note);
        }
        touched.sort_unstable();
        touched.retain(|pattern| {
            let found = seen.get(*pattern as usize).map_or(0, |seen| seen.count_ones());
            found == self.cell(Section::Patterns, *pattern as usize, 2)
        });
        touched
    }

    /// The literals of all patterns.
    fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let literals = self.literals_start();
        (0..self.rows(Section::Grams)).filter_map(move |row| {
            let offset = literals.saturating_add(self.cell(Section::Grams, row, 1) as usize);
            let length = self.cell(Section::Grams, row, 2) as usize;
            Some(Entry {
                gram: self.cell(Section::Grams, row, 0),
                literal: self.image.get(offset..offset.saturating_add(length))?,
                back: self.cell(Section::Grams, row, 3) as usize,
                pattern: self.cell(Section::Grams, row, 4),
                set: self.cell(Section::Grams, row, 5),
            })
        })
    }

    /// Every literal in the text with the number of its set.
    fn literals_in(&self, text: &Normalized, take: &mut impl FnMut(Hit, u32)) {
        let (bloom_start, bloom_words) = self.sections.get(Section::Bloom as usize).copied().unwrap_or((0, 0));
        let bits = u32::try_from(bloom_words.saturating_mul(32)).unwrap_or(0);
        let bloom = bloom_start
            .checked_mul(4)
            .and_then(|start| self.image.get(start..start.checked_add(bloom_words.checked_mul(4)?)?))
            .unwrap_or_default();
        let seen = |gram: u32| {
            let bit = bloom_bit(gram, bits);
            // Bytes of a little-endian word: bit k of the table is bit k % 8 of byte k / 8.
            bloom.get((bit / 8) as usize).is_some_and(|byte| byte & (1 << (bit % 8)) != 0)
        };
        for (position, window) in text.bytes.windows(4).enumerate() {
            let Ok(window) = <[u8; 4]>::try_from(window) else { continue };
            let long = gram(window);
            for gram in [long, short_gram(long)] {
                if seen(gram) {
                    self.verify(text, position, gram, take);
                }
            }
        }
    }

    fn verify(&self, text: &Normalized, position: usize, gram: u32, take: &mut impl FnMut(Hit, u32)) {
        let literals = self.literals_start();
        for row in self.lower_bound(Section::Grams, gram)..self.rows(Section::Grams) {
            if self.cell(Section::Grams, row, 0) != gram {
                return;
            }
            let offset = literals.saturating_add(self.cell(Section::Grams, row, 1) as usize);
            let length = self.cell(Section::Grams, row, 2) as usize;
            let Some(start) = position.checked_sub(self.cell(Section::Grams, row, 3) as usize) else { continue };
            let literal = self.image.get(offset..offset.saturating_add(length));
            if literal.is_some() && literal == text.bytes.get(start..start.saturating_add(length)) {
                let hit = Hit { pattern: self.cell(Section::Grams, row, 4), position: start, length };
                take(hit, self.cell(Section::Grams, row, 5));
            }
        }
    }

    /// Rules whose structural condition may hold, given the known facts as `(name, value)`.
    #[must_use]
    pub fn structural<'a>(&self, facts: impl Iterator<Item = (&'a str, String)>) -> Vec<usize> {
        let mut rules: Vec<usize> =
            (0..self.rows(Section::Unanchored)).map(|row| self.cell(Section::Unanchored, row, 0) as usize).collect();
        for (fact, value) in facts {
            for key in [anchor_hash(fact, None), anchor_hash(fact, Some(&value))] {
                let first = self.lower_bound(Section::Anchors, key);
                rules.extend(
                    (first..self.rows(Section::Anchors))
                        .take_while(|row| self.cell(Section::Anchors, *row, 0) == key)
                        .map(|row| self.cell(Section::Anchors, row, 1) as usize),
                );
            }
        }
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    /// Number of documents (causes) for lexical similarity.
    #[must_use]
    pub fn document_count(&self) -> usize {
        self.rows(Section::Documents)
    }

    /// Rule number, cause number and length of a document.
    #[must_use]
    pub fn document(&self, document: u32) -> (usize, usize, u32) {
        let row = document as usize;
        (
            self.cell(Section::Documents, row, 0) as usize,
            self.cell(Section::Documents, row, 1) as usize,
            self.cell(Section::Documents, row, 2),
        )
    }

    /// Documents that contain a term, with its weighted frequency.
    pub fn postings(&self, term: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let first = self.lower_bound(Section::Postings, term);
        (first..self.rows(Section::Postings))
            .take_while(move |row| self.cell(Section::Postings, *row, 0) == term)
            .map(|row| (self.cell(Section::Postings, row, 1), self.cell(Section::Postings, row, 2)))
    }
}

#[cfg(test)]
mod tests {
    use super::Lookup;
    use crate::compile::index::{build, normalize};
    use serde_json::json;
    use std::borrow::Cow;

    #[test]
    fn finds_the_patterns_a_text_can_match_and_no_others() {
        let rules = [
            json!({"symptoms": [{"pattern": r"exceeded your (?:Pro )?GPU quota"}, {"pattern": r"\d+"}],
                   "when": {"http.status": 402}, "causes": [{"title": "quota used up", "explanation": "no seconds left"}]}),
            json!({"symptoms": [{"pattern": "Invalid credentials in Authorization header"}], "causes": []}),
        ];
        let lookup = Lookup::open(Cow::Owned(build(&rules))).expect("an image of this layout");
        let text = normalize(b"You have EXCEEDED your\n   Pro GPU quota (60s)");
        let hits: Vec<_> = lookup.scan(&text).iter().map(|hit| lookup.pattern(hit.pattern).text).collect();
        assert_eq!(hits, ["exceeded your (?:Pro )?GPU quota"]);
        // A large text goes through the table and gives the same.
        let large = normalize(&[&b"no match in this line\n".repeat(4000)[..], b"You EXCEEDED your GPU quota"].concat());
        let found = lookup.scan(&large);
        assert_eq!(found.iter().map(|hit| hit.pattern).collect::<Vec<_>>(), [0]);
        let mut slow = Vec::new();
        lookup.literals_in(&large, &mut |hit, _| slow.push(hit));
        assert_eq!(found, slow);
        assert_eq!(lookup.always().map(|p| lookup.pattern(p).symptom).collect::<Vec<_>>(), [1]);
        assert_eq!(lookup.structural([("http.status", "402".to_owned())].into_iter()), [0]);
        assert!(lookup.structural([("http.status", "403".to_owned())].into_iter()).is_empty());
        assert_eq!(lookup.document_count(), 1);
        assert!(Lookup::open(Cow::Borrowed(b"not an image")).is_none());
    }
}
