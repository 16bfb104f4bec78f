//! `triage FILE… [-o OUT]`: many records, a verdict each, and a summary.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::args::{Format, FormatChoice, RulesChoice, WidthChoice};
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit};
use crate::evidence::display_name;
use crate::model::{Day, RecordVerdict};
use crate::parallel;
use crate::triage::{self, Asked, Error, Summary};

/// Arguments of `triage`.
#[derive(Debug, Args)]
pub struct Triage {
    /// Records, one JSON object a line: evidence, or a case with `evidence` in it; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Write a verdict a record, one JSON object a line; `-` is standard output, and the summary then goes to stderr
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// The day to answer for (default: each record's `as_of` or `observed`, else today)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Day>,
    /// Threads (default: as many as there are cores); the output is the same with any number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
    /// Where the rules come from.
    #[command(flatten)]
    pub rules: RulesChoice,
    /// How wide text for people is.
    #[command(flatten)]
    pub width: WidthChoice,
    /// How the summary is printed.
    #[command(flatten)]
    pub format: FormatChoice,
}

/// Answers every record, and says what came out how often.
///
/// # Errors
/// When a file cannot be read or written, the knowledge base is broken, or no line is a record.
pub(crate) fn run(arguments: &Triage) -> Result<u8, Failure> {
    let format = output::plain_format(arguments.format, &[])?;
    let engine = base::engine(&arguments.rules)?.keeping();
    if let Some(day) = arguments.as_of {
        base::check_day(engine.kb(), day)?;
    }
    for path in &arguments.files {
        readable(path)?;
    }
    let asked = Asked {
        as_of: arguments.as_of,
        today: base::today(),
        jobs: arguments.jobs.map_or_else(parallel::cores, usize::from),
    };
    let mut out = target(arguments)?;
    let mut summary = Summary::default();
    let mut write = |verdict: &RecordVerdict| -> io::Result<()> {
        let Some(out) = out.as_mut() else { return Ok(()) };
        serde_json::to_writer(&mut *out, verdict)?;
        out.write_all(b"\n")
    };
    for path in &arguments.files {
        answer(&engine, path, &asked, &mut summary, &mut write)
            .map_err(|error| failed(error, path, arguments.output.as_deref()))?;
    }
    if let Some(mut out) = out {
        out.flush().map_err(|error| unwritable(&error, arguments.output.as_deref()))?;
    }
    tell(arguments, format, &summary)?;
    if summary.records == 0 {
        return Err(Failure::new(exit::EVIDENCE, "no line is a record")
            .hint("a record is a JSON object on a line of its own, with the keys of an evidence file: hf-doctor schema evidence"));
    }
    Ok(if summary.nothing_found() == summary.records { exit::NOTHING } else { exit::OK })
}

fn answer(
    engine: &crate::eval::Engine,
    path: &Path,
    asked: &Asked,
    summary: &mut Summary,
    write: &mut dyn FnMut(&RecordVerdict) -> io::Result<()>,
) -> Result<(), Error> {
    if path == Path::new("-") {
        return triage::input(engine, "stdin", &mut io::stdin().lock(), asked, summary, write);
    }
    let name = display_name(&path.to_string_lossy());
    let mut reader = BufReader::with_capacity(1 << 16, File::open(path).map_err(Error::Read)?);
    triage::input(engine, &name, &mut reader, asked, summary, write)
}

/// Prints the summary: to stderr where stdout has the verdicts.
fn tell(arguments: &Triage, format: Format, summary: &Summary) -> Result<(), Failure> {
    let text = match format {
        Format::Json => output::json(summary)?,
        Format::Quiet => return Ok(()),
        _ => triage::summary_text(summary, output::width(arguments.width)),
    };
    if arguments.output.as_deref() == Some(Path::new("-")) {
        output::complain(&text);
        return Ok(());
    }
    output::print(&output::masked(&text))
}

/// Where verdicts go.
fn target(arguments: &Triage) -> Result<Option<Box<dyn Write>>, Failure> {
    let Some(path) = arguments.output.as_deref() else { return Ok(None) };
    if path == Path::new("-") {
        return Ok(Some(Box::new(BufWriter::new(io::stdout().lock()))));
    }
    // Writing begins before everything is read: an input would be gone.
    let same = |file: &PathBuf| match (fs::canonicalize(file), fs::canonicalize(path)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    };
    if arguments.files.iter().any(same) {
        let name = display_name(&path.to_string_lossy());
        return Err(Failure::new(exit::USAGE, format!("`{name}` is read and cannot be written too"))
            .hint("nothing was written; choose another name"));
    }
    let file = File::create(path).map_err(|error| unwritable(&error, Some(path)))?;
    Ok(Some(Box::new(BufWriter::new(file))))
}

/// Refuses what cannot be read before anything is written.
fn readable(path: &Path) -> Result<(), Failure> {
    if path == Path::new("-") {
        return Ok(());
    }
    let name = display_name(&path.to_string_lossy());
    let meta = fs::metadata(path)
        .map_err(|error| Failure::new(exit::IO, format!("cannot read `{name}`: {}", output::reason(&error))))?;
    if meta.is_dir() {
        return Err(
            Failure::new(exit::IO, format!("cannot read `{name}`: it is a directory")).hint("name the files in it")
        );
    }
    Ok(())
}

fn failed(error: Error, path: &Path, out: Option<&Path>) -> Failure {
    match error {
        Error::Kb(error) => error.into(),
        Error::Write(error) => unwritable(&error, out),
        Error::Read(error) => {
            let name = display_name(&path.to_string_lossy());
            Failure::new(exit::IO, format!("cannot read `{name}`: {}", output::reason(&error)))
        }
    }
}

fn unwritable(error: &io::Error, out: Option<&Path>) -> Failure {
    if error.kind() == ErrorKind::BrokenPipe {
        return Failure::new(exit::OK, "");
    }
    let name =
        out.map_or_else(|| "standard output".to_owned(), |path| format!("`{}`", display_name(&path.to_string_lossy())));
    Failure::new(exit::IO, format!("cannot write {name}: {}", output::reason(error)))
}
