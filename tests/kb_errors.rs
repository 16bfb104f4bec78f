//! Broken knowledge bases and the exact words and carets they get.
//!
//! Every folder `tests/broken/<code>-<name>/` is laid over `tests/broken/base/`; `report.snap` in it is what
//! `kb check` prints. A line of `remove.txt` names a file of the base to leave out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use hf_doctor::author::check;
use hf_doctor::diag::{Code, render};

fn broken() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("create folder");
    for entry in fs::read_dir(from).expect("read folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copy file");
        }
    }
}

/// The base with one broken folder over it.
fn overlay(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kb_errors").join(name);
    let _ = fs::remove_dir_all(&dir);
    copy(&broken().join("base"), &dir);
    copy(&broken().join(name), &dir);
    for file in fs::read_to_string(dir.join("remove.txt")).unwrap_or_default().lines() {
        fs::remove_file(dir.join(file)).expect("remove file");
    }
    dir
}

fn names() -> Vec<String> {
    let entries = fs::read_dir(broken()).expect("tests/broken").flatten();
    let mut names: Vec<String> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name != "base");
    names.sort();
    names
}

#[test]
fn the_base_is_clean() {
    let outcome = check(&broken().join("base"), "2026-11-20".parse().ok());
    assert_eq!(render(&outcome.diagnostics, &outcome.files, false), "");
}

#[test]
fn every_broken_base_gets_its_code_and_its_caret() {
    for name in names() {
        let outcome = check(&overlay(&name), "2026-11-20".parse().ok());
        let report = render(&outcome.diagnostics, &outcome.files, false);
        let code = name.split('-').next().unwrap_or_default().to_uppercase();
        assert!(report.contains(&format!("[{code}]")), "{name} should report {code}, got:\n{report}");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(broken().join(&name));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!("report", report));
    }
}

#[test]
fn every_code_has_a_broken_example() {
    let covered: BTreeSet<String> = names().iter().filter_map(|n| n.split('-').next().map(str::to_uppercase)).collect();
    let missing: Vec<&str> = Code::ALL.iter().map(|c| c.name()).filter(|c| !covered.contains(*c)).collect();
    assert_eq!(missing, Vec::<&str>::new(), "add tests/broken/<code>-<name>/ for these codes");
}
