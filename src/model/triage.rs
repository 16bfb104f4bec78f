//! What `triage` says of one record: one line of JSON a record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::report::ReportVerdict;

/// The answer to one record, or why it is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordVerdict {
    /// The record's own `id`, masked; `FILE:LINE` when it has none.
    pub id: String,
    /// File the record stands in.
    pub input: String,
    /// Line in that file, counted from 1.
    pub line: u64,
    /// Verdict; absent where the line is no record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<ReportVerdict>,
    /// Id of the first cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Share of the first cause among all candidates and "something else", 0 to 1, two decimals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Rule of the first cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Service that refused, when it is not Hugging Face.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Account fact worth asking for first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<String>,
    /// Why the line is no record, masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}
