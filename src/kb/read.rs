//! Reading the files of a directory that may be hostile: no pipe, device or link out of it is ever opened.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::diag::yaml::Limits;
use crate::diag::{Code, Diagnostic, Location};

/// Files of one knowledge base; far above any real one.
const MAX_FILES: usize = 20_000;
/// Bytes of all files together.
const MAX_TOTAL: usize = 64 * 1024 * 1024;

/// Bytes of every YAML file below `dir`, by relative path with `/`, sorted; and what could not be read.
pub(crate) fn files_below(dir: &Path) -> (Vec<(String, Vec<u8>)>, Vec<Diagnostic>) {
    let mut walk = Walk { root: PathBuf::new(), files: Vec::new(), total: 0, errors: Vec::new() };
    match fs::canonicalize(dir) {
        Ok(root) if root.is_dir() => {
            walk.root = root;
            walk.directory(dir, "", 0);
        }
        Ok(_) => walk.fail(&dir.display().to_string(), "this is not a directory"),
        Err(problem) => walk.fail(&dir.display().to_string(), reason(&problem)),
    }
    walk.files.sort();
    (walk.files, walk.errors)
}

/// The bytes of one YAML file that was named, with the care of [`files_below`].
#[cfg(feature = "cli")]
pub(crate) fn file_alone(path: &Path) -> (Vec<(String, Vec<u8>)>, Vec<Diagnostic>) {
    let mut walk = Walk { root: PathBuf::new(), files: Vec::new(), total: 0, errors: Vec::new() };
    let name = shown(path);
    match fs::metadata(path) {
        Ok(_) if !is_yaml(&name) => walk.fail(&name, "its name does not end in `.yaml`"),
        Ok(meta) => walk.file(path, &name, &meta),
        Err(problem) => walk.fail(&name, reason(&problem)),
    }
    (walk.files, walk.errors)
}

/// A path as it is shown: with `/` everywhere and nothing in front that says nothing.
#[cfg(feature = "cli")]
pub(crate) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let text = text.strip_prefix("./").unwrap_or(&text);
    if text.is_empty() { ".".to_owned() } else { text.to_owned() }
}

struct Walk {
    root: PathBuf,
    files: Vec<(String, Vec<u8>)>,
    total: usize,
    errors: Vec<Diagnostic>,
}

impl Walk {
    fn fail(&mut self, file: &str, why: &str) {
        let shown = if file.is_empty() { "." } else { file };
        self.errors.push(Diagnostic::new(Code::Unreadable, Location::file(shown), format!("cannot read this: {why}")));
    }

    fn directory(&mut self, dir: &Path, shown: &str, depth: usize) {
        let entries = match fs::read_dir(dir) {
            Ok(entries) => entries,
            Err(problem) => return self.fail(shown, reason(&problem)),
        };
        let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            if self.files.len() >= MAX_FILES || self.total > MAX_TOTAL {
                let message = format!("more than {MAX_FILES} files or {} MiB in one knowledge base", MAX_TOTAL >> 20);
                self.errors.push(Diagnostic::new(Code::TooLarge, Location::file("."), message));
                return;
            }
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let shown = if shown.is_empty() { name.clone() } else { format!("{shown}/{name}") };
            // Hidden files are the business of editors and version control.
            if !name.starts_with('.') {
                self.entry(&path, &shown, depth);
            }
        }
    }

    fn entry(&mut self, path: &Path, shown: &str, depth: usize) {
        let yaml = is_yaml(shown);
        let Ok(link) = fs::symlink_metadata(path) else { return self.fail(shown, "it cannot be examined") };
        if link.is_symlink() {
            if !yaml && path.extension().is_some() {
                return;
            }
            match fs::canonicalize(path) {
                Ok(target) if target.starts_with(&self.root) => {}
                Ok(_) => return self.fail(shown, "the link leaves the directory"),
                Err(problem) => return self.fail(shown, link_reason(&problem)),
            }
        }
        let meta = match fs::metadata(path) {
            Ok(meta) => meta,
            Err(problem) => return self.fail(shown, reason(&problem)),
        };
        if meta.is_dir() {
            if yaml {
                self.fail(shown, "a directory has the name of a file");
            } else if depth >= 2 || link.is_symlink() {
                // Links to directories could lead in circles, and nothing belongs deeper.
                self.errors.push(Diagnostic::new(
                    Code::Misplaced,
                    Location::file(shown),
                    "a folder does not belong here",
                ));
            } else {
                self.directory(path, shown, depth + 1);
            }
        } else if yaml {
            self.file(path, shown, &meta);
        }
    }

    fn file(&mut self, path: &Path, shown: &str, meta: &fs::Metadata) {
        // Asked before opening: opening a pipe waits for a writer that may never come.
        if !meta.is_file() {
            return self.fail(shown, "it is a pipe, a device or a socket, not a file");
        }
        let limit = Limits::RULES.max_bytes;
        if meta.len() > limit as u64 {
            let message = format!("the file has {} bytes, more than the {limit} allowed", meta.len());
            self.errors.push(Diagnostic::new(Code::TooLarge, Location::file(shown), message).help("split the file"));
            return;
        }
        let mut bytes = Vec::new();
        let read = fs::File::open(path).and_then(|file| file.take(limit as u64 + 1).read_to_end(&mut bytes));
        match read {
            Ok(_) => {
                self.total += bytes.len();
                self.files.push((shown.to_owned(), bytes));
            }
            Err(problem) => self.fail(shown, reason(&problem)),
        }
    }
}

/// Whether a name ends like a YAML file, in either spelling.
pub(crate) fn is_yaml(name: &str) -> bool {
    let ending = Path::new(name).extension();
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case("yaml") || ending.eq_ignore_ascii_case("yml"))
}

fn reason(problem: &std::io::Error) -> &'static str {
    use std::io::ErrorKind as E;
    match problem.kind() {
        E::NotFound => "it does not exist",
        E::PermissionDenied => "permission denied",
        E::NotADirectory => "this is not a directory",
        _ if problem.raw_os_error() == Some(40) => "the link leads in a circle",
        _ => "the system refused",
    }
}

fn link_reason(problem: &std::io::Error) -> &'static str {
    if problem.kind() == std::io::ErrorKind::NotFound { "the link leads nowhere" } else { reason(problem) }
}

/// The text of a file, or what encoding it seems to have and where that shows.
pub(crate) fn decode_text(file: &str, bytes: Vec<u8>) -> Result<String, Box<(Diagnostic, String)>> {
    let zeros = |odd: usize| bytes.iter().skip(odd).step_by(2).take(64).filter(|b| **b == 0).count();
    let half = bytes.len().min(128) / 4;
    let guess = match bytes.as_slice() {
        [0xff, 0xfe, ..] => Some("UTF-16, little endian"),
        [0xfe, 0xff, ..] => Some("UTF-16, big endian"),
        _ if half > 2 && zeros(1) > half => Some("UTF-16, little endian"),
        _ if half > 2 && zeros(0) > half => Some("UTF-16, big endian"),
        _ => None,
    };
    let (problem, bytes) = match (String::from_utf8(bytes), guess) {
        (Ok(text), None) => return Ok(text),
        (Ok(text), Some(_)) => (0, text.into_bytes()),
        (Err(problem), _) => (problem.utf8_error().valid_up_to(), problem.into_bytes()),
    };
    let lossy = String::from_utf8_lossy(&bytes).into_owned();
    let line = bytes.iter().take(problem).filter(|b| **b == b'\n').count() + 1;
    let byte = bytes.get(problem).copied().unwrap_or_default();
    let message = match guess {
        Some(encoding) => format!("the file is {encoding}, not UTF-8 (byte offset {problem}, line {line})"),
        None => format!("the file is not UTF-8: byte 0x{byte:02X} at byte offset {problem}, line {line}"),
    };
    let help = if guess.is_some() { "save it as UTF-8" } else { "save it as UTF-8; it may be Latin-1 or Windows-1252" };
    let width = lossy.get(problem..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8);
    let place = crate::diag::Place::Bytes(problem..problem + width);
    let location = if guess.is_some() { Location::file(file) } else { Location::new(file, place) };
    Err(Box::new((Diagnostic::new(Code::Encoding, location, message).help(help), lossy)))
}
