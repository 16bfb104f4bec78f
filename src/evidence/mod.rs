//! From what a person has (a log, a document, a saved whoami answer) to redacted evidence.
//!
//! Order: decode, find out what each input is, learn every name, mask, and only then read facts. Nothing unmasked
//! leaves this module, also not in errors. Pure: no clock, no environment, no files.

mod decode;
mod detect;
mod document;
mod escaped;
mod facts;
mod form;
mod har;
mod json;
mod login;
mod merge;
mod notebook;
pub mod place;
mod post;
mod reader;
pub mod redact;
mod share;
mod structured;
mod terminal;
mod text;
mod tidy;
pub mod whoami;

use std::collections::BTreeMap;

use serde_json::Value;

pub use decode::{Decoded, NotText, clean, decode, invisible};
pub(crate) use facts::unknown_fact;
pub use facts::{Facts, Misfit, nearest, typed, typed_text};
pub use redact::Redactor;
pub use share::{Shared, SharedInput};

use crate::model::{Day, Evidence};

/// One input, unread.
#[derive(Clone, Debug)]
pub struct RawInput {
    /// What to call it: a file name, `stdin`, `--message`.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// What it is, when the person said so.
    pub hint: Hint,
}

/// What an input is said to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hint {
    /// Nothing was said; the content decides.
    #[default]
    Auto,
    /// Text printed by software, whatever it looks like.
    Message,
    /// The answer of `whoami-v2`.
    Whoami,
    /// The person's own words.
    Notes,
}

/// Why evidence cannot be used. Masked and free of control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceError {
    /// Input it is about.
    pub input: String,
    /// Line in that input, counted from 1.
    pub line: Option<usize>,
    /// Column in that line, counted from 1.
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do instead.
    pub help: Option<String>,
}

impl std::fmt::Display for EvidenceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.input)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for EvidenceError {}

/// Line and column, counted from 1, of a value; the keys that lead to it come first to last.
pub type PlaceOf = Box<dyn Fn(&[String]) -> Option<(usize, usize)>>;

/// A YAML document with the places of its values.
pub struct Yaml {
    /// The document.
    pub value: Value,
    /// Where its values stand.
    pub place: PlaceOf,
}

/// Why a YAML document was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct YamlRefusal {
    /// What is wrong.
    pub message: String,
    /// Line, counted from 1.
    pub line: Option<usize>,
    /// Column, counted from 1.
    pub column: Option<usize>,
    /// What to do instead.
    pub help: Option<String>,
}

/// How YAML is read; the parser lives elsewhere.
pub type YamlReader<'a> = dyn Fn(&str) -> Result<Yaml, Vec<YamlRefusal>> + 'a;

/// Reads all inputs of one incident.
///
/// `sets` are `--set fact=value` pairs; they overrule everything. `as_of` is the day the answer is made for, when
/// the person named one.
///
/// # Errors
/// Every mistake of every input at once: binary data, broken documents, unknown facts, values that do not fit.
pub fn read(
    inputs: &[RawInput],
    sets: &[(String, String)],
    as_of: Option<Day>,
    facts: &dyn Facts,
    yaml: &YamlReader<'_>,
) -> Result<Evidence, Vec<EvidenceError>> {
    reader::Reader::new(facts, as_of).read(inputs, sets, yaml).map(|(evidence, _)| evidence)
}

/// As [`read`], and what of the inputs can be handed on: masked, and good for the same answer.
///
/// # Errors
/// As [`read`].
pub fn read_shared(
    inputs: &[RawInput],
    sets: &[(String, String)],
    as_of: Option<Day>,
    facts: &dyn Facts,
    yaml: &YamlReader<'_>,
) -> Result<(Evidence, Shared), Vec<EvidenceError>> {
    let (evidence, redactor) = reader::Reader::new(facts, as_of).read(inputs, sets, yaml)?;
    let shared = share::shared(inputs, sets, &evidence, redactor, facts);
    Ok((evidence, shared))
}

/// A text with everything masked, and how many items of each kind were.
///
/// # Errors
/// When the bytes are not text.
pub fn redact_text(bytes: &[u8]) -> Result<(String, BTreeMap<String, u64>), NotText> {
    let decoded = decode(bytes)?;
    let mut redactor = Redactor::new();
    // The names inside a whoami answer are masked by what they are, not by what they look like.
    if let Ok(document) = json::parse(&decoded.text)
        && let Value::Object(map) = &document.value
    {
        let answer = map.get("whoami").and_then(Value::as_object).unwrap_or(map);
        if detect::is_whoami(answer) {
            whoami::identities(answer, &mut redactor);
        }
    }
    let text = redactor.redact(&decoded.text);
    Ok((text, redactor.counts().clone()))
}

/// A file name as it can be shown anywhere: terminal escapes taken out, so that they cannot part a secret, control
/// and direction characters written out, not too long.
#[must_use]
pub fn display_name(name: &str) -> String {
    let mut out = String::new();
    let name = clean(name);
    for c in name.chars().take(200) {
        if invisible(c) || c == '\n' || c == '\t' || c == '\u{fffd}' {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    if name.chars().nth(200).is_some() {
        out.push('\u{2026}');
    }
    out
}
