//! `sources.yaml`: where statements come from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::day::Day;

/// The sources file.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourcesFile {
    /// All sources.
    pub sources: Vec<Source>,
}

/// One place that states something.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Kebab-case name used by rules, steps and facts.
    pub id: String,
    /// How much such a place can be trusted.
    pub kind: SourceKind,
    /// What a reader sees.
    pub title: String,
    /// Public address, https, on an allowed host.
    pub url: String,
    /// Repository that holds the text, `owner/name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repo: Option<String>,
    /// Path inside the repository or the published package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Commit or release that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Day on which it was read.
    pub retrieved: Day,
    /// What to know about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What kind of place a source is, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// official documentation
    Documentation,
    /// source code of a client or of the service
    ClientSource,
    /// release notes
    Release,
    /// a statement of staff
    Staff,
    /// a public report in which the cause was established
    Observed,
    /// our own conclusion from the other sources
    Inferred,
}
