//! `account.yaml`: what follows from account facts when nothing failed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::condition::Condition;
use super::day::Validity;

/// The account context file.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountContext {
    /// Documented limits to show, each under its condition.
    pub limits: Vec<LimitLine>,
    /// What evidence of an account cannot show, and where to look.
    pub cannot_see: Vec<CannotSeeLine>,
}

/// A platform fact to show for some accounts.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitLine {
    /// Platform fact id.
    pub fact: String,
    /// Shown when this is true.
    pub when: Condition,
}

/// Something that no evidence of this kind can show.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CannotSeeLine {
    /// What it is, as a dotted name; a vocabulary name where there is one.
    pub fact: String,
    /// What it is, in words.
    pub title: String,
    /// Where to look instead, Markdown with `{{ expressions }}`.
    pub how: String,
    /// Shown unless this is false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// Days on which it holds.
    #[serde(default, skip_serializing_if = "Validity::is_unbounded")]
    pub valid: Validity,
    /// Where it is stated.
    pub sources: Vec<String>,
}
