//! How many questions it takes: facts of labelled reports are hidden, and answered from the report when asked for.
//!
//! Three orders choose among the same unknown facts: ours (information per effort), the order of the vocabulary,
//! and chance. A question that the report has no answer to is answered "I don't know", and counts.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::accuracy::Labelled;
use super::cases::{self, CaseError};
use crate::eval::Engine;
use crate::model::{Case, Day, Expectation, Report, Scalar};
use crate::pipeline::Done;

/// Questions after which a person has given up; reports that take longer count as this many.
const PATIENCE: usize = 12;

/// Rounds of the order by chance; their mean is told.
const ROUNDS: u64 = 5;

/// In which order facts are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// expected information per effort, as `ask` does
    Informative,
    /// as the vocabulary lists them
    Fixed,
    /// by chance, from a fixed seed
    Random,
}

/// What came out for one order.
#[derive(Clone, Debug, Serialize)]
pub struct Asked {
    /// The order.
    pub order: Order,
    /// Mean number of questions until the right cause was first, over all reports.
    pub mean: f64,
    /// The same over reports whose first cause was wrong without facts.
    pub mean_of_needy: f64,
    /// Mean number of questions until the right cause was first and at least likely.
    pub mean_to_likely: f64,
    /// Share of reports that got there within the patience of a person.
    pub reached: f64,
}

/// The comparison.
#[derive(Clone, Debug, Serialize)]
pub struct Orders {
    /// Reports whose first cause is right when all their facts are known.
    pub reports: usize,
    /// Those whose first cause was right without any fact.
    pub right_at_once: usize,
    /// Questions after which a report was given up.
    pub patience: usize,
    /// One line an order.
    pub orders: Vec<Asked>,
}

/// One report with its facts hidden.
struct Hidden<'a> {
    one: &'a Labelled,
    /// What it would answer.
    answers: BTreeMap<String, Scalar>,
}

/// Measures the three orders on all labelled reports that have a cause and are diagnosed rightly with all facts.
///
/// # Errors
/// When the evidence of a case cannot be read or the knowledge base is broken.
pub fn asking(engine: &Engine, labelled: &[Labelled], today: Day) -> Result<Orders, CaseError> {
    let mut hidden = Vec::new();
    for one in labelled.iter().filter(|one| matches!(one.expect.kind.as_str(), "cause" | "question")) {
        let done = run(engine, one, one.evidence.clone(), BTreeMap::new(), today)?;
        if right(one, &done.report) {
            let facts = done.diagnosis.facts.iter();
            hidden.push(Hidden { one, answers: facts.map(|fact| (fact.fact.clone(), fact.value.clone())).collect() });
        }
    }
    let mut orders = Vec::new();
    let mut right_at_once = 0;
    for order in [Order::Informative, Order::Fixed, Order::Random] {
        let rounds = if order == Order::Random { ROUNDS } else { 1 };
        let (mut all, mut needy, mut likely, mut reached) = (Vec::new(), Vec::new(), Vec::new(), 0usize);
        for seed in 0..rounds {
            for one in &hidden {
                let counted = count(engine, one, order, seed, today)?;
                let first = counted.first.unwrap_or(PATIENCE);
                all.push(first);
                likely.push(counted.likely.unwrap_or(PATIENCE));
                reached += usize::from(counted.first.is_some());
                if first > 0 {
                    needy.push(first);
                }
            }
        }
        if order == Order::Informative {
            right_at_once = all.iter().filter(|count| **count == 0).count();
        }
        orders.push(Asked {
            order,
            mean: mean(&all),
            mean_of_needy: mean(&needy),
            mean_to_likely: mean(&likely),
            reached: ratio(reached, all.len()),
        });
    }
    Ok(Orders { reports: hidden.len(), right_at_once, patience: PATIENCE, orders })
}

/// Questions until the right cause was first, and until it was at least likely.
struct Counted {
    first: Option<usize>,
    likely: Option<usize>,
}

fn count(engine: &Engine, hidden: &Hidden<'_>, order: Order, seed: u64, today: Day) -> Result<Counted, CaseError> {
    let mut evidence = hidden.one.evidence.clone();
    evidence.retain(|key, _| matches!(key.as_str(), "text" | "notes" | "observed"));
    let mut set: BTreeMap<String, Scalar> = BTreeMap::new();
    let mut put: BTreeSet<String> = BTreeSet::new();
    let mut chance = Chance::new(&hidden.one.id, seed);
    let mut counted = Counted { first: None, likely: None };
    for asked in 0..=PATIENCE {
        let done = run(engine, hidden.one, evidence.clone(), set.clone(), today)?;
        if right(hidden.one, &done.report) {
            counted.first.get_or_insert(asked);
            if matches!(done.report.verdict.word(), "concluded" | "likely" | "not-hugging-face") {
                counted.likely = Some(asked);
                break;
            }
        }
        let Some(fact) = choose(engine, &done, order, &put, &mut chance) else { break };
        if let Some(value) = hidden.answers.get(&fact) {
            set.insert(fact.clone(), value.clone());
        }
        put.insert(fact);
    }
    Ok(counted)
}

fn choose(engine: &Engine, done: &Done, order: Order, put: &BTreeSet<String>, chance: &mut Chance) -> Option<String> {
    let open: Vec<&String> = done.diagnosis.askable.iter().filter(|fact| !put.contains(*fact)).collect();
    match order {
        Order::Informative => {
            // Where nothing tells more than noise, the rest as conditions name it: `ask` stops there.
            let worth = done.diagnosis.questions.iter().map(|question| &question.fact);
            worth.chain(open.iter().copied()).find(|fact| !put.contains(*fact)).cloned()
        }
        Order::Fixed => engine.kb().vocabulary_ids().find(|id| open.iter().any(|fact| fact == id)).map(str::to_owned),
        Order::Random => open.get(chance.below(open.len())?).map(|fact| (*fact).clone()),
    }
}

fn run(
    engine: &Engine,
    one: &Labelled,
    evidence: BTreeMap<String, serde_json::Value>,
    set: BTreeMap<String, Scalar>,
    today: Day,
) -> Result<Done, CaseError> {
    let case = Case { title: one.id.clone(), as_of: one.as_of, evidence, set, expect: Expectation::default() };
    cases::diagnose(engine, &case, &one.id, today)
}

fn right(one: &Labelled, report: &Report) -> bool {
    let fits = |id: &str| id == one.expect.cause || one.expect.accept.iter().any(|other| other == id);
    report.causes.first().is_some_and(|cause| fits(&cause.id))
}

/// A small generator (splitmix64): the same numbers on every machine.
struct Chance(u64);

impl Chance {
    fn new(name: &str, seed: u64) -> Self {
        let hash = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        Self(hash ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn below(&mut self, limit: usize) -> Option<usize> {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(limit).ok().filter(|limit| *limit > 0)?).ok()
    }
}

fn mean(counts: &[usize]) -> f64 {
    ratio(counts.iter().sum(), counts.len())
}

#[expect(clippy::cast_precision_loss, reason = "numbers of reports are small")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The comparison as a table.
#[must_use]
pub fn asking_markdown(orders: &Orders) -> String {
    let mut text = format!(
        "{} reports, {} of them right without any fact; given up after {} questions\n\n\
         | order | questions to the right first cause | where any was needed | until it was likely | reached |\n\
         | --- | ---: | ---: | ---: | ---: |\n",
        orders.reports, orders.right_at_once, orders.patience
    );
    for one in &orders.orders {
        let name = match one.order {
            Order::Informative => "information per effort",
            Order::Fixed => "fixed (vocabulary)",
            Order::Random => "random",
        };
        text.push_str(&format!(
            "| {name} | {:.2} | {:.2} | {:.2} | {:.1} % |\n",
            one.mean,
            one.mean_of_needy,
            one.mean_to_likely,
            one.reached * 100.0
        ));
    }
    text
}
