//! The plan, the advice that does not work, and when support is the way.

use super::{Desk, hundredths};
use crate::compile::Tri;
use crate::kb::KbError;
use crate::model::{Escalate, EscalateLater, NotThisLine, PlanStep};

/// Share from which wrong advice about a cause is worth warning of.
const WORTH_WARNING: f64 = 0.10;

/// Share from which a cause can send a person to support.
const WORTH_WRITING: f64 = 0.25;

impl Desk<'_> {
    /// Steps in order.
    pub(super) fn plan(&self) -> Result<Vec<PlanStep>, KbError> {
        let mut plan = Vec::new();
        for entry in &self.diagnosis.plan {
            let Some(step) = self.kb.step(&entry.step)? else { continue };
            plan.push(PlanStep {
                step: step.id.clone(),
                title: self.text(&step.title),
                who: step.who,
                effort: step.effort,
                cost: step.cost,
                helps: entry.helps.clone(),
                chance: hundredths(entry.chance.min(1.0)),
                instruction: self.text(&step.instruction),
                snippet: step.snippet.as_deref().map(|snippet| self.text(snippet)),
                lang: step.lang.clone(),
                verify: self.text(&step.verify),
                sources: step.sources.clone(),
            });
        }
        Ok(plan)
    }

    /// Advice that does not work for the causes in front, each once.
    pub(super) fn not_this(&self, top: usize) -> Result<Vec<NotThisLine>, KbError> {
        let mut lines: Vec<NotThisLine> = Vec::new();
        for (rank, candidate) in self.diagnosis.ranked().take(top).enumerate() {
            if rank > 0 && candidate.share < WORTH_WARNING {
                continue;
            }
            let Some((_, cause)) = self.authored(candidate)? else { continue };
            for line in &cause.not_this {
                let applies = line.valid.contains(self.diagnosis.as_of)
                    && line.when.as_ref().is_none_or(|when| self.holds(when, candidate.rule) != Tri::False);
                let advice = self.text(&line.advice);
                if applies && !lines.iter().any(|known| known.advice == advice) {
                    lines.push(NotThisLine { advice, why: self.text(&line.why), cause: candidate.id.clone() });
                }
            }
        }
        Ok(lines)
    }

    /// The first cause in front whose conditions for writing to support hold.
    pub(super) fn escalate(&self) -> Result<Option<Escalate>, KbError> {
        for candidate in self.diagnosis.ranked().filter(|one| one.share >= WORTH_WRITING) {
            let Some((_, cause)) = self.authored(candidate)? else { continue };
            let Some(escalation) = &cause.escalate else { continue };
            if self.holds(&escalation.when, candidate.rule) == Tri::True {
                return Ok(Some(Escalate {
                    cause: candidate.id.clone(),
                    to: self.text(&escalation.to),
                    because: self.text(&escalation.because),
                    include: escalation.include.iter().map(|line| self.text(line)).collect(),
                }));
            }
        }
        Ok(None)
    }

    /// Causes in front that would warrant writing to support, if something else were known or true.
    pub(super) fn escalate_later(&self) -> Result<Vec<EscalateLater>, KbError> {
        let mut later = Vec::new();
        for candidate in self.diagnosis.ranked().filter(|one| one.share >= WORTH_WRITING) {
            let Some((_, cause)) = self.authored(candidate)? else { continue };
            let Some(escalation) = &cause.escalate else { continue };
            let state = self.holds(&escalation.when, candidate.rule);
            if state == Tri::True {
                continue;
            }
            let mut missing: Vec<String> = Vec::new();
            for name in escalation.when.facts() {
                let asked = self.kb.vocabulary(name)?.is_some_and(|entry| entry.question.is_some());
                if asked && self.fact(name).is_none() && !missing.iter().any(|known| known == name) {
                    missing.push(name.to_owned());
                }
            }
            later.push(EscalateLater {
                cause: candidate.id.clone(),
                to: self.text(&escalation.to),
                because: self.text(&escalation.because),
                missing,
                excluded: state == Tri::False,
            });
        }
        Ok(later)
    }
}
