//! An outline as text.

use super::WIDTH;
use super::order::{Keys, Kind};
use super::outline::{Form, Line, Outline, Part, Parts};
use super::words;

/// The whole file.
pub(super) fn file(outline: &Outline, kind: Kind) -> String {
    let mut out = Printer { text: String::new() };
    out.head(&outline.head);
    match &outline.root {
        Form::Parts(parts) if parts.parts.is_empty() => {
            let marks = if parts.mapping { "{}" } else { "[]" };
            out.lines(&parts.below, 0, true);
            out.text.push_str(marks);
            out.text.push('\n');
        }
        Form::Parts(parts) => out.block(parts, 0, kind.keys(), None),
        form => {
            let mut part = Part { above: vec![], key: None, form: form.clone(), behind: vec![] };
            if let Form::Literal(value) | Form::Text { value, .. } = form {
                part.form = Form::Text { value: value.clone(), raw: String::new() };
            }
            let one = inline(&part.form, Keys(&[]), false).unwrap_or_default();
            out.text.push_str(&one);
            out.text.push('\n');
        }
    }
    out.text
}

struct Printer {
    text: String,
}

impl Printer {
    /// The comments above everything, the line for editors first.
    fn head(&mut self, head: &[Line]) {
        let modeline = |line: &Line| matches!(line, Line::Comment(text) if text.contains("yaml-language-server:"));
        let mut lines: Vec<Line> = head.iter().filter(|line| modeline(line)).cloned().collect();
        lines.extend(head.iter().filter(|line| !modeline(line)).cloned());
        self.lines(&lines, 0, true);
    }

    /// Lines of their own; empty ones never twice and not at the beginning.
    fn lines(&mut self, lines: &[Line], indent: usize, mut empty: bool) {
        for line in lines {
            match line {
                Line::Empty if empty => {}
                Line::Empty => {
                    self.text.push('\n');
                    empty = true;
                }
                Line::Comment(comment) => {
                    self.start(indent);
                    self.text.push_str(comment);
                    self.text.push('\n');
                    empty = false;
                }
            }
        }
    }

    fn start(&mut self, indent: usize) {
        self.text.push_str(&" ".repeat(indent));
    }

    /// Parts below each other. The first one continues the line when there is a `dash` before it.
    fn block(&mut self, parts: &Parts, indent: usize, keys: Keys, dash: Option<usize>) {
        for (i, part) in ordered(parts, keys).into_iter().enumerate() {
            let below = part.key.as_deref().map_or(keys, |key| keys.below(key));
            if i > 0 || dash.is_none() {
                self.lines(&lifted(part, below, indent), indent, i == 0);
                self.start(indent);
            }
            match &part.key {
                Some(key) => self.text.push_str(&format!("{}:", words::key(key))),
                None => self.text.push('-'),
            }
            self.value(part, indent, below);
        }
        self.lines(&parts.below, indent, false);
    }

    /// The value of a part, from behind its key or dash to the end of its last line.
    fn value(&mut self, part: &Part, indent: usize, keys: Keys) {
        let column = self.text.rfind('\n').map_or(0, |n| n + 1);
        let column = self.text.get(column..).map_or(0, |line| line.chars().count());
        let pattern = part.key.as_deref() == Some("pattern");
        let one = inline(&part.form, keys, pattern);
        match (&part.form, one) {
            (Form::Parts(parts), one) => match one.filter(|text| parts.parts.is_empty() || fits(column, text)) {
                Some(text) => self.finish(&text, &part.behind),
                None => self.nested(parts, part, indent, keys),
            },
            (Form::Literal(value), _) if literal(value).is_some() => {
                let mark = literal(value).unwrap_or_default();
                self.finish(&mark, &part.behind);
                self.body(value.strip_suffix('\n').unwrap_or(value).split('\n'), indent + 2);
            }
            (Form::Folded(mark, lines), _) => {
                let indicator = if lines.iter().find(|line| !line.is_empty()).is_some_and(|line| line.starts_with(' '))
                {
                    mark.replacen('>', ">2", 1)
                } else {
                    mark.clone()
                };
                self.finish(&indicator, &part.behind);
                self.body(lines.iter().map(String::as_str), indent + 2);
            }
            (Form::Text { raw, .. }, Some(text)) if raw.contains('\n') && !fits(column, &text) => {
                let escaped = raw.starts_with('"') && raw.contains('\\');
                if escaped {
                    self.finish(&text, &part.behind);
                } else {
                    self.wrapped(raw, indent + 2, &part.behind);
                }
            }
            (_, one) => self.finish(&one.unwrap_or_default(), &part.behind),
        }
    }

    /// A mapping or list that needs lines of its own.
    fn nested(&mut self, parts: &Parts, part: &Part, indent: usize, keys: Keys) {
        if part.key.is_some() {
            self.finish("", &part.behind);
            self.block(parts, indent + 2, keys, None);
        } else {
            self.text.push(' ');
            self.block(parts, indent + 2, keys, Some(indent));
        }
    }

    fn finish(&mut self, text: &str, behind: &[String]) {
        if !text.is_empty() {
            self.text.push(' ');
            self.text.push_str(text);
        }
        for comment in behind {
            self.text.push_str("  ");
            self.text.push_str(comment);
        }
        self.text.push('\n');
    }

    fn body<'l>(&mut self, lines: impl Iterator<Item = &'l str>, indent: usize) {
        for line in lines {
            if !line.is_empty() {
                self.start(indent);
                self.text.push_str(line);
            }
            self.text.push('\n');
        }
    }

    /// A text over several lines as its author broke them.
    fn wrapped(&mut self, raw: &str, indent: usize, behind: &[String]) {
        let lines: Vec<&str> = raw.split('\n').map(str::trim).collect();
        for (i, line) in lines.iter().enumerate() {
            let last = i + 1 == lines.len();
            match (i, line.is_empty()) {
                (0, _) => self.text.push(' '),
                (_, false) => self.start(indent),
                _ => {}
            }
            self.text.push_str(line);
            if last {
                self.finish("", behind);
            } else {
                self.text.push('\n');
            }
        }
    }
}

/// Parts in the order of their keys. A key that is not known is most likely misspelt: it stays where it was meant to be,
/// and so does everything beside it.
fn ordered(parts: &Parts, keys: Keys) -> Vec<&Part> {
    let mut out: Vec<&Part> = parts.parts.iter().collect();
    let known = |part: &&Part| keys.place(part.key.as_deref().unwrap_or_default()) != usize::MAX;
    if parts.mapping && out.iter().all(known) {
        out.sort_by_key(|part| keys.place(part.key.as_deref().unwrap_or_default()));
    }
    out
}

/// What stands above a part, with the comments that have no line of their own any more: those of the first entry of a
/// list item, and those behind or inside what stands on lines of its own now.
fn lifted(part: &Part, keys: Keys, indent: usize) -> Vec<Line> {
    let mut out = part.above.clone();
    let (mut inner, mut keys, mut column) = (part, keys, indent + 1);
    while let Form::Parts(parts) = &inner.form {
        let comments = |lines: &[Line]| lines.iter().filter(|line| **line != Line::Empty).cloned().collect::<Vec<_>>();
        if parts.parts.is_empty() {
            out.extend(comments(&parts.below));
        }
        // Below a key, its value has lines and comments of its own.
        let whole = brackets(parts, keys).is_some_and(|text| parts.parts.is_empty() || fits(column, &text));
        if inner.key.is_some() || whole {
            break;
        }
        out.extend(inner.behind.iter().cloned().map(Line::Comment));
        let own = ordered(parts, keys);
        let Some(first) = own.first() else { break };
        out.extend(comments(&first.above));
        keys = first.key.as_deref().map_or(keys, |key| keys.below(key));
        column += 2;
        inner = first;
    }
    out
}

/// Whether a value fits behind a key or dash that ends at `column`.
fn fits(column: usize, text: &str) -> bool {
    column + 1 + text.chars().count() <= WIDTH
}

/// The mark of a text kept line by line; none when its end could not be kept that way.
fn literal(value: &str) -> Option<String> {
    let lines = value.strip_suffix('\n').unwrap_or(value);
    if lines.is_empty()
        || lines.ends_with('\n')
        || lines.split('\n').any(|line| !line.is_empty() && line.trim().is_empty())
    {
        return None;
    }
    let indented = lines.split('\n').find(|line| !line.is_empty()).is_some_and(|line| line.starts_with(' '));
    Some(format!("|{}{}", if indented { "2" } else { "" }, if value.ends_with('\n') { "" } else { "-" }))
}

/// A value on one line; none when it needs several.
fn inline(form: &Form, keys: Keys, pattern: bool) -> Option<String> {
    match form {
        Form::Word(word) => Some(word.clone()),
        Form::Text { value, raw } => Some(words::text(value, raw, false, pattern)),
        Form::Literal(value) => Some(words::text(value, "", false, false)),
        Form::Folded(..) => None,
        Form::Parts(parts) => brackets(parts, keys),
    }
}

/// A mapping or list between brackets.
fn brackets(parts: &Parts, keys: Keys) -> Option<String> {
    if !parts.flow {
        return None;
    }
    let mut items = Vec::new();
    for part in ordered(parts, keys) {
        let below = part.key.as_deref().map_or(keys, |key| keys.below(key));
        let value = match &part.form {
            Form::Text { value, raw } => words::text(value, raw, true, part.key.as_deref() == Some("pattern")),
            Form::Parts(parts) => brackets(parts, below)?,
            other => inline(other, below, false)?,
        };
        items.push(part.key.as_ref().map_or_else(|| value.clone(), |key| format!("{}: {value}", words::key(key))));
    }
    let inside = items.join(", ");
    Some(if parts.mapping { format!("{{{inside}}}") } else { format!("[{inside}]") })
}
