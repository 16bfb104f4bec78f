//! What authors write and what reports contain: one noun a file, data only.
//!
//! Nothing here reads files, clocks or terminals. Authored types refuse unknown
//! fields; their field comments are the help text of the generated schemas.

mod case;
mod condition;
mod context;
mod day;
mod evidence;
mod fact;
mod follow_up;
mod manifest;
mod report;
mod rule;
mod scalar;
mod source;
mod step;
mod triage;
mod version;
mod vocabulary;

pub use case::{Case, Expectation};
pub use condition::{Comparison, Condition, Operand, Test, VersionTest};
pub use context::{AccountContext, CannotSeeLine, LimitLine};
pub use day::{Day, DayError, Validity};
pub use evidence::{Evidence, Input, Observation, PartKind, Place, TextPart, Trust};
pub use fact::{AlsoStated, FactsFile, PlatformFact, Statement};
pub use follow_up::{CauseChange, FactChange, FollowUp, Outcome};
pub use manifest::{AllowedHost, Area, Manifest};
pub use report::{
    Account, AccountFact, AccountLimit, Bounds, CannotSee, CauseVerdict, Conflict, ConflictValue, Escalate,
    EscalateLater, FactRef, Finding, Incident, NearMessage, NotThisLine, NothingMatched, Noticed, PlanStep, Problem,
    Question, RankedCause, Reason, Report, ReportVerdict, RuledOut, SourceRef, UnknownReason, UsedFact,
};
pub use rule::{
    Capture, Cause, Emitter, Escalation, EvidenceItem, Layer, MatchExample, NotThis, Prior, Rule, Status, Symptom,
    Weight,
};
pub use scalar::{FactValue, Scalar};
pub use source::{Source, SourceKind, SourcesFile};
pub use step::{Cost, Effort, Step, StepsFile, Who};
pub use triage::RecordVerdict;
pub use version::compare_versions;
pub use vocabulary::{FactKind, FactOption, Vocabulary, VocabularyFact};
