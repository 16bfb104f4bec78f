//! The report document: what `--format json` prints and templates read.
//!
//! Field names are a public contract (`hf-doctor/report/v1`); add, never rename.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::day::Day;
use super::evidence::Input;
use super::follow_up::FollowUp;
use super::rule::Layer;
use super::scalar::{FactValue, Scalar};
use super::source::SourceKind;
use super::step::{Cost, Effort, Who};

/// A diagnosis of one incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// `hf-doctor/report/v1`.
    pub schema: String,
    /// Version of the engine.
    pub engine: String,
    /// Version of the knowledge base.
    pub knowledge_base: String,
    /// Day the answer is made for.
    pub as_of: Day,
    /// Verdict over the whole incident.
    pub verdict: ReportVerdict,
    /// The verdict as one sentence for a person.
    pub headline: String,
    /// Service that refused, when it is not Hugging Face.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Recognised problems, the decisive one first.
    pub problems: Vec<Problem>,
    /// Candidates over the whole incident, most likely first.
    pub causes: Vec<RankedCause>,
    /// Share left for "something else", 0 to 1.
    pub residual: f64,
    /// Candidates that a fact excludes.
    pub ruled_out: Vec<RuledOut>,
    /// Unknown facts worth asking for, best first.
    pub questions: Vec<Question>,
    /// What to do, in order.
    pub plan: Vec<PlanStep>,
    /// Advice that does not work here.
    pub not_this: Vec<NotThisLine>,
    /// When and how to write to support; `null` when not (yet) warranted.
    pub escalate: Option<Escalate>,
    /// What would warrant writing to support, where something is still missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalate_later: Vec<EscalateLater>,
    /// Platform facts that the report quotes.
    pub facts_used: Vec<UsedFact>,
    /// What is known of the account, the limits that follow, and what cannot be seen.
    pub account: Account,
    /// What is known of the refused request.
    #[serde(default)]
    pub incident: Incident,
    /// Sources cited anywhere in the report.
    pub sources: Vec<SourceRef>,
    /// What was given and how it was read.
    pub inputs: Vec<Input>,
    /// Number of masked items by kind.
    pub redactions: BTreeMap<String, u64>,
    /// Facts that inputs disagree on.
    pub conflicts: Vec<Conflict>,
    /// What the reader should know about this report.
    pub warnings: Vec<String>,
    /// What changed since an earlier report, when one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<FollowUp>,
    /// Why nothing matched; only where nothing decisive was recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nothing_matched: Option<NothingMatched>,
}

/// What can be said when nothing decisive was recognised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NothingMatched {
    /// Known messages that come nearest, at most three, the nearest first.
    pub nearest: Vec<NearMessage>,
    /// What was read out of the evidence: client, host, status, exception.
    pub recognised: Vec<Noticed>,
    /// What to supply next, most telling first; empty where questions are asked instead.
    pub supply: Vec<String>,
    /// The command that turns the report into a new rule.
    pub command: String,
}

/// A known message and the place of the evidence that comes nearest to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NearMessage {
    /// Rule id.
    pub rule: String,
    /// The problem in one line.
    pub title: String,
    /// Symptom id.
    pub symptom: String,
    /// How much of the message is there, 0 to 1, two decimals.
    pub share: f64,
    /// Input in which it stands.
    pub source: String,
    /// Line in that input, counted from 1.
    pub line: usize,
    /// The line of the first difference, redacted and shortened.
    pub excerpt: String,
    /// Where the first difference begins in `excerpt`, in characters.
    pub start: usize,
    /// Where it ends in `excerpt`, in characters.
    pub end: usize,
    /// What the known message says there.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

/// Something that was read out of the evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Noticed {
    /// Vocabulary name.
    pub fact: String,
    /// Short name.
    pub title: String,
    /// Its value.
    pub value: Scalar,
    /// Where it came from.
    pub from: String,
}

/// Verdict over the whole incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReportVerdict {
    /// one cause stands clear of all others
    Concluded,
    /// one cause leads
    Likely,
    /// the evidence does not single out a cause
    Undetermined,
    /// another company refused
    NotHuggingFace,
    /// account facts, but no error
    NoError,
    /// nothing was recognised
    NothingFound,
}

impl ReportVerdict {
    /// The verdict as it is written in reports and cases.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Concluded => "concluded",
            Self::Likely => "likely",
            Self::Undetermined => "undetermined",
            Self::NotHuggingFace => "not-hugging-face",
            Self::NoError => "no-error",
            Self::NothingFound => "nothing-found",
        }
    }
}

/// A recognised problem: a rule that has candidates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// Rule id.
    pub rule: String,
    /// The problem in one line.
    pub title: String,
    /// How it was recognised: `decisive`, `structure`, `wrapper`, `hint`, `retold`, `similarity`.
    pub recognised_by: String,
    /// Symptoms that matched, decisive ones first.
    pub findings: Vec<Finding>,
}

/// A symptom that matched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Symptom id.
    pub symptom: String,
    /// How much it says.
    pub layer: Layer,
    /// Input it was found in.
    pub source: String,
    /// Line in that input, counted from 1.
    pub line: usize,
    /// Column in that line as the person sees it, in characters, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// The line, redacted and shortened around the match.
    pub excerpt: String,
    /// Where the matched words begin in `excerpt`, in characters.
    pub start: usize,
    /// Where the matched words end in `excerpt`, in characters.
    pub end: usize,
    /// Named groups and what they matched.
    pub captures: BTreeMap<String, String>,
    /// How often it was found in all.
    pub count: usize,
}

/// A candidate with its rank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RankedCause {
    /// 1 is the most likely.
    pub rank: usize,
    /// Canonical cause id.
    pub id: String,
    /// Service, for `not-hugging-face`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Rule it comes from.
    pub rule: String,
    /// The verdict in one line.
    pub title: String,
    /// Verdict on this candidate.
    pub verdict: CauseVerdict,
    /// Share among the candidates and "something else", 0 to 1, two decimals.
    pub share: f64,
    /// Score in decibans.
    pub decibans: i32,
    /// Prior in decibans, part of the score.
    pub prior: i32,
    /// What recognition adds to the score, in decibans.
    pub recognition: i32,
    /// What speaks for it.
    #[serde(rename = "for")]
    pub speaks_for: Vec<Reason>,
    /// What speaks against it.
    pub against: Vec<Reason>,
    /// What would count if it were known.
    pub unknown: Vec<UnknownReason>,
    /// The reason, Markdown.
    pub explanation: String,
    /// Step ids, best first.
    pub remediation: Vec<String>,
    /// Source ids.
    pub sources: Vec<String>,
}

/// Verdict on one candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CauseVerdict {
    /// stands clear of all others
    Concluded,
    /// leads
    Likely,
    /// cannot be told from others
    Possible,
    /// little speaks for it
    Unlikely,
    /// a fact excludes it
    RuledOut,
}

/// A piece of evidence that holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// Why it counts.
    pub because: String,
    /// How much, in decibans; positive also for evidence against.
    pub weight: i32,
    /// Facts it rests on.
    pub facts: Vec<FactRef>,
}

/// A known fact and where it came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FactRef {
    /// Vocabulary name.
    pub id: String,
    /// Its value.
    pub value: Scalar,
    /// Where it came from: `error.txt:3`.
    pub from: String,
}

/// A piece of evidence that would count if its facts were known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UnknownReason {
    /// Why it would count.
    pub because: String,
    /// How much, in decibans; negative for evidence against.
    pub weight: i32,
    /// The facts that are missing.
    pub facts: Vec<String>,
}

/// A candidate that a fact excludes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuledOut {
    /// Canonical cause id.
    pub id: String,
    /// Rule it comes from.
    pub rule: String,
    /// The cause in one line.
    pub title: String,
    /// What excludes it.
    pub because: String,
    /// Facts that exclude it.
    pub facts: Vec<FactRef>,
}

/// An unknown fact worth asking for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// Vocabulary name, for `--set`.
    pub fact: String,
    /// The question.
    pub question: String,
    /// How to find the answer.
    pub how: String,
    /// Expected information in bits.
    pub bits: f64,
    /// What finding the answer takes.
    pub effort: Effort,
    /// Answer -> what the report would then say.
    pub answers: BTreeMap<String, String>,
}

/// One step of the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanStep {
    /// Step id.
    pub step: String,
    /// What it is.
    pub title: String,
    /// Who can do it.
    pub who: Who,
    /// What it takes.
    pub effort: Effort,
    /// What it costs.
    pub cost: Cost,
    /// Causes it helps against.
    pub helps: Vec<String>,
    /// Chance that it helps: the share of those causes, 0 to 1.
    pub chance: f64,
    /// Exact clicks or words, Markdown.
    #[serde(rename = "do")]
    pub instruction: String,
    /// Code or commands to paste.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snippet: Option<String>,
    /// Language of the snippet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// How to see that it worked.
    pub verify: String,
    /// Source ids.
    pub sources: Vec<String>,
}

/// Advice that does not work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NotThisLine {
    /// The advice.
    pub advice: String,
    /// Why it does not help.
    pub why: String,
    /// Cause under which it would be wrong.
    pub cause: String,
}

/// Support is to be written to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Escalate {
    /// Cause that warrants it.
    pub cause: String,
    /// Where to write.
    pub to: String,
    /// Why.
    pub because: String,
    /// What to put into the message.
    pub include: Vec<String>,
}

/// Support may have to be written to, but something is not known or does not hold yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EscalateLater {
    /// Cause that would warrant it.
    pub cause: String,
    /// Where to write.
    pub to: String,
    /// Why one would.
    pub because: String,
    /// Facts that are not known and would decide it.
    pub missing: Vec<String>,
    /// Whether what is known already speaks against it.
    pub excluded: bool,
}

/// The refused request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Incident {
    /// What is known of it: address, status, program, model, repository.
    pub facts: Vec<AccountFact>,
    /// Date and time as the log prints them beside the error, when it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
}

/// A platform fact that the report quotes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UsedFact {
    /// Fact id.
    pub id: String,
    /// What it says.
    pub title: String,
    /// Its value on the day of the report.
    pub value: FactValue,
    /// Unit of the value.
    pub unit: String,
    /// Days on which it is documented.
    pub valid: Bounds,
    /// Day on which it was last checked.
    pub verified: Day,
    /// Source id.
    pub source: String,
    /// Other pages that state something else on that day: "page: value".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disagrees: Vec<String>,
}

/// An interval with both ends written out; `null` means open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Bounds {
    /// First day.
    pub from: Option<Day>,
    /// First day after.
    pub until: Option<Day>,
}

/// The account's context.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Account {
    /// What is known of account, token and organisation.
    pub facts: Vec<AccountFact>,
    /// Documented limits that follow from the plan on that day.
    pub limits: Vec<AccountLimit>,
    /// What this evidence cannot show, and where to look.
    pub cannot_see: Vec<CannotSee>,
}

/// A known fact of the account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AccountFact {
    /// Vocabulary name.
    pub id: String,
    /// Short name.
    pub title: String,
    /// Its value.
    pub value: Scalar,
    /// Where it came from.
    pub from: String,
}

/// A documented limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AccountLimit {
    /// Platform fact id.
    pub fact: String,
    /// What it says.
    pub title: String,
    /// Formatted value.
    pub value: String,
    /// Unit of the value.
    pub unit: String,
    /// Source id.
    pub source: String,
}

/// Something the evidence cannot show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CannotSee {
    /// What it is: a vocabulary name where there is one.
    pub fact: String,
    /// What it is, in words.
    pub title: String,
    /// Where to look instead.
    pub how: String,
}

/// A source as the report cites it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceRef {
    /// Source id.
    pub id: String,
    /// What kind of place it is.
    pub kind: SourceKind,
    /// What a reader sees.
    pub title: String,
    /// Public address.
    pub url: String,
    /// Day on which it was read.
    pub retrieved: Day,
}

/// A fact that inputs disagree on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Conflict {
    /// Vocabulary name.
    pub fact: String,
    /// The values, the one used first.
    pub values: Vec<ConflictValue>,
    /// What the disagreement means, in one sentence.
    pub note: String,
}

/// One side of a conflict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConflictValue {
    /// The value.
    pub value: Scalar,
    /// Who says so.
    pub from: String,
}
