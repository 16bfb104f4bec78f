//! Snapshots on disk: compared with what came out, or written after a review.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::parallel;
use super::snapshot::{MARK, difference};
use super::suite::{Trial, list_ending, name_of};
use super::test::{Miss, TestAsked};

/// What to do about snapshots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snapshots {
    /// A report that differs from its snapshot is a failure, as is one without.
    Compare,
    /// What differs is written; snapshots without case are deleted.
    Accept,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    /// Failures by name of the case, or of the snapshot when it has none.
    pub misses: Vec<Miss>,
    /// What was written or deleted.
    pub accepted: Vec<String>,
}

/// A file that stands where a snapshot belongs.
enum Found {
    /// There is none.
    Nothing,
    /// One of ours.
    Snapshot(String),
    /// Something that we did not write, or that cannot be read.
    Foreign(String),
}

/// Compares or writes the snapshots of all cases that ran; those without case are stale.
pub(crate) fn settle(asked: &TestAsked<'_>, reports: &[(&Trial, String)], wanted: &dyn Fn(&str) -> bool) -> Settled {
    let (dir, mode) = (asked.cases, asked.snapshots);
    let mut settled = Settled::default();
    let old = parallel::map(
        reports,
        asked.jobs,
        || (),
        |(), (trial, _)| {
            let path = trial.path.with_extension("snap");
            (found(&path), path)
        },
    );
    for ((trial, report), (before, path)) in reports.iter().zip(old) {
        let name = name_of(dir, &path);
        let miss = |kind, message: String| Miss { name: trial.name.clone(), kind, message };
        match (before, mode) {
            (Found::Foreign(why), _) => settled.misses.push(miss("broken", format!("`{name}` {why}; move it away"))),
            (Found::Snapshot(old), _) if old == *report => {}
            (Found::Nothing, Snapshots::Compare) => settled.misses.push(miss(
                "changed",
                format!("has no snapshot yet; read the report, then run: hf-doctor kb test --accept {}", trial.name),
            )),
            (Found::Snapshot(old), Snapshots::Compare) => settled.misses.push(miss(
                "changed",
                format!(
                    "another report; when that is right, run: hf-doctor kb test --accept {}\n{}",
                    trial.name,
                    difference(&old, report)
                ),
            )),
            (before, Snapshots::Accept) => match fs::write(&path, report) {
                Ok(()) if matches!(before, Found::Nothing) => settled.accepted.push(format!("wrote {name}")),
                Ok(()) => settled.accepted.push(format!("rewrote {name}")),
                Err(error) => settled.misses.push(miss("broken", format!("`{name}` cannot be written: {error}"))),
            },
        }
    }
    stale(dir, wanted, mode, &mut settled);
    settled
}

/// Snapshots beside which no case stands.
fn stale(dir: &Path, wanted: &dyn Fn(&str) -> bool, mode: Snapshots, settled: &mut Settled) {
    let mut cases = Vec::new();
    list_ending(dir, "yaml", &mut cases);
    let cases: BTreeSet<PathBuf> = cases.into_iter().map(|case| case.with_extension("snap")).collect();
    let mut files = Vec::new();
    list_ending(dir, "snap", &mut files);
    files.sort();
    for path in files.into_iter().filter(|path| !cases.contains(path)) {
        let name = name_of(dir, &path);
        if !wanted(&name) {
            continue;
        }
        let mut miss = |kind, message: String| settled.misses.push(Miss { name: name.clone(), kind, message });
        match (found(&path), mode) {
            // Not ours, and in nobody's way.
            (Found::Nothing | Found::Foreign(_), _) => {}
            (Found::Snapshot(_), Snapshots::Compare) => {
                miss("stale", "no case stands beside it; `hf-doctor kb test --accept` deletes it".to_owned());
            }
            (Found::Snapshot(_), Snapshots::Accept) => match fs::remove_file(&path) {
                Ok(()) => settled.accepted.push(format!("deleted {name}")),
                Err(error) => miss("broken", format!("cannot be deleted: {error}")),
            },
        }
    }
}

fn found(path: &Path) -> Found {
    // What a link leads to is not ours either.
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Found::Nothing,
        Ok(meta) if meta.is_file() => {}
        Ok(_) => return Found::Foreign("is no plain file".to_owned()),
        Err(error) => return Found::Foreign(format!("cannot be read: {error}")),
    }
    match fs::read_to_string(path) {
        Ok(text) if text.starts_with(MARK) => Found::Snapshot(text.replace("\r\n", "\n")),
        Ok(_) => Found::Foreign("was not written by `kb test`".to_owned()),
        Err(error) => Found::Foreign(format!("cannot be read: {error}")),
    }
}
