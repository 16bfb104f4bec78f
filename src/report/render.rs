//! One report, six formats.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use minijinja::value::Serde;
use minijinja::{Environment, Error, ErrorKind, Value, context};

use super::filters;
use super::surroundings::{Sink, Surroundings};
use super::{escape, page};
use crate::model::Report;

/// Text wider than this is hard to read, however wide the terminal is.
const MEASURE: usize = 92;
/// Instructions a user's template may take.
const CUSTOM_FUEL: u64 = 10_000_000;
/// Longest tag of a user's template, in bytes. The engine descends once for each operator in a
/// chain; a tag of a few thousand operators would exhaust the stack.
const CUSTOM_TAG: usize = 2_000;
/// Longest output of a user's template, in bytes.
const CUSTOM_CAP: usize = 4 * 1024 * 1024;

/// A form of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// For a person at a terminal.
    Human,
    /// Tab-separated lines for programs that read text.
    Agent,
    /// The whole document.
    Json,
    /// The id of the first cause, or the verdict when there is none.
    Quiet,
    /// For a forum post or an issue.
    Markdown,
    /// One self-contained page.
    Html,
}

impl Format {
    /// All formats, in the order of the manual.
    pub const ALL: [Self; 6] = [Self::Human, Self::Agent, Self::Json, Self::Quiet, Self::Markdown, Self::Html];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Agent => "agent",
            Self::Json => "json",
            Self::Quiet => "quiet",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a format; formats are human, agent, json, quiet, markdown, html")]
pub struct UnknownFormat(String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|format| format.name() == name)
            .ok_or_else(|| UnknownFormat(escape::line(name).chars().take(40).collect()))
    }
}

/// How a report is to be rendered.
#[derive(Clone, Copy, Debug)]
pub struct RenderOptions<'a> {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether the terminal shows colours.
    pub colour: bool,
    /// Causes to show.
    pub top: usize,
    /// Redacted texts to fold into Markdown and HTML: source and text.
    pub evidence: &'a [(String, String)],
    /// Hosts that links may lead to; [`DEFAULT_HOSTS`](super::markdown::DEFAULT_HOSTS) when empty.
    pub hosts: &'a [&'a str],
    /// HTML: only what stands inside the page, with the answers to questions as buttons.
    pub fragment: bool,
}

impl Default for RenderOptions<'_> {
    fn default() -> Self {
        Self { width: 80, colour: false, top: 3, evidence: &[], hosts: &[], fragment: false }
    }
}

/// Why a report cannot be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// A template is wrong: a user's, or, which tests exclude, one of ours.
    #[error("{name}:{line}: {message}")]
    Template {
        /// Name of the template.
        name: String,
        /// Line in it, counted from 1.
        line: usize,
        /// What is wrong, in one sentence.
        message: String,
    },
    /// The document cannot be written as JSON.
    #[error("the report cannot be written as JSON: {0}")]
    Json(String),
}

/// Renders a report. The text ends with a line break.
///
/// # Errors
/// Only when a built-in template is wrong or the document holds a number JSON cannot hold; both are
/// excluded by tests.
pub fn render(report: &Report, format: Format, options: &RenderOptions<'_>) -> Result<String, RenderError> {
    match format {
        Format::Json => json(report),
        Format::Quiet => Ok(format!("{}\n", quiet(report))),
        Format::Human => template("human.j2", include_str!("templates/human.j2"), Sink::Terminal, report, options)
            .map(|text| tidy(&text, false)),
        Format::Agent => {
            // A line is a record here; wrapping it would make two.
            let options = RenderOptions { width: usize::MAX / 2, colour: false, ..*options };
            template("agent.j2", include_str!("templates/agent.j2"), Sink::Terminal, report, &options)
                .map(|text| tidy(&text, false).replace('\u{a0}', " "))
        }
        Format::Markdown => {
            template("markdown.j2", include_str!("templates/markdown.j2"), Sink::Markdown, report, options)
                .map(|text| tidy(&text, true))
        }
        Format::Html => {
            template("html.j2", include_str!("templates/html.j2"), Sink::Html, report, options).map(|text| text + "\n")
        }
    }
}

/// Renders a report with a user's template.
///
/// The document is in scope as `report`, and each of its fields under its own name. Names ending in
/// `.html` or `.md` (optionally followed by `.j2`) choose how values are escaped; others are taken
/// for plain text. Undefined names are errors, there is no loader, and optional fields of the
/// document are always present, empty when they have no value.
///
/// # Errors
/// A template that cannot be parsed, uses what does not exist, runs too long or prints more than
/// 4 MiB; with the line of the template.
pub fn render_custom(report: &Report, template_text: &str, name: &str) -> Result<String, RenderError> {
    let stem = name.strip_suffix(".j2").unwrap_or(name);
    let sink = match stem.rsplit('.').next() {
        Some("html" | "htm") => Sink::Html,
        Some("md" | "markdown") => Sink::Markdown,
        _ => Sink::Terminal,
    };
    check_tags(template_text, name)?;
    let around = Arc::new(Surroundings::new(sink, report, MEASURE, false, &[]));
    let mut env = filters::custom_environment(&around);
    env.set_fuel(Some(CUSTOM_FUEL));
    let document = complete(report)?;
    let scope = context! { report => document.clone(), ..document };
    let mut out = Capped(Vec::new());
    let template = env.template_from_named_str(name, template_text).map_err(|error| explain(&error, name))?;
    template.render_captured_to(scope, &mut out).map_err(|error| explain(&error, name))?;
    String::from_utf8(out.0).map_err(|error| RenderError::Template {
        name: name.to_owned(),
        line: 1,
        message: error.to_string(),
    })
}

fn json(report: &Report) -> Result<String, RenderError> {
    let mut text = serde_json::to_string_pretty(report).map_err(|error| RenderError::Json(error.to_string()))?;
    text.push('\n');
    Ok(escape::json(text))
}

fn quiet(report: &Report) -> String {
    if let Some(cause) = report.causes.first() {
        return escape::line(&cause.id).into_owned();
    }
    serde_json::to_value(report.verdict)
        .ok()
        .and_then(|verdict| verdict.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn template(
    name: &str,
    source: &str,
    sink: Sink,
    report: &Report,
    options: &RenderOptions<'_>,
) -> Result<String, RenderError> {
    let width = if options.width > usize::MAX / 4 { options.width } else { options.width.clamp(40, MEASURE) };
    let around = Arc::new(Surroundings::new(sink, report, width, options.colour, options.hosts));
    let env: Environment<'_> = filters::environment(&around);
    let page = matches!(sink, Sink::Html);
    let scope = context! {
        style => if page { page::STYLE } else { "" },
        policy => if page { page::policy() } else { String::new() },
        report => Value::from(Serde(report)),
        width,
        top => options.top.max(1),
        evidence => Value::from(Serde(options.evidence)),
        fragment => options.fragment,
    };
    let explain = |error: Error| explain(&error, name);
    env.template_from_named_str(name, source).map_err(explain)?.render(scope).map_err(explain)
}

/// The document with its optional fields written out, so that strict templates can ask for them.
fn complete(report: &Report) -> Result<Value, RenderError> {
    use serde_json::{Map, Value as Json};
    fn fill(list: Option<&mut Json>, names: &[(&str, Json)]) {
        for item in list.and_then(Json::as_array_mut).into_iter().flatten().filter_map(Json::as_object_mut) {
            fill_one(item, names);
        }
    }
    fn fill_one(item: &mut Map<String, Json>, names: &[(&str, Json)]) {
        for (name, empty) in names {
            item.entry(*name).or_insert_with(|| empty.clone());
        }
    }
    let mut document = serde_json::to_value(report).map_err(|error| RenderError::Json(error.to_string()))?;
    if let Some(fields) = document.as_object_mut() {
        fill_one(fields, &[("service", Json::Null), ("nothing_matched", Json::Null)]);
        fill(fields.get_mut("causes"), &[("service", Json::Null)]);
        fill(fields.get_mut("plan"), &[("snippet", Json::Null), ("lang", Json::Null)]);
        fill(fields.get_mut("facts_used"), &[("disagrees", Json::Array(Vec::new()))]);
    }
    Ok(Value::from(Serde(document)))
}

/// Refuses tags that are too long for the engine's stack.
fn check_tags(text: &str, name: &str) -> Result<(), RenderError> {
    for opening in ["{{", "{%"] {
        for (at, _) in text.match_indices(opening) {
            let rest = text.get(at..).unwrap_or_default();
            let closing = if opening == "{{" { "}}" } else { "%}" };
            if rest.find(closing).unwrap_or(rest.len()) > CUSTOM_TAG {
                let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
                let message = format!("a tag is longer than {CUSTOM_TAG} bytes");
                return Err(RenderError::Template { name: name.to_owned(), line, message });
            }
        }
    }
    Ok(())
}

fn explain(error: &Error, name: &str) -> RenderError {
    let message = match error.kind() {
        ErrorKind::OutOfFuel => format!("the template takes more than {CUSTOM_FUEL} instructions"),
        ErrorKind::WriteFailure => format!("the output is longer than {} MiB", CUSTOM_CAP / (1024 * 1024)),
        kind => error.detail().map_or_else(|| kind.to_string(), |detail| format!("{kind}: {detail}")),
    };
    RenderError::Template {
        name: name.to_owned(),
        line: error.line().unwrap_or(1),
        message: escape::line(&message).into_owned(),
    }
}

/// Blanks at line ends and more than one empty line in a row are artefacts of templates, except
/// inside fenced code, where there is such a thing.
fn tidy(text: &str, fences: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = true;
    let mut fence = 0;
    for line in text.lines() {
        let ticks = line.trim_start().bytes().take_while(|b| *b == b'`').count();
        if fence > 0 {
            if ticks >= fence && line.trim().len() == ticks {
                fence = 0;
            }
            out.push_str(line);
            out.push('\n');
            empty = false;
            continue;
        }
        if fences && ticks >= 3 && !line.trim_start().get(ticks..).unwrap_or_default().contains('`') {
            fence = ticks;
        }
        let line = line.trim_end();
        if line.is_empty() {
            if !empty {
                out.push('\n');
            }
            empty = true;
        } else {
            out.push_str(line);
            out.push('\n');
            empty = false;
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// A buffer that refuses to grow past the cap.
struct Capped(Vec<u8>);

impl std::io::Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > CUSTOM_CAP {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
