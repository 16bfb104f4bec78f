//! `collect [-o FILE]`: an evidence file of this machine.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::args::{Format, FormatChoice};
use crate::cli::dialog::Dialog;
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit};
use crate::collect::{self, MARK, Online, Repo, Site, World};
use crate::evidence::display_name;

/// Arguments of `collect`.
#[derive(Debug, Args)]
pub struct Collect {
    /// Write the evidence to this file, after showing it (default: print it)
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Also ask the Hub: whoami-v2 and the `ZeroGPU` quota, with the token a program would use
    #[arg(long)]
    pub online: bool,
    /// Also check the access to this repository: owner/name, datasets/owner/name, spaces/owner/name
    #[arg(long, value_name = "ID", requires = "online", value_parser = Repo::parse)]
    pub repo: Option<Repo>,
    /// Where to ask (default: `HF_ENDPOINT`, else <https://huggingface.co>); the token goes to Hugging Face only
    #[arg(long, value_name = "URL", requires = "online", value_parser = Site::parse)]
    pub endpoint: Option<Site>,
    /// Write the file without asking
    #[arg(short, long)]
    pub yes: bool,
    /// How it is shown; a file is always YAML.
    #[command(flatten)]
    pub format: FormatChoice,
}

/// Collects, shows, and writes when a file is named and nobody objects.
///
/// # Errors
/// Exit code 2 when the file is somebody else's or nobody can be asked, 74 when it cannot be written.
pub(crate) fn run(arguments: &Collect) -> Result<u8, Failure> {
    let format = output::plain_format(arguments.format, &[])?;
    let target = arguments.output.as_deref().filter(|path| *path != Path::new("-"));
    // What cannot be written in the end is refused before anything is asked.
    let asks = match target {
        Some(path) => {
            free(path)?;
            let asks = !arguments.yes;
            if asks && (format != Format::Human || !output::stdin_is_terminal()) {
                return Err(Failure::new(exit::USAGE, "nobody can be asked before the file is written")
                    .hint("Use --yes to skip confirmation, or -o - to print the evidence"));
            }
            asks
        }
        None => false,
    };
    let online = arguments.online.then(|| Online { site: arguments.endpoint.clone(), repo: arguments.repo.clone() });
    let collected = collect::collect(&World::of_process(), base::today(), online.as_ref());
    let yaml = output::masked(&collected.yaml());
    match format {
        Format::Json => output::print(&output::masked(&output::json(&collected.json())?))?,
        Format::Quiet if target.is_some() => {}
        _ => output::print(&yaml)?,
    }
    if format != Format::Quiet {
        let hints: String = collected.hints.iter().map(|hint| format!("Hint: {hint}\n")).collect();
        output::complain(&hints);
    }
    let Some(path) = target else { return Ok(exit::OK) };
    let shown = display_name(&path.to_string_lossy());
    if asks {
        let answer = Dialog::stdin().line(&format!("Write this to {shown}? [y/N] "));
        if !answer.is_some_and(|answer| matches!(answer.to_ascii_lowercase().as_str(), "y" | "yes")) {
            output::complain("Nothing was written.\n");
            return Ok(exit::OK);
        }
    }
    write(path, &yaml).map_err(|error| {
        Failure::new(exit::IO, format!("cannot write `{shown}`: {}", output::reason(&error)))
            .hint("nothing was written")
    })?;
    if format != Format::Quiet {
        output::complain(&format!("Hint: wrote {shown}; use it with: hf-doctor diagnose ERROR.txt {shown}\n"));
    }
    Ok(exit::OK)
}

/// Refuses a place that holds something else than what this command wrote.
///
/// # Errors
/// Exit code 2 when there is something else, 74 when it cannot be told.
fn free(path: &Path) -> Result<(), Failure> {
    let shown = display_name(&path.to_string_lossy());
    let cannot =
        |error: &std::io::Error| Failure::new(exit::IO, format!("cannot write `{shown}`: {}", output::reason(error)));
    let kept = |what: &str| {
        Failure::new(exit::USAGE, format!("`{shown}` {what}"))
            .hint("nothing was written; choose another name, or -o - to print the evidence")
    };
    let meta = match fs::metadata(path) {
        Ok(meta) => meta,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let parent = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
            if parent.is_dir() {
                return Ok(());
            }
            return Err(Failure::new(exit::IO, format!("cannot write `{shown}`: no such directory")));
        }
        Err(error) => return Err(cannot(&error)),
    };
    if meta.is_dir() {
        return Err(Failure::new(exit::IO, format!("cannot write `{shown}`: it is a directory")));
    }
    if !meta.is_file() {
        return Err(kept("is no ordinary file"));
    }
    let mut head = Vec::new();
    let opened = fs::File::open(path).map_err(|error| cannot(&error))?;
    opened.take(MARK.len() as u64).read_to_end(&mut head).map_err(|error| cannot(&error))?;
    if head == MARK.as_bytes() { Ok(()) } else { Err(kept("exists and was not made by `hf-doctor collect`")) }
}

/// Writes beside the target and moves into place, so that a full disk leaves the old file whole.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    // A link stays a link.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.tmp", std::process::id()));
    let beside = path.with_file_name(name);
    let written = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&beside)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}
