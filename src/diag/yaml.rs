//! The strict YAML reader: one parser for values and for their places in the file.
//!
//! The dialect is narrower than YAML, so that a file means the same to every reader (see
//! `docs/authoring.md`). Size is checked first and depth event by event (the parser works lazily: a
//! million open brackets cost what the first 24 cost), nothing recurses on input, so a hostile file
//! costs milliseconds. It needs nothing but `saphyr-parser` and `serde_json`, because
//! the build script includes this very file.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Value;

// The paths keep these three beside this file when the build script includes it, too.
#[path = "yaml_build.rs"]
mod build;
#[path = "yaml_slips.rs"]
mod slips;
#[path = "yaml_words.rs"]
mod words;

pub use words::refused_character;

/// What a file may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Size of a file in bytes.
    pub max_bytes: usize,
    /// Levels of mappings and lists inside each other.
    pub max_depth: usize,
    /// Values, counting mappings and lists themselves.
    pub max_nodes: usize,
}

impl Limits {
    /// The limits of a rule file: 256 KiB, 24 levels, 20 000 values.
    pub const RULES: Self = Self { max_bytes: 256 * 1024, max_depth: 24, max_nodes: 20_000 };
}

/// A value with its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// Bytes of the value in the file.
    pub span: Range<usize>,
    /// The value.
    pub kind: Kind,
}

/// What a [`Node`] holds.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A mapping in the order of the file.
    Map(Vec<Entry>),
    /// A list.
    Seq(Vec<Node>),
    /// Text, a number, `true` or `false`.
    Scalar(Value),
}

/// One key of a mapping with its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Bytes of the key in the file.
    pub key_span: Range<usize>,
    /// The value.
    pub value: Node,
}

/// Which part of the dialect a file breaks; decides the diagnostic code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breach {
    /// Bigger or deeper than allowed.
    Limit,
    /// Not YAML at all.
    Syntax,
    /// Nothing but white space and comments.
    Empty,
    /// YAML that the dialect leaves out: anchors, aliases, tags, merge keys, several documents.
    Feature,
    /// The same key twice in one mapping.
    DuplicateKey,
    /// A plain word or number that readers understand differently, or no value at all.
    Ambiguous,
    /// A control, bidirectional or invisible character, or a tab outside text.
    Character,
}

/// One reason why a file was refused.
#[derive(Clone, Debug)]
pub struct YamlError {
    /// What kind of reason.
    pub breach: Breach,
    /// What is wrong.
    pub message: String,
    /// Bytes to underline.
    pub span: Range<usize>,
    /// A second place that belongs to it, with its label.
    pub other: Option<(Range<usize>, String)>,
    /// What to do instead.
    pub help: Option<String>,
}

/// More reasons than this help nobody.
const MAX_ERRORS: usize = 100;

/// Reads one file.
///
/// # Errors
/// Every breach of the dialect that could be found; syntax errors and limits end the search.
pub fn parse(text: &str, limits: &Limits) -> Result<Node, Vec<YamlError>> {
    if text.len() > limits.max_bytes {
        let message = format!("the file has {} bytes, more than the {} allowed", text.len(), limits.max_bytes);
        return Err(vec![error(Breach::Limit, message, 0..0, Some("split the file"))]);
    }
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let normalised = lone_returns_to_newlines(text);
    let body = normalised.get(bom..).unwrap_or_default();
    let mut errors = forbidden_characters(body, bom);
    if errors.iter().any(|e| e.span.len() == 1) {
        // The parser takes some control characters for the end of the file.
        return Err(errors);
    }
    let (root, found) = build::tree(body, bom, *limits);
    // What the parser stumbles over may be the very character that was just reported.
    let told = !errors.is_empty();
    errors.extend(found.into_iter().filter(|e| !told || e.breach != Breach::Syntax));
    for problem in &mut errors {
        problem.span = whole_characters(text, problem.span.clone());
    }
    errors.sort_by_key(|e| e.span.start);
    errors.truncate(MAX_ERRORS);
    match root {
        Some(root) if errors.is_empty() => Ok(root),
        _ => Err(errors),
    }
}

/// A lone carriage return is a line break in YAML but not for editors and excerpts; one byte for one byte.
#[must_use]
pub fn lone_returns_to_newlines(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let lone = |i: usize| bytes.get(i) == Some(&b'\r') && bytes.get(i + 1) != Some(&b'\n');
    if !text.contains('\r') || !(0..bytes.len()).any(lone) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.char_indices().map(|(i, c)| if lone(i) { '\n' } else { c }).collect())
}

/// The value as JSON. Recursion is bounded by the depth the node was read with.
#[must_use]
pub fn to_json(node: &Node) -> Value {
    match &node.kind {
        Kind::Scalar(value) => value.clone(),
        Kind::Seq(items) => Value::Array(items.iter().map(to_json).collect()),
        Kind::Map(entries) => Value::Object(entries.iter().map(|e| (e.key.clone(), to_json(&e.value))).collect()),
    }
}

impl Node {
    /// The entry of a mapping with this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Entry> {
        match &self.kind {
            Kind::Map(entries) => entries.iter().find(|e| e.key == key),
            _ => None,
        }
    }

    /// The value at a JSON pointer (`/causes/0/id`, empty for the whole file) and the span of its key, if it has one.
    #[must_use]
    pub fn lookup(&self, route: &str) -> Option<(&Node, Option<&Range<usize>>)> {
        let mut found = (self, None);
        for part in route.split('/').skip(1) {
            found = match &found.0.kind {
                Kind::Map(_) => {
                    let entry = found.0.get(&part.replace("~1", "/").replace("~0", "~"))?;
                    (&entry.value, Some(&entry.key_span))
                }
                Kind::Seq(items) => (items.get(part.parse::<usize>().ok()?)?, None),
                Kind::Scalar(_) => return None,
            };
        }
        Some(found)
    }
}

/// A span widened to whole characters.
fn whole_characters(text: &str, span: Range<usize>) -> Range<usize> {
    let start = (0..=span.start.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    let end = (span.end.max(start)..text.len()).find(|i| text.is_char_boundary(*i)).unwrap_or(text.len());
    start..end
}

fn error(breach: Breach, message: impl Into<String>, span: Range<usize>, help: Option<&str>) -> YamlError {
    YamlError { breach, message: message.into(), span, other: None, help: help.map(str::to_owned) }
}

fn too_deep(span: Range<usize>, limits: &Limits) -> YamlError {
    let message = format!("more than {} levels of nesting", limits.max_depth);
    error(Breach::Limit, message, span, Some("write it flatter"))
}

fn forbidden_characters(body: &str, base: usize) -> Vec<YamlError> {
    let found = body.char_indices().filter_map(|(i, c)| refused_character(c).map(|what| (i, c, what)));
    found
        .take(MAX_ERRORS)
        .map(|(i, c, what)| {
            let message = format!("{what} U+{:04X} is not allowed", u32::from(c));
            error(
                Breach::Character,
                message,
                base + i..base + i + c.len_utf8(),
                Some("delete it, or describe it in words"),
            )
        })
        .collect()
}
