//! The template engine, set up for one place the report is read.
//!
//! What a template prints without a filter is escaped for that place; a forgotten filter can make a
//! report ugly, not dangerous.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::value::{Kwargs, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value, filters as builtin};

use super::style::Style;
use super::{escape, excerpt, markdown, numbers, words, wrap};
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
    fn data(&self, value: &Value) -> String {
        let text = numbers::text_of(value);
        if value.is_safe() {
            return text;
        }
        match self.sink {
            Sink::Terminal => escape::line(&text).into_owned(),
            Sink::Markdown => escape::markdown(&text),
            Sink::Html => escape::html(&text),
        }
    }

    /// Rule text on one line.
    fn inline(&self, value: &Value) -> String {
        let text = numbers::text_of(value);
        match self.sink {
            Sink::Terminal => markdown::to_terminal_inline(&text, self.colour),
            Sink::Markdown => markdown::to_markdown_inline(&text, &self.hosts),
            Sink::Html => markdown::to_html_inline(&text, &self.hosts),
        }
    }

    /// Rule text in blocks, with the numbers of its sources at its end.
    fn body(&self, value: &Value, indent: usize, sources: &[usize]) -> String {
        let mut text = numbers::text_of(value);
        // After a code block there is no line to put them on.
        let cite = !sources.is_empty() && !text.trim_end().ends_with("```");
        match self.sink {
            Sink::Terminal => {
                if cite {
                    text.truncate(text.trim_end().len());
                    text.push_str(&format!(" \\[{}\\]", join(sources.iter().map(usize::to_string))));
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
    fn code(&self, value: &Value) -> String {
        let text = numbers::text_of(value);
        match self.sink {
            Sink::Terminal => Style::Code.paint(&escape::line(&text), self.colour),
            Sink::Markdown => escape::code_span(&text),
            Sink::Html if text.is_empty() => text,
            Sink::Html => format!("<code>{}</code>", escape::html(&escape::line(&text))),
        }
    }

    /// Facts with their values, grouped by where they came from: `a = 1, b = 2; error.txt:3`.
    fn facts(&self, facts: &Value) -> Result<String, Error> {
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        for fact in facts.try_iter()? {
            let field = |name: &str| fact.get_attr(name);
            // In a terminal a value should stay next to its name.
            let equals = if self.sink == Sink::Terminal { "\u{a0}=\u{a0}" } else { " = " };
            let line = format!("{}{equals}{}", numbers::text_of(&field("id")?), numbers::text_of(&field("value")?));
            let line = self.code(&Value::from(line));
            let from = numbers::text_of(&field("from")?);
            match groups.last_mut() {
                Some((last, lines)) if *last == from => lines.push(line),
                _ => groups.push((from, vec![line])),
            }
        }
        let from = |from: String| self.data(&Value::from(from));
        Ok(groups.into_iter().map(|(place, lines)| format!("{}; {}", lines.join(", "), from(place))).collect::<Vec<_>>().join("; "))
    }

    /// The numbers of sources, given one id or a list of them.
    fn numbers(&self, ids: &Value) -> Result<Vec<usize>, Error> {
        let one = (ids.kind() == ValueKind::String).then(|| ids.clone());
        let many = if one.is_some() { Vec::new() } else { ids.try_iter()?.collect() };
        let mut found: Vec<usize> = one.into_iter().chain(many).filter_map(|id| self.sources.get(id.as_str()?).copied()).collect();
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Numbers of sources as this place shows them: `[1, 3]`, with links where there can be any.
    fn citation(&self, sources: &[usize]) -> String {
        if sources.is_empty() {
            return String::new();
        }
        let url = |n: usize| n.checked_sub(1).and_then(|i| self.urls.get(i)).filter(|url| markdown::is_allowed(url, &self.hosts));
        match self.sink {
            Sink::Terminal => {
                let text = format!("[{}]", join(sources.iter().map(usize::to_string)));
                Style::Dim.paint(&text.replace(' ', "\u{a0}"), self.colour)
            }
            Sink::Markdown => join(sources.iter().map(|n| url(*n).map_or_else(|| format!("\\[{n}\\]"), |url| format!("[\\[{n}\\]](<{url}>)")))),
            Sink::Html => {
                let links = join(sources.iter().map(|n| format!("<a href=\"#source-{n}\">{n}</a>")));
                format!("<span class=\"cite\">[{links}]</span>")
            }
        }
    }

    /// What speaks for or against something, in one cell of a table.
    fn reasons(&self, items: &Value, most: usize) -> Result<String, Error> {
        let mut cells = Vec::new();
        for item in items.try_iter()?.take(most) {
            let because = self.inline(&item.get_attr("because")?);
            let facts = self.facts(&item.get_attr("facts")?)?;
            cells.push(if facts.is_empty() { because } else { format!("{because} ({facts})") });
        }
        Ok(cells.join("; "))
    }

    /// A candidate with its share: rank, bar, percentage and title in columns.
    fn row(&self, rank: &str, share: f64, title: &str, cells: usize) -> String {
        let cells = cells.min(200);
        let bar = Style::Good.paint(&numbers::bar(share, cells), self.colour);
        let first = format!("  {rank:>3} {bar} {:>5}  ", numbers::percent(share).replace('\u{a0}', " "));
        let rest = " ".repeat(wrap::width_of(&first));
        wrap::wrap(title, self.width, &first, &rest)
    }

    /// A title that links to `url` where links to it are allowed.
    fn link(&self, title: &Value, url: &str) -> String {
        let text = self.inline(title);
        let allowed = markdown::is_allowed(url, &self.hosts);
        match self.sink {
            Sink::Terminal => format!("{text} ({})", Style::Link.paint(&escape::line(url), self.colour)),
            Sink::Markdown if allowed => format!("[{text}](<{url}>)"),
            Sink::Markdown => format!("{text} {}", escape::code_span(url)),
            Sink::Html if allowed => format!("<a href=\"{}\" rel=\"noopener noreferrer\">{text}</a>", escape::html(url)),
            Sink::Html => format!("{text} <code>{}</code>", escape::html(&escape::line(url))),
        }
    }
}

/// Marks a text that has been escaped, so that it is printed as it is.
fn done(text: String) -> Value {
    Value::from_safe_string(text)
}

/// An engine for built-in templates: the report's own filters and the few general ones they use.
pub(super) fn environment(around: &Arc<Surroundings>) -> Environment<'static> {
    let mut env = Environment::empty();
    env.add_filter("length", builtin::length);
    env.add_filter("items", builtin::items);
    env.add_filter("join", builtin::join);
    env.add_filter("first", builtin::first);
    env.add_filter("safe", builtin::safe);
    env.add_filter("slice_to", slice_to);
    env.add_filter("slice_from", slice_from);
    // Optional fields are absent from the document when empty; asking for them is no mistake.
    env.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    equip(&mut env, around);
    env
}

/// An engine for a template of the user's: everything the engine offers and the report's filters.
pub(super) fn custom_environment(around: &Arc<Surroundings>) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    equip(&mut env, around);
    env
}

/// What both engines share: layout, escaping, filters.
fn equip(env: &mut Environment<'static>, around: &Arc<Surroundings>) {
    env.set_debug(false);
    let escape = match around.sink {
        Sink::Html => AutoEscape::Html,
        Sink::Terminal => AutoEscape::Custom("terminal".into()),
        Sink::Markdown => AutoEscape::Custom("markdown".into()),
    };
    env.set_auto_escape_callback(move |_| escape.clone());
    if let Ok(syntax) = minijinja::syntax::SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        env.set_syntax(syntax);
    }
    let own = Arc::clone(around);
    env.set_formatter(move |out, _, value| {
        // Absent values print nothing, whatever their kind; strictness has refused typing errors before.
        if value.is_undefined() {
            return Err(Error::new(ErrorKind::UndefinedError, "the expression has no value"));
        }
        out.write_str(&own.data(value))?;
        Ok(())
    });
    add_text_filters(env, around);
    add_layout_filters(env, around);
}

fn add_text_filters(env: &mut Environment<'static>, around: &Arc<Surroundings>) {
    let own = Arc::clone(around);
    env.add_filter("md", move |text: &Value| done(own.inline(text)));
    let own = Arc::clone(around);
    env.add_filter("body", move |text: &Value, indent: Option<usize>, sources: Option<Value>| {
        let sources = sources.map_or_else(|| Ok(Vec::new()), |ids| own.numbers(&ids))?;
        Ok::<_, Error>(done(own.body(text, indent.unwrap_or(0), &sources)))
    });
    let own = Arc::clone(around);
    env.add_filter("code", move |text: &Value| done(own.code(text)));
    let own = Arc::clone(around);
    env.add_filter("facts", move |facts: &Value| own.facts(facts).map(done));
    let own = Arc::clone(around);
    env.add_filter("cite", move |ids: &Value| own.numbers(ids).map(|found| done(own.citation(&found))));
    let own = Arc::clone(around);
    env.add_filter("reasons", move |items: &Value, most: usize| own.reasons(items, most).map(done));
    let own = Arc::clone(around);
    env.add_filter("link", move |title: &Value, url: &Value| done(own.link(title, &numbers::text_of(url))));
    env.add_filter("fence", |text: &Value, lang: &Value, indent: Option<usize>| {
        let pad = " ".repeat(indent.unwrap_or(0).min(200));
        let fenced = escape::fence(&numbers::text_of(text), &numbers::text_of(lang));
        done(fenced.lines().map(|line| format!("{pad}{line}")).collect::<Vec<_>>().join("\n"))
    });
    env.add_filter("shortened", |text: &Value| shortened(&numbers::text_of(text)));
    env.add_filter("shell", |text: &Value| escape::shell(&numbers::text_of(text)));
    env.add_filter("label", |id: &Value| words::label(&numbers::text_of(id)).to_owned());
    env.add_filter("service", |id: &Value| words::service(&numbers::text_of(id)));
    env.add_filter("pct", |share: f64| done(numbers::percent(share)));
    env.add_filter("total", total);
    env.add_filter("unit", unit);
    env.add_filter("interval", interval);
    env.add_filter("yes_no", yes_no);
    env.add_filter("capital", |text: &Value| capital(&numbers::text_of(text)));
    env.add_filter("lead", |text: &Value| lead(&numbers::text_of(text)).to_owned());
    env.add_filter("usd", |value: &Value| numbers::filter(value, numbers::usd));
    env.add_filter("duration", |value: &Value| numbers::filter(value, numbers::duration));
    env.add_filter("days", |value: &Value| numbers::filter(value, numbers::days));
}

fn add_layout_filters(env: &mut Environment<'static>, around: &Arc<Surroundings>) {
    env.add_filter("bar", |share: f64, cells: Option<usize>| done(numbers::bar(share, cells.unwrap_or(10).min(200))));
    let own = Arc::clone(around);
    env.add_filter("wrap", move |text: &Value, width: usize, indent: Option<usize>, options: Kwargs| {
        let indent = indent.unwrap_or(0).min(200);
        let hang = options.get::<Option<usize>>("hang")?.unwrap_or(0).min(200);
        options.assert_all_used()?;
        let text = own.data(text);
        Ok::<_, Error>(done(wrap::wrap(text.trim(), width, &" ".repeat(indent), &" ".repeat(indent + hang))))
    });
    let own = Arc::clone(around);
    // For `{% filter para(2) %}` blocks: what stands in the template over several lines is one
    // paragraph, and ends its line.
    env.add_filter("para", move |text: &Value, indent: usize, hang: Option<usize>| {
        let text = own.data(text);
        let text = text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        let mut text = wrap::wrap(&text, own.width, &" ".repeat(indent), &" ".repeat(indent + hang.unwrap_or(0)));
        text.push('\n');
        done(text)
    });
    let own = Arc::clone(around);
    env.add_filter("listing", move |code: &Value, indent: Option<usize>| {
        let code = numbers::text_of(code);
        let code = escape::block(&code);
        let pad = " ".repeat(indent.unwrap_or(0).min(200));
        let lines = code.trim_end().lines().map(|line| format!("{pad}{}", Style::Code.paint(line, own.colour)));
        done(lines.collect::<Vec<_>>().join("\n"))
    });
    let own = Arc::clone(around);
    env.add_filter("carets", move |finding: &Value, gutter: String| {
        let text = numbers::text_of(&finding.get_attr("excerpt")?);
        let position = |name: &str| finding.get_attr(name).map(|value| value.as_usize().unwrap_or(0));
        let gutter = Style::Dim.paint(&gutter, own.colour);
        Ok::<_, Error>(done(excerpt::carets(&text, position("start")?, position("end")?, own.width, &gutter, own.colour)))
    });
    let own = Arc::clone(around);
    env.add_filter("marked", move |finding: &Value| {
        let text = numbers::text_of(&finding.get_attr("excerpt")?);
        let position = |name: &str| finding.get_attr(name).map(|value| value.as_usize().unwrap_or(0));
        let (start, end) = (position("start")?, position("end")?);
        let part = |from: usize, to: usize| {
            let part: String = text.chars().skip(from).take(to.saturating_sub(from)).collect();
            own.data(&Value::from(escape::line(&part).into_owned()))
        };
        Ok::<_, Error>(done(format!("{}<mark>{}</mark>{}", part(0, start), part(start, end), part(end, usize::MAX))))
    });
    let own = Arc::clone(around);
    env.add_filter("aside", move |text: &Value| done(Style::Dim.paint(&format!("({})", own.data(text)), own.colour)));
    let own = Arc::clone(around);
    // Markdown for a record: one line, blocks run together.
    env.add_filter("flat", move |text: &Value| {
        let text = numbers::text_of(text);
        let text = markdown::to_terminal(&text, own.width, 0, false);
        done(text.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
    });
    let own = Arc::clone(around);
    env.add_filter("address", move |url: &Value| done(Style::Link.paint(&escape::line(&numbers::text_of(url)), own.colour)));
    let own = Arc::clone(around);
    env.add_filter("row", move |cause: &Value, cells: usize| {
        let title = own.inline(&cause.get_attr("title")?);
        let rank = numbers::text_of(&cause.get_attr("rank")?);
        let title = if rank == "1" { Style::Bold.paint(&title, own.colour) } else { title };
        let share = f64::try_from(cause.get_attr("share")?).unwrap_or_default();
        Ok::<_, Error>(done(own.row(&format!("{rank}."), share, &title, cells)))
    });
    let own = Arc::clone(around);
    env.add_filter("rest_row", move |share: f64, title: String, cells: usize| {
        done(own.row("", share, &Style::Dim.paint(&escape::line(&title), own.colour), cells))
    });
    for (name, style) in [
        ("verdict", Style::Verdict),
        ("bold", Style::Bold),
        ("dim", Style::Dim),
        ("good", Style::Good),
        ("bad", Style::Bad),
    ] {
        let own = Arc::clone(around);
        env.add_filter(name, move |text: &Value| done(style.paint(&own.data(text), own.colour)));
    }
}

/// At most the first `count` items of a list.
fn slice_to(list: &Value, count: usize) -> Result<Vec<Value>, Error> {
    Ok(list.try_iter()?.take(count).collect())
}

/// A list without its first `count` items.
fn slice_from(list: &Value, count: usize) -> Result<Vec<Value>, Error> {
    Ok(list.try_iter()?.skip(count).collect())
}

/// The sum of the shares of some candidates.
fn total(causes: &Value) -> Result<f64, Error> {
    Ok(causes.try_iter()?.filter_map(|cause| f64::try_from(cause.get_attr("share").ok()?).ok()).sum())
}

/// `1, 3`.
fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

/// A unit to print after a value; `text` and its kin say nothing to a reader.
fn unit(unit: &Value) -> String {
    let unit = numbers::text_of(unit);
    if matches!(unit.as_str(), "text" | "list" | "bool" | "enum" | "date") { String::new() } else { unit }
}

/// The days on which a statement holds, in words.
fn interval(valid: &Value) -> Result<String, Error> {
    let (from, until) = (numbers::text_of(&valid.get_attr("from")?), numbers::text_of(&valid.get_attr("until")?));
    Ok(match (from.is_empty(), until.is_empty()) {
        (true, true) => "documented without a date".to_owned(),
        (false, true) => format!("documented since {from}"),
        (true, false) => format!("documented until {until}"),
        (false, false) => format!("documented from {from} until {until}"),
    })
}

/// `yes` and `no` for truth values, anything else as it is.
fn yes_no(value: &Value) -> Value {
    match (value.kind(), value.is_true()) {
        (ValueKind::Bool, true) => Value::from("yes"),
        (ValueKind::Bool, false) => Value::from("no"),
        _ => value.clone(),
    }
}

/// The text with a capital letter at its beginning.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Most lines and bytes of a text that a forum post quotes.
const POST_LINES: usize = 120;
const POST_BYTES: usize = 12_000;

/// The beginning and the end of a text that is too long for a post; the end says more.
fn shortened(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    if lines.len() <= POST_LINES && text.len() <= POST_BYTES {
        return text.to_owned();
    }
    let cut = |line: &&str| -> String {
        let mut line: String = line.chars().take(401).collect();
        if line.chars().count() > 400 {
            line.truncate(line.char_indices().nth(400).map_or(line.len(), |(at, _)| at));
            line.push('…');
        }
        line
    };
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    let mut room = POST_BYTES;
    // Two lines from the end for each one from the beginning.
    for i in 0..lines.len().min(POST_LINES) {
        let from_head = i % 3 == 0;
        let index = if from_head { head.len() } else { lines.len() - 1 - tail.len() };
        let line = lines.get(index).map(cut).unwrap_or_default();
        if line.len() >= room {
            break;
        }
        room -= line.len() + 1;
        if from_head { head.push(line) } else { tail.push(line) }
    }
    let left_out = lines.len() - head.len() - tail.len();
    if left_out > 0 {
        head.push(format!("… {left_out} lines left out …"));
    }
    tail.reverse();
    head.extend(tail);
    head.join("\n")
}

/// The first paragraph of a text.
fn lead(text: &str) -> &str {
    text.trim().split("\n\n").next().unwrap_or_default()
}
