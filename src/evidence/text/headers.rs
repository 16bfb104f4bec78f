//! Response headers, printed as lines or given as a mapping.

use super::{Harvest, Line, find_ignoring_case};
use crate::model::{Observation, Scalar, Trust};

/// A sentence of the server out of a header, to be searched for symptoms.
pub(in crate::evidence) type ErrorMessage = String;

/// Reads headers out of lines: `x-error-code: GatedRepo`, `'x-error-code': 'GatedRepo'`.
pub(super) fn report(lines: &[Line<'_>], harvest: &mut Harvest, at: &dyn Fn(usize) -> String) {
    for line in lines {
        for name in ["x-error-code", "ratelimit-policy", "ratelimit", "x-request-id", "retry-after"] {
            let Some(found) = find_ignoring_case(line.text, name) else { continue };
            let rest = line.text.get(found + name.len()..).unwrap_or_default();
            let trimmed = rest.trim_start_matches(['"', '\'', '\\', '`']);
            let Some(value) = trimmed.strip_prefix([':', '=', ',']) else { continue };
            let value = value.trim_start_matches([' ', '"', '\'', 'b']);
            let (facts, _) = header_facts(name, value, &at(line.number));
            harvest.observations.extend(facts);
        }
        if let Some(id) = request_id(line.text) {
            harvest.push("http.request_id", id, &at(line.number), Trust::Server);
        }
    }
}

/// `(Request ID: Root=1-...;...)`.
fn request_id(line: &str) -> Option<String> {
    let found = find_ignoring_case(line, "request id: ")?;
    let rest = line.get(found + 12..)?;
    let id: String = rest
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '=' | ';' | '_' | ':'))
        .take(128)
        .collect();
    (id.len() >= 8).then_some(id)
}

/// Facts out of one header, and the server's sentence when the header is one.
pub(in crate::evidence) fn header_facts(
    name: &str,
    value: &str,
    from: &str,
) -> (Vec<Observation>, Option<ErrorMessage>) {
    let mut out = Vec::new();
    let mut push = |fact: &str, value: Scalar| {
        out.push(Observation { fact: fact.to_owned(), value, from: from.to_owned(), trust: Trust::Server });
    };
    match name {
        "x-error-code" => {
            let code: String = value.chars().take_while(char::is_ascii_alphanumeric).take(64).collect();
            if !code.is_empty() {
                push("http.error_code", Scalar::Text(code));
            }
        }
        "x-error-message" => return (out, Some(value.to_owned())),
        "x-request-id" => {
            let id: String = value
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '=' | ';'))
                .take(128)
                .collect();
            if id.len() >= 8 {
                push("http.request_id", Scalar::Text(id));
            }
        }
        "ratelimit" => {
            if let Some(bucket) = quoted_name(value) {
                push("ratelimit.bucket", Scalar::Text(bucket));
                if let Some(remaining) = parameter(value, "r") {
                    push("ratelimit.remaining", Scalar::from(remaining));
                }
                if let Some(reset) = parameter(value, "t") {
                    push("ratelimit.reset_s", Scalar::from(reset));
                }
            }
        }
        "ratelimit-policy" => {
            if let Some(quota) = parameter(value, "q") {
                push("ratelimit.quota", Scalar::from(quota));
            }
        }
        "retry-after" => {
            let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
            if let Ok(seconds) = digits.parse::<u32>() {
                push("http.retry_after_s", Scalar::from(seconds));
            }
        }
        _ => {}
    }
    (out, None)
}

/// The name of a limit, `"api";r=0;t=55`; its opening quote may be gone already.
fn quoted_name(value: &str) -> Option<String> {
    let name: String = value
        .trim_start_matches(['"', '\\', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
        .take(40)
        .collect();
    (!name.is_empty() && value.contains(';')).then_some(name)
}

/// A parameter that fits a u32; others are malformed and say nothing.
fn parameter(value: &str, name: &str) -> Option<u32> {
    value.split(';').find_map(|part| {
        let digits: String =
            part.trim().strip_prefix(name)?.strip_prefix('=')?.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::header_facts;

    #[test]
    fn rate_limit_headers() {
        let facts = |name, value| -> Vec<String> {
            header_facts(name, value, "x").0.iter().map(|o| format!("{}={}", o.fact, o.value)).collect()
        };
        assert_eq!(
            facts("ratelimit", "\"api\";r=0;t=55"),
            ["ratelimit.bucket=api", "ratelimit.remaining=0", "ratelimit.reset_s=55"]
        );
        assert_eq!(facts("ratelimit-policy", "\"fixed window\";\"api\";q=500;w=300"), ["ratelimit.quota=500"]);
        assert!(facts("ratelimit", "nonsense").is_empty());
        assert_eq!(facts("ratelimit", "\"api\";r=-5;t=99999999999"), ["ratelimit.bucket=api"]);
        assert!(facts("retry-after", "Wed, 21 Oct").is_empty());
        assert_eq!(facts("x-error-code", "GatedRepo"), ["http.error_code=GatedRepo"]);
    }
}
