//! A pattern as an automaton whose states know how they read to a person.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use crate::compile::index::translate;
use crate::compile::pattern::NEST_LIMIT;

/// Most states of one pattern; larger ones are not aligned.
const MOST_STATES: usize = 3_000;

/// A state that waits for one byte, or the end of the pattern.
#[derive(Debug)]
pub(super) struct State {
    /// Bytes that it takes; the end takes none.
    pub takes: [u64; 4],
    /// States reached with such a byte, each with the place it may have to be at.
    pub next: Vec<(usize, Option<Look>)>,
    /// The character of a literal, a blank for white space.
    pub shown: Option<char>,
    /// Letters and digits of the same literal directly before this one.
    pub back: usize,
    /// What comes after it when nothing is repeated and nothing optional taken.
    pub straight: usize,
    /// Whether something optional stands between.
    pub skips: bool,
}

/// A pattern ready to be aligned with texts.
#[derive(Debug)]
pub(super) struct Automaton {
    pub states: Vec<State>,
    /// Where a match begins.
    pub start: Vec<(usize, Option<Look>)>,
    /// Length of the shortest text that it matches, in bytes.
    pub shortest: usize,
    /// Length of the longest such text, where there is a limit.
    pub longest: Option<usize>,
}

/// The number of the end state.
pub(super) const END: usize = 0;

enum Raw {
    Byte { takes: [u64; 4], next: usize, shown: Option<char>, back: usize },
    Split(Vec<usize>, usize),
    Look(Look, usize),
}

impl Automaton {
    /// Compiles a pattern; `None` when it does not parse or is too large.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).nest_limit(NEST_LIMIT).build();
        let hir = parser.parse(&translate(pattern)).ok()?;
        let shortest = hir.properties().minimum_len()?;
        let mut builder = Builder { raw: vec![Raw::Split(Vec::new(), END)] };
        let start = builder.add(&hir, END)?;
        let straight = |at: usize| builder.straight(at);
        let states = builder
            .raw
            .iter()
            .map(|raw| match raw {
                Raw::Byte { takes, next, shown, back } => State {
                    takes: *takes,
                    next: builder.closure(*next),
                    shown: *shown,
                    back: *back,
                    straight: straight(*next),
                    skips: matches!(builder.raw.get(*next), Some(Raw::Split(..))),
                },
                // Never reached: closures only lead to bytes and the end.
                Raw::Split(..) | Raw::Look(..) => {
                    State { takes: [0; 4], next: Vec::new(), shown: None, back: 0, straight: END, skips: false }
                }
            })
            .collect();
        Some(Self { states, start: builder.closure(start), shortest, longest: hir.properties().maximum_len() })
    }

    pub(super) fn state(&self, number: usize) -> Option<&State> {
        self.states.get(number)
    }

    /// What the pattern wants from a state on, in at most `most` characters.
    pub(super) fn wanted(&self, mut at: usize, most: usize) -> String {
        let mut out = String::new();
        while at != END
            && out.chars().count() < most
            && let Some(state) = self.state(at)
        {
            match state.shown {
                Some(' ') if out.ends_with(' ') => {}
                Some(shown) => out.push(shown),
                None if out.is_empty() => return describe(state.takes).to_owned(),
                None => break,
            }
            if state.skips && !out.ends_with(' ') {
                out.push(' ');
            }
            at = state.straight;
        }
        out.trim_end().to_owned()
    }
}

impl State {
    pub(super) fn takes(&self, byte: u8) -> bool {
        holds(&self.takes, byte)
    }
}

struct Builder {
    raw: Vec<Raw>,
}

impl Builder {
    fn push(&mut self, raw: Raw) -> Option<usize> {
        let number = self.raw.len();
        self.raw.push(raw);
        (number < MOST_STATES).then_some(number)
    }

    /// Adds an expression in front of `next` and returns where it begins.
    fn add(&mut self, hir: &Hir, next: usize) -> Option<usize> {
        match hir.kind() {
            HirKind::Empty => Some(next),
            HirKind::Look(look) => self.push(Raw::Look(*look, next)),
            HirKind::Literal(literal) => {
                let mut at = next;
                for (position, byte) in literal.0.iter().enumerate().rev() {
                    let head = literal.0.get(..position).unwrap_or_default();
                    let back = head.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
                    let shown = Some(char::from(*byte)).filter(char::is_ascii);
                    at = self.push(Raw::Byte { takes: folded([*byte].into_iter()), next: at, shown, back })?;
                }
                Some(at)
            }
            HirKind::Class(class) => {
                let takes = folded(members(class).into_iter());
                let blank = holds(&takes, b' ') && holds(&takes, b'\n') && !holds(&takes, b'a');
                self.push(Raw::Byte { takes, next, shown: blank.then_some(' '), back: 0 })
            }
            HirKind::Capture(capture) => self.add(&capture.sub, next),
            HirKind::Concat(parts) => parts.iter().rev().try_fold(next, |next, part| self.add(part, next)),
            HirKind::Alternation(parts) => {
                let starts = parts.iter().map(|part| self.add(part, next)).collect::<Option<Vec<_>>>()?;
                let straight = *starts.first()?;
                self.push(Raw::Split(starts, straight))
            }
            HirKind::Repetition(repetition) => {
                let (sub, min) = (&repetition.sub, repetition.min);
                let mut at = next;
                match repetition.max {
                    Some(max) => {
                        // Nested, so that each may be the last.
                        for _ in min..max {
                            let body = self.add(sub, at)?;
                            at = self.push(Raw::Split(vec![body, next], next))?;
                        }
                    }
                    None => {
                        let turn = self.push(Raw::Split(Vec::new(), next))?;
                        let body = self.add(sub, turn)?;
                        if let Some(Raw::Split(ways, _)) = self.raw.get_mut(turn) {
                            *ways = vec![body, next];
                        }
                        at = turn;
                    }
                }
                for _ in 0..min {
                    at = self.add(sub, at)?;
                }
                Some(at)
            }
        }
    }

    /// The bytes and the end that can follow at a place.
    fn closure(&self, from: usize) -> Vec<(usize, Option<Look>)> {
        let mut found = Vec::new();
        let mut seen = vec![false; self.raw.len()];
        let mut open = vec![(from, None)];
        while let Some((at, look)) = open.pop() {
            if std::mem::replace(seen.get_mut(at).unwrap_or(&mut true), true) {
                continue;
            }
            match self.raw.get(at) {
                _ if at == END => found.push((END, look)),
                Some(Raw::Byte { .. }) => found.push((at, look)),
                Some(Raw::Split(ways, _)) => open.extend(ways.iter().rev().map(|way| (*way, look))),
                Some(Raw::Look(place, next)) => open.push((*next, Some(*place))),
                None => {}
            }
        }
        found
    }

    /// The next byte when nothing is repeated and nothing optional taken; an alternation goes on with its first.
    fn straight(&self, mut at: usize) -> usize {
        for _ in 0..self.raw.len() {
            match self.raw.get(at) {
                _ if at == END => break,
                Some(Raw::Split(_, next) | Raw::Look(_, next)) => at = *next,
                Some(Raw::Byte { .. }) | None => break,
            }
        }
        at
    }
}

fn holds(set: &[u64; 4], byte: u8) -> bool {
    set.get(usize::from(byte >> 6)).is_some_and(|word| word & (1 << (byte & 63)) != 0)
}

fn members(class: &Class) -> Vec<u8> {
    match class {
        Class::Bytes(class) => class.ranges().iter().flat_map(|range| range.start()..=range.end()).collect(),
        Class::Unicode(class) => class
            .ranges()
            .iter()
            .flat_map(|range| range.start()..=range.end())
            .filter_map(|c| u8::try_from(c).ok())
            .take(256)
            .collect(),
    }
}

/// A set of bytes without regard to case: what is in it in either case, or, of a set that leaves few out, in both.
fn folded(bytes: impl Iterator<Item = u8>) -> [u64; 4] {
    let mut set = [0u64; 4];
    let mut add = |byte: u8| {
        if let Some(word) = set.get_mut(usize::from(byte >> 6)) {
            *word |= 1 << (byte & 63);
        }
    };
    let bytes: Vec<u8> = bytes.collect();
    let most = bytes.len() > 128;
    for byte in &bytes {
        let other = if byte.is_ascii_alphabetic() { byte ^ 0x20 } else { *byte };
        if !most {
            add(*byte);
            add(other);
        } else if bytes.contains(&other) {
            add(*byte);
        }
    }
    set
}

/// What a class stands for, in words.
fn describe(takes: [u64; 4]) -> &'static str {
    let count: u32 = takes.iter().map(|word| word.count_ones()).sum();
    match (holds(&takes, b'0'), holds(&takes, b'q'), count) {
        (true, false, 10) => "a number",
        (true, _, 11..=20) => "a number",
        (_, _, 129..) => "other text",
        (false, true, _) => "letters",
        (true, true, _) => "a name",
        _ => "a sign",
    }
}
