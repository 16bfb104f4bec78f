//! Pages through templates: HTML for people, Markdown for programs and forges.
//!
//! What a template prints without a filter is escaped for its place; a forgotten filter can make a page ugly, not
//! dangerous.

use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value, context, filters as builtin};

use super::desk::{Desk, one_line, shortened};
use super::drawing::tree;
use super::page::{Content, Link, Page};
use crate::report::{escape, label, markdown, numbers};

/// What a page may load and run: nothing but the files beside it.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'";

/// Longest value in a table, in characters.
const CELL: usize = 240;

macro_rules! templates {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("templates/", $name)))),*] };
}

const TEMPLATES: &[(&str, &str)] = templates![
    "layout.html.j2",
    "parts.html.j2",
    "start.html.j2",
    "problem.html.j2",
    "cause.html.j2",
    "step.html.j2",
    "fact.html.j2",
    "code.html.j2",
    "errors.html.j2",
    "changes.html.j2",
    "sources.html.j2",
    "accuracy.html.j2",
    "glossary.html.j2",
    "parts.md.j2",
    "foot.md.j2",
    "start.md.j2",
    "problem.md.j2",
    "cause.md.j2",
    "step.md.j2",
    "fact.md.j2",
    "code.md.j2",
    "errors.md.j2",
    "changes.md.j2",
    "sources.md.j2",
    "accuracy.md.j2",
    "glossary.md.j2",
    "forge_causes.md.j2",
    "forge_steps.md.j2",
    "forge_facts.md.j2",
    "forge_codes.md.j2",
];

/// A template that does not fit its page; tests exclude it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("template {name}:{line}: {message}")]
pub struct TemplateError {
    name: String,
    line: usize,
    message: String,
}

impl From<Error> for TemplateError {
    fn from(error: Error) -> Self {
        Self {
            name: error.name().unwrap_or_default().to_owned(),
            line: error.line().unwrap_or(1),
            message: error
                .detail()
                .map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind())),
        }
    }
}

/// How links of Markdown pages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A Markdown file for each page.
    Site,
    /// A file for each problem, one for all of every other kind.
    Forge,
}

/// Additions to the first page: the doctor that runs in the browser.
#[derive(Clone, Debug, Default)]
pub struct Extra {
    /// HTML of the box.
    pub fragment: String,
    /// Scripts it needs, below the root.
    pub scripts: Vec<String>,
    /// The policy of a page with it.
    pub policy: String,
}

/// From where the Markdown page that is being written sees the others: the way to the root, and the form of links.
type Place = Arc<Mutex<(&'static str, Form)>>;

/// Both template engines. One for each thread.
pub(crate) struct Press<'a> {
    html: Environment<'static>,
    markdown: Environment<'static>,
    place: Place,
    base: Option<&'a str>,
    extra: Option<&'a Extra>,
}

fn done(text: String) -> Value {
    Value::from_safe_string(text)
}

fn text_of(value: &Value) -> String {
    if value.is_undefined() || value.is_none() { String::new() } else { value.to_string() }
}

impl<'a> Press<'a> {
    pub(crate) fn new(desk: &Desk<'_>, base: Option<&'a str>, extra: Option<&'a Extra>) -> Self {
        let hosts: Arc<Vec<String>> = Arc::new(desk.hosts.iter().map(|host| (*host).to_owned()).collect());
        let place = Arc::new(Mutex::new(("", Form::Site)));
        Self { html: html(&hosts), markdown: plain(&hosts, &place), place, base, extra }
    }

    /// A page as HTML.
    pub(crate) fn page(&self, page: &Page, desk: &Desk<'_>) -> Result<String, TemplateError> {
        let root = if page.path.contains('/') { "../" } else { "" };
        let own = page.path.rsplit('/').next().unwrap_or_default();
        let (mut svg, mut list, mut chart) = (String::new(), String::new(), "");
        match &page.content {
            Content::Problem(problem) => {
                if let Some(node) = &problem.tree {
                    svg = tree::draw(node, desk);
                    list = tree::list_html(node, desk, root);
                }
            }
            Content::Fact(fact) => chart = &fact.chart,
            _ => {}
        }
        let extra = self.extra.filter(|_| matches!(page.content, Content::Start(_)));
        let scope = context! {
            page => Value::from(Serde(page)),
            root, own,
            policy => extra.map_or(POLICY, |extra| extra.policy.as_str()),
            canonical => self.base.map(|base| format!("{base}{}.html", page.path)),
            tree_svg => done(svg), tree_list => done(list), chart => done(chart.to_owned()),
            doctor => extra.map(|extra| done(extra.fragment.clone())),
            doctor_scripts => extra.map(|extra| extra.scripts.clone()).unwrap_or_default(),
        };
        Ok(self.html.get_template(&format!("{}.html.j2", page.kind.template()))?.render(scope)?)
    }

    /// A page as Markdown.
    pub(crate) fn twin(&self, page: &Page, desk: &Desk<'_>, form: Form) -> Result<String, TemplateError> {
        let root = if page.path.contains('/') { "../" } else { "" };
        *self.place.lock().unwrap_or_else(PoisonError::into_inner) = (root, form);
        let list = match &page.content {
            Content::Problem(problem) => problem.tree.as_ref().map(|node| {
                let link = |link: &Link| {
                    let title = markdown::to_markdown_inline(&link.title, &desk.hosts);
                    format!("[{title}]({})", address(&link.path, root, form))
                };
                done(tree::list_markdown(node, desk, &link))
            }),
            _ => None,
        };
        let scope = context! {
            page => Value::from(Serde(page)), tree_list => list, forge => form == Form::Forge,
        };
        let text = self.markdown.get_template(&format!("{}.md.j2", page.kind.template()))?.render(scope)?;
        Ok(tidy(&text))
    }

    /// One file for all pages of a kind, for a forge.
    pub(crate) fn together(&self, name: &str, pages: &[Page]) -> Result<String, TemplateError> {
        *self.place.lock().unwrap_or_else(PoisonError::into_inner) = ("", Form::Forge);
        let list = Value::from(Serde(pages));
        let scope = context! { causes => list.clone(), steps => list.clone(), facts => list.clone(), codes => list };
        Ok(tidy(&self.markdown.get_template(&format!("forge_{name}.md.j2"))?.render(scope)?))
    }
}

/// Where a page is found from a Markdown page.
fn address(path: &str, root: &str, form: Form) -> String {
    if form == Form::Site {
        return match path.split_once('#') {
            Some((page, anchor)) => format!("{root}{page}.md#{anchor}"),
            None => format!("{root}{path}.md"),
        };
    }
    match path.split_once('/') {
        Some(("problems", id)) if root.is_empty() => format!("problems/{id}.md"),
        Some(("problems", id)) => format!("{id}.md"),
        Some((kind, id)) => format!("{root}{kind}.md#{}", anchor(id)),
        None if path == "index" => format!("{root}README.md"),
        None => format!("{root}{path}.md"),
    }
}

/// The anchor that forges give to a heading.
pub(crate) fn anchor(heading: &str) -> String {
    heading
        .trim()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || matches!(c, '-' | '_') => c.to_lowercase().next(),
            _ => None,
        })
        .collect()
}

fn environment() -> Environment<'static> {
    let mut env = Environment::empty();
    env.set_debug(false);
    env.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    if let Ok(syntax) = minijinja::syntax::SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        env.set_syntax(syntax);
    }
    env.set_loader(|name| Ok(TEMPLATES.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned())));
    env.add_filter("length", builtin::length);
    env.add_filter("join", builtin::join);
    env.add_filter("reverse", builtin::reverse);
    env.add_filter("label", |id: &Value| label(&text_of(id)).to_owned());
    env.add_filter("pct", |share: f64| numbers::percent(share));
    env.add_filter("capital", |text: String| {
        let mut letters = text.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    });
    env.add_filter("oneline", |text: String| shortened(&one_line(&text), 160));
    env.add_filter("cut", |text: String| shortened(&text, CELL));
    env.add_filter("commit", |commit: String| commit.chars().take(8).collect::<String>());
    env.add_filter("leaf", |path: String| path.rsplit('/').next().unwrap_or_default().to_owned());
    env.add_filter("anchor", |path: String| {
        path.split_once('#').map_or_else(String::new, |(_, anchor)| anchor.to_owned())
    });
    env.add_filter("flat", |text: String| one_line(&markdown::to_terminal(&text, usize::MAX / 2, 0, false)));
    env
}

/// The engine of HTML pages.
fn html(hosts: &Arc<Vec<String>>) -> Environment<'static> {
    let mut env = environment();
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_formatter(|out, _, value| {
        if value.is_undefined() {
            return Err(Error::new(ErrorKind::UndefinedError, "the expression has no value"));
        }
        match value.as_str().filter(|_| value.is_safe()) {
            Some(safe) => out.write_str(safe)?,
            None => out.write_str(&escape::html(&text_of(value)))?,
        }
        Ok(())
    });
    let own = Arc::clone(hosts);
    env.add_filter("md", move |text: &Value| done(markdown::to_html_inline(&text_of(text), &own)));
    let own = Arc::clone(hosts);
    env.add_filter("body", move |text: &Value| done(markdown::to_html(&text_of(text), &own)));
    env
}

/// The engine of Markdown pages.
fn plain(hosts: &Arc<Vec<String>>, place: &Place) -> Environment<'static> {
    let mut env = environment();
    env.set_auto_escape_callback(|_| AutoEscape::Custom("markdown".into()));
    env.set_formatter(|out, _, value| {
        if value.is_undefined() {
            return Err(Error::new(ErrorKind::UndefinedError, "the expression has no value"));
        }
        match value.as_str().filter(|_| value.is_safe()) {
            Some(safe) => out.write_str(safe)?,
            None => out.write_str(&escape::markdown(&text_of(value)))?,
        }
        Ok(())
    });
    let own = Arc::clone(hosts);
    // A bar would end the cell of a table; code spans see to it themselves.
    env.add_filter("md", move |text: &Value| done(markdown::to_markdown_inline(&text_of(text), &own)));
    let own = Arc::clone(hosts);
    env.add_filter("body", move |text: &Value| done(markdown::to_markdown(&text_of(text), 0, &own)));
    env.add_filter("span", |text: &Value| done(escape::code_span(&text_of(text))));
    env.add_filter("fence", |text: &Value, lang: &Value| done(escape::fence(&text_of(text), &text_of(lang))));
    let own = Arc::clone(hosts);
    env.add_filter("address", move |url: &Value| {
        let url = text_of(url);
        // A parenthesis would end the link.
        let safe = markdown::is_allowed(&url, &own);
        done(if safe { url.replace('(', "%28").replace(')', "%29") } else { String::new() })
    });
    let place = Arc::clone(place);
    env.add_filter("to", move |path: &Value| {
        let (root, form) = *place.lock().unwrap_or_else(PoisonError::into_inner);
        done(address(&text_of(path), root, form))
    });
    env
}

/// At most one empty line in a row outside code, none at the ends.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut empty, mut fence) = (true, 0);
    for line in text.lines() {
        let ticks = line.trim_start().bytes().take_while(|b| *b == b'`').count();
        if fence > 0 {
            if ticks >= fence && line.trim().len() == ticks {
                fence = 0;
            }
        } else if ticks >= 3 && !line.trim_start().get(ticks..).unwrap_or_default().contains('`') {
            fence = ticks;
        } else if line.trim().is_empty() {
            if !empty {
                out.push('\n');
            }
            empty = true;
            continue;
        }
        out.push_str(if fence > 0 { line } else { line.trim_end() });
        out.push('\n');
        empty = false;
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}
