//! The cache: where it is, whether it can be written, how much room there is.

use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::program::{Ended, Run};
use super::{Found, World};
use crate::evidence::display_name;

/// A network drive that is gone lets `df` wait for ever.
const PATIENCE: Duration = Duration::from_secs(3);

/// Reads it.
pub(super) fn read(world: &World, found: &mut Found) {
    let named = world.get("HF_HUB_CACHE").or_else(|| world.get("HUGGINGFACE_HUB_CACHE"));
    let Some(cache) = named.map(|path| world.expand(path)).or_else(|| Some(world.hf_home()?.join("hub"))) else {
        return found.other("cache.folder", "unknown: neither HF_HOME nor HOME is set");
    };
    found.other("cache.folder", display_name(&cache.to_string_lossy()));
    // A cache that is not there yet is made by the first download, below a folder that is there.
    let Some(folder) = cache.ancestors().find(|dir| dir.exists()).map(Path::to_path_buf) else { return };
    let there = folder == cache;
    let writable = match writable(&folder) {
        Ok(()) if there => "yes",
        Ok(()) => "yes, it will be made",
        Err(ErrorKind::PermissionDenied) => "no: permission denied",
        Err(ErrorKind::ReadOnlyFilesystem) => "no: the file system is read-only",
        Err(ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => "no: no space is left",
        Err(ErrorKind::NotADirectory) => "no: there is a file in its place",
        Err(_) => "no",
    };
    found.other("cache.writable", writable);
    if writable.starts_with("no") {
        found.hint(format!("the cache cannot be written ({})", writable.trim_start_matches("no: ")));
    }
    if let Some(free) = free_mb(world, &folder) {
        found.fact("environment.disk_free_mb", free);
    }
}

/// Tries to make a file; nothing is left behind.
fn writable(folder: &Path) -> Result<(), ErrorKind> {
    if !folder.is_dir() {
        return Err(ErrorKind::NotADirectory);
    }
    let probe: PathBuf = folder.join(format!(".hf-doctor-{}.tmp", std::process::id()));
    OpenOptions::new().write(true).create_new(true).open(&probe).map_err(|error| error.kind())?;
    fs::remove_file(&probe).map_err(|error| error.kind())
}

/// Free megabytes (of 1,000,000 bytes) for this user; `df` of POSIX says it without a system call of our own.
fn free_mb(world: &World, folder: &Path) -> Option<u64> {
    if cfg!(windows) {
        return None;
    }
    let folder = folder.to_str()?;
    let run = Run {
        program: "df",
        arguments: &["-Pk", "--", folder],
        variables: vec![("PATH", world.raw("PATH").unwrap_or_default()), ("LC_ALL", "C")],
        input: b"",
        limit: 16 * 1024,
        patience: PATIENCE,
    };
    match run.run() {
        Ended::Finished(Some(0), bytes) => available(&String::from_utf8_lossy(&bytes)),
        _ => None,
    }
}

/// The fourth column of the last line; a name of a device may hold blanks, so it is counted from the percent sign.
fn available(text: &str) -> Option<u64> {
    let words: Vec<&str> = text.lines().last()?.split_whitespace().collect();
    let percent = words.iter().position(|word| word.len() > 1 && word.ends_with('%') || *word == "-")?;
    let kib: u64 = words.get(percent.checked_sub(1)?)?.parse().ok()?;
    Some(kib.saturating_mul(1024) / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::available;

    #[test]
    fn free_room_is_read_from_df() {
        let head = "Filesystem 1024-blocks Used Available Capacity Mounted on\n";
        assert_eq!(available(&format!("{head}/dev/sda1 100000000 1 48828125 38% /\n")), Some(50_000));
        assert_eq!(available(&format!("{head}map auto home 0 0 0 100% /System/Volumes/Data/home\n")), Some(0));
        assert_eq!(available("df: x: No such file or directory\n"), None);
        assert_eq!(available(""), None);
    }
}
