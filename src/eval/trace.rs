//! The diagnosis as data: every decision with what it rests on.

use std::collections::BTreeMap;

use super::candidates::Dropped;
use super::near::Nearest;
use crate::compile::Tri;
use crate::model::{CauseVerdict, Conflict, Day, Layer, Observation, PartKind, ReportVerdict, Scalar};

/// A symptom that matched a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Number of the rule.
    pub rule: usize,
    /// Number of the symptom in its rule.
    pub symptom: usize,
    /// Symptom id.
    pub id: String,
    /// How much it says.
    pub layer: Layer,
    /// Number of the text part.
    pub part: usize,
    /// Kind of that part.
    pub kind: PartKind,
    /// Byte span in the part.
    pub span: (usize, usize),
    /// Line in the input, counted from 1.
    pub line: usize,
    /// Column in that line, in characters, counted from 1.
    pub column: usize,
    /// Named groups and what they matched.
    pub captures: BTreeMap<String, String>,
    /// How often it matched in all.
    pub count: usize,
}

/// How a rule came to be considered, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recognition {
    /// lexical similarity only
    Similarity,
    /// a client's advice or wrapper text
    Surrounding,
    /// how people say it
    Retold,
    /// status, host, path, exception, client
    Structure,
    /// a decisive text, quoted by the person
    Quoted,
    /// a decisive text, printed by software
    Decisive,
}

impl Recognition {
    /// What recognition adds to each cause of the rule, in decibans.
    #[must_use]
    pub const fn decibans(self) -> i32 {
        match self {
            Self::Similarity => 0,
            Self::Surrounding => 2,
            Self::Retold => 5,
            Self::Structure | Self::Quoted => 6,
            Self::Decisive => 10,
        }
    }

    /// The word used in reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Similarity => "similarity",
            Self::Surrounding => "wrapper",
            Self::Retold => "retold",
            Self::Structure => "structure",
            Self::Quoted => "quoted",
            Self::Decisive => "decisive",
        }
    }
}

/// A recognised rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemTrace {
    /// Number of the rule.
    pub rule: usize,
    /// How it was recognised.
    pub recognition: Recognition,
}

/// Which side a piece of evidence is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// speaks for the cause
    For,
    /// speaks against it
    Against,
}

/// One piece of evidence, evaluated.
#[derive(Clone, Debug)]
pub struct ItemTrace {
    /// Which list it stands in.
    pub side: Side,
    /// Position in that list.
    pub number: usize,
    /// Its truth.
    pub state: Tri,
    /// Its weight in decibans, without sign.
    pub weight: i32,
    /// Whether it counted; false when another item of its group was stronger.
    pub counted: bool,
    /// Names of the facts it reads.
    pub facts: Vec<String>,
}

/// A cause under evaluation.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Number of the rule.
    pub rule: usize,
    /// Number of the cause in its rule.
    pub cause: usize,
    /// Canonical cause id.
    pub id: String,
    /// Service, for `not-hugging-face`.
    pub service: Option<String>,
    /// Prior in decibans.
    pub prior: i32,
    /// How the rule was recognised.
    pub recognition: Recognition,
    /// What lexical similarity adds, 0 to 5 decibans.
    pub similarity: i32,
    /// All its evidence.
    pub items: Vec<ItemTrace>,
    /// Truth of `requires`, when there is one.
    pub requires: Option<Tri>,
    /// Sum in decibans.
    pub score: i32,
    /// Share among candidates and residual, 0 to 1; 0 when ruled out.
    pub share: f64,
    /// Verdict.
    pub verdict: CauseVerdict,
}

/// A question worth asking.
#[derive(Clone, Debug)]
pub struct QuestionTrace {
    /// The unknown fact.
    pub fact: String,
    /// Expected information in bits.
    pub bits: f64,
    /// Each answer, the cause that would then lead, its share, and the verdict.
    pub answers: Vec<(Scalar, String, f64, ReportVerdict)>,
}

/// A step of the plan.
#[derive(Clone, Debug)]
pub struct PlanTrace {
    /// Step id.
    pub step: String,
    /// Causes it helps against, most likely first.
    pub helps: Vec<String>,
    /// Sum of their shares.
    pub chance: f64,
}

/// The answer of the engine.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    /// Day the answer is made for.
    pub as_of: Day,
    /// Verdict over the whole incident.
    pub verdict: ReportVerdict,
    /// All matches.
    pub matches: Vec<Match>,
    /// Recognised rules, best recognised first.
    pub problems: Vec<ProblemTrace>,
    /// Rules that were recognised and left out, with why.
    pub dropped: Vec<(usize, Dropped)>,
    /// Known messages that come nearest; only where nothing decisive was recognised.
    pub nearest: Vec<Nearest>,
    /// All facts: given, captured, set by symptoms.
    pub facts: Vec<Observation>,
    /// Facts that inputs disagree on.
    pub conflicts: Vec<Conflict>,
    /// Candidates, most likely first, the ruled-out ones last.
    pub candidates: Vec<Candidate>,
    /// Share of "something else".
    pub residual: f64,
    /// Questions, best first.
    pub questions: Vec<QuestionTrace>,
    /// All unknown facts in play, worth asking for or not.
    pub askable: Vec<String>,
    /// Steps in order.
    pub plan: Vec<PlanTrace>,
}

impl Diagnosis {
    /// Whether nothing decisive was recognised: then it is worth telling what came near.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self.verdict {
            ReportVerdict::NothingFound => true,
            ReportVerdict::Undetermined => {
                self.problems.iter().all(|problem| problem.recognition <= Recognition::Surrounding)
            }
            _ => false,
        }
    }

    /// Candidates that no fact excludes, most likely first.
    pub fn ranked(&self) -> impl Iterator<Item = &Candidate> {
        self.candidates.iter().filter(|candidate| candidate.verdict != CauseVerdict::RuledOut)
    }
}
