//! Recorded browser traffic (HAR): the request that failed.

use serde_json::Value;

use super::text::{header_facts, retry_until};
use crate::model::{Observation, Scalar, Trust};

/// The failed request of a recording, not yet redacted.
#[derive(Clone, Debug, Default)]
pub(super) struct Failure {
    pub observations: Vec<Observation>,
    /// Texts to search: the body, the server's sentence in a header.
    pub texts: Vec<(String, String)>,
}

/// Finds the last failed request to Hugging Face, else the last failed one.
pub(super) fn failure(har: &Value, from: &str) -> Option<Failure> {
    let entries = har.get("log")?.get("entries")?.as_array()?;
    let status = |entry: &Value| entry.get("response").and_then(|r| r.get("status")).and_then(Value::as_u64);
    let url =
        |entry: &Value| entry.get("request").and_then(|r| r.get("url")).and_then(Value::as_str).map(str::to_owned);
    let hub = |entry: &Value| {
        let host = url(entry).and_then(|url| super::text::link::split(&url)).map(|(host, _)| host).unwrap_or_default();
        ["huggingface.co", "hf.co", "hf.space", "huggingface.cloud"].iter().any(|end| host.ends_with(end))
    };
    let failed = || entries.iter().rev().filter(|entry| status(entry).is_some_and(|s| (400..600).contains(&s)));
    let entry = failed().find(|entry| hub(entry)).or_else(|| failed().next())?;

    let mut failure = Failure::default();
    let mut push = |fact: &str, value: Scalar, trust| {
        failure.observations.push(Observation { fact: fact.to_owned(), value, from: from.to_owned(), trust });
    };
    if let Some(status) = status(entry).and_then(|status| u32::try_from(status).ok()) {
        push("http.status", Scalar::from(status), Trust::Server);
    }
    if let Some(url) = url(entry) {
        push("http.url", Scalar::Text(url), Trust::Url);
    }
    if let Some(method) = entry.get("request").and_then(|r| r.get("method")).and_then(Value::as_str) {
        push("http.method", Scalar::from(method), Trust::Url);
    }
    push("client.name", Scalar::from("browser"), Trust::Client);
    push("surface", Scalar::from("website"), Trust::Client);
    let response = entry.get("response")?;
    let pairs = response.get("headers").and_then(Value::as_array).into_iter().flatten().filter_map(|header| {
        Some((header.get("name").and_then(Value::as_str)?, header.get("value").and_then(Value::as_str)?))
    });
    failure.observations.extend(retry_until(pairs, from));
    for header in response.get("headers").and_then(Value::as_array).into_iter().flatten() {
        let (Some(name), Some(value)) =
            (header.get("name").and_then(Value::as_str), header.get("value").and_then(Value::as_str))
        else {
            continue;
        };
        let name = name.to_ascii_lowercase();
        let (facts, sentence) = header_facts(&name, value, from);
        failure.observations.extend(facts);
        failure.texts.extend(sentence.map(|sentence| (name, sentence)));
    }
    if let Some(body) = response.get("content").and_then(|c| c.get("text")).and_then(Value::as_str) {
        failure.texts.push(("response".to_owned(), body.to_owned()));
    }
    Some(failure)
}
