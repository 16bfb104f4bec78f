//! `diagnose`.

use crate::cli::args::{Diagnose, Format, FormatChoice, Incident, WidthChoice};
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit, inputs, reports};
use crate::eval::Engine;
use crate::evidence::{EvidenceError, Hint};
use crate::interview::read_answers;
use crate::model::ReportVerdict;
use crate::pipeline::{self, Asked, Done, Error};
use crate::report::{self, RenderOptions};

/// Explains one incident.
///
/// # Errors
/// When inputs cannot be read, the knowledge base or a template is broken, or stdout cannot be written.
pub(crate) fn run(arguments: &Diagnose) -> Result<u8, Failure> {
    // The process ends right after: taking the knowledge base apart would only cost time.
    let incident = &arguments.incident;
    let engine = std::mem::ManuallyDrop::new(base::engine(&incident.rules)?);
    if let Some(day) = incident.as_of {
        base::check_day(engine.kb(), day)?;
    }
    let template = match &arguments.template {
        Some(path) => Some((path.to_string_lossy().into_owned(), inputs::text(path)?)),
        None => None,
    };
    let earlier = match &arguments.after {
        Some(path) => Some(reports::read(&inputs::file(path, Hint::Auto)?)?),
        None => None,
    };
    let inputs = inputs::of_diagnose(incident, output::stdin_is_terminal())?;
    let top = usize::from(incident.top);
    let sets = sets(&engine, incident)?;
    let asked = Asked { inputs: &inputs, sets: &sets, as_of: incident.as_of, today: base::today(), top };
    let mut done = pipeline::diagnose(&engine, &asked).map_err(|error| failed(&error))?;
    if let Some(earlier) = earlier {
        done.report.follow_up = Some(report::follow_up(&earlier, &done.report, &done.diagnosis.facts));
    }
    match template {
        Some((name, template)) => {
            let text = report::render_custom(&done.report, &template, &name)
                .map_err(|error| Failure::new(exit::RULES, error.to_string()))?;
            output::print(&text)?;
        }
        None => print(&done, arguments.format, arguments.width, top)?,
    }
    Ok(code(&done))
}

/// The exit code that a report has.
pub(crate) fn code(done: &Done) -> u8 {
    if done.report.verdict == ReportVerdict::NothingFound { exit::NOTHING } else { exit::OK }
}

/// Facts set with `--set`, after those of the answers file, so that they overrule it.
///
/// # Errors
/// When the answers file cannot be read.
pub(crate) fn sets(engine: &Engine, incident: &Incident) -> Result<Vec<(String, String)>, Failure> {
    let Some(path) = &incident.answers else { return Ok(incident.sets.clone()) };
    let input = inputs::file(path, Hint::Auto)?;
    let turns = read_answers(engine.kb(), &input.name, &input.bytes).map_err(|errors| refused(&errors))?;
    let answered = turns.into_iter().filter_map(|turn| Some((turn.fact, turn.answer?)));
    let overruled = |fact: &str| incident.sets.iter().any(|(other, _)| other == fact);
    Ok(answered.filter(|(fact, _)| !overruled(fact)).chain(incident.sets.iter().cloned()).collect())
}

/// Prints a report in the format that was asked for.
///
/// # Errors
/// When a template is broken or stdout cannot be written.
pub(crate) fn print(done: &Done, format: FormatChoice, width: WidthChoice, top: usize) -> Result<(), Failure> {
    let format = output::plain_format(format, &[Format::Markdown, Format::Html])?;
    let text = rendered(done, format, width, top).map_err(|error| Failure::new(exit::RULES, error.to_string()))?;
    output::print(&text)
}

fn rendered(done: &Done, format: Format, width: WidthChoice, top: usize) -> Result<String, report::RenderError> {
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
        width: output::width(width),
        colour: format == report::Format::Human && output::colour(),
        top,
        evidence: &folded,
        ..RenderOptions::default()
    };
    report::render(&done.report, format, &options)
}

/// Why nothing came out.
pub(crate) fn failed(error: &Error) -> Failure {
    match error {
        Error::Evidence(errors) => refused(errors),
        Error::Kb(error) => {
            Failure::new(exit::RULES, error.to_string()).hint("run `hf-doctor kb check rules` to see the place")
        }
    }
}

/// All problems of the inputs; those of `--set` are usage errors.
pub(crate) fn refused(errors: &[EvidenceError]) -> Failure {
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
