//! `kb lock`: writes the lock that follows from the rules, when no promise is broken.

use std::fs;
use std::io::Write;
use std::path::Path;

use super::file::Lock;
use super::judge::{Base, Removal, judge, may_release, stale};
use super::read::{NAME, Stored, changelog, stored};
use crate::diag::{Code, Diagnostic, Location, Place, did_you_mean};
use crate::kb::Loaded;
use crate::model::Day;

/// What is asked of a lock.
#[derive(Clone, Debug)]
pub struct Update {
    /// Ids that go.
    pub removals: Vec<Removal>,
    /// Whether this version of the knowledge base is released with it.
    pub release: bool,
    /// Only compare, write nothing.
    pub check: bool,
    /// The day on which new ids appear and removed ones go.
    pub today: Day,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Broken promises, or with `check` also that the lock is old; nothing was written when there are any.
    pub findings: Vec<Diagnostic>,
    /// The lock as it is now.
    pub lock: Lock,
    /// Whether there was one before.
    pub existed: bool,
    /// Whether its text is another now.
    pub changed: bool,
}

/// Why a lock could not be written.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// What was asked cannot be done.
    #[error("{0}")]
    Asked(String),
    /// The file cannot be written.
    #[error("cannot write `{NAME}`: {0}")]
    Io(std::io::Error),
}

/// Brings the lock of a directory up to date, or says why that cannot be.
///
/// # Errors
/// When a removal names something that did not go, or the file cannot be written.
pub fn update(dir: &Path, loaded: &mut Loaded, asked: &Update) -> Result<Outcome, LockError> {
    let (old, existed, merging) = match stored(dir, &mut loaded.files) {
        Stored::None => (Lock::default(), false, None),
        Stored::Lock(lock) => (lock, true, None),
        Stored::Merging(lock, problem) => (lock, true, Some(*problem)),
        Stored::Broken(findings) => {
            return Ok(Outcome { findings, lock: Lock::default(), existed: true, changed: false });
        }
    };
    let refused = |findings| Ok(Outcome { findings, lock: old.clone(), existed, changed: false });
    let changelog = match changelog(dir) {
        Ok(text) => text,
        Err(problem) => return refused(vec![*problem]),
    };
    let verdict = judge(&Base { loaded, changelog: &changelog }, &old, &asked.removals, asked.today);
    let mut next = verdict.next;
    went(&asked.removals, &old, &next)?;
    let mut findings = verdict.findings;
    if asked.check {
        if existed {
            findings.extend(merging);
            findings.extend(stale(&old, &next, &findings));
        } else {
            let message = "there is no lock yet";
            findings
                .push(Diagnostic::new(Code::LockStale, Location::file(NAME), message).help("run `hf-doctor kb lock`"));
        }
    }
    if !findings.is_empty() {
        loaded.files.sort(&mut findings);
        return refused(findings);
    }
    if asked.release {
        let base = &loaded.parts.manifest.version;
        if !may_release(&old, base) {
            let released = old.released.as_deref().unwrap_or_default();
            let place = Location::new("kb.yaml", Place::Value("/version".to_owned()));
            let message = format!("version {base} does not come after {released}, which is released");
            return refused(vec![Diagnostic::new(Code::ReleasedBase, place, message).help("raise the version first")]);
        }
        next.released = Some(base.clone());
        for entry in next.entries.values_mut() {
            let newest = entry.states.len().saturating_sub(1);
            entry.states.drain(..newest);
        }
    }
    let text = next.to_string();
    let changed = !existed || loaded.files.text(NAME) != Some(text.as_str());
    if changed && !asked.check {
        write(dir, &text).map_err(LockError::Io)?;
    }
    Ok(Outcome { findings, lock: next, existed, changed: changed && !asked.check })
}

/// Every removal names an id that was there and no longer is, and a successor of the same kind.
fn went(removals: &[Removal], old: &Lock, next: &Lock) -> Result<(), LockError> {
    for removal in removals {
        let id = &removal.id;
        let kinds: Vec<_> = old.entries.keys().filter(|key| key.1 == *id).map(|key| key.0).collect();
        let gone: Vec<_> = kinds.iter().filter(|kind| !next.entries.contains_key(&(**kind, id.clone()))).collect();
        if kinds.is_empty() {
            let near = did_you_mean(id, old.entries.keys().map(|key| key.1.as_str()));
            let near = near.map(|help| format!("; {help}")).unwrap_or_default();
            return Err(LockError::Asked(format!("the lock knows no `{id}`{near}")));
        }
        if gone.is_empty() {
            return Err(LockError::Asked(format!("`{id}` is still there: delete it from the rules first")));
        }
        if let Some(new) = &removal.replaced_by
            && !gone.iter().any(|kind| next.entries.contains_key(&(**kind, new.clone())))
        {
            let near = did_you_mean(new, next.entries.keys().map(|key| key.1.as_str()));
            let near = near.map(|help| format!("; {help}")).unwrap_or_default();
            return Err(LockError::Asked(format!("there is no `{new}` that could stand for `{id}`{near}")));
        }
    }
    Ok(())
}

/// Whole or not at all: written beside the old file, then put in its place.
fn write(dir: &Path, text: &str) -> std::io::Result<()> {
    let new = dir.join(format!(".{NAME}.{}", std::process::id()));
    let written = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&new)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&new, dir.join(NAME)));
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    written
}
