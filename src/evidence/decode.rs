//! Bytes to text: encodings, terminal escapes, overwritten lines, invisible characters.
//!
//! One pass, and a copy only where something has to change. Line numbers stay those of the original, because
//! every finding points at a line of what the person gave.

use std::borrow::Cow;

use super::terminal;

/// Bytes looked at when guessing whether they are text at all.
const SAMPLE: usize = 64 * 1024;
/// Segments of one overwritten line that are kept.
const MAX_SEGMENTS: usize = 8;

/// Text and what to know about how it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// The text: UTF-8, `\n` line ends, no control or invisible characters but tab.
    pub text: String,
    /// Sentences for the person, for example that bytes were not valid UTF-8.
    pub notes: Vec<String>,
}

/// Why bytes are not text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotText {
    /// What the bytes look like: `an image (PNG)`.
    pub looks_like: &'static str,
    /// What to give instead.
    pub help: &'static str,
}

/// Reads bytes of unknown encoding.
///
/// # Errors
/// When the bytes are an image, an archive, a program or other binary data.
pub fn decode(bytes: &[u8]) -> Result<Decoded, NotText> {
    let mut notes = Vec::new();
    if let Some(text) = utf16(bytes, &mut notes) {
        return Ok(Decoded { text: clean(&text).into_owned(), notes });
    }
    if let Some(found) = binary(bytes) {
        return Err(found);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => clean(text).into_owned(),
        Err(_) => {
            notes.push("some bytes are not UTF-8; they are shown as \u{fffd}".to_owned());
            clean(&lossy(bytes)).into_owned()
        }
    };
    Ok(Decoded { text, notes })
}

/// UTF-16 with a byte order mark, or without one when every second byte is zero.
fn utf16(bytes: &[u8], notes: &mut Vec<String>) -> Option<String> {
    let (little, body) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (true, rest),
        [0xFE, 0xFF, rest @ ..] => (false, rest),
        _ => {
            let sample = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
            if sample.len() < 8 {
                return None;
            }
            let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
            let (even, odd, pairs) = (zeros(0), zeros(1), sample.len() / 2);
            // Mostly Latin text has a zero in one half of nearly every pair and none in the other.
            let little = odd * 10 >= pairs * 6 && even * 20 < pairs;
            let big = even * 10 >= pairs * 6 && odd * 20 < pairs;
            if !little && !big {
                return None;
            }
            (little, bytes)
        }
    };
    let units = body.chunks_exact(2).map(|pair| match pair {
        [a, b] if little => u16::from_le_bytes([*a, *b]),
        [a, b] => u16::from_be_bytes([*a, *b]),
        _ => 0,
    });
    notes.push("read as UTF-16".to_owned());
    let text = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER));
    Some(text.skip_while(|c| *c == '\u{feff}').collect())
}

/// Invalid UTF-8, with the bytes that terminals take for 8-bit escapes kept as such so that they are stripped.
fn lossy(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        match chunk.invalid() {
            [] => {}
            [byte @ (0x90 | 0x9B | 0x9D)] => out.push(char::from(*byte)),
            _ => out.push(char::REPLACEMENT_CHARACTER),
        }
    }
    out
}

/// Recognises what is certainly not text.
fn binary(bytes: &[u8]) -> Option<NotText> {
    const PASTE: &str = "paste the text of the message instead";
    const UNPACK: &str = "unpack it and give the log or message inside";
    const MAGIC: &[(&[u8], &str, &str)] = &[
        (b"\x89PNG", "an image (PNG)", PASTE),
        (b"\xFF\xD8\xFF", "an image (JPEG)", PASTE),
        (b"GIF87a", "an image (GIF)", PASTE),
        (b"GIF89a", "an image (GIF)", PASTE),
        (b"%PDF-", "a PDF document", PASTE),
        (b"\x7FELF", "a program (ELF)", PASTE),
        (b"\x1F\x8B", "a compressed file (gzip)", UNPACK),
        (b"PK\x03\x04", "an archive (zip)", UNPACK),
        (b"BZh", "a compressed file (bzip2)", UNPACK),
        (b"\xFD7zXZ", "a compressed file (xz)", UNPACK),
        (b"\x28\xB5\x2F\xFD", "a compressed file (zstd)", UNPACK),
        (b"SQLite format 3", "a database (SQLite)", PASTE),
    ];
    for (magic, looks_like, help) in MAGIC {
        // `BZh` also begins words; a real one continues with a level and a block mark.
        let real = *magic != b"BZh" || bytes.get(4..7) == Some(b"1AY");
        if bytes.starts_with(magic) && real {
            return Some(NotText { looks_like, help });
        }
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some(NotText { looks_like: "an image (WebP)", help: PASTE });
    }
    let sample = bytes.get(..bytes.len().min(SAMPLE)).unwrap_or_default();
    let odd = sample.iter().filter(|b| matches!(b, 0..=7 | 14..=26 | 28..=31)).count();
    (sample.len() >= 32 && odd * 20 > sample.len()).then_some(NotText { looks_like: "binary data", help: PASTE })
}

/// Strips terminal escapes, overwritten segments, control and invisible characters.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let Some(first) = next_dirty(bytes, 0) else { return Cow::Borrowed(text) };
    let mut cleaner = Cleaner {
        text,
        out: String::with_capacity(text.len()),
        line: 0,
        segment: 0,
        segments: 0,
        returns_break: !bytes.contains(&b'\n') && !overwrites(text),
    };
    let mut copied = 0;
    let mut at = first;
    loop {
        cleaner.copy(copied, at);
        copied = cleaner.special(at);
        match next_dirty(bytes, copied) {
            Some(next) => at = next,
            None => break,
        }
    }
    cleaner.copy(copied, bytes.len());
    cleaner.end_segment(true);
    Cow::Owned(cleaner.out)
}

/// Bytes that begin something which may have to change: controls, lead bytes of invisible characters, and the
/// back-slash and caret of escapes that were printed as text.
const fn dirty(byte: u8) -> bool {
    matches!(byte, 0..=8 | 11..=31 | 0x7F | 0xC2 | 0xCD | 0xD8 | 0xE1..=0xE3 | 0xEF | 0xF3 | b'\\' | b'^')
}

fn next_dirty(bytes: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.iter().position(|b| dirty(*b)).map(|i| from + i)
}

struct Cleaner<'a> {
    text: &'a str,
    out: String,
    /// Where the current line begins in `out`.
    line: usize,
    /// Where the current segment of an overwritten line begins in `out`.
    segment: usize,
    /// Segments seen on this line before the current one.
    segments: usize,
    /// No `\n` anywhere and no progress: a carriage return ends a line (old Macintosh files).
    returns_break: bool,
}

impl Cleaner<'_> {
    /// Copies a clean stretch, which may hold line ends.
    fn copy(&mut self, from: usize, to: usize) {
        let mut rest = self.text.get(from..to).unwrap_or_default();
        if self.segments > 0
            && let Some(end) = rest.find('\n')
        {
            let (head, tail) = rest.split_at(end);
            self.out.push_str(head);
            self.end_segment(true);
            rest = tail;
        }
        self.out.push_str(rest);
        if let Some(end) = rest.rfind('\n') {
            self.line = self.out.len() - (rest.len() - end - 1);
            self.segment = self.line;
            self.segments = 0;
        }
    }

    /// Handles the character at `at`; returns where copying goes on.
    fn special(&mut self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let Some(c) = rest.chars().next() else { return at + 1 };
        if let Some(escape) = terminal::escape(rest) {
            if escape.moves && !self.out.ends_with([' ', '\n']) {
                self.out.push(' ');
            }
            return at + escape.length;
        }
        let next = at + c.len_utf8();
        match c {
            '\r' => self.carriage_return(next),
            '\u{8}' => {
                if self.out.len() > self.segment {
                    self.out.pop();
                }
            }
            '\u{b}'
            | '\u{c}'
            | '\u{85}'
            | '\u{a0}'
            | '\u{1680}'
            | '\u{2000}'..='\u{200a}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{202f}'
            | '\u{205f}'
            | '\u{3000}' => self.out.push(' '),
            _ if invisible(c) => {}
            _ => self.out.push(c),
        }
        next
    }

    fn carriage_return(&mut self, next: usize) {
        let rest = self.text.get(next..).unwrap_or_default();
        // A line end, also one that was translated twice.
        if rest.starts_with('\n') || rest.starts_with("\r\n") {
            return;
        }
        if self.returns_break {
            self.out.push('\n');
            self.line = self.out.len();
            self.segment = self.line;
            return;
        }
        self.end_segment(false);
    }

    /// Ends a segment that may have overwritten others. Terminals would show the last one only; progress goes,
    /// but a message that a progress bar ran over is evidence and stays.
    fn end_segment(&mut self, line_ends: bool) {
        let (before, current) = self.out.split_at_checked(self.segment).unwrap_or_default();
        let before = before.get(self.line..).unwrap_or_default();
        let overwritten = !line_ends || self.segments > 0;
        let worthless = current.trim().is_empty() || !line_ends && is_progress(current);
        if overwritten && (worthless || before.trim_end() == current.trim_end()) {
            self.out.truncate(self.segment);
        } else if self.segments > MAX_SEGMENTS {
            self.out.drain(self.line..self.segment);
            self.segments = 1;
        }
        if line_ends {
            if overwritten {
                let kept = self.out.trim_end_matches(' ').len().max(self.line);
                self.out.truncate(kept);
            }
            self.segments = 0;
        } else {
            if self.out.len() > self.line && !self.out.ends_with(' ') {
                self.out.push(' ');
            }
            self.segments += 1;
        }
        self.segment = self.out.len();
    }
}

/// Whether carriage returns went back to the beginning of a line that showed progress.
fn overwrites(text: &str) -> bool {
    text.match_indices('\r').any(|(end, _)| {
        let head = text.get(..end).unwrap_or_default();
        is_progress(head.rsplit('\r').next().unwrap_or_default())
    })
}

/// Whether a segment is a progress bar, a counter or a spinner.
fn is_progress(segment: &str) -> bool {
    let bytes = segment.as_bytes();
    let percent = bytes.windows(2).any(|pair| matches!(pair, [b'0'..=b'9', b'%']));
    let rate = ["it/s", "B/s", "s/it", "?it", "ETA", "eta "].iter().any(|mark| segment.contains(mark));
    let drawn = segment.chars().any(|c| matches!(c, '\u{2580}'..='\u{259f}' | '\u{2800}'..='\u{28ff}' | '\u{2501}'));
    (percent || rate || drawn) && !segment.contains("rror")
}

/// Characters that show nothing, change direction or hide text.
#[must_use]
pub fn invisible(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::{clean, decode};

    fn text(bytes: &[u8]) -> String {
        decode(bytes).unwrap().text
    }

    #[test]
    fn encodings_give_the_same_text() {
        let plain = "402 Client Error: Payment Required\nsecond line\n";
        let little: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = plain.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(text(&[b"\xFF\xFE", little.as_slice()].concat()), plain);
        assert_eq!(text(&[b"\xFE\xFF", big.as_slice()].concat()), plain);
        assert_eq!(text(&little), plain);
        assert_eq!(text(&big), plain);
        assert_eq!(text(format!("\u{feff}{plain}").as_bytes()), plain);
        assert_eq!(text(plain.replace('\n', "\r\n").as_bytes()), plain);
        let cp1252 = decode(b"can\x92t").unwrap();
        assert_eq!(cp1252.text, "can\u{fffd}t");
        assert_eq!(cp1252.notes.len(), 1);
    }

    #[test]
    fn binary_data_is_named() {
        assert!(decode(b"\x89PNG\r\n\x1a\n....").unwrap_err().looks_like.contains("image"));
        assert!(decode(b"\x1F\x8B\x08\0\0").unwrap_err().help.contains("unpack"));
        assert!(decode(b"\x7FELF\x02\x01").is_err());
        let noise: Vec<u8> = (0..20_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        assert!(decode(&noise).is_err());
        assert_eq!(text(b"BZh is how it begins"), "BZh is how it begins");
    }

    #[test]
    fn carriage_returns_leave_the_message() {
        assert_eq!(clean("a 10%\ra 50%\ra done\nb"), "a done\nb");
        assert_eq!(clean("  5%|#   | 1/20 [00:01<00:19, 1.0it/s]\rValueError: x\n"), "ValueError: x\n");
        assert_eq!(clean("402 Payment\r 45%|## | 3/9 [00:00<?, ?it/s]\rRequired\n"), "402 Payment Required\n");
        assert_eq!(clean("message\r       \nnext"), "message\nnext");
        assert_eq!(clean("one\rtwo\rthree"), "one\ntwo\nthree");
        assert_eq!(clean(" 50%|##   | 1/2 [00:01<00:01, 1.0it/s]\r401 Unauthorized"), "401 Unauthorized");
        assert_eq!(clean("x\r\r\ny\r\n"), "x\ny\n");
    }

    #[test]
    fn escapes_and_invisible_characters_go() {
        assert_eq!(clean("4\u{1b}[31m02\u{1b}[0m"), "402");
        assert_eq!(clean("\u{1b}]8;;https://a.b\u{1b}\\link\u{1b}]8;;\u{1b}\\"), "link");
        assert_eq!(clean("\u{1b}]52;c;aGk=\u{7}x"), "x");
        assert_eq!(clean("\u{1b}P1;2q\u{1b}\\x\u{1b}cy\u{9b}31mz"), "xyz");
        assert_eq!(text(b"a\x9b31mb"), "ab");
        assert_eq!(clean("\u{1b}]0;never ends\nerror"), "0;never ends\nerror");
        assert_eq!(clean("h\u{200b}f\u{202e}_\u{0}x\u{7f}"), "hf_x");
        assert_eq!(clean("a\u{a0}b\u{3000}c"), "a b c");
        assert_eq!(clean("ab\u{8}c"), "ac");
        assert_eq!(clean(r"\x1b[31mred\u001b[0m \d+ ^[[1mbold"), r"red \d+ bold");
    }

    #[test]
    fn clean_text_is_borrowed_and_lines_stay() {
        assert!(matches!(clean("plain\ttext\n"), std::borrow::Cow::Borrowed(_)));
        let odd = "1\u{1b}[0m\n2\r\n3 \u{85} 3\n\u{2028}4";
        assert_eq!(clean(odd).lines().count(), 4);
    }
}
