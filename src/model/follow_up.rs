//! What changed since an earlier report.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::day::Day;
use super::report::ReportVerdict;
use super::scalar::Scalar;

/// The earlier report against this one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FollowUp {
    /// Day of the earlier report.
    pub since: Day,
    /// Verdict of the earlier report.
    pub verdict_then: ReportVerdict,
    /// First cause of the earlier report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause_then: Option<String>,
    /// Whether the fix worked.
    pub outcome: Outcome,
    /// The outcome as one sentence for a person.
    pub says: String,
    /// Problems (rule ids) of the earlier report that no longer show.
    pub gone: Vec<String>,
    /// Problems that still show.
    pub stayed: Vec<String>,
    /// Problems that are new.
    pub new: Vec<String>,
    /// Causes whose share moved by a tenth or more, or that came or went.
    pub causes: Vec<CauseChange>,
    /// Facts whose value changed.
    pub facts: Vec<FactChange>,
    /// Documented values that changed between the two days.
    pub platform: Vec<FactChange>,
    /// Steps of the earlier plan that are still in the plan, in order.
    pub remaining: Vec<String>,
}

/// Whether a fix worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// the earlier problem is gone and a request succeeded
    Fixed,
    /// the earlier problem is gone and another one shows
    Another,
    /// the same problem, for another reason
    OtherCause,
    /// the same problem, for the same reason
    Same,
    /// the new evidence shows neither the problem nor a success
    CannotTell,
}

/// A cause whose share moved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CauseChange {
    /// Cause id.
    pub id: String,
    /// Share in the earlier report; `null` when it was not among the causes.
    pub then: Option<f64>,
    /// Share now; `null` when it is not among the causes.
    pub now: Option<f64>,
}

/// A fact whose value changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FactChange {
    /// Name of the fact.
    pub id: String,
    /// Value in the earlier report; `null` when it was not known.
    pub then: Option<Scalar>,
    /// Value now; `null` when it is not known.
    pub now: Option<Scalar>,
}
