//! A file as it will be printed: keys and values in the order of the file, each with the comments that belong to it.

use serde_json::Value;

use super::Source;
use super::comments::{Comment, column, dash, empty_line_above, end, word};
use crate::diag::yaml::{Kind, Node};

/// A line above a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// An empty line.
    Empty,
    /// A comment on a line of its own.
    Comment(String),
}

/// An entry of a mapping or an item of a list.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// What stands above it.
    pub above: Vec<Line>,
    /// The key; none for an item of a list.
    pub key: Option<String>,
    /// The value.
    pub form: Form,
    /// A comment behind it: behind the key when the value stands below.
    pub behind: Vec<String>,
}

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// A mapping or list.
    Parts(Parts),
    /// A number, `true` or `false`, as it is written.
    Word(String),
    /// A text on one line or wrapped over several.
    Text {
        /// The text.
        value: String,
        /// How it is written now.
        raw: String,
    },
    /// A text that begins with `|`: its lines are kept.
    Literal(String),
    /// A text that begins with `>`: the mark, and its lines without their indentation.
    Folded(String, Vec<String>),
}

/// A mapping or list.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    /// Whether it is a mapping.
    pub mapping: bool,
    /// Whether it stands between brackets on one line, or could.
    pub flow: bool,
    /// Its entries or items.
    pub parts: Vec<Part>,
    /// Comments below the last one.
    pub below: Vec<Line>,
}

/// A file.
#[derive(Clone, Debug)]
pub(super) struct Outline {
    /// Comments above everything, the line for editors among them.
    pub head: Vec<Line>,
    /// The value of the file.
    pub root: Form,
}

/// The outline of a file from its tree and its comments.
pub(super) fn build(source: &Source<'_>, tree: &Node) -> Outline {
    let mut builder = Builder { source, next: 0 };
    let first = match &tree.kind {
        Kind::Map(entries) => entries.first().map_or(tree.span.start, |entry| entry.key_span.start),
        _ => tree.span.start,
    };
    let start = if builder.brackets(tree) { tree.span.start } else { first };
    let head = builder.above(start);
    let mut root = builder.form(tree, 0, false, Next { start: source.text.len(), column: None });
    let left = builder.rest();
    match &mut root {
        Form::Parts(parts) => parts.below.extend(left),
        // A file of one value is no file of ours, but it keeps its comments.
        _ => return Outline { head: [head, left].concat(), root },
    }
    Outline { head, root }
}

/// What comes after a value.
#[derive(Clone, Copy)]
struct Next {
    start: usize,
    /// Its column when it stands in the block around; none at the end of the file or before a bracket.
    column: Option<usize>,
}

struct Builder<'s, 't> {
    source: &'s Source<'t>,
    /// The next comment that has no place yet.
    next: usize,
}

impl Builder<'_, '_> {
    fn text(&self) -> &str {
        &self.source.text
    }

    fn peek(&self) -> Option<&Comment> {
        self.source.words.comments.get(self.next)
    }

    fn brackets(&self, node: &Node) -> bool {
        matches!(node.kind, Kind::Map(_) | Kind::Seq(_))
            && self.text().get(node.span.start..).is_some_and(|text| text.starts_with(['{', '[']))
    }

    /// Takes one comment, with an empty line above it when there is one.
    fn take(&mut self, out: &mut Vec<Line>) {
        if let Some(comment) = self.source.words.comments.get(self.next) {
            if comment.spaced && comment.column.is_some() {
                out.push(Line::Empty);
            }
            out.push(Line::Comment(comment.text.clone()));
            self.next += 1;
        }
    }

    /// Everything above a part that begins at `start`.
    fn above(&mut self, start: usize) -> Vec<Line> {
        let mut out = Vec::new();
        while self.peek().is_some_and(|comment| comment.start < start) {
            self.take(&mut out);
        }
        if empty_line_above(self.text(), start) {
            out.push(Line::Empty);
        }
        out
    }

    fn rest(&mut self) -> Vec<Line> {
        let mut out = Vec::new();
        while self.peek().is_some() {
            self.take(&mut out);
        }
        out
    }

    /// Comments behind something that ends at `end`, on the same line and before `next`.
    fn behind(&mut self, end: usize, next: usize) -> Vec<String> {
        let mut out = Vec::new();
        while let Some(comment) = self.peek() {
            let between = self.text().get(end..comment.start);
            if comment.start >= next || between.is_none_or(|between| between.contains('\n')) {
                break;
            }
            out.push(comment.text.clone());
            self.next += 1;
        }
        out
    }

    /// Comments below the last part of a block whose parts begin at `column`.
    fn below(&mut self, column: usize, next: Next) -> Vec<Line> {
        let mut out = Vec::new();
        while let Some(comment) = self.peek() {
            let deeper = comment.column.is_some_and(|at| at >= column && next.column.is_none_or(|next| at > next));
            if comment.start >= next.start || !deeper {
                break;
            }
            self.take(&mut out);
        }
        out
    }

    fn form(&mut self, node: &Node, parent: usize, inside: bool, next: Next) -> Form {
        match &node.kind {
            Kind::Scalar(value) => self.scalar(node, value),
            Kind::Map(_) | Kind::Seq(_) => self.parts(node, parent, inside, next),
        }
    }

    fn parts(&mut self, node: &Node, parent: usize, inside: bool, next: Next) -> Form {
        let brackets = inside || self.brackets(node);
        let (before, closing) = (self.next, end(self.text(), node));
        let mapping = matches!(node.kind, Kind::Map(_));
        let starts: Vec<(usize, Option<&String>, &Node)> = match &node.kind {
            Kind::Map(entries) => entries.iter().map(|e| (e.key_span.start, Some(&e.key), &e.value)).collect(),
            Kind::Seq(items) if brackets => items.iter().map(|item| (item.span.start, None, item)).collect(),
            Kind::Seq(items) => {
                let place = |item: &Node| dash(self.text(), item.span.start).unwrap_or(item.span.start);
                items.iter().map(|item| (place(item), None, item)).collect()
            }
            Kind::Scalar(_) => Vec::new(),
        };
        let at = starts.first().map_or(parent, |(start, ..)| column(self.text(), *start));
        let mut parts = Vec::new();
        for (i, (start, key, value)) in starts.iter().enumerate() {
            let after = match starts.get(i + 1) {
                Some((start, ..)) => Next { start: *start, column: (!brackets).then_some(at) },
                None if brackets => Next { start: closing, column: None },
                None => next,
            };
            let mut above = self.above(*start);
            if i == 0 {
                above = without_first_empty(above);
            }
            let mut behind = Vec::new();
            // Behind the key or the dash, with the value on a line below.
            let value_start = value.span.start;
            let word_start = self.source.words.blocks.get(&value_start).map_or(value_start, |block| block.mark.start);
            if key.is_some() && self.peek().is_some_and(|comment| comment.start < word_start) {
                let end = self.source.words.comments.get(self.next).map_or(*start, |comment| comment.start);
                let between = self.text().get(*start..end).unwrap_or_default().to_owned();
                if !between.contains('\n') {
                    behind.extend(self.behind(*start, word_start));
                }
                // What stands on lines of its own between a key and its only word goes above the key.
                if matches!(value.kind, Kind::Scalar(_)) {
                    while self.peek().is_some_and(|comment| comment.start < word_start) {
                        self.take(&mut above);
                    }
                }
            }
            if key.is_none() && !brackets {
                while self.peek().is_some_and(|comment| comment.start < word_start) {
                    self.take(&mut above);
                }
            }
            let form = self.form(value, at, brackets, after);
            // Behind the mark of a block text.
            if let Some(block) = self.source.words.blocks.get(&value_start) {
                let (mark, body) = (block.mark.end, block.body.start);
                behind.extend(self.behind(mark, body.max(mark + 1)));
            } else {
                behind.extend(self.behind(end(self.text(), value), after.start));
            }
            // A line ends with one comment: any before it go above.
            let last = behind.pop();
            above.extend(behind.drain(..).map(Line::Comment));
            behind.extend(last);
            parts.push(Part { above, key: key.map(|key| (*key).clone()), form, behind });
        }
        let below = if brackets {
            let mut out = Vec::new();
            while self.peek().is_some_and(|comment| comment.start < closing) {
                self.take(&mut out);
            }
            out
        } else {
            self.below(at, next)
        };
        // A comment ends its line: what holds one cannot stand on one line.
        let flow = (brackets && self.next == before) || parts.is_empty();
        if flow {
            for part in &mut parts {
                part.above.clear();
            }
        }
        Form::Parts(Parts { mapping, flow, parts, below })
    }

    fn scalar(&self, node: &Node, value: &Value) -> Form {
        let raw = self.text().get(word(self.text(), &node.span)).unwrap_or_default();
        let Value::String(value) = value else { return Form::Word(raw.to_owned()) };
        let Some(block) = self.source.words.blocks.get(&node.span.start) else {
            return Form::Text { value: value.clone(), raw: raw.to_owned() };
        };
        let mark = self.text().get(block.mark.clone()).unwrap_or_default();
        if mark.starts_with('|') || mark.contains('+') {
            return Form::Literal(value.clone());
        }
        let body = self.text().get(block.body.clone()).unwrap_or_default();
        let lines = body.lines().map(|line| line.get(block.indent..).unwrap_or_default().to_owned()).collect();
        let mark = if mark.contains('-') { ">-" } else { ">" };
        Form::Folded(mark.to_owned(), lines)
    }
}

fn without_first_empty(mut lines: Vec<Line>) -> Vec<Line> {
    if lines.first() == Some(&Line::Empty) {
        lines.remove(0);
    }
    lines
}
