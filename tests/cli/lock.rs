//! `kb lock`: what contributors meet when rules change, come and go.

use std::fs;
use std::path::Path;

use crate::support::{Folder, at, copy_tree, finish, program, run};

/// The one promise of the shipped base that every change has to renew: `cargo run -- kb lock`.
#[test]
fn the_shipped_lock_is_fresh() {
    let ran = run(&["kb", "lock", "--check"]);
    assert_eq!(ran.code, Some(0), "run `cargo run -- kb lock` and commit rules/rules.lock\n{}{}", ran.out, ran.err);
}

/// A small base, locked on a day.
fn locked(release: bool) -> (Folder, String) {
    let folder = Folder::new();
    copy_tree(Path::new(&at("tests/broken/base")), &folder.path().join("rules"));
    let dir = folder.path().join("rules").to_string_lossy().into_owned();
    let mut words = vec!["kb", "lock", "--rules", &dir, "--as-of", "2026-11-20"];
    words.extend(release.then_some("--release"));
    run(&words).answered(&["written for the first time: 1 rules, 1 causes, 1 steps, 1 platform facts"]);
    (folder, dir)
}

fn edit(dir: &str, file: &str, from: &str, to: &str) {
    let path = Path::new(dir).join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} has no `{from}`");
    fs::write(path, text.replace(from, to)).unwrap();
}

const RULE: &str = "quota/quota-exceeded.yaml";

#[test]
fn before_the_first_release_anything_may_change() {
    let (_folder, dir) = locked(false);
    edit(&dir, RULE, "weight: strong", "weight: decisive");
    let check = run(&["kb", "check", &dir, "--as-of", "2026-11-20"]);
    check.refused(4, &[]);
    assert!(check.out.contains("KB071") && check.out.contains("changed rule `quota-exceeded`"), "{}", check.out);
    run(&["kb", "lock", "--rules", &dir, "--check"]).refused(4, &[]);
    run(&["kb", "lock", "--rules", &dir]).answered(&["written", "nothing released yet"]);
    run(&["kb", "check", &dir, "--as-of", "2026-11-20"]).answered(&["0 errors"]);
    run(&["kb", "lock", "--rules", &dir]).answered(&["up to date"]);
}

#[test]
fn comments_layout_and_examples_are_no_change() {
    let (_folder, dir) = locked(true);
    edit(&dir, RULE, "id: quota-exceeded\n", "# a comment\nid: \"quota-exceeded\"   # another\n\n");
    edit(&dir, RULE, "verified: 2026-08-22", "verified: 2026-09-01");
    edit(&dir, RULE, "check your plan.\"", "look at your plan.\"");
    run(&["kb", "lock", "--rules", &dir, "--check"]).answered(&["up to date"]);
}

#[test]
fn after_a_release_a_change_takes_a_version_and_a_line() {
    let (_folder, dir) = locked(true);
    let lock = ["kb", "lock", "--rules", &dir];
    let says = |code: &str| {
        let ran = run(&lock);
        assert!(
            ran.code == Some(4) && ran.out.contains(code) && ran.out.contains("nothing was written"),
            "{}",
            ran.out
        );
        let ran = run(&["kb", "check", &dir, "--as-of", "2026-11-20"]);
        assert!(ran.code == Some(4) && ran.out.contains(code), "{}", ran.out);
    };
    edit(&dir, RULE, "seconds are left\"", "seconds remain\"");
    says("KB072");
    edit(&dir, RULE, "version: 1", "version: 2");
    says("KB073");
    fs::write(Path::new(&dir).join("CHANGELOG.md"), "- `quota-exceeded` 2: says what remains\n").unwrap();
    says("KB076");
    edit(&dir, "kb.yaml", "2026.11.0", "2026.12.0");
    run(&lock).answered(&["2026.12.0 in work after 2026.11.0"]);
    run(&["kb", "check", &dir, "--as-of", "2026-11-20"]).answered(&["0 errors"]);
    // Within the version in work a second change needs no second version.
    edit(&dir, RULE, "seconds remain\"", "seconds are there\"");
    run(&lock).answered(&["written"]);
    // And one that is taken back whole leaves nothing behind.
    edit(&dir, RULE, "seconds are there\"", "seconds are left\"");
    edit(&dir, RULE, "version: 2", "version: 1");
    run(&lock).answered(&["written"]);
    let text = fs::read_to_string(Path::new(&dir).join("rules.lock")).unwrap();
    assert_eq!(text.matches("rule quota-exceeded").count(), 1, "{text}");
}

#[test]
fn a_removed_id_leaves_a_tombstone_and_stays_away() {
    let (_folder, dir) = locked(true);
    edit(&dir, "kb.yaml", "2026.11.0", "2026.12.0");
    let rule = fs::read_to_string(Path::new(&dir).join(RULE)).unwrap();
    edit(&dir, RULE, "quota-used-up", "quota-spent");
    edit(&dir, RULE, "version: 1", "version: 2");
    fs::write(Path::new(&dir).join("CHANGELOG.md"), "- `quota-exceeded` 2: another cause\n").unwrap();
    let ran = run(&["kb", "lock", "--rules", &dir]);
    assert!(ran.code == Some(4) && ran.out.contains("--removed 'quota-used-up=WHY'"), "{}", ran.out);
    let lock = |extra: &[&str]| run(&[&["kb", "lock", "--rules", &dir, "--as-of", "2026-12-01"], extra].concat());
    lock(&["--removed", "quota-usedup=gone"]).refused(2, &["the lock knows no `quota-usedup`", "quota-used-up"]);
    lock(&["--removed", "wait-for-reset=gone"]).refused(2, &["is still there"]);
    lock(&["--replaced", "quota-used-up=quota-spnet"]).refused(2, &["no `quota-spnet`", "quota-spent"]);
    lock(&["--removed", "quota-used-up"]).refused(2, &["ID=WHY"]);
    lock(&["--replaced", "quota-used-up=quota-spent"]).answered(&["1 tombstones"]);
    let text = fs::read_to_string(Path::new(&dir).join("rules.lock")).unwrap();
    let stone = "gone cause quota-used-up 2026-11-20 2026-12-01 2026.12.0 - quota-spent replaced by quota-spent";
    assert!(text.contains(stone), "{text}");
    // The old id comes back.
    fs::write(Path::new(&dir).join(RULE), rule).unwrap();
    let ran = run(&["kb", "check", &dir, "--as-of", "2026-12-01"]);
    assert!(
        ran.code == Some(4) && ran.out.contains("KB075") && ran.out.contains("`quota-spent` stands"),
        "{}",
        ran.out
    );
}

#[test]
fn a_rule_whose_file_stays_is_its_own_tombstone() {
    let (_folder, dir) = locked(true);
    edit(&dir, "kb.yaml", "2026.11.0", "2026.12.0");
    edit(&dir, RULE, "status: stable", "status: removed");
    edit(&dir, RULE, "version: 1", "version: 2");
    fs::write(Path::new(&dir).join("CHANGELOG.md"), "- `quota-exceeded` version 2: removed\n").unwrap();
    run(&["kb", "lock", "--rules", &dir]).answered(&["2 tombstones"]);
    run(&["kb", "lock", "--rules", &dir, "--check"]).answered(&["up to date"]);
    edit(&dir, RULE, "status: removed", "status: stable");
    let ran = run(&["kb", "lock", "--rules", &dir]);
    assert!(ran.code == Some(4) && ran.out.contains("KB075"), "{}", ran.out);
}

#[test]
fn an_unfinished_merge_is_told_and_mended() {
    let (_folder, dir) = locked(false);
    let path = Path::new(&dir).join("rules.lock");
    let text = fs::read_to_string(&path).unwrap();
    let line = text.lines().find(|line| line.starts_with("rule ")).unwrap();
    let both = format!("<<<<<<< HEAD\n{line}\n=======\n{}\n>>>>>>> other", line.replace(" 1 ", " 2 "));
    fs::write(&path, text.replace(line, &both)).unwrap();
    let ran = run(&["kb", "check", &dir, "--as-of", "2026-11-20"]);
    assert!(
        ran.code == Some(4) && ran.out.contains("unfinished merge") && ran.out.contains("rules.lock:7:1"),
        "{}",
        ran.out
    );
    run(&["kb", "lock", "--rules", &dir, "--check"]).refused(4, &[]);
    run(&["kb", "lock", "--rules", &dir]).answered(&["rules.lock written"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn without_a_lock_there_is_a_note_and_nothing_else() {
    let folder = Folder::new();
    copy_tree(Path::new(&at("tests/broken/base")), &folder.path().join("rules"));
    let ran = finish(program().args(["kb", "check", "--as-of", "2026-11-20"]).current_dir(folder.path()));
    ran.answered(&["0 errors, 0 warnings"]);
    assert!(ran.err.contains("Note: no rules.lock"), "{}", ran.err);
    finish(program().args(["kb", "lock", "--check"]).current_dir(folder.path())).refused(4, &[]);
    finish(program().args(["kb", "lock"]).current_dir(folder.path().join("rules"))).refused(2, &["rules/kb.yaml"]);
}

#[test]
fn hostile_locks_are_refused_in_words() {
    let (_folder, dir) = locked(false);
    let path = Path::new(&dir).join("rules.lock");
    for (bytes, part) in [
        (b"".to_vec(), "the file is empty"),
        (vec![0xff; 100], "not UTF-8"),
        (b"format 7\n".to_vec(), "format `7`"),
        (format!("format 1\nrule {}\n", "x".repeat(100_000)).into_bytes(), "a line of"),
        (b"format 1\nreleased none\ncause \x1b[31m 2026-11-20 1\n".to_vec(), "malformed"),
        (vec![b'\n'; 17 * 1024 * 1024], "larger than 16 MiB"),
    ] {
        fs::write(&path, &bytes).unwrap();
        for words in [["kb", "check", "--rules", &dir], ["kb", "lock", "--rules", &dir]] {
            let ran = run(&words);
            assert!(ran.code == Some(4) && ran.out.contains(part), "{part}: {}{}", ran.out, ran.err);
            assert!(!ran.all().contains('\x1b'));
        }
    }
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let ran = run(&["kb", "lock", "--rules", &dir]);
    assert!(ran.code == Some(4) && ran.out.contains("not a file"), "{}", ran.out);
}
