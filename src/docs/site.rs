//! All files of a site, or of the Markdown pages for a forge.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::atlas::Atlas;
use super::desk::{Desk, Values, one_line};
use super::page::{Content, Kind, Page};
use super::render::{self, Extra, Press, TemplateError};
use super::search::{Entry, Found, Index};
use super::{items, lists, machine, problem};
use crate::diag::CATALOGUE;
use crate::eval::Engine;
use crate::kb::{KbError, KnowledgeBase};
use crate::model::Day;
use crate::report::{escape, markdown};

/// The file that says that a directory is ours, and what is in it.
pub const MARKER: &str = ".hf-doctor-site";

/// Paths below the root, and contents.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// HTML, Markdown and JSON for every page.
    Site,
    /// Markdown for reading on a forge.
    Markdown,
}

/// How it is built.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// The day of the whole site.
    pub day: Day,
    /// What is built.
    pub form: Form,
    /// Public address of the root, with its slash at the end.
    pub base: Option<&'a str>,
    /// Additions to the first page.
    pub extra: Option<&'a Extra>,
    /// More files, from other parts: the doctor.
    pub files: &'a [(String, Vec<u8>)],
    /// Threads to use; the number of processors when `None`.
    pub threads: Option<usize>,
}

/// The marker file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Marker {
    /// `hf-doctor/site/v1`.
    pub schema: String,
    /// What was built.
    pub form: Form,
    /// Version of the knowledge base.
    pub knowledge_base: String,
    /// Hash over the whole knowledge base.
    pub digest: String,
    /// The day of the site.
    pub as_of: Day,
    /// All files but this one.
    pub files: Vec<String>,
}

/// Why nothing was built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The knowledge base is broken.
    #[error(transparent)]
    Kb(#[from] KbError),
    /// A template does not fit.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// An id that cannot be the name of a page.
    #[error("{what} `{id}` cannot have a page: ids consist of letters, digits, `-`, `_` and single dots")]
    Id {
        /// Kind of item.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// Data without a form in JSON.
    #[error("a page cannot be written as JSON: {0}")]
    Json(String),
}

impl From<serde_json::Error> for BuildError {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error.to_string())
    }
}

/// Builds all files in memory.
///
/// # Errors
/// When the knowledge base is broken or has an id that cannot be the name of a file.
pub fn build(engine: &Engine, options: &Options<'_>) -> Result<Files, BuildError> {
    let kb = engine.kb();
    let values = Values { kb, day: options.day };
    let atlas = Atlas::new(kb)?;
    check_ids(kb, &atlas)?;
    let desk = Desk::new(&values)?;
    let threads =
        options.threads.or_else(|| std::thread::available_parallelism().ok().map(NonZeroUsize::get)).unwrap_or(1);
    let jobs = jobs(kb, &atlas)?;
    let form = if options.form == Form::Site { render::Form::Site } else { render::Form::Forge };
    let works = |job: &Job<'_>, desk: &Desk<'_>, press: &Press<'_>| -> Result<Made, BuildError> {
        let page = job.page(engine, desk, &atlas)?;
        let alone = form == render::Form::Site || page.kind == Kind::Problem;
        let files = if alone { written(&page, desk, press, form)? } else { Vec::new() };
        Ok(Made { page, files })
    };
    let made = in_parallel(&jobs, threads, &values, options.base, works)?;
    let mut files = Files::new();
    let mut pages: Vec<Page> = Vec::with_capacity(made.len());
    for one in made {
        files.extend(one.files);
        pages.push(one.page);
    }
    let of = |kind: Kind| pages.iter().filter(move |page| page.kind == kind).cloned().collect::<Vec<Page>>();
    let problems = of(Kind::Problem);
    let events = lists::events(&desk, &atlas)?;
    let counts = BTreeMap::from([
        ("problems", problems.len()),
        ("causes", atlas.causes.len()),
        ("steps", kb.steps().count()),
        ("facts", kb.facts().count()),
    ]);
    let press = Press::new(&desk, options.base, options.extra);
    let start = lists::start(&desk, &problems, &events, counts)?;
    let mut single = vec![start, lists::errors(&desk, &atlas)?, lists::changes(&desk, &events)?];
    if options.form == Form::Site {
        single.extend([lists::sources(&desk, &atlas)?, lists::accuracy(&desk)?, lists::glossary(&desk)?]);
    }
    for page in &single {
        files.extend(written(page, &desk, &press, form)?);
    }
    if options.form == Form::Site {
        machines(&problems, &pages, &single, &events, options, &mut files)?;
        files.extend(options.files.iter().cloned());
    } else {
        for (name, kind) in
            [("causes", Kind::Cause), ("steps", Kind::Step), ("facts", Kind::Fact), ("codes", Kind::Code)]
        {
            files.insert(format!("{name}.md"), press.together(name, &of(kind))?.into_bytes());
        }
    }
    let marker = Marker {
        schema: "hf-doctor/site/v1".to_owned(),
        form: options.form,
        knowledge_base: kb.manifest()?.version.clone(),
        digest: digest(kb)?,
        as_of: options.day,
        files: files.keys().cloned().collect(),
    };
    files.insert(MARKER.to_owned(), format!("{}\n", serde_json::to_string_pretty(&marker)?).into_bytes());
    Ok(files)
}

/// A page and its files.
struct Made {
    page: Page,
    files: Vec<(String, Vec<u8>)>,
}

/// A page to make.
enum Job<'a> {
    Problem(usize),
    Cause(&'a str),
    Step(&'a crate::model::Step),
    Fact(&'a crate::model::PlatformFact),
    Code(&'a crate::diag::Entry),
}

impl Job<'_> {
    fn page(&self, engine: &Engine, desk: &Desk<'_>, atlas: &Atlas<'_>) -> Result<Page, BuildError> {
        let mut page = match self {
            Self::Problem(number) => match desk.kb.rule_at(*number)? {
                Some(file) => problem::page(engine, desk, *number, file)?,
                None => return Err(KbError::Broken(format!("it has no rule number {number}")).into()),
            },
            Self::Cause(id) => items::cause(desk, id, atlas.causes.get(id).map(Vec::as_slice).unwrap_or_default())?,
            Self::Step(step) => items::step(desk, atlas, step)?,
            Self::Fact(fact) => items::fact(desk, atlas, fact)?,
            Self::Code(entry) => items::code(desk, entry)?,
        };
        // Two things may have one title; a window needs its own.
        if page.kind != Kind::Problem {
            page.head = format!("{} ({})", page.head, page.id);
        }
        Ok(page)
    }
}

fn jobs<'a>(kb: &'a KnowledgeBase, atlas: &Atlas<'a>) -> Result<Vec<Job<'a>>, KbError> {
    let mut jobs: Vec<Job<'a>> = (0..atlas.rules.len()).map(Job::Problem).collect();
    jobs.extend(atlas.causes.keys().map(|id| Job::Cause(id)));
    for step in kb.steps() {
        jobs.push(Job::Step(step?));
    }
    for fact in kb.facts() {
        jobs.push(Job::Fact(fact?));
    }
    jobs.extend(CATALOGUE.iter().map(Job::Code));
    Ok(jobs)
}

/// Runs all jobs on some threads; the results stand in the order of the jobs, whoever was first.
fn in_parallel<J: Sync, R: Send>(
    jobs: &[J],
    threads: usize,
    values: &Values<'_>,
    base: Option<&str>,
    work: impl Fn(&J, &Desk<'_>, &Press<'_>) -> Result<R, BuildError> + Sync,
) -> Result<Vec<R>, BuildError> {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let next = AtomicUsize::new(0);
    let run = || -> Result<Vec<(usize, R)>, BuildError> {
        let desk = Desk::new(values)?;
        let press = Press::new(&desk, base, None);
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(number) else { return Ok(done) };
            done.push((number, work(job, &desk, &press)?));
        }
    };
    let mut all: Vec<(usize, R)> = Vec::with_capacity(jobs.len());
    std::thread::scope(|scope| -> Result<(), BuildError> {
        let others: Vec<_> = (1..threads.clamp(1, 64)).map(|_| scope.spawn(run)).collect();
        all.extend(run()?);
        for other in others {
            match other.join() {
                Ok(done) => all.extend(done?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(())
    })?;
    all.sort_by_key(|(number, _)| *number);
    Ok(all.into_iter().map(|(_, made)| made).collect())
}

/// The files of a page.
fn written(
    page: &Page,
    desk: &Desk<'_>,
    press: &Press<'_>,
    form: render::Form,
) -> Result<Vec<(String, Vec<u8>)>, BuildError> {
    let twin = press.twin(page, desk, form)?;
    if form == render::Form::Forge {
        let path = if page.kind == Kind::Start { "README" } else { &page.path };
        return Ok(vec![(format!("{path}.md"), twin.into_bytes())]);
    }
    let data = escape::json(serde_json::to_string_pretty(page)?);
    Ok(vec![
        (format!("{}.html", page.path), press.page(page, desk)?.into_bytes()),
        (format!("{}.md", page.path), twin.into_bytes()),
        (format!("{}.json", page.path), format!("{data}\n").into_bytes()),
    ])
}

/// Files for programs, scripts and the style sheet.
fn machines(
    problems: &[Page],
    pages: &[Page],
    single: &[Page],
    events: &[lists::Event],
    options: &Options<'_>,
    files: &mut Files,
) -> Result<(), BuildError> {
    let mut add = |name: &str, text: String| {
        files.insert(name.to_owned(), text.into_bytes());
    };
    if let Some(start) = single.first() {
        add("index.json", machine::rules(problems, start)?);
        add("llms.txt", machine::guide(problems, start));
    }
    add("sitemap.xml", machine::map(single.iter().chain(pages), options.base));
    add("changes.atom", machine::feed(events, options.day, options.base));
    add("search-index.js", index(pages).script()?);
    add("search.js", include_str!("templates/search.js").to_owned());
    add("style.css", include_str!("templates/style.css").to_owned());
    Ok(())
}

/// The search index over all pages; problems first, so that they win ties.
fn index(pages: &[Page]) -> Index {
    let plain = |text: &str| one_line(&markdown::to_terminal(text, usize::MAX / 2, 0, false));
    let found = pages.iter().map(|page| {
        let title = plain(&page.title);
        let mut texts = vec![title.clone()];
        if let Content::Problem(problem) = &page.content {
            texts.extend(problem.messages.iter().map(|message| message.text.clone()));
            texts.extend(problem.unshown.iter().cloned());
        }
        let kind = match page.kind {
            Kind::Problem => "problem",
            Kind::Cause => "cause",
            Kind::Step => "step",
            Kind::Fact => "fact",
            _ => "diagnostic code",
        };
        Found { entry: Entry { path: page.path.clone(), title, kind: kind.to_owned() }, texts }
    });
    Index::build(found.collect())
}

/// The search index of a knowledge base, as the site has it.
///
/// # Errors
/// As [`build`].
pub fn search_index(engine: &Engine, day: Day) -> Result<Index, BuildError> {
    let kb = engine.kb();
    let values = Values { kb, day };
    let (atlas, desk) = (Atlas::new(kb)?, Desk::new(&values)?);
    let pages: Vec<Page> =
        jobs(kb, &atlas)?.iter().map(|job| job.page(engine, &desk, &atlas)).collect::<Result<_, _>>()?;
    Ok(index(&pages))
}

/// A hash over everything the knowledge base says.
///
/// # Errors
/// When an item of it is broken.
pub fn digest(kb: &KnowledgeBase) -> Result<String, BuildError> {
    let mut hash = Sha256::new();
    let mut add = |value: Result<String, serde_json::Error>| -> Result<(), BuildError> {
        hash.update(value?.as_bytes());
        hash.update(b"\n");
        Ok(())
    };
    add(serde_json::to_string(kb.manifest()?))?;
    for item in kb.vocabulary_facts() {
        add(serde_json::to_string(item?))?;
    }
    for item in kb.sources() {
        add(serde_json::to_string(item?))?;
    }
    for item in kb.facts() {
        add(serde_json::to_string(item?))?;
    }
    for item in kb.steps() {
        add(serde_json::to_string(item?))?;
    }
    for item in kb.rules() {
        add(serde_json::to_string(item?))?;
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Refuses ids that would be the name of another file than that of their page.
fn check_ids(kb: &KnowledgeBase, atlas: &Atlas<'_>) -> Result<(), BuildError> {
    let fine = |id: &str| {
        !id.is_empty()
            && id.len() <= 120
            && !id.starts_with('.')
            && !id.ends_with('.')
            && !id.contains("..")
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    let mut seen: BTreeSet<(&'static str, String)> = BTreeSet::new();
    let mut check = |what: &'static str, id: &str| {
        // Two ids that differ in case only would be one file on some disks.
        if fine(id) && seen.insert((what, id.to_ascii_lowercase())) {
            Ok(())
        } else {
            Err(BuildError::Id { what, id: escape::line(id).chars().take(120).collect() })
        }
    };
    for file in &atlas.rules {
        check("rule", &file.rule.id)?;
    }
    for id in atlas.causes.keys() {
        check("cause", id)?;
    }
    for step in kb.steps() {
        check("step", &step?.id)?;
    }
    for fact in kb.facts() {
        check("platform fact", &fact?.id)?;
    }
    for area in &kb.manifest()?.areas {
        check("area", &area.id)?;
    }
    Ok(())
}

/// The newest day on which anything in the knowledge base was checked: its own date, whatever the clock says.
///
/// # Errors
/// When an item of it is broken.
pub fn newest_day(kb: &KnowledgeBase) -> Result<Day, KbError> {
    let mut newest = kb.manifest()?.begins;
    for file in kb.rules() {
        newest = newest.max(file?.rule.verified);
    }
    for step in kb.steps() {
        newest = newest.max(step?.verified);
    }
    for fact in kb.facts() {
        newest = newest.max(fact?.verified);
    }
    Ok(newest)
}
