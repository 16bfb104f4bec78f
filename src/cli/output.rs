//! The only way out: stdout for data, stderr for the rest, never a panic.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;

use clap::ValueEnum;

use super::args::{Format, FormatChoice, WidthChoice};
use super::exit;
use crate::diag::{self, Diagnostic, SourceMap};
use crate::evidence::{self, Redactor};
use crate::report::escape;

/// Why a command ended early.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Exit code.
    pub code: u8,
    /// What is wrong: one line, lower case. Empty when stdout was closed by the reader.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Failure {
    /// A failure with an exit code of [`exit`].
    pub(crate) fn new(code: u8, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None }
    }

    /// The same with a hint.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<crate::kb::KbError> for Failure {
    fn from(error: crate::kb::KbError) -> Self {
        Self::new(exit::RULES, error.to_string()).hint("run `hf-doctor kb check rules` to see the place")
    }
}

/// Prints data. A reader that closed the pipe is no error.
///
/// # Errors
/// When stdout cannot be written, for example on a full disk.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::new(exit::OK, "")),
        Err(error) => Err(Failure::new(exit::IO, format!("cannot write to standard output: {}", reason(&error)))),
    }
}

/// Prints findings with excerpts of files: masked, with the styles of the program when there are any.
///
/// # Errors
/// As [`print`].
pub(crate) fn print_styled(text: &str) -> Result<(), Failure> {
    if text.contains('\x1b') { print(&Redactor::new().redact(text)) } else { print(&masked(text)) }
}

/// Prints to stderr; there is nobody to tell when that fails.
///
/// What is told there quotes what was typed: arguments, file names, lines of files. So all of it is masked.
pub(crate) fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(masked(text).as_bytes());
}

/// Text of the program that quotes arguments, file names or lines of files: secrets masked, controls visible.
pub(crate) fn masked(text: &str) -> String {
    let shown = escape::block(text);
    let (mut redactor, mut cleaned) = (Redactor::new(), Redactor::new());
    let masked = redactor.redact(&shown);
    // A secret with escapes inside is one word on a terminal, although not here.
    let plain = cleaned.redact(&evidence::clean(text));
    let count = |redactor: &Redactor| redactor.counts().values().sum::<u64>();
    if count(&cleaned) > count(&redactor) { escape::block(&plain).into_owned() } else { masked }
}

/// A document as JSON.
///
/// # Errors
/// When a value has no form in JSON.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::new(exit::IO, error.to_string()))?;
    Ok(format!("{text}\n"))
}

/// Prints a failure and returns its exit code.
pub(crate) fn fail(failure: &Failure) -> u8 {
    if !failure.message.is_empty() {
        // One text, so that one secret has one marker.
        let hint = failure.hint.as_ref().map(|hint| format!("Hint: {}\n", hint.trim_end()));
        complain(&format!("Error: {}\n{}", failure.message.trim_end(), hint.unwrap_or_default()));
    }
    failure.code
}

/// An I/O error in a few words, without the number of the operating system.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::IsADirectory => "it is a directory".to_owned(),
        ErrorKind::StorageFull => "no space left on the device".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or_default().to_lowercase()
        }
    }
}

/// The format that was asked for, `auto` resolved.
pub(crate) fn format(choice: FormatChoice) -> Format {
    let asked = match choice {
        FormatChoice { json: true, .. } => Format::Json,
        FormatChoice { quiet: true, .. } => Format::Quiet,
        FormatChoice { format, .. } => format.unwrap_or(Format::Auto),
    };
    let agent =
        || ["AI_AGENT", "AGENT"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    match asked {
        Format::Auto if agent() => Format::Agent,
        Format::Auto => Format::Human,
        other => other,
    }
}

/// Formats of lists of problems, beyond human, agent, JSON and quiet.
pub(crate) const OF_FINDINGS: &[Format] = &[Format::Github, Format::Sarif];

/// The format of a command: human, agent, JSON and quiet, and what it has beyond these.
///
/// # Errors
/// Exit code 2 for a format that the command has not.
pub(crate) fn plain_format(choice: FormatChoice, beyond: &[Format]) -> Result<Format, Failure> {
    let format = format(choice);
    let everywhere = [Format::Auto, Format::Human, Format::Agent, Format::Json, Format::Quiet];
    if everywhere.contains(&format) || beyond.contains(&format) {
        return Ok(format);
    }
    let name =
        |format: Format| format.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
    let known: Vec<String> = everywhere.iter().skip(1).chain(beyond).map(|format| name(*format)).collect();
    Err(Failure::new(exit::USAGE, format!("this command has no format `{}`", name(format)))
        .hint(format!("formats here: {}", known.join(", "))))
}

/// Prints problems of rules: with carets for people, else in the format that was asked for.
///
/// `dir` is the knowledge base they are in.
///
/// # Errors
/// As [`print`].
pub(crate) fn print_findings(
    format: Format,
    diagnostics: &[Diagnostic],
    files: &SourceMap,
    dir: &Path,
) -> Result<(), Failure> {
    let text = match format {
        Format::Json => json(&diag::to_json(diagnostics, files))?,
        Format::Sarif => json(&diag::to_sarif(diagnostics, files, &below(dir)))?,
        Format::Github => diag::to_github(diagnostics, files, &below(dir)),
        Format::Quiet => return Ok(()),
        _ => return print_styled(&diag::render(diagnostics, files, colour())),
    };
    print(&masked(&text))
}

/// A directory as seen from here, for services that show places beside the files of a repository: empty for this
/// directory and for one that is elsewhere, else with a `/` at the end.
fn below(dir: &Path) -> String {
    let here = std::env::current_dir().and_then(std::fs::canonicalize);
    let (Ok(here), Ok(dir)) = (here, std::fs::canonicalize(dir)) else { return String::new() };
    let Ok(relative) = dir.strip_prefix(here) else { return String::new() };
    relative.components().map(|part| format!("{}/", part.as_os_str().to_string_lossy())).collect()
}

/// Whether colours may be used on stdout.
pub(crate) fn colour() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    io::stdout().is_terminal() && !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Columns that were asked for, else of the terminal; a fixed width when stdout is none, so that piped output
/// never differs.
pub(crate) fn width(choice: WidthChoice) -> usize {
    const PIPED: usize = 100;
    if let Some(asked) = choice.width {
        return usize::from(asked);
    }
    if !io::stdout().is_terminal() {
        return PIPED;
    }
    terminal_size::terminal_size().map_or(80, |(terminal_size::Width(columns), _)| usize::from(columns)).clamp(40, 140)
}

/// Whether standard input is a terminal, so that nothing is piped in.
pub(crate) fn stdin_is_terminal() -> bool {
    io::stdin().is_terminal()
}
