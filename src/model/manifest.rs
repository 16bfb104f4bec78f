//! `kb.yaml`: the knowledge base as a whole.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::day::Day;

/// The manifest of a knowledge base.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the file format; this engine reads 1.
    pub format: u32,
    /// Version of the knowledge base by calendar: `2026.11.0`.
    pub version: String,
    /// First day the base can answer for.
    pub begins: Day,
    /// Days after `verified` until a statement counts as stale.
    pub review_horizon_days: u32,
    /// Areas, one folder each.
    pub areas: Vec<Area>,
    /// Hosts that sources, steps and texts may link to, each with the reason.
    pub allowed_hosts: Vec<AllowedHost>,
}

/// A group of problems: a folder under `rules/`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// Folder name.
    pub id: String,
    /// What a reader sees.
    pub title: String,
}

/// A host that links may lead to.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllowedHost {
    /// Host name, lower case; a subdomain needs its own entry.
    pub host: String,
    /// Why links to it are trusted.
    pub reason: String,
}
