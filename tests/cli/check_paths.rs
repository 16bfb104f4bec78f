//! `kb check` of single files and folders, and its formats for services.

use super::support::{Folder, run};

/// A base with one misspelt key in one rule, and one in another.
fn broken() -> (Folder, String) {
    let folder = Folder::new();
    let rules = folder.rules();
    for rule in ["zerogpu/zerogpu-quota-exceeded.yaml", "gated/gated-access-refused.yaml"] {
        let file = std::path::Path::new(&rules).join(rule);
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replacen("\nstatus:", "\nstaus:", 1)).unwrap();
    }
    (folder, rules)
}

#[test]
fn a_file_or_folder_shows_its_own_problems_only() {
    let (_folder, rules) = broken();
    for path in ["zerogpu/zerogpu-quota-exceeded.yaml", "zerogpu"] {
        let ran = run(&["kb", "check", &format!("{rules}/{path}")]);
        ran.refused(4, &[]);
        assert!(ran.out.contains("zerogpu-quota-exceeded.yaml:5:1") && ran.out.contains("did you mean `status`?"));
        assert!(!ran.out.contains("gated-access-refused"), "{}", ran.out);
    }
    let fine = run(&["kb", "check", &format!("{rules}/steps/zerogpu.yaml")]);
    fine.answered(&["1 file: 0 errors"]);
    run(&["kb", "check", "README.md"]).refused(4, &["in no knowledge base", "--rules"]);
}

#[test]
fn services_get_places_in_their_own_formats() {
    let (_folder, rules) = broken();
    let github = run(&["kb", "check", &format!("{rules}/zerogpu"), "--format", "github"]);
    github.refused(4, &[]);
    let found =
        |line: &str| line.starts_with("::error file=") && line.contains(",title=KB011::unknown field `staus`%0A");
    assert!(github.out.lines().any(found), "{}", github.out);
    let sarif = run(&["kb", "check", &rules, "--format", "sarif"]);
    sarif.refused(4, &[]);
    let document: serde_json::Value = serde_json::from_str(&sarif.out).unwrap();
    let at = |route: &str| document.pointer(route).unwrap_or_else(|| panic!("{route} in {}", sarif.out)).clone();
    assert_eq!(at("/version"), "2.1.0");
    assert_eq!(at("/runs/0/columnKind"), "unicodeCodePoints");
    let rule_ids: Vec<_> =
        at("/runs/0/tool/driver/rules").as_array().unwrap().iter().map(|r| r["id"].clone()).collect();
    for result in at("/runs/0/results").as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rule_ids[index], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(!uri.starts_with('/') && !uri.contains(':'), "{uri}");
        assert!(place["region"]["startLine"].as_u64().is_some_and(|line| line > 0) || place.get("region").is_none());
    }
    for rule in at("/runs/0/tool/driver/rules").as_array().unwrap() {
        assert!(rule["help"]["text"].as_str().is_some_and(|text| !text.is_empty()));
        assert!(rule["helpUri"].as_str().is_some_and(|uri| uri.starts_with("https://")));
    }
    run(&["-m", "x", "--format", "sarif"]).refused(2, &["no format `sarif`"]);
}
