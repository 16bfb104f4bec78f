//! Where the comments of a text are, and where its block texts end.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::diag::yaml::{Kind, Node};

/// One comment.
#[derive(Clone, Debug)]
pub(super) struct Comment {
    /// Byte of its `#`.
    pub start: usize,
    /// Blanks before it, when nothing else stands on its line.
    pub column: Option<usize>,
    /// An empty line stands above it.
    pub spaced: bool,
    /// The comment from `#` on, without blanks at its end.
    pub text: String,
}

/// What stands between the words of a text (keys and single values), and what its block texts are.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    /// All comments in the order of the text.
    pub comments: Vec<Comment>,
    /// Block texts by the byte at which the tree has their value.
    pub blocks: BTreeMap<usize, Block>,
    end: usize,
}

/// A text over several lines that begins with `|` or `>`.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// The mark with its indicators: `|-`.
    pub mark: Range<usize>,
    /// Its lines, from the line after the mark to the start of the line after the last that is not empty.
    pub body: Range<usize>,
    /// Blanks that stand before every line and do not belong to the text.
    pub indent: usize,
}

/// Reads a text along its tree.
pub(super) fn find(text: &str, tree: &Node) -> Words {
    let mut words = Words::default();
    words.walk(text, tree, 0);
    words.word(text, text.len()..text.len());
    words
}

impl Words {
    /// `parent` is the column of the key or dash before the value, which block texts count from.
    fn walk(&mut self, text: &str, node: &Node, parent: usize) {
        match &node.kind {
            Kind::Map(entries) => {
                for entry in entries {
                    self.word(text, word(text, &entry.key_span));
                    self.walk(text, &entry.value, column(text, entry.key_span.start));
                }
            }
            Kind::Seq(items) => {
                for item in items {
                    let column = dash(text, item.span.start).map_or(parent, |at| column(text, at));
                    self.walk(text, item, column);
                }
            }
            Kind::Scalar(_) => match block(text, self.end, parent) {
                Some(block) => {
                    // What stands behind the mark can be a comment; the lines below cannot.
                    self.word(text, block.mark.clone());
                    self.word(text, block.body.clone());
                    self.blocks.insert(node.span.start, block);
                }
                None => self.word(text, word(text, &node.span)),
            },
        }
    }

    /// Takes the comments before a word: marks, blanks and comments are all that can stand there, so the first `#` of
    /// a line begins a comment, and none stands anywhere else.
    fn word(&mut self, text: &str, word: Range<usize>) {
        let mut at = self.end;
        for line in text.get(at..word.start).unwrap_or_default().split_inclusive('\n') {
            if let Some(i) = line.find('#') {
                let start = at + i;
                let before = text.get(line_start(text, start)..start).unwrap_or_default();
                self.comments.push(Comment {
                    start,
                    column: before.trim_matches([' ', '\t', '\u{feff}']).is_empty().then(|| column(text, start)),
                    spaced: empty_line_above(text, start),
                    text: line.get(i..).unwrap_or_default().trim_end().to_owned(),
                });
            }
            at += line.len();
        }
        self.end = word.end.max(self.end);
    }
}

/// The block text that follows a key or dash, if it is one; `from` is the end of the word before.
fn block(text: &str, from: usize, parent: usize) -> Option<Block> {
    let at = skip(text, from, |c| c.is_whitespace() || matches!(c, ':' | '-' | '?'))?;
    let rest = text.get(at..).filter(|rest| rest.starts_with(['|', '>']))?;
    let mark = at..at + rest.find([' ', '\t', '\r', '\n']).unwrap_or(rest.len());
    let start = at + rest.find('\n').map_or(rest.len(), |n| n + 1);
    let told = text.get(mark.clone())?.chars().find_map(|c| c.to_digit(10));
    let lines = text.get(start..)?.split_inclusive('\n');
    let first = lines.clone().find(|line| !line.trim().is_empty()).map_or(0, blanks);
    let indent = told.map_or(first, |digit| parent + digit as usize);
    let (mut length, mut kept) = (0, 0);
    for line in lines.take_while(|line| line.trim().is_empty() || (indent > parent && blanks(line) >= indent)) {
        length += line.len();
        // Empty lines below a text belong to what comes next, as far as the layout is concerned.
        if !line.trim().is_empty() {
            kept = length;
        }
    }
    Some(Block { mark, body: start..start + kept, indent })
}

/// The first character from `from` on that is neither in a comment nor to be skipped.
fn skip(text: &str, from: usize, what: impl Fn(char) -> bool) -> Option<usize> {
    let mut comment = false;
    for (i, c) in text.get(from..)?.char_indices() {
        match c {
            '\n' => comment = false,
            '#' => comment = true,
            c if !comment && !what(c) => return Some(from + i),
            _ => {}
        }
    }
    None
}

/// A word without the comment that the parser may count to it: up to its closing quote, or without quotes up to a `#`
/// behind a blank, which no plain word contains.
pub(super) fn word(text: &str, span: &Range<usize>) -> Range<usize> {
    let raw = text.get(span.clone()).unwrap_or_default();
    let mut before = ' ';
    let mut escaped = false;
    let length = match raw.chars().next() {
        Some('"') => raw.char_indices().skip(1).find_map(|(i, c)| {
            let closing = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            closing.then_some(i + 1)
        }),
        Some('\'') => {
            let rest = raw.get(1..).unwrap_or_default();
            let doubled = rest.replace("\'\'", "  ");
            doubled.find('\'').map(|i| i + 2)
        }
        _ => raw.char_indices().find_map(|(i, c)| {
            let comment = c == '#' && before.is_whitespace() && i > 0;
            before = c;
            comment.then(|| raw.get(..i).unwrap_or_default().trim_end().len())
        }),
    };
    span.start..length.map_or(span.end, |length| span.start + length)
}

/// Where a value ends: behind its closing bracket, or with its last word.
pub(super) fn end(text: &str, node: &Node) -> usize {
    let last = match &node.kind {
        Kind::Scalar(_) => return word(text, &node.span).end,
        Kind::Map(entries) => entries.last().map(|entry| &entry.value),
        Kind::Seq(items) => items.last(),
    };
    let brackets = text.get(node.span.start..).is_some_and(|text| text.starts_with(['{', '[']));
    let inside = last.map(|last| end(text, last));
    if !brackets {
        return inside.unwrap_or(node.span.end);
    }
    let from = inside.unwrap_or(node.span.start + 1);
    skip(text, from, |c| !matches!(c, '}' | ']')).map_or(node.span.end, |at| at + 1)
}

/// The `-` of a list item that begins at `start`; `None` between brackets.
pub(super) fn dash(text: &str, start: usize) -> Option<usize> {
    let mut before = text.get(..start)?;
    loop {
        before = before.trim_end();
        let line = before.get(line_start(before, before.len())..)?;
        // Only comments can stand between a dash and its item.
        match line.find('#') {
            Some(i) if line.get(..i)?.trim_end().is_empty() || line.get(..i)?.trim_end().ends_with('-') => {
                before = before.get(..before.len() - line.len() + i)?;
            }
            _ => return before.ends_with('-').then(|| before.len() - 1),
        }
    }
}

/// Blanks before a place on its line, when the line is indented like that; columns count characters.
pub(super) fn column(text: &str, at: usize) -> usize {
    let line = text.get(line_start(text, at)..at).unwrap_or_default();
    line.trim_start_matches('\u{feff}').chars().count()
}

/// Whether the line above the line of a place is empty.
pub(super) fn empty_line_above(text: &str, at: usize) -> bool {
    let start = line_start(text, at);
    let above = text.get(..start).unwrap_or_default().strip_suffix('\n');
    above.is_some_and(|above| above.get(line_start(above, above.len())..).is_some_and(|line| line.trim().is_empty()))
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |n| n + 1)
}

fn blanks(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}
