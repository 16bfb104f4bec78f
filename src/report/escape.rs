//! One boundary per sink: what may leave the program, and in which clothes.
//!
//! Evidence is written by strangers. Whatever a report quotes passes through exactly one of these
//! functions on its way out: [`line()`] and [`block`] for terminals, [`markdown`], [`code_span`] and
//! [`fence`] for forums, [`html`] for pages, [`json`] for machines.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character is invisible or changes the direction of its neighbours.
///
/// Such characters can make two different texts look alike, or one text read differently from
/// what a copy of it says, so they never leave.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Whether nothing in `text` needs attention: printable ASCII and, when allowed, line breaks.
fn is_plain(text: &str, breaks: bool) -> bool {
    text.bytes().all(|b| matches!(b, b' '..=b'~') || (breaks && b == b'\n'))
}

/// Appends a control character so that a person sees it: `\x1b`.
fn push_control(out: &mut String, c: char) {
    let _ = write!(out, "\\x{:02x}", u32::from(c));
}

/// Text on one line: breaks and tabs become blanks, controls visible, hidden characters dropped.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    if is_plain(text, false) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push(' '),
            c if is_hidden(c) => {}
            c if c.is_control() => push_control(&mut out, c),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Text that keeps its lines; tabs become four blanks, the rest is as in [`line()`].
#[must_use]
pub fn block(text: &str) -> Cow<'_, str> {
    if is_plain(text, true) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\t' => out.push_str("    "),
            c if is_hidden(c) => {}
            c if c.is_control() => push_control(&mut out, c),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Text inside a Markdown document that must read as itself: no emphasis, link, code or HTML.
///
/// Bare addresses lose the power to become links, too.
#[must_use]
pub fn markdown(text: &str) -> String {
    escape_markdown(&line(text), false)
}

/// As [`markdown`], and also what only matters next to an author's own Markdown, such as `(` after `]`.
#[must_use]
pub fn markdown_strict(text: &str) -> String {
    escape_markdown(&line(text), true)
}

fn escape_markdown(text: &str, strict: bool) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text.chars();
    let mut leading_digits = true;
    let mut first = true;
    while let Some(c) = rest.next() {
        let after = rest.as_str();
        let escape = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '~' | '|' | '&' | '#' | '@' => true,
            '(' | '{' | '}' | '!' | '$' | '^' => strict,
            // Only at the beginning of a line do these open lists and underlines.
            '-' | '+' | '=' => first,
            ')' => strict || (leading_digits && !first && ends_word(after)),
            '.' => (leading_digits && !first && ends_word(after)) || ends_with_www(&out),
            ':' => after.starts_with("//"),
            _ => false,
        };
        if escape {
            out.push('\\');
        }
        out.push(c);
        leading_digits &= c.is_ascii_digit();
        first = false;
    }
    out
}

/// Whether what follows a list marker makes it one.
fn ends_word(after: &str) -> bool {
    after.is_empty() || after.starts_with(' ')
}

/// Whether the last three characters are `www`, which forums turn into links.
pub(super) fn ends_with_www(out: &str) -> bool {
    out.len().checked_sub(3).and_then(|at| out.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case("www"))
}

/// Length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// A Markdown code span that holds exactly `text`; safe in table cells.
#[must_use]
pub fn code_span(text: &str) -> String {
    // GitHub splits table cells before it looks for code spans; `\|` is its way around.
    code(&text.replace('|', "\\|"))
}

/// A Markdown code span that holds exactly `text`, outside of tables.
#[must_use]
pub fn code(text: &str) -> String {
    let text = line(text);
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    let ticks = "`".repeat(longest_run(text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// A fenced Markdown code block whose fence is longer than any run of backticks inside.
#[must_use]
pub fn fence(text: &str, lang: &str) -> String {
    let text = block(text);
    let ticks = "`".repeat((longest_run(&text) + 1).max(3));
    let lang: String = lang.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+')).collect();
    format!("{ticks}{lang}\n{}\n{ticks}", text.trim_end_matches('\n'))
}

/// Text inside an HTML element or a quoted attribute.
#[must_use]
pub fn html(text: &str) -> String {
    let text = block(text);
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Serialized JSON in which hidden and C1 characters are written as `\uXXXX`.
///
/// They can occur in strings only, so the document stays the same for every reader.
#[must_use]
pub fn json(serialized: String) -> String {
    let odd = |c: char| c != '\n' && (c.is_control() || is_hidden(c));
    if !serialized.chars().any(odd) {
        return serialized;
    }
    let mut out = String::with_capacity(serialized.len() + 16);
    for c in serialized.chars() {
        if odd(c) {
            let mut units = [0_u16; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// A word for a POSIX shell, quoted when it needs to be.
#[must_use]
pub fn shell(word: &str) -> String {
    let word = line(word);
    let safe =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '=' | '/' | ':' | ',' | '@' | '+' | '%');
    if !word.is_empty() && word.chars().all(safe) {
        return word.into_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_shown_and_hidden_characters_dropped() {
        assert_eq!(line("a\u{1b}[31mb\u{202e}c\u{200b}d\te\nf"), "a\\x1b[31mbcd e f");
        assert_eq!(block("a\r\nb\u{9b}c"), "a\nb\\x9bc");
    }

    #[test]
    fn markdown_reads_as_itself() {
        assert_eq!(markdown("[x](javascript:a)"), "\\[x\\](javascript:a)");
        assert_eq!(markdown("1. a - b"), "1\\. a - b");
        assert_eq!(markdown("- a"), "\\- a");
        assert_eq!(markdown("see https://e.x www.e.x"), "see https\\://e.x www\\.e.x");
        assert_eq!(markdown_strict("(a)!"), "\\(a\\)\\!");
    }

    #[test]
    fn fences_outgrow_their_content() {
        assert_eq!(fence("a\n````\nb", "sh`"), "`````sh\na\n````\nb\n`````");
        assert_eq!(code_span("a``b"), "```a``b```");
        assert_eq!(code_span("`a"), "`` `a ``");
    }

    #[test]
    fn json_stays_the_same_document() {
        let text = "a\u{202e}b\u{9b}c\u{e0001}";
        let escaped = json(serde_json::to_string(text).expect("a string serializes"));
        assert!(escaped.is_ascii());
        assert_eq!(serde_json::from_str::<String>(&escaped).expect("still JSON"), text);
    }
}
