//! Facts out of plain text: status, address, client, environment, each with its line.
//!
//! What software prints is read for all of them; what a person tells only for what they state plainly.

mod client;
mod environment;
mod headers;
pub(super) mod link;
pub(super) mod mention;
mod status;

use std::collections::VecDeque;

use crate::model::{Observation, PartKind, Scalar, Trust};

pub(super) use client::Version;
pub(super) use headers::{header_facts, retry_until};

/// Texts up to this size are read line by line without choosing, in bytes: messages, not logs.
const MESSAGE: usize = 4 * 1024;
/// Texts up to this size are looked through line by line; of larger ones an expression finds the lines.
const SMALL: usize = 256 * 1024;
/// Bytes of a large text that are read at its beginning, and as many at its end.
const MAX_BYTES: usize = 1024 * 1024;
/// Longer lines are read in pieces, so that a reader may look around in its line.
const MAX_LINE: usize = 8 * 1024;

/// What a text says.
#[derive(Clone, Debug, Default)]
pub(super) struct Harvest {
    /// Facts, the best value of each first.
    pub observations: Vec<Observation>,
    /// Versions of packages; one of them is the client's.
    pub versions: Vec<Version>,
}

impl Harvest {
    fn push(&mut self, fact: &str, value: impl Into<Scalar>, from: &str, trust: Trust) {
        self.observations.push(Observation {
            fact: fact.to_owned(),
            value: value.into(),
            from: from.to_owned(),
            trust,
        });
    }
}

/// A line with its number.
pub(super) struct Line<'a> {
    pub text: &'a str,
    pub number: usize,
}

/// Reads a decoded, redacted text; `at` is the provenance of a line, counted from 1.
pub(super) fn harvest(text: &str, kind: PartKind, at: &dyn Fn(usize) -> String) -> Harvest {
    let lines = select(text);
    let mut harvest = Harvest::default();
    match kind {
        PartKind::Printed => {
            let statuses = status::all(&lines);
            status::report(&statuses, &mut harvest, at);
            link::report(&lines, status::chosen(&statuses).map(|status| status.line), &mut harvest, at);
            headers::report(&lines, &mut harvest, at);
            client::report(&lines, &mut harvest, at);
            environment::report(&lines, &mut harvest, at);
        }
        PartKind::Notes => {
            let statuses = status::all(&lines);
            status::report(&statuses, &mut harvest, at);
            link::report(&lines, None, &mut harvest, at);
            client::report_told(&lines, &mut harvest, at);
            harvest.observations.iter_mut().for_each(|observation| observation.trust = Trust::Told);
        }
    }
    harvest
}

/// Words one of which every line has that any reader understands.
const WORTH: &str = r"(?-u)[45][0-9][0-9]|http|HTTP|rror|xcept|-packages/|==|-[Ee]rror-|imit|[Rr]equest.[Ii][Dd]|huggingface|HF_|OFFLINE|roxy|PROXY|\\|/content/|/kaggle/|/Users/|/home/|version|Python|Platform|/app|node_modules|fatal: |remote: |curl|ipython|Cell In|Startup";

fn select(text: &str) -> Vec<Line<'_>> {
    if text.len() <= MESSAGE {
        return numbered(text, 1).collect();
    }
    if text.len() <= SMALL {
        return numbered(text, 1).filter(|line| worth(line.text)).collect();
    }
    // Compiled for large texts only, where it pays.
    let Ok(worth) = regex::bytes::Regex::new(WORTH) else { return Vec::new() };
    let mut head = Vec::new();
    let mut tail = VecDeque::new();
    let (mut head_bytes, mut tail_bytes) = (0, 0);
    let (mut at, mut number) = (0, 1);
    let bytes = text.as_bytes();
    while let Some(found) = worth.find_at(bytes, at) {
        let gap = bytes.get(at..found.start()).unwrap_or_default();
        number += gap.iter().filter(|b| **b == b'\n').count();
        let start = gap.iter().rposition(|b| *b == b'\n').map_or(at, |newline| at + newline + 1);
        let rest = bytes.get(found.start()..).unwrap_or_default();
        let end = rest.iter().position(|b| *b == b'\n').map_or(bytes.len(), |length| found.start() + length);
        for line in numbered(text.get(start..end).unwrap_or_default(), number) {
            if head_bytes < MAX_BYTES {
                head_bytes += line.text.len();
                head.push(line);
                continue;
            }
            tail_bytes += line.text.len();
            tail.push_back(line);
            while tail_bytes > MAX_BYTES {
                let Some(dropped) = tail.pop_front() else { break };
                tail_bytes -= dropped.text.len();
            }
        }
        at = (end + 1).min(bytes.len());
        number += 1;
        if end >= bytes.len() {
            break;
        }
    }
    head.extend(tail);
    head
}

/// Whether a line has anything that a reader understands: what [`WORTH`] says, without its cost.
fn worth(line: &str) -> bool {
    let bytes = line.as_bytes();
    let at = |i: usize, word: &str| {
        bytes.get(i..i.saturating_add(word.len())).is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()))
    };
    bytes.iter().enumerate().any(|(i, byte)| match byte {
        b'4' | b'5' => bytes.get(i + 1..i + 3).is_some_and(|next| next.iter().all(u8::is_ascii_digit)),
        b'h' | b'H' => ["http", "huggingface", "hf_", "host: "].iter().any(|word| at(i, word)),
        b'e' | b'E' => ["error", "except"].iter().any(|word| at(i, word)),
        b'd' | b'D' => at(i, "date: "),
        b'-' => at(i, "-packages/") || at(i, "-error-"),
        b'=' => bytes.get(i + 1) == Some(&b'='),
        b'l' | b'L' => at(i, "limit"),
        b'r' | b'R' => {
            ["request id", "request-id", "remote: ", "resolve", "retry-after"].iter().any(|word| at(i, word))
        }
        b'o' | b'O' => at(i, "offline"),
        b'p' | b'P' => ["proxy", "python", "platform"].iter().any(|word| at(i, word)),
        b'\\' => true,
        b'/' => ["/content/", "/kaggle/", "/users/", "/home/", "/app"].iter().any(|word| at(i, word)),
        b'v' | b'V' => at(i, "version"),
        b'n' => at(i, "node_modules"),
        b'f' | b'F' => at(i, "fatal: ") || at(i, "failed to connect"),
        b'c' | b'C' => ["curl", "cell in", "cannot connect"].iter().any(|word| at(i, word)),
        b'i' | b'I' => at(i, "ipython"),
        b's' | b'S' => at(i, "startup"),
        b'u' | b'U' => at(i, "user-agent"),
        _ => false,
    })
}

/// Lines of a text, long ones in pieces, with their numbers.
fn numbered(text: &str, first: usize) -> impl Iterator<Item = Line<'_>> {
    let lines = text.split('\n').enumerate();
    lines
        .flat_map(move |(i, text)| pieces(text).map(move |text| Line { text, number: first + i }))
        .filter(|line| !line.text.is_empty())
}

/// A line, in pieces that end at a blank when it is very long.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest?;
        if text.len() <= MAX_LINE {
            return rest.take();
        }
        let mut cut = text.as_bytes().get(..MAX_LINE)?.iter().rposition(|b| *b == b' ').unwrap_or(MAX_LINE).max(1);
        while !text.is_char_boundary(cut) {
            cut += 1;
        }
        let (piece, tail) = text.split_at_checked(cut)?;
        rest = Some(tail);
        Some(piece)
    })
}

/// Where a word stands in a line, without regard to ASCII case.
pub(super) fn find_ignoring_case(line: &str, word: &str) -> Option<usize> {
    let (line, word) = (line.as_bytes(), word.as_bytes());
    let first = word.first()?;
    (0..=line.len().checked_sub(word.len())?).find(|at| {
        line.get(*at).is_some_and(|b| b.eq_ignore_ascii_case(first))
            && line.get(*at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
    })
}

#[cfg(test)]
mod tests;
