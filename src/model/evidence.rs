//! Evidence about one incident, redacted, each item with where it came from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::day::Day;
use super::report::Conflict;
use super::scalar::Scalar;

/// Everything known about one incident. Holds redacted text only.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Day on which it happened, when the evidence says so.
    pub observed: Option<Day>,
    /// Texts to search, in the order given.
    pub parts: Vec<TextPart>,
    /// Facts with provenance; one per fact, the most trusted value.
    pub facts: Vec<Observation>,
    /// What was given and how it was read.
    pub inputs: Vec<Input>,
    /// Number of masked items by kind, for example `hf-token`.
    pub redactions: BTreeMap<String, u64>,
    /// Facts that inputs disagree on.
    pub conflicts: Vec<Conflict>,
    /// What the person should know about the reading.
    pub warnings: Vec<String>,
}

/// One input and how it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Input {
    /// Name to show: a file name, `stdin`, `--message`.
    pub name: String,
    /// How it was read: `text`, `evidence`, `whoami-v2`, ...
    pub read_as: String,
}

/// A text to search for symptoms.
#[derive(Clone, Debug)]
pub struct TextPart {
    /// Name to show: `error.txt`, `evidence.yaml#text`, `--message`.
    pub source: String,
    /// Line number of the first line, counted from 1.
    pub first_line: usize,
    /// What kind of text it is.
    pub kind: PartKind,
    /// The text, decoded and redacted.
    pub text: String,
}

/// What kind of text a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// Printed by software.
    Printed,
    /// Said by the person; weighs less, read for retold symptoms.
    Notes,
}

/// A fact and where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// Vocabulary name.
    pub fact: String,
    /// Its value, of the vocabulary's type.
    pub value: Scalar,
    /// Provenance to show: `error.txt:3`, `whoami.json`, `--set`.
    pub from: String,
    /// How far it is to be trusted when inputs disagree.
    pub trust: Trust,
}

/// Who says so, least trusted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trust {
    /// The person's own words.
    Told,
    /// A sentence a client library added.
    Client,
    /// An HTTP status or exception class read out of text.
    Status,
    /// Given as a field of an evidence file.
    Given,
    /// A URL.
    Url,
    /// A sentence or document written by the server.
    Server,
    /// Set on the command line; overrules everything.
    Set,
}

impl Evidence {
    /// Whether there is any text in which symptoms could be found.
    #[must_use]
    pub fn has_text(&self) -> bool {
        self.parts.iter().any(|part| !part.text.trim().is_empty())
    }

    /// The value of a fact, when it is known.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<&Observation> {
        self.facts.iter().find(|observation| observation.fact == name)
    }
}
