//! Evidence against the knowledge base: what matched, what competes, what weighs, what to ask and do.
//!
//! Pure: same knowledge base, evidence and day give the same diagnosis, to the byte.

mod ask;
mod candidates;
mod engine;
mod facts;
mod near;
mod plan;
mod similar;
mod symptoms;
mod trace;
mod tree;
mod verdict;
mod weigh;
mod why;

#[cfg(feature = "cli")]
pub(crate) use crate::compile::Kept;
pub use ask::price;
pub use candidates::Dropped;
pub use engine::Engine;
#[cfg(feature = "cli")]
pub(crate) use engine::Recognised;
pub(crate) use facts::succeeded;
pub use near::Nearest;
pub use trace::{Candidate, Diagnosis, ItemTrace, Match, PlanTrace, ProblemTrace, QuestionTrace, Recognition, Side};
pub use tree::{Bounds, Branching, Decision};
pub use weigh::truth;
pub use why::{CauseWhy, Change, Flip, Found, Leaf, RuleWhy, Standing, Weighed};
