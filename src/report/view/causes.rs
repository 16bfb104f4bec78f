//! Ranked causes with their reasons, excluded ones, questions.

use std::collections::{BTreeMap, BTreeSet};

use super::{Desk, hundredths};
use crate::compile::Tri;
use crate::eval::{Candidate, ItemTrace, Side};
use crate::kb::KbError;
use crate::model::{
    Cause, CauseVerdict, Condition, EvidenceItem, FactRef, Question, RankedCause, Reason, ReportVerdict, RuledOut,
    Scalar, UnknownReason,
};

impl Desk<'_> {
    /// The ranked causes, at most `top`.
    pub(super) fn causes(&self, top: usize) -> Result<Vec<RankedCause>, KbError> {
        let mut causes = Vec::new();
        for (rank, candidate) in self.diagnosis.ranked().take(top).enumerate() {
            let Some((rule, cause)) = self.authored(candidate)? else { continue };
            let mut ranked = RankedCause {
                rank: rank.saturating_add(1),
                id: candidate.id.clone(),
                service: candidate.service.clone(),
                rule,
                title: self.text(&cause.title),
                verdict: candidate.verdict,
                share: hundredths(candidate.share),
                decibans: candidate.score,
                prior: candidate.prior,
                recognition: candidate.recognition.decibans().saturating_add(candidate.similarity),
                speaks_for: Vec::new(),
                against: Vec::new(),
                unknown: Vec::new(),
                explanation: self.text(&cause.explanation),
                remediation: cause.remediation.clone(),
                sources: cause.sources.clone(),
            };
            for item in &candidate.items {
                let Some(authored) = authored_item(cause, item) else { continue };
                self.sort_in(&mut ranked, candidate, item, authored)?;
            }
            ranked.speaks_for.sort_by_key(|reason| std::cmp::Reverse(reason.weight));
            ranked.against.sort_by_key(|reason| std::cmp::Reverse(reason.weight));
            ranked.unknown.sort_by_key(|reason| std::cmp::Reverse(reason.weight.abs()));
            causes.push(ranked);
        }
        Ok(causes)
    }

    fn sort_in(
        &self,
        ranked: &mut RankedCause,
        candidate: &Candidate,
        item: &ItemTrace,
        authored: &EvidenceItem,
    ) -> Result<(), KbError> {
        match item.state {
            Tri::True if item.counted => {
                let reason = Reason {
                    because: self.text(&authored.because),
                    weight: item.weight,
                    facts: self.references(&authored.when, &item.facts, candidate.rule)?,
                };
                match item.side {
                    Side::For => ranked.speaks_for.push(reason),
                    Side::Against => ranked.against.push(reason),
                }
            }
            Tri::Unknown => {
                let missing: Vec<String> =
                    item.facts.iter().filter(|name| self.fact(name).is_none()).cloned().collect();
                let sign = if item.side == Side::For { 1 } else { -1 };
                ranked.unknown.push(UnknownReason {
                    because: self.quoted(&authored.because),
                    weight: item.weight.saturating_mul(sign),
                    facts: missing,
                });
            }
            Tri::True | Tri::False => {}
        }
        Ok(())
    }

    /// The facts and matched words a condition rests on.
    fn references(&self, condition: &Condition, names: &[String], rule: usize) -> Result<Vec<FactRef>, KbError> {
        let mut found = Vec::new();
        for name in names {
            if let Some(fact) = self.fact(name) {
                found.push(FactRef { id: name.clone(), value: self.shown(fact)?, from: fact.from.clone() });
            }
        }
        condition.walk(&mut |part| {
            let Condition::Symptom(ids) = part else { return };
            let matched = self.diagnosis.matches.iter().filter(|one| one.rule == rule && ids.contains(&one.id));
            for one in matched.take(1) {
                let source = self.evidence.parts.get(one.part).map_or("", |part| part.source.as_str());
                found.push(FactRef {
                    id: format!("symptom.{}", one.id),
                    value: Scalar::Text(self.words(one)),
                    from: format!("{source}:{}", one.line),
                });
            }
        });
        Ok(found)
    }

    /// Candidates that a fact excludes.
    pub(super) fn ruled_out(&self) -> Result<Vec<RuledOut>, KbError> {
        let mut out = Vec::new();
        for candidate in self.diagnosis.candidates.iter().filter(|one| one.verdict == CauseVerdict::RuledOut) {
            let Some((rule, cause)) = self.authored(candidate)? else { continue };
            let Some(requires) = &cause.requires else { continue };
            let names: Vec<String> = {
                let mut seen = BTreeSet::new();
                requires.facts().into_iter().filter(|name| seen.insert(*name)).map(str::to_owned).collect()
            };
            let facts = self.references(requires, &names, candidate.rule)?;
            let because = match &cause.requires_because {
                Some(because) => self.text(because),
                None => {
                    let told: Vec<String> = facts.iter().map(|fact| format!("{} is {}", fact.id, fact.value)).collect();
                    if told.is_empty() { "what it needs is not given".to_owned() } else { told.join(", ") }
                }
            };
            out.push(RuledOut { id: candidate.id.clone(), rule, title: self.text(&cause.title), because, facts });
        }
        Ok(out)
    }

    /// The questions with how to find each answer.
    pub(super) fn questions(&self) -> Result<Vec<Question>, KbError> {
        let mut out = Vec::new();
        if self.diagnosis.verdict == ReportVerdict::Concluded {
            return Ok(out);
        }
        for question in &self.diagnosis.questions {
            let Some(entry) = self.kb.vocabulary(&question.fact)? else { continue };
            let mut answers = BTreeMap::new();
            for (answer, cause, share, verdict) in &question.answers {
                let then = match verdict {
                    ReportVerdict::Concluded => format!("{cause}, concluded"),
                    ReportVerdict::Likely => format!("{cause}, likely"),
                    ReportVerdict::NotHuggingFace => "not-hugging-face".to_owned(),
                    _ => format!("{cause} leads with {:.0} %", share * 100.0),
                };
                answers.insert(answer.to_string(), then);
            }
            out.push(Question {
                fact: question.fact.clone(),
                question: self.text(entry.question.as_deref().unwrap_or(&entry.title)),
                how: self.text(entry.how.as_deref().unwrap_or_default()),
                bits: hundredths(question.bits),
                effort: entry.effort,
                answers,
            });
        }
        Ok(out)
    }

    /// The authored rule id and cause behind a candidate.
    pub(super) fn authored(&self, candidate: &Candidate) -> Result<Option<(String, &Cause)>, KbError> {
        let Some(file) = self.kb.rule_at(candidate.rule)? else { return Ok(None) };
        Ok(file.rule.causes.get(candidate.cause).map(|cause| (file.rule.id.clone(), cause)))
    }
}

fn authored_item<'a>(cause: &'a Cause, item: &ItemTrace) -> Option<&'a EvidenceItem> {
    match item.side {
        Side::For => cause.speaks_for.get(item.number),
        Side::Against => cause.against.get(item.number),
    }
}
