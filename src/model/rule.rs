//! A rule: one problem a person sees, the symptoms that show it, the causes that compete for it.

use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::condition::Condition;
use super::day::{Day, Validity};
use super::scalar::Scalar;

/// One rule file.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Kebab-case name, equal to the file name; states the problem.
    pub id: String,
    /// Raised with every change of meaning.
    pub version: u32,
    /// The problem in one line, as the person sees it.
    pub title: String,
    /// Where the rule is in its life.
    pub status: Status,
    /// Days on which the problem can occur.
    #[serde(default, skip_serializing_if = "Validity::is_unbounded")]
    pub valid: Validity,
    /// Day on which the whole rule was last checked against its sources.
    pub verified: Day,
    /// What the message means, Markdown with `{{ expressions }}`; for the documentation page.
    pub summary: String,
    /// Recognition by structure: status, URL host and path, exception class, client and version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// Recognition by text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub symptoms: Vec<Symptom>,
    /// The possible explanations.
    pub causes: Vec<Cause>,
    /// Considered only when no other rule is recognised by a decisive text or by structure.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub last_resort: bool,
    /// More specific rules that win when they are recognised by a decisive symptom too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub yields_to: Vec<String>,
    /// Rules that the same text can concern, so that both are considered; holds in both directions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rivals: Vec<String>,
    /// Rules a reader should look at as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub see_also: Vec<String>,
}

/// Life cycle of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// new, wording may still change
    Preview,
    /// in use
    Stable,
    /// still evaluated, to be removed
    Deprecated,
    /// kept as a tombstone, never evaluated
    Removed,
}

/// A pattern that recognises an error in text.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Symptom {
    /// Kebab-case name, unique in its rule.
    pub id: String,
    /// How much a match says.
    pub layer: Layer,
    /// The software that prints it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emitted_by: Option<Emitter>,
    /// Days on which the text is printed.
    #[serde(default, skip_serializing_if = "Validity::is_unbounded")]
    pub valid: Validity,
    /// Regular expression; case is ignored, a blank stands for any white space.
    pub pattern: String,
    /// Named groups and the account facts they fill.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub captures: BTreeMap<String, Capture>,
    /// Account facts that hold whenever the pattern matches.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sets: BTreeMap<String, Scalar>,
    /// Symptoms of this rule that win when they match at the same place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub yields_to: Vec<String>,
    /// Texts that must match, as the software prints them, with the facts captured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<MatchExample>,
    /// Texts that must not match.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejects: Vec<String>,
    /// Where the wording was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
}

/// How much a matched pattern says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// printed by software and enough to recognise the problem
    Decisive,
    /// printed around the real reason; never decides alone
    Wrapper,
    /// advice that a client appends
    Hint,
    /// how people say it; also read in `notes`
    Retold,
}

/// Software that prints a text.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Emitter {
    /// Package or service: `spaces`, `huggingface_hub`, `router`, `git`, ...
    pub package: String,
    /// Versions that print it: `>=0.30`, `0.23.0..0.29.6`; absent when unversioned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub versions: Option<String>,
}

/// What a named group fills.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Capture {
    /// Account fact to fill.
    pub fact: String,
    /// Captured text (lower case) to value; other texts leave the fact unknown.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub map: BTreeMap<String, Scalar>,
    /// Value when the pattern matched and the group took no part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absent: Option<Scalar>,
}

impl<'de> Deserialize<'de> for Capture {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Capture;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a fact, or `{fact: .., map: {..}, absent: ..}`")
            }
            fn visit_str<E: de::Error>(self, fact: &str) -> Result<Capture, E> {
                Ok(Capture { fact: fact.to_owned(), map: BTreeMap::new(), absent: None })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Capture, A::Error> {
                let full = CaptureFields::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(Capture { fact: full.fact, map: full.map, absent: full.absent })
            }
        }
        deserializer.deserialize_any(V)
    }
}

/// The long form of [`Capture`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaptureFields {
    fact: String,
    #[serde(default)]
    map: BTreeMap<String, Scalar>,
    #[serde(default)]
    absent: Option<Scalar>,
}

impl JsonSchema for Capture {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Capture".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let scalar = json_schema!({"type": ["string", "number", "boolean"]});
        json_schema!({
            "description": "the account fact that the named group fills",
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {
                        "fact": {"type": "string", "description": "account fact to fill"},
                        "map": {
                            "type": "object",
                            "additionalProperties": scalar,
                            "description": "captured text (lower case) to value; other texts leave the fact unknown"
                        },
                        "absent": {
                            "type": ["string", "number", "boolean", "null"],
                            "description": "value when the pattern matched and the group took no part"
                        }
                    },
                    "required": ["fact"],
                    "additionalProperties": false
                }
            ]
        })
    }
}

/// A text that a symptom must match.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MatchExample {
    /// The text as the software prints it.
    pub text: String,
    /// Facts that must be captured from it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, Scalar>,
}

/// One possible explanation.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// Canonical cause id.
    pub id: String,
    /// For `not-hugging-face`: the service that refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The verdict in one line.
    pub title: String,
    /// How often it is behind this problem before any evidence.
    pub prior: Prior,
    /// Days on which it can be the cause.
    #[serde(default, skip_serializing_if = "Validity::is_unbounded")]
    pub valid: Validity,
    /// What must not be false; a false part rules the cause out, an unknown one has no effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requires: Option<Condition>,
    /// Why a person can rely on `requires`, shown when it rules the cause out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requires_because: Option<String>,
    /// Evidence that speaks for it.
    #[serde(rename = "for", default, skip_serializing_if = "Vec::is_empty")]
    pub speaks_for: Vec<EvidenceItem>,
    /// Evidence that speaks against it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub against: Vec<EvidenceItem>,
    /// The reason, Markdown with `{{ expressions }}` that quote the person's own numbers.
    pub explanation: String,
    /// How people say it; only for lexical similarity, in the author's own words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retold: Vec<String>,
    /// Ids of steps, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remediation: Vec<String>,
    /// Known advice that does not work here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_this: Vec<NotThis>,
    /// When and how to write to support.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalate: Option<Escalation>,
    /// Where it is stated.
    pub sources: Vec<String>,
}

/// Prior of a cause among the rivals of its rule, in decibans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Prior {
    /// hardly ever: -10 decibans
    Rare,
    /// now and then: -5 decibans
    Occasional,
    /// as often as others: 0 decibans
    Common,
    /// most of the time: +3 decibans
    Usual,
}

impl Prior {
    /// The prior in decibans.
    #[must_use]
    pub const fn decibans(self) -> i32 {
        match self {
            Self::Rare => -10,
            Self::Occasional => -5,
            Self::Common => 0,
            Self::Usual => 3,
        }
    }
}

/// Strength of one piece of evidence, in decibans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// it merely fits: 2 decibans
    Weak,
    /// it is typical: 5 decibans
    Moderate,
    /// it nearly always speaks for this: 10 decibans
    Strong,
    /// the wording or number can come from no other cause: 20 decibans
    Decisive,
}

impl Weight {
    /// The weight in decibans.
    #[must_use]
    pub const fn decibans(self) -> i32 {
        match self {
            Self::Weak => 2,
            Self::Moderate => 5,
            Self::Strong => 10,
            Self::Decisive => 20,
        }
    }
}

/// One piece of evidence for or against a cause.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceItem {
    /// When it counts.
    pub when: Condition,
    /// How much it counts.
    pub weight: Weight,
    /// Why it counts, in words the person understands; `{{ expressions }}` allowed.
    pub because: String,
    /// Items of one group count once, by the strongest that holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

/// Known advice that does not work.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotThis {
    /// The advice as it is given elsewhere.
    pub advice: String,
    /// Why it does not help.
    pub why: String,
    /// When it is worth saying; always when absent, also when unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// Days on which the advice is wrong.
    #[serde(default, skip_serializing_if = "Validity::is_unbounded")]
    pub valid: Validity,
    /// Where it is stated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
}

/// When and how to write to support.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// What must be true before writing makes sense.
    pub when: Condition,
    /// Where to write: an address or a page.
    pub to: String,
    /// Why support is needed.
    pub because: String,
    /// What to put into the message.
    pub include: Vec<String>,
}
