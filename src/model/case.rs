//! A case: evidence plus what must come out. A test of the knowledge base.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::day::Day;
use super::report::ReportVerdict;
use super::scalar::Scalar;

/// One case file under `tests/cases/`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What the case shows, as a sentence.
    pub title: String,
    /// The day to answer for; the evidence's `observed` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Day>,
    /// The evidence, as in an evidence file.
    pub evidence: BTreeMap<String, Value>,
    /// Facts set on top, as `--set` does.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Scalar>,
    /// What must come out.
    pub expect: Expectation,
}

/// What a case demands; everything that is named must hold.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Verdict of the report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<ReportVerdict>,
    /// The first cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The service of a `not-hugging-face` cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The first problem (rule id).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Causes that must be among the ranked ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ranked: Vec<String>,
    /// Causes that must not be ranked first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_first: Vec<String>,
    /// Causes that must be ruled out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ruled_out: Vec<String>,
    /// The fact that must be asked first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks_first: Option<String>,
    /// Steps that must be in the plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plan: Vec<String>,
    /// Steps that must not be in the plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plan_not: Vec<String>,
    /// Texts that the Markdown report must contain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub says: Vec<String>,
    /// Texts that the Markdown report must not contain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub says_not: Vec<String>,
    /// Facts that must be known, with their values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, Scalar>,
    /// Whether support is to be written to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalates: Option<bool>,
}
