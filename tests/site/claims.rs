//! Examples on pages are tests: the engine says what the page claims.

use std::collections::BTreeMap;

use hf_doctor::evidence::{Hint, RawInput};
use hf_doctor::pipeline::{Asked, Done, diagnose};
use serde_json::Value;

use crate::support::{day, engine, twins};

fn diagnosed(text: &str, sets: &[(String, String)]) -> Done {
    let inputs = [RawInput { name: "message".to_owned(), bytes: text.as_bytes().to_vec(), hint: Hint::Message }];
    let asked = Asked { inputs: &inputs, sets, as_of: Some(day()), today: day(), top: 5 };
    diagnose(engine(), &asked).expect("a diagnosis")
}

#[test]
fn every_message_gives_the_verdict_that_its_page_claims() {
    let mut seen = 0;
    for page in twins("problems/") {
        for message in page["content"]["messages"].as_array().expect("messages") {
            let Some(claim) = message["claim"].as_object() else { continue };
            let text = message["text"].as_str().expect("a text");
            let done = diagnosed(text, &[]);
            let verdict = serde_json::to_value(done.report.verdict).expect("JSON");
            assert_eq!(claim["verdict"], verdict, "{}: {text}", page["id"]);
            let problem = done.report.problems.first().map(|one| format!("problems/{}", one.rule));
            assert_eq!(claim["problem"]["path"].as_str(), problem.as_deref(), "{}: {text}", page["id"]);
            let cause = done.report.causes.first().map(|one| format!("causes/{}", one.id));
            assert_eq!(claim["cause"]["path"].as_str(), cause.as_deref(), "{}: {text}", page["id"]);
            seen += 1;
        }
    }
    assert!(seen > 500, "{seen} messages");
}

#[test]
fn most_decisive_messages_lead_to_their_own_page() {
    let (mut own, mut all) = (0, 0);
    for page in twins("problems/") {
        let path = format!("problems/{}", page["id"].as_str().expect("an id"));
        for message in page["content"]["messages"].as_array().expect("messages") {
            if message["layer"] == "decisive" && message["claim"].is_object() {
                all += 1;
                own += usize::from(message["claim"]["problem"]["path"] == path.as_str());
            }
        }
    }
    assert!(own * 100 >= all * 93, "{own} of {all}");
}

/// Follows every way through a tree.
fn ways(node: &Value, sets: &mut Vec<(String, String)>, visit: &mut dyn FnMut(&Value, &[(String, String)])) {
    let Some(branches) = node["branches"].as_array() else { return visit(node, sets) };
    for branch in branches {
        let value = &branch["values"][0];
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        sets.push((node["fact"].as_str().expect("a fact").to_owned(), value));
        ways(&branch["then"], sets, visit);
        sets.pop();
    }
}

#[test]
fn leaves_of_decision_trees_are_what_the_engine_says_with_these_answers() {
    let mut tally: BTreeMap<bool, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for page in twins("problems/") {
        let tree = &page["content"]["tree"];
        let Some(first) = page["content"]["messages"].as_array().and_then(|messages| messages.first()) else {
            continue;
        };
        if tree.is_null() || first["layer"] != "decisive" {
            continue;
        }
        let text = first["text"].as_str().expect("a text").to_owned();
        ways(tree, &mut Vec::new(), &mut |leaf, sets| {
            let done = diagnosed(&text, sets);
            let cause = leaf["cause"]["path"].as_str().expect("a cause").trim_start_matches("causes/");
            // The message itself says more than what all messages of the page have in common, so the order may
            // differ; what the tree names must be among the first.
            let near = done.report.causes.iter().take(3).any(|one| one.id == cause);
            *tally.entry(near).or_default() += 1;
            if !near {
                wrong.push(format!("{}: {sets:?} -> {cause}", page["id"]));
            }
        });
    }
    let (near, far) = (tally.get(&true).copied().unwrap_or(0), tally.get(&false).copied().unwrap_or(0));
    assert!(near > 60 && near >= far * 19, "{near} near, {far} far\n{}", wrong.join("\n"));
}
