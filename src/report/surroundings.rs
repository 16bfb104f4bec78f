//! Where a report is read, and how its pieces look there.

use std::borrow::Cow;
use std::collections::BTreeMap;

use minijinja::value::ValueKind;
use minijinja::{Error, Value};

use super::style::Style;
use super::{escape, markdown, numbers, wrap};
use crate::model::Report;

/// Where a report is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sink {
    /// A terminal, or a program that reads plain text.
    Terminal,
    /// A forum post or issue.
    Markdown,
    /// A web page.
    Html,
}

/// What the filters need to know of their surroundings.
#[derive(Debug)]
pub(super) struct Surroundings {
    pub(super) sink: Sink,
    pub(super) width: usize,
    pub(super) colour: bool,
    pub(super) hosts: Vec<String>,
    /// Number of each source in the report's list.
    pub(super) sources: BTreeMap<String, usize>,
    /// Addresses of the sources, in the order of the list.
    pub(super) urls: Vec<String>,
}

impl Surroundings {
    pub(super) fn new(sink: Sink, report: &Report, width: usize, colour: bool, hosts: &[&str]) -> Self {
        let hosts = if hosts.is_empty() { markdown::DEFAULT_HOSTS } else { hosts };
        let sources = report.sources.iter().enumerate().map(|(i, source)| (source.id.clone(), i + 1)).collect();
        let urls = report.sources.iter().map(|source| source.url.clone()).collect();
        Self { sink, width, colour, hosts: hosts.iter().map(|host| (*host).to_owned()).collect(), sources, urls }
    }

    /// Data, escaped for this place unless a filter has already done so.
    pub(super) fn data<'v>(&self, value: &'v Value) -> Cow<'v, str> {
        let text = numbers::text_of(value);
        if value.is_safe() {
            return text;
        }
        match (self.sink, text) {
            (Sink::Terminal, Cow::Borrowed(text)) => escape::line(text),
            (Sink::Terminal, Cow::Owned(text)) => Cow::Owned(escape::line(&text).into_owned()),
            (Sink::Markdown, text) => Cow::Owned(escape::markdown(&text)),
            (Sink::Html, text) => Cow::Owned(escape::html(&text)),
        }
    }

    /// Rule text on one line.
    pub(super) fn inline(&self, value: &Value) -> String {
        let text = numbers::text_of(value);
        match self.sink {
            Sink::Terminal => markdown::to_terminal_inline(&text, self.colour),
            Sink::Markdown => markdown::to_markdown_inline(&text, &self.hosts),
            Sink::Html => markdown::to_html_inline(&text, &self.hosts),
        }
    }

    /// Rule text in blocks, with the numbers of its sources at its end.
    pub(super) fn body(&self, value: &Value, indent: usize, sources: &[usize]) -> String {
        let mut text = numbers::text_of(value).into_owned();
        // After a code block there is no line to put them on.
        let cite = !sources.is_empty() && !text.trim_end().ends_with("```");
        match self.sink {
            Sink::Terminal => {
                if cite {
                    text.truncate(text.trim_end().len());
                    text.extend([" \\[", &join(sources.iter().map(usize::to_string)), "\\]"]);
                }
                markdown::to_terminal(&text, self.width, indent, self.colour)
            }
            Sink::Markdown => {
                let mut out = markdown::to_markdown(&text, indent, &self.hosts);
                if cite {
                    out.push(' ');
                    out.push_str(&self.citation(sources));
                }
                out
            }
            Sink::Html => markdown::to_html(&text, &self.hosts),
        }
    }

    /// A name or value of the evidence, set apart from prose.
    pub(super) fn code(&self, value: &Value) -> String {
        let text = numbers::text_of(value);
        match self.sink {
            Sink::Terminal => Style::Code.paint(&escape::line(&text), self.colour),
            Sink::Markdown => escape::code_span(&text),
            Sink::Html if text.is_empty() => String::new(),
            Sink::Html => format!("<code>{}</code>", escape::html(&escape::line(&text))),
        }
    }

    /// Facts with their values, grouped by where they came from: `a = 1, b = 2; error.txt:3`.
    pub(super) fn facts(&self, facts: &Value) -> Result<String, Error> {
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        for fact in facts.try_iter()? {
            let field = |name: &str| fact.get_attr(name);
            // A value should stay next to its name; in a post the text may be copied, so blanks stay blanks.
            let equals = if self.sink == Sink::Markdown { " = " } else { "\u{a0}=\u{a0}" };
            let line = format!("{}{equals}{}", numbers::text_of(&field("id")?), numbers::text_of(&field("value")?));
            // Small print in a terminal is dim as a whole; elsewhere names are set as code.
            let line = if self.sink == Sink::Terminal {
                escape::line(&line).into_owned()
            } else {
                self.code(&Value::from(line))
            };
            let from = numbers::text_of(&field("from")?).into_owned();
            match groups.last_mut() {
                Some((last, lines)) if *last == from => lines.push(line),
                _ => groups.push((from, vec![line])),
            }
        }
        let from = |from: String| self.data(&Value::from(from)).into_owned();
        Ok(groups
            .into_iter()
            .map(|(place, lines)| format!("{}; {}", lines.join(", "), from(place)))
            .collect::<Vec<_>>()
            .join("; "))
    }

    /// The numbers of sources, given one id or a list of them.
    pub(super) fn numbers(&self, ids: &Value) -> Result<Vec<usize>, Error> {
        let one = (ids.kind() == ValueKind::String).then(|| ids.clone());
        let many = if one.is_some() { Vec::new() } else { ids.try_iter()?.collect() };
        let mut found: Vec<usize> =
            one.into_iter().chain(many).filter_map(|id| self.sources.get(id.as_str()?).copied()).collect();
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Numbers of sources as this place shows them: `[1, 3]`, with links where there can be any.
    pub(super) fn citation(&self, sources: &[usize]) -> String {
        if sources.is_empty() {
            return String::new();
        }
        let url = |n: usize| {
            n.checked_sub(1).and_then(|i| self.urls.get(i)).filter(|url| markdown::is_allowed(url, &self.hosts))
        };
        match self.sink {
            Sink::Terminal => {
                let text = format!("[{}]", join(sources.iter().map(usize::to_string)));
                Style::Dim.paint(&text.replace(' ', "\u{a0}"), self.colour)
            }
            Sink::Markdown => join(
                sources
                    .iter()
                    .map(|n| url(*n).map_or_else(|| format!("\\[{n}\\]"), |url| format!("[\\[{n}\\]](<{url}>)"))),
            ),
            Sink::Html => {
                let links = join(sources.iter().map(|n| format!("<a href=\"#source-{n}\">{n}</a>")));
                format!("<span class=\"cite\">[{links}]</span>")
            }
        }
    }

    /// What speaks for or against something, in one cell of a table.
    pub(super) fn reasons(&self, items: &Value, most: usize) -> Result<String, Error> {
        let mut cells = Vec::new();
        for item in items.try_iter()?.take(most) {
            let because = self.inline(&item.get_attr("because")?);
            let facts = self.facts(&item.get_attr("facts")?)?;
            cells.push(if facts.is_empty() { because } else { format!("{because} ({facts})") });
        }
        Ok(cells.join("; "))
    }

    /// A candidate with its share: rank, bar, percentage and title in columns.
    pub(super) fn row(&self, rank: &str, share: f64, title: &str, cells: usize) -> String {
        let cells = cells.min(200);
        let bar = numbers::bar(share, cells);
        let (filled, empty) = bar.split_at(bar.find('·').unwrap_or(bar.len()));
        let bar = Style::Good.paint(filled, self.colour) + &Style::Dim.paint(empty, self.colour);
        let first = format!("  {rank:>3} {bar} {:>5}  ", numbers::percent(share).replace('\u{a0}', " "));
        let rest = " ".repeat(wrap::width_of(&first));
        wrap(title, self.width, &first, &rest)
    }

    /// A title that links to `url` where links to it are allowed.
    pub(super) fn link(&self, title: &Value, url: &str) -> String {
        let text = self.inline(title);
        let allowed = markdown::is_allowed(url, &self.hosts);
        match self.sink {
            Sink::Terminal => format!("{text} ({})", Style::Link.paint(&escape::line(url), self.colour)),
            Sink::Markdown if allowed => format!("[{text}](<{url}>)"),
            Sink::Markdown => format!("{text} {}", escape::code_span(url)),
            Sink::Html if allowed => {
                format!("<a href=\"{}\" rel=\"noopener noreferrer\">{text}</a>", escape::html(url))
            }
            Sink::Html => format!("{text} <code>{}</code>", escape::html(&escape::line(url))),
        }
    }
}

/// `1, 3`.
fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}
