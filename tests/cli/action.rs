//! `action.yml`: its steps are run as a runner would, but for the build.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;

use hf_doctor::diag::yaml::{self, Limits};
use serde_json::Value;

use super::support::{Folder, Ran, at, finish};

fn action() -> Value {
    let text = fs::read_to_string(at("action.yml")).unwrap();
    yaml::to_json(&yaml::parse(&text, &Limits::RULES).expect("YAML of the dialect"))
}

/// A step's script with the inputs of the action, in a runner whose build gave this program.
fn step(number: usize, inputs: &[(&str, &str)], runner: &Folder) -> Ran {
    let action = action();
    let step = &action["runs"]["steps"][number];
    assert_eq!(step["shell"], "bash");
    let bin = runner.path().join("hf-doctor/bin");
    fs::create_dir_all(&bin).unwrap();
    let program = bin.join("hf-doctor");
    if !program.exists() {
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_hf-doctor"), &program).unwrap();
    }
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].as_str().unwrap()]);
    command.env("RUNNER_TEMP", runner.path()).current_dir(at("."));
    for (name, value) in step["env"].as_object().unwrap() {
        let input = value.as_str().unwrap().trim_start_matches("${{ inputs.").trim_end_matches(" }}");
        let default = action["inputs"][input]["default"].as_str().expect("an input with a default");
        let given = inputs.iter().find(|(name, _)| *name == input).map_or(default, |(_, value)| *value);
        command.env(name, given);
    }
    finish(&mut command)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn the_steps_of_the_action_pass_over_the_shipped_base() {
    let runner = Folder::new();
    assert_eq!(action()["runs"]["steps"].as_array().unwrap().len(), 4);
    step(1, &[], &runner).answered(&[]);
    step(3, &[], &runner).answered(&["0 files would be formatted"]);
    // The whole of `tests/cases` is run by another test.
    step(2, &[("cases", "tests/cases/as-of")], &runner).answered(&["passed"]);
}

#[test]
fn the_steps_of_the_action_fail_where_something_is_wrong() {
    let runner = Folder::new();
    let rules = runner.path().join("rules");
    copy(Path::new(&at("tests/broken/base")), &rules);
    copy(Path::new(&at("tests/broken/kb011-unknown-fields")), &rules);
    let rules = rules.to_string_lossy().into_owned();
    let ran = step(1, &[("rules", &rules)], &runner);
    assert_eq!(ran.code, Some(4), "{}", ran.all());
    assert!(ran.out.starts_with("::error file=") && ran.out.contains("title=KB011"), "{}", ran.out);
    step(1, &[("rules", "rules; exit 0")], &runner).refused(74, &["cannot read"]);
    assert_ne!(step(2, &[("rules", &rules)], &runner).code, Some(0));
}

#[test]
fn the_guide_shows_the_action_with_its_inputs() {
    let guide = fs::read_to_string(at("CONTRIBUTING.md")).unwrap();
    let block = guide.split("```yaml\n").find(|block| block.contains("uses: OWNER/hf-doctor@")).expect("an example");
    for input in action()["inputs"].as_object().unwrap().keys() {
        assert!(block.contains(&format!("          {input}: ")), "{input} is not in the example");
    }
}
