//! The account's context and the platform facts that the report quotes.

use super::Desk;
use crate::compile::Tri;
use crate::kb::KbError;
use crate::model::{
    Account, AccountFact, AccountLimit, Bounds, CannotSee, FactValue, PlatformFact, Report, ReportVerdict, Scalar,
    UsedFact,
};
use crate::report::numbers;

/// Families of facts that describe an account.
const FAMILIES: &[&str] = &["account.", "token.", "org.", "billing."];

/// A rule number that no rule has: conditions of the account context see no symptoms.
const NO_RULE: usize = usize::MAX;

impl Desk<'_> {
    /// Whether anything is known of account, token or organization.
    pub(super) fn knows_account(&self) -> bool {
        self.diagnosis.facts.iter().any(|fact| FAMILIES.iter().any(|family| fact.fact.starts_with(family)))
    }

    /// What is known of the account. Limits and blind spots are shown when nothing failed; with an
    /// error they would only stand in the way.
    pub(super) fn account(&self) -> Result<Account, KbError> {
        let mut account = Account::default();
        for fact in &self.diagnosis.facts {
            if !FAMILIES.iter().any(|family| fact.fact.starts_with(family)) {
                continue;
            }
            let title = self.kb.vocabulary(&fact.fact)?.map_or_else(|| fact.fact.clone(), |entry| entry.title.clone());
            account.facts.push(AccountFact {
                id: fact.fact.clone(),
                title,
                value: self.shown(fact)?,
                from: fact.from.clone(),
            });
        }
        if self.diagnosis.verdict != ReportVerdict::NoError || account.facts.is_empty() {
            return Ok(account);
        }
        let context = self.kb.account()?;
        for line in &context.limits {
            if self.holds(&line.when, NO_RULE) != Tri::True {
                continue;
            }
            let Some(fact) = self.kb.fact(&line.fact)? else { continue };
            let Some(statement) = fact.at(self.diagnosis.as_of) else { continue };
            account.limits.push(AccountLimit {
                fact: fact.id.clone(),
                title: fact.title.clone(),
                value: formatted(&statement.value, &fact.unit),
                unit: fact.unit.clone(),
                source: statement.source.clone(),
            });
        }
        for line in &context.cannot_see {
            let shown = line.valid.contains(self.diagnosis.as_of)
                && line.when.as_ref().is_none_or(|when| self.holds(when, NO_RULE) != Tri::False);
            if shown {
                account.cannot_see.push(CannotSee {
                    fact: line.fact.clone(),
                    title: self.text(&line.title),
                    how: self.text(&line.how),
                });
            }
        }
        Ok(account)
    }

    /// The platform facts behind the texts and limits of the report.
    pub(super) fn facts_used(&self, report: &Report) -> Result<Vec<UsedFact>, KbError> {
        let mut ids = self.scope.platform_used();
        ids.extend(report.account.limits.iter().map(|limit| limit.fact.clone()));
        ids.sort();
        ids.dedup();
        let mut used = Vec::new();
        for id in ids {
            if let Some(fact) = self.kb.fact(&id)? {
                used.extend(self.used(fact)?);
            }
        }
        Ok(used)
    }

    fn used(&self, fact: &PlatformFact) -> Result<Option<UsedFact>, KbError> {
        let day = self.diagnosis.as_of;
        let Some(statement) = fact.at(day) else { return Ok(None) };
        let mut disagrees = Vec::new();
        for also in fact.disagreeing(statement, day) {
            let title =
                self.kb.source(&also.source)?.map_or_else(|| also.source.clone(), |source| source.title.clone());
            disagrees.push(format!("{title}: {}", also.value));
        }
        Ok(Some(UsedFact {
            id: fact.id.clone(),
            title: fact.title.clone(),
            value: statement.value.clone(),
            unit: fact.unit.clone(),
            valid: Bounds { from: statement.valid.from, until: statement.valid.until },
            verified: fact.verified,
            source: statement.source.clone(),
            disagrees,
        }))
    }
}

/// A documented value as a person reads it.
fn formatted(value: &FactValue, unit: &str) -> String {
    match value {
        FactValue::One(Scalar::Number(amount)) if unit.starts_with("USD") => numbers::usd(*amount),
        other => other.to_string(),
    }
}
