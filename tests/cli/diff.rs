//! `kb diff`: two bases and what they make of the cases.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{Folder, at, copy_tree, finish, program, run};

const RULE: &str = "quota/quota-exceeded.yaml";
const CASE: &str = "title: Nothing is left\nas_of: 2026-08-01\nevidence:\n  text: \"You have exceeded your GPU quota (60s requested vs. 0s left).\"\n\
    expect:\n  cause: quota-used-up\n";

/// A checkout: rules and one case.
fn checkout(folder: &Folder, name: &str) -> String {
    let top = folder.path().join(name);
    copy_tree(Path::new(&at("tests/broken/base")), &top.join("rules"));
    fs::create_dir_all(top.join("tests/cases/quota")).unwrap();
    fs::write(top.join("tests/cases/quota/nothing-left.yaml"), CASE).unwrap();
    top.to_string_lossy().into_owned()
}

fn edit(top: &str, file: &str, from: &str, to: &str) {
    let path = Path::new(top).join("rules").join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} has no `{from}`");
    fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn the_same_meaning_is_no_difference() {
    let folder = Folder::new();
    let (old, new) = (checkout(&folder, "old"), checkout(&folder, "new"));
    edit(&new, RULE, "id: quota-exceeded\n", "# a comment\nid: 'quota-exceeded'\n");
    run(&["kb", "diff", &old, &new, "--exit-code"])
        .answered(&["0 changed, 0 added, 0 removed; 0 of 1 cases are answered differently (2026.11.0 -> 2026.11.0)"]);
}

#[test]
fn changes_are_told_by_item_and_by_what_they_do_to_cases() {
    let folder = Folder::new();
    let (old, new) = (checkout(&folder, "old"), checkout(&folder, "new"));
    edit(&new, RULE, "id: quota-used-up", "id: quota-spent");
    edit(&new, RULE, "version: 1", "version: 2");
    edit(&new, "facts/quota.yaml", "value: 40", "value: 45");
    fs::write(
        Path::new(&new).join("rules/steps/more.yaml"),
        fs::read_to_string(Path::new(&new).join("rules/steps/quota.yaml"))
            .unwrap()
            .replace("wait-for-reset", "wait-more"),
    )
    .unwrap();
    let human = run(&["kb", "diff", &old, &new]);
    human.answered(&[
        "~ rule quota-exceeded: The run was refused because of quota",
        "version: 1 -> 2",
        "causes/quota-spent: new: The quota of today is used up",
        "causes/quota-used-up: gone:",
        "~ fact quota.daily_minutes.pro",
        "values/2026-05-13/value: 40 -> 45",
        "+ step wait-more",
        "case quota/nothing-left.yaml: Nothing is left",
        "2 changed, 1 added, 0 removed; 1 of 1 cases",
    ]);
    assert!(human.out.contains("quota-used-up") && human.out.contains(" -> "), "{}", human.out);
    let markdown = run(&["kb", "diff", &old, &new, "--format", "markdown"]);
    markdown.answered(&["### Diagnoses", "| case | before | after |", "### Added", "- step `wait-more`"]);
    let json: serde_json::Value =
        serde_json::from_str(&run(&["kb", "diff", &old, &new, "--format", "json"]).out).unwrap();
    assert_eq!(json.pointer("/effects/0/before/cause"), Some(&"quota-used-up".into()));
    assert_eq!(json.pointer("/effects/0/after/cause"), Some(&"quota-spent".into()));
    assert_eq!(json.pointer("/effects/0/differs"), Some(&serde_json::json!(["cause"])));
    assert_eq!(run(&["kb", "diff", &old, &new, "--exit-code"]).code, Some(1));
    // A removed case still counts: the old side has it.
    fs::remove_dir_all(Path::new(&new).join("tests")).unwrap();
    run(&["kb", "diff", &old, &new]).answered(&["1 of 1 cases"]);
}

#[test]
fn revisions_are_compared_without_touching_the_checkout() {
    let folder = Folder::new();
    let top = checkout(&folder, "repo");
    let git = |words: &[&str]| {
        let ran = Command::new("git")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .args(["-c", "user.name=Mira", "-c", "user.email=mira@example.com"])
            .current_dir(&top)
            .args(words)
            .output()
            .expect("git");
        assert!(ran.status.success(), "{words:?}: {}", String::from_utf8_lossy(&ran.stderr));
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "first"]);
    edit(&top, RULE, "prior: common", "prior: usual");
    git(&["commit", "-q", "-a", "-m", "second"]);
    edit(&top, RULE, "prior: usual", "prior: rare");
    let diff = |words: &[&str]| finish(program().args(["kb", "diff"]).args(words).current_dir(&top));
    diff(&["HEAD~1", "HEAD"]).answered(&["causes/quota-used-up/prior: common -> usual", "of 1 cases"]);
    // One name: against the files as they are.
    diff(&["HEAD"]).answered(&["causes/quota-used-up/prior: usual -> rare"]);
    let below = finish(
        program().args(["kb", "diff", "HEAD~1", "HEAD", "--path", "."]).current_dir(Path::new(&top).join("rules")),
    );
    below.refused(2, &["kb.yaml"]);
    diff(&["HEAD", "--path", "rulez"]).refused(2, &["has no `rulez/kb.yaml`", "--path"]);
    for name in ["--output=x", "nowhere", "HEAD;ls", "a b", "@{-1}"] {
        diff(&["--", name, "HEAD"]).refused(2, &["is no directory"]);
    }
    // A broken revision is told with its places.
    edit(&top, RULE, "prior: rare", "prior: seldom");
    git(&["commit", "-q", "-a", "-m", "broken"]);
    diff(&["HEAD~1", "HEAD"]).refused(4, &["prior: seldom", "the rules of `HEAD` cannot be read"]);
    // Outside of a repository, and without git.
    let outside = Folder::new();
    finish(program().args(["kb", "diff", "HEAD", "HEAD"]).current_dir(outside.path()))
        .refused(2, &["not a git repository"]);
    let ran = finish(program().env("PATH", "/nowhere").args(["kb", "diff", "HEAD", "HEAD"]).current_dir(&top));
    ran.refused(74, &["`git` cannot be run"]);
}
