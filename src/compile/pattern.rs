//! Compilation of one pattern, on first use.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use regex_automata::nfa::thompson::backtrack::BoundedBacktracker;
use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_automata::nfa::thompson::{BuildError, Compiler, NFA, State};
use regex_automata::util::primitives::StateID;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input, PatternID};
use regex_syntax::hir::Hir;

use super::index::translate;

/// Compiled patterns stay below this size; counted repetitions that blow up are refused.
pub const SIZE_LIMIT: usize = 1 << 20;

/// Bytes the backtracking engine may use to remember where it has been. They are cleared for every
/// search: with more, large expressions spend their time there.
const VISITED: usize = 1 << 14;

/// Deepest nesting of groups in one pattern.
pub const NEST_LIMIT: u32 = 50;

/// A compiled pattern: case ignored, blanks as white space, ASCII classes only.
///
/// A pattern is compiled for one or two short searches, so what would make many searches fast (a
/// literal prefilter, automata built ahead or backwards) is left out: it costs ten times what it
/// saves here. See `docs/decisions/0004-start-up.md`.
#[derive(Debug)]
pub struct Pattern {
    nfa: NFA,
    quick: BoundedBacktracker,
}

/// One match: byte span of the whole, and of each named group that took part.
#[derive(Debug)]
pub struct Matched {
    /// Span of the whole match.
    pub span: (usize, usize),
    /// Spans of the named groups.
    pub groups: Vec<(String, (usize, usize))>,
}

/// Compiles an author's pattern.
///
/// # Errors
/// When the pattern is not a regular expression of the dialect or becomes too large.
pub fn compile_pattern(pattern: &str) -> Result<Pattern, Box<BuildError>> {
    build(compiler().syntax(meaning()).build(&translate(pattern)))
}

/// What an author's pattern means.
///
/// # Errors
/// When it is not a regular expression of the dialect.
pub fn parse_pattern(pattern: &str) -> Result<Hir, Box<regex_syntax::Error>> {
    syntax::parse_with(&translate(pattern), &meaning()).map_err(Box::new)
}

/// Compiles what [`parse_pattern`] read: the second half of [`compile_pattern`].
///
/// # Errors
/// When the pattern becomes too large.
pub fn compile_parsed(pattern: &Hir) -> Result<Pattern, Box<BuildError>> {
    build(compiler().build_from_hir(pattern))
}

fn meaning() -> syntax::Config {
    syntax::Config::new().unicode(false).utf8(false).case_insensitive(true).multi_line(true).nest_limit(NEST_LIMIT)
}

fn compiler() -> Compiler {
    let mut compiler = NFA::compiler();
    compiler.configure(NFA::config().utf8(false).nfa_size_limit(Some(SIZE_LIMIT)).shrink(false));
    compiler
}

fn build(nfa: Result<NFA, BuildError>) -> Result<Pattern, Box<BuildError>> {
    let nfa = nfa.map_err(Box::new)?;
    let config = BoundedBacktracker::config().visited_capacity(VISITED);
    let quick = BoundedBacktracker::builder().configure(config).build_from_nfa(nfa.clone()).map_err(Box::new)?;
    Ok(Pattern { nfa, quick })
}

/// Patterns kept after their first use, for whoever diagnoses many incidents with one engine.
#[derive(Debug, Default)]
pub struct Kept(Mutex<HashMap<String, Option<Arc<Pattern>>>>);

impl Kept {
    /// The compiled pattern; `None` when it does not compile.
    #[must_use]
    pub fn pattern(&self, pattern: &str) -> Option<Arc<Pattern>> {
        let compile = || compile_pattern(pattern).ok().map(Arc::new);
        // Where another thread came to grief the pattern is compiled as if nothing had been kept.
        let known = self.0.lock().ok().and_then(|kept| kept.get(pattern).cloned());
        known.unwrap_or_else(|| {
            let compiled = compile();
            if let Ok(mut kept) = self.0.lock() {
                kept.insert(pattern.to_owned(), compiled.clone());
            }
            compiled
        })
    }
}

/// A pattern compiled for searching many texts, with everything that makes that fast.
#[derive(Debug)]
pub struct Sweep(regex::bytes::Regex);

impl Sweep {
    /// Compiles an author's pattern; `None` when it is not one.
    #[must_use]
    pub fn new(pattern: &str) -> Option<Self> {
        let mut builder = regex::bytes::RegexBuilder::new(&translate(pattern));
        let builder = builder.unicode(false).case_insensitive(true).multi_line(true).nest_limit(NEST_LIMIT);
        builder.size_limit(SIZE_LIMIT.saturating_mul(4)).build().ok().map(Self)
    }

    /// Whether the pattern matches anywhere.
    #[must_use]
    pub fn is_match(&self, text: &[u8]) -> bool {
        self.0.is_match(text)
    }
}

impl Pattern {
    /// Whether the pattern matches anywhere.
    #[must_use]
    pub fn is_match(&self, text: &[u8]) -> bool {
        self.find_in(text, (0, text.len()), false).is_some()
    }

    /// The first match that begins in `range`; with `anchored`, at its start only.
    #[must_use]
    pub fn find_in(&self, text: &[u8], range: (usize, usize), anchored: bool) -> Option<Matched> {
        let anchored = if anchored { Anchored::Yes } else { Anchored::No };
        let end = range.1.min(text.len());
        let input = Input::new(text).range(range.0.min(end)..end).anchored(anchored);
        let mut captures = self.quick.create_captures();
        let mut cache = self.quick.create_cache();
        if self.quick.try_captures(&mut cache, input.clone(), &mut captures).is_err() {
            // Too long for the table of the backtracker: the slower engine has no such limit.
            let steady = PikeVM::builder().build_from_nfa(self.nfa.clone()).ok()?;
            steady.captures(&mut steady.create_cache(), input, &mut captures);
        }
        let whole = captures.get_match()?;
        let groups = self
            .names()
            .filter_map(|(number, name)| {
                let span = captures.get_group(number)?;
                Some((name.to_owned(), (span.start, span.end)))
            })
            .collect();
        Some(Matched { span: (whole.start(), whole.end()), groups })
    }

    /// Number of states of the automaton: no search takes more steps a byte than this.
    #[must_use]
    pub fn states(&self) -> usize {
        self.nfa.states().len()
    }

    /// Steps that a search through all of `text` takes when it never succeeds: states entered, byte by byte.
    ///
    /// A count of the work, the same on every machine.
    #[must_use]
    pub fn work(&self, text: &[u8]) -> usize {
        let mut steps = 0;
        // In which round a state was entered last: a state is entered once a byte.
        let mut entered = vec![0_usize; self.states()];
        let mut current: Vec<StateID> = Vec::new();
        let mut next: Vec<StateID> = Vec::new();
        for (round, byte) in (1..).zip(text) {
            current.push(self.nfa.start_anchored());
            while let Some(id) = current.pop() {
                match entered.get_mut(id.as_usize()) {
                    Some(last) if *last != round => *last = round,
                    _ => continue,
                }
                steps += 1;
                match self.nfa.state(id) {
                    State::ByteRange { trans } => next.extend(trans.matches_byte(*byte).then_some(trans.next)),
                    State::Sparse(sparse) => next.extend(sparse.matches_byte(*byte)),
                    State::Dense(dense) => next.extend(dense.matches_byte(*byte)),
                    State::Look { next, .. } | State::Capture { next, .. } => current.push(*next),
                    State::Union { alternates } => current.extend(alternates.iter().copied()),
                    State::BinaryUnion { alt1, alt2 } => current.extend([*alt1, *alt2]),
                    State::Fail | State::Match { .. } => {}
                }
            }
            std::mem::swap(&mut current, &mut next);
        }
        steps
    }

    /// Names of the named groups.
    pub fn group_names(&self) -> impl Iterator<Item = &str> {
        self.names().map(|(_, name)| name)
    }

    fn names(&self) -> impl Iterator<Item = (usize, &str)> {
        let names = self.nfa.group_info().pattern_names(PatternID::ZERO);
        names.enumerate().filter_map(|(number, name)| Some((number, name?)))
    }
}

#[cfg(test)]
mod tests {
    use super::compile_pattern;

    #[test]
    fn case_and_white_space_do_not_matter() {
        let pattern = compile_pattern(r"GPU quota \((?P<n>\d+)s").expect("a pattern");
        let text = b"your gpu\n  QUOTA (60s requested";
        let found = pattern.find_in(text, (0, 99), false).expect("a match");
        assert_eq!(found.groups, [("n".to_owned(), (18, 20))]);
        assert!(pattern.find_in(text, (5, 99), true).is_some());
        assert!(pattern.find_in(text, (4, 99), true).is_none());
        assert!(pattern.find_in(text, (10, 99), false).is_none());
        assert!(compile_pattern(r"\w{1000}{1000}").is_err());
        assert!(compile_pattern(r"(?=x)").is_err());
    }
}
