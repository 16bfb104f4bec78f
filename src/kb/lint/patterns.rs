//! Patterns: supported, bounded, and findable by a literal.

use std::ops::Range;

use regex_syntax::ast::{self, Ast, ErrorKind, parse};

use super::examples;
use super::sink::{Known, Sink};
use crate::compile::index::{GRAM, branches, required_literals, translate};
use crate::compile::{NEST_LIMIT, Pattern, SIZE_LIMIT, compile_parsed, compile_pattern, parse_pattern};
use crate::diag::{Code, Diagnostic};
use crate::kb::parts::{Origin, Parts};
use crate::model::Symptom;
use crate::parallel;

/// Longest pattern in bytes; every alternative is looked at on its own.
const MAX_LENGTH: usize = 16 * 1024;

/// Checks all patterns, and the examples of those that compile: compiling is most of the work, so it is done once.
pub(crate) fn check(parts: &Parts, sink: &mut Sink<'_>) {
    let mut symptoms: Vec<(&Symptom, Origin)> = Vec::new();
    for (_, file, rule) in parts.rules.iter().filter(|(_, file, _)| sink.wants(file)) {
        let numbered = rule.symptoms.iter().enumerate();
        symptoms.extend(numbered.map(|(i, symptom)| (symptom, Origin::new(file, format!("/symptoms/{i}")))));
    }
    let known = &sink.known;
    let work = |(): &mut (), (symptom, at): &(&Symptom, Origin)| of_symptom(symptom, at, known);
    let found = parallel::map(&symptoms, parallel::cores(), || (), work);
    found.into_iter().flatten().for_each(|one| sink.push(one));
}

/// What is wrong with the pattern of a symptom and its examples.
fn of_symptom(symptom: &Symptom, at: &Origin, known: &Known<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let compiled = match one(&symptom.pattern, &at.at("pattern")) {
        Ok(compiled) => Some(compiled),
        Err(problem) => {
            found.push(*problem);
            let short = symptom.pattern.len() <= MAX_LENGTH;
            short.then(|| compile_pattern(&symptom.pattern).ok()).flatten()
        }
    };
    if let Some(compiled) = compiled {
        examples::check(symptom, &compiled, at, known, &mut found);
    }
    found
}

/// The compiled pattern, or its first problem.
fn one(pattern: &str, origin: &Origin) -> Result<Pattern, Box<Diagnostic>> {
    let fail = |code, location, message: &str, help: &str| {
        let found = Diagnostic::new(code, location, message);
        Err(Box::new(if help.is_empty() { found } else { found.help(help) }))
    };
    if pattern.trim().is_empty() {
        return fail(Code::PatternEmpty, origin.value(), "the pattern is empty", "");
    }
    if pattern.len() > MAX_LENGTH {
        let message = format!("the pattern has {} bytes, more than the {MAX_LENGTH} allowed", pattern.len());
        return fail(Code::PatternSyntax, origin.value(), &message, "write several symptoms");
    }
    let parsed = match parse_pattern(pattern) {
        Ok(parsed) if !may_have_flags(pattern) => parsed,
        parsed => {
            written(pattern, origin)?;
            match parsed {
                Ok(parsed) => parsed,
                Err(_) => return fail(Code::PatternSyntax, origin.value(), "the pattern does not compile", ""),
            }
        }
    };
    let compiled = match compile_parsed(&parsed) {
        Err(problem) if problem.size_limit().is_some() => {
            let message = format!("the pattern compiles to more than {} KiB", SIZE_LIMIT >> 10);
            return fail(Code::PatternSyntax, origin.value(), &message, "use smaller repetition counts");
        }
        Err(_) => return fail(Code::PatternSyntax, origin.value(), "the pattern does not compile", ""),
        Ok(compiled) if compiled.is_match(b"") => {
            return fail(
                Code::PatternEmpty,
                origin.value(),
                "the pattern matches the empty text, so it matches everywhere",
                "make a part of it required",
            );
        }
        Ok(compiled) => compiled,
    };
    if !findable(pattern) {
        let weak = weak_alternative(pattern);
        let message = if weak.is_some() {
            format!("this alternative has no run of {GRAM} fixed characters")
        } else {
            format!("the pattern has no run of {GRAM} fixed characters")
        };
        let place = weak.map_or_else(|| origin.value(), |span| origin.slice(span));
        return fail(
            Code::PatternLiteral,
            place,
            &message,
            "add a word that is always printed, or one to each of its alternatives",
        );
    }
    if let Some(steps) = slow(pattern, &compiled) {
        let message = format!("the pattern takes {steps} steps a character on a text that is unlucky for it");
        let help = format!("use smaller repetition counts, or two patterns: up to {MOST_STEPS} steps are allowed");
        return fail(Code::PatternSlow, origin.value(), &message, &help);
    }
    Ok(compiled)
}

/// Steps a character that are too many. The slowest pattern of the shipped rules stays below half of it.
const MOST_STEPS: usize = 750;

/// Steps a character that a search takes on a torture text, when these are too many: the literals of the pattern, each
/// followed by long runs of what repetitions like to match. Steps are counted, so no clock decides.
fn slow(pattern: &str, compiled: &Pattern) -> Option<usize> {
    if compiled.states() <= MOST_STEPS {
        return None;
    }
    let steps = steps(pattern, compiled);
    (steps > MOST_STEPS).then_some(steps)
}

/// Steps a character on a torture text made for the pattern.
fn steps(pattern: &str, compiled: &Pattern) -> usize {
    /// Characters of each run.
    const RUN: usize = 128;
    /// Literals that are tried.
    const LITERALS: usize = 4;
    let sets = branches(pattern).into_iter().flat_map(required_literals);
    let literals: Vec<Vec<u8>> = sets.filter_map(|set| set.literals.into_iter().next()).take(LITERALS).collect();
    let repeated = |bytes: &[u8], length: usize| -> Vec<u8> { bytes.iter().copied().cycle().take(length).collect() };
    // Each literal again and again, so that a search begins at every one; all of them in turn; each before long runs.
    let mut texts: Vec<Vec<u8>> = literals.iter().map(|literal| repeated(literal, 4 * RUN)).collect();
    texts.push(repeated(&literals.concat(), 8 * RUN));
    texts.extend([b"a".as_slice(), b"0", b" ", b"a ", b"./"].map(|filling| {
        let run = repeated(filling, RUN);
        literals.iter().flat_map(|literal| [literal.as_slice(), &run].concat()).collect()
    }));
    texts.iter().map(|text| compiled.work(text) / text.len().max(1)).max().unwrap_or_default()
}

/// Whether there is a group of another kind than `(?:..)`, `(?P<..>..)` and `(?<..>..)`.
fn may_have_flags(pattern: &str) -> bool {
    pattern.match_indices("(?").any(|(i, _)| {
        let rest = pattern.get(i + 2..).unwrap_or_default();
        let named = |start| rest.strip_prefix(start).is_some_and(|name: &str| !name.starts_with(['=', '!']));
        !rest.starts_with(':') && !named("P<") && !named("<")
    })
}

/// What is wrong with a pattern as it is written.
fn written(pattern: &str, origin: &Origin) -> Result<(), Box<Diagnostic>> {
    let tree = match parse::ParserBuilder::new().nest_limit(NEST_LIMIT).build().parse(pattern) {
        Ok(tree) => tree,
        Err(problem) => {
            let (code, message, help) = explain(problem.kind());
            let found = Diagnostic::new(code, origin.slice(bytes(problem.span())), message);
            return Err(Box::new(if help.is_empty() { found } else { found.help(help) }));
        }
    };
    if let Some(span) = inline_flags(&tree) {
        let message = "inline flags are not supported";
        let found = Diagnostic::new(Code::PatternFeature, origin.slice(span), message);
        return Err(Box::new(found.help("case is ignored anyway; write `[\\s\\S]` to cross lines")));
    }
    // The pattern as written has the right places, the translated one the right meaning.
    readable(pattern).and_then(|()| readable(&translate(pattern))).map_err(|(problem, span)| {
        let place = span.map_or_else(|| origin.value(), |span| origin.slice(span));
        let help =
            "patterns work on bytes: use ASCII classes such as `\\w`, and alternatives for other letters: `(?:c|ç)`";
        Box::new(Diagnostic::new(Code::PatternSyntax, place, problem).help(help))
    })
}

fn bytes(span: &ast::Span) -> Range<usize> {
    span.start.offset..span.end.offset
}

/// A syntax error in our words.
fn explain(kind: &ErrorKind) -> (Code, String, &'static str) {
    let (code, message, help) = match kind {
        ErrorKind::UnsupportedLookAround => (
            Code::PatternFeature,
            "look-around is not supported",
            "match the words around it too, or add the text that must not match to `rejects` and make the pattern more exact",
        ),
        ErrorKind::UnsupportedBackreference => {
            (Code::PatternFeature, "back-references are not supported", "write the repeated part out")
        }
        ErrorKind::FlagUnrecognized | ErrorKind::FlagUnexpectedEof | ErrorKind::FlagDuplicate { .. } => (
            Code::PatternFeature,
            "this kind of group is not supported",
            "use `(?:...)` to group and `(?P<name>...)` to capture",
        ),
        ErrorKind::EscapeUnrecognized => {
            (Code::PatternSyntax, "unknown escape", "escape punctuation only; `\\d`, `\\w`, `\\s`, `\\b` are known")
        }
        ErrorKind::GroupUnclosed => {
            (Code::PatternSyntax, "this group is not closed", "escape a literal parenthesis: `\\(`")
        }
        ErrorKind::GroupUnopened => {
            (Code::PatternSyntax, "no group is open here", "escape a literal parenthesis: `\\)`")
        }
        ErrorKind::GroupNameDuplicate { .. } => {
            (Code::PatternSyntax, "two groups have this name", "name each group once")
        }
        ErrorKind::RepetitionMissing => {
            (Code::PatternSyntax, "nothing to repeat here", "escape a literal `*`, `+` or `?`")
        }
        ErrorKind::NestLimitExceeded(_) => (Code::PatternSyntax, "groups are nested too deeply", "write it flatter"),
        other => return (Code::PatternSyntax, format!("the pattern does not compile: {other}"), ""),
    };
    (code, message.to_owned(), help)
}

/// Where flags are set, `(?i)` or `(?i:..)`, if anywhere. The depth is bounded by the parser.
fn inline_flags(tree: &Ast) -> Option<Range<usize>> {
    match tree {
        Ast::Flags(set) => Some(bytes(&set.span)),
        Ast::Group(group) => match &group.kind {
            ast::GroupKind::NonCapturing(flags) if !flags.items.is_empty() => Some(bytes(&flags.span)),
            _ => inline_flags(&group.ast),
        },
        Ast::Repetition(repetition) => inline_flags(&repetition.ast),
        Ast::Concat(concat) => concat.asts.iter().find_map(inline_flags),
        Ast::Alternation(alternation) => alternation.asts.iter().find_map(inline_flags),
        _ => None,
    }
}

/// Whether the pattern means something over bytes, and where it does not.
fn readable(pattern: &str) -> Result<(), (String, Option<Range<usize>>)> {
    let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).nest_limit(NEST_LIMIT).build();
    parser.parse(pattern).map(drop).map_err(|problem| match problem {
        regex_syntax::Error::Translate(problem) => {
            let message = match problem.kind() {
                regex_syntax::hir::ErrorKind::UnicodeNotAllowed => "classes hold ASCII characters only".to_owned(),
                other => format!("the pattern does not compile: {other}").to_lowercase(),
            };
            (message, Some(bytes(problem.span())))
        }
        _ => ("the pattern does not compile".to_owned(), None),
    })
}

/// Whether the pattern has literals by which the text filter can find it.
fn findable(pattern: &str) -> bool {
    // The filter takes the alternatives of a pattern one by one.
    branches(pattern).into_iter().all(|branch| !required_literals(branch).is_empty())
}

/// The first top-level alternative without a literal, when the others have one.
fn weak_alternative(pattern: &str) -> Option<Range<usize>> {
    let tree = parse::ParserBuilder::new().nest_limit(NEST_LIMIT).build().parse(pattern).ok()?;
    let Ast::Alternation(alternation) = &tree else { return None };
    let spans = alternation.asts.iter().map(|branch| bytes(branch.span()));
    spans.into_iter().find(|span| {
        let branch = pattern.get(span.clone()).unwrap_or_default();
        !findable(branch)
    })
}
#[cfg(test)]
mod tests {
    use super::{MOST_STEPS, may_have_flags, slow};
    use crate::compile::compile_pattern;

    #[test]
    fn repetitions_inside_repetitions_are_slow_and_long_gaps_are_not() {
        let steps = |pattern: &str| slow(pattern, &compile_pattern(pattern).expect("a pattern"));
        for pattern in ["quota(?:[a-z ]{1,90}){1,9}plan", "(?:quota.{0,300}){1,9}x"] {
            assert!(steps(pattern).is_some_and(|steps| steps > MOST_STEPS), "{pattern}");
            // A count, no measurement.
            assert_eq!(steps(pattern), steps(pattern));
        }
        for pattern in ["quota.{0,900}exceeded.{0,900}plan", "quota exceeded", r"quota (?:\w{0,200} ){0,20}exceeded"] {
            assert_eq!(steps(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn groups_with_flags_are_noticed() {
        assert!(["(?i)a", "a(?s:b)", "a(?=b)", "(?<!a)b", "(?-u)a"].into_iter().all(may_have_flags));
        assert!(!["(?:a)", "(?P<n>a)", "(?<n>a)", "(a)?"].into_iter().any(may_have_flags));
    }
}
