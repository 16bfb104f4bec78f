//! The place of a text that comes nearest to a pattern, and where the two first differ.
//!
//! Words that pattern and text share choose a few windows; in these the pattern is aligned with the fewest changes
//! (a character more, less or another one each count one). Work is bounded by the length of the windows, not of the
//! text. Same pattern and text, same answer.

mod automaton;
mod windows;

use automaton::{Automaton, END};
use regex_syntax::hir::Look;

use crate::compile::index::branches;
pub use windows::{Words, pattern_words};

/// Longest text shown of what was expected or found, in characters.
const SHOWN: usize = 32;

/// Alternatives of one pattern that are aligned, those with the most shared words first.
const ALTERNATIVES: usize = 6;

/// How near a text comes to a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// Number of changes in characters; 0 when it matches.
    pub edits: usize,
    /// Length of the shortest text that the pattern matches, in bytes.
    pub length: usize,
    /// Bytes of the text that were aligned.
    pub span: (usize, usize),
    /// Offset of the first difference; the end of the span when there is none.
    pub at: usize,
    /// What the pattern wants there.
    pub expected: String,
    /// What stands there; empty at the end of the text.
    pub found: String,
}

impl NearMiss {
    /// How much of the pattern was found, 0 to 1.
    #[must_use]
    pub fn degree(&self) -> f64 {
        let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        (1.0 - count(self.edits) / count(self.length.max(1))).max(0.0)
    }
}

/// The place of `text` that comes nearest to `pattern`; `None` when more than half of it would have to change.
#[must_use]
pub fn nearest(pattern: &str, text: &[u8], words: &Words) -> Option<NearMiss> {
    let mut alternatives: Vec<(usize, &str)> = branches(pattern)
        .into_iter()
        .map(|branch| (pattern_words(branch).iter().filter(|word| words.count(word) > 0).count(), branch))
        .filter(|(shared, _)| *shared > 0)
        .collect();
    alternatives.sort_by_key(|(shared, _)| std::cmp::Reverse(*shared));
    let mut best: Option<NearMiss> = None;
    for (_, branch) in alternatives.into_iter().take(ALTERNATIVES) {
        let Some(automaton) = Automaton::new(branch) else { continue };
        let width = automaton.longest.unwrap_or(usize::MAX).clamp(automaton.shortest, 300).max(60);
        for window in words.windows(&pattern_words(branch), width, text.len()) {
            let Some(found) = align(&automaton, text, window) else { continue };
            let better = best.as_ref().is_none_or(|best| {
                // Fewer changes a character, compared without fractions.
                found.edits.saturating_mul(best.length) < best.edits.saturating_mul(found.length)
            });
            if better {
                best = Some(found);
            }
        }
    }
    best
}

/// The cheapest way to a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    edits: usize,
    /// Where the first change was made and the state that wanted something else there.
    first: Option<(usize, usize)>,
    start: usize,
}

impl Cell {
    /// Fewer changes, then the later first change, then the later start.
    fn better(&self, other: &Self) -> bool {
        let key = |cell: &Self| {
            (cell.edits, std::cmp::Reverse(cell.first.map_or(usize::MAX, |(at, _)| at)), std::cmp::Reverse(cell.start))
        };
        key(self) < key(other)
    }

    fn changed(self, at: usize, state: usize) -> Self {
        Self { edits: self.edits.saturating_add(1), first: self.first.or(Some((at, state))), start: self.start }
    }
}

/// A row of the alignment: the cheapest way to each state at one place of the text.
struct Row {
    cells: Vec<Option<Cell>>,
    open: Vec<usize>,
}

impl Row {
    /// Enters all states that `ways` lead to, unless it costs more than `limit`.
    fn enter(&mut self, ways: &[(usize, Option<Look>)], cell: Cell, text: &[u8], at: usize, limit: usize) {
        for (state, look) in ways {
            let cell = match look {
                Some(look) if !stands(*look, text, at) => cell.changed(at, *state),
                _ => cell,
            };
            let Some(slot) = self.cells.get_mut(*state) else { continue };
            if cell.edits <= limit && slot.as_ref().is_none_or(|old| cell.better(old)) {
                *slot = Some(cell);
                self.open.push(*state);
            }
        }
    }

    /// Leaves out what the pattern wants, as often as that is worth it.
    fn skip(&mut self, automaton: &Automaton, text: &[u8], at: usize, limit: usize) {
        while let Some(number) = self.open.pop() {
            let (Some(Some(cell)), Some(state)) = (self.cells.get(number).copied(), automaton.state(number)) else {
                continue;
            };
            if number != END && cell.edits < limit {
                self.enter(&state.next, cell.changed(at, number), text, at, limit);
            }
        }
    }
}

fn align(automaton: &Automaton, text: &[u8], window: (usize, usize)) -> Option<NearMiss> {
    let mut limit = automaton.shortest / 2;
    let mut best: Option<(Cell, usize)> = None;
    let fresh = || Row { cells: vec![None; automaton.states.len()], open: Vec::new() };
    let mut row = fresh();
    for at in window.0..=window.1.min(text.len()) {
        row.enter(&automaton.start, Cell { edits: 0, first: None, start: at }, text, at, limit);
        row.skip(automaton, text, at, limit);
        if let Some(Some(cell)) = row.cells.get(END)
            && best.as_ref().is_none_or(|(best, _)| cell.better(best))
        {
            limit = limit.min(cell.edits);
            best = Some((*cell, at));
        }
        let Some(byte) = text.get(at).filter(|_| at < window.1) else { break };
        let mut next = fresh();
        let after = at.saturating_add(1);
        for (number, cell) in row.cells.iter().enumerate().skip(1) {
            let (Some(cell), Some(state)) = (cell, automaton.state(number)) else { continue };
            if state.takes(*byte) {
                next.enter(&state.next, *cell, text, after, limit);
            } else {
                next.enter(&state.next, cell.changed(at, number), text, after, limit);
            }
            next.enter(&[(number, None)], cell.changed(at, number), text, after, limit);
        }
        row = next;
    }
    let (cell, end) = best?;
    Some(told(automaton, text, cell, end))
}

/// The difference in words, from the beginning of the word it is in.
fn told(automaton: &Automaton, text: &[u8], cell: Cell, end: usize) -> NearMiss {
    let mut miss = NearMiss {
        edits: cell.edits,
        length: automaton.shortest.max(1),
        span: (cell.start, end),
        at: end,
        expected: String::new(),
        found: String::new(),
    };
    if let Some((at, state)) = cell.first {
        let back = automaton.state(state).map_or(0, |state| state.back).min(at.saturating_sub(cell.start));
        // The characters of a literal are numbered from its end.
        let same = (1..=back).all(|step| {
            let byte = at.checked_sub(step).and_then(|place| text.get(place));
            byte.is_some_and(|byte| automaton.state(state.saturating_add(step)).is_some_and(|state| state.takes(*byte)))
        });
        let back = if same { back } else { 0 };
        miss.at = at.saturating_sub(back);
        // Half a word says nothing to a reader.
        let letter = |at: usize| text.get(at).is_some_and(u8::is_ascii_alphanumeric);
        while miss.at > 0 && letter(miss.at) && letter(miss.at.saturating_sub(1)) {
            miss.at = miss.at.saturating_sub(1);
        }
        miss.expected = automaton.wanted(state.saturating_add(back), SHOWN);
        let length = miss.expected.chars().count().clamp(12, 24);
        let line = text.get(miss.at..).unwrap_or_default().split(|byte| *byte == b'\n').next().unwrap_or_default();
        let line = String::from_utf8_lossy(line.get(..line.len().min(4 * SHOWN)).unwrap_or_default()).into_owned();
        let mut found: String = line.chars().take(length).collect();
        found.extend(line.chars().skip(length).take(12).take_while(char::is_ascii_alphanumeric));
        found.trim_end().clone_into(&mut miss.found);
    }
    miss
}

/// Whether a place of the text is what an anchor or a boundary asks for.
fn stands(look: Look, text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| text.get(at)).copied();
    let after = text.get(at).copied();
    let word = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match look {
        Look::Start => before.is_none(),
        Look::End => after.is_none(),
        Look::StartLF | Look::StartCRLF => before.is_none_or(|byte| byte == b'\n'),
        Look::EndLF | Look::EndCRLF => after.is_none_or(|byte| matches!(byte, b'\n' | b'\r')),
        Look::WordAscii | Look::WordUnicode => word(before) != word(after),
        Look::WordAsciiNegate | Look::WordUnicodeNegate => word(before) == word(after),
        Look::WordStartAscii | Look::WordStartUnicode => !word(before) && word(after),
        Look::WordEndAscii | Look::WordEndUnicode => word(before) && !word(after),
        Look::WordStartHalfAscii | Look::WordStartHalfUnicode => !word(before),
        Look::WordEndHalfAscii | Look::WordEndHalfUnicode => !word(after),
    }
}

#[cfg(test)]
mod tests {
    use super::{Words, nearest};

    fn told(pattern: &str, text: &str) -> Option<(String, String, String)> {
        let words = Words::of(text.as_bytes(), |_| true);
        let miss = nearest(pattern, text.as_bytes(), &words)?;
        let span = text.get(miss.span.0..miss.span.1).unwrap_or("?").to_owned();
        Some((span, miss.expected, miss.found))
    }

    const QUOTA: &str =
        r"exceeded your (?:(?P<tier>Pro|free) )?(?:Zero)?GPU quota \((?P<n>\d+)s requested vs\.? (?P<l>\d+)s left\)";

    #[test]
    fn a_match_has_no_difference() {
        let text = "You have exceeded your Pro GPU quota (60s requested vs. 0s left).";
        let words = Words::of(text.as_bytes(), |_| true);
        let miss = nearest(QUOTA, text.as_bytes(), &words).expect("near");
        assert_eq!((miss.edits, miss.expected.as_str()), (0, ""));
    }

    #[test]
    fn the_first_difference_is_told_from_the_beginning_of_its_word() {
        let (span, expected, found) =
            told(QUOTA, "first\nYou have exceeded your GPU quota (60s wanted vs. 0s left).").expect("near");
        assert_eq!(span, "exceeded your GPU quota (60s wanted vs. 0s left)");
        assert_eq!((expected.as_str(), found.as_str()), ("requested vs", "wanted vs. 0s"));
        let (_, expected, found) = told(QUOTA, "exceeded your GPU quota (many s requested vs. 0s left)").expect("near");
        assert_eq!((expected.as_str(), found.as_str()), ("a number", "many s requested"));
        let (_, expected, found) =
            told(r"Access to model \S+ is restricted", "Access to model x/y was restricted").expect("near");
        assert_eq!((expected.as_str(), found.as_str()), ("is restricted", "was restricted"));
    }

    #[test]
    fn what_is_far_is_not_near() {
        assert!(told(QUOTA, "Your quota is fine.").is_none());
        assert!(told(QUOTA, "").is_none());
        assert!(told(r"\bend of file\b$", "the end of file").is_some_and(|(_, expected, _)| expected.is_empty()));
    }

    #[test]
    fn a_long_text_is_searched_in_a_few_windows() {
        let noise = "INFO requested a file from the quota server and left again\n".repeat(40_000);
        let text = format!("{noise}exceeded your GPU quota (60s asked vs. 0s left)\n{noise}");
        let (span, expected, _) = told(QUOTA, &text).expect("near");
        assert_eq!(span, "exceeded your GPU quota (60s asked vs. 0s left)");
        assert_eq!(expected, "requested vs");
    }
}
