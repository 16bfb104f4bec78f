//! Pages of which there is one: start, errors, what changed, sources, accuracy, glossary.

use std::collections::BTreeMap;

use serde::Serialize;

use super::accuracy::{self, Block};
use super::atlas::Atlas;
use super::desk::{Desk, one_line, word};
use super::page::{Content, Kind, Link, Page, SourceLine};
use super::problem::{Problem, of_cause, printed};
use crate::kb::KbError;
use crate::model::{Day, Layer, Status};
use crate::report::escape;

/// The first page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Start {
    pub(crate) areas: Vec<AreaList>,
    /// Problems whose messages most clients print, by number of wordings.
    pub(crate) most_met: Vec<Entry>,
    /// The newest changes.
    pub(crate) changes: Vec<Event>,
    pub(crate) counts: BTreeMap<&'static str, usize>,
}

/// The problems of an area.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AreaList {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) problems: Vec<Entry>,
}

/// A problem in a list.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    pub(crate) link: Link,
    pub(crate) message: Option<String>,
    pub(crate) causes: usize,
    /// Whether it can happen on the day of the site.
    pub(crate) now: bool,
}

/// All wordings.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Errors {
    pub(crate) areas: Vec<ErrorArea>,
    pub(crate) count: usize,
}

/// Wordings of an area.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ErrorArea {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) problems: Vec<ErrorGroup>,
}

/// Wordings of a problem.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ErrorGroup {
    pub(crate) problem: Link,
    pub(crate) wordings: Vec<Wording>,
}

/// A wording with who prints it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Wording {
    pub(crate) text: String,
    pub(crate) layer: Layer,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) emitter: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) versions: Option<String>,
}

/// What changed when.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Changes {
    /// Newest first.
    pub(crate) days: Vec<ChangeDay>,
}

/// What changed on one day.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ChangeDay {
    pub(crate) day: Day,
    pub(crate) events: Vec<Event>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Event {
    pub(crate) day: Day,
    pub(crate) link: Link,
    /// What is so since then, Markdown.
    pub(crate) told: String,
    /// Why older answers are wrong, Markdown; nothing for what was only written down then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wrong: Option<String>,
}

/// All sources by kind.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Sources {
    pub(crate) groups: Vec<SourceGroup>,
}

/// Sources of one kind.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SourceGroup {
    pub(crate) kind: String,
    pub(crate) sources: Vec<CitedSource>,
}

/// A source with what rests on it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CitedSource {
    pub(crate) source: SourceLine,
    pub(crate) users: Vec<Link>,
}

/// Measured figures.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Accuracy {
    pub(crate) blocks: Vec<Block>,
}

/// Words.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Glossary {
    pub(crate) words: Vec<Term>,
    pub(crate) facts: Vec<Asked>,
}

/// A word and what it means.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Term {
    pub(crate) word: &'static str,
    pub(crate) meaning: &'static str,
}

/// An account fact.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Asked {
    pub(crate) id: String,
    pub(crate) title: String,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) question: Option<String>,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) how: Option<String>,
    pub(crate) values: Vec<Term2>,
}

/// A value of an account fact.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Term2 {
    pub(crate) value: String,
    /// Markdown.
    pub(crate) meaning: String,
}

fn shell(
    desk: &Desk<'_>,
    kind: Kind,
    id: &str,
    title: &str,
    description: String,
    content: Content,
) -> Result<Page, KbError> {
    Ok(Page {
        kind,
        id: id.to_owned(),
        path: id.to_owned(),
        title: title.to_owned(),
        head: title.to_owned(),
        description,
        as_of: desk.day,
        knowledge_base: desk.kb.manifest()?.version.clone(),
        verified: None,
        stale: None,
        content,
        sources: Vec::new(),
    })
}

/// The first page. `problems` are the finished pages of all problems.
pub(crate) fn start(
    desk: &Desk<'_>,
    problems: &[Page],
    events: &[Event],
    counts: BTreeMap<&'static str, usize>,
) -> Result<Page, KbError> {
    let entry = |page: &Page, problem: &Problem| Entry {
        link: Link { path: page.path.clone(), title: page.title.clone() },
        message: problem.messages.iter().find(|one| one.layer == Layer::Decisive).map(|one| one.text.clone()),
        causes: problem.causes.len(),
        now: problem.days.as_ref().is_none_or(|days| days.now) && problem.status != "removed",
    };
    let mut areas = Vec::new();
    let mut met: Vec<(usize, Entry)> = Vec::new();
    for area in &desk.kb.manifest()?.areas {
        let mut list = AreaList { id: area.id.clone(), title: area.title.clone(), problems: Vec::new() };
        for page in problems {
            let Content::Problem(problem) = &page.content else { continue };
            if problem.area.path != format!("index#{}", area.id) {
                continue;
            }
            let entry = entry(page, problem);
            if entry.now && entry.message.is_some() && area.id != "other" {
                met.push((problem.messages.len().saturating_add(problem.more_messages), entry.clone()));
            }
            list.problems.push(entry);
        }
        areas.push(list);
    }
    // A stable sort: problems with as many wordings stay in the order of their areas.
    met.sort_by_key(|(wordings, _)| std::cmp::Reverse(*wordings));
    let content = Start {
        areas,
        most_met: met.into_iter().take(10).map(|(_, entry)| entry).collect(),
        changes: events.iter().filter(|event| event.wrong.is_some()).take(6).cloned().collect(),
        counts,
    };
    let description = "Paste an error of Hugging Face and read why it refused, what to do, and how sure that is. \
        Every message has a permanent page with causes, steps, dates and sources.";
    let mut page = shell(
        desk,
        Kind::Start,
        "index",
        "Why did Hugging Face refuse?",
        description.to_owned(),
        Content::Start(Box::new(content)),
    )?;
    "hf-doctor: why did Hugging Face refuse, and what to do".clone_into(&mut page.head);
    Ok(page)
}

/// All wordings by area and problem.
pub(crate) fn errors(desk: &Desk<'_>, atlas: &Atlas<'_>) -> Result<Page, KbError> {
    let mut areas = Vec::new();
    let mut count = 0_usize;
    for area in &desk.kb.manifest()?.areas {
        let mut problems = Vec::new();
        for file in atlas.rules.iter().filter(|file| file.area == area.id) {
            let mut wordings: Vec<Wording> = Vec::new();
            for symptom in printed(&file.rule) {
                for example in &symptom.matches {
                    let text = escape::block(&example.text).trim().to_owned();
                    if wordings.iter().any(|known| known.text == text) {
                        continue;
                    }
                    let by = symptom.emitted_by.as_ref();
                    wordings.push(Wording {
                        text,
                        layer: symptom.layer,
                        emitter: by.map(|by| by.package.clone()),
                        versions: by.and_then(|by| by.versions.clone()),
                    });
                }
            }
            count = count.saturating_add(wordings.len());
            let problem = Link::to(Kind::Problem, &file.rule.id, desk.text(&file.rule.title));
            if !wordings.is_empty() {
                problems.push(ErrorGroup { problem, wordings });
            }
        }
        areas.push(ErrorArea { id: area.id.clone(), title: area.title.clone(), problems });
    }
    let description =
        format!("All {count} wordings of errors, with the program and versions that print them, and the page of each.");
    shell(desk, Kind::Errors, "errors", "Error index", description, Content::Errors(Errors { areas, count }))
}

/// Everything that began or ended until the day of the site, newest first.
pub(crate) fn events(desk: &Desk<'_>, atlas: &Atlas<'_>) -> Result<Vec<Event>, KbError> {
    let mut events = Vec::new();
    for fact in desk.kb.facts() {
        of_values(fact?, &mut events);
    }
    for file in &atlas.rules {
        let rule = &file.rule;
        let link = Link::to(Kind::Problem, &rule.id, desk.text(&rule.title));
        if let Some(day) = rule.valid.from {
            events.push(Event {
                day,
                link: link.clone(),
                told: "this problem can happen since then".to_owned(),
                wrong: None,
            });
        }
        if let Some(day) = rule.valid.until {
            let told = "this problem no longer happens".to_owned();
            events.push(Event { day, link: link.clone(), told: told.clone(), wrong: Some(told) });
        }
        if rule.status == Status::Stable {
            let told = format!("checked against its sources, version {}", rule.version);
            events.push(Event { day: rule.verified, link, told, wrong: None });
        }
        for change in rule.causes.iter().flat_map(|cause| of_cause(desk, cause)) {
            let (day, link) = (change.day, change.link);
            events.push(Event { day, link, told: change.because.clone(), wrong: Some(change.because) });
        }
        for line in rule.causes.iter().flat_map(|cause| cause.not_this.iter().map(move |line| (cause, line))) {
            let (cause, line) = line;
            if let Some(day) = line.valid.from {
                let link = Link::to(Kind::Cause, &cause.id, desk.text(&cause.title));
                let told = format!("this advice is wrong since then: {}", desk.text(&line.advice));
                events.push(Event { day, link, told, wrong: Some(desk.text(&line.why)) });
            }
        }
    }
    for step in desk.kb.steps() {
        let step = step?;
        let link = Link::to(Kind::Step, &step.id, desk.text(&step.title));
        if let Some(day) = step.valid.from {
            events.push(Event { day, link: link.clone(), told: "this step works since then".to_owned(), wrong: None });
        }
        if let Some(day) = step.valid.until {
            let told = "this step no longer works".to_owned();
            events.push(Event { day, link, told: told.clone(), wrong: Some(told) });
        }
    }
    events.retain(|event| event.day <= desk.day);
    events.sort_by(|a, b| b.day.cmp(&a.day).then_with(|| a.link.cmp(&b.link)).then_with(|| a.told.cmp(&b.told)));
    events.dedup();
    Ok(events)
}

fn of_values(fact: &crate::model::PlatformFact, events: &mut Vec<Event>) {
    let link = Link::to(Kind::Fact, &fact.id, escape::markdown(&fact.title));
    let shown = |value: &crate::model::FactValue| {
        escape::markdown(&super::desk::shortened(&one_line(&super::desk::with_unit(fact, value)), 200))
    };
    for (number, statement) in fact.values.iter().enumerate() {
        let value = shown(&statement.value);
        let before = number.checked_sub(1).and_then(|before| fact.values.get(before));
        if let Some(day) = statement.valid.from {
            let followed = before.filter(|before| before.valid.until == Some(day));
            let (told, wrong) = match followed {
                Some(before) => {
                    let before = shown(&before.value);
                    (format!("{before} → **{value}**"), Some(format!("it is {value} since then, not {before}")))
                }
                None => (format!("documented: **{value}**"), None),
            };
            events.push(Event { day, link: link.clone(), told, wrong });
        }
        let next = fact.values.get(number.saturating_add(1)).and_then(|next| next.valid.from);
        if let Some(day) = statement.valid.until.filter(|until| next != Some(*until)) {
            let wrong = Some(format!("{value} is no longer documented"));
            events.push(Event { day, link: link.clone(), told: format!("no longer documented: {value}"), wrong });
        }
    }
}

/// What changed when.
pub(crate) fn changes(desk: &Desk<'_>, events: &[Event]) -> Result<Page, KbError> {
    let mut days: Vec<ChangeDay> = Vec::new();
    for event in events {
        match days.last_mut().filter(|last| last.day == event.day) {
            Some(last) => last.events.push(event.clone()),
            None => days.push(ChangeDay { day: event.day, events: vec![event.clone()] }),
        }
    }
    let description = "Values, causes and steps of Hugging Face by the day they changed, and why answers from before that day are wrong.";
    shell(
        desk,
        Kind::Changes,
        "changes",
        "What changed, and which answers are out of date",
        description.to_owned(),
        Content::Changes(Changes { days }),
    )
}

/// All sources with what rests on them.
pub(crate) fn sources(desk: &Desk<'_>, atlas: &Atlas<'_>) -> Result<Page, KbError> {
    let mut all = desk.kb.sources().collect::<Result<Vec<_>, _>>()?;
    all.sort_by(|a, b| a.kind.cmp(&b.kind).then_with(|| a.title.cmp(&b.title)));
    let mut groups: Vec<SourceGroup> = Vec::new();
    for source in all {
        let Some(line) = desk.sources([source.id.as_str()])?.pop() else { continue };
        let mut users = Vec::new();
        if let Some(found) = atlas.sources.get(source.id.as_str()) {
            users.extend(found.rules.iter().map(|id| Link::to(Kind::Problem, id, format!("`{id}`"))));
            users.extend(found.causes.iter().map(|id| Link::to(Kind::Cause, id, format!("`{id}`"))));
            users.extend(found.steps.iter().map(|id| Link::to(Kind::Step, id, format!("`{id}`"))));
            users.extend(found.facts.iter().map(|id| Link::to(Kind::Fact, id, format!("`{id}`"))));
        }
        users.sort();
        users.dedup();
        let kind = word(&source.kind);
        let cited = CitedSource { source: line, users };
        match groups.last_mut().filter(|group| group.kind == kind) {
            Some(group) => group.sources.push(cited),
            None => groups.push(SourceGroup { kind, sources: vec![cited] }),
        }
    }
    let description = "Every place that a statement of these pages comes from, when it was read, and what rests on it.";
    shell(desk, Kind::Sources, "sources", "Sources", description.to_owned(), Content::Sources(Sources { groups }))
}

/// Measured figures.
pub(crate) fn accuracy(desk: &Desk<'_>) -> Result<Page, KbError> {
    let description =
        "How often the first cause is the right one, measured on public reports, with intervals and every miss.";
    let content = Accuracy { blocks: accuracy::blocks(accuracy::MEASURED) };
    shell(
        desk,
        Kind::Accuracy,
        "accuracy",
        "How often is it right?",
        description.to_owned(),
        Content::Accuracy(content),
    )
}

/// Words and account facts.
pub(crate) fn glossary(desk: &Desk<'_>) -> Result<Page, KbError> {
    let mut facts = Vec::new();
    for fact in desk.kb.vocabulary_facts() {
        let fact = fact?;
        facts.push(Asked {
            id: fact.id.clone(),
            title: fact.title.clone(),
            question: fact.question.as_deref().map(|text| desk.text(text)),
            how: fact.how.as_deref().map(|text| desk.text(text)),
            values: fact
                .values
                .iter()
                .map(|value| Term2 { value: value.id.clone(), meaning: desk.text(&value.title) })
                .collect(),
        });
    }
    let description = "The words of these pages, and every account fact that a question can ask for.";
    let content = Glossary { words: WORDS.iter().map(|(word, meaning)| Term { word, meaning }).collect(), facts };
    shell(desk, Kind::Glossary, "glossary", "Glossary", description.to_owned(), Content::Glossary(content))
}

/// The words of the pages.
const WORDS: &[(&str, &str)] = &[
    (
        "account fact",
        "something that is true of this incident and not of everybody: the plan of the account, the status of the answer",
    ),
    ("as of", "the day for which an answer is made; values and causes of other days do not count"),
    ("cause", "one possible explanation of a problem; several compete, and the evidence decides"),
    ("concluded", "one cause stands clear of all others: at least 80 % share and a clear lead"),
    ("decisive", "a text that software prints and that is enough to recognise the problem"),
    ("horizon", "the number of days after which a statement that nobody checked again counts as stale"),
    ("likely", "one cause leads with at least half of the share, but another is possible"),
    ("message", "the words that a program prints when it was refused"),
    (
        "platform fact",
        "a documented value of Hugging Face with the days on which it is documented: a quota, a price, a limit",
    ),
    ("problem", "what a person sees: one group of messages with one list of causes"),
    ("share", "how much of the chance a cause has among all candidates and \u{201c}something else\u{201d}"),
    (
        "source",
        "where a statement comes from: documentation, source code, release notes, a statement of staff, an observed report",
    ),
    ("speaks against", "evidence that makes a cause less likely; it is weighed, not merely noted"),
    (
        "step",
        "something a person can do, with who can do it, what it takes, what it costs, and how to see that it worked",
    ),
    ("undetermined", "the evidence does not single out a cause; the page then says what to check next"),
    ("verified", "the day on which a statement was last compared with its source"),
    ("weight", "how much a piece of evidence says: weak 2, moderate 5, strong 10, decisive 20 decibans"),
    ("wrapper", "a text that a client puts around an error; it never decides alone, and its advice can be wrong"),
];
