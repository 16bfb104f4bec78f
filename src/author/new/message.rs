//! The error message inside a report: what the server or the innermost exception says.

use crate::model::{Evidence, PartKind};

/// A line that may be the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Number of the text part.
    pub part: usize,
    /// Line in its input, counted from 1.
    pub line: usize,
    /// The message without what is printed around it.
    pub text: String,
    /// What it was taken for.
    pub what: &'static str,
    /// How sure that is; more is better.
    rank: u32,
}

/// Longest message, in characters; a pattern should be shorter still.
const LONGEST: usize = 220;

/// Lines read of one part.
const LINES: usize = 200_000;

/// Candidates for the message, the best first, at most five.
#[must_use]
pub fn messages(evidence: &Evidence) -> Vec<Message> {
    let printed = evidence.parts.iter().any(|part| part.kind == PartKind::Printed && !part.text.trim().is_empty());
    let mut found: Vec<Message> = Vec::new();
    for (number, part) in evidence.parts.iter().enumerate() {
        if printed && part.kind == PartKind::Notes {
            continue;
        }
        let mut after_status = false;
        for (line, raw) in part.text.lines().enumerate().take(LINES) {
            let text = raw.trim();
            if text.is_empty() {
                continue;
            }
            let (mut rank, what, said) = judge(text, after_status);
            // A heading announces what is said in the next line, which is the message.
            let announces = after_status && text.ends_with(':');
            if announces {
                rank = 45;
            } else if is_prose(text) {
                rank = rank.min(5);
            } else if rank <= 50 && QUOTED.iter().any(|mark| raw.starts_with(mark)) {
                // What somebody set apart from their own words was printed.
                rank = rank.saturating_add(5);
            }
            after_status = announces || is_status(text);
            let said = sentence(said);
            if said.chars().filter(char::is_ascii_alphabetic).count() < 6 {
                continue;
            }
            let line = line.saturating_add(part.first_line);
            found.push(Message { part: number, line, text: said, what, rank });
        }
    }
    found.sort_by_key(|message| (std::cmp::Reverse(message.rank), message.part, message.line));
    found.truncate(5);
    found
}

/// How likely a line is the message, what it looks like, and the message in it.
fn judge(line: &str, after_status: bool) -> (u32, &'static str, &str) {
    for key in ["\"error\"", "\"message\"", "\"detail\"", "\"error_description\""] {
        let said = line.split_once(key).and_then(|(_, rest)| rest.trim_start().strip_prefix(':'));
        if let Some(said) = said.and_then(|rest| rest.trim_start().strip_prefix('"')).and_then(until_quote) {
            return (100, "error in a JSON answer", said);
        }
    }
    if is_frame(line) {
        return (0, "line of a traceback", line);
    }
    if after_status {
        return (95, "sentence of the server", line);
    }
    if let Some((name, said)) = line.split_once(": ") {
        let class = name.rsplit('.').next().unwrap_or(name);
        let exception = ["Error", "Exception", "Failure", "Timeout", "Interrupt", "Exit"];
        let named = exception.iter().any(|ending| class.ends_with(ending))
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'));
        if named && is_status(said) {
            return (40, "status line", said);
        }
        if named {
            return (90, "innermost exception", said);
        }
        let tag = name.trim_start_matches(['[', '(']).to_ascii_lowercase();
        if ["error", "fatal", "remote", "err!", "npm err!"].iter().any(|word| tag.starts_with(word)) {
            return (70, "error line", said);
        }
    }
    if is_status(line) {
        return (40, "status line", line);
    }
    let low = line.to_ascii_lowercase();
    let telling = [
        "cannot",
        "could not",
        "failed",
        "denied",
        "refused",
        "not found",
        "unable",
        "invalid",
        "exceeded",
        "not allowed",
        "already",
        "must ",
        "required",
        "forbidden",
        "unauthorized",
        "expired",
        "error",
        "rejected",
        "disabled",
        "locked",
        "exhausted",
        "limit",
    ];
    if telling.iter().any(|word| low.contains(word)) {
        return (50, "line that tells of a failure", line);
    }
    (10, "line", line)
}

/// How a printed line is set apart in somebody's words.
const QUOTED: [&str; 4] = ["    ", "\t", "> ", "| "];

/// Whether a line is somebody speaking, rather than software: it begins like a letter, or speaks of itself.
fn is_prose(line: &str) -> bool {
    let low = line.to_ascii_lowercase();
    let words: Vec<&str> =
        low.split(|c: char| !c.is_ascii_alphabetic() && c != '\'').filter(|w| !w.is_empty()).collect();
    let greets = matches!(words.first(), Some(&("hi" | "hello" | "hey" | "dear" | "thanks")));
    greets || words.iter().any(|word| matches!(*word, "i" | "i'm" | "i've" | "my" | "we" | "our"))
}

fn is_frame(line: &str) -> bool {
    line.starts_with("Traceback ")
        || line.starts_with("File \"")
        || line.starts_with("at ")
        || line.starts_with("The above exception")
        || line.starts_with("During handling of")
        || line.starts_with("raise ")
        || line.chars().all(|c| !c.is_ascii_alphabetic())
}

fn is_status(line: &str) -> bool {
    line.contains(" Client Error") || line.contains(" Server Error") || line.starts_with("HTTP/")
}

/// The text of a JSON string up to its closing quote.
fn until_quote(rest: &str) -> Option<&str> {
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return rest.get(..at),
            _ => escaped = false,
        }
    }
    None
}

/// The first sentence, without request ids and addresses behind it.
fn sentence(text: &str) -> String {
    let mut text = text.trim();
    for end in [" (Request ID", " (request id", " for url: ", " Request ID:"] {
        text = text.split_once(end).map_or(text, |(head, _)| head);
    }
    if let Some((at, _)) = text.match_indices(". ").find(|(at, _)| *at >= 30) {
        text = text.get(..at).unwrap_or(text);
    }
    let mut out: String = text.chars().take(LONGEST).collect();
    if text.chars().count() > LONGEST
        && let Some(at) = out.rfind(' ')
    {
        out.truncate(at);
    }
    out.trim().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::messages;
    use crate::model::{Evidence, PartKind, TextPart};

    fn first(text: &str) -> String {
        let part = TextPart {
            source: "x".to_owned(),
            first_line: 1,
            kind: PartKind::Printed,
            text: text.to_owned(),
            places: Vec::new(),
            cuts: Vec::new(),
            beside: false,
        };
        let found = messages(&Evidence { parts: vec![part], ..Evidence::default() });
        found.first().map_or_else(String::new, |message| format!("{}: {}", message.line, message.text))
    }

    #[test]
    fn the_innermost_word_of_the_server_is_found() {
        assert_eq!(
            first(
                "Traceback (most recent call last):\n  File \"a.py\", line 3, in f\nrequests.HTTPError: 409 Client Error: Conflict for url: https://x\n\nYou already have this one. Really"
            ),
            "5: You already have this one. Really"
        );
        assert_eq!(
            first("HTTP/1.1 409 Conflict\n\n{\"error\":\"The widget \\\"a\\\" is taken\"}"),
            "3: The widget \\\"a\\\" is taken"
        );
        assert_eq!(
            first("ValueError: no such thing here\n\nThe above exception was ...\nRuntimeError: later"),
            "1: no such thing here"
        );
        // What a heading announces stands behind it.
        assert_eq!(
            first(
                "requests.HTTPError: 400 Client Error: Bad Request for url: https://x\n\nBad request for commit:\nCommit rejected: 2 files are held back"
            ),
            "4: Commit rejected: 2 files are held back"
        );
        // Nobody's own words are a message while there is something that was printed.
        assert_eq!(
            first(
                "hi, since yesterday my hook does not work\n\n    Hook 65 is off after 25 failures\n\nwhat now? my server failed"
            ),
            "3: Hook 65 is off after 25 failures"
        );
        assert_eq!(first("all is well\nfatal: cannot lock the thing"), "2: cannot lock the thing");
        assert_eq!(first(""), "");
    }
}
