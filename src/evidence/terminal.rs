//! Terminal escape sequences: where one ends, so that it can be dropped.

/// One escape sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Escape {
    /// Length in bytes.
    pub length: usize,
    /// It moves the cursor, so the words on both sides do not touch.
    pub moves: bool,
}

/// Longest control string (title, link, clipboard) that is taken for one.
const MAX_STRING: usize = 256 * 1024;

/// The escape sequence at the beginning of `text`, also when it was printed as the text `\x1b[31m`.
pub(super) fn escape(text: &str) -> Option<Escape> {
    let c = text.chars().next()?;
    let rest = text.get(c.len_utf8()..).unwrap_or_default();
    let intro = c.len_utf8();
    match c {
        '\u{1b}' => Some(after_escape(rest, intro)),
        '\u{9b}' => Some(control_sequence(rest, intro)),
        '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => Some(control_string(rest, intro)),
        '\\' => ["x1b[", "x1B[", "u001b[", "u001B[", "033[", "e["].iter().find_map(|mark| printed(rest, mark, intro)),
        '^' => printed(rest, "[[", intro),
        '\u{241b}' => printed(rest, "[", intro),
        _ => None,
    }
}

fn after_escape(rest: &str, intro: usize) -> Escape {
    match rest.as_bytes() {
        [b'[', ..] => control_sequence(rest.get(1..).unwrap_or_default(), intro + 1),
        [b']' | b'P' | b'X' | b'^' | b'_', ..] => control_string(rest.get(1..).unwrap_or_default(), intro + 1),
        bytes => {
            let middle = bytes.iter().take_while(|b| matches!(b, 0x20..=0x2F)).count();
            let end = usize::from(bytes.get(middle).is_some_and(|b| matches!(b, 0x30..=0x7E)));
            // Without a final byte only the escape character itself goes.
            Escape { length: if end == 1 { intro + middle + 1 } else { intro }, moves: false }
        }
    }
}

/// `CSI parameters intermediates final`; one that is not well formed loses only its introducer.
fn control_sequence(rest: &str, intro: usize) -> Escape {
    let bytes = rest.as_bytes();
    let parameters = bytes.iter().take(64).take_while(|b| matches!(b, 0x30..=0x3F)).count();
    let middle = bytes.iter().skip(parameters).take(2).take_while(|b| matches!(b, 0x20..=0x2F)).count();
    match bytes.get(parameters + middle) {
        Some(last @ 0x40..=0x7E) => Escape {
            length: intro + parameters + middle + 1,
            moves: matches!(last, b'B' | b'C' | b'E' | b'G' | b'H' | b'f'),
        },
        _ => Escape { length: intro, moves: false },
    }
}

/// A string that ends with BEL or ST. One that does not end on its line, or before the next escape, is no string:
/// the text after it stays, and hostile input costs one look at each byte.
fn control_string(rest: &str, intro: usize) -> Escape {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while at < MAX_STRING {
        match bytes.get(at..) {
            Some([0x07, ..]) => return Escape { length: intro + at + 1, moves: false },
            Some([0x1b, b'\\', ..] | [0xC2, 0x9C, ..]) => return Escape { length: intro + at + 2, moves: false },
            Some([b'\n' | 0x1b, ..] | [0xC2, 0x90 | 0x98 | 0x9B | 0x9D | 0x9E | 0x9F, ..] | []) | None => break,
            Some(_) => at += 1,
        }
    }
    Escape { length: intro, moves: false }
}

/// A colour code whose escape character was printed as text; only colours, so that patterns and paths stay.
fn printed(rest: &str, mark: &str, intro: usize) -> Option<Escape> {
    let body = rest.strip_prefix(mark)?;
    let digits = body.bytes().take_while(|b| b.is_ascii_digit() || *b == b';').count();
    (digits <= 16 && body.as_bytes().get(digits) == Some(&b'm'))
        .then_some(Escape { length: intro + mark.len() + digits + 1, moves: false })
}

#[cfg(test)]
mod tests {
    use super::{Escape, escape};

    #[test]
    fn lengths() {
        let plain = |length| Some(Escape { length, moves: false });
        assert_eq!(escape("\u{1b}[1;31mx"), plain(7));
        assert_eq!(escape("\u{1b}[12Cx"), Some(Escape { length: 5, moves: true }));
        assert_eq!(escape("\u{1b}(Bx"), plain(3));
        assert_eq!(escape("\u{1b}"), plain(1));
        assert_eq!(escape("\u{1b}["), plain(2));
        assert_eq!(escape("\u{1b}\u{e9}"), plain(1));
        assert_eq!(escape("\u{9d}8;;x\u{9c}y"), plain(8));
        assert_eq!(escape(r"\x1b[31m"), plain(8));
        assert_eq!(escape(r"\d"), None);
        assert_eq!(escape("x"), None);
    }
}
