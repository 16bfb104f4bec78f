//! `kb coverage`: how much of the knowledge base its cases exercise, and which case would fill each gap.

mod edges;
mod rules;
mod seen;
mod states;

use std::collections::BTreeSet;

use serde::Serialize;

use super::workshop::Workshop;
use crate::compile::Tri;
use crate::eval::Side;
use crate::kb::Origin;
use crate::model::Condition;
use seen::Seen;
use states::possible;

/// How much is exercised.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Coverage {
    /// Share of everything that is counted, in percent, one decimal, rounded down.
    pub percent: f64,
    /// One entry a kind of thing.
    pub kinds: Vec<CoverageKind>,
    /// What is missing, by file and line.
    pub gaps: Vec<Gap>,
}

/// One kind of thing.
#[derive(Clone, Debug, Serialize)]
pub struct CoverageKind {
    /// `causes`, `evidence`, ...
    pub kind: &'static str,
    /// What counts as exercised.
    pub means: &'static str,
    /// How many are exercised.
    pub covered: usize,
    /// How many there are.
    pub total: usize,
}

/// Something that no case exercises.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Gap {
    /// The file.
    pub file: String,
    /// Line in it, from 1.
    pub line: usize,
    /// Kind of thing.
    pub kind: &'static str,
    /// What is not exercised.
    pub what: String,
    /// The case that would.
    pub add: String,
}

/// Counts one kind after the other.
pub(crate) struct Ledger<'a> {
    pub shop: &'a Workshop,
    pub seen: Seen,
    kinds: Vec<CoverageKind>,
    gaps: Vec<Gap>,
}

impl Ledger<'_> {
    /// Begins a kind.
    pub(crate) fn kind(&mut self, kind: &'static str, means: &'static str) {
        self.kinds.push(CoverageKind { kind, means, covered: 0, total: 0 });
    }

    /// Counts one thing of the kind begun last; `told` says what is missing and which case would fill the gap.
    pub(crate) fn count(&mut self, file: &str, route: &str, covered: bool, told: impl FnOnce() -> (String, String)) {
        let Some(kind) = self.kinds.last_mut() else { return };
        kind.total = kind.total.saturating_add(1);
        if covered {
            kind.covered = kind.covered.saturating_add(1);
            return;
        }
        let (what, add) = told();
        let (line, kind) = (self.shop.line(file, route), kind.kind);
        self.gaps.push(Gap { file: self.shop.shown(file), line, kind, what, add });
    }
}

/// Measures what the cases exercise.
#[must_use]
pub fn coverage(shop: &Workshop) -> Coverage {
    let mut ledger = Ledger { shop, seen: Seen::new(shop), kinds: Vec::new(), gaps: Vec::new() };
    symptoms(&mut ledger);
    causes(&mut ledger);
    evidence(&mut ledger);
    requirements(&mut ledger);
    steps(&mut ledger);
    advice(&mut ledger);
    escalations(&mut ledger);
    relations(&mut ledger);
    edges::count(&mut ledger);
    rules::count(&mut ledger);
    let Ledger { kinds, mut gaps, .. } = ledger;
    gaps.sort();
    let (covered, total) = kinds.iter().fold((0usize, 0usize), |(covered, total), kind| {
        (covered.saturating_add(kind.covered), total.saturating_add(kind.total))
    });
    Coverage { percent: percent(covered, total), kinds, gaps }
}

/// Percent with one decimal, rounded down: 100 is all. Of nothing it is 100.
#[must_use]
pub fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        return 100.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    let tenths = (part as f64 * 1000.0 / whole as f64).floor();
    tenths / 10.0
}

fn symptoms(ledger: &mut Ledger<'_>) {
    ledger.kind("symptoms", "matched in a case or an example");
    for (number, file, rule) in ledger.shop.rules() {
        for (at, symptom) in rule.symptoms.iter().enumerate() {
            let covered = !symptom.matches.is_empty() || ledger.seen.symptoms.contains(&(number, at));
            ledger.count(file, &format!("/symptoms/{at}"), covered, || {
                (
                    format!("no text matches the symptom `{}`", symptom.id),
                    "an entry of `matches` with the text as it is printed".to_owned(),
                )
            });
        }
    }
}

fn causes(ledger: &mut Ledger<'_>) {
    ledger.kind("cause ids", "first in a case, in whatever rule");
    let mut ids = BTreeSet::new();
    let first: BTreeSet<&str> = ledger
        .seen
        .first
        .iter()
        .filter_map(|(rule, cause)| Some(ledger.shop.rule(*rule)?.causes.get(*cause)?.id.as_str()))
        .collect();
    for (_, file, rule) in ledger.shop.rules() {
        for (at, cause) in rule.causes.iter().enumerate().filter(|(_, cause)| ids.insert(cause.id.as_str())) {
            ledger.count(file, &format!("/causes/{at}"), first.contains(cause.id.as_str()), || {
                (
                    format!("`{}` comes first in no rule", cause.id),
                    format!("a case of `{}` with `expect: {{cause: {}}}`", rule.id, cause.id),
                )
            });
        }
    }
    ledger.kind("causes", "first in a case of each rule that has it, with the score of that rule or a reason of it");
    for (number, file, rule) in ledger.shop.rules() {
        for (at, cause) in rule.causes.iter().enumerate() {
            let covered = ledger.seen.first.contains(&(number, at)) || ledger.seen.led_beside.contains(&(number, at));
            ledger.count(file, &format!("/causes/{at}"), covered, || {
                (
                    format!("`{}` never comes first in `{}`", cause.id, rule.id),
                    format!("a case of `{}` with `expect: {{cause: {}}}`", rule.id, cause.id),
                )
            });
        }
    }
}

const fn word(state: Tri) -> &'static str {
    match state {
        Tri::True => "true",
        Tri::False => "false",
        Tri::Unknown => "unknown",
    }
}

fn evidence(ledger: &mut Ledger<'_>) {
    ledger.kind("evidence", "each item true, false and unknown in some case");
    for (number, file, rule) in ledger.shop.rules() {
        for (at, cause) in rule.causes.iter().enumerate() {
            let sides = [("for", Side::For, &cause.speaks_for), ("against", Side::Against, &cause.against)];
            for (name, side, items) in sides {
                for (position, item) in items.iter().enumerate() {
                    for state in possible(rule, &item.when) {
                        let covered = ledger.seen.item(number, at, side, position, state);
                        ledger.count(file, &format!("/causes/{at}/{name}/{position}/when"), covered, || {
                            (
                                format!(
                                    "`{name}` item {} of `{}` is never {}",
                                    position.saturating_add(1),
                                    cause.id,
                                    word(state)
                                ),
                                of_rule(&rule.id, &item.when, state),
                            )
                        });
                    }
                }
            }
        }
    }
}

fn of_rule(rule: &str, condition: &Condition, state: Tri) -> String {
    let condition = serde_json::to_string(condition).unwrap_or_default();
    match state {
        Tri::Unknown => format!("a case of `{rule}` that does not tell {condition}"),
        state => format!("a case of `{rule}` in which {condition} is {}", word(state)),
    }
}

fn requirements(ledger: &mut Ledger<'_>) {
    ledger.kind("requires", "true, false and unknown in some case");
    for (number, file, rule) in ledger.shop.rules() {
        for (at, cause) in rule.causes.iter().enumerate() {
            let Some(requires) = &cause.requires else { continue };
            for state in possible(rule, requires) {
                let covered = ledger.seen.requires(number, at, state);
                ledger.count(file, &format!("/causes/{at}/requires"), covered, || {
                    (
                        format!("`requires` of `{}` is never {}", cause.id, word(state)),
                        of_rule(&rule.id, requires, state),
                    )
                });
            }
        }
    }
}

fn steps(ledger: &mut Ledger<'_>) {
    ledger.kind("steps", "in the plan of a case");
    let (parts, origins) = (&ledger.shop.loaded.parts, &ledger.shop.loaded.origins);
    for (step, origin) in parts.steps.iter().zip(&origins.steps) {
        let Origin { file, route } = origin;
        let covered = ledger.seen.steps.contains(&step.id);
        let users: Vec<&str> = parts
            .rules
            .iter()
            .flat_map(|(_, _, rule)| &rule.causes)
            .filter(|cause| cause.remediation.contains(&step.id))
            .map(|cause| cause.id.as_str())
            .collect();
        ledger.count(file, route, covered, || {
            let add = match users.first() {
                Some(cause) => format!("a case with `expect: {{cause: {cause}, plan: [{}]}}`", step.id),
                None => "no cause has this step: give it to one or delete it".to_owned(),
            };
            (format!("the step `{}` is in no plan", step.id), add)
        });
    }
}

fn advice(ledger: &mut Ledger<'_>) {
    ledger.kind("not_this", "said in a case");
    for (_, file, rule) in ledger.shop.rules() {
        for (at, cause) in rule.causes.iter().enumerate() {
            for (position, line) in cause.not_this.iter().enumerate() {
                let covered = ledger.seen.advice(&cause.id, &line.advice);
                ledger.count(file, &format!("/causes/{at}/not_this/{position}"), covered, || {
                    (
                        format!("the advice {:?} is never warned of", line.advice),
                        format!("a case of `{}` with `cause: {}`", rule.id, cause.id),
                    )
                });
            }
        }
    }
}

fn escalations(ledger: &mut Ledger<'_>) {
    ledger.kind("escalate", "support is suggested in a case");
    for (_, file, rule) in ledger.shop.rules() {
        for (at, cause) in rule.causes.iter().enumerate() {
            let Some(escalate) = &cause.escalate else { continue };
            let covered = ledger.seen.escalations.contains(&cause.id);
            ledger.count(file, &format!("/causes/{at}/escalate"), covered, || {
                (
                    format!("`{}` never sends anybody to support", cause.id),
                    format!("{} and `expect: {{escalates: true}}`", of_rule(&rule.id, &escalate.when, Tri::True)),
                )
            });
        }
    }
}

fn relations(ledger: &mut Ledger<'_>) {
    ledger.kind("yields_to", "a rule gives way in a case");
    for (number, file, rule) in ledger.shop.rules() {
        for (at, other) in rule.yields_to.iter().enumerate() {
            let to = ledger.shop.engine.kb().rule_number(other);
            let covered = to.is_some_and(|to| ledger.seen.gave_way.contains(&(number, to)));
            ledger.count(file, &format!("/yields_to/{at}"), covered, || {
                (
                    format!("`{}` never gives way to `{other}`", rule.id),
                    format!("a case whose text both recognise, with `expect: {{problem: {other}}}`"),
                )
            });
        }
    }
}
