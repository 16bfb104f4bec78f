//! Literals that a text must contain for a pattern to match.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::GRAM;
use super::translate::translate;

/// Most alternatives kept for one pattern; beyond that a set is no filter any more.
const MOST: usize = 64;

/// A set of literals of which every match contains at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// The literals, as they stand in a normalised text.
    pub literals: Vec<Vec<u8>>,
    /// Whether a match begins with the literal.
    pub prefix: bool,
    /// Whether a match is exactly the literal, so that no expression has to be run.
    pub whole: bool,
}

/// Most sets kept for one pattern; each further one filters less.
const SETS: usize = 4;

/// The sets of literals of which every match of `pattern` contains at least one each, in the form
/// of [`normalize`](super::normalize). A set that matches begin with stands first, so that its
/// places are where to look; else the most selective one. Empty when the pattern has no set whose
/// literals are all of [`GRAM`] bytes or more, or does not parse.
#[must_use]
pub fn required_literals(pattern: &str) -> Vec<Set> {
    let parsed = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(&translate(pattern));
    let Ok(hir) = parsed else { return Vec::new() };
    let found = Found::of(&hir);
    // Word boundaries and anchors look at what the literals do not show.
    let whole = found.exact.is_some() && hir.properties().look_set().is_empty();
    let mut sets = found.sets();
    for set in &mut sets {
        set.whole = whole;
        for literal in &mut set.literals {
            literal.dedup_by(|a, b| *a == b' ' && *b == b' ');
        }
        set.literals.sort();
        set.literals.dedup();
    }
    sets.retain(|set| set.literals.iter().all(|literal| literal.len() >= GRAM));
    sets.sort_by_key(|set| std::cmp::Reverse((set.prefix, quality(set))));
    sets.dedup();
    if whole {
        // An alternation gives its texts twice: as the whole and as what it requires.
        sets.truncate(1);
    }
    sets.truncate(SETS);
    sets
}

/// What is known of the texts an expression matches.
struct Found {
    /// All texts it matches, when these are few.
    exact: Option<Vec<Vec<u8>>>,
    /// Sets of each of which a match contains one.
    required: Vec<Set>,
}

impl Found {
    const NOTHING: Self = Self { exact: None, required: Vec::new() };

    fn exactly(texts: Vec<Vec<u8>>) -> Self {
        Self { exact: Some(texts), required: Vec::new() }
    }

    /// The sets, an exact one counted as a set.
    fn sets(self) -> Vec<Set> {
        self.exact
            .into_iter()
            .map(|literals| Set { literals, prefix: true, whole: false })
            .chain(self.required)
            .collect()
    }

    /// The same somewhere inside a longer match.
    fn inside(self) -> Vec<Set> {
        self.sets().into_iter().map(|set| Set { prefix: false, ..set }).collect()
    }

    fn of(hir: &Hir) -> Self {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Self::exactly(vec![Vec::new()]),
            HirKind::Literal(literal) => Self::exactly(vec![literal.0.iter().map(|b| fold(*b)).collect()]),
            HirKind::Class(class) => members(class).map_or(Self::NOTHING, Self::exactly),
            HirKind::Capture(capture) => Self::of(&capture.sub),
            HirKind::Repetition(repetition) => {
                let inner = Self::of(&repetition.sub);
                // One or more blanks are one blank in a normalised text.
                let blank = inner.exact.as_deref().is_some_and(|texts| matches!(texts, [one] if one == b" "));
                match (repetition.min, repetition.max) {
                    (1.., _) if blank => inner,
                    (1, Some(1)) => inner,
                    (0, Some(1)) => {
                        let mut exact = inner.exact;
                        if let Some(texts) = &mut exact {
                            texts.push(Vec::new());
                        }
                        Self { exact, required: Vec::new() }
                    }
                    (0, _) => Self::NOTHING,
                    _ => Self { exact: None, required: inner.sets() },
                }
            }
            HirKind::Alternation(branches) => Self::any(branches),
            HirKind::Concat(parts) => Self::sequence(parts),
        }
    }

    /// Of an alternation: what all branches have, each by its best set.
    fn any(branches: &[Hir]) -> Self {
        let mut exact = Some(Vec::new());
        let mut required = Some(Set { literals: Vec::new(), prefix: true, whole: false });
        for branch in branches {
            let found = Self::of(branch);
            exact = match (exact, &found.exact) {
                (Some(mut all), Some(texts)) => {
                    all.extend(texts.iter().cloned());
                    (all.len() <= MOST).then_some(all)
                }
                _ => None,
            };
            let usable = |set: &Set| set.literals.iter().all(|literal| literal.len() >= GRAM);
            let best = found.sets().into_iter().max_by_key(|set| (usable(set), set.prefix, quality(set)));
            required = match (required, best) {
                (Some(mut all), Some(set)) => {
                    all.prefix &= set.prefix;
                    all.literals.extend(set.literals);
                    (all.literals.len() <= MOST).then_some(all)
                }
                _ => None,
            };
        }
        Self { exact, required: required.into_iter().collect() }
    }

    fn sequence(parts: &[Hir]) -> Self {
        let mut run = vec![Vec::new()];
        let mut at_start = true;
        let mut whole = true;
        let mut required: Vec<Set> = Vec::new();
        for part in parts {
            let found = Self::of(part);
            if let Some(texts) = &found.exact
                && run.len().saturating_mul(texts.len()) <= MOST
            {
                run = run
                    .iter()
                    .flat_map(|head| texts.iter().map(move |tail| [head.as_slice(), tail.as_slice()].concat()))
                    .collect();
                continue;
            }
            whole = false;
            // Nothing but zero-width parts so far: what follows still begins the match.
            let still_at_start = at_start && run.iter().all(Vec::is_empty);
            let literals = std::mem::replace(&mut run, vec![Vec::new()]);
            required.push(Set { literals, prefix: at_start, whole: false });
            required.extend(if still_at_start { found.sets() } else { found.inside() });
            at_start = false;
        }
        if whole {
            return Self::exactly(run);
        }
        required.push(Set { literals: run, prefix: at_start, whole: false });
        Self { exact: None, required }
    }
}

/// How well a set filters: longer shortest member first, then fewer members.
fn quality(set: &Set) -> (usize, std::cmp::Reverse<usize>, usize) {
    let shortest = set.literals.iter().map(Vec::len).min().unwrap_or(0);
    (shortest.min(12), std::cmp::Reverse(set.literals.len()), shortest)
}

/// The members of a small class; the class of white space is one blank.
fn members(class: &Class) -> Option<Vec<Vec<u8>>> {
    let mut bytes: Vec<u8> = Vec::new();
    match class {
        Class::Bytes(class) => {
            for range in class.ranges() {
                if range.len() > 6 {
                    return None;
                }
                bytes.extend(range.start()..=range.end());
            }
        }
        Class::Unicode(class) => {
            for range in class.ranges() {
                if !range.end().is_ascii() || range.len() > 6 {
                    return None;
                }
                bytes.extend((range.start()..=range.end()).map(|c| u8::try_from(c).unwrap_or(b' ')));
            }
        }
    }
    let mut folded: Vec<u8> = bytes.into_iter().map(fold).collect();
    folded.sort_unstable();
    folded.dedup();
    (folded.len() <= 4).then(|| folded.into_iter().map(|b| vec![b]).collect())
}

/// A byte as it stands in a normalised text.
const fn fold(byte: u8) -> u8 {
    match byte {
        b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => b' ',
        other => other.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::required_literals;

    fn literals(pattern: &str) -> Vec<String> {
        required_literals(pattern)
            .into_iter()
            .map(|set| {
                let told: Vec<_> = set.literals.iter().map(|l| String::from_utf8_lossy(l).into_owned()).collect();
                let mark = if set.whole {
                    "="
                } else if set.prefix {
                    "^"
                } else {
                    ""
                };
                format!("{mark}{}", told.join(" | "))
            })
            .collect()
    }

    #[test]
    fn finds_the_longest_run_through_blanks_options_and_groups() {
        assert_eq!(
            literals(r"over (?:(?P<tier>Pro|free) )?(?:Zero)?GPU quota \((?P<n>\d+)s requested"),
            [
                "^over free gpu quota ( | over free zerogpu quota ( | over gpu quota ( | over pro gpu quota ( \
                 | over pro zerogpu quota ( | over zerogpu quota (",
                "s requested",
            ]
        );
        assert_eq!(literals(r"\bGatedRepo\b"), ["^gatedrepo"]);
        assert_eq!(
            literals(r"\d+ files? (?:exceed|pass)"),
            [" file exceed |  file pass |  files exceed |  files pass"]
        );
        assert_eq!(
            literals(r"(?:incognito|private (?:window|browsing))"),
            ["=incognito | private browsing | private window"]
        );
        assert_eq!(literals(r"quota.{0,80}exceeded|runs? limit"), ["^quota | run limit | runs limit"]);
    }

    #[test]
    fn gives_up_where_a_branch_has_no_literal() {
        for pattern in [r"quota|\d+", r"\d+ \w+", r"ab", r"(unclosed"] {
            assert!(required_literals(pattern).is_empty(), "{pattern}");
        }
    }
}
