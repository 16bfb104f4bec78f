//! Response headers, printed as lines or given as a mapping.

use super::{Harvest, Line, find_ignoring_case};
use crate::model::{Observation, Scalar, Trust};

/// A sentence of the server out of a header, to be searched for symptoms.
pub(in crate::evidence) type ErrorMessage = String;

/// Reads headers out of lines: `x-error-code: GatedRepo`, `'x-error-code': 'GatedRepo'`.
pub(super) fn report(lines: &[Line<'_>], harvest: &mut Harvest, at: &dyn Fn(usize) -> String) {
    let (mut sent, mut until) = (None, None);
    for line in lines {
        for name in ["x-error-code", "ratelimit-policy", "ratelimit", "x-request-id", "retry-after"] {
            let Some(found) = find_ignoring_case(line.text, name) else { continue };
            let rest = line.text.get(found + name.len()..).unwrap_or_default();
            let trimmed = rest.trim_start_matches(['"', '\'', '\\', '`']);
            // A comma parts name and value of a quoted pair; elsewhere it parts names in a list of headers.
            let pair = trimmed.len() < rest.len();
            let Some(value) = trimmed.strip_prefix([':', '=', ',']).filter(|_| pair || !rest.starts_with(',')) else {
                continue;
            };
            let value = value.trim_start_matches([' ', '"', '\'', 'b']);
            let (facts, _) = header_facts(name, value, &at(line.number));
            harvest.observations.extend(facts);
        }
        if let Some(id) = request_id(line.text) {
            harvest.push("http.request_id", id, &at(line.number), Trust::Server);
        }
        if let Some(text) = header_line(line.text, "date").and_then(http_date) {
            sent = Some(text);
        }
        if let Some(text) = header_line(line.text, "retry-after").and_then(http_date) {
            until = Some((text, line.number));
        }
    }
    if let (Some(sent), Some((until, line))) = (sent, until)
        && let Some(seconds) = delay(sent, until)
    {
        harvest.push("http.retry_after_s", seconds, &at(line), Trust::Server);
    }
}

/// The value of a header that begins a line, behind the mark of `curl -v`.
fn header_line<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let line = line.trim_start_matches(['<', ' ']);
    let (found, value) = line.split_once(':')?;
    found.eq_ignore_ascii_case(name).then(|| value.trim())
}

/// A date as headers write it, `Sat, 21 Nov 2026 03:20:00 GMT`, in seconds since 1970.
pub(in crate::evidence) fn http_date(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.len() > 40 || !text.ends_with("GMT") {
        return None;
    }
    jiff::fmt::rfc2822::parse(text).ok().map(|date| date.timestamp().as_second())
}

/// The delay that a day in `Retry-After` means, out of headers given by name.
pub(in crate::evidence) fn retry_until<'a>(
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    from: &str,
) -> Option<Observation> {
    let (mut sent, mut until) = (None, None);
    for (name, value) in headers {
        if name.eq_ignore_ascii_case("date") {
            sent = http_date(value);
        } else if name.eq_ignore_ascii_case("retry-after") {
            until = http_date(value);
        }
    }
    let value = Scalar::from(delay(sent?, until?)?);
    Some(Observation { fact: "http.retry_after_s".to_owned(), value, from: from.to_owned(), trust: Trust::Server })
}

/// Seconds from an answer to the time it names. Both come from the server, so no clock is asked.
pub(in crate::evidence) fn delay(sent: i64, until: i64) -> Option<u32> {
    until.checked_sub(sent).and_then(|seconds| u32::try_from(seconds).ok())
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
            if let Some(window) = parameter(value, "w") {
                push("ratelimit.window_s", Scalar::from(window));
            }
        }
        "retry-after" => {
            let digits = value.bytes().take_while(u8::is_ascii_digit).count();
            let (number, rest) = value.split_at_checked(digits).unwrap_or_default();
            // `7.5`, `-1` and `7 days` are no delays.
            let ends = rest.trim_start_matches(['"', '\'', '\\', '`', ',', '}', ')', ']']).trim();
            if let (Ok(seconds), true) =
                (number.parse::<u32>(), rest.is_empty() || ends.is_empty() || rest.starts_with(['"', '\'', ',']))
            {
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
        assert_eq!(
            facts("ratelimit-policy", "\"fixed window\";\"api\";q=500;w=300"),
            ["ratelimit.quota=500", "ratelimit.window_s=300"]
        );
        assert!(facts("ratelimit", "nonsense").is_empty());
        assert_eq!(facts("ratelimit", "\"api\";r=-5;t=99999999999"), ["ratelimit.bucket=api"]);
        assert_eq!(facts("retry-after", "60"), ["http.retry_after_s=60"]);
        for malformed in ["Wed, 21 Oct", "-1", "1e3", "7.5", "99999999999", "", "soon", "7 days"] {
            assert!(facts("retry-after", malformed).is_empty(), "{malformed}");
        }
        let seconds = |text| super::http_date(text);
        assert_eq!(
            seconds("Sat, 21 Nov 2026 03:30:00 GMT").unwrap() - seconds("Sat, 21 Nov 2026 03:20:00 GMT").unwrap(),
            600
        );
        assert_eq!(seconds("Sat, 31 Feb 2026 03:30:00 GMT"), None);
        assert_eq!(super::delay(100, 40), None);
        let read = |text: &str| {
            let mut harvest = crate::evidence::text::Harvest::default();
            super::report(&[crate::evidence::text::Line { text, number: 1 }], &mut harvest, &|_| String::new());
            harvest.observations.iter().map(|o| o.value.to_string()).collect::<Vec<_>>()
        };
        assert!(read("Access-Control-Expose-Headers: X-Repo-Commit,X-Error-Code,X-Error-Message").is_empty());
        assert_eq!(read("(b'X-Error-Code', b'GatedRepo')"), ["GatedRepo"]);
        assert_eq!(facts("x-error-code", "GatedRepo"), ["http.error_code=GatedRepo"]);
    }
}
