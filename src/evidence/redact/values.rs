//! Values behind a telling name: where they begin and end, and whether they are secrets at all.

use super::Kind;
use super::named::Name;
use super::scan::Scan;
use super::tokens::{credential_byte, generic_continues};
use super::words::{expression, harmless, identifier_like, looks_random};

/// A value: where it begins, and how its quote closes.
pub(super) struct Opened {
    pub start: usize,
    pub close: Option<&'static str>,
}

impl Scan<'_> {
    /// Skips blanks and an opening quote.
    pub(super) fn open(&self, at: usize) -> Opened {
        let mut start = self.end_of(at, |b| b == b' ' || b == b'\t');
        if matches!(self.at(start), b'b' | b'f' | b'r') && matches!(self.at(start + 1), b'"' | b'\'') {
            start += 1;
        }
        let quotes: [(&[u8], &'static str); 8] = [
            (b"\\\"", "\\\""),
            (b"\\'", "\\'"),
            (b"\"", "\""),
            (b"'", "'"),
            (b"`", "`"),
            (b"&quot;", "&quot;"),
            (b"&#39;", "&#39;"),
            (b"%22", "%22"),
        ];
        for (open, close) in quotes {
            if self.continues(start, open) {
                return Opened { start: start + open.len(), close: Some(close) };
            }
        }
        Opened { start, close: None }
    }

    /// Where an opened value ends: at its quote, else at the end of the line.
    fn close(&self, opened: &Opened) -> usize {
        let rest = self.text.get(opened.start..).unwrap_or_default();
        let line = rest.find('\n').unwrap_or(rest.len());
        let quote = opened.close.and_then(|close| rest.get(..line)?.find(close));
        opened.start + quote.unwrap_or(line)
    }

    pub(super) fn header_value(&mut self, at: usize, name: Name) -> bool {
        let mut opened = self.open(at);
        if name == Name::Cookie && self.at(opened.start) == b'[' {
            let rest = self.text.get(opened.start..).unwrap_or_default();
            let end = opened.start + rest.find(']').unwrap_or(rest.find('\n').unwrap_or(rest.len()));
            return self.lines(opened.start + 1, end, Kind::Cookie);
        }
        let end = self.close(&opened);
        if name == Name::Cookie {
            let value = self.slice(opened.start, end).trim_end().to_owned();
            return !harmless(&value) && self.mask(opened.start, opened.start + value.len(), Kind::Cookie, &value);
        }
        if name == Name::Authorization {
            let value = self.slice(opened.start, end);
            let scheme = value.split([' ', '\t']).next().unwrap_or_default();
            let known =
                ["bearer", "basic", "token", "apikey", "api-key"].iter().any(|s| scheme.eq_ignore_ascii_case(s));
            if known {
                opened.start = self.end_of(opened.start + scheme.len(), |b| b == b' ' || b == b'\t');
            } else if value.trim().contains([' ', '=']) && !harmless(scheme) {
                // Digest, signatures: the whole value counts.
                let value = value.trim_end().to_owned();
                return self.mask(opened.start, opened.start + value.len(), Kind::Auth, &value);
            }
        }
        if opened.start >= end {
            return false;
        }
        self.hf_token_from(opened.start)
            || self.web_token_from(opened.start)
            || !self.stands_in(&opened) && self.credential(opened.start, Kind::Auth)
    }

    /// A value behind `=`: masked unless it is plainly none.
    pub(super) fn value(&mut self, at: usize) -> bool {
        let opened = self.open(at);
        if self.hf_token_from(opened.start) || self.web_token_from(opened.start) {
            return true;
        }
        if opened.close.is_some() {
            return self.quoted(&opened);
        }
        let end = self.end_of(opened.start, credential_byte);
        !self.calls(opened.start, end) && !self.stands_in(&opened) && self.credential(opened.start, Kind::Secret)
    }

    /// A value behind `:`, which may also be a type or a sentence.
    pub(super) fn member(&mut self, at: usize, named_password: bool) -> bool {
        let opened = self.open(at);
        if self.hf_token_from(opened.start) || self.web_token_from(opened.start) {
            return true;
        }
        let end = self.end_of(opened.start, credential_byte);
        let word = self.slice(opened.start, end);
        if opened.close.is_some() {
            let plain = !named_password && identifier_like(word) && word.len() <= 16;
            return !plain && self.quoted(&opened);
        }
        let digit = word.len() >= 4
            && word.bytes().any(|b| b.is_ascii_digit())
            && word.bytes().any(|b| b.is_ascii_alphabetic());
        let secret = looks_random(word) || named_password && digit;
        secret
            && !self.calls(opened.start, end)
            && !self.stands_in(&opened)
            && self.credential(opened.start, Kind::Secret)
    }

    /// Whether a call, an index or a type stands where a value could.
    fn calls(&self, start: usize, end: usize) -> bool {
        let word = self.slice(start, end);
        if word.contains("::") {
            return true;
        }
        let bracket = word.find(['(', '[']).or_else(|| matches!(self.at(end), b'(' | b'[').then_some(word.len()));
        bracket.and_then(|at| word.get(..at)).is_some_and(expression)
    }

    fn quoted(&mut self, opened: &Opened) -> bool {
        let end = self.close(opened);
        let value = self.slice(opened.start, end).to_owned();
        // The quote closes on another line: what a terminal or a frame wrapped is one word.
        let word = self.end_of(opened.start, credential_byte);
        if self.line_break_after(word).is_some() && !harmless(self.slice(opened.start, word)) {
            return self.credential(opened.start, Kind::Secret);
        }
        // A sentence in quotes is no secret; a pass phrase has few words.
        let sentence = value.split(' ').count() > 5;
        !harmless(&value) && !sentence && self.mask(opened.start, end, Kind::Secret, &value)
    }

    /// Whether a placeholder, variable or constant stands where a secret could.
    fn stands_in(&self, opened: &Opened) -> bool {
        if self.at(opened.start) == b'<' {
            let rest = self.text.get(opened.start..).unwrap_or_default();
            let inner = rest.find('>').and_then(|end| rest.get(..=end)).unwrap_or(rest);
            return inner.len() <= 60 && harmless(inner);
        }
        let end = match opened.close {
            Some(_) => self.close(opened),
            None => self.end_of(opened.start, credential_byte),
        };
        harmless(self.slice(opened.start, end))
    }

    /// Masks one word, also when it goes on in the next line.
    pub(super) fn credential(&mut self, start: usize, kind: Kind) -> bool {
        let start = if self.at(start) == b'<' { start + 1 } else { start };
        let mut run = self.run(start, credential_byte, generic_continues);
        Self::trim_run(&mut run, &['.', ':']);
        let (pieces, text) = (run.pieces, run.text);
        !text.is_empty() && self.mask_pieces(&pieces, kind, &text)
    }

    /// Masks a stretch line by line.
    fn lines(&mut self, start: usize, end: usize, kind: Kind) -> bool {
        let block = self.slice(start, end).to_owned();
        if block.trim_matches([' ', '"', '\'', '\n']).is_empty() || super::is_marker(block.trim()) {
            return false;
        }
        let mut pieces = Vec::new();
        let mut at = start;
        for line in block.split('\n') {
            if !line.is_empty() {
                pieces.push((at, at + line.len()));
            }
            at += line.len() + 1;
        }
        self.mask_pieces(&pieces, kind, &block)
    }
}
