//! Several inputs, one incident: who is believed, in whatever order they come, and what the report says of it.

use serde_json::{Value, json};

use super::support::{Folder, run};

/// The report on inputs in the order given and in the opposite one; where they disagree it says the same.
fn both(folder: &Folder, files: &[&str], more: &[&str]) -> Value {
    let report = |files: Vec<&str>| -> Value {
        let mut arguments = vec!["--json", "--as-of", "2026-11-21"];
        arguments.extend(files);
        arguments.extend(more);
        let ran = run(&arguments);
        ran.refused(ran.code.unwrap_or(101).min(1), &[]);
        let folder = format!("{}/", folder.path().display());
        serde_json::from_str(&ran.out.replace(&folder, "")).expect("a report")
    };
    let (first, second) = (report(files.to_vec()), report(files.iter().rev().copied().collect()));
    assert_eq!(first["conflicts"], second["conflicts"]);
    assert_eq!(first["causes"][0]["id"], second["causes"][0]["id"]);
    first
}

/// The one conflict about a fact: its values with who says them, the one used first.
#[track_caller]
fn conflict(report: &Value, fact: &str) -> (Value, String) {
    let found: Vec<&Value> =
        report["conflicts"].as_array().unwrap().iter().filter(|conflict| conflict["fact"] == fact).collect();
    let [one] = found.as_slice() else { panic!("{} conflicts about {fact}: {}", found.len(), report["conflicts"]) };
    (one["values"].clone(), one["note"].as_str().unwrap().to_owned())
}

const REFUSED: &str =
    "403 Client Error: Forbidden for url: https://huggingface.co/api/models/owner-a/tiny/revision/main\n";

#[test]
fn each_source_yields_to_the_next_more_trusted_one() {
    let folder = Folder::new();
    let text = folder.file("error.txt", REFUSED);
    let sentence = folder
        .file("said.txt", "Access to model owner-b/large is restricted and you are not in the authorized list.\n");
    let address = folder.file("address.json", r#"{"repo": {"id": "owner-c/field"}}"#);
    let status = folder.file("status.json", r#"{"http": {"status": 404}}"#);
    let whoami =
        folder.file("whoami.json", r#"{"type": "user", "name": "zed", "isPro": false, "canPay": false, "orgs": []}"#);
    let plan = folder.file("plan.json", r#"{"account": {"plan": "pro"}}"#);

    // The server's sentence before the address.
    let (values, note) = conflict(&both(&folder, &[&text, &sentence], &[]), "repo.id");
    assert_eq!(
        values,
        json!([{"value": "owner-b/large", "from": "said.txt:1"}, {"value": "owner-a/tiny", "from": "error.txt:1"}])
    );
    assert!(note.contains("what the server wrote is trusted more"), "{note}");

    // The address before a field.
    let (values, note) = conflict(&both(&folder, &[&text, &address], &[]), "repo.id");
    assert_eq!(
        values,
        json!([{"value": "owner-a/tiny", "from": "error.txt:1"}, {"value": "owner-c/field", "from": "address.json"}])
    );
    assert!(note.contains("the address of the request counts"), "{note}");

    // A field before a status that was read.
    let (values, note) = conflict(&both(&folder, &[&text, &status], &[]), "http.status");
    assert_eq!(values, json!([{"value": 404, "from": "status.json"}, {"value": 403, "from": "error.txt:1"}]));
    assert!(note.contains("what was given as a field counts"), "{note}");

    // The account as the server knows it before a field, and what is set before everything.
    let (values, _) = conflict(&both(&folder, &[&plan, &whoami], &[]), "account.plan");
    assert_eq!(values, json!([{"value": "free", "from": "whoami.json"}, {"value": "pro", "from": "plan.json"}]));
    let report = both(&folder, &[&plan, &whoami], &["--set", "account.plan=pro"]);
    let (values, note) = conflict(&report, "account.plan");
    assert_eq!(values[0], json!({"value": "pro", "from": "--set"}));
    assert_eq!(values[1], json!({"value": "free", "from": "whoami.json"}));
    assert!(note.contains("set on the command line"), "{note}");
    let facts = report["account"]["facts"].as_array().unwrap();
    let used: Vec<_> = facts.iter().filter(|fact| fact["id"] == "account.plan").map(|fact| &fact["from"]).collect();
    assert_eq!(used, ["--set"]);
}

#[test]
fn what_a_person_says_of_their_account_is_set_against_what_the_server_knows() {
    let folder = Folder::new();
    let whoami = folder.file(
        "whoami.json",
        r#"{"type": "user", "name": "zed", "isPro": false, "orgs": [], "auth": {"type": "access_token", "accessToken": {"role": "read"}}}"#,
    );
    let notes = folder.file(
        "e.json",
        r#"{"text": "HfHubHTTPError: 403 Forbidden: None.", "notes": "a fine-grained token is refused"}"#,
    );
    let (values, note) = conflict(&both(&folder, &[&whoami, &notes], &[]), "token.kind");
    assert_eq!(values[0], json!({"value": "read", "from": "whoami.json"}));
    assert_eq!(values[1], json!({"value": "fine-grained", "from": "e.json#notes:1"}));
    assert!(note.contains("what the server wrote is trusted more"), "{note}");
    // Statuses that people mention are many; they contradict nothing.
    let text = folder.file("n.json", r#"{"text": "402 Client Error: Payment Required for url: https://router.huggingface.co/v1/chat/completions", "notes": "before it was HTTP 403"}"#);
    let report = both(&folder, &[&text], &[]);
    assert_eq!(report["conflicts"], json!([]));
}

#[test]
fn every_reason_tells_where_its_facts_come_from() {
    let folder = Folder::new();
    let text = folder.file("error.txt", format!("start\n{REFUSED}"));
    let given =
        folder.file("facts.json", r#"{"token": {"kind": "fine-grained"}, "http": {"error_code": "GatedRepo"}}"#);
    let report = both(&folder, &[&text, &given], &["--set", "account.gated_access=pending"]);
    let mut sources = std::collections::BTreeSet::new();
    for cause in report["causes"].as_array().unwrap() {
        for reason in cause["for"].as_array().unwrap().iter().chain(cause["against"].as_array().unwrap()) {
            for fact in reason["facts"].as_array().unwrap() {
                let from = fact["from"].as_str().unwrap();
                let known = ["error.txt:2", "facts.json", "--set", "all texts"];
                assert!(known.contains(&from), "{from} in {reason}");
                sources.insert(from.to_owned());
            }
        }
    }
    assert!(sources.contains("--set") && sources.contains("facts.json"), "{sources:?}");
}
