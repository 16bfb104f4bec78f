//! `diagnose`.

use crate::cli::args::{Diagnose, Format};
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit, inputs};
use crate::evidence::EvidenceError;
use crate::model::ReportVerdict;
use crate::pipeline::{self, Asked, Done, Error};
use crate::report::{self, RenderOptions};

/// Explains one incident.
///
/// # Errors
/// When inputs cannot be read, the knowledge base or a template is broken, or stdout cannot be written.
pub(crate) fn run(arguments: &Diagnose) -> Result<u8, Failure> {
    // The process ends right after: taking the knowledge base apart would only cost time.
    let engine = std::mem::ManuallyDrop::new(base::engine(&arguments.rules)?);
    if let Some(day) = arguments.as_of {
        base::check_day(engine.kb(), day)?;
    }
    let template = match &arguments.template {
        Some(path) => Some((path.to_string_lossy().into_owned(), inputs::text(path)?)),
        None => None,
    };
    let inputs = inputs::of_diagnose(arguments, output::stdin_is_terminal())?;
    let format = output::plain_format(arguments.format, &[Format::Markdown, Format::Html])?;
    let top = usize::from(arguments.top);
    let asked = Asked { inputs: &inputs, sets: &arguments.sets, as_of: arguments.as_of, today: base::today(), top };
    let done = match pipeline::diagnose(&engine, &asked) {
        Ok(done) => done,
        Err(Error::Evidence(errors)) => return Err(refused(&errors)),
        Err(Error::Kb(error)) => return Err(error.into()),
    };
    let text = match template {
        Some((name, template)) => report::render_custom(&done.report, &template, &name),
        None => rendered(arguments, format, &done, top),
    };
    let text = text.map_err(|error| Failure::new(exit::RULES, error.to_string()))?;
    output::print(&text)?;
    Ok(if done.report.verdict == ReportVerdict::NothingFound { exit::NOTHING } else { exit::OK })
}

fn rendered(arguments: &Diagnose, format: Format, done: &Done, top: usize) -> Result<String, report::RenderError> {
    let format = match format {
        Format::Agent => report::Format::Agent,
        Format::Json => report::Format::Json,
        Format::Quiet => report::Format::Quiet,
        Format::Markdown => report::Format::Markdown,
        Format::Html => report::Format::Html,
        _ => report::Format::Human,
    };
    let folded: Vec<(String, String)> = match format {
        report::Format::Markdown | report::Format::Html => {
            done.evidence.parts.iter().map(|part| (part.source.clone(), part.text.clone())).collect()
        }
        _ => Vec::new(),
    };
    let options = RenderOptions {
        width: output::width(arguments.width),
        colour: format == report::Format::Human && output::colour(),
        top,
        evidence: &folded,
        ..RenderOptions::default()
    };
    report::render(&done.report, format, &options)
}

/// All problems of the inputs; those of `--set` are usage errors.
fn refused(errors: &[EvidenceError]) -> Failure {
    let usage = errors.iter().all(|error| error.input == "--set");
    let last = errors.len().saturating_sub(1);
    let mut earlier = String::new();
    for error in errors.iter().take(last) {
        earlier.push_str(&format!("Error: {error}\n"));
        if let Some(help) = &error.help {
            earlier.push_str(&format!("Hint: {help}\n"));
        }
    }
    output::complain(&earlier);
    let code = if usage { exit::USAGE } else { exit::EVIDENCE };
    let failure = Failure::new(code, errors.get(last).map(ToString::to_string).unwrap_or_default());
    match errors.get(last).and_then(|error| error.help.clone()) {
        Some(help) => failure.hint(help),
        None => failure,
    }
}
