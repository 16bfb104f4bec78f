//! Where something that was found stands in what the person gave: the column before escapes, prefixes, frames and
//! secrets were taken out.

use super::escaped::entity;
use super::terminal;

/// Inputs up to this size are looked at again; of larger ones the column in the cleaned line is told.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Longer lines are not looked through: nobody counts their columns.
const LONGEST_LINE: usize = 64 * 1024;
/// Fewer characters than this are found anywhere.
const FEWEST: usize = 3;

/// Column, counted from 1 in characters, at which `words` begin in a line of the input as it is shown: control
/// sequences take no room, a line that was overwritten begins behind the last carriage return. `None` when they
/// cannot be found there.
#[must_use]
pub fn column(bytes: &[u8], line: usize, words: &str) -> Option<usize> {
    if bytes.len() > MAX_BYTES {
        return None;
    }
    let wide = matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]) || bytes.contains(&0);
    let text = if wide {
        // The line numbers of the cleaned text are those of the original.
        super::decode(bytes).ok()?.text
    } else {
        String::from_utf8_lossy(bytes).into_owned()
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let breaks = if text.contains('\n') { '\n' } else { '\r' };
    let raw = text.split(breaks).nth(line.checked_sub(1)?).filter(|raw| raw.len() <= LONGEST_LINE)?;
    let shown = shown(raw);
    // A marker stands for something else in the input.
    let words = words.split(['<', '\u{2026}']).next().unwrap_or_default();
    let words: Vec<char> = words.chars().filter(|c| !c.is_whitespace()).map(fold).collect();
    let at = |count: usize| -> Option<usize> {
        let wanted = words.get(..count)?;
        let found =
            shown.windows(count.max(1)).position(|window| window.iter().map(|(c, _)| *c).eq(wanted.iter().copied()))?;
        // What continues on the next line ends this one.
        let whole = count == words.len() || found + count == shown.len();
        whole.then(|| shown.get(found).map(|(_, column)| *column)).flatten()
    };
    if words.len() < FEWEST {
        return None;
    }
    let longest = words.len().min(shown.len());
    (FEWEST..=longest).rev().take(400).find_map(at)
}

const fn fold(c: char) -> char {
    c.to_ascii_lowercase()
}

/// The visible characters of a line that are no white space, with their columns.
fn shown(raw: &str) -> Vec<(char, usize)> {
    let mut out = Vec::new();
    let mut column = 1;
    let mut rest = raw.trim_end_matches('\r');
    while let Some(c) = rest.chars().next() {
        if let Some(escape) = terminal::escape(rest) {
            rest = rest.get(escape.length..).unwrap_or_default();
            continue;
        }
        if let Some((character, length)) = entity(rest) {
            out.extend(character.chars().filter(|c| !c.is_whitespace()).map(|c| (fold(c), column)));
            column += length;
            rest = rest.get(length..).unwrap_or_default();
            continue;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '\r' => column = 1,
            _ if super::invisible(c) => {}
            _ => {
                if !c.is_whitespace() {
                    out.push((fold(c), column));
                }
                column += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::column;

    #[test]
    fn columns_are_those_that_a_person_sees() {
        let find = |text: &str| column(text.as_bytes(), 2, "402 Client Error: x");
        assert_eq!(find("a\n402 Client Error: x"), Some(1));
        assert_eq!(find("a\n\u{1b}[31m402\u{1b}[0m Client Error: x"), Some(1));
        assert_eq!(find("a\n2026-01-01 10:00:00 402 Client Error: x"), Some(21));
        assert_eq!(find("a\n> 402 Client Error: x\r\n"), Some(3));
        assert_eq!(find("a\n 50%|##| 1/2\r402 Client Error: x"), Some(1));
        assert_eq!(find("a\n\u{2502} 402 Client &#69;rror: x"), None);
        assert_eq!(find("a\n\u{2502} 402 Client Error&#58; x"), None);
        assert_eq!(find("a\nthe end of it: 402 Client Err"), Some(16));
        assert_eq!(find("402 Client Error: x\nb"), None);
        assert_eq!(column(b"say &quot;no such&quot;", 1, "\"no such\""), Some(5));
        assert_eq!(column(b"x", 9, "abc"), None);
    }
}
