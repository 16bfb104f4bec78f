//! Facts out of plain text: status, address, client, environment, each with its line.
//!
//! What software prints is read for all of them; what a person tells only for what they state plainly.

mod client;
mod environment;
mod headers;
pub(super) mod link;
mod status;

use crate::model::{Observation, PartKind, Scalar, Trust};

pub(super) use client::Version;
pub(super) use headers::header_facts;

/// Texts up to this size are read line by line; of larger ones only lines that can say something.
const SMALL: usize = 256 * 1024;
/// Lines of a large text that are read, half from its beginning and half from its end.
const MAX_LINES: usize = 40_000;
/// Longest line that is read; longer ones are data, not messages.
const MAX_LINE: usize = 64 * 1024;

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
        self.observations.push(Observation { fact: fact.to_owned(), value: value.into(), from: from.to_owned(), trust });
    }
}

/// A line with its number.
pub(super) struct Line<'a> {
    pub text: &'a str,
    pub number: usize,
}

/// Reads a decoded, redacted text.
pub(super) fn harvest(text: &str, source: &str, kind: PartKind) -> Harvest {
    let lines = select(text);
    let at = |line: usize| format!("{source}:{line}");
    let mut harvest = Harvest::default();
    match kind {
        PartKind::Printed => {
            let statuses = status::all(&lines);
            status::report(&statuses, &mut harvest, &at);
            link::report(&lines, status::chosen(&statuses).map(|status| status.line), &mut harvest, &at);
            headers::report(&lines, &mut harvest, &at);
            client::report(&lines, &mut harvest, &at);
            environment::report(&lines, &mut harvest, &at);
        }
        PartKind::Notes => {
            let statuses = status::all(&lines);
            status::report(&statuses, &mut harvest, &at);
            link::report(&lines, None, &mut harvest, &at);
            client::report_told(&lines, &mut harvest, &at);
            harvest.observations.iter_mut().for_each(|observation| observation.trust = Trust::Told);
        }
    }
    harvest
}

/// Words one of which every line has that any reader understands.
const WORTH: &str = r"(?-u)[45][0-9][0-9]|http|HTTP|rror|xcept|-packages/|==|-[Ee]rror-|imit|[Rr]equest.[Ii][Dd]|huggingface|HF_|OFFLINE|roxy|PROXY|\\|/content/|/kaggle/|/Users/|/home/|version|Python|Platform|/app|node_modules|fatal: |remote: |curl|ipython|Cell In|Startup";

fn select(text: &str) -> Vec<Line<'_>> {
    let all = || text.split('\n').enumerate().map(|(i, text)| Line { text, number: i + 1 });
    let short = |line: &Line<'_>| line.text.len() <= MAX_LINE && !line.text.is_empty();
    if text.len() <= SMALL {
        return all().filter(short).collect();
    }
    // Compiled for large texts only, where it pays.
    let Ok(worth) = regex::bytes::Regex::new(WORTH) else { return all().filter(short).take(MAX_LINES).collect() };
    let mut head: Vec<Line<'_>> = Vec::new();
    let mut tail: std::collections::VecDeque<Line<'_>> = std::collections::VecDeque::new();
    for line in all().filter(short).filter(|line| worth.is_match(line.text.as_bytes())) {
        if head.len() < MAX_LINES / 2 {
            head.push(line);
            continue;
        }
        if tail.len() == MAX_LINES / 2 {
            tail.pop_front();
        }
        tail.push_back(line);
    }
    head.extend(tail);
    head
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
