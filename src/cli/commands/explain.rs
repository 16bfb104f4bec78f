//! `explain ID`.

mod desk;
mod entries;
pub(crate) mod why;

use crate::cli::args::{Explain, Format};
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit, inputs};
use crate::diag::{Code, suggest};
use crate::evidence::Hint;
use crate::kb::{KbError, KnowledgeBase};
use crate::model::Day;
use crate::report::markdown;

/// Explains a rule, cause, step, fact, source or diagnostic code.
///
/// # Errors
/// When there is no such id, the knowledge base is broken, or stdout cannot be written.
pub(crate) fn run(arguments: &Explain) -> Result<u8, Failure> {
    let format = output::plain_format(arguments.format, &[Format::Markdown])?;
    let engine = base::engine(&arguments.rules)?;
    let day = arguments.as_of.unwrap_or_else(base::today);
    base::check_day(engine.kb(), day)?;
    if let Some(file) = &arguments.why {
        let question = why::Question {
            id: &arguments.id,
            inputs: &[inputs::file(file, Hint::Auto)?],
            sets: &[],
            as_of: arguments.as_of,
            format,
            width: output::width(arguments.width),
        };
        return why::run(&engine, &question);
    }
    let Some((kind, page)) = page(engine.kb(), &arguments.id, day)? else {
        return Err(unknown(engine.kb(), &arguments.id));
    };
    let page = format!("{}\n", page.trim_end());
    let text = match format {
        Format::Json => {
            output::json(&serde_json::json!({"id": arguments.id, "kind": kind, "as_of": day, "markdown": page}))?
        }
        Format::Markdown | Format::Agent => page,
        Format::Quiet => format!("{kind}\n"),
        _ => {
            let width = output::width(arguments.width);
            format!("{}\n", markdown::to_terminal(&page, width, 0, output::colour()).trim_end())
        }
    };
    output::print(&text)?;
    Ok(exit::OK)
}

/// What kind of thing an id is, and its page as Markdown.
fn page(kb: &KnowledgeBase, id: &str, day: Day) -> Result<Option<(&'static str, String)>, KbError> {
    if let Some(entry) = Code::from_name(id).and_then(Code::entry) {
        return Ok(Some(("diagnostic", entries::code(id, entry))));
    }
    let desk = desk::Desk::new(kb, day);
    if let Some(file) = kb.rule(id)? {
        return Ok(Some(("rule", desk.rule(file)?)));
    }
    if let Some(page) = desk.causes(id)? {
        return Ok(Some(("cause", page)));
    }
    if let Some(step) = kb.step(id)? {
        return Ok(Some(("step", desk.step(step)?)));
    }
    if let Some(fact) = kb.fact(id)? {
        return Ok(Some(("fact", entries::fact(kb, fact)?)));
    }
    if let Some(source) = kb.source(id)? {
        return Ok(Some(("source", entries::source(kb, source)?)));
    }
    if let Some(fact) = kb.vocabulary(id)? {
        return Ok(Some(("account-fact", entries::vocabulary(kb, fact)?)));
    }
    Ok(None)
}

/// No such id: the nearest ones of all kinds.
fn unknown(kb: &KnowledgeBase, id: &str) -> Failure {
    let failure = Failure::new(exit::USAGE, format!("there is nothing called `{id}`"));
    let causes: Vec<String> =
        kb.rules().flatten().flat_map(|file| file.rule.causes.iter().map(|cause| cause.id.clone())).collect();
    let mut names: Vec<&str> = kb.all_ids().chain(causes.iter().map(String::as_str)).collect();
    names.sort_unstable();
    names.dedup();
    match suggest(id, names) {
        Some(nearest) => failure.hint(format!("did you mean `{nearest}`?")),
        None => failure.hint("ids of causes and rules stand in every report; `hf-doctor facts` lists platform facts"),
    }
}
