//! The index of a knowledge base: one flat image that tells which rules a text can concern.
//!
//! Built from the rules as JSON, by `build.rs` for the embedded base and at run time for a
//! directory; read in place, so that start-up does not grow with the number of rules. This
//! folder uses nothing of the crate: `build.rs` includes it by path.

mod anchors;
mod branches;
mod literals;
mod normal;
mod terms;
mod translate;
mod writer;

pub use anchors::anchor_hash;
pub use branches::branches;
pub use literals::{Set, required_literals};
pub use normal::{Normalized, normalize};
pub use terms::{stem, term_hash, words};
pub use translate::translate;
pub use writer::{Exchange, build};

/// Marks an image of this layout.
pub const MAGIC: u32 = 0x3646_4468;

/// Length of the shortest literal the text filter can find, in bytes.
pub const GRAM: usize = 3;

/// The number a literal is looked up by: four bytes of it, or three with a fourth that no text has.
#[must_use]
pub const fn gram(bytes: [u8; 4]) -> u32 {
    u32::from_le_bytes(bytes)
}

/// The number of the first three bytes of a window of four.
#[must_use]
pub const fn short_gram(gram: u32) -> u32 {
    gram | 0xFF00_0000
}

/// Number of words in the header: magic and one (offset, count) pair a section.
pub const HEADER: usize = 1 + 2 * SECTIONS;

/// Number of sections.
pub const SECTIONS: usize = 9;

/// Sections of the image, in order. Counts are numbers of rows.
#[derive(Clone, Copy, Debug)]
pub enum Section {
    /// `[rule, symptom, sets, kind, layer, text offset, text length]`, a row for each alternative of
    /// a pattern: so many sets of literals must all be present; with kind 1 a match begins where a
    /// literal of the first set stands, with kind 2 it is that literal. Layer 0 decides, 1 wraps,
    /// 2 hints, 3 is retold.
    Patterns = 0,
    /// Words of 32 bits: which gram hashes occur at all.
    Bloom = 1,
    /// `[gram, literal offset, literal length, gram position, pattern, set]`, sorted by gram.
    Grams = 2,
    /// Bytes of all literals and patterns, four a row.
    Literals = 3,
    /// `[pattern]`: patterns without a usable literal, tried on every text.
    Always = 4,
    /// `[anchor hash, rule]`, sorted: structural conditions by a fact they need.
    Anchors = 5,
    /// `[rule]`: structural conditions without an anchor.
    Unanchored = 6,
    /// `[term hash, document, frequency]`, sorted by hash.
    Postings = 7,
    /// `[rule, cause, length]`, a row a document.
    Documents = 8,
}

/// Number of 32-bit words in a row of a section.
#[must_use]
pub const fn row_words(section: Section) -> usize {
    match section {
        Section::Anchors => 2,
        Section::Grams => 6,
        Section::Patterns => 7,
        Section::Postings | Section::Documents => 3,
        Section::Bloom | Section::Literals | Section::Always | Section::Unanchored => 1,
    }
}

/// Position of a gram in a bloom table of `bits` bits (a power of two).
#[must_use]
pub const fn bloom_bit(gram: u32, bits: u32) -> u32 {
    (gram.wrapping_mul(0x9E37_79B1) >> 7) & (bits.wrapping_sub(1))
}

/// FNV-1a over bytes: stable across builds and machines.
#[must_use]
pub fn hash(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}
