//! One finding of a check: code, place, words. Findings are collected, never fail-fast.

use std::ops::Range;

use super::code::Code;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The knowledge base cannot be used.
    Error,
    /// It can be used, but something is probably not meant.
    Warning,
}

impl Severity {
    /// The word in reports: `error` or `warning`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A place inside a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole.
    File,
    /// The key at a route (a JSON pointer).
    Key(String),
    /// The value at a route; of a long value its first line.
    Value(String),
    /// Some words inside the value at a route; the whole value when they are not found literally.
    Words(String, String),
    /// Bytes of the text at a route, counted in the text itself, without quotes and indentation of the file.
    Slice(String, Range<usize>),
    /// Bytes of the file.
    Bytes(Range<usize>),
}

/// A file and a place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Path of the file as shown, relative to the knowledge base.
    pub file: String,
    /// The place in it.
    pub place: Place,
}

impl Location {
    /// A location.
    #[must_use]
    pub fn new(file: impl Into<String>, place: Place) -> Self {
        Self { file: file.into(), place }
    }

    /// A file as a whole.
    #[must_use]
    pub fn file(file: impl Into<String>) -> Self {
        Self::new(file, Place::File)
    }
}

/// A second place that belongs to a finding.
#[derive(Clone, Debug)]
pub struct Related {
    /// Where.
    pub location: Location,
    /// What is there.
    pub label: String,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// What kind of finding; also decides the severity.
    pub code: Code,
    /// What is wrong, in lower case, with input in backticks.
    pub message: String,
    /// Where.
    pub location: Location,
    /// What to do about it.
    pub help: Option<String>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
}

impl Diagnostic {
    /// A finding without help.
    #[must_use]
    pub fn new(code: Code, location: Location, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), location, help: None, related: Vec::new() }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds what to do about it, when there is something.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        if help.is_some() {
            self.help = help;
        }
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn related(mut self, location: Location, label: impl Into<String>) -> Self {
        self.related.push(Related { location, label: label.into() });
        self
    }

    /// How bad it is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}
