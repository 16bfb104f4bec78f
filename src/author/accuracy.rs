//! Accuracy on labelled reports: what `eval` measures.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cases::{self, CaseError};
use crate::eval::Engine;
use crate::model::{Case, Day, Expectation, Report, ReportVerdict};

/// One labelled report, a line of the cases file.
#[derive(Clone, Debug, Deserialize)]
pub struct Labelled {
    /// Name of the case.
    pub id: String,
    /// Where it was reported.
    #[serde(default)]
    pub url: String,
    /// Evidence, as in an evidence file.
    pub evidence: BTreeMap<String, Value>,
    /// Day to answer for; the evidence's `observed` when absent.
    #[serde(default)]
    pub as_of: Option<Day>,
    /// What is established.
    pub expect: Label,
    /// Why that is the cause.
    #[serde(default)]
    pub why: String,
}

impl Labelled {
    /// A case of the knowledge base as a labelled report; `None` when it names no cause.
    #[must_use]
    pub fn of_case(name: &str, case: Case) -> Option<Self> {
        let cause = case.expect.cause?;
        let mut evidence = case.evidence;
        for (fact, value) in case.set {
            evidence.insert(fact, serde_json::to_value(value).ok()?);
        }
        let kind = if cause == "not-hugging-face" { "negative" } else { "cause" };
        let expect = Label { cause, accept: Vec::new(), strength: "confirmed".to_owned(), kind: kind.to_owned() };
        Some(Self { id: name.to_owned(), url: String::new(), evidence, as_of: case.as_of, expect, why: case.title })
    }
}

/// What is established about a report.
#[derive(Clone, Debug, Deserialize)]
pub struct Label {
    /// Cause id; `unknown` where none is established.
    pub cause: String,
    /// Other causes that would be right.
    #[serde(default)]
    pub accept: Vec<String>,
    /// `confirmed`, `likely` or `unclear`.
    pub strength: String,
    /// `cause`, `question`, `negative` or `abstain`.
    pub kind: String,
}

/// What came out for one report.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// Name of the case.
    pub id: String,
    /// Established cause.
    pub expected: String,
    /// `cause`, `question`, `negative` or `abstain`.
    pub kind: String,
    /// `confirmed`, `likely` or `unclear`.
    pub strength: String,
    /// Verdict of the report.
    pub verdict: String,
    /// First three causes.
    pub given: Vec<String>,
    /// Share of the first cause.
    pub share: f64,
    /// Whether the first cause is the established or an accepted one.
    pub top1: bool,
    /// Whether one of the first three is.
    pub top3: bool,
    /// How the first problem was recognised.
    pub recognised_by: String,
}

/// A share of cases with its 95 % interval (Wilson).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// Cases that hold.
    pub hits: usize,
    /// Cases in all.
    pub n: usize,
    /// Share, 0 to 1; 0 without cases.
    pub rate: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// The measured figures.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Accuracy {
    /// Whether only text and notes were used.
    pub text_only: bool,
    /// Named rates in the order they are shown.
    pub rates: Vec<(String, Rate)>,
    /// Mean over causes of the share of their cases with the right cause first.
    pub macro_top1: f64,
    /// Shares of the first cause against how often it was right: lower bound of the bin, rate.
    pub reliability: Vec<(f64, Rate)>,
    /// Expected -> given, how often.
    pub confusions: Vec<(String, String, usize)>,
    /// Every case.
    pub outcomes: Vec<Outcome>,
}

/// Diagnoses all labelled reports.
///
/// # Errors
/// When the evidence of a case cannot be read or the knowledge base is broken.
pub fn accuracy(engine: &Engine, labelled: &[Labelled], text_only: bool, today: Day) -> Result<Accuracy, CaseError> {
    let mut outcomes = Vec::with_capacity(labelled.len());
    for one in labelled {
        let mut evidence = one.evidence.clone();
        if text_only {
            evidence.retain(|key, _| matches!(key.as_str(), "text" | "notes" | "observed"));
        }
        let case = Case {
            title: one.id.clone(),
            as_of: one.as_of,
            evidence,
            set: BTreeMap::new(),
            expect: Expectation::default(),
        };
        let done = cases::diagnose(engine, &case, &one.id, today)?;
        outcomes.push(outcome(one, &done.report));
    }
    Ok(summarise(outcomes, text_only))
}

fn outcome(one: &Labelled, report: &Report) -> Outcome {
    let right = |id: &str| id == one.expect.cause || one.expect.accept.iter().any(|other| other == id);
    let given: Vec<String> = report.causes.iter().take(3).map(|cause| cause.id.clone()).collect();
    Outcome {
        id: one.id.clone(),
        expected: one.expect.cause.clone(),
        kind: one.expect.kind.clone(),
        strength: one.expect.strength.clone(),
        verdict: report.verdict.word().to_owned(),
        share: report.causes.first().map_or(0.0, |cause| cause.share),
        top1: given.first().is_some_and(|id| right(id)),
        top3: given.iter().any(|id| right(id)),
        given,
        recognised_by: report.problems.first().map(|problem| problem.recognised_by.clone()).unwrap_or_default(),
    }
}

fn summarise(outcomes: Vec<Outcome>, text_only: bool) -> Accuracy {
    let is_cause = |one: &&Outcome| matches!(one.kind.as_str(), "cause" | "question");
    let concluded = ReportVerdict::Concluded.word();
    let elsewhere = ReportVerdict::NotHuggingFace.word();
    let select = |wanted: &dyn Fn(&&Outcome) -> bool, holds: &dyn Fn(&Outcome) -> bool| {
        let chosen: Vec<&Outcome> = outcomes.iter().filter(wanted).collect();
        rate(chosen.iter().filter(|one| holds(one)).count(), chosen.len())
    };
    let confirmed = |one: &&Outcome| is_cause(one) && one.strength == "confirmed";
    let negative = |one: &&Outcome| one.kind == "negative";
    let firm = |one: &&Outcome| one.verdict == concluded || (one.verdict == elsewhere && one.share >= 0.8);
    let mut rates = vec![
        ("top-1, confirmed".to_owned(), select(&confirmed, &|one| one.top1)),
        ("top-3, confirmed".to_owned(), select(&confirmed, &|one| one.top3)),
        ("top-1, all causes".to_owned(), select(&is_cause, &|one| one.top1)),
        ("top-3, all causes".to_owned(), select(&is_cause, &|one| one.top3)),
        ("recognised".to_owned(), select(&is_cause, &|one| !one.given.is_empty())),
        (
            "negatives without a Hugging Face diagnosis".to_owned(),
            select(&negative, &|one| one.given.first().is_none_or(|id| id == "not-hugging-face")),
        ),
        ("abstain cases not concluded".to_owned(), select(&|one| one.kind == "abstain", &|one| !firm(&one))),
        ("concluded and right".to_owned(), select(&|one| firm(one), &|one| one.top1)),
        ("likely and right".to_owned(), select(&|one| one.verdict == "likely", &|one| one.top1)),
        ("concluded, of all causes".to_owned(), select(&is_cause, &|one| firm(&one))),
    ];
    let areas: BTreeSet<&str> = outcomes.iter().filter(is_cause).map(|one| area(&one.expected)).collect();
    for name in areas {
        rates.push((
            format!("top-1, {name}"),
            select(&|one| is_cause(one) && area(&one.expected) == name, &|one| one.top1),
        ));
    }
    let mut by_cause: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut confused: BTreeMap<(String, String), usize> = BTreeMap::new();
    for one in outcomes.iter().filter(|one| one.kind != "abstain") {
        let slot = by_cause.entry(&one.expected).or_default();
        slot.0 += usize::from(one.top1);
        slot.1 += 1;
        if !one.top1 {
            let given = one.given.first().cloned().unwrap_or_else(|| "nothing".to_owned());
            *confused.entry((one.expected.clone(), given)).or_default() += 1;
        }
    }
    let macro_top1 = mean(by_cause.values().map(|(hits, n)| rate(*hits, *n).rate));
    let mut confusions: Vec<(String, String, usize)> = confused.into_iter().map(|((a, b), n)| (a, b, n)).collect();
    confusions.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| (&a.0, &a.1).cmp(&(&b.0, &b.1))));
    let reliability = [0.0, 0.2, 0.4, 0.6, 0.8, 0.9]
        .windows(2)
        .map(|pair| (pair.first().copied().unwrap_or(0.0), pair.get(1).copied().unwrap_or(1.0)))
        .chain(std::iter::once((0.9, 1.01)))
        .map(|(low, high)| {
            let inside =
                |one: &&Outcome| one.kind != "abstain" && !one.given.is_empty() && one.share >= low && one.share < high;
            (low, select(&inside, &|one| one.top1))
        })
        .collect();
    Accuracy { text_only, rates, macro_top1, reliability, confusions, outcomes }
}

/// The area a cause id begins with.
fn area(cause: &str) -> &str {
    match cause {
        "not-hugging-face" | "unknown" => cause,
        other => other.split('-').next().unwrap_or(other),
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0u32), |(sum, n), value| (sum + value, n.saturating_add(1)));
    if n == 0 { 0.0 } else { sum / f64::from(n) }
}

/// A rate with its Wilson interval at 95 %.
fn rate(hits: usize, n: usize) -> Rate {
    if n == 0 {
        return Rate::default();
    }
    const Z: f64 = 1.96;
    #[expect(clippy::cast_precision_loss, reason = "numbers of cases are small")]
    let (h, m) = (hits as f64, n as f64);
    let p = h / m;
    let centre = (p + Z * Z / (2.0 * m)) / (1.0 + Z * Z / m);
    let reach = Z / (1.0 + Z * Z / m) * (p * (1.0 - p) / m + Z * Z / (4.0 * m * m)).sqrt();
    Rate { hits, n, rate: p, low: (centre - reach).max(0.0), high: (centre + reach).min(1.0) }
}

#[cfg(test)]
mod tests {
    use super::rate;

    #[test]
    fn intervals_are_wilson() {
        let one = rate(92, 100);
        assert!((one.low - 0.850).abs() < 0.002 && (one.high - 0.959).abs() < 0.002, "{one:?}");
        assert_eq!(rate(0, 0).n, 0);
    }
}
