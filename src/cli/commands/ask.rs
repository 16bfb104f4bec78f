//! `ask [FILE…]`: one question at a time. The dialogue goes to stderr, the report to stdout.

use std::collections::BTreeMap;
use std::path::Path;

use clap::Args;

use super::diagnose;
use crate::cli::args::{Format, FormatChoice, Incident, WidthChoice};
use crate::cli::dialog::Dialog;
use crate::cli::output::{self, Failure};
use crate::cli::{base, inputs};
use crate::eval::Engine;
use crate::evidence::{Hint, RawInput};
use crate::interview::{Asking, Choice, End, Session, Turn, choices, read_answer, read_answers};
use crate::model::{Question, Report, ReportVerdict, VocabularyFact};
use crate::report::{label, wrap};

/// Arguments of `ask`.
#[derive(Debug, Args)]
pub struct Ask {
    /// The incident.
    #[command(flatten)]
    pub incident: Incident,
    /// How wide text for people is.
    #[command(flatten)]
    pub width: WidthChoice,
    /// How the report at the end is printed.
    #[command(flatten)]
    pub format: FormatChoice,
}

/// What a person wants next.
enum Wish {
    Answer(String),
    Unknown,
    Back,
    Stop,
}

/// Asks until the verdict stands or no question is worth its effort, then prints the report.
///
/// # Errors
/// As `diagnose`.
pub(crate) fn run(arguments: &Ask) -> Result<u8, Failure> {
    let incident = &arguments.incident;
    // A wish that cannot be met is refused before the first question, not after the last.
    output::plain_format(arguments.format, &[Format::Markdown, Format::Html])?;
    let engine = base::engine(&incident.rules)?;
    if let Some(day) = incident.as_of {
        base::check_day(engine.kb(), day)?;
    }
    let (inputs, mut dialog) = evidence(incident)?;
    let prepared = prepared(&engine, incident)?;
    let asking = Asking {
        inputs,
        sets: incident.sets.clone(),
        as_of: incident.as_of,
        today: base::today(),
        top: usize::from(incident.top),
    };
    let mut session = Session::new(&engine, asking).map_err(|error| diagnose::failed(&error))?;
    let width = output::width(arguments.width).min(100);
    standing(&session, width);
    let scripted = prepared.is_some();
    let mut prepared = prepared.unwrap_or_default();
    loop {
        let question = match session.next() {
            Ok(question) => question.clone(),
            Err(end) => {
                output::complain(ending(end, session.turns().len()));
                break;
            }
        };
        let Some(entry) = engine.kb().vocabulary(&question.fact)? else { break };
        let offered = choices(entry, &question);
        let titles = titles(session.now().map(|done| &done.report));
        output::complain(&asked(&question, &offered, &titles, session.turns().len(), width));
        let found = prepared.iter().position(|turn| turn.fact == question.fact).map(|at| prepared.remove(at));
        let wish = match (found, scripted) {
            (Some(Turn { answer: Some(value), .. }), _) => {
                output::complain(&format!("> {value}   (from the answers file)\n"));
                Wish::Answer(value)
            }
            (Some(_), _) | (None, true) => {
                output::complain("> I don't know   (from the answers file)\n");
                Wish::Unknown
            }
            (None, false) => wish(dialog.as_mut(), entry, &offered),
        };
        match wish {
            Wish::Stop => break,
            Wish::Back if session.back() => {}
            Wish::Back => output::complain("this is the first question\n"),
            Wish::Unknown => session.answer(&question.fact, None).map_err(|error| diagnose::failed(&error))?,
            Wish::Answer(value) => {
                session.answer(&question.fact, Some(value)).map_err(|error| diagnose::failed(&error))?;
            }
        }
        standing(&session, width);
    }
    let Some(done) = session.now() else { return Ok(crate::cli::exit::NOTHING) };
    output::complain("\n");
    diagnose::print(done, arguments.format, arguments.width, usize::from(incident.top))?;
    again(&session);
    Ok(diagnose::code(done))
}

/// What is to be asked about, and where answers come from.
///
/// Standard input holds the answers when evidence is named, the evidence when `-` is named or a log is piped in.
fn evidence(incident: &Incident) -> Result<(Vec<RawInput>, Option<Dialog>), Failure> {
    let dash = incident.files.iter().any(|path| path == Path::new("-"));
    let inputs = inputs::named(incident)?;
    if dash {
        return Ok((inputs, Dialog::terminal()));
    }
    if !inputs.is_empty() || !incident.sets.is_empty() {
        return Ok((inputs, Some(Dialog::stdin())));
    }
    if !output::stdin_is_terminal() {
        return Ok((vec![inputs::file(Path::new("-"), Hint::Auto)?], Dialog::terminal()));
    }
    let mut dialog = Dialog::stdin();
    let prompt =
        "Paste what was printed: the message with the lines around it.\nEnd with a line that holds only a dot.\n";
    let bytes = dialog.text(prompt);
    Ok((vec![RawInput { name: "pasted".to_owned(), bytes, hint: Hint::Auto }], Some(dialog)))
}

/// The answers file, when one was named.
fn prepared(engine: &Engine, incident: &Incident) -> Result<Option<Vec<Turn>>, Failure> {
    let Some(path) = &incident.answers else { return Ok(None) };
    let input = inputs::file(path, Hint::Auto)?;
    read_answers(engine.kb(), &input.name, &input.bytes).map(Some).map_err(|errors| diagnose::refused(&errors))
}

/// Reads lines until one is an answer or a wish.
fn wish(dialog: Option<&mut Dialog>, entry: &VocabularyFact, offered: &[Choice]) -> Wish {
    let Some(dialog) = dialog else {
        output::complain("there is no terminal to answer from; name the log as a file, or use --answers\n");
        return Wish::Stop;
    };
    loop {
        let Some(typed) = dialog.line("> ") else { return Wish::Stop };
        match typed.to_lowercase().as_str() {
            "" => output::complain("type an answer, ? when you do not know, b to go back, q to stop\n"),
            "?" | "unknown" | "i don't know" | "dont know" | "don't know" => return Wish::Unknown,
            "b" | "back" => return Wish::Back,
            "q" | "quit" | "exit" => return Wish::Stop,
            _ => match read_answer(entry, offered, &typed) {
                Ok(value) => return Wish::Answer(value),
                Err(misfit) => {
                    let help = misfit.help.map(|help| format!("; {help}")).unwrap_or_default();
                    output::complain(&format!("{}{help}\n", misfit.message));
                }
            },
        }
    }
}

/// The question with why it is asked, how to find the answer, and what each answer would lead to.
fn asked(
    question: &Question,
    offered: &[Choice],
    titles: &BTreeMap<String, String>,
    turn: usize,
    width: usize,
) -> String {
    let number = turn.saturating_add(1);
    let mut text = String::from("\n");
    let mut line = |text_of: &str, first: &str, rest: &str| {
        text.push_str(&wrap(text_of, width, first, rest));
        text.push('\n');
    };
    line(&question.question, &format!("Question {number}: "), "  ");
    if !question.how.is_empty() {
        line(&question.how, "  How: ", "       ");
    }
    let effort = serde_json::to_value(question.effort).ok();
    let effort = effort.as_ref().and_then(|value| value.as_str()).map_or("", label);
    line(&why(question, titles, effort), "  Why: ", "       ");
    for (at, choice) in offered.iter().enumerate() {
        let then =
            if choice.then.is_empty() { String::new() } else { format!("  -> {}", titled(&choice.then, titles)) };
        line(&format!("{}{then}", choice.title), &format!("  {:>2}  ", at.saturating_add(1)), "      ");
    }
    if offered.is_empty() {
        for (answer, then) in &question.answers {
            line(&format!("for example {answer}  -> {}", titled(then, titles)), "   -  ", "      ");
        }
    }
    line("I don't know     b  back     q  stop and show the report", "   ?  ", "      ");
    text
}

fn why(question: &Question, titles: &BTreeMap<String, String>, effort: &str) -> String {
    let mut outcomes: Vec<String> = Vec::new();
    for then in question.answers.values() {
        let id = then.split([',', ' ']).next().unwrap_or(then);
        let title = titles.get(id).cloned().unwrap_or_else(|| id.to_owned());
        if !outcomes.contains(&title) {
            outcomes.push(title);
        }
    }
    let told = format!("{:.2} bits expected, takes {effort}", question.bits);
    match outcomes.as_slice() {
        [] | [_] => format!("it tells how sure the first cause is ({told})"),
        [first, second] => format!("it tells \"{first}\" from \"{second}\" ({told})"),
        [first, second, rest @ ..] => {
            format!("it tells apart \"{first}\", \"{second}\" and {} more ({told})", rest.len())
        }
    }
}

/// Titles of the causes in play.
fn titles(report: Option<&Report>) -> BTreeMap<String, String> {
    let Some(report) = report else { return BTreeMap::new() };
    let ranked = report.causes.iter().map(|cause| (cause.id.clone(), cause.title.clone()));
    ranked.chain(report.ruled_out.iter().map(|line| (line.id.clone(), line.title.clone()))).collect()
}

/// What an answer leads to, with the title of the cause in place of its id.
fn titled(then: &str, titles: &BTreeMap<String, String>) -> String {
    let end = then.find([',', ' ']).unwrap_or(then.len());
    match then.get(..end).and_then(|id| titles.get(id)) {
        Some(title) => format!("{title}{}", then.get(end..).unwrap_or_default()),
        None => then.to_owned(),
    }
}

/// The ranking, and how it moved.
fn standing(session: &Session<'_>, width: usize) {
    let Some(done) = session.now() else { return };
    let report = &done.report;
    let mut text = String::from("\n");
    let verdict = serde_json::to_value(report.verdict).ok();
    let word = verdict.as_ref().and_then(|value| value.as_str()).map_or("", label);
    // An open headline repeats the question that follows.
    let says = match report.verdict {
        ReportVerdict::Undetermined => String::new(),
        _ => format!(": {}", report.headline),
    };
    text.push_str(&wrap(&format!("{word}{says}"), width, "So far: ", "        "));
    text.push('\n');
    for cause in report.causes.iter().take(3) {
        let title = if cause.title.is_empty() { &cause.id } else { &cause.title };
        let row = format!("{title}{}", moved(session.before(), &cause.id, cause.share));
        text.push_str(&wrap(&row, width, &format!("  {:>3} %  ", percent(cause.share)), "         "));
        text.push('\n');
    }
    output::complain(&text);
}

fn moved(before: Option<&Report>, id: &str, share: f64) -> String {
    let Some(before) = before else { return String::new() };
    let was = before.causes.iter().find(|cause| cause.id == id).map(|cause| cause.share);
    match was {
        Some(was) if percent(was) == percent(share) => String::new(),
        Some(was) => format!("  (was {} %)", percent(was)),
        None => "  (new)".to_owned(),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share is between 0 and 1")]
fn percent(share: f64) -> u32 {
    (share * 100.0).round().clamp(0.0, 100.0) as u32
}

const fn ending(end: End, turns: usize) -> &'static str {
    match (end, turns) {
        (End::Settled, _) => "\nThe verdict stands; no further question.\n",
        (End::NotWorth, _) => "\nNo open question would change enough to be worth its effort.\n",
        (End::Nothing, 0) => "\nThere is nothing to ask about this evidence.\n",
        (End::Nothing, _) => "\nThere is nothing left to ask.\n",
    }
}

/// The same report without questions.
fn again(session: &Session<'_>) {
    let answers: Vec<String> = session
        .turns()
        .iter()
        .filter_map(|turn| Some(format!("--set {}={}", turn.fact, quoted(turn.answer.as_deref()?))))
        .collect();
    if !answers.is_empty() {
        output::complain(&format!("Hint: the same report again: hf-doctor diagnose … {}\n", answers.join(" ")));
    }
}

/// A value for a shell.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/:".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', "'\\''"))
    }
}
