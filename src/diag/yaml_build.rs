//! From parser events to a tree, with a stack of its own, and with the breaches of the dialect on the way.

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use serde_json::Value;

use super::slips::slip;
use super::words::{explain, number, refused_character};
use super::{Breach, Entry, Kind, Limits, MAX_ERRORS, Node, YamlError, error, too_deep};

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

/// Builds the tree of a text that begins `base` bytes into its file; errors beside it when there are any.
pub(crate) fn tree(text: &str, base: usize, limits: Limits) -> (Option<Node>, Vec<YamlError>) {
    let mut builder = Builder::new(text, base, limits);
    builder.run();
    (builder.root, builder.errors)
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
                    self.fail(
                        Breach::Feature,
                        "a second document starts here",
                        at,
                        Some("one file holds one document; delete `---`"),
                    );
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
        let end =
            if inside.starts_with(['&', '!']) { inside.find(['\'', '"', '\n']).unwrap_or(inside.len()) } else { 0 };
        let before = self.slice(0..at.start + end);
        let place = |mark: char| {
            before.rfind(mark).map_or(at.clone(), |i| {
                let word = before.get(i..).unwrap_or_default();
                i..i + word.find(char::is_whitespace).unwrap_or(word.len())
            })
        };
        if anchor != 0 {
            self.fail(
                Breach::Feature,
                "anchors are not allowed",
                place('&'),
                Some("write the value out where it is needed"),
            );
        }
        if tagged {
            // `!!str` has two marks; underline from the first.
            let mut span = place('!');
            while span.start > 0 && self.slice(span.start - 1..span.start) == "!" {
                span.start -= 1;
            }
            self.fail(
                Breach::Feature,
                "tags are not allowed",
                span,
                Some("delete the tag; the field decides the type"),
            );
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
                self.fail(
                    Breach::Ambiguous,
                    message,
                    span,
                    Some("leave the key out when there is no value; quote it when the word is meant"),
                );
            }
            "yes" | "no" | "on" | "off" | "y" | "n" => {
                let help = format!("write `true` or `false`, or quote the word: \"{short}\"");
                self.fail(
                    Breach::Ambiguous,
                    format!("`{short}` means different things to different readers"),
                    at.clone(),
                    Some(&help),
                );
            }
            "true" | "false" if word != lower => {
                let help = format!("write `{lower}`, or quote the word: \"{short}\"");
                self.fail(Breach::Ambiguous, format!("`{short}` is not written as `{lower}`"), at.clone(), Some(&help));
            }
            "<<" if is_key => {
                self.fail(Breach::Feature, "merge keys `<<` are not allowed", at.clone(), Some("write the fields out"));
            }
            _ if is_key => {}
            "true" => return Value::Bool(true),
            "false" => return Value::Bool(false),
            _ => match number(word) {
                Ok(Some(value)) => return value,
                Ok(None) => {}
                Err(why) => {
                    let plain = short.trim_start_matches(['0', '+']);
                    let decimal = !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_digit());
                    let meant = if decimal { format!("`{plain}`") } else { "a plain decimal number".to_owned() };
                    let help = format!("write {meant}, or quote it as text: \"{short}\"");
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
                    let span =
                        node.span.start - base..node.span.end.saturating_sub(base).min(node.span.start - base + 1);
                    self.fail(Breach::Feature, "a key must be a single word or text", span, None);
                    return;
                };
                if let Some(first) = open.keys.get(&key) {
                    let short: String = key.chars().take(40).collect();
                    let mut twice = error(
                        Breach::DuplicateKey,
                        format!("`{short}` is given twice"),
                        node.span.clone(),
                        Some("keep one of the two"),
                    );
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
        if let Some((message, span, help)) = slip(self.text, at, info) {
            self.fail(Breach::Syntax, message, span, Some(&help));
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
