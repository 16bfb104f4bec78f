//! The form of a text that literals are looked up in: ASCII lower case, white space folded.

/// A normalised text with a way back to the original.
#[derive(Debug, Default)]
pub struct Normalized {
    /// Lower-case bytes, every run of white space one blank, and one blank at the end.
    pub bytes: Vec<u8>,
    /// Original offset of every `STEP`th normalised byte.
    marks: Vec<usize>,
}

const STEP: usize = 64;

/// Normalises a text; runs of white space become one blank, ASCII letters lower case.
#[must_use]
pub fn normalize(text: &[u8]) -> Normalized {
    let mut out =
        Normalized { bytes: Vec::with_capacity(text.len()), marks: Vec::with_capacity(text.len() / STEP + 1) };
    let mut blank = false;
    for (offset, byte) in text.iter().enumerate() {
        let space = is_space(*byte);
        if space && blank {
            continue;
        }
        blank = space;
        if out.bytes.len().is_multiple_of(STEP) {
            out.marks.push(offset);
        }
        out.bytes.push(if space { b' ' } else { byte.to_ascii_lowercase() });
    }
    // The filter looks at four bytes at a time; a literal may be the last three.
    out.bytes.push(b' ');
    out
}

/// White space as `\s` sees it in ASCII.
const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

impl Normalized {
    /// Offset in the original text of the normalised byte at `position`.
    #[must_use]
    pub fn origin(&self, position: usize, text: &[u8]) -> usize {
        let slot = position / STEP;
        let Some(start) = self.marks.get(slot).copied() else { return text.len() };
        let mut left = position.saturating_sub(slot.saturating_mul(STEP));
        // The mark points at a kept byte; whether a blank before it was kept does not matter here.
        let mut blank = false;
        for (offset, byte) in text.iter().enumerate().skip(start) {
            let space = is_space(*byte);
            if space && blank {
                continue;
            }
            blank = space;
            if left == 0 {
                return offset;
            }
            left = left.saturating_sub(1);
        }
        text.len()
    }
}

#[cfg(test)]
mod tests {
    use super::normalize;

    #[test]
    fn folds_and_finds_the_way_back() {
        let text = b"Quota  \n\t exceeded\r\nNow";
        let normal = normalize(text);
        assert_eq!(normal.bytes, b"quota exceeded now ");
        assert_eq!(normal.origin(6, text), 10);
        let long = b"ab  ".repeat(300);
        let normal = normalize(&long);
        for (position, byte) in normal.bytes.iter().enumerate().filter(|(_, b)| **b == b'a') {
            assert_eq!(long.get(normal.origin(position, &long)), Some(byte));
        }
    }
}
