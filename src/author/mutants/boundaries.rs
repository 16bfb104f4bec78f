//! Word boundaries that a pattern could do without: dropping one of these changes nothing, so it is no mutant.
//!
//! A `\b` always holds where what stands before it can only end in a letter and what follows can only begin with
//! something else, or the other way round. And of two at one place the other one remains.

use std::collections::BTreeSet;

use regex_syntax::ast::{Assertion, AssertionKind, Ast, RepetitionKind, RepetitionRange};
use regex_syntax::hir::{Class, HirKind};

use crate::compile::parse_pattern;

/// What may stand at one side of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a set of what may stand there")]
struct Side {
    /// A letter, digit or underscore.
    word: bool,
    /// Anything else, the end of the text included.
    other: bool,
    /// Nothing of this part: what lies beyond it counts too.
    empty: bool,
    /// Whether there is another `\b` at the place in any case.
    boundary: bool,
}

impl Side {
    const ANYTHING: Self = Self { word: true, other: true, empty: false, boundary: false };
    const NOTHING: Self = Self { word: false, other: false, empty: true, boundary: false };

    const fn of(word: bool, other: bool) -> Self {
        Self { word, other, empty: false, boundary: false }
    }

    /// One or the other.
    const fn or(self, other: Self) -> Self {
        Self {
            word: self.word || other.word,
            other: self.other || other.other,
            empty: self.empty || other.empty,
            boundary: self.boundary && other.boundary,
        }
    }

    /// This, and where it is empty what lies beyond it.
    const fn then(self, beyond: Self) -> Self {
        if !self.empty {
            return self;
        }
        Self {
            word: self.word || beyond.word,
            other: self.other || beyond.other,
            empty: beyond.empty,
            // Where this part may be left out or not, only its own boundary is sure.
            boundary: self.boundary || (beyond.boundary && !self.word && !self.other),
        }
    }
}

/// Where the boundaries stand in a pattern, in bytes, that can be dropped without a difference.
pub(super) fn idle(pattern: &str, tree: &Ast) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    visit(pattern, tree, Side::ANYTHING, Side::ANYTHING, &mut found);
    found
}

fn visit(pattern: &str, node: &Ast, left: Side, right: Side, found: &mut BTreeSet<usize>) {
    match node {
        Ast::Assertion(assertion) if is_boundary(assertion) => {
            let sure = (left == Side::of(true, false) && right == Side::of(false, true))
                || (left == Side::of(false, true) && right == Side::of(true, false));
            if sure || left.boundary || right.boundary {
                found.insert(assertion.span.start.offset);
            }
        }
        Ast::Group(group) => visit(pattern, &group.ast, left, right, found),
        Ast::Alternation(alternation) => {
            alternation.asts.iter().for_each(|part| visit(pattern, part, left, right, found));
        }
        Ast::Concat(concat) => {
            for (number, part) in concat.asts.iter().enumerate() {
                let (before, after) = concat.asts.split_at(number);
                let left = before.iter().fold(left, |beyond, part| edge(pattern, part, false).then(beyond));
                let after = after.get(1..).unwrap_or_default();
                let right = after.iter().rev().fold(right, |beyond, part| edge(pattern, part, true).then(beyond));
                visit(pattern, part, left, right, found);
            }
        }
        Ast::Repetition(repetition) => {
            // Inside, another round may stand at either side.
            let round = |first, beyond: Side| {
                if most(&repetition.op.kind) <= 1 {
                    beyond
                } else {
                    edge(pattern, &repetition.ast, first).then(beyond).or(beyond)
                }
            };
            visit(pattern, &repetition.ast, round(false, left), round(true, right), found);
        }
        _ => {}
    }
}

const fn is_boundary(assertion: &Assertion) -> bool {
    matches!(assertion.kind, AssertionKind::WordBoundary)
}

/// What a part begins with, or ends in.
fn edge(pattern: &str, node: &Ast, first: bool) -> Side {
    match node {
        Ast::Empty(_) => Side::NOTHING,
        Ast::Assertion(assertion) => Side { boundary: is_boundary(assertion), ..Side::NOTHING },
        Ast::Literal(literal) => {
            let word = is_word(literal.c);
            Side::of(word, !word)
        }
        Ast::ClassPerl(_) | Ast::ClassBracketed(_) => class(pattern, node),
        Ast::Group(group) => edge(pattern, &group.ast, first),
        Ast::Alternation(alternation) => {
            let sides = alternation.asts.iter().map(|part| edge(pattern, part, first));
            sides.reduce(Side::or).unwrap_or(Side::NOTHING)
        }
        Ast::Concat(concat) => {
            let beyond = |beyond: Side, part: &Ast| edge(pattern, part, first).then(beyond);
            let parts = concat.asts.iter();
            if first { parts.rev().fold(Side::NOTHING, beyond) } else { parts.fold(Side::NOTHING, beyond) }
        }
        Ast::Repetition(repetition) => {
            let once = edge(pattern, &repetition.ast, first);
            if least(&repetition.op.kind) == 0 { once.or(Side::NOTHING) } else { once }
        }
        _ => Side { empty: true, ..Side::ANYTHING },
    }
}

/// What a class of characters may match.
fn class(pattern: &str, node: &Ast) -> Side {
    let span = node.span();
    let text = pattern.get(span.start.offset..span.end.offset).unwrap_or_default();
    let Ok(hir) = parse_pattern(text) else { return Side::ANYTHING };
    match hir.kind() {
        HirKind::Class(Class::Bytes(class)) => {
            let is = |wanted: bool| {
                class
                    .ranges()
                    .iter()
                    .any(|range| (range.start()..=range.end()).any(|b| is_word(char::from(b)) == wanted))
            };
            Side::of(is(true), is(false))
        }
        HirKind::Literal(literal) => match literal.0.as_ref() {
            [byte] => Side::of(is_word(char::from(*byte)), !is_word(char::from(*byte))),
            _ => Side::ANYTHING,
        },
        _ => Side::ANYTHING,
    }
}

/// Letters as patterns know them: those of ASCII.
const fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

const fn least(kind: &RepetitionKind) -> u32 {
    match kind {
        RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore => 0,
        RepetitionKind::OneOrMore => 1,
        RepetitionKind::Range(
            RepetitionRange::Exactly(least) | RepetitionRange::AtLeast(least) | RepetitionRange::Bounded(least, _),
        ) => *least,
    }
}

const fn most(kind: &RepetitionKind) -> u32 {
    match kind {
        RepetitionKind::ZeroOrOne => 1,
        RepetitionKind::Range(RepetitionRange::Exactly(most) | RepetitionRange::Bounded(_, most)) => *most,
        RepetitionKind::ZeroOrMore | RepetitionKind::OneOrMore | RepetitionKind::Range(RepetitionRange::AtLeast(_)) => {
            u32::MAX
        }
    }
}

#[cfg(test)]
mod tests {
    use regex_syntax::ast::parse;

    use super::idle;
    use crate::compile::compile_pattern;

    const NONE: [usize; 0] = [];

    fn found(pattern: &str) -> Vec<usize> {
        idle(pattern, &parse::Parser::new().parse(pattern).expect("a pattern")).into_iter().collect()
    }

    #[test]
    fn a_boundary_between_a_letter_and_something_else_is_idle() {
        assert_eq!(found(r"a\b b"), [1]);
        assert_eq!(found(r"(?:on|in) (?:\bhf\b|the)"), [13]);
        assert_eq!(found(r"\d+\b[.,;)]"), [3]);
        assert_eq!(found(r"(?:a |b )+(?:c )?\b(?:d|e)"), [17]);
        assert_eq!(found(r"x\b$"), NONE, "a `$` is no character");
        assert_eq!(found(r"\bx\b"), NONE);
        assert_eq!(found(r"a?\b b"), NONE, "nothing may stand before it");
        assert_eq!(found(r"a\w*\b[^\n]{0,9}b"), NONE);
        assert_eq!(found(r"(?:\ba)+"), NONE);
        assert_eq!(found(r"(?:a\b )+"), [4]);
        assert_eq!(found(r"(?:a\b )*b"), [4]);
    }

    #[test]
    fn of_two_at_one_place_either_is_idle_alone() {
        assert_eq!(found(r"(?:\bpro\b|plan)\b c"), [8, 16]);
        assert_eq!(found(r"(?:\bpro\b|plan)\bc"), [8]);
        assert_eq!(found(r"\b\ba"), [0, 2]);
        assert_eq!(found(r"\b(?:\ba|b)"), [5]);
        assert_eq!(found(r"a\b(?:x|\b)"), [8], "the other is there only sometimes");
        assert_eq!(found(r"a\bx?\b"), NONE, "not at one place");
    }

    /// Tried on every text up to a length over letters that matter: idle ones make no difference.
    #[test]
    fn what_is_idle_makes_no_difference_on_any_text() {
        let letters = ['a', 'b', ' ', '.', '_'];
        let mut texts = vec![String::new()];
        for _ in 0..5 {
            let longer = texts.iter().flat_map(|text| letters.iter().map(move |letter| format!("{text}{letter}")));
            texts = longer.chain([String::new()]).collect();
        }
        let patterns = [
            r"a\b b",
            r"(?:a|b) (?:\bab\b|b_)",
            r"(?:\ba\b|b)\b\.",
            r"(?:a\b )*\bb",
            r"\w+\b[. ]\bb?",
            r"(?:a |b\.)+(?:b )?\b(?:ab|ba)",
            r"\b(?:\ba|bb)\b",
            r"(?:a\b|b.?\b)\b b",
            r"a?\b b",
            r"[ab]\b[^a-z_]\ba",
        ];
        let mut dropped = 0;
        for pattern in patterns {
            let whole = compile_pattern(pattern).expect("a pattern");
            for at in found(pattern) {
                let without = format!("{}{}", &pattern[..at], &pattern[at + 2..]);
                let without = compile_pattern(&without).expect("a pattern");
                dropped += 1;
                for text in &texts {
                    let span = |pattern: &crate::compile::Pattern| {
                        pattern.find_in(text.as_bytes(), (0, text.len()), false).map(|matched| matched.span)
                    };
                    assert_eq!(span(&whole), span(&without), "`{pattern}` without {at} on `{text}`");
                }
            }
        }
        assert!(dropped >= 10, "{dropped}");
    }
}
