//! `kb test --watch`: run again when a rule or case changes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::{KbTest, once, print};
use crate::cli::args::{Format, RulesChoice};
use crate::cli::base;
use crate::cli::output::{self, Failure};

/// How often the files are looked at.
const EVERY: Duration = Duration::from_millis(300);

/// Size and time of every file.
type Seen = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// Runs everything, then what changed, until the process is ended.
///
/// # Errors
/// When stdout cannot be written; broken rules are told and waited for.
pub(super) fn run(arguments: &KbTest, rules: Option<&Path>, cases: &Path, format: Format) -> Result<u8, Failure> {
    let look = || {
        let mut seen = Seen::new();
        rules.iter().for_each(|dir| walk(dir, &mut seen));
        walk(cases, &mut seen);
        seen
    };
    let mut before = look();
    let mut changed: Option<BTreeSet<PathBuf>> = None;
    loop {
        let begun = Instant::now();
        match again(arguments, rules, cases, changed.as_ref(), format) {
            // The reader went away, or stdout is full.
            Err(failure) if failure.message.is_empty() || failure.code == crate::cli::exit::IO => return Err(failure),
            Err(failure) => {
                output::fail(&failure);
            }
            Ok(()) => {}
        }
        output::complain(&format!("{} ms; waiting for changes\n", begun.elapsed().as_millis()));
        changed = loop {
            thread::sleep(EVERY);
            let now = look();
            if now != before {
                let differs = |path: &&PathBuf| now.get(*path) != before.get(*path);
                let paths: BTreeSet<PathBuf> = now.keys().chain(before.keys()).filter(differs).cloned().collect();
                before = now;
                break Some(paths);
            }
        };
    }
}

/// One run. When only cases changed, only those are run: no rule can have changed the others.
fn again(
    arguments: &KbTest,
    rules: Option<&Path>,
    cases: &Path,
    changed: Option<&BTreeSet<PathBuf>>,
    format: Format,
) -> Result<(), Failure> {
    let engine = base::engine(&RulesChoice { rules: rules.map(Path::to_path_buf) })?;
    let filter = arguments.filter.as_deref();
    let of_cases = |path: &PathBuf| path.strip_prefix(cases).ok().map(|name| name.with_extension(""));
    let names: Option<BTreeSet<PathBuf>> = changed.and_then(|paths| paths.iter().map(of_cases).collect());
    match names {
        Some(names) => {
            for name in names {
                let name = name.to_string_lossy().replace('\\', "/");
                // The dot ends the name: `quota.` is not `quota-left.yaml`.
                let name = format!("{name}.");
                if filter.is_none_or(|filter| format!("{name}yaml").contains(filter)) {
                    print(&once(arguments, &engine, cases, Some(&name))?, format)?;
                }
            }
            Ok(())
        }
        None => print(&once(arguments, &engine, cases, filter)?, format),
    }
}

fn walk(dir: &Path, seen: &mut Seen) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let Ok(meta) = entry.metadata() else { continue };
        let path = entry.path();
        if meta.is_dir() {
            walk(&path, seen);
        } else if path.extension().is_some_and(|ending| ending == "yaml" || ending == "snap") {
            seen.insert(path, (meta.len(), meta.modified().ok()));
        }
    }
}
