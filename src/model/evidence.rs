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
    /// What a text turned out to be: `Python traceback`, `curl -v output`, ...
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<String>,
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
    /// Where lines of the text come from when they are not lines of the input one by one; by place in the text.
    pub places: Vec<Place>,
    /// Lines of the text, counted from 1, that were cut at the width of a terminal. The part that follows has them
    /// joined; what ends or begins at a cut is not believed here.
    pub cuts: Vec<usize>,
    /// The same words as in the part before it, read another way.
    pub beside: bool,
}

/// A place in a text and where it stands in the input. Lines and columns are counted from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Line and column in the text of the part.
    pub at: (usize, usize),
    /// Line and column in the input.
    pub origin: (usize, usize),
}

impl Place {
    /// Line and column in the input of a place in a text whose first line is line `first` of the input.
    #[must_use]
    pub fn origin(at: (usize, usize), places: &[Self], first: usize) -> (usize, usize) {
        let (line, column) = at;
        let Some(place) = places.iter().rev().find(|place| place.at <= at) else {
            return (line.saturating_add(first.saturating_sub(1)), column);
        };
        if place.at.0 == line {
            (place.origin.0, place.origin.1.saturating_add(column.saturating_sub(place.at.1)))
        } else {
            (place.origin.0.saturating_add(line.saturating_sub(place.at.0)), column)
        }
    }
}

impl TextPart {
    /// Line and column in the input of a byte of the text.
    #[must_use]
    pub fn place(&self, offset: usize) -> (usize, usize) {
        let head = self.text.as_bytes().get(..offset).unwrap_or(self.text.as_bytes());
        let line = head.iter().filter(|byte| **byte == b'\n').count();
        let start = head.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at.saturating_add(1));
        let column = String::from_utf8_lossy(head.get(start..).unwrap_or_default()).chars().count().saturating_add(1);
        Place::origin((line.saturating_add(1), column), &self.places, self.first_line)
    }

    /// Where a text was cut at the width of a terminal: byte offsets of the line ends there, in order.
    #[must_use]
    pub fn margins(&self) -> Vec<usize> {
        let mut cuts = self.cuts.iter().peekable();
        let ends = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        ends.zip(1usize..)
            .filter(|(_, line)| cuts.next_if(|cut| **cut == *line).is_some())
            .map(|((offset, _), _)| offset)
            .collect()
    }
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

impl Observation {
    /// Whether it is about the account, its token, its organizations or its bills.
    #[must_use]
    pub fn of_account(&self) -> bool {
        ["account.", "token.", "org.", "billing."].iter().any(|family| self.fact.starts_with(family))
    }
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
