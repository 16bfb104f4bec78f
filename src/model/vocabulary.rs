//! `vocabulary.yaml`: every account fact that conditions and evidence may name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::step::Effort;

/// The vocabulary file.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vocabulary {
    /// All account facts.
    pub facts: Vec<VocabularyFact>,
}

/// One account fact: something that is true of this incident.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VocabularyFact {
    /// Dotted name, also the path in an evidence file.
    pub id: String,
    /// Type of its value.
    pub kind: FactKind,
    /// Allowed values of an `enum`, with what they mean.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<FactOption>,
    /// Short name for reports: "plan of the account".
    pub title: String,
    /// The question to ask a person. A fact without one is never asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// How to find the answer: the exact page or command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    /// What finding the answer takes.
    #[serde(default = "seconds")]
    pub effort: Effort,
    /// Whether the value may identify a person; such values are masked in reports.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// Whether the program works it out from other evidence; authors of evidence need not give it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub derived: bool,
    /// Unit of a number: `s`, `USD`, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

const fn seconds() -> Effort {
    Effort::Seconds
}

/// Type of an account fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FactKind {
    /// `true` or `false`
    Bool,
    /// a whole number
    Int,
    /// a number
    Number,
    /// any text
    String,
    /// one of the listed values
    Enum,
    /// a day, `YYYY-MM-DD`
    Date,
    /// a mapping of text to text, kept as given and not matched
    Map,
}

/// One value of an `enum` fact.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactOption {
    /// The value as written in evidence.
    pub id: String,
    /// What it means, as an answer to the question.
    pub title: String,
}
