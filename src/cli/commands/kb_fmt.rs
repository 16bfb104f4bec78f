//! `kb fmt [PATHS]`.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use crate::author::{self, Relayout};
use crate::cli::args::{Format, FormatChoice};
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit};
use crate::diag::yaml::Limits;
use crate::diag::{self, Diagnostic, SourceMap};
use crate::evidence;
use crate::format;

/// Arguments of `kb fmt`.
#[derive(Debug, Args)]
pub struct KbFmt {
    /// Files or directories (default: `rules` and `tests/cases` here); `-` reads standard input and prints the result
    pub paths: Vec<PathBuf>,
    /// Write nothing; print what would change and fail when there is anything
    #[arg(long)]
    pub check: bool,
    /// How it is printed.
    #[command(flatten)]
    pub format: FormatChoice,
}

/// Lays out rule and case files; comments and values stay as they are.
///
/// # Errors
/// When a path is missing, or a file cannot be written.
pub(crate) fn run(arguments: &KbFmt) -> Result<u8, Failure> {
    let format = output::plain_format(arguments.format, &[])?;
    if arguments.paths.iter().any(|path| path == Path::new("-")) {
        return standard_input(arguments);
    }
    let paths = if arguments.paths.is_empty() { author::usual_places(Path::new("")) } else { arguments.paths.clone() };
    if paths.is_empty() {
        return Err(Failure::new(exit::USAGE, "there is no `rules` and no `tests/cases` here")
            .hint("name files or directories: hf-doctor kb fmt PATH"));
    }
    for path in &paths {
        base::exists(path)?;
    }
    let outcome = author::layout(&paths);
    // A file that cannot be read may be half of a change: then nothing is written.
    if !outcome.diagnostics.is_empty() {
        return broken(&outcome.diagnostics, &outcome.files, format);
    }
    if !arguments.check {
        for file in &outcome.changed {
            replace(file)?;
        }
    }
    match format {
        Format::Json => {
            let names: Vec<&str> = outcome.changed.iter().map(|file| file.name.as_str()).collect();
            let document = json!({"changed": names, "unchanged": outcome.unchanged, "written": !arguments.check});
            output::print(&output::masked(&output::json(&document)?))?;
        }
        Format::Quiet => {}
        _ => output::print(&output::masked(&told(&outcome.changed, outcome.unchanged, arguments.check)))?,
    }
    let wrong = arguments.check && !outcome.changed.is_empty();
    if wrong && format != Format::Quiet {
        output::complain("Hint: `hf-doctor kb fmt` writes this layout\n");
    }
    Ok(if wrong { exit::RULES } else { exit::OK })
}

fn told(changed: &[Relayout], unchanged: usize, check: bool) -> String {
    let plural = |count: usize| if count == 1 { "1 file".to_owned() } else { format!("{count} files") };
    let mut text = String::new();
    for file in changed {
        if check {
            text.push_str(&format::unified(&file.name, &file.old, &file.new));
        } else {
            text.push_str(&format!("formatted {}\n", file.name));
        }
    }
    let verb = if check { "would be formatted" } else { "formatted" };
    text.push_str(&format!("{} {verb}, {unchanged} unchanged\n", plural(changed.len())));
    text
}

fn broken(diagnostics: &[Diagnostic], files: &SourceMap, format: Format) -> Result<u8, Failure> {
    match format {
        Format::Json => output::print(&output::masked(&output::json(&diag::to_json(diagnostics, files))?))?,
        Format::Quiet => {}
        _ => {
            output::print_styled(&diag::render(diagnostics, files, output::colour()))?;
            output::complain("Hint: nothing was written; correct these files first\n");
        }
    }
    Ok(exit::RULES)
}

/// For editors: one file in, the same file laid out, nothing written to disk.
fn standard_input(arguments: &KbFmt) -> Result<u8, Failure> {
    const NAME: &str = "stdin";
    if arguments.paths.len() > 1 {
        return Err(Failure::new(exit::USAGE, "`-` stands alone: standard input is one file"));
    }
    let mut bytes = Vec::new();
    let limit = Limits::RULES.max_bytes as u64 + 1;
    io::stdin()
        .lock()
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::new(exit::IO, format!("cannot read standard input: {}", output::reason(&error))))?;
    let Ok(old) = String::from_utf8(bytes) else {
        return Err(Failure::new(exit::RULES, "standard input is not UTF-8").hint("save the file as UTF-8"));
    };
    match author::layout_text(NAME, &old) {
        Err(found) => {
            output::complain(&diag::render(&found.0, &found.1, false));
            Ok(exit::RULES)
        }
        Ok(new) if arguments.check => {
            output::print(&output::masked(&format::unified(NAME, &old, &new)))?;
            Ok(if new == old { exit::OK } else { exit::RULES })
        }
        // Not masked: an editor puts it in the place of what was typed.
        Ok(new) => output::print(&new).map(|()| exit::OK),
    }
}

/// Writes a new file beside the old one and renames it, so that nobody ever sees half of it.
fn replace(file: &Relayout) -> Result<(), Failure> {
    let shown = evidence::display_name(&file.name);
    let fail = |error: io::Error| {
        Failure::new(exit::IO, format!("cannot write `{shown}`: {}", output::reason(&error)))
            .hint("files named `formatted` before this one were written, the others were not")
    };
    // A link stays a link: its target is replaced.
    let target = fs::canonicalize(&file.path).map_err(fail)?;
    let mode = fs::metadata(&target).map_err(fail)?.permissions();
    if mode.readonly() {
        return Err(fail(io::ErrorKind::PermissionDenied.into()));
    }
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = target.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = fs::OpenOptions::new().write(true).create_new(true).open(&beside).and_then(|mut out| {
        out.write_all(file.new.as_bytes())?;
        out.set_permissions(mode)?;
        out.sync_all()
    });
    let done = written.and_then(|()| fs::rename(&beside, &target));
    done.map_err(|error| {
        let _ = fs::remove_file(&beside);
        fail(error)
    })
}
