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
use hf_doctor::eval::Engine;
use hf_doctor::format;
use hf_doctor::kb::{KnowledgeBase, load_dir};
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

/// The walk in the authoring guide, followed to the letter in a copy of the rules.
#[test]
fn the_guide_adds_a_rule_that_passes_check_and_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("authoring");
    let _ = fs::remove_dir_all(&copy);
    copy_tree(&root.join("rules"), &copy.join("rules"));
    let guide = fs::read_to_string(root.join("docs/authoring.md")).expect("the guide");
    let mut written = 0;
    for block in guide.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        let (first, body) = block.split_once('\n').unwrap_or((block, ""));
        if first.starts_with("# file ") {
            let laid = format::layout(body, &Limits::RULES).unwrap_or_else(|_| panic!("{first} can be laid out"));
            assert_eq!(body, laid, "{first}: not as `kb fmt` lays it out");
        }
        if let Some(name) = first.strip_prefix("# file ") {
            let path = copy.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("created");
            fs::write(path, body).expect("written");
        } else if let Some(name) = first.strip_prefix("# add to ") {
            let path = copy.join(name);
            let text = fs::read_to_string(&path).expect("a file to add to");
            fs::write(path, format!("{}\n{body}", text.trim_end())).expect("written");
        } else {
            continue;
        }
        written += 1;
    }
    assert_eq!(written, 4, "source, step, rule and case");

    let today = Day::new(2026, 11, 20).expect("a day");
    let mut loaded = load_dir(&copy.join("rules")).expect("rules that can be read");
    let asked = author::lock::Update { removals: Vec::new(), release: false, check: false, today };
    author::lock::update(&copy.join("rules"), &mut loaded, &asked).expect("a lock");
    let outcome = author::check(&copy.join("rules"), Some(today));
    let before = author::check(&root.join("rules"), Some(today));
    // The copy has a lock of its own; whether the shipped one is fresh is another test's business.
    let others = |outcome: &author::CheckOutcome| {
        outcome.diagnostics.iter().filter(|one| one.location.file != author::lock::NAME).count()
    };
    assert_eq!(others(&outcome), others(&before), "the new files are without findings");

    let loaded = load_dir(&copy.join("rules")).expect("rules that can be read");
    let engine = Engine::new(KnowledgeBase::from_parts(loaded.parts)).expect("an engine");
    let examples = author::test(&engine, &copy.join("tests/cases"), Some("repo-name-taken"), today).expect("a run");
    assert_eq!((examples.passed, examples.failed), (3, Vec::new()));
    let accepted = author::TestAsked {
        cases: &copy.join("tests/cases"),
        filter: Some("name-taken"),
        today,
        snapshots: author::Snapshots::Accept,
        jobs: 1,
    };
    let accepted = author::test_with(&engine, &accepted).expect("a run");
    assert_eq!(accepted.accepted, ["wrote repo/name-taken.snap"]);
    let cases = author::test(&engine, &copy.join("tests/cases"), Some("name-taken.yaml"), today).expect("a run");
    assert_eq!((cases.passed, cases.failed), (1, Vec::new()));
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
