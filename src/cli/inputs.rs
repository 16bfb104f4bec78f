//! Reading what a person gives: files, standard input, messages.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use super::args::Incident;
use super::exit;
use super::output::{Failure, reason};
use crate::diag::suggest;
use crate::evidence::{Hint, RawInput, display_name};

/// Most bytes read of one input; the rest is left out, and the report says so.
pub(crate) const MOST: u64 = 256 * 1024 * 1024;

/// All inputs that are named, in the order given: messages, files, whoami documents.
///
/// # Errors
/// Exit code 74 when a file cannot be read.
pub(crate) fn named(arguments: &Incident) -> Result<Vec<RawInput>, Failure> {
    let mut inputs = Vec::new();
    for (number, text) in arguments.message.iter().enumerate() {
        let name = if number == 0 { "--message".to_owned() } else { format!("--message#{}", number.saturating_add(1)) };
        inputs.push(RawInput { name, bytes: text.clone().into_bytes(), hint: Hint::Message });
    }
    for path in &arguments.files {
        inputs.push(file(path, Hint::Auto)?);
    }
    for path in &arguments.whoami {
        inputs.push(file(path, Hint::Whoami)?);
    }
    Ok(inputs)
}

/// All inputs of a `diagnose` command: those that are named, else standard input.
///
/// # Errors
/// Exit code 74 when a file cannot be read, 2 when there is nothing to read.
pub(crate) fn of_diagnose(arguments: &Incident, stdin_is_terminal: bool) -> Result<Vec<RawInput>, Failure> {
    let mut inputs = named(arguments)?;
    if inputs.is_empty() {
        if !stdin_is_terminal {
            inputs.push(file(Path::new("-"), Hint::Auto)?);
        } else if arguments.sets.is_empty() && arguments.answers.is_none() {
            return Err(Failure::new(exit::USAGE, "there is nothing to diagnose")
                .hint("name a file, pipe a log in, or give the text with --message"));
        }
    }
    Ok(inputs)
}

/// Reads one file, or standard input for `-`.
///
/// # Errors
/// Exit code 74 when it cannot be read.
pub(crate) fn file(path: &Path, hint: Hint) -> Result<RawInput, Failure> {
    let shown = path.to_string_lossy().into_owned();
    let fail = |what: String| Failure::new(exit::IO, format!("cannot read `{}`: {what}", display_name(&shown)));
    let (name, mut bytes) = if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().take(MOST + 1).read_to_end(&mut bytes).map_err(|error| fail(reason(&error)))?;
        ("stdin".to_owned(), bytes)
    } else {
        let metadata = fs::metadata(path).map_err(|error| {
            let failure = fail(reason(&error));
            match suggest(&shown, super::args::COMMANDS.iter().copied()) {
                Some(command) if error.kind() == ErrorKind::NotFound => {
                    failure.hint(format!("did you mean the command `{command}`?"))
                }
                _ => failure,
            }
        })?;
        if metadata.is_dir() {
            return Err(fail("it is a directory".to_owned()).hint("name the files in it"));
        }
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes))
            .map_err(|error| fail(reason(&error)))?;
        (shown.clone(), bytes)
    };
    bytes.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    Ok(RawInput { name, bytes, hint })
}

/// Reads a text file such as a template.
///
/// # Errors
/// Exit code 74 when it cannot be read or is not UTF-8.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    let input = file(path, Hint::Auto)?;
    String::from_utf8(input.bytes).map_err(|_| {
        Failure::new(exit::IO, format!("cannot read `{}`: it is not UTF-8 text", display_name(&path.to_string_lossy())))
    })
}
