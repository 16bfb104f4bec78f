//! Reading `rules.lock` and `CHANGELOG.md` of a directory that may be hostile.

use std::fs;
use std::io::Read;
use std::path::Path;

use super::file::{Key, Lock, Parsed};
use crate::diag::{Code, Diagnostic, Location, Place, SourceMap};

/// Name of the lock in a rule directory.
pub const NAME: &str = "rules.lock";
/// Name of the changelog in a rule directory.
pub const CHANGELOG: &str = "CHANGELOG.md";
/// Bytes of either file; the lock of 10 000 rules has about 4 MB.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// The lock of a directory.
#[derive(Debug)]
pub enum Stored {
    /// There is none.
    None,
    /// It cannot be read.
    Broken(Vec<Diagnostic>),
    /// It holds both sides of an unfinished merge, which were read together.
    Merging(Lock, Box<Diagnostic>),
    /// It was read.
    Lock(Lock),
}

/// Reads the lock of a directory and keeps its text for excerpts.
#[must_use]
pub fn stored(dir: &Path, files: &mut SourceMap) -> Stored {
    let text = match text(dir, NAME) {
        Ok(None) => return Stored::None,
        Ok(Some(text)) => text,
        Err(problem) => return Stored::Broken(vec![*problem]),
    };
    let Parsed { lock, merge, bad, .. } = Lock::parse(&text);
    files.insert(NAME, &text, None);
    let at = |span| Location::new(NAME, Place::Bytes(span));
    if !bad.is_empty() {
        let one = |line: super::file::BadLine| {
            let location = if line.span.is_empty() { Location::file(NAME) } else { at(line.span) };
            Diagnostic::new(Code::LockMalformed, location, line.message)
                .help("take the file from version control again, then run `hf-doctor kb lock`")
        };
        return Stored::Broken(bad.into_iter().map(one).collect());
    }
    match merge {
        Some(span) => {
            let message = "the marks of an unfinished merge are in the lock";
            let found = Diagnostic::new(Code::LockMalformed, at(span), message)
                .help("run `hf-doctor kb lock`: it keeps what both sides know (or take either side and run it)");
            Stored::Merging(lock, Box::new(found))
        }
        None => Stored::Lock(lock),
    }
}

/// The changelog of a directory; empty when there is none.
///
/// # Errors
/// When it is there and cannot be read.
pub fn changelog(dir: &Path) -> Result<String, Box<Diagnostic>> {
    Ok(text(dir, CHANGELOG)?.unwrap_or_default())
}

fn text(dir: &Path, name: &str) -> Result<Option<String>, Box<Diagnostic>> {
    let fail =
        |code, why: &str| Box::new(Diagnostic::new(code, Location::file(name), format!("cannot read this: {why}")));
    let path = dir.join(name);
    // Asked before opening: a pipe would wait for a writer, and a link may lead anywhere.
    let meta = match fs::symlink_metadata(&path) {
        Ok(meta) => meta,
        Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(_) => return Err(fail(Code::Unreadable, "it cannot be examined")),
    };
    if !meta.is_file() {
        return Err(fail(Code::Unreadable, "it is a link, a directory, a pipe or a device, not a file"));
    }
    if meta.len() > MAX_BYTES {
        return Err(fail(Code::TooLarge, "it is larger than 16 MiB"));
    }
    let mut bytes = Vec::new();
    match fs::File::open(&path).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes)) {
        Ok(_) => {}
        Err(problem) if problem.kind() == std::io::ErrorKind::PermissionDenied => {
            return Err(fail(Code::Unreadable, "permission denied"));
        }
        Err(_) => return Err(fail(Code::Unreadable, "the system refused")),
    }
    String::from_utf8(bytes).map(Some).map_err(|_| fail(Code::Encoding, "it is not UTF-8"))
}

/// The line of an id in the lock that was read.
#[must_use]
pub(super) fn line_of(key: &Key, files: &SourceMap) -> Location {
    let mut at = 0;
    for line in files.text(NAME).unwrap_or_default().split_inclusive('\n') {
        let mut words = line.split(' ');
        if words.next() == Some(key.0.word()) && words.next() == Some(&key.1) {
            return Location::new(NAME, Place::Bytes(at..at + line.trim_end().len()));
        }
        at += line.len();
    }
    Location::file(NAME)
}
