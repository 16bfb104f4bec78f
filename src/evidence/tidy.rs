//! Undoing what terminals, log collectors and mail do to lines: frames, quote marks, time stamps, hard wraps.
//!
//! Line numbers stay; only what stands in front of and behind the program's own words goes.

use std::borrow::Cow;

use super::escaped::entities;
use crate::model::Place;

/// Texts up to this size are tidied; a larger one is a log whose lines are whole.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Widths at which terminals and log viewers wrap.
const WIDTHS: std::ops::RangeInclusive<usize> = 40..=250;

/// The text without frames, prefixes and HTML entities.
pub(super) fn tidy(text: &str) -> Cow<'_, str> {
    if text.len() > MAX_BYTES {
        return Cow::Borrowed(text);
    }
    match entities(text) {
        Cow::Borrowed(text) => bare(text),
        Cow::Owned(text) => Cow::Owned(bare(&text).into_owned()),
    }
}

/// The text without frames and prefixes.
fn bare(text: &str) -> Cow<'_, str> {
    let framed = text.contains(['\u{2502}', '\u{2503}', '\u{2551}', '|']);
    let mut lines: Vec<&str> = text.split('\n').collect();
    let mut changed = framed && strip_each(&mut lines, frame);
    changed |= changed && strip_each(&mut lines, border);
    changed |= strip_when_common(&mut lines, collector, 1);
    changed |= strip_when_common(&mut lines, time_stamp, 1);
    changed |= strip_service(&mut lines);
    while strip_all(&mut lines, quote_mark) {
        changed = true;
    }
    changed |= strip_numbers(&mut lines);
    if changed { Cow::Owned(lines.join("\n")) } else { Cow::Borrowed(text) }
}

/// A text whose lines were cut at the width of a terminal, with those lines joined.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Joined {
    /// All lines, cut ones joined.
    pub text: String,
    /// Where they come from.
    pub places: Vec<Place>,
    /// Numbers of the lines that were cut, counted from 1.
    pub cuts: Vec<usize>,
}

/// Joins lines that a terminal cut in the middle of a word; `None` when nothing looks cut. Whether a blank was lost
/// at the cut cannot be known for certain, so this stands beside the text.
pub(super) fn unwrapped(text: &str) -> Option<Joined> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let lines: Vec<&str> = text.split('\n').collect();
    let widths: Vec<usize> = lines.iter().map(|line| line.chars().count()).collect();
    let width = *widths.iter().max()?;
    // Cut lines are all as wide as the widest; the last line of all cannot be cut.
    let full = widths.iter().take(widths.len().saturating_sub(1)).filter(|w| **w == width).count();
    let usual = matches!(width, 72 | 76 | 78 | 79 | 80 | 100 | 120 | 132);
    if !WIDTHS.contains(&width) || full == 0 || full == 1 && !usual {
        return None;
    }
    let mut joined = Joined { text: String::with_capacity(text.len()), places: Vec::new(), cuts: Vec::new() };
    let (mut at, mut number) = (0, 1);
    while let Some(line) = lines.get(at) {
        let first = at;
        joined.text.push_str(line);
        let mut column = widths.get(at).copied().unwrap_or_default() + 1;
        while let Some(next) = lines.get(at + 1).filter(|next| goes_on(next)) {
            match width.checked_sub(widths.get(at).copied().unwrap_or_default()) {
                Some(0) => {}
                // A blank at the margin is lost when a terminal's text is copied.
                Some(1) if at > first => {
                    joined.text.push(' ');
                    column += 1;
                }
                _ => break,
            }
            joined.text.push_str(next);
            at += 1;
            joined.cuts.push(at);
            joined.places.push(Place { at: (number, column), origin: (at + 1, 1) });
            column += widths.get(at).copied().unwrap_or_default();
        }
        at += 1;
        number += 1;
        if at < lines.len() {
            joined.text.push('\n');
            if at > first + 1 {
                joined.places.push(Place { at: (number, 1), origin: (at + 1, 1) });
            }
        }
    }
    (!joined.cuts.is_empty()).then_some(joined)
}

/// Whether a line can be the rest of one that was cut: an indented one begins something.
fn goes_on(line: &str) -> bool {
    line.strip_prefix(' ').unwrap_or(line).starts_with(|c: char| !c.is_whitespace())
}

fn strip_each(lines: &mut [&str], strip: fn(&str) -> Option<&str>) -> bool {
    let mut changed = false;
    for line in lines {
        if let Some(rest) = strip(line) {
            *line = rest;
            changed = true;
        }
    }
    changed
}

/// Strips where at least `least` lines and half of all lines have the prefix.
fn strip_when_common(lines: &mut [&str], strip: fn(&str) -> Option<&str>, least: usize) -> bool {
    let with = lines.iter().filter(|line| strip(line).is_some()).count();
    let filled = lines.iter().filter(|line| !line.trim().is_empty()).count();
    with >= least && with * 2 >= filled && strip_each(lines, strip)
}

/// Strips where every line has the prefix.
fn strip_all(lines: &mut [&str], strip: fn(&str) -> Option<&str>) -> bool {
    let filled = |lines: &[&str]| lines.iter().filter(|line| !line.trim().is_empty()).count();
    let all = lines.iter().filter(|line| !line.trim().is_empty()).all(|line| strip(line).is_some());
    all && filled(lines) > 0 && strip_each(lines, strip)
}

/// `│ text │`, `| text |`.
fn frame(line: &str) -> Option<&str> {
    const BARS: [char; 3] = ['\u{2502}', '\u{2503}', '\u{2551}'];
    let trimmed = line.trim();
    let inner = match trimmed.strip_prefix(BARS) {
        Some(inner) => inner,
        None => trimmed.strip_prefix('|').filter(|inner| inner.ends_with('|'))?,
    };
    let inner = inner.strip_suffix(BARS).or_else(|| inner.strip_suffix('|')).unwrap_or(inner);
    Some(inner.strip_prefix(' ').unwrap_or(inner).trim_end())
}

/// The upper or lower edge of a frame: nothing is left of it.
fn border(line: &str) -> Option<&str> {
    let drawn = |c: char| matches!(c, '\u{2500}'..='\u{257f}' | ' ');
    (!line.is_empty() && line.chars().all(drawn)).then_some("")
}

/// `web-1  | text` of compose, when every line has a name of one service.
fn strip_service(lines: &mut [&str]) -> bool {
    let mut names = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| service(line).map(|(name, _)| name));
    let Some(Some(first)) = names.next() else { return false };
    let one = names.all(|name| name == Some(first));
    one && strip_each(lines, |line| service(line).map(|(_, rest)| rest))
}

/// The name of a service and what it printed. A number alone is the number of a line.
fn service(line: &str) -> Option<(&str, &str)> {
    let (head, rest) = line.split_once('|')?;
    let name = head.trim_end();
    let word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let named = name.len() <= 60 && name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(word);
    (named && head.len() > name.len()).then(|| (name, rest.strip_prefix(' ').unwrap_or(rest)))
}

/// `2026-01-02T03:04:05.678Z stderr F text` of container logs.
fn collector(line: &str) -> Option<&str> {
    let rest = time_stamp(line)?;
    ["stderr F ", "stdout F ", "stderr P ", "stdout P "].iter().find_map(|mark| rest.strip_prefix(mark))
}

/// `2026-01-02T03:04:05.678Z `, `[2026-01-02 03:04:05,678] `.
fn time_stamp(line: &str) -> Option<&str> {
    let text = line.strip_prefix('[').unwrap_or(line);
    let shape = b"0000-00-00T00:00:00";
    let head = text.as_bytes().get(..shape.len())?;
    let fits = head.iter().zip(shape).all(|(found, wanted)| match wanted {
        b'0' => found.is_ascii_digit(),
        b'T' => matches!(found, b'T' | b' '),
        other => found == other,
    });
    let tail = text.get(shape.len()..).filter(|_| fits)?;
    let end = tail.find(|c: char| !matches!(c, '0'..='9' | '.' | ',' | 'Z' | '+' | '-' | ':' | ']'))?;
    tail.get(end..)?.strip_prefix(' ').map(|rest| rest.trim_start_matches(' '))
}

/// `> text`
fn quote_mark(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix('>')?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

/// Line numbers of an editor, when every line has one and they count up.
fn strip_numbers(lines: &mut [&str]) -> bool {
    let parsed: Vec<Option<(u32, &str)>> = lines.iter().map(|line| numbered(line)).collect();
    let filled: Vec<u32> = parsed.iter().flatten().map(|(number, _)| *number).collect();
    let all = lines.iter().zip(&parsed).all(|(line, parsed)| parsed.is_some() || line.trim().is_empty());
    let up = filled.windows(2).all(|pair| matches!(pair, [a, b] if a < b && *b - *a < 50));
    if !all || !up || filled.len() < 3 {
        return false;
    }
    strip_each(lines, |line| numbered(line).map(|(_, rest)| rest))
}

fn numbered(line: &str) -> Option<(u32, &str)> {
    let text = line.trim_start();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.get(digits..)?.trim_start_matches(' ').strip_prefix([':', '|', '\t', '\u{2502}'])?;
    Some((text.get(..digits)?.parse().ok()?, rest.strip_prefix(' ').unwrap_or(rest)))
}

#[cfg(test)]
mod tests {
    use super::{tidy, unwrapped};
    use crate::model::Place;

    #[test]
    fn frames_and_prefixes_go() {
        assert_eq!(tidy("\u{2502} 402 Client   \u{2502}\n\u{2502} Error      \u{2502}"), "402 Client\nError");
        assert_eq!(tidy("\u{256d}\u{2500}\u{256e}\n\u{2502} a \u{2502}\n\u{2570}\u{2500}\u{256f}"), "\na\n");
        assert_eq!(tidy("2026-01-02T03:04:05.6Z stderr F a\n2026-01-02T03:04:05.7Z stderr F b"), "a\nb");
        assert_eq!(tidy("[2026-01-02 03:04:05,678] a\n[2026-01-02 03:04:06,678] b"), "a\nb");
        assert_eq!(tidy("> > a\n> > b\n"), "a\nb\n");
        assert_eq!(tidy(" 9 | a\n10 | b\n11 | c"), "a\nb\nc");
        assert_eq!(tidy("web-1  | a\nweb-1  |\nweb-1  | b"), "a\n\nb");
        assert_eq!(tidy("2026-01-02T03:04:05Z once"), "once");
    }

    #[test]
    fn other_text_stays() {
        for text in ["> GET / HTTP/2\n< HTTP/2 403", "402 a\n403 b", "web | b\nother | c", "a|b", "", "1: x\ny"] {
            assert_eq!(tidy(text), text);
        }
    }

    #[test]
    fn words_cut_at_the_margin_are_joined_beside_the_text() {
        let message = "huggingface_hub.errors.HfHubHTTPError: 402 Client Error: Payment Required for url: https://huggingface.co/api/repos/create and more";
        let wrapped: Vec<&str> = message.as_bytes().chunks(60).map(|c| std::str::from_utf8(c).unwrap()).collect();
        let joined = unwrapped(&format!("head\n{}\nshort", wrapped.join("\n"))).unwrap();
        assert_eq!(joined.text, format!("head\n{message}\nshort"));
        assert_eq!(joined.cuts, [2, 3]);
        let origin = |line, column| Place::origin((line, column), &joined.places, 1);
        assert_eq!([origin(1, 2), origin(2, 5), origin(2, 61), origin(2, 125)], [(1, 2), (2, 5), (3, 1), (4, 5)]);
        assert_eq!(origin(3, 2), (5, 2));
        // A blank at the margin goes lost when text is copied, one behind it does not.
        let copied = format!("{}\n{}\n{}\n the end", "a".repeat(50), "b".repeat(49), "c".repeat(50));
        let whole = format!("{}{} {} the end", "a".repeat(50), "b".repeat(49), "c".repeat(50));
        assert_eq!(unwrapped(&copied).unwrap().text, whole);
        assert_eq!(unwrapped("one line\nanother"), None);
        assert_eq!(unwrapped("the longest line of this text is followed by a short one\nx"), None);
    }
}
