//! One pass over a text: at each byte that can begin or end something secret, ask who knows it.

use super::{Kind, Lookup};

/// Something to mask: the first stretch becomes the marker, the `cuts` behind it vanish (a token wrapped over
/// lines keeps its line breaks).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
    pub key: String,
    pub cuts: Vec<(usize, usize)>,
}

/// A stretch of text that may continue on the next lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    pub pieces: Vec<(usize, usize)>,
    pub text: String,
}

/// Bytes at which a detector looks around; [`Scan::detect`] says which.
const TRIGGERS: &[u8] = b"_-JBbA:=,?&@%./\\23456";

/// Everything to mask in a text, in order and without overlap.
pub(super) fn scan(text: &str, lookup: &Lookup) -> Vec<Found> {
    let mut table = [false; 256];
    for byte in TRIGGERS.iter().chain(lookup.starts.keys()) {
        if let Some(entry) = table.get_mut(usize::from(*byte)) {
            *entry = true;
        }
    }
    let mut scan = Scan { text, bytes: text.as_bytes(), done: 0, found: Vec::new() };
    let mut at = 0;
    while let Some(rest) = scan.bytes.get(at..) {
        let Some(skip) = rest.iter().position(|b| table.get(usize::from(*b)).copied().unwrap_or(false)) else { break };
        at += skip;
        let byte = scan.at(at);
        let hit = scan.known(at, byte, lookup) || scan.detect(at, byte);
        at = if hit { scan.done.max(at + 1) } else { at + 1 };
    }
    scan.found
}

/// The state of one pass.
pub(super) struct Scan<'a> {
    pub text: &'a str,
    pub bytes: &'a [u8],
    /// Everything before this is decided.
    pub done: usize,
    pub found: Vec<Found>,
}

impl Scan<'_> {
    /// The byte at a position; 0 outside.
    pub(crate) fn at(&self, index: usize) -> u8 {
        self.bytes.get(index).copied().unwrap_or(0)
    }

    /// The byte before a position; 0 at the beginning.
    pub(crate) fn before(&self, index: usize) -> u8 {
        index.checked_sub(1).map_or(0, |i| self.at(i))
    }

    /// A stretch of the text.
    pub(crate) fn slice(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// Whether the text goes on with these bytes, without regard to ASCII case.
    pub(crate) fn continues(&self, at: usize, word: &[u8]) -> bool {
        self.bytes.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
    }

    /// Where a run of accepted bytes that begins here ends.
    pub(crate) fn end_of(&self, at: usize, accept: fn(u8) -> bool) -> usize {
        at + self.bytes.get(at..).unwrap_or_default().iter().take_while(|b| accept(**b)).count()
    }

    /// Where a run of accepted bytes that ends here begins; not before what is decided.
    pub(crate) fn start_of(&self, at: usize, limit: usize, accept: fn(u8) -> bool) -> usize {
        let from = self.done.max(at.saturating_sub(limit));
        let run = self.bytes.get(from..at).unwrap_or_default().iter().rev().take_while(|b| accept(**b)).count();
        at - run
    }

    /// Masks a stretch, unless part of it is decided already.
    pub(crate) fn mask(&mut self, start: usize, end: usize, kind: Kind, key: &str) -> bool {
        self.mask_pieces(&[(start, end)], kind, key)
    }

    /// Masks stretches that belong together.
    pub(crate) fn mask_pieces(&mut self, pieces: &[(usize, usize)], kind: Kind, key: &str) -> bool {
        let Some(((start, end), cuts)) = pieces.split_first() else { return false };
        let last = cuts.last().map_or(*end, |(_, end)| *end);
        let whole = self.text.is_char_boundary(*start) && self.text.is_char_boundary(last);
        if *start < self.done || start >= end || !whole {
            return false;
        }
        self.found.push(Found { start: *start, end: *end, kind, key: key.to_owned(), cuts: cuts.to_vec() });
        self.done = last;
        true
    }

    /// A run that may be wrapped over lines; `join` decides by what stands so far, what the next line begins
    /// with, and whether that line holds nothing else.
    pub(crate) fn run(&self, start: usize, accept: fn(u8) -> bool, join: fn(&str, &str, bool) -> bool) -> Run {
        let mut run = Run::default();
        let mut at = start;
        loop {
            let end = self.end_of(at, accept);
            run.pieces.push((at, end));
            run.text.push_str(self.slice(at, end));
            if run.pieces.len() > 200 {
                return run;
            }
            let Some(next) = self.line_break_after(end) else { return run };
            let tail_end = self.end_of(next, accept);
            let alone = tail_end >= self.bytes.len() || self.line_break_after(tail_end).is_some();
            if tail_end == next || !join(&run.text, self.slice(next, tail_end), alone) {
                return run;
            }
            at = next;
        }
    }

    /// Drops characters at the end of a run that belong to the sentence, not to the token.
    pub(crate) fn trim_run(run: &mut Run, trailing: &[char]) {
        let trimmed = run.text.trim_end_matches(trailing).len();
        let surplus = run.text.len() - trimmed;
        if let Some((start, end)) = run.pieces.last_mut()
            && *end - *start > surplus
        {
            *end -= surplus;
            run.text.truncate(trimmed);
        }
    }

    /// Where the next line's own text begins, when a line ends here; frames and quote marks do not count.
    pub(crate) fn line_break_after(&self, end: usize) -> Option<usize> {
        let mut at = end;
        // In JSON a line break is written `\n`, in JSON inside of JSON `\\n`.
        let mut escaped = at;
        while self.at(escaped) == b'\\' {
            let letter = self.end_of(escaped, |b| b == b'\\');
            if !matches!(self.at(letter), b'n' | b'r') {
                break;
            }
            escaped = letter + 1;
        }
        if escaped > at {
            return Some(self.end_of(escaped, |b| matches!(b, b' ' | b'>')));
        }
        if self.at(at) == b'\\' && self.at(at + 1) == b'\n' {
            at += 1;
        }
        if self.at(at) != b'\n' {
            at = self.end_of(at, |b| b == b' ');
            let frame = self.frame(at)?;
            at = self.end_of(at + frame, |b| b == b' ');
        }
        if self.at(at) != b'\n' {
            return None;
        }
        at += 1;
        for _ in 0..24 {
            match self.at(at) {
                b' ' | b'\t' | b'>' => at += 1,
                _ => match self.frame(at) {
                    Some(length) => at += length,
                    None => return Some(at),
                },
            }
        }
        Some(at)
    }

    /// Length of a frame character that begins here.
    fn frame(&self, at: usize) -> Option<usize> {
        match self.bytes.get(at..)? {
            [b'|', ..] => Some(1),
            [0xE2, 0x94 | 0x95, _, ..] => Some(3),
            _ => None,
        }
    }

    /// Where `word`, which ends before `at`, begins; it may be broken over two lines.
    pub(crate) fn word_before(&self, at: usize, word: &[u8]) -> Option<usize> {
        let mut start = at;
        let mut broken = false;
        for wanted in word.iter().rev() {
            if self.before(start) != *wanted {
                if broken {
                    return None;
                }
                start = self.line_end_before(start)?;
                broken = true;
                if self.before(start) != *wanted {
                    return None;
                }
            }
            start -= 1;
        }
        (start >= self.done).then_some(start)
    }

    /// The reverse of [`Self::line_break_after`].
    fn line_end_before(&self, at: usize) -> Option<usize> {
        let mut escaped = at;
        while escaped > 1 && matches!(self.before(escaped), b'n' | b'r') && self.before(escaped - 1) == b'\\' {
            escaped -= 1;
            escaped -= self.bytes.get(..escaped).unwrap_or_default().iter().rev().take_while(|b| **b == b'\\').count();
        }
        if escaped < at {
            return (self.line_break_after(escaped) == Some(at)).then_some(escaped);
        }
        let from = at.saturating_sub(40);
        let head = self.bytes.get(from..at)?;
        let newline = from + head.iter().rposition(|b| *b == b'\n')?;
        // The farthest end: blanks and frames between the word and the line break are not part of it.
        (0..=8).rev().filter_map(|back| newline.checked_sub(back)).find(|end| self.line_break_after(*end) == Some(at))
    }

    /// Asks the detectors that this byte can concern.
    fn detect(&mut self, at: usize, byte: u8) -> bool {
        match byte {
            b'_' => self.hf_token(at) || self.other_key(at),
            b'-' => self.other_key(at) || self.private_key(at) || self.flag(at),
            b'J' => self.web_token(at),
            b'A' => self.cloud_key(at),
            b'B' | b'b' => self.scheme(at) || self.on_behalf(at),
            b':' => self.userinfo(at) || self.header(at) || self.ipv6(at),
            b'=' => self.assignment(at),
            b',' => self.pair(at),
            b'?' | b'&' => self.query(at),
            b'@' => self.email(at, 1),
            b'%' => self.encoded(at),
            b'.' => self.ipv4(at),
            b'/' | b'\\' => self.home(at),
            b'2'..=b'6' => self.card(at),
            _ => false,
        }
    }

    /// Names and secrets known beforehand.
    fn known(&mut self, at: usize, byte: u8, lookup: &Lookup) -> bool {
        if lookup.known.is_empty() || at < self.done {
            return false;
        }
        for known in lookup.starting_with(byte) {
            let end = at + known.text.len();
            let Some(found) = self.bytes.get(at..end) else { continue };
            if known.anywhere {
                if found == known.text.as_bytes() {
                    // Learned where it was cut off: what goes on is the same secret.
                    let end = self.end_of(end, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
                    return self.mask(at, end, known.kind, &known.key);
                }
                continue;
            }
            let inside = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
            let part_of_word =
                inside(self.before(at)) && inside(byte) || inside(self.at(end)) && inside(self.before(end));
            if !part_of_word && found.eq_ignore_ascii_case(known.text.as_bytes()) {
                return self.mask(at, end, known.kind, &known.key);
            }
        }
        false
    }
}
