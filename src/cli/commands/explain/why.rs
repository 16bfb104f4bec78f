//! `explain ID --why FILE` and `kb why ID FILE…`: why a rule or cause did or did not come out.

use crate::cli::args::Format;
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit};
use crate::eval::Engine;
use crate::evidence::RawInput;
use crate::model::Day;
use crate::pipeline::{self, Asked, Error};
use crate::report::view::why;
use crate::report::{markdown, why_markdown};

/// What is asked.
pub(crate) struct Question<'a> {
    /// A rule or a cause.
    pub id: &'a str,
    /// The evidence.
    pub inputs: &'a [RawInput],
    /// Facts set on top.
    pub sets: &'a [(String, String)],
    /// The day to answer for.
    pub as_of: Option<Day>,
    /// How it is printed.
    pub format: Format,
    /// Columns of human text.
    pub width: usize,
}

/// Prints why a rule or cause did or did not come out for some evidence.
///
/// # Errors
/// When there is no such rule or cause, the evidence cannot be read, or stdout cannot be written.
pub(crate) fn run(engine: &Engine, question: &Question<'_>) -> Result<u8, Failure> {
    let id = question.id;
    let mut numbers = Vec::new();
    let mut whole = false;
    for file in engine.kb().rules() {
        let file = file?;
        whole |= file.rule.id == id;
        if file.rule.id == id || file.rule.causes.iter().any(|cause| cause.id == id) {
            numbers.extend(engine.kb().rule_number(&file.rule.id));
        }
    }
    if numbers.is_empty() {
        return Err(super::unknown(engine.kb(), id));
    }
    let asked =
        Asked { inputs: question.inputs, sets: question.sets, as_of: question.as_of, today: base::today(), top: 100 };
    let done = match pipeline::diagnose(engine, &asked) {
        Ok(done) => done,
        Err(Error::Kb(error)) => return Err(error.into()),
        Err(Error::Evidence(errors)) => {
            let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
            let failure = Failure::new(exit::EVIDENCE, told.join("; "));
            return Err(match errors.into_iter().find_map(|error| error.help) {
                Some(help) => failure.hint(help),
                None => failure,
            });
        }
    };
    let mut rules = Vec::new();
    for number in numbers {
        rules.extend(engine.why(&done.evidence, &done.diagnosis, number, (!whole).then_some(id))?);
    }
    let document = why(engine.kb(), &done.evidence, &done.diagnosis, id, &rules)?;
    let page = why_markdown(&document);
    let text = match question.format {
        Format::Json => output::json(&document)?,
        Format::Quiet => {
            let considered = document.rules.iter().any(|rule| rule.considered);
            format!("{}\n", if considered { "considered" } else { "not considered" })
        }
        Format::Markdown | Format::Agent => page,
        _ => format!("{}\n", markdown::to_terminal(&page, question.width, 0, output::colour()).trim_end()),
    };
    output::print(&text)?;
    Ok(exit::OK)
}
