//! Looser forms of a pattern: without an anchor, with a gap for a word, without an alternative.

use regex_syntax::ast::{Ast, Span, parse};

use super::boundaries;
use crate::compile::NEST_LIMIT;

/// A changed pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Loose {
    /// The pattern.
    pub pattern: String,
    /// What was done to it.
    pub what: String,
    /// What it no longer matches; `None` when it matches more.
    pub lost: Option<String>,
}

/// The changes of a pattern, from left to right; none when it is not a pattern.
pub(crate) fn loosened(pattern: &str) -> Vec<Loose> {
    let Ok(tree) = parse::ParserBuilder::new().nest_limit(NEST_LIMIT).build().parse(pattern) else { return Vec::new() };
    let mut out = Vec::new();
    // The longest fixed word: what tells this message from others of the same form.
    let mut words: Vec<(usize, usize)> = Vec::new();
    let idle = boundaries::idle(pattern, &tree);
    let mut stack = vec![&tree];
    while let Some(node) = stack.pop() {
        match node {
            Ast::Assertion(assertion) if idle.contains(&assertion.span.start.offset) => {}
            Ast::Assertion(assertion) => {
                let without = spliced(pattern, &assertion.span, "");
                out.push((assertion.span.start.offset, without, None, "drop the anchor"));
            }
            // The outermost alternatives are messages of their own, those inside are forms of a word.
            Ast::Alternation(alternation) if outermost(&tree, node) => {
                for (number, part) in alternation.asts.iter().enumerate() {
                    let span = part.span();
                    if span.start.offset == span.end.offset {
                        continue;
                    }
                    // The bar goes with it: the one before, of the first the one behind.
                    let (from, to) = if number == 0 {
                        (span.start.offset, span.end.offset.saturating_add(1))
                    } else {
                        (span.start.offset.saturating_sub(1), span.end.offset)
                    };
                    let gone = pattern.get(span.start.offset..span.end.offset).unwrap_or_default().to_owned();
                    let without = joined(pattern, from, to, "");
                    out.push((span.start.offset, without, Some(gone), "drop the alternative"));
                }
                stack.extend(&alternation.asts);
            }
            Ast::Alternation(alternation) => stack.extend(&alternation.asts),
            Ast::Concat(concat) => {
                words_of(&concat.asts, &mut words);
                stack.extend(&concat.asts);
            }
            Ast::Group(group) => stack.push(&group.ast),
            Ast::Repetition(repetition) => stack.push(&repetition.ast),
            _ => {}
        }
    }
    words.sort_unstable();
    let longest = words.iter().copied().rev().max_by_key(|(from, to)| to.saturating_sub(*from));
    // With a gap for its only word a pattern matches everything, which says nothing about examples.
    let mut word = "";
    if let Some((from, to)) = longest.filter(|_| words.len() > 1) {
        word = pattern.get(from..to).unwrap_or_default();
        out.push((from, joined(pattern, from, to, r"\S+"), None, "gap"));
    }
    out.sort_by_key(|found| found.0);
    finish(pattern, out, word)
}

/// Whether a node is all of the pattern, or all that is in the group that is.
fn outermost(tree: &Ast, node: &Ast) -> bool {
    match tree {
        Ast::Group(group) => std::ptr::eq(group.ast.as_ref(), node),
        _ => std::ptr::eq(tree, node),
    }
}

fn finish(pattern: &str, found: Vec<(usize, String, Option<String>, &str)>, word: &str) -> Vec<Loose> {
    found
        .into_iter()
        .filter(|(_, changed, ..)| changed != pattern)
        .map(|(at, changed, lost, how)| {
            let what = match (&lost, how) {
                (Some(gone), _) => format!("{how} `{gone}` at {at}"),
                (None, "gap") => format!("any word instead of `{word}`"),
                (None, _) => format!("{how} at {at}"),
            };
            Loose { pattern: changed, what, lost }
        })
        .collect()
}

/// Offsets of the words of three letters or more among neighbouring literals.
fn words_of(parts: &[Ast], words: &mut Vec<(usize, usize)>) {
    let mut open: Option<(usize, usize)> = None;
    let mut close = |open: &mut Option<(usize, usize)>| {
        if let Some((from, to)) = open.take()
            && to.saturating_sub(from) >= 3
        {
            words.push((from, to));
        }
    };
    for part in parts {
        match part {
            Ast::Literal(literal) if literal.c.is_alphanumeric() || literal.c == '_' => {
                let (from, to) = (literal.span.start.offset, literal.span.end.offset);
                open = Some(open.map_or((from, to), |(start, _)| (start, to)));
            }
            // A letter that may be missing belongs to no fixed word.
            _ => close(&mut open),
        }
    }
    close(&mut open);
}

fn spliced(pattern: &str, span: &Span, with: &str) -> String {
    joined(pattern, span.start.offset, span.end.offset, with)
}

fn joined(pattern: &str, from: usize, to: usize, with: &str) -> String {
    let (head, tail) = (pattern.get(..from).unwrap_or_default(), pattern.get(to..).unwrap_or_default());
    format!("{head}{with}{tail}")
}

#[cfg(test)]
mod tests {
    use super::loosened;

    fn forms(pattern: &str) -> Vec<String> {
        loosened(pattern).into_iter().map(|loose| loose.pattern).collect()
    }

    #[test]
    fn one_thing_is_changed_at_a_time() {
        assert_eq!(forms(r"Repository Not Found\b"), [r"\S+ Not Found\b", "Repository Not Found"]);
        assert_eq!(
            forms("(?:disk full|is (?:very |)full)"),
            ["(?:is (?:very |)full)", r"(?:\S+ full|is (?:very |)full)", "(?:disk full)"]
        );
        assert_eq!(forms("a b|cde"), ["cde", "a b"]);
        assert!(forms("(unclosed").is_empty());
        assert!(forms("word").is_empty());
    }
}
