//! The state of an interview: answers so far, the report they lead to, and what to ask next.

use std::collections::BTreeSet;

use crate::eval::{self, Engine};
use crate::evidence::RawInput;
use crate::model::{Day, Question, Report, ReportVerdict};
use crate::pipeline::{self, Asked, Done, Error};

/// Information per effort below which a question is left to the person's own interest, in bits.
///
/// At an even choice between two causes 0.05 bits move the first from 50 to about 63 %; less is noise to a person.
const WORTH: f64 = 0.05;

/// Share from which a refusal by another company ends the interview.
const ELSEWHERE: f64 = 0.8;

/// One incident to be asked about.
#[derive(Clone, Debug)]
pub struct Asking {
    /// Inputs in the order given.
    pub inputs: Vec<RawInput>,
    /// Facts set beforehand.
    pub sets: Vec<(String, String)>,
    /// Day to answer for; the evidence's own day when absent.
    pub as_of: Option<Day>,
    /// Day to answer for when the evidence has none either.
    pub today: Day,
    /// Most causes in the report.
    pub top: usize,
}

/// One question that was put and what was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The fact that was asked for.
    pub fact: String,
    /// The value as `--set` takes it; `None` for "I don't know".
    pub answer: Option<String>,
}

/// Why there is no further question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The verdict stands: concluded, or another company refused.
    Settled,
    /// No open question would change enough for what it takes to answer.
    NotWorth,
    /// There is no open question at all.
    Nothing,
}

/// An interview about one incident.
#[derive(Debug)]
pub struct Session<'a> {
    engine: &'a Engine,
    asking: Asking,
    turns: Vec<Turn>,
    /// What came out before the first turn and after each.
    states: Vec<Done>,
}

impl<'a> Session<'a> {
    /// Reads the evidence and makes the first report.
    ///
    /// # Errors
    /// As [`pipeline::diagnose`].
    pub fn new(engine: &'a Engine, asking: Asking) -> Result<Self, Error> {
        let mut session = Self { engine, asking, turns: Vec::new(), states: Vec::new() };
        let first = session.evaluate()?;
        session.states.push(first);
        Ok(session)
    }

    /// What is known now: report, diagnosis and evidence.
    #[must_use]
    pub fn now(&self) -> Option<&Done> {
        self.states.last()
    }

    /// What was known before the last turn.
    #[must_use]
    pub fn before(&self) -> Option<&Report> {
        self.states.len().checked_sub(2).and_then(|at| self.states.get(at)).map(|done| &done.report)
    }

    /// The turns so far, in order.
    #[must_use]
    pub fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// Facts set beforehand and by answers: what `diagnose --set` needs for the same report.
    #[must_use]
    pub fn sets(&self) -> Vec<(String, String)> {
        let answered = self.turns.iter().filter_map(|turn| Some((turn.fact.clone(), turn.answer.clone()?)));
        self.asking.sets.iter().cloned().chain(answered).collect()
    }

    /// The best question that was not yet put.
    ///
    /// # Errors
    /// Why there is none.
    pub fn next(&self) -> Result<&Question, End> {
        let Some(Done { report, .. }) = self.now() else { return Err(End::Nothing) };
        let elsewhere = report.verdict == ReportVerdict::NotHuggingFace
            && report.causes.first().is_some_and(|cause| cause.share >= ELSEWHERE);
        if report.verdict == ReportVerdict::Concluded || elsewhere {
            return Err(End::Settled);
        }
        let put: BTreeSet<&str> = self.turns.iter().map(|turn| turn.fact.as_str()).collect();
        let mut open = report.questions.iter().filter(|question| !put.contains(question.fact.as_str())).peekable();
        if open.peek().is_none() {
            return Err(End::Nothing);
        }
        open.find(|question| question.bits / eval::price(question.effort) >= WORTH).ok_or(End::NotWorth)
    }

    /// Takes an answer, or "I don't know", and weighs again.
    ///
    /// # Errors
    /// When the answer is no value of the fact; the session is then as before.
    pub fn answer(&mut self, fact: &str, answer: Option<String>) -> Result<(), Error> {
        self.turns.push(Turn { fact: fact.to_owned(), answer });
        match self.evaluate() {
            Ok(done) => {
                self.states.push(done);
                Ok(())
            }
            Err(error) => {
                self.turns.pop();
                Err(error)
            }
        }
    }

    /// Takes the last turn back. `false` when there is none.
    pub fn back(&mut self) -> bool {
        if self.turns.pop().is_none() {
            return false;
        }
        self.states.pop();
        true
    }

    fn evaluate(&self) -> Result<Done, Error> {
        let sets = self.sets();
        let Asking { inputs, as_of, today, top, .. } = &self.asking;
        pipeline::diagnose(self.engine, &Asked { inputs, sets: &sets, as_of: *as_of, today: *today, top: *top })
    }
}
