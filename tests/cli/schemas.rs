//! `schema`: one to stdout, all to a folder.

use std::fs;

use super::support::{Folder, at, run};

#[test]
fn a_schema_is_printed_in_both_editions() {
    let newest = run(&["schema", "rule"]);
    newest.answered(&["https://json-schema.org/draft/2020-12/schema", "open-space-from-hub-page"]);
    let seven = run(&["schema", "rule", "--draft", "07"]);
    seven.answered(&["http://json-schema.org/draft-07/schema#", "#/definitions/Cause"]);
    assert!(!seven.out.contains("$defs"));
    for out in [newest.out, seven.out] {
        serde_json::from_str::<serde_json::Value>(&out).expect("JSON");
    }
    run(&["schema"]).refused(2, &["NAME"]);
    run(&["schema", "rules"]).refused(2, &["rule"]);
    run(&["schema", "rule", "--write", "x"]).refused(2, &["cannot be used with"]);
    run(&["schema", "rule", "--draft", "4"]).refused(2, &["2020-12, 07"]);
}

#[test]
fn all_schemas_are_written_as_they_are_committed() {
    let folder = Folder::new();
    let dir = folder.path().join("deep/schema").to_string_lossy().into_owned();
    run(&["schema", "--write", &dir, "--rules", "rules"]).answered(&["22 of 22 schemas changed"]);
    for name in ["rule.schema.json", "draft-07/case.schema.json"] {
        let written = fs::read_to_string(format!("{dir}/{name}")).unwrap();
        assert_eq!(written, fs::read_to_string(at(&format!("schema/{name}"))).unwrap());
    }
    run(&["schema", "--write", &dir, "--rules", "rules"]).answered(&["0 of 22 schemas changed"]);
    let file = folder.file("file", "");
    run(&["schema", "--write", &file]).refused(74, &["cannot write"]);
    // The ids are those of the base that is named.
    let other = folder.path().join("other").to_string_lossy().into_owned();
    run(&["schema", "--write", &other, "--rules", "tests/broken/base"]).answered(&["22 of 22"]);
    assert!(!fs::read_to_string(format!("{other}/rule.schema.json")).unwrap().contains("open-space-from-hub-page"));
}
