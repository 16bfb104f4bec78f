//! The strict YAML reader: one parser for values and for their places in the file.
//!
//! The dialect is narrower than YAML, so that a file means the same to every reader (see
//! `docs/authoring.md`). Size is checked first and depth event by event (the parser works lazily: a
//! million open brackets cost what the first 24 cost), nothing recurses on input, so a hostile file
//! costs milliseconds. It needs nothing but `saphyr-parser` and `serde_json`, because
//! the build script includes this very file.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use serde_json::Value;

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
    let mut builder = Builder::new(body, bom, *limits);
    builder.run();
    // What the parser stumbles over may be the very character that was just reported.
    let told = !errors.is_empty();
    errors.extend(builder.errors.drain(..).filter(|e| !told || e.breach != Breach::Syntax));
    for problem in &mut errors {
        problem.span = whole_characters(text, problem.span.clone());
    }
    errors.sort_by_key(|e| e.span.start);
    errors.truncate(MAX_ERRORS);
    match builder.root {
        Some(root) if errors.is_empty() => Ok(root),
        _ => Err(errors),
    }
}

/// A lone carriage return is a line break in YAML but not for editors and excerpts; one byte for one byte.
#[must_use]
pub fn lone_returns_to_newlines(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let lone = |i: usize| bytes.get(i) == Some(&b'\r') && bytes.get(i + 1) != Some(&b'\n');
    if !(0..bytes.len()).any(lone) {
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

/// What a character is refused as, if it is.
#[must_use]
pub fn refused_character(c: char) -> Option<&'static str> {
    match c {
        '\n' | '\t' | '\r' => None,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Some("control character"),
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some("bidirectional control character")
        }
        '\u{2028}' | '\u{2029}' => Some("invisible line separator"),
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => Some("invisible character"),
        _ => None,
    }
}

fn forbidden_characters(body: &str, base: usize) -> Vec<YamlError> {
    let found = body.char_indices().filter_map(|(i, c)| refused_character(c).map(|what| (i, c, what)));
    found
        .take(MAX_ERRORS)
        .map(|(i, c, what)| {
            let message = format!("{what} U+{:04X} is not allowed", u32::from(c));
            error(Breach::Character, message, base + i..base + i + c.len_utf8(), Some("delete it, or describe it in words"))
        })
        .collect()
}

/// A mapping or list that is still open.
struct Open {
    start: usize,
    kind: Kind,
    /// Keys seen so far, with their places; a mapping only.
    keys: HashMap<String, Range<usize>>,
    /// The key that waits for its value; a mapping only.
    pending: Option<(String, Range<usize>)>,
    /// Whether the next node of this mapping is a value; a complex key waits without a name.
    wants_value: bool,
}

/// Builds the tree from parser events with a stack of its own.
struct Builder<'t> {
    text: &'t str,
    base: usize,
    limits: Limits,
    /// Byte of each character when they differ; saphyr counts characters.
    bytes: Option<Vec<usize>>,
    stack: Vec<Open>,
    root: Option<Node>,
    scalars: Vec<Range<usize>>,
    nodes: usize,
    errors: Vec<YamlError>,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str, base: usize, limits: Limits) -> Self {
        let bytes = (!text.is_ascii()).then(|| text.char_indices().map(|(i, _)| i).collect());
        Self { text, base, limits, bytes, stack: vec![], root: None, scalars: vec![], nodes: 0, errors: vec![] }
    }

    /// Byte in `text` of a character index.
    fn byte(&self, character: usize) -> usize {
        match &self.bytes {
            Some(bytes) => bytes.get(character).copied().unwrap_or(self.text.len()),
            None => character.min(self.text.len()),
        }
    }

    fn local(&self, span: Span) -> Range<usize> {
        let start = self.byte(span.start.index());
        start..self.byte(span.end.index()).max(start)
    }

    fn slice(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or_default()
    }

    fn fail(&mut self, breach: Breach, message: impl Into<String>, span: Range<usize>, help: Option<&str>) {
        let span = self.base + span.start..self.base + span.end;
        self.errors.push(error(breach, message, span, help));
    }

    fn run(&mut self) {
        let text = self.text;
        let first = lines(text).find(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
        if let Some((start, line)) = first.filter(|(_, line)| line.starts_with('%')) {
            let span = start..start + line.trim_end().len();
            self.fail(Breach::Feature, "directives are not allowed", span, Some("delete the line"));
            return;
        }
        let mut parser = Parser::new_from_str(text);
        let mut documents = 0;
        while let Some(next) = parser.next_event() {
            let (event, span) = match next {
                Ok(found) => found,
                Err(problem) => {
                    self.syntax(problem.info(), problem.marker().index());
                    return;
                }
            };
            if matches!(event, Event::DocumentStart(_)) {
                documents += 1;
                if documents > 1 {
                    let at = self.local(span);
                    self.fail(Breach::Feature, "a second document starts here", at, Some("one file holds one document; delete `---`"));
                    return;
                }
            }
            if !self.event(event, span) || self.errors.len() >= MAX_ERRORS {
                return;
            }
        }
        self.stray_tabs();
        if self.root.is_none() && self.errors.is_empty() {
            self.fail(Breach::Empty, "the file is empty", 0..0, None);
        }
    }

    /// Takes one event; false ends the search.
    fn event(&mut self, event: Event<'_>, span: Span) -> bool {
        let at = self.local(span);
        if matches!(event, Event::Scalar(..) | Event::Alias(_) | Event::SequenceStart(..) | Event::MappingStart(..)) {
            self.nodes += 1;
            if self.nodes > self.limits.max_nodes {
                let message = format!("more than {} values in one file", self.limits.max_nodes);
                self.fail(Breach::Limit, message, at, Some("split the file"));
                return false;
            }
        }
        match event {
            Event::Alias(_) => {
                self.fail(Breach::Feature, "aliases are not allowed", at.clone(), Some("write the value out"));
                self.attach(Node { span: at, kind: Kind::Scalar(Value::Null) }, None);
            }
            Event::Scalar(value, style, anchor, tag) => {
                self.decorations(&at, anchor, tag.is_some());
                self.scalars.push(at.clone());
                // A block text reaches up to the next key: end at its last word instead.
                let end = at.start + self.slice(at.clone()).trim_end().len();
                self.scalar(&value, style, at.start..end);
            }
            Event::SequenceStart(anchor, tag) => {
                self.decorations(&at, anchor, tag.is_some());
                return self.open(at, Kind::Seq(vec![]));
            }
            Event::MappingStart(anchor, tag) => {
                self.decorations(&at, anchor, tag.is_some());
                return self.open(at, Kind::Map(vec![]));
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(&at),
            _ => {}
        }
        true
    }

    fn open(&mut self, at: Range<usize>, kind: Kind) -> bool {
        if self.stack.len() >= self.limits.max_depth {
            let start = self.base + at.start;
            self.errors.push(too_deep(start..start + 1, &self.limits));
            return false;
        }
        self.stack.push(Open { start: at.start, kind, keys: HashMap::new(), pending: None, wants_value: false });
        true
    }

    fn close(&mut self, at: &Range<usize>) {
        let Some(open) = self.stack.pop() else { return };
        let last = match &open.kind {
            Kind::Map(entries) => entries.last().map(|e| e.value.span.end.max(e.key_span.end)),
            Kind::Seq(items) => items.last().map(|n| n.span.end),
            Kind::Scalar(_) => None,
        };
        // Only flow collections have an end of their own; a block ends with its last child.
        let flow = self.slice(open.start..open.start + 1).starts_with(['[', '{']);
        let end = if flow { self.base + at.end } else { last.unwrap_or(self.base + at.end) };
        let start = self.base + open.start;
        self.attach(Node { span: start..end.max(start), kind: open.kind }, None);
    }

    /// Anchors and tags stand before the value; its span begins with them or after them.
    fn decorations(&mut self, at: &Range<usize>, anchor: usize, tagged: bool) {
        if anchor == 0 && !tagged {
            return;
        }
        let inside = self.slice(at.clone());
        let end = if inside.starts_with(['&', '!']) { inside.find(['\'', '"', '\n']).unwrap_or(inside.len()) } else { 0 };
        let before = self.slice(0..at.start + end);
        let place = |mark: char| before.rfind(mark).map_or(at.clone(), |i| {
            let word = before.get(i..).unwrap_or_default();
            i..i + word.find(char::is_whitespace).unwrap_or(word.len())
        });
        if anchor != 0 {
            self.fail(Breach::Feature, "anchors are not allowed", place('&'), Some("write the value out where it is needed"));
        }
        if tagged {
            // `!!str` has two marks; underline from the first.
            let mut span = place('!');
            while span.start > 0 && self.slice(span.start - 1..span.start) == "!" {
                span.start -= 1;
            }
            self.fail(Breach::Feature, "tags are not allowed", span, Some("delete the tag; the field decides the type"));
        }
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, at: Range<usize>) {
        let plain = style == ScalarStyle::Plain;
        let is_key = self.stack.last().is_some_and(|o| matches!(o.kind, Kind::Map(_)) && !o.wants_value);
        if let Some(c) = value.chars().find(|c| *c == '\r' || refused_character(*c).is_some()) {
            // Raw characters were refused before; this is about escapes.
            if !self.slice(at.clone()).contains(c) {
                let message = format!("the escape stands for U+{:04X}, which is not allowed", u32::from(c));
                self.fail(Breach::Character, message, at.clone(), Some("delete it, or describe it in words"));
            }
        }
        let value = value.replace("\r\n", "\n");
        let read = if plain { self.plain(&value, &at, is_key) } else { Value::String(value.clone()) };
        let span = self.base + at.start..self.base + at.end;
        self.attach(Node { span, kind: Kind::Scalar(read) }, Some((value, plain)));
    }

    /// The value of an unquoted word, or an error when readers disagree about it.
    fn plain(&mut self, word: &str, at: &Range<usize>, is_key: bool) -> Value {
        let lower = word.to_ascii_lowercase();
        let short: String = word.chars().take(40).collect();
        match lower.as_str() {
            "" | "~" | "null" => {
                let pending = self.stack.last().and_then(|o| o.pending.clone());
                let (message, span) = match (is_key, pending) {
                    (false, Some((key, span))) if word.is_empty() => {
                        let key: String = key.chars().take(40).collect();
                        (format!("`{key}` has no value"), span.start - self.base..span.end - self.base)
                    }
                    _ if word.is_empty() => ("a value is missing here".to_owned(), at.clone()),
                    _ => (format!("`{short}` is not a value here"), at.clone()),
                };
                self.fail(Breach::Ambiguous, message, span, Some("leave the key out when there is no value; quote it when the word is meant"));
            }
            "yes" | "no" | "on" | "off" | "y" | "n" => {
                let help = format!("write `true` or `false`, or quote the word: \"{short}\"");
                self.fail(Breach::Ambiguous, format!("`{short}` means different things to different readers"), at.clone(), Some(&help));
            }
            "true" | "false" if word != lower => {
                let help = format!("write `{lower}`, or quote the word: \"{short}\"");
                self.fail(Breach::Ambiguous, format!("`{short}` is not written as `{lower}`"), at.clone(), Some(&help));
            }
            "<<" if is_key => self.fail(Breach::Feature, "merge keys `<<` are not allowed", at.clone(), Some("write the fields out")),
            _ if is_key => {}
            "true" => return Value::Bool(true),
            "false" => return Value::Bool(false),
            _ => match number(word) {
                Ok(Some(value)) => return value,
                Ok(None) => {}
                Err(why) => {
                    let help = format!("write a plain decimal number, or quote it as text: \"{short}\"");
                    self.fail(Breach::Ambiguous, format!("`{short}` {why}"), at.clone(), Some(&help));
                }
            },
        }
        Value::String(word.to_owned())
    }

    /// Puts a finished node where it belongs; `word` is its text when it is a scalar.
    fn attach(&mut self, node: Node, word: Option<(String, bool)>) {
        let base = self.base;
        let Some(open) = self.stack.last_mut() else {
            self.root = Some(node);
            return;
        };
        match &mut open.kind {
            Kind::Seq(items) => items.push(node),
            Kind::Map(entries) if open.wants_value => {
                open.wants_value = false;
                if let Some((key, key_span)) = open.pending.take() {
                    entries.push(Entry { key, key_span, value: node });
                }
            }
            Kind::Map(_) => {
                open.wants_value = true;
                let Some((key, _)) = word else {
                    let span = node.span.start - base..node.span.end.saturating_sub(base).min(node.span.start - base + 1);
                    self.fail(Breach::Feature, "a key must be a single word or text", span, None);
                    return;
                };
                if let Some(first) = open.keys.get(&key) {
                    let short: String = key.chars().take(40).collect();
                    let mut twice = error(Breach::DuplicateKey, format!("`{short}` is given twice"), node.span.clone(), Some("keep one of the two"));
                    twice.other = Some((first.clone(), "first given here".to_owned()));
                    self.errors.push(twice);
                    return;
                }
                open.keys.insert(key.clone(), node.span.clone());
                open.pending = Some((key, node.span));
            }
            Kind::Scalar(_) => {}
        }
    }

    /// Tabs between values; inside a text they are content.
    fn stray_tabs(&mut self) {
        let tabs: Vec<usize> = self.text.match_indices('\t').map(|(i, _)| i).collect();
        for i in tabs {
            let after = self.scalars.partition_point(|s| s.start <= i);
            let inside = after.checked_sub(1).and_then(|k| self.scalars.get(k)).is_some_and(|s| s.end > i);
            let line = self.slice(0..i).rfind('\n').map_or(0, |n| n + 1);
            let comment = self.slice(line..i).trim_start().starts_with('#') || self.slice(line..i).contains(" #");
            if !inside && !comment {
                self.fail(Breach::Character, "a tab separates values here", i..i + 1, Some("use blanks"));
                return;
            }
        }
    }

    /// A problem the parser found, in our words; the place is a character index.
    fn syntax(&mut self, info: &str, character: usize) {
        let mut at = self.byte(character);
        // At the end of the file there is nothing to underline: step back to the last word.
        if at >= self.text.len() {
            at = self.text.trim_end().char_indices().next_back().map_or(0, |(i, _)| i);
        }
        // A text that runs on over several lines is reported at its start, the tab is further down.
        let rest = self.slice(at..self.text.len());
        let line_end = if info.contains("tab") { None } else { rest.find('\n') };
        let line_end = line_end.map_or(self.text.len(), |n| at + n);
        let tab = lines(self.slice(0..line_end)).find_map(|(start, line)| {
            let indent = line.len() - line.trim_start().len();
            line.get(..indent).and_then(|l| l.find('\t')).map(|i| start + i)
        });
        if let Some(i) = tab {
            self.fail(Breach::Character, "a tab indents this line", i..i + 1, Some("indent with blanks"));
            return;
        }
        if self.slice(0..at).ends_with('\t') {
            self.fail(Breach::Character, "a tab separates values here", at - 1..at, Some("use blanks"));
            return;
        }
        let width = self.slice(at..self.text.len()).chars().next().map_or(0, char::len_utf8);
        if info.contains("recursion limit") {
            // The scanner looks ahead of the events and has a limit of its own.
            let start = self.base + at;
            self.errors.push(too_deep(start..start + width, &self.limits));
            return;
        }
        let (breach, message, help) = explain(info);
        self.fail(breach, message, at..at + width, help);
    }
}

/// Lines with their byte offsets, line ends included.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |next, line| {
        let start = *next;
        *next += line.len();
        Some((start, line))
    })
}

/// The parser's message as cause, message and help.
fn explain(info: &str) -> (Breach, String, Option<&'static str>) {
    let (breach, message, help) = if info.contains("anchor") || info.contains("alias") {
        (Breach::Feature, "aliases are not allowed", Some("write the value out"))
    } else if info.contains("tag") || info.contains("handle") {
        (Breach::Feature, "tags are not allowed", Some("delete the tag; quote a text that starts with `!`"))
    } else if info.contains("directive") || info.contains('%') {
        (Breach::Feature, "directives are not allowed", Some("delete the line"))
    } else if info.contains("mapping values are not allowed") {
        (Breach::Syntax, "a second `: ` on one line", Some("quote a text that contains `: `"))
    } else if info.contains("escape") {
        (Breach::Syntax, "unknown escape in double quotes", Some("use single quotes for patterns: a backslash is literal there"))
    } else if info.contains("quoted scalar") || info.contains("unclosed") {
        (Breach::Syntax, "a quote or bracket is not closed", Some("close it on the same level; double a single quote inside single quotes"))
    } else if info.contains("illegal placement of ':'") {
        (Breach::Syntax, "a `:` is not expected here", Some("close the bracket above, or quote the text"))
    } else if info.contains("indent") || info.contains("expected '-'") || info.contains("expected key") {
        (Breach::Syntax, "the indentation does not fit the lines above", Some("align keys of one mapping, and items of one list"))
    } else {
        let text = info.rsplit_once(", ").map_or(info, |(_, what)| what);
        return (Breach::Syntax, format!("not readable as YAML: {}", text.to_lowercase()), Some("quote a text with `: `, ` #`, or a leading `[`, `{`, `*`, `&`, `@`, `%`"));
    };
    (breach, message.to_owned(), help)
}

/// A plain number; `None` for any other word; an error for a number that readers read differently.
fn number(word: &str) -> Result<Option<Value>, &'static str> {
    /// 2^53: whole numbers up to here are exact everywhere.
    const EXACT: i64 = 9_007_199_254_740_992;
    let body = word.strip_prefix(['-', '+']).unwrap_or(word);
    let lower = body.to_ascii_lowercase();
    if matches!(lower.as_str(), ".inf" | ".nan" | "inf" | "infinity" | "nan") {
        return Err("is not a finite number");
    }
    if !body.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return Ok(None);
    }
    let radix = |prefix: &str, digits: fn(char) -> bool| {
        lower.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| digits(c) || c == '_'))
    };
    if radix("0x", |c| c.is_ascii_hexdigit()) || radix("0o", |c| c.is_digit(8)) || radix("0b", |c| c.is_digit(2)) {
        return Err("is not a decimal number");
    }
    let (mantissa, exponent) = lower.split_once('e').map_or((lower.as_str(), None), |(m, e)| (m, Some(e)));
    let digits = |t: &str| t.chars().all(|c| c.is_ascii_digit() || c == '_');
    let numeric = mantissa.chars().any(|c| c.is_ascii_digit()) && mantissa.splitn(2, '.').all(digits);
    let exponent_ok = exponent.is_none_or(|e| {
        let e = e.strip_prefix(['-', '+']).unwrap_or(e);
        !e.is_empty() && e.chars().all(|c| c.is_ascii_digit())
    });
    if !numeric || !exponent_ok {
        return Ok(None);
    }
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    if exponent.is_some() {
        return Err("is a number with an exponent");
    }
    if word.contains('_') {
        return Err("is a number with an underscore");
    }
    if whole.is_empty() || fraction.is_some_and(str::is_empty) || word.starts_with('+') {
        return Err("is not a plainly written number");
    }
    if whole.len() > 1 && whole.starts_with('0') {
        return Err("is a number with a leading zero");
    }
    if fraction.is_some() {
        let value = word.parse::<f64>().ok().filter(|f| f.is_finite() && whole.len() <= 15);
        return value.and_then(serde_json::Number::from_f64).map(|n| Some(Value::Number(n))).ok_or("is too large a number");
    }
    if word == "-0" {
        return Err("is not a plainly written number");
    }
    match word.parse::<i64>() {
        Ok(value) if value.abs() <= EXACT => Ok(Some(Value::from(value))),
        _ => Err("is too large a number"),
    }
}
