//! What the `hf` command says about the account: `hf auth whoami`, `hf spaces zero-gpu quota`.

use serde_json::{Map, Value};

use crate::model::{Observation, Scalar, Trust};

/// Names in the output of `hf auth whoami`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub user: Option<String>,
    pub orgs: Vec<String>,
}

/// Longest text that is taken for the output of one of these commands, in bytes.
const LONGEST: usize = 8 * 1024;

/// The names in what `hf auth whoami` and its predecessors print.
pub(super) fn names(text: &str) -> Option<Names> {
    if text.len() > LONGEST {
        return None;
    }
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next()?;
    let rows: Vec<&str> =
        if first.ends_with("Logged in") { lines.collect() } else { std::iter::once(first).chain(lines).collect() };
    let mut names = Names::default();
    for row in &rows {
        let (key, value) = row.split_once(':')?;
        match key.trim() {
            "user" => names.user = Some(value.trim().to_owned()),
            "orgs" => names.orgs = list(value),
            "endpoint" | "token" => {}
            _ => return None,
        }
    }
    names.user.is_some().then_some(names)
}

/// The same out of `hf auth whoami --format json`.
pub(super) fn names_of(map: &Map<String, Value>) -> Option<Names> {
    let known = |key: &String| matches!(key.as_str(), "user" | "orgs" | "endpoint");
    if !map.contains_key("user") || !map.contains_key("orgs") || !map.keys().all(known) {
        return None;
    }
    let orgs = match map.get("orgs")? {
        Value::String(text) => list(text),
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::Null => Vec::new(),
        _ => return None,
    };
    Some(Names { user: Some(map.get("user")?.as_str()?.to_owned()), orgs })
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// The account that `hf auth whoami` names.
pub(super) fn account(names: &Names, from: &str) -> Vec<Observation> {
    let user = names.user.iter().map(|name| observation("account.name", Scalar::Text(name.clone()), from));
    user.chain(std::iter::once(observation("account.type", Scalar::from("user"), from))).collect()
}

/// What is left of the daily `ZeroGPU` quota, out of the answer of the route or of the command with `--format json`.
pub(super) fn quota(map: &Map<String, Value>, from: &str) -> Option<Vec<Observation>> {
    let number = |names: &[&str]| names.iter().find_map(|name| map.get(*name)).and_then(Value::as_f64);
    if !is_quota(map) {
        return None;
    }
    Some(observations(
        number(&["remaining", "current"]),
        number(&["base"]),
        number(&["overquota_used", "overquotaUsed"]),
        from,
    ))
}

/// Whether a document is an answer about the `ZeroGPU` quota.
pub(super) fn is_quota(map: &Map<String, Value>) -> bool {
    map.contains_key("base")
        && (map.contains_key("remaining") || map.contains_key("current"))
        && ["resets_at", "resetsAt", "overquota_used", "overquotaUsed"].iter().any(|key| map.contains_key(*key))
}

/// The same out of the lines that a person sees.
pub(super) fn quota_lines(text: &str, from: &str) -> Option<Vec<Observation>> {
    if text.len() > LONGEST || !text.contains("ZeroGPU quota (in GPU-seconds)") {
        return None;
    }
    let number = |key: &str| {
        text.lines().find_map(|line| line.trim().strip_prefix(key)?.strip_prefix(':')?.trim().parse::<f64>().ok())
    };
    Some(observations(number("remaining"), number("base"), number("overquota_used"), from))
}

fn observations(left: Option<f64>, base: Option<f64>, over: Option<f64>, from: &str) -> Vec<Observation> {
    let mut out = Vec::new();
    let mut push = |fact: &str, value: Option<f64>| {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            out.push(observation(fact, Scalar::Number(value), from));
        }
    };
    push("zerogpu.account_left_s", left);
    push("zerogpu.account_quota_s", base);
    push("zerogpu.paid_used_s", over);
    if let Some(left) = left {
        out.push(observation("zerogpu.usage_page_shows_quota", Scalar::Bool(left > 0.0), from));
    }
    out
}

fn observation(fact: &str, value: Scalar, from: &str) -> Observation {
    Observation { fact: fact.to_owned(), value, from: from.to_owned(), trust: Trust::Server }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{names, names_of, quota, quota_lines};

    #[test]
    fn both_commands_in_their_forms() {
        let found = names("\u{2713} Logged in\n  user: ada-example\n  orgs: some-club,other-club\n").unwrap();
        assert_eq!((found.user.as_deref(), found.orgs.len()), (Some("ada-example"), 2));
        assert!(names("user:  ada-example\norgs:  some-club").is_some());
        assert_eq!(names("user: x\nerror: y"), None);
        assert_eq!(names("Not logged in"), None);
        let document = json!({"user": "ada-example", "orgs": "some-club", "endpoint": null});
        assert!(names_of(document.as_object().unwrap()).is_some());
        let told = |facts: Vec<crate::model::Observation>| {
            facts.iter().map(|o| format!("{}={}", o.fact, o.value)).collect::<Vec<_>>()
        };
        let document = json!({"base": 300, "current": 12.5, "resetsAt": null, "overquotaUsed": 0});
        let wanted = [
            "zerogpu.account_left_s=12.5",
            "zerogpu.account_quota_s=300",
            "zerogpu.paid_used_s=0",
            "zerogpu.usage_page_shows_quota=true",
        ];
        assert_eq!(told(quota(document.as_object().unwrap(), "x").unwrap()), wanted);
        let lines = "\u{2713} ZeroGPU quota (in GPU-seconds)\n  remaining: 0\n  base: 300\n";
        assert_eq!(told(quota_lines(lines, "x").unwrap()).last().unwrap(), "zerogpu.usage_page_shows_quota=false");
        // Unknown is not zero.
        let document = json!({"base": "many", "current": null, "resetsAt": null});
        assert!(quota(document.as_object().unwrap(), "x").unwrap().is_empty());
    }
}
