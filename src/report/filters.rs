//! The template engine, set up for one place the report is read.
//!
//! What a template prints without a filter is escaped for that place; a forgotten filter can make a
//! report ugly, not dangerous.

use std::sync::Arc;

use minijinja::value::Kwargs;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value, filters as builtin};

use super::style::Style;
use super::surroundings::{Sink, Surroundings};
use super::{escape, excerpt, markdown, numbers, pick, words, wrap};

/// Marks a text that has been escaped, so that it is printed as it is.
fn done(text: String) -> Value {
    Value::from_safe_string(text)
}

/// Sections that few reports have; they are parsed only when a template includes them.
const PARTS: [(&str, &str); 7] = [
    ("human_account.j2", include_str!("templates/human_account.j2")),
    ("human_notes.j2", include_str!("templates/human_notes.j2")),
    ("human_nothing.j2", include_str!("templates/human_nothing.j2")),
    ("markdown_nothing.j2", include_str!("templates/markdown_nothing.j2")),
    ("human_supply.j2", include_str!("templates/human_supply.j2")),
    ("human_follow_up.j2", include_str!("templates/human_follow_up.j2")),
    ("human_support.j2", include_str!("templates/human_support.j2")),
];

/// An engine for built-in templates: the report's own filters and the few general ones they use.
pub(super) fn environment(around: &Arc<Surroundings>) -> Environment<'static> {
    let mut env = Environment::empty();
    env.add_filter("length", builtin::length);
    env.add_filter("items", builtin::items);
    env.add_filter("join", builtin::join);
    env.add_filter("first", builtin::first);
    env.add_filter("safe", builtin::safe);
    env.add_filter("slice_to", pick::slice_to);
    env.add_filter("slice_from", pick::slice_from);
    env.set_loader(|name| Ok(PARTS.iter().find(|(part, _)| *part == name).map(|(_, source)| (*source).to_owned())));
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
    env.add_filter("shortened", |text: &Value| pick::shortened(&numbers::text_of(text)));
    env.add_filter("shell", |text: &Value| escape::shell(&numbers::text_of(text)));
    env.add_filter("label", |id: &Value| words::label(&numbers::text_of(id)).to_owned());
    env.add_filter("service", |id: &Value| words::service(&numbers::text_of(id)));
    env.add_filter("pct", |share: f64| done(numbers::percent(share)));
    env.add_filter("total", pick::total);
    env.add_filter("unit", pick::unit);
    env.add_filter("dated", pick::dated);
    env.add_filter("terms", pick::terms);
    env.add_filter("yes_no", pick::yes_no);
    env.add_filter("titled", pick::titled);
    env.add_filter("capital", |text: &Value| pick::capital(&numbers::text_of(text)));
    env.add_filter("hundredths", |share: f64| (share.clamp(0.0, 1.0) * 100.0).round());
    env.add_filter("lead", |text: &Value| pick::lead(&numbers::text_of(text)).to_owned());
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
        Ok::<_, Error>(done(wrap(text.trim(), width, &" ".repeat(indent), &" ".repeat(indent + hang))))
    });
    let own = Arc::clone(around);
    // For `{% filter para(2) %}` blocks: what stands in the template over several lines is one
    // paragraph, and ends its line.
    env.add_filter("para", move |text: &Value, indent: usize, hang: Option<usize>| {
        let text = own.data(text);
        let mut text = wrap::flow(&text, own.width, &" ".repeat(indent), &" ".repeat(indent + hang.unwrap_or(0)));
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
        let text = finding.get_attr("excerpt")?;
        let text = numbers::text_of(&text);
        let position = |name: &str| finding.get_attr(name).map(|value| value.as_usize().unwrap_or(0));
        let gutter = Style::Dim.paint(&gutter, own.colour);
        Ok::<_, Error>(done(excerpt::carets(
            &text,
            position("start")?,
            position("end")?,
            own.width,
            &gutter,
            own.colour,
        )))
    });
    let own = Arc::clone(around);
    env.add_filter("marked", move |finding: &Value| {
        let text = finding.get_attr("excerpt")?;
        let text = numbers::text_of(&text);
        let position = |name: &str| finding.get_attr(name).map(|value| value.as_usize().unwrap_or(0));
        let (start, end) = (position("start")?, position("end")?);
        let part = |from: usize, to: usize| {
            let part: String = text.chars().skip(from).take(to.saturating_sub(from)).collect();
            own.data(&Value::from(escape::line(&part).into_owned())).into_owned()
        };
        Ok::<_, Error>(done(format!("{}<mark>{}</mark>{}", part(0, start), part(start, end), part(end, usize::MAX))))
    });
    let own = Arc::clone(around);
    env.add_filter("aside", move |text: &Value| done(Style::Dim.paint(&format!("({})", own.data(text)), own.colour)));
    let own = Arc::clone(around);
    // Markdown for a record: one line, blocks run together.
    env.add_filter("flat", move |text: &Value| {
        let text = numbers::text_of(text);
        let text = markdown::to_terminal(&text, usize::MAX / 2, 0, false);
        let text = text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        done(match own.sink {
            Sink::Terminal => text,
            Sink::Markdown => escape::markdown(&text),
            Sink::Html => escape::html(&text),
        })
    });
    let own = Arc::clone(around);
    env.add_filter("address", move |url: &Value| {
        done(Style::Link.paint(&escape::line(&numbers::text_of(url)), own.colour))
    });
    let own = Arc::clone(around);
    env.add_filter("row", move |cause: &Value, cells: usize| {
        let title = own.inline(&cause.get_attr("title")?);
        let rank = cause.get_attr("rank")?;
        let rank = numbers::text_of(&rank);
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
