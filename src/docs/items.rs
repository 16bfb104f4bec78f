//! Pages of causes, steps, platform facts and diagnostic codes.

use std::collections::BTreeSet;

use serde::Serialize;

use super::atlas::{Atlas, Users, facts_of_cause, facts_of_step};
use super::desk::{Desk, shortened, told, with_unit};
use super::drawing::chart::{self, Bar};
use super::page::{Content, Days, FactLine, Kind, Link, Page, SourceLine};
use super::problem::{Change, Reason, Support, Wrong, of_cause, of_fact, support, wrong};
use super::steps::{StepCard, card};
use crate::diag::Entry;
use crate::kb::{KbError, RuleFile};
use crate::model::{Cause, Day, EvidenceItem, PlatformFact, Step};

/// A cause, once for each problem that can have it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CausePage {
    pub(crate) variants: Vec<Variant>,
    pub(crate) facts: Vec<FactLine>,
    pub(crate) changes: Vec<Change>,
}

/// A cause as one problem has it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Variant {
    pub(crate) problem: Link,
    /// Anchor on the page.
    pub(crate) anchor: String,
    /// Markdown.
    pub(crate) title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) service: Option<String>,
    pub(crate) often: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) days: Option<Days>,
    /// Markdown.
    pub(crate) explanation: String,
    pub(crate) points: Vec<Reason>,
    pub(crate) against: Vec<Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) needs: Option<String>,
    pub(crate) steps: Vec<StepCard>,
    pub(crate) not_this: Vec<Wrong>,
    pub(crate) support: Vec<Support>,
}

/// A step.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StepPage {
    pub(crate) step: StepCard,
    pub(crate) helps: Vec<Link>,
    pub(crate) facts: Vec<FactLine>,
}

/// A platform fact over time.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FactPage {
    pub(crate) fact: FactLine,
    pub(crate) values: Vec<ValueRow>,
    /// What other pages said at the same time.
    pub(crate) others: Vec<ValueRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) change: Option<Change>,
    /// A drawing of `values`, for the HTML page only.
    #[serde(skip)]
    pub(crate) chart: String,
    pub(crate) problems: Vec<Link>,
    pub(crate) causes: Vec<Link>,
    pub(crate) steps: Vec<Link>,
}

/// A value with its days and source.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ValueRow {
    pub(crate) value: String,
    pub(crate) days: String,
    pub(crate) from: Option<Day>,
    pub(crate) until: Option<Day>,
    /// Whether it holds on the day of the site.
    pub(crate) now: bool,
    pub(crate) source: Option<SourceLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) commit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

/// A diagnostic code of `kb check`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CodePage {
    pub(crate) severity: String,
    /// Markdown.
    pub(crate) explanation: String,
    pub(crate) example: String,
}

fn shell(desk: &Desk<'_>, kind: Kind, id: &str, title: String, content: Content) -> Result<Page, KbError> {
    Ok(Page {
        kind,
        id: id.to_owned(),
        path: format!("{}{id}", kind.folder()),
        head: desk.plain(&title),
        description: String::new(),
        title,
        as_of: desk.day,
        knowledge_base: desk.kb.manifest()?.version.clone(),
        verified: None,
        stale: None,
        content,
        sources: Vec::new(),
    })
}

/// The page of a cause.
pub(crate) fn cause(desk: &Desk<'_>, id: &str, places: &[(&RuleFile, &Cause)]) -> Result<Page, KbError> {
    let reasons = |items: &[EvidenceItem]| {
        let mut items: Vec<&EvidenceItem> = items.iter().collect();
        items.sort_by_key(|item| std::cmp::Reverse(item.weight));
        let reason =
            |item: &EvidenceItem| Reason { because: desk.text(&item.because), weight: super::desk::word(&item.weight) };
        items.into_iter().map(reason).collect::<Vec<_>>()
    };
    let mut variants = Vec::new();
    let (mut sources, mut quoted): (Vec<&str>, BTreeSet<&str>) = (Vec::new(), BTreeSet::new());
    let mut changes = Vec::new();
    for (file, cause) in places {
        let mut steps = Vec::new();
        for step in &cause.remediation {
            if let Some(step) = desk.kb.step(step)?.filter(|step| step.valid.contains(desk.day)) {
                steps.push(card(desk, step, Vec::new()));
                quoted.extend(facts_of_step(step));
            }
        }
        sources.extend(cause.sources.iter().map(String::as_str));
        quoted.extend(facts_of_cause(cause));
        changes.extend(of_cause(desk, cause));
        let twins = variants.iter().filter(|one: &&Variant| one.anchor.starts_with(&file.rule.id)).count();
        variants.push(Variant {
            problem: Link::to(Kind::Problem, &file.rule.id, desk.text(&file.rule.title)),
            anchor: if twins == 0 { file.rule.id.clone() } else { format!("{}-{twins}", file.rule.id) },
            title: desk.text(&cause.title),
            service: cause.service.as_deref().map(crate::report::service),
            often: super::desk::word(&cause.prior),
            days: desk.days(cause.valid),
            explanation: desk.text(&cause.explanation),
            points: reasons(&cause.speaks_for),
            against: reasons(&cause.against),
            needs: cause.requires_because.as_ref().map(|because| desk.text(because)),
            steps,
            not_this: wrong(desk, &[*cause]),
            support: support(desk, &[*cause]),
        });
    }
    let facts = lines(desk, quoted)?;
    changes.extend(facts.iter().filter_map(of_fact));
    changes.sort_by(|a, b| b.day.cmp(&a.day).then_with(|| a.because.cmp(&b.because)));
    changes.dedup();
    let title = title(id, &variants);
    let checked = places.iter().map(|(file, _)| file.rule.verified);
    let verified = facts.iter().map(|fact| fact.verified).chain(checked).min();
    let first = variants.first().map(|one| desk.plain(&one.explanation)).unwrap_or_default();
    let mut page = shell(desk, Kind::Cause, id, title, Content::Cause(CausePage { variants, facts, changes }))?;
    page.description = shortened(&format!("{}. {first}", page.head), 300);
    page.head = format!("Cause: {}", page.head);
    page.verified = verified;
    page.stale = verified.and_then(|day| desk.stale(day));
    page.sources = desk.sources(sources)?;
    Ok(page)
}

/// The title that most problems give to the cause; of another company there are too many to name one.
fn title(id: &str, variants: &[Variant]) -> String {
    if id == "not-hugging-face" {
        return "Another company refused, not Hugging Face".to_owned();
    }
    let mut best: Option<(usize, &str)> = None;
    for variant in variants {
        let count = variants.iter().filter(|other| other.title == variant.title).count();
        if best.is_none_or(|(most, _)| count > most) {
            best = Some((count, &variant.title));
        }
    }
    best.map_or_else(|| id.to_owned(), |(_, title)| title.to_owned())
}

fn lines<'b>(desk: &Desk<'_>, ids: impl IntoIterator<Item = &'b str>) -> Result<Vec<FactLine>, KbError> {
    let mut lines = Vec::new();
    for id in ids {
        if let Some(fact) = desk.kb.fact(id)? {
            lines.push(desk.fact(fact));
        }
    }
    Ok(lines)
}

/// The page of a step.
pub(crate) fn step(desk: &Desk<'_>, atlas: &Atlas<'_>, step: &Step) -> Result<Page, KbError> {
    let causes = atlas.steps.get(step.id.as_str()).cloned().unwrap_or_default();
    let quoted: BTreeSet<&str> = facts_of_step(step).collect();
    let facts = lines(desk, quoted)?;
    let verified = facts.iter().map(|fact| fact.verified).chain([step.verified]).min();
    let content = StepPage { step: card(desk, step, Vec::new()), helps: links_to_causes(desk, atlas, &causes), facts };
    let mut page = shell(desk, Kind::Step, &step.id, desk.text(&step.title), Content::Step(content))?;
    page.description = shortened(&format!("{}. {}", page.head, desk.plain(&step.instruction)), 300);
    page.verified = verified;
    page.stale = verified.and_then(|day| desk.stale(day));
    page.sources = desk.sources(step.sources.iter().map(String::as_str))?;
    Ok(page)
}

/// Links to causes, by the title of their first place.
pub(crate) fn links_to_causes(desk: &Desk<'_>, atlas: &Atlas<'_>, ids: &BTreeSet<&str>) -> Vec<Link> {
    let title = |id: &str| match atlas.causes.get(id).and_then(|places| places.first()) {
        _ if id == "not-hugging-face" => "Another company refused, not Hugging Face".to_owned(),
        Some((_, cause)) => desk.text(&cause.title),
        None => id.to_owned(),
    };
    ids.iter().map(|id| Link::to(Kind::Cause, id, title(id))).collect()
}

/// The page of a platform fact.
pub(crate) fn fact(desk: &Desk<'_>, atlas: &Atlas<'_>, fact: &PlatformFact) -> Result<Page, KbError> {
    let mut values = Vec::new();
    for statement in &fact.values {
        values.push(ValueRow {
            value: with_unit(fact, &statement.value),
            days: told(statement.valid),
            from: statement.valid.from,
            until: statement.valid.until,
            now: statement.valid.contains(desk.day),
            source: desk.source_of(statement)?,
            commit: statement.commit.clone(),
            note: statement.note.clone(),
        });
    }
    let mut others = Vec::new();
    for also in &fact.also {
        let differs = fact.values.iter().any(|one| one.valid.overlaps(&also.valid) && one.value != also.value);
        if differs {
            others.push(ValueRow {
                value: with_unit(fact, &also.value),
                days: told(also.valid),
                from: also.valid.from,
                until: also.valid.until,
                now: also.valid.contains(desk.day),
                source: desk.sources([also.source.as_str()])?.pop(),
                commit: also.commit.clone(),
                note: None,
            });
        }
    }
    let bars: Vec<Bar> = fact
        .values
        .iter()
        .map(|one| Bar { label: with_unit(fact, &one.value), from: one.valid.from, until: one.valid.until })
        .collect();
    let line = desk.fact(fact);
    let none = Users::default();
    let users = atlas.facts.get(fact.id.as_str()).unwrap_or(&none);
    let mut problems = Vec::new();
    for id in &users.rules {
        if let Some(file) = desk.kb.rule(id)? {
            problems.push(Link::to(Kind::Problem, id, desk.text(&file.rule.title)));
        }
    }
    let mut steps = Vec::new();
    for id in &users.steps {
        if let Some(step) = desk.kb.step(id)? {
            steps.push(Link::to(Kind::Step, id, desk.text(&step.title)));
        }
    }
    let now = line.value.clone().unwrap_or_else(|| format!("no documented value on {}", desk.day));
    let ids: Vec<&str> = fact
        .values
        .iter()
        .map(|one| one.source.as_str())
        .chain(fact.also.iter().map(|one| one.source.as_str()))
        .collect();
    let title = crate::report::escape::markdown(&fact.title);
    let content = FactPage {
        change: of_fact(&line),
        chart: chart::draw(&fact.title, &bars, desk.day, desk.kb.manifest()?.begins),
        fact: line,
        values,
        others,
        problems,
        causes: links_to_causes(desk, atlas, &users.causes),
        steps,
    };
    let mut page = shell(desk, Kind::Fact, &fact.id, title, Content::Fact(content))?;
    page.description = shortened(&format!("{}: {now}. With its days, sources and earlier values.", fact.title), 300);
    page.head = format!("{}: {}", fact.title, shortened(&now, 60));
    page.verified = Some(fact.verified);
    page.stale = desk.stale(fact.verified);
    page.sources = desk.sources(ids)?;
    Ok(page)
}

/// The page of a diagnostic code.
pub(crate) fn code(desk: &Desk<'_>, entry: &Entry) -> Result<Page, KbError> {
    let (name, title) = (entry.code.name(), entry.code.title());
    let content = CodePage {
        severity: match entry.code.severity() {
            crate::diag::Severity::Error => "error".to_owned(),
            crate::diag::Severity::Warning => "warning".to_owned(),
        },
        explanation: entry.explanation.to_owned(),
        example: entry.example.to_owned(),
    };
    let mut page = shell(desk, Kind::Code, name, format!("{name}: {title}"), Content::Code(content))?;
    page.description = shortened(&desk.plain(entry.explanation), 300);
    Ok(page)
}
