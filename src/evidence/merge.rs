//! Several sources, one value a fact: the most trusted wins, and disagreements are told.

use crate::model::{Conflict, ConflictValue, Observation, Scalar, Trust};

/// An observation and the source it belongs to. Values of one source do not contradict each other: a log may hold
/// many statuses.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub observation: Observation,
    pub group: usize,
}

/// Facts that are guesses when read out of text; another value there is no contradiction.
const GUESSED: &[&str] = &[
    "client.",
    "surface",
    "environment.os",
    "environment.python",
    "http.url",
    "http.path",
    "http.host",
    "http.method",
    "http.request_id",
    "inference.",
    "repo.",
    "ratelimit.",
];

/// The winner of each fact in order of first appearance, and the disagreements.
pub(super) fn merge(seen: &[Seen]) -> (Vec<Observation>, Vec<Conflict>) {
    let mut names: Vec<&str> = Vec::new();
    for item in seen {
        if !names.contains(&item.observation.fact.as_str()) {
            names.push(&item.observation.fact);
        }
    }
    let (mut facts, mut conflicts) = (Vec::new(), Vec::new());
    for name in names {
        let mut all: Vec<&Seen> = seen.iter().filter(|item| item.observation.fact == name).collect();
        // Stable: of equally trusted ones the first stays first.
        all.sort_by_key(|item| std::cmp::Reverse(item.observation.trust));
        let Some((best, rest)) = all.split_first() else { continue };
        conflicts.extend(conflict(name, best, rest));
        facts.push(best.observation.clone());
    }
    (facts, conflicts)
}

fn conflict(name: &str, best: &Seen, rest: &[&Seen]) -> Option<Conflict> {
    let guessed = GUESSED.iter().any(|prefix| name.starts_with(prefix));
    let mut values: Vec<&Observation> = vec![&best.observation];
    for item in rest {
        let other = &item.observation;
        let solid = !guessed || best.observation.trust >= Trust::Given && other.trust >= Trust::Given;
        let known = values.iter().any(|value| agree(name, &value.value, &other.value));
        let told = other.trust == Trust::Told && !other.of_account();
        if item.group != best.group && solid && !known && !told {
            values.push(other);
        }
    }
    if values.len() < 2 {
        return None;
    }
    let others: Vec<String> = values.iter().skip(1).map(|o| format!("{} says {}", o.from, show(&o.value))).collect();
    let note = format!(
        "{} says {}, {}; {}",
        best.observation.from,
        show(&best.observation.value),
        others.join(", "),
        reason(best.observation.trust)
    );
    let values = values.iter().map(|o| ConflictValue { value: o.value.clone(), from: o.from.clone() }).collect();
    Some(Conflict { fact: name.to_owned(), values, note })
}

/// Whether two values can both be true.
fn agree(name: &str, left: &Scalar, right: &Scalar) -> bool {
    if left.same(right) {
        return true;
    }
    let (Some(left), Some(right)) = (left.as_text(), right.as_text()) else { return false };
    let auto = name == "inference.provider" && (left == "auto" || right == "auto");
    let trimmed = |text: &str| text.trim_end_matches(['.', '/', '\u{2026}']).to_ascii_lowercase();
    let (left, right) = (trimmed(left), trimmed(right));
    let address = matches!(name, "http.url" | "http.path" | "repo.file" | "inference.model" | "client.version");
    auto || left == right || address && (left.starts_with(&right) || right.starts_with(&left))
}

fn show(value: &Scalar) -> String {
    let text: String = value.to_string().chars().take(80).collect();
    format!("`{text}`")
}

const fn reason(trust: Trust) -> &'static str {
    match trust {
        Trust::Set => "what was set on the command line counts",
        Trust::Server => "what the server wrote counts",
        Trust::Url => "the address of the request counts",
        Trust::Given => "what was given as a field counts",
        Trust::Status | Trust::Client | Trust::Told => "the first one counts",
    }
}

/// Facts that cannot all be true although each is said once.
pub(super) fn contradictions(facts: &[Observation]) -> Vec<Conflict> {
    let find = |name: &str| facts.iter().find(|observation| observation.fact == name);
    let mut out = Vec::new();
    let mut add = |left: &Observation, right: &Observation, note: &str| {
        let side = |o: &Observation| ConflictValue {
            value: Scalar::Text(format!("{}: {}", o.fact, o.value)),
            from: o.from.clone(),
        };
        out.push(Conflict { fact: left.fact.clone(), values: vec![side(left), side(right)], note: note.to_owned() });
    };
    if let (Some(status), Some(code)) = (find("http.status"), find("http.error_code"))
        && status.value.as_number().is_some_and(|status| status < 400.0)
    {
        add(status, code, "a request that succeeded has no error code; the two belong to different requests");
    }
    if let Some(kind) = find("token.kind").filter(|kind| kind.value.as_text() == Some("none")) {
        for name in ["token.source", "token.inference_permission", "token.gated_permission", "token.expired"] {
            if let Some(other) = find(name).filter(|other| other.value != Scalar::Bool(false)) {
                add(kind, other, "a request without a token has no property of a token");
                break;
            }
        }
    }
    if let (Some(plan), Some(paid)) = (find("account.plan"), find("account.in_paid_org"))
        && matches!(plan.value.as_text(), Some("team" | "enterprise"))
        && paid.value == Scalar::Bool(false)
    {
        add(plan, paid, "a Team or Enterprise plan comes with membership in a paid organization");
    }
    if let (Some(mode), Some(status)) = (find("environment.offline"), find("http.status"))
        && mode.value == Scalar::Bool(true)
        && status.trust >= Trust::Given
    {
        add(mode, status, "in offline mode no request is sent, so there is no HTTP status");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Seen, contradictions, merge};
    use crate::model::{Observation, Scalar, Trust};

    fn seen(fact: &str, value: impl Into<Scalar>, trust: Trust, group: usize) -> Seen {
        let observation = Observation { fact: fact.into(), value: value.into(), from: format!("input{group}"), trust };
        Seen { observation, group }
    }

    #[test]
    fn the_most_trusted_wins_and_the_rest_is_told() {
        let (facts, conflicts) = merge(&[
            seen("account.plan", "pro", Trust::Given, 0),
            seen("account.plan", "free", Trust::Server, 1),
            seen("http.status", 402u32, Trust::Status, 2),
            seen("http.status", 404u32, Trust::Status, 2),
            seen("client.name", "curl", Trust::Given, 0),
            seen("client.name", "transformers", Trust::Client, 2),
        ]);
        assert_eq!(facts.iter().map(|f| f.value.to_string()).collect::<Vec<_>>(), ["free", "402", "curl"]);
        assert_eq!(conflicts.len(), 1);
        assert_eq!(conflicts[0].note, "input1 says `free`, input0 says `pro`; what the server wrote counts");
    }

    #[test]
    fn shortened_addresses_agree() {
        let (_, conflicts) = merge(&[
            seen("http.url", "https://a.b/c/d", Trust::Url, 0),
            seen("http.url", "https://a.b/c/...", Trust::Given, 1),
        ]);
        assert!(conflicts.is_empty());
    }

    #[test]
    fn facts_that_exclude_each_other() {
        let facts: Vec<Observation> = [
            seen("http.status", 200u32, Trust::Given, 0),
            seen("http.error_code", "GatedRepo", Trust::Server, 0),
            seen("token.kind", "none", Trust::Given, 0),
            seen("token.source", "env", Trust::Given, 0),
        ]
        .into_iter()
        .map(|seen| seen.observation)
        .collect();
        assert_eq!(contradictions(&facts).len(), 2);
    }
}
