//! `kb coverage`, `kb mutants` and `kb crossfire` over a small knowledge base: figures, gates, formats, bad arguments.

use std::fs;
use std::path::Path;

use super::support::{Folder, Ran, at, finish, program};

const TEXT: &str = "You have exceeded your GPU quota (60s requested vs. 0s left).";

/// A knowledge base of one rule, with one case and one log.
struct Small(Folder);

impl Small {
    fn new() -> Self {
        let folder = Folder::new();
        copy(Path::new(&at("tests/broken/base")), &folder.path().join("rules"));
        let small = Self(folder);
        small.write(
            "tests/cases/quota/nothing-left.yaml",
            &format!("title: Nothing is left\nas_of: 2026-11-20\nevidence:\n  text: \"{TEXT}\"\nexpect:\n  cause: quota-used-up\n"),
        );
        small.write("tests/background/fine.log", "all is well\n");
        small
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        finish(program().current_dir(self.0.path()).arg("kb").args(arguments))
    }

    fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let ran = self.run(&[arguments, &["--json"]].concat());
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err))
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn coverage_names_gaps_by_line_and_gates() {
    let small = Small::new();
    small.run(&["coverage"]).answered(&[
        "rules/quota/quota-exceeded.yaml:27: `for` item 1 of `quota-used-up` is never false\n    add a case",
        "symptoms     100.0 %      1 of 1     matched in a case or an example\n",
        "evidence      33.3 %      1 of 3     each item true, false and unknown",
        "all           61.5 %\n",
    ]);
    small.run(&["coverage", "--min", "61.5"]).answered(&[]);
    small.run(&["coverage", "--min", "61.6"]).refused(5, &["61.5 % is exercised, 61.6 % is demanded"]);
    assert_eq!(small.run(&["coverage", "-q"]).out, "61.5\n");
    let document = small.json(&["coverage"]);
    assert_eq!(document["gaps"][0]["line"], 8);
    // A filter leaves out gaps, never figures.
    let filtered = small.json(&["coverage", "near miss"]);
    assert_eq!(filtered["gaps"].as_array().unwrap().len(), 1);
    assert_eq!(filtered["percent"], document["percent"]);
    // A case in which nothing is left and one in which something is exercise the item in two states.
    small.write(
        "tests/cases/quota/some-left.yaml",
        "title: Some is left\nas_of: 2026-11-20\nevidence:\n  text: You have exceeded your GPU quota (60s requested vs. 9s left).\nexpect: {}\n",
    );
    small.run(&["coverage"]).answered(&["evidence      66.6 %      2 of 3"]);
}

#[test]
fn mutants_list_survivors_with_a_sketch_and_gate() {
    let small = Small::new();
    let ran = small.run(&["mutants"]);
    ran.answered(&[
        "rules/quota/quota-exceeded.yaml:5: from 2023-11-02 instead of 2023-11-01\n",
        "    | title: ",
        " survived, ",
    ]);
    let document = small.json(&["mutants"]);
    let count = |key: &str| document[key].as_u64().unwrap_or_else(|| panic!("{key} in {document}"));
    assert_eq!(count("tried"), count("noticed") + count("survived") + count("excused") + count("equivalent"));
    assert!(count("survived") >= 1 && count("noticed") >= 5, "{document}");
    small.run(&["mutants", "--min", "100"]).refused(5, &["% is noticed, 100 % is demanded"]);
    small.run(&["mutants", "--min", "10"]).answered(&[]);
    // A survivor that is declared with a reason counts as excused; one that is noticed must not be declared.
    let names: Vec<String> = document["files"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|file| file["survivors"].as_array().unwrap())
        .map(|one| one["mutant"].as_str().unwrap().to_owned())
        .collect();
    let declared: String =
        names.iter().map(|name| format!("  - {{mutant: '{name}', reason: nobody can tell}}\n")).collect();
    small.write("tests/mutants.yaml", &format!("survivors:\n{declared}"));
    let excused = small.run(&["mutants", "--min", "100"]);
    excused.answered(&[
        "declared quota-exceeded/valid/from: later\n    nobody can tell",
        "100.00 % without the declared ones",
    ]);
    small
        .write("tests/mutants.yaml", &format!("survivors:\n{declared}  - {{mutant: gone, reason: nobody can tell}}\n"));
    small.run(&["mutants"]).refused(5, &["declared survivors that are noticed or not there any more"]);
    fs::remove_file(small.0.path().join("tests/mutants.yaml")).unwrap();
    let listed = small.run(&["mutants", "--list"]);
    listed.answered(&["/causes/quota-used-up/for/0: drop\n", " mutants\n"]);
    // The same figures with any number of threads.
    assert_eq!(small.run(&["mutants", "--jobs", "1"]).out, small.run(&["mutants", "--jobs", "5"]).out);
    small.run(&["mutants", "no-such-rule"]).refused(5, &["no mutant was tried"]);
}

#[test]
fn crossfire_demands_that_rivals_are_declared_and_logs_stay_silent() {
    let small = Small::new();
    small
        .run(&["crossfire"])
        .answered(&["1 rule on 2 texts and 1 background log: 0 pairs fire together, 0 undeclared; 0 false alarms\n"]);
    let rule = fs::read_to_string(small.0.path().join("rules/quota/quota-exceeded.yaml")).unwrap();
    let twin =
        rule.replace("id: quota-exceeded", "id: quota-again").replace("id: quota-used-up", "id: quota-again-used-up");
    small.write("rules/quota/quota-again.yaml", &twin);
    small.write("tests/background/bad.log", &format!("{TEXT}\n"));
    let ran = small.run(&["crossfire"]);
    ran.refused(5, &[]);
    for part in [
        "undeclared rules/quota/quota-again.yaml: `quota-again` and `quota-exceeded`, 3 texts\n",
        "noise bad.log: `quota-again` by requested-vs-left\n",
        "2 rules on 3 texts and 2 background logs: 1 pair fires together, 1 undeclared; 2 false alarms\n",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    let table = small.run(&["crossfire", "--format", "markdown"]);
    table.refused(5, &[]);
    assert!(table.out.contains("| `quota-again` | `quota-exceeded` | **no** | 3 |"), "{}", table.out);
    let document = small.json(&["crossfire"]);
    assert_eq!((&document["undeclared"], document["noise"].as_array().unwrap().len()), (&1.into(), 2));
    // Declared, and with a log that concerns neither, all is well.
    small.write("rules/quota/quota-again.yaml", &format!("{twin}rivals: [quota-exceeded]\n"));
    fs::remove_file(small.0.path().join("tests/background/bad.log")).unwrap();
    small.run(&["crossfire"]).answered(&["1 pair fires together, 0 undeclared; 0 false alarms\n"]);
    assert_eq!(small.run(&["crossfire", "-q"]).out, "");
}

#[test]
fn arguments_and_places_that_cannot_be_are_refused() {
    let small = Small::new();
    for (arguments, code, part) in [
        (&["coverage", "--min", "101"][..], 2, "a number from 0 to 100"),
        (&["coverage", "--min", "x"], 2, "a number from 0 to 100"),
        (&["mutants", "--min", "101"], 2, "a number from 0 to 100"),
        (&["mutants", "--min", "nan"], 2, "a number from 0 to 100"),
        (&["mutants", "--every", "0"], 2, "--every"),
        (&["coverage", "--jobs", "0"], 2, "--jobs"),
        (&["crossfire", "--format", "html"], 2, "no format `html`"),
        (&["mutants", "--format", "junit"], 2, "no format `junit`"),
        (&["crossfire", "--cases", "gone"], 74, "cannot read `gone`"),
        (&["coverage", "--rules", "gone"], 74, "cannot read `gone`"),
        (&["mutants", "--rules", "tests"], 4, "broken"),
    ] {
        small.run(arguments).refused(code, &[part]);
    }
    small.write("tests/cases/quota/broken.yaml", "title: [\n");
    for command in ["coverage", "mutants", "crossfire"] {
        small.run(&[command]).refused(5, &["broken quota/broken.yaml", "kb test"]);
    }
    let nowhere = Folder::new();
    let ran = finish(program().current_dir(nowhere.path()).args(["kb", "coverage"]));
    ran.refused(74, &["no `rules/kb.yaml` here", "--rules DIR"]);
}
