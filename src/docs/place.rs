//! Puts a built site where it belongs: all of it or nothing, and never over anything that is not ours.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::site::{Files, MARKER, Marker};

/// Largest marker file that is read, in bytes.
const MARKER_CAP: u64 = 16 * 1024 * 1024;

/// Why a site cannot be put somewhere. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The place must not be replaced, whatever is in it.
    #[error("`{0}` cannot hold a site: {1}")]
    Refused(String, &'static str),
    /// The directory holds something that we did not write.
    #[error("`{dir}` holds {found}, which `docs build` did not write")]
    Foreign {
        /// The directory.
        dir: String,
        /// What was found, with the first name.
        found: String,
    },
    /// Reading or writing failed.
    #[error("cannot write `{0}`")]
    Io(String, #[source] io::Error),
}

fn shown(path: &Path) -> String {
    crate::evidence::display_name(&path.to_string_lossy())
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> PlaceError {
    let name = shown(path);
    move |error| PlaceError::Io(name, error)
}

/// Replaces `dir` by the files, at once: the new directory is written beside the old one and takes its place.
///
/// `keep` are directories that must not be replaced nor lie inside, such as the rules. Returns what could not be
/// tidied away afterwards, when there is something.
///
/// # Errors
/// When the place is not ours to replace, or writing fails; the old directory then stands as it was.
pub fn put(dir: &Path, files: &Files, keep: &[PathBuf]) -> Result<Option<PathBuf>, PlaceError> {
    let target = resolved(dir)?;
    check_place(&target, dir, keep)?;
    let exists = fs::symlink_metadata(&target).is_ok();
    if exists {
        check_ours(&target, dir)?;
    }
    let fresh = beside(&target, "tmp");
    // What stands there under our own number was left by a program that was stopped.
    fs::create_dir(&fresh).map_err(failed(&fresh))?;
    let swapped = write_all(&fresh, files).and_then(|()| {
        if exists {
            exchange(&fresh, &target).map_err(failed(dir))
        } else {
            fs::rename(&fresh, &target).map(|()| None).map_err(failed(dir))
        }
    });
    match swapped {
        Ok(None) => Ok(None),
        Ok(Some(old)) => Ok(remove_ours(&old).is_err().then_some(old)),
        Err(error) => {
            // Everything in it was written a moment ago by us; what cannot be removed is only litter.
            let _ = fs::remove_dir_all(&fresh);
            Err(error)
        }
    }
}

/// The directory without links on the way; its last part need not exist.
fn resolved(dir: &Path) -> Result<PathBuf, PlaceError> {
    if let Ok(found) = fs::canonicalize(dir) {
        return Ok(found);
    }
    if fs::symlink_metadata(dir).is_ok() {
        return Err(PlaceError::Refused(shown(dir), "it is a link that leads nowhere"));
    }
    let Some(name) = dir.file_name() else {
        return Err(PlaceError::Refused(shown(dir), "it has no name"));
    };
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::canonicalize(parent).map(|parent| parent.join(name)).map_err(failed(parent))
}

fn check_place(target: &Path, dir: &Path, keep: &[PathBuf]) -> Result<(), PlaceError> {
    let refused = |why| Err(PlaceError::Refused(shown(dir), why));
    if !target.components().any(|part| matches!(part, Component::Normal(_))) {
        return refused("it is the root of the file system");
    }
    for path in keep {
        let Ok(path) = fs::canonicalize(path) else { continue };
        if path == target {
            return refused("it is the rules directory");
        }
        if path.starts_with(target) {
            return refused("the rules directory lies in it");
        }
        if target.starts_with(&path) {
            return refused("it lies in the rules directory");
        }
    }
    match fs::metadata(target) {
        Ok(found) if !found.is_dir() => refused("it is a file"),
        _ => Ok(()),
    }
}

/// The marker of a directory, when it has one.
#[must_use]
pub fn marker(dir: &Path) -> Option<Marker> {
    let path = dir.join(MARKER);
    let found = fs::symlink_metadata(&path).ok()?;
    if !found.is_file() || found.len() > MARKER_CAP {
        return None;
    }
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Refuses a directory that is neither empty nor wholly ours.
fn check_ours(target: &Path, dir: &Path) -> Result<(), PlaceError> {
    let foreign = |found: String| Err(PlaceError::Foreign { dir: shown(dir), found });
    let found = walk(target).map_err(failed(dir))?;
    let Some(marker) = marker(target) else {
        return match found.files.first().or(found.folders.first()) {
            None => Ok(()),
            Some(first) => foreign(format!("`{}`", shown(first))),
        };
    };
    let ours: BTreeSet<&str> = marker.files.iter().map(String::as_str).chain([MARKER]).collect();
    let strange: Vec<&PathBuf> =
        found.files.iter().filter(|path| !slashed(path).is_some_and(|path| ours.contains(path.as_str()))).collect();
    match strange.as_slice() {
        [] => Ok(()),
        [one] => foreign(format!("`{}`", shown(one))),
        [first, rest @ ..] => foreign(format!("`{}` and {} more", shown(first), rest.len())),
    }
}

/// A relative path with slashes, when it is readable text.
fn slashed(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
    Some(parts?.join("/"))
}

/// What a directory holds, relative paths; links and devices count as files.
#[derive(Default)]
pub(crate) struct Walked {
    pub(crate) files: Vec<PathBuf>,
    pub(crate) folders: Vec<PathBuf>,
}

/// All entries below a directory, sorted; links are not followed.
pub(crate) fn walk(root: &Path) -> io::Result<Walked> {
    let mut found = Walked::default();
    let mut open = vec![PathBuf::new()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                open.push(path.clone());
                found.folders.push(path);
            } else {
                found.files.push(path);
            }
        }
    }
    found.files.sort();
    found.folders.sort();
    Ok(found)
}

fn beside(target: &Path, word: &str) -> PathBuf {
    let mut name = target.file_name().map_or_else(|| OsString::from("site"), OsString::from);
    name.push(format!(".{word}-{}", std::process::id()));
    target.with_file_name(name)
}

fn write_all(dir: &Path, files: &Files) -> Result<(), PlaceError> {
    let mut made: BTreeSet<PathBuf> = BTreeSet::new();
    for (name, bytes) in files {
        let path = dir.join(name);
        if let Some(folder) = path.parent()
            && made.insert(folder.to_path_buf())
        {
            fs::create_dir_all(folder).map_err(failed(folder))?;
        }
        fs::write(&path, bytes).map_err(failed(&path))?;
    }
    Ok(())
}

/// Puts the new directory in the place of the old one; says where the old one is then.
#[cfg(target_os = "linux")]
fn exchange(fresh: &Path, target: &Path) -> io::Result<Option<PathBuf>> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    // One step: there is no moment without a site.
    match renameat_with(CWD, fresh, CWD, target, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(Some(fresh.to_path_buf())),
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::NOTSUP) => {
            in_two_steps(fresh, target)
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn exchange(fresh: &Path, target: &Path) -> io::Result<Option<PathBuf>> {
    in_two_steps(fresh, target)
}

/// Where directories cannot be exchanged: the old one steps aside, and back when the new one cannot follow.
fn in_two_steps(fresh: &Path, target: &Path) -> io::Result<Option<PathBuf>> {
    let old = beside(target, "old");
    fs::rename(target, &old)?;
    if let Err(error) = fs::rename(fresh, target) {
        fs::rename(&old, target)?;
        return Err(error);
    }
    Ok(Some(old))
}

/// Removes the files of its own marker from a directory, and then what is empty.
fn remove_ours(dir: &Path) -> io::Result<()> {
    let ours: BTreeSet<String> = marker(dir).map(|marker| marker.files.into_iter().collect()).unwrap_or_default();
    let found = walk(dir)?;
    for path in &found.files {
        if slashed(path).is_some_and(|path| ours.contains(&path) || path == MARKER) {
            fs::remove_file(dir.join(path))?;
        }
    }
    for folder in found.folders.iter().rev() {
        fs::remove_dir(dir.join(folder))?;
    }
    fs::remove_dir(dir)
}
