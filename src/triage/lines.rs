//! Lines of a stream, each bounded.

use std::io::{self, BufRead};

/// Longest record, in bytes. What is longer is skipped to its end without being kept.
pub(super) const LONGEST: usize = 16 * 1024 * 1024;

/// A line with something in it.
#[derive(Debug)]
pub(super) struct Line {
    /// Counted from 1.
    pub number: u64,
    /// What stands there, without the line end; empty when it was too long.
    pub bytes: Vec<u8>,
    /// Whether there was more than may be kept.
    pub too_long: bool,
}

/// Reads lines; empty ones are counted and left out.
pub(super) struct Lines<'a> {
    reader: &'a mut dyn BufRead,
    number: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(reader: &'a mut dyn BufRead) -> Self {
        Self { reader, number: 0 }
    }

    /// The next line with something in it.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let (mut bytes, mut too_long, mut any) = (Vec::new(), false, false);
            loop {
                let chunk = match self.reader.fill_buf() {
                    Ok(chunk) => chunk,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => return Err(error),
                };
                if chunk.is_empty() {
                    break;
                }
                any = true;
                let end = chunk.iter().position(|byte| *byte == b'\n');
                let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
                if !too_long && bytes.len().saturating_add(part.len()) <= LONGEST {
                    bytes.extend_from_slice(part);
                } else {
                    too_long = true;
                    bytes = Vec::new();
                }
                let taken = end.map_or(chunk.len(), |end| end.saturating_add(1));
                self.reader.consume(taken);
                if end.is_some() {
                    break;
                }
            }
            if !any {
                return Ok(None);
            }
            self.number = self.number.saturating_add(1);
            if self.number == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
                bytes.drain(..3);
            }
            if too_long || !bytes.iter().all(u8::is_ascii_whitespace) {
                return Ok(Some(Line { number: self.number, bytes, too_long }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Lines};
    use std::io::BufReader;

    #[test]
    fn lines_are_counted_and_bounded() {
        let mut text = b"\xef\xbb\xbfone\r\n\n  \ntwo".to_vec();
        text.extend(b"\n");
        text.extend(vec![b'x'; LONGEST + 1]);
        text.extend(b"\nlast");
        let mut reader = BufReader::with_capacity(64, text.as_slice());
        let mut lines = Lines::new(&mut reader);
        let mut found = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            found.push((line.number, String::from_utf8(line.bytes).unwrap(), line.too_long));
        }
        let line = |number, text: &str, too_long| (number, text.to_owned(), too_long);
        assert_eq!(found, [line(1, "one\r", false), line(4, "two", false), line(5, "", true), line(6, "last", false)]);
    }
}
