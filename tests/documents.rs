//! What documents show is what the program does.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop"
)]

use std::fs;
use std::path::{Path, PathBuf};

use hf_doctor::author;
use hf_doctor::diag::yaml::Limits;
use hf_doctor::format;
use hf_doctor::model::Day;

/// Sessions in documents; `TRYCMD=overwrite cargo test --test documents` writes them anew.
#[test]
fn sessions_print_what_documents_show() {
    trycmd::TestCases::new().case("README.md");
}

/// Commands in the document of the site, run one after the other in an empty folder; `[..]` stands for anything.
#[test]
fn the_site_is_built_and_checked_as_its_document_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("site-document");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("created");
    let document = fs::read_to_string(root.join("docs/site.md")).expect("the document");
    let mut run = 0;
    for block in document.split("```console\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        for session in block.split("$ hf-doctor ").skip(1) {
            let (line, wanted) = session.split_once('\n').expect("a command and what it prints");
            let output = std::process::Command::new(env!("CARGO_BIN_EXE_hf-doctor"))
                .args(line.split_whitespace())
                .current_dir(&folder)
                .output()
                .expect("the program starts");
            let printed = String::from_utf8(output.stdout).expect("UTF-8");
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{line}: {said}");
            assert!(is_like(&printed, wanted), "{line}: wanted\n{wanted}got\n{printed}");
            run += 1;
        }
    }
    assert_eq!(run, 4, "commands of the document");
}

/// Whether a text is a pattern in which `[..]` stands for anything.
fn is_like(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split("[..]");
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.is_empty()
}

/// The walk in the authoring guide, followed to the letter in a copy of the rules: files are written, commands run.
#[test]
fn the_guide_adds_a_rule_that_passes_check_and_test() {
    let walk = Walk::new("authoring");
    let (written, ran) = walk.follow("docs/authoring.md");
    assert_eq!((written, ran), (2, 14), "rule and case, and every command");
    // Nothing of the scaffold is left to do, and nothing of the walk is a finding.
    let today = Day::new(2026, 11, 21).expect("a day");
    let count = |dir: &Path| author::check(dir, Some(today)).diagnostics.iter().filter(|one| !in_lock(one)).count();
    assert_eq!(count(&walk.0.join("rules")), count(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")));
    let session = walk.run("hf-doctor kb test repo-name-taken");
    assert_eq!(session, "6 passed, 0 failed\n");
}

/// The short form of it for contributors, the same way.
#[test]
fn the_six_steps_of_contributing_end_green() {
    let walk = Walk::new("contributing");
    walk.run("cat > report.txt <<'END'\nhuggingface_hub.errors.HfHubHTTPError: 409 Client Error: Conflict for url: https://huggingface.co/api/repos/create\n\nYou already created this model repo: mira/report-model\nEND");
    assert_eq!(walk.follow("CONTRIBUTING.md"), (0, 10));
}

/// Whether the shipped lock is fresh is another test's business; the copy has its own.
fn in_lock(one: &hf_doctor::diag::Diagnostic) -> bool {
    one.location.file == author::lock::NAME
}

/// A copy of rules and cases in which a document is followed.
struct Walk(PathBuf);

impl Walk {
    fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let copy = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("documents").join(name);
        let _ = fs::remove_dir_all(&copy);
        for part in ["rules", "tests/cases"] {
            copy_tree(&root.join(part), &copy.join(part));
        }
        let walk = Self(copy);
        // As in a checkout whose lock is fresh.
        walk.run("hf-doctor kb lock");
        walk
    }

    /// What a command prints, on both outputs, as a person in a shell sees it; days of today as that of the documents.
    fn run(&self, command: &str) -> String {
        let program = Path::new(env!("CARGO_BIN_EXE_hf-doctor"));
        let folder = program.parent().expect("a folder");
        let output = std::process::Command::new("sh")
            .args(["-c", &format!("exec 2>&1\n{command}")])
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", folder.display()))
            .current_dir(&self.0)
            .output()
            .expect("a shell");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }

    /// Writes the files and runs the commands of a document, in its order; how many of each.
    ///
    /// `TRYCMD=overwrite` writes what commands print into the document, where it shows another output.
    fn follow(&self, document: &str) -> (usize, usize) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(document);
        let text = fs::read_to_string(&path).expect("the document");
        let overwrite = std::env::var_os("TRYCMD").is_some_and(|mode| mode == "overwrite");
        let (mut out, mut wrong) = (String::new(), Vec::new());
        let (mut written, mut ran) = (0, 0);
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            out.push_str(&format!("{line}\n"));
            if line == "```yaml" {
                let mut body = String::new();
                for line in lines.by_ref() {
                    out.push_str(&format!("{line}\n"));
                    if line == "```" {
                        break;
                    }
                    body.push_str(&format!("{line}\n"));
                }
                let (first, body) = body.split_once('\n').unwrap_or_default();
                let Some(name) = first.strip_prefix("# file ") else { continue };
                let laid = format::layout(body, &Limits::RULES).unwrap_or_else(|_| panic!("{first} can be laid out"));
                assert_eq!(body, laid, "{first}: not as `kb fmt` lays it out");
                fs::write(self.0.join(name), body).expect("written");
                written += 1;
            } else if line == "```console" {
                while let Some(line) = lines.next() {
                    out.push_str(&format!("{line}\n"));
                    let Some(first) = line.strip_prefix("$ ") else {
                        assert_eq!(line, "```", "a command begins with `$ `");
                        break;
                    };
                    let mut command = format!("{first}\n");
                    while let Some(more) = lines.next_if(|line| line.starts_with('>')) {
                        out.push_str(&format!("{more}\n"));
                        command.push_str(more.strip_prefix("> ").unwrap_or_default());
                        command.push('\n');
                    }
                    let mut shown = String::new();
                    while let Some(line) = lines.next_if(|line| !line.starts_with("$ ") && *line != "```") {
                        shown.push_str(&format!("{line}\n"));
                    }
                    let got = self.run(&command);
                    ran += 1;
                    let fits = matches(&shown.lines().collect::<Vec<_>>(), &got.lines().collect::<Vec<_>>());
                    if fits {
                        out.push_str(&shown);
                    } else if overwrite {
                        out.push_str(&general(&got));
                    } else {
                        wrong.push(format!("$ {command}shown:\n{shown}printed:\n{got}"));
                    }
                }
            }
        }
        if overwrite && out != text {
            fs::write(&path, out).expect("the document");
        }
        assert!(wrong.is_empty(), "{document}; TRYCMD=overwrite writes it anew:\n{}", wrong.join("\n"));
        (written, ran)
    }
}

/// Whether lines are as shown: `...` stands for any lines, `[..]` for any words.
fn matches(shown: &[&str], got: &[&str]) -> bool {
    match (shown.split_first(), got.split_first()) {
        (None, None) => true,
        (Some((&"...", rest)), _) => (0..=got.len()).any(|skip| matches(rest, &got[skip..])),
        (Some((one, rest)), Some((other, more))) => fits(one, other) && matches(rest, more),
        _ => false,
    }
}

fn fits(shown: &str, got: &str) -> bool {
    let mut parts = shown.split("[..]");
    let Some(mut rest) = got.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut last = "";
    let mut several = false;
    for part in parts {
        several = true;
        last = part;
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty() || (several && last.is_empty())
}

/// Output as a document shows it: what changes with every rule and every day is left open, long outputs are cut.
fn general(got: &str) -> String {
    const MOST: usize = 24;
    let mut out: Vec<String> = Vec::new();
    let mut nearest = false;
    for line in got.lines() {
        // Which rules are nearest changes with every rule.
        if nearest && line.starts_with("  ") {
            if out.last().is_none_or(|line| line != "...") {
                out.push("...".to_owned());
            }
            continue;
        }
        nearest = line.starts_with("Nearest rules");
        let counts = line.contains(" rules, ")
            || line.contains(" files ")
            || line.ends_with(" passed, 0 failed") && !line.starts_with("6 ");
        let dated =
            line.contains("20") && line.split(['-', ' ', '"']).any(|word| word.len() == 4 && word.starts_with("202"));
        out.push(if counts || dated { open(line) } else { line.to_owned() });
    }
    if out.len() > MOST {
        out.truncate(MOST);
        out.push("...".to_owned());
    }
    out.iter().map(|line| format!("{line}\n")).collect()
}

/// A line with its numbers left open.
fn open(line: &str) -> String {
    let mut out = String::new();
    let mut digits = false;
    for c in line.chars() {
        if c.is_ascii_digit() {
            if !digits {
                out.push_str("[..]");
            }
            digits = true;
        } else {
            digits = false;
            out.push(c);
        }
    }
    // What has to be nothing stays so.
    if line.ends_with(", 0 failed") { out.replace("[..] failed", "0 failed") } else { out }
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("created");
    for entry in fs::read_dir(from).expect("readable") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_tree(&path, &target);
        } else {
            fs::copy(&path, &target).expect("copied");
        }
    }
}
