//! The texts that were read, and the way from a route to bytes, lines and columns.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::diagnostic::{Diagnostic, Location, Place};
use super::yaml::{Kind, Node, lone_returns_to_newlines};

/// Every file that was read, with its tree when it could be parsed.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: BTreeMap<String, SourceFile>,
}

#[derive(Clone, Debug)]
struct SourceFile {
    text: String,
    tree: Option<Node>,
}

/// A place for people: counted from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column of the first character, from 1.
    pub column: usize,
    /// Column after the last character on that line.
    pub end_column: usize,
}

impl SourceMap {
    /// Keeps a file for excerpts.
    pub fn insert(&mut self, file: impl Into<String>, text: impl Into<String>, tree: Option<Node>) {
        let text = text.into();
        let changed = match lone_returns_to_newlines(&text) {
            Cow::Owned(changed) => Some(changed),
            Cow::Borrowed(_) => None,
        };
        let text = changed.unwrap_or(text);
        self.files.insert(file.into(), SourceFile { text, tree });
    }

    /// Text of a file, if it could be read.
    #[must_use]
    pub fn text(&self, file: &str) -> Option<&str> {
        self.files.get(file).map(|f| f.text.as_str())
    }

    /// Tree of a file, if it could be parsed.
    #[must_use]
    pub fn tree(&self, file: &str) -> Option<&Node> {
        self.files.get(file).and_then(|f| f.tree.as_ref())
    }

    /// Names of all files, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Bytes to underline: never more than one line, and never outside the text.
    #[must_use]
    pub fn span(&self, location: &Location) -> Option<Range<usize>> {
        let file = self.files.get(&location.file)?;
        let span = file.span(&location.place)?;
        let end = span.end.min(file.text.len());
        let start = span.start.min(end);
        let line = file.text.get(start..end)?.split(['\n', '\r']).next().unwrap_or_default();
        Some(start..start + line.trim_end().len())
    }

    /// Line and columns of a location.
    #[must_use]
    pub fn position(&self, location: &Location) -> Option<Position> {
        let span = self.span(location)?;
        let text = self.text(&location.file)?;
        let before = text.get(..span.start)?;
        let line_start = before.rfind('\n').map_or(0, |n| n + 1);
        let count =
            |range: Range<usize>| text.get(range).map_or(0, |t| t.trim_start_matches('\u{feff}').chars().count());
        let column = count(line_start..span.start) + 1;
        let line = before.matches('\n').count() + 1;
        Some(Position { line, column, end_column: column + count(span) })
    }

    /// Sorts by file, place and code, so that the same input gives the same list.
    pub fn sort(&self, diagnostics: &mut [Diagnostic]) {
        diagnostics.sort_by_cached_key(|d| {
            let start = self.span(&d.location).map_or(0, |s| s.start);
            (d.location.file.clone(), start, d.code, d.message.clone())
        });
    }
}

impl SourceFile {
    fn span(&self, place: &Place) -> Option<Range<usize>> {
        let lookup = |route: &str| self.tree.as_ref().and_then(|tree| nearest(tree, route));
        match place {
            Place::File => None,
            Place::Bytes(span) => Some(span.clone()),
            Place::Key(route) => {
                lookup(route).map(|(node, key)| key.cloned().unwrap_or_else(|| head(&self.text, node)))
            }
            Place::Value(route) => lookup(route).map(|(node, _)| head(&self.text, node)),
            Place::Words(route, words) => {
                let (node, _) = lookup(route)?;
                let raw = self.text.get(node.span.clone()).unwrap_or_default();
                let found = raw.find(words.as_str()).filter(|_| !words.is_empty());
                Some(
                    found.map_or_else(
                        || head(&self.text, node),
                        |i| node.span.start + i..node.span.start + i + words.len(),
                    ),
                )
            }
            Place::Slice(route, range) => {
                let (node, _) = lookup(route)?;
                let raw = self.text.get(node.span.clone()).unwrap_or_default();
                let Kind::Scalar(serde_json::Value::String(value)) = &node.kind else {
                    return Some(head(&self.text, node));
                };
                Some(
                    slice_in(raw, value, range)
                        .map_or_else(|| head(&self.text, node), |r| node.span.start + r.start..node.span.start + r.end),
                )
            }
        }
    }
}

/// The node at a route, or the nearest one above it.
fn nearest<'a>(tree: &'a Node, route: &str) -> Option<(&'a Node, Option<&'a Range<usize>>)> {
    let mut route = route;
    loop {
        if let Some(found) = tree.lookup(route) {
            return Some(found);
        }
        route = route.rsplit_once('/')?.0;
    }
}

/// What stands for a value in an excerpt: of a mapping its `id`, or its first key unless it has brackets.
fn head(text: &str, node: &Node) -> Range<usize> {
    let flow = text.get(node.span.clone()).is_some_and(|t| t.starts_with('{'));
    match &node.kind {
        Kind::Map(entries) if node.get("id").is_none() && !flow => {
            entries.first().map_or(node.span.clone(), |e| e.key_span.clone())
        }
        Kind::Map(_) => node.get("id").map_or(node.span.clone(), |e| head(text, &e.value)),
        _ => node.span.clone(),
    }
}

/// Where a part of a text stands in the raw text of the file; `None` when quoting or folding hides it.
fn slice_in(raw: &str, value: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let words = value.get(range.clone())?;
    if let Some(i) = raw.find(value) {
        return Some(i + range.start..i + range.end);
    }
    // A block text: its lines stand in the same order, indented.
    let before = value.get(..range.start)?;
    let number = before.matches('\n').count();
    let column = before.len() - before.rfind('\n').map_or(0, |n| n + 1);
    let line = value.split('\n').nth(number)?;
    let mut start = 0;
    for (k, raw_line) in raw.split_inclusive('\n').enumerate() {
        if k == number
            && let Some(i) = raw_line.find(line).filter(|_| !line.is_empty())
        {
            let from = start + i + column;
            return Some(from..from + words.len().min(line.len() - column));
        }
        start += raw_line.len();
    }
    let found = raw.find(words).filter(|_| words.len() >= 4)?;
    Some(found..found + words.len())
}
