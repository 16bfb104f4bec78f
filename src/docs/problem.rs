//! The page of a problem: verdict first, then messages, causes, decision tree, steps, and what changed.

use std::collections::BTreeSet;

use serde::Serialize;

use super::atlas::facts_of_rule;
use super::claims::{self, Claim, Known};
use super::desk::{Desk, one_line, shortened, told, word};
use super::drawing::tree::{self, Node};
use super::page::{Content, Days, FactLine, Kind, Link, Page};
use super::steps::{StepCard, card};
use crate::eval::{Bounds, Decision, Engine, Kept};
use crate::kb::{KbError, RuleFile};
use crate::model::{Cause, Day, EvidenceItem, Layer, ReportVerdict, Rule, Symptom};

/// How far the decision tree of a page grows.
const BOUNDS: Bounds = Bounds { depth: 3, questions: 12 };
/// Messages shown on the page; the error index has all.
pub(crate) const MOST_MESSAGES: usize = 12;
/// Longest title of a window, in characters.
const LONGEST_TITLE: usize = 230;

/// A problem.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Problem {
    pub(crate) area: Link,
    pub(crate) status: String,
    pub(crate) version: u32,
    /// File of the rule below the knowledge base.
    pub(crate) file: String,
    /// Days of the rule, when it does not hold always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) days: Option<Days>,
    /// Markdown.
    pub(crate) summary: String,
    pub(crate) answer: Option<Answer>,
    pub(crate) messages: Vec<Message>,
    /// Messages that only the error index shows.
    pub(crate) more_messages: usize,
    /// Their texts, for the search index.
    #[serde(skip)]
    pub(crate) unshown: Vec<String>,
    pub(crate) causes: Vec<CauseRow>,
    /// Causes that held on other days only.
    pub(crate) past_causes: Vec<CauseRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tree: Option<Node>,
    pub(crate) steps: Vec<StepCard>,
    pub(crate) not_this: Vec<Wrong>,
    pub(crate) support: Vec<Support>,
    pub(crate) facts: Vec<FactLine>,
    /// What makes answers from before some day wrong, newest first.
    pub(crate) changes: Vec<Change>,
    pub(crate) see_also: Vec<Link>,
}

/// What can be said at once.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Answer {
    /// Verdict on the message alone.
    pub(crate) verdict: ReportVerdict,
    pub(crate) lead: Link,
    pub(crate) share: f64,
    /// Markdown.
    pub(crate) explanation: String,
    /// The first thing to try.
    pub(crate) step: Option<Link>,
    /// The question that tells most, Markdown.
    pub(crate) question: Option<String>,
}

/// A wording.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Message {
    /// Verbatim.
    pub(crate) text: String,
    pub(crate) symptom: String,
    pub(crate) layer: Layer,
    pub(crate) emitter: Option<String>,
    pub(crate) versions: Option<String>,
    /// What the engine says to this message and nothing else.
    pub(crate) claim: Option<Claim>,
}

/// A cause in the ranked table.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CauseRow {
    pub(crate) rank: usize,
    pub(crate) id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) service: Option<String>,
    /// Markdown.
    pub(crate) title: String,
    /// Share when only the message is known.
    pub(crate) share: f64,
    pub(crate) often: String,
    /// Markdown.
    pub(crate) explanation: String,
    pub(crate) points: Vec<Reason>,
    pub(crate) against: Vec<Reason>,
    /// Why it is excluded where something is missing, Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) needs: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) days: Option<Days>,
}

/// A piece of evidence.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Reason {
    /// Markdown.
    pub(crate) because: String,
    pub(crate) weight: String,
}

/// Advice that does not work.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Wrong {
    /// Markdown.
    pub(crate) advice: String,
    /// Markdown.
    pub(crate) why: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) days: Option<String>,
}

/// Whom to write to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Support {
    pub(crate) cause: Link,
    /// Markdown.
    pub(crate) to: String,
    /// Markdown.
    pub(crate) because: String,
    pub(crate) include: Vec<String>,
}

/// Something that was otherwise before a day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Change {
    pub(crate) day: Day,
    /// Markdown, the second half of "answers from before DAY are wrong because".
    pub(crate) because: String,
    pub(crate) link: Link,
}

/// Builds the page.
pub(crate) fn page(engine: &Engine, desk: &Desk<'_>, number: usize, file: &RuleFile) -> Result<Page, KbError> {
    let rule = &file.rule;
    let (messages, known) = messages(engine, desk, number, rule)?;
    let decision = engine.decide(number, &known.facts, &known.matches, desk.day, BOUNDS)?;
    let (rows, past) = rows(desk, rule, decision.as_ref());
    let order: Vec<&Cause> = rows.iter().filter_map(|row| of_row(rule, row)).collect();
    let steps = steps(desk, &order)?;
    let facts = facts(desk, rule)?;
    let heads = heads(&messages);
    let title = desk.plain(&rule.title);
    let verified = facts.iter().map(|fact| fact.verified).chain([rule.verified]).min();
    let area = desk.kb.manifest()?.areas.iter().find(|area| area.id == file.area);
    let mut ids: Vec<&str> = Vec::new();
    for cause in &rule.causes {
        ids.extend(
            cause.sources.iter().chain(cause.not_this.iter().flat_map(|line| &line.sources)).map(String::as_str),
        );
    }
    ids.extend(rule.symptoms.iter().flat_map(|symptom| symptom.sources.iter().map(String::as_str)));
    let mut see_also = Vec::new();
    for id in rule.yields_to.iter().chain(&rule.see_also) {
        if let Some(other) = desk.kb.rule(id)? {
            see_also.push(Link::to(Kind::Problem, id, desk.text(&other.rule.title)));
        }
    }
    let shown = messages.len().min(MOST_MESSAGES);
    let more_messages = messages.len().saturating_sub(shown);
    let content = Problem {
        area: Link {
            path: format!("index#{}", file.area),
            title: area.map_or_else(|| file.area.clone(), |area| area.title.clone()),
        },
        status: word(&rule.status),
        version: rule.version,
        file: file.path.clone(),
        days: desk.days(rule.valid),
        summary: desk.text(&rule.summary),
        answer: answer(desk, decision.as_ref(), &rows, &steps)?,
        unshown: messages.iter().skip(shown).map(|message| message.text.clone()).collect(),
        messages: messages.into_iter().take(shown).collect(),
        more_messages,
        tree: match &decision {
            Some(decision) if decision.next.is_some() => Some(tree::node(desk, rule, decision)?),
            _ => None,
        },
        not_this: wrong(desk, &order),
        support: support(desk, &order),
        changes: changes(desk, rule, &facts),
        causes: rows,
        past_causes: past,
        steps,
        facts,
        see_also,
    };
    Ok(Page {
        kind: Kind::Problem,
        id: rule.id.clone(),
        path: format!("{}{}", Kind::Problem.folder(), rule.id),
        title: desk.text(&rule.title),
        head: head(&heads, &title),
        description: description(&heads, &title, &desk.plain(&rule.summary)),
        as_of: desk.day,
        knowledge_base: desk.kb.manifest()?.version.clone(),
        verified,
        stale: verified.and_then(|day| desk.stale(day)),
        content: Content::Problem(Box::new(content)),
        sources: desk.sources(ids)?,
    })
}

/// Wordings of a rule, decisive ones first, each text once; and what all decisive ones have in common.
fn messages(engine: &Engine, desk: &Desk<'_>, number: usize, rule: &Rule) -> Result<(Vec<Message>, Known), KbError> {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut found: Vec<(Message, bool)> = Vec::new();
    for symptom in printed(rule) {
        for (place, example) in symptom.matches.iter().enumerate() {
            let text = crate::report::escape::block(&example.text).trim().to_owned();
            if text.is_empty() || !seen.insert(one_line(&text).to_lowercase()) {
                continue;
            }
            let message = Message {
                text,
                symptom: symptom.id.clone(),
                layer: symptom.layer,
                emitter: symptom.emitted_by.as_ref().map(|by| by.package.clone()),
                versions: symptom.emitted_by.as_ref().and_then(|by| by.versions.clone()),
                claim: None,
            };
            found.push((message, place == 0));
        }
    }
    // The first example of each symptom, then the others: variety before repetition.
    let (first, rest): (Vec<_>, Vec<_>) = found.into_iter().partition(|(_, first)| *first);
    let mut messages: Vec<Message> = first.into_iter().chain(rest).map(|(message, _)| message).collect();
    let mut known: Option<Known> = None;
    // For this page only: patterns of a whole knowledge base would fill the memory.
    let kept = Kept::default();
    for message in messages.iter_mut().take(MOST_MESSAGES) {
        let (claim, seen) = claims::of_message(engine, &kept, desk, &message.text, number)?;
        if message.layer == Layer::Decisive
            && let Some(seen) = seen
        {
            known = Some(match known {
                Some(known) => known.shared(&seen),
                None => seen,
            });
        }
        message.claim = claim;
    }
    Ok((messages, known.unwrap_or_default()))
}

/// Symptoms that software prints, decisive ones first; where there is none, how people say it.
pub(crate) fn printed(rule: &Rule) -> Vec<&Symptom> {
    let of = |layer: Layer| rule.symptoms.iter().filter(move |symptom| symptom.layer == layer);
    let mut found: Vec<&Symptom> = of(Layer::Decisive).chain(of(Layer::Wrapper)).collect();
    if found.iter().all(|symptom| symptom.matches.is_empty()) {
        found = of(Layer::Retold).collect();
    }
    if found.iter().all(|symptom| symptom.matches.is_empty()) {
        found = of(Layer::Hint).collect();
    }
    found
}

fn rows(desk: &Desk<'_>, rule: &Rule, decision: Option<&Decision>) -> (Vec<CauseRow>, Vec<CauseRow>) {
    let reasons = |items: &[EvidenceItem]| {
        let mut items: Vec<&EvidenceItem> = items.iter().collect();
        items.sort_by_key(|item| std::cmp::Reverse(item.weight));
        items
            .into_iter()
            .map(|item| Reason { because: desk.text(&item.because), weight: word(&item.weight) })
            .collect::<Vec<_>>()
    };
    let row = |rank: usize, cause: &Cause, share: f64| CauseRow {
        rank,
        id: cause.id.clone(),
        service: cause.service.as_deref().map(crate::report::service),
        title: desk.text(&cause.title),
        share: (share * 100.0).round() / 100.0,
        often: word(&cause.prior),
        explanation: desk.text(&cause.explanation),
        points: reasons(&cause.speaks_for),
        against: reasons(&cause.against),
        needs: cause.requires_because.as_ref().map(|because| desk.text(because)),
        days: desk.days(cause.valid),
    };
    let ranked = decision.map(|decision| decision.ranked.as_slice()).unwrap_or_default();
    let mut rows: Vec<CauseRow> = Vec::new();
    for (number, share) in ranked {
        if let Some(cause) = rule.causes.get(*number) {
            rows.push(row(rows.len().saturating_add(1), cause, *share));
        }
    }
    // What the known facts rule out still has its place, last.
    for (number, cause) in rule.causes.iter().enumerate() {
        if cause.valid.contains(desk.day) && !ranked.iter().any(|(other, _)| *other == number) {
            rows.push(row(rows.len().saturating_add(1), cause, 0.0));
        }
    }
    let past = rule.causes.iter().filter(|cause| !cause.valid.contains(desk.day));
    (rows, past.map(|cause| row(0, cause, 0.0)).collect())
}

fn of_row<'r>(rule: &'r Rule, row: &CauseRow) -> Option<&'r Cause> {
    let same =
        |cause: &&Cause| cause.id == row.id && cause.service.as_deref().map(crate::report::service) == row.service;
    rule.causes.iter().find(same)
}

fn answer(
    desk: &Desk<'_>,
    decision: Option<&Decision>,
    rows: &[CauseRow],
    steps: &[StepCard],
) -> Result<Option<Answer>, KbError> {
    let (Some(decision), Some(lead)) = (decision, rows.first()) else { return Ok(None) };
    let question = match &decision.next {
        Some(next) => desk.kb.vocabulary(&next.fact)?.and_then(|entry| entry.question.as_deref()),
        None => None,
    };
    let step = steps.iter().find(|step| step.causes.contains(&lead.id));
    Ok(Some(Answer {
        verdict: decision.verdict,
        lead: Link::to(Kind::Cause, &lead.id, lead.title.clone()),
        share: lead.share,
        explanation: lead.explanation.clone(),
        step: step.map(|step| Link { path: format!("#step-{}", step.id), title: step.title.clone() }),
        question: question.map(|question| desk.text(question)),
    }))
}

/// Steps of all causes in the order of the causes, each once.
fn steps(desk: &Desk<'_>, causes: &[&Cause]) -> Result<Vec<StepCard>, KbError> {
    let mut cards: Vec<StepCard> = Vec::new();
    for cause in causes {
        for id in &cause.remediation {
            if let Some(known) = cards.iter_mut().find(|card| card.id == *id) {
                if !known.causes.contains(&cause.id) {
                    known.causes.push(cause.id.clone());
                }
                continue;
            }
            if let Some(step) = desk.kb.step(id)?.filter(|step| step.valid.contains(desk.day)) {
                cards.push(card(desk, step, vec![cause.id.clone()]));
            }
        }
    }
    Ok(cards)
}

pub(crate) fn wrong(desk: &Desk<'_>, causes: &[&Cause]) -> Vec<Wrong> {
    let mut found: Vec<Wrong> = Vec::new();
    for line in causes.iter().flat_map(|cause| &cause.not_this).filter(|line| line.valid.contains(desk.day)) {
        let days = (!line.valid.is_unbounded()).then(|| told(line.valid));
        let line = Wrong { advice: desk.text(&line.advice), why: desk.text(&line.why), days };
        if !found.contains(&line) {
            found.push(line);
        }
    }
    found
}

pub(crate) fn support(desk: &Desk<'_>, causes: &[&Cause]) -> Vec<Support> {
    let of = |cause: &&Cause| {
        cause.escalate.as_ref().map(|one| Support {
            cause: Link::to(Kind::Cause, &cause.id, desk.text(&cause.title)),
            to: desk.text(&one.to),
            because: desk.text(&one.because),
            include: one.include.clone(),
        })
    };
    causes.iter().filter_map(of).collect()
}

fn facts(desk: &Desk<'_>, rule: &Rule) -> Result<Vec<FactLine>, KbError> {
    let mut lines = Vec::new();
    for id in facts_of_rule(desk.kb, rule)? {
        if let Some(fact) = desk.kb.fact(id)? {
            lines.push(desk.fact(fact));
        }
    }
    Ok(lines)
}

/// What makes answers from before some day wrong: values, causes and advice that began or ended.
fn changes(desk: &Desk<'_>, rule: &Rule, facts: &[FactLine]) -> Vec<Change> {
    let mut found: Vec<Change> = facts.iter().filter_map(of_fact).collect();
    for cause in &rule.causes {
        found.extend(of_cause(desk, cause));
    }
    found.sort_by(|a, b| b.day.cmp(&a.day).then_with(|| a.because.cmp(&b.because)));
    found
}

/// The latest change of a platform fact.
pub(crate) fn of_fact(fact: &FactLine) -> Option<Change> {
    use crate::report::escape::markdown;
    let (day, now, before) = (fact.changed?, fact.value.as_ref()?, fact.before.first()?);
    Some(Change {
        day,
        because: format!(
            "\u{201c}{}\u{201d} is now {}; before, it was {}.",
            markdown(&fact.title),
            markdown(&shortened(now, 160)),
            markdown(&shortened(&before.value, 160))
        ),
        link: Link::to(Kind::Fact, &fact.id, markdown(&fact.title)),
    })
}

/// Days on which a cause began or ceased to hold.
pub(crate) fn of_cause(desk: &Desk<'_>, cause: &Cause) -> Vec<Change> {
    let link = Link::to(Kind::Cause, &cause.id, desk.text(&cause.title));
    let mut found = Vec::new();
    if let Some(day) = cause.valid.from.filter(|day| *day <= desk.day) {
        let because = format!("this cause exists only since then: {}.", link.title.trim_end_matches('.'));
        found.push(Change { day, because, link: link.clone() });
    }
    if let Some(day) = cause.valid.until.filter(|day| *day <= desk.day) {
        let because = format!("this is no cause any more: {}.", link.title.trim_end_matches('.'));
        found.push(Change { day, because, link });
    }
    found
}

/// The messages on one line each, for titles: those that are no part of another.
fn heads(messages: &[Message]) -> Vec<String> {
    let mut heads: Vec<String> = Vec::new();
    for message in messages {
        let text = one_line(&message.text);
        let plain = text.to_lowercase();
        let known = |other: &String| {
            let other = other.to_lowercase();
            other.contains(&plain) || plain.contains(other.trim_end_matches('…'))
        };
        if !heads.iter().any(known) {
            heads.push(text);
        }
    }
    heads
}

/// Title of the window: messages first, because people search for them and read them in the results.
fn head(heads: &[String], title: &str) -> String {
    let mut out = String::new();
    for text in heads {
        let text = shortened(text, 110);
        let longer = out.chars().count().saturating_add(text.chars().count()).saturating_add(title.chars().count());
        if !out.is_empty() && longer > LONGEST_TITLE {
            continue;
        }
        if !out.is_empty() {
            out.push_str(" · ");
        }
        out.push_str(&text);
    }
    if out.is_empty() { title.to_owned() } else { format!("{out} – {title}") }
}

fn description(heads: &[String], title: &str, summary: &str) -> String {
    let messages: Vec<String> = heads.iter().take(MOST_MESSAGES).map(|text| shortened(text, 240)).collect();
    shortened(&format!("{title}. {} Messages: {}", shortened(summary, 220), messages.join(" · ")), 2_400)
}
