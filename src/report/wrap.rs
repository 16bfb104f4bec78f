//! Wrapping of styled text by display width.

use unicode_width::UnicodeWidthChar as _;

use super::style::RESET;

/// Columns that a text takes, not counting style sequences.
#[must_use]
pub(crate) fn width_of(text: &str) -> usize {
    let mut width = 0;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\x1b' {
            // Only `Style` writes escapes here; all of them end with `m`.
            for c in chars.by_ref() {
                if c == 'm' {
                    break;
                }
            }
        } else {
            width += columns(c);
        }
    }
    width
}

/// Columns of one character. Nearly all are ASCII, which needs no table.
fn columns(c: char) -> usize {
    if matches!(c, ' '..='~') { 1 } else { c.width().unwrap_or(0) }
}

/// Breaks `text` at blanks so that no line is wider than `width`.
///
/// `first` begins the first line, `rest` the others. Line breaks in `text` stay. A no-break space
/// holds its neighbours together. A word wider than a line is cut, except for addresses, which stay
/// whole so that they can be opened and copied. A style that spans a break ends before it and is
/// taken up after the indentation.
#[must_use]
pub fn wrap(text: &str, width: usize, first: &str, rest: &str) -> String {
    run(text, Wrapper::new(width, first, rest, text.len()))
}

/// As [`wrap`], but the text is one paragraph: line breaks are blanks, and blanks in a row are one.
#[must_use]
pub(crate) fn flow(text: &str, width: usize, first: &str, rest: &str) -> String {
    let mut wrapper = Wrapper::new(width, first, rest, text.len());
    wrapper.flow = true;
    run(text.trim_matches([' ', '\n']), wrapper)
}

fn run(text: &str, mut wrapper: Wrapper<'_>) -> String {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\x1b' => wrapper.escape(&mut chars),
            '\n' if !wrapper.flow => wrapper.hard_break(),
            ' ' | '\n' => wrapper.blank(),
            c => wrapper.letter(c),
        }
    }
    wrapper.finish()
}

struct Wrapper<'a> {
    /// Widest line allowed.
    width: usize,
    /// Begins every line but the first.
    rest: &'a str,
    /// Columns of `rest`.
    rest_width: usize,
    /// Whether the text is one paragraph.
    flow: bool,
    out: String,
    /// Columns of the current line, indentation included.
    column: usize,
    /// Columns at which the text of the current line begins.
    start: usize,
    /// Blanks between the line and the word.
    gap: usize,
    word: String,
    word_width: usize,
    /// Style that is on where the word begins.
    before: String,
    /// Style that is on now.
    active: String,
}

impl<'a> Wrapper<'a> {
    fn new(width: usize, first: &str, rest: &'a str, size: usize) -> Self {
        let mut out = String::with_capacity(size + size / 8 + first.len());
        out.push_str(first);
        let column = width_of(first);
        let rest_width = width_of(rest);
        Self {
            // Below this nothing reads well; let the terminal do what it can.
            width: width.max(column.max(rest_width) + 12),
            rest,
            rest_width,
            flow: false,
            out,
            column,
            start: column,
            gap: 0,
            word: String::new(),
            word_width: 0,
            before: String::new(),
            active: String::new(),
        }
    }

    fn escape(&mut self, chars: &mut std::str::Chars<'_>) {
        let mut sequence = String::from('\x1b');
        for c in chars.by_ref() {
            sequence.push(c);
            if c == 'm' {
                break;
            }
        }
        self.word.push_str(&sequence);
        if sequence == RESET {
            self.active.clear();
        } else {
            self.active = sequence;
        }
    }

    fn letter(&mut self, c: char) {
        let wide = columns(c);
        // Scripts without blanks may be broken between any two of their wide letters.
        if wide > 1 && self.word_width > 0 {
            self.flush();
        }
        let room = self.width.saturating_sub(self.rest_width);
        if self.word_width + wide > room && !is_address(&self.word) {
            self.flush();
        }
        self.word.push(if c == '\u{a0}' { ' ' } else { c });
        self.word_width += wide;
    }

    fn blank(&mut self) {
        self.flush();
        self.gap = if self.flow { 1 } else { self.gap + 1 };
    }

    fn hard_break(&mut self) {
        self.flush();
        self.new_line();
    }

    fn new_line(&mut self) {
        if !self.before.is_empty() {
            self.out.push_str(RESET);
        }
        self.out.push('\n');
        self.out.push_str(self.rest);
        self.out.push_str(&self.before);
        self.column = self.rest_width;
        self.start = self.column;
        self.gap = 0;
    }

    fn flush(&mut self) {
        if self.word_width == 0 {
            // Styles without letters do not begin a word; they wait for it, or end the text.
            if self.active.is_empty() {
                self.out.push_str(&self.word);
                self.word.clear();
                self.before.clear();
            }
            return;
        }
        if self.column > self.start && self.column + self.gap + self.word_width > self.width {
            self.new_line();
        }
        // Blanks at the beginning of a line are the indentation's business.
        if self.column > self.start {
            self.out.extend(std::iter::repeat_n(' ', self.gap));
            self.column += self.gap;
        }
        self.gap = 0;
        self.out.push_str(&self.word);
        self.column += self.word_width;
        self.word.clear();
        self.word_width = 0;
        self.before.clone_from(&self.active);
    }

    fn finish(mut self) -> String {
        self.flush();
        self.out.push_str(&self.word);
        self.out
    }
}

fn is_address(word: &str) -> bool {
    word.contains("https://") || word.contains("http://")
}

#[cfg(test)]
mod tests {
    use super::super::style::Style;
    use super::*;

    #[test]
    fn breaks_at_blanks_and_indents() {
        assert_eq!(wrap("one two three four five", 14, "- ", "  "), "- one two\n  three four\n  five");
    }

    #[test]
    fn wide_letters_count_twice_and_break_anywhere() {
        assert_eq!(wrap("限额限额限额限额", 12, "", ""), "限额限额限额\n限额");
    }

    #[test]
    fn styles_are_closed_before_a_break() {
        let text = Style::Bold.paint("alpha beta gamma", true);
        assert_eq!(wrap(&text, 12, "", "  "), "\x1b[1malpha beta\x1b[0m\n  \x1b[1mgamma\x1b[0m");
    }

    #[test]
    fn long_words_are_cut_but_addresses_are_not() {
        assert_eq!(wrap(&"x".repeat(30), 14, "", ""), format!("{0}\n{0}\n{1}", "x".repeat(14), "xx"));
        let url = "https://huggingface.co/settings/billing";
        assert_eq!(wrap(url, 14, "", ""), url);
    }
}
