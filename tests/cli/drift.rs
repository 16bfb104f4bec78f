//! `kb drift` against a small documentation with a history of its own.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{Folder, at, copy_tree, run};

const FIRST: &str = "# Quota\n\nSome words.\n\n| Plan | Quota |\n|---|---|\n| [PRO account](/pro) | **25** minutes |\n";

/// A repository of documentation, its rules, and the commits that were made.
struct Docs {
    folder: Folder,
    commits: Vec<String>,
}

impl Docs {
    fn new() -> Self {
        let docs = Self { folder: Folder::new(), commits: Vec::new() };
        fs::create_dir_all(docs.dir().join("docs")).unwrap();
        docs.git(&["init", "-q", "-b", "main"], 0);
        docs
    }

    fn dir(&self) -> std::path::PathBuf {
        self.folder.path().join("clone")
    }

    fn git(&self, words: &[&str], day: usize) -> String {
        fs::create_dir_all(self.dir()).unwrap();
        let when = format!("2026-05-{:02}T12:00:00+00:00", day + 1);
        let ran = Command::new("git")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_AUTHOR_DATE", &when)
            .env("GIT_COMMITTER_DATE", &when)
            .args(["-c", "user.name=Mira", "-c", "user.email=mira@example.com"])
            .current_dir(self.dir())
            .args(words)
            .output()
            .expect("git");
        assert!(ran.status.success(), "{words:?}: {}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8_lossy(&ran.stdout).trim().to_owned()
    }

    /// One commit a day.
    fn commit(&mut self, page: &str, text: &str) -> String {
        let day = self.commits.len();
        fs::write(self.dir().join(page), text).unwrap();
        self.git(&["add", "-A"], day);
        self.git(&["commit", "-q", "-m", "docs"], day);
        let id = self.git(&["rev-parse", "HEAD"], day);
        self.commits.push(id.clone());
        id
    }

    fn at(&self, number: usize) -> &str {
        self.commits.get(number).expect("a commit")
    }

    /// Rules whose one fact has these values: value, first commit, last commit.
    fn rules(&self, values: &[(&str, usize, Option<usize>)]) -> String {
        let rules = self.folder.path().join("rules");
        copy_tree(Path::new(&at("tests/broken/base")), &rules);
        let sources = fs::read_to_string(rules.join("sources.yaml")).unwrap();
        let (head, _) = sources.split_once("    retrieved:").unwrap();
        let head: Vec<&str> = head
            .lines()
            .filter(|l| !l.trim_start().starts_with("repo:") && !l.contains("path:") && !l.contains("commit:"))
            .collect();
        let source =
            format!("{}\n    repo: mira/docs\n    path: docs/quota.md\n    retrieved: 2026-08-22\n", head.join("\n"));
        fs::write(rules.join("sources.yaml"), source).unwrap();
        let mut facts = "facts:\n  - id: quota.daily_minutes.pro\n    title: Daily quota of a PRO account\n    unit: minutes/day\n    \
            verified: 2026-08-22\n    says: 'PRO account{..}| {value} minutes'\n    values:\n"
            .to_owned();
        for (value, began, ended) in values {
            let until = ended.map(|day| format!(", until: 2026-05-{:02}", day + 1)).unwrap_or_default();
            facts.push_str(&format!(
                "      - value: {value}\n        valid: {{from: 2026-05-{:02}{until}}}\n        source: hub-docs-quota\n        commit: {}\n",
                began + 1,
                self.at(*began)
            ));
            if let Some(ended) = ended {
                facts.push_str(&format!("        ended_by: {}\n", self.at(*ended)));
            }
        }
        fs::write(rules.join("facts/quota.yaml"), facts).unwrap();
        rules.to_string_lossy().into_owned()
    }
}

/// Stated, reworded around the value, changed, moved.
fn documented() -> Docs {
    let mut docs = Docs::new();
    docs.commit("docs/quota.md", FIRST);
    docs.commit(
        "docs/quota.md",
        &FIRST.replace("Some words.", "Other words,\nover two lines.").replace("**25**", "`25`"),
    );
    docs.commit("docs/quota.md", &FIRST.replace("25", "40"));
    docs
}

#[test]
fn a_changed_value_is_found_with_its_day_and_the_new_value() {
    let docs = documented();
    let dir = docs.dir().to_string_lossy().into_owned();
    let rules = docs.rules(&[("25", 0, None)]);
    let drift = |extra: &[&str]| run(&[&["kb", "drift", "--rules", &rules, "--docs", &dir], extra].concat());
    let found = drift(&[]);
    assert_eq!(found.code, Some(5), "{}{}", found.out, found.err);
    for part in [
        "quota.daily_minutes.pro: 25",
        "probably now: 40",
        "docs/quota.md:7: | pro account",
        "since 2026-05-03",
        "1 facts looked for, 0 stand",
    ] {
        assert!(found.out.contains(part), "{part}: {}", found.out);
    }
    // Where nothing changed it is silent.
    for rev in ["HEAD~1", "HEAD~2", docs.at(1)] {
        drift(&["--at", rev]).answered(&["1 stand, 0 do not"]);
    }
    // A job that runs every day tells only what is new.
    drift(&["--since", "2026-05-04"]).answered(&["(1 changed earlier)"]);
    assert_eq!(drift(&["--since", "2026-05-03"]).code, Some(5));
    let json: serde_json::Value = serde_json::from_str(&drift(&["--format", "json"]).out).unwrap();
    assert_eq!(json.pointer("/drifted/0/probably"), Some(&"40".into()));
    assert_eq!(json.pointer("/drifted/0/standing"), Some(&"vanished".into()));
    assert_eq!(json.pointer("/drifted/0/changed/commit"), Some(&docs.at(2).into()));
    let github = drift(&["--format", "github"]).out;
    assert!(github.starts_with("::warning file=docs/quota.md,line=7,title=quota.daily_minutes.pro::25"), "{github}");
    assert!(drift(&["--format", "markdown"]).out.contains("- probably now: `40`"));
}

#[test]
fn plain_files_and_bare_clones_work_too() {
    let docs = documented();
    let rules = docs.rules(&[("25", 0, Some(2)), ("40", 2, None)]);
    docs.git(&["clone", "-q", "--bare", ".", "../bare"], 9);
    let bare = docs.folder.path().join("bare").to_string_lossy().into_owned();
    run(&["kb", "drift", "--rules", &rules, "--docs", &bare]).answered(&["1 stand, 0 do not"]);
    run(&["kb", "drift", "--rules", &rules, "--docs", &bare, "--at", "main~1"]).answered(&["1 stand, 0 do not"]);
    let plain = docs.folder.path().join("plain");
    fs::create_dir_all(plain.join("docs")).unwrap();
    fs::write(plain.join("docs/quota.md"), FIRST).unwrap();
    let plain = plain.to_string_lossy().into_owned();
    let ran = run(&["kb", "drift", "--rules", &rules, "--docs", &plain]);
    assert!(ran.code == Some(5) && ran.out.contains("probably now: 25") && !ran.out.contains("since"), "{}", ran.out);
    run(&["kb", "drift", "--rules", &rules, "--docs", &plain, "--at", "HEAD"]).refused(2, &["not a git repository"]);
    run(&["kb", "drift", "--rules", &rules, "--docs", &plain, "--repo", "mira/dosc"]).refused(2, &["mira/dosc"]);
    let empty = Folder::new();
    let none = empty.path().to_string_lossy().into_owned();
    run(&["kb", "drift", "--rules", &rules, "--docs", &none]).refused(2, &["cannot tell which repository"]);
}

#[test]
fn a_moved_page_is_found_where_it_is() {
    let mut docs = documented();
    docs.git(&["mv", "docs/quota.md", "docs/limits.md"], 3);
    docs.commit("docs/other.md", "# Other\n");
    let dir = docs.dir().to_string_lossy().into_owned();
    let rules = docs.rules(&[("40", 2, None)]);
    let ran = run(&["kb", "drift", "--rules", &rules, "--docs", &dir, "--repo", "mira/docs"]);
    assert_eq!(ran.code, Some(5), "{}{}", ran.out, ran.err);
    for part in ["the page is gone, another says it: docs/quota.md", "docs/limits.md:7", "since 2026-05-04"] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
}

#[test]
fn a_replay_finds_the_change_and_nothing_else() {
    let docs = documented();
    let dir = docs.dir().to_string_lossy().into_owned();
    let replay = |rules: &str| run(&["kb", "drift", "--replay", "--rules", rules, "--docs", &dir]);
    let good = docs.rules(&[("25", 0, Some(2)), ("40", 2, None)]);
    replay(&good).answered(&["1 pages, 3 revisions; 2 values", "changes found: 1 of 1", "false alarms: 0 in 3"]);
    // A day that is one revision late: the page said otherwise already.
    let late = docs.rules(&[("40", 1, None)]);
    let ran = replay(&late);
    assert!(ran.code == Some(5) && ran.out.contains("false alarms: 1 in 2"), "{}", ran.out);
}

#[test]
fn names_of_revisions_are_only_names() {
    let docs = documented();
    let dir = docs.dir().to_string_lossy().into_owned();
    let rules = docs.rules(&[("25", 0, None)]);
    let trap = docs.folder.path().join("trap");
    let output = format!("--output={}", trap.display());
    let long = "x".repeat(10_000);
    for rev in [
        output.as_str(),
        "--upload-pack=touch trap",
        "HEAD; touch trap",
        "$(touch trap)",
        "nowhere",
        "HEAD:docs",
        "a\nb",
        &long,
        "",
    ] {
        let ran = run(&["kb", "drift", "--rules", &rules, "--docs", &dir, &format!("--at={rev}")]);
        ran.refused(2, &["not a revision"]);
        assert!(ran.err.len() < 1000, "{}", ran.err);
    }
    assert!(!trap.exists() && !docs.dir().join("trap").exists());
}

#[test]
fn what_a_repository_configures_is_not_run() {
    let docs = documented();
    let trap = docs.folder.path().join("trap");
    let touch = format!("touch {}", trap.display());
    for (key, value) in [
        ("core.fsmonitor", touch.as_str()),
        ("core.pager", &touch),
        ("core.sshCommand", &touch),
        ("log.showSignature", "true"),
        ("gpg.program", &touch),
        ("diff.external", &touch),
        ("filter.x.smudge", &touch),
        ("alias.log", &format!("!{touch}")),
    ] {
        docs.git(&["config", key, value], 9);
    }
    fs::write(docs.dir().join(".git/info/attributes"), "* filter=x diff=x\n").unwrap();
    let dir = docs.dir().to_string_lossy().into_owned();
    let rules = docs.rules(&[("25", 0, None)]);
    assert_eq!(run(&["kb", "drift", "--rules", &rules, "--docs", &dir]).code, Some(5));
    assert!(!trap.exists());
}
