//! Slips that a parser notices late and elsewhere: where they happened, and what was meant.

use std::ops::Range;

/// Lines that are looked back for a bracket that is still open.
const LOOK_BACK: usize = 12;

/// A known slip behind a syntax error that the parser noticed at byte `at`: message, bytes to underline, help.
pub(crate) fn slip(text: &str, at: usize, info: &str) -> Option<(String, Range<usize>, String)> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |n| n + 1);
    let before = text.get(start..at)?;
    if info.contains("mapping values are not allowed") {
        return deeper_than_above(text, start, before);
    }
    let bracket = info.contains("flow") || info.contains("illegal placement of ':'") || info.contains("',' or");
    if bracket && let Some(open) = open_bracket(text, start) {
        let close = if text.get(open..open + 1) == Some("{") { '}' } else { ']' };
        let help = format!("close it with `{close}` on the same level");
        return Some(("this bracket is not closed".to_owned(), open..open + 1, help));
    }
    if info.contains("node content") {
        let help = "delete the comma too many, or write the value".to_owned();
        let width = text.get(at..)?.chars().next().map_or(0, char::len_utf8);
        return Some(("a value is missing here".to_owned(), at..at + width, help));
    }
    if info.contains("expected ':'") || info.contains("simple key") || info.contains("expected key") {
        return word_without_colon(text, at);
    }
    None
}

/// A key that is indented further than the value above allows: the parser read it as more of that value.
fn deeper_than_above(text: &str, start: usize, before: &str) -> Option<(String, Range<usize>, String)> {
    let indent = before.len() - before.trim_start().len();
    // With another colon on its line it is that one.
    if before.contains(": ") || before.trim_start().starts_with(['-', '?']) || start == 0 {
        return None;
    }
    let above = text.get(..start)?.trim_end().rsplit('\n').next()?;
    let level = above.len() - above.trim_start_matches([' ', '-']).len();
    let message = "the indentation does not fit the lines above".to_owned();
    let help = "align keys of one mapping, and items of one list".to_owned();
    (indent > level).then(|| (message, start + indent..start + before.len(), help))
}

/// The last bracket that is still open where the line at `start` begins.
fn open_bracket(text: &str, start: usize) -> Option<usize> {
    let mut closed = 0_usize;
    let mut end = start;
    for _ in 0..LOOK_BACK {
        let line_start = text.get(..end.checked_sub(1)?)?.rfind('\n').map_or(0, |n| n + 1);
        for (i, c) in brackets(text.get(line_start..end)?).into_iter().rev() {
            match c {
                ']' | '}' => closed += 1,
                _ if closed > 0 => closed -= 1,
                _ => return Some(line_start + i),
            }
        }
        end = line_start;
    }
    None
}

/// The brackets of a line outside quotes and comments.
fn brackets(line: &str) -> Vec<(usize, char)> {
    let (mut quote, mut found, mut last) = (None, Vec::new(), ' ');
    for (i, c) in line.char_indices() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            // An apostrophe inside a word opens nothing.
            (None, '"' | '\'') if " [{,:".contains(last) => quote = Some(c),
            (None, '#') if last == ' ' => break,
            (None, '[' | ']' | '{' | '}') => found.push((i, c)),
            _ => {}
        }
        last = c;
    }
    found
}

/// A line with a key and no colon, or none with a blank behind it.
fn word_without_colon(text: &str, at: usize) -> Option<(String, Range<usize>, String)> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |n| n + 1);
    let line = text.get(start..)?.lines().next()?;
    // The parser may stand on the line after.
    let whole = |line: &str| {
        let words = line.trim().trim_start_matches("- ");
        let end = words.find([' ', ':']).unwrap_or(words.len());
        let (word, rest) = words.split_at(end);
        let plain = !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        (plain && !rest.starts_with(": ") && !rest.is_empty()).then(|| word.to_owned())
    };
    let previous = text.get(..start)?.trim_end();
    let previous_start = previous.rfind('\n').map_or(0, |n| n + 1);
    let candidates = [(start, line), (previous_start, previous.get(previous_start..)?)];
    candidates.into_iter().find_map(|(start, line)| {
        let word = whole(line)?;
        let from = start + line.find(word.as_str())?;
        let help = format!("write `{word}: `, with a colon and a blank");
        Some((format!("`{word}` has no colon"), from..start + line.trim_end().len(), help))
    })
}
