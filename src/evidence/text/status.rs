//! HTTP status numbers, in the places where software prints them.

use super::{Harvest, Line};
use crate::model::{Observation, Scalar, Trust};

/// A status with the line it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Status {
    pub code: u16,
    pub line: usize,
    /// How plainly the line says that this is the answer to a request.
    rank: u8,
}

/// Other statuses of the same text that are worth mentioning.
const MAX_OTHERS: usize = 5;

/// Reason phrases; one beside its number makes that number a status.
const REASONS: &[(u16, &[&str])] = &[
    (400, &["bad request"]),
    (401, &["unauthorized"]),
    (402, &["payment required"]),
    (403, &["forbidden"]),
    (404, &["not found"]),
    (405, &["method not allowed"]),
    (408, &["request timeout", "request time-out"]),
    (409, &["conflict"]),
    (410, &["gone"]),
    (412, &["precondition failed"]),
    (413, &["payload too large", "request entity too large", "content too large"]),
    (416, &["range not satisfiable", "requested range not satisfiable"]),
    (422, &["unprocessable"]),
    (424, &["failed dependency"]),
    (429, &["too many requests"]),
    (451, &["unavailable for legal"]),
    (500, &["internal server error"]),
    (501, &["not implemented"]),
    (502, &["bad gateway"]),
    (503, &["service unavailable", "service temporarily unavailable"]),
    (504, &["gateway time"]),
    (507, &["insufficient storage"]),
];

/// Every status, in order.
pub(super) fn all(lines: &[Line<'_>]) -> Vec<Status> {
    let mut found = Vec::new();
    for line in lines {
        in_line(line.text, &mut |code, rank| found.push(Status { code, line: line.number, rank }));
    }
    found
}

/// The decisive one: errors before successes, plain statements before mentions, the last one before earlier ones.
pub(super) fn chosen(statuses: &[Status]) -> Option<Status> {
    // `max_by_key` keeps the last of equals: retries and log lines end with the answer that mattered.
    statuses.iter().copied().max_by_key(|status| (status.code >= 400, status.rank))
}

/// The chosen status, and the others with less trust.
pub(super) fn report(statuses: &[Status], harvest: &mut Harvest, at: &dyn Fn(usize) -> String) {
    let Some(best) = chosen(statuses) else { return };
    let mut seen = vec![best.code];
    let mut push = |status: &Status, trust| {
        harvest.observations.push(Observation {
            fact: "http.status".to_owned(),
            value: Scalar::from(u32::from(status.code)),
            from: at(status.line),
            trust,
        });
    };
    push(&best, Trust::Status);
    for status in statuses.iter().rev().filter(|status| status.code >= 400) {
        if !seen.contains(&status.code) && seen.len() <= MAX_OTHERS {
            seen.push(status.code);
            push(status, Trust::Told);
        }
    }
}

fn in_line(line: &str, found: &mut dyn FnMut(u16, u8)) {
    let bytes = line.as_bytes();
    let byte = |i: Option<usize>| i.and_then(|i| bytes.get(i)).copied().unwrap_or(b' ');
    let mut at = 0;
    while let Some(skip) = bytes.get(at..).and_then(|rest| rest.iter().position(|b| matches!(b, b'1'..=b'5'))) {
        let start = at + skip;
        let end = start + bytes.get(start..).unwrap_or_default().iter().take_while(|b| b.is_ascii_digit()).count();
        at = end;
        let before = byte(start.checked_sub(1));
        let after = byte(Some(end));
        let glued = before.is_ascii_alphanumeric() || matches!(before, b'.' | b'-' | b'_' | b'$' | b'/' | b'+' | b'#');
        let number = after.is_ascii_alphanumeric()
            || matches!(after, b'_' | b'%' | b'/')
            || after == b'.' && byte(Some(end + 1)).is_ascii_digit();
        if end - start != 3 || glued || number {
            continue;
        }
        let (Some(code), Some(head), Some(tail)) =
            (line.get(start..end).and_then(|code| code.parse::<u16>().ok()), line.get(..start), line.get(end..))
        else {
            continue;
        };
        if let Some(rank) = rank(code, head, tail) {
            found(code, rank);
        }
    }
}

/// How plainly a number is a status, by the words around it.
fn rank(code: u16, head: &str, tail: &str) -> Option<u8> {
    let head = last_words(head);
    let head = head.trim_end_matches([' ', ':', '=', '"', '\'', '(', '[', '{', '\\', '\t', '<', '>', '-', ',']);
    let original = tail.get(..tail.len().min(24)).unwrap_or(tail);
    let tail: String = tail.chars().take(48).collect::<String>().to_ascii_lowercase();
    let tail = tail.trim_start_matches([' ', ':', '"', '\'', ')', '-', ',', '\u{2014}', '\u{2013}', '\u{b7}']);
    let body = original.trim_start_matches([' ', ':', '-']);
    let error = code >= 400;
    if tail.starts_with("client error") || tail.starts_with("server error") {
        return Some(4);
    }
    let protocol = ["http/1.1", "http/1.0", "http/2", "http/2.0", "http/3"].iter().any(|end| head.ends_with(end));
    if protocol {
        return (error || head.len() <= 10).then_some(3);
    }
    let reason = REASONS.iter().find(|(number, _)| *number == code).map_or(&[] as &[&str], |(_, words)| *words);
    if reason.iter().any(|words| tail.starts_with(words)) {
        return Some(if head.ends_with("client error") || head.ends_with("server error") { 4 } else { 3 });
    }
    if !error {
        return None;
    }
    let named = [
        "client error",
        "server error",
        "http error",
        "http status",
        "http status code",
        "status code",
        "status_code",
        "statuscode",
        "error code",
        "returned error",
        "response code",
        "http_status",
        "httpstatus",
        "http code",
        "http",
    ];
    if named.iter().any(|end| head.ends_with(end)) || reason.iter().any(|words| head.ends_with(words)) {
        return Some(3);
    }
    let mentioned =
        ["status", "code", "error", "returned", "response", "returns", "got", "received", "a", "an", "with"];
    let word = head.rsplit([' ', '"', '\'', '.', ',', '{', '_', '(', '[']).next().unwrap_or_default();
    let plain = mentioned.contains(&word);
    let errors = ["error", "errors", "response", "status", "from"].iter().any(|word| tail.starts_with(word));
    match word {
        "status" | "code" | "error" | "returned" | "response" | "returns" if plain => Some(2),
        _ if plain && errors => Some(1),
        // `403 {"error": ...}` and a line that begins with the number and a sentence.
        _ if body.starts_with(['{', '[']) && body.contains("error") => Some(1),
        "" if !reason.is_empty() && body.starts_with(|c: char| c.is_ascii_uppercase() || c == '"') => Some(1),
        _ if tail.starts_with("error") => Some(1),
        _ => None,
    }
}

/// The last words before a number, in lower case.
fn last_words(head: &str) -> String {
    let mut words: Vec<char> = head.chars().rev().take(28).collect();
    words.reverse();
    words.into_iter().collect::<String>().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{all, chosen};
    use crate::evidence::text::Line;

    fn of(text: &str) -> Option<u16> {
        let lines: Vec<Line<'_>> = text.split('\n').enumerate().map(|(i, text)| Line { text, number: i + 1 }).collect();
        chosen(&all(&lines)).map(|status| status.code)
    }

    #[test]
    fn statuses_in_their_places() {
        for (text, code) in [
            ("requests.exceptions.HTTPError: 402 Client Error: Payment Required for url: https://a.b/c", 402),
            ("Client error '404 Not Found' for url 'https://a.b'", 404),
            ("HTTP/2 429 ", 429),
            ("< HTTP/1.1 403 Forbidden", 403),
            ("Error code: 401 - {'error': 'x'}", 401),
            ("{\"statusCode\":403,\"message\":\"x\"}", 403),
            ("{\"status\": 503}", 503),
            ("Request failed with status code 403", 403),
            ("The requested URL returned error: 403", 403),
            ("INFO: \"POST /x HTTP/1.1\" 500 Internal Server Error", 500),
            ("got HTTP 402", 402),
            ("402 Payment Required \u{2014} insufficient", 402),
            ("Forbidden (403)", 403),
            ("a 429 error", 429),
            ("response (status: 403). Please", 403),
            ("FAIL 403 {\"error\":\"x\"}", 403),
            ("400 The requested model is not supported", 400),
        ] {
            assert_eq!(of(text), Some(code), "{text}");
        }
        for text in [
            "File \"x.py\", line 402, in f",
            "port 443",
            "Downloaded 404 files",
            "500s requested",
            "took 429 ms",
            "v4.40.1",
            "400%",
            "in 503 of them",
            "404 files",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn the_last_plain_error_wins() {
        assert_eq!(of("HTTP/1.1 200 OK\n404 Client Error: x\n401 Client Error: y"), Some(401));
        assert_eq!(of("401 Client Error: y\na 429 error would be worse"), Some(401));
    }
}
