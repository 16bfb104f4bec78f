//! Literals that a text must contain for a pattern to match.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::GRAM;
use super::translate::translate;

/// Most alternatives kept for one pattern; beyond that a set is no filter any more.
const MOST: usize = 24;

/// The literals of which every match of `pattern` contains at least one, in the form of
/// [`normalize`](super::normalize); `None` when the pattern has no such set of literals of
/// [`GRAM`] bytes or more, or does not parse.
#[must_use]
pub fn required_literals(pattern: &str) -> Option<Vec<Vec<u8>>> {
    let hir = regex_syntax::ParserBuilder::new()
        .unicode(false)
        .utf8(false)
        .build()
        .parse(&translate(pattern))
        .ok()?;
    let mut best = Found::of(&hir).best()?;
    for literal in &mut best {
        literal.dedup_by(|a, b| *a == b' ' && *b == b' ');
    }
    best.sort();
    best.dedup();
    best.iter().all(|literal| literal.len() >= GRAM).then_some(best)
}

/// What is known of the texts an expression matches.
struct Found {
    /// All texts it matches, when these are few.
    exact: Option<Vec<Vec<u8>>>,
    /// The best set of which each match contains one.
    required: Option<Vec<Vec<u8>>>,
}

impl Found {
    const NOTHING: Self = Self { exact: None, required: None };

    fn exactly(texts: Vec<Vec<u8>>) -> Self {
        Self { exact: Some(texts), required: None }
    }

    fn best(self) -> Option<Vec<Vec<u8>>> {
        match (self.exact, self.required) {
            (Some(exact), Some(required)) => Some(better(exact, required)),
            (exact, required) => exact.or(required),
        }
    }

    fn of(hir: &Hir) -> Self {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Self::exactly(vec![Vec::new()]),
            HirKind::Literal(literal) => {
                Self::exactly(vec![literal.0.iter().map(|b| fold(*b)).collect()])
            }
            HirKind::Class(class) => members(class).map_or(Self::NOTHING, Self::exactly),
            HirKind::Capture(capture) => Self::of(&capture.sub),
            HirKind::Repetition(repetition) => {
                let inner = Self::of(&repetition.sub);
                // One or more blanks are one blank in a normalised text.
                let blank = inner.exact.as_deref().is_some_and(|texts| matches!(texts, [one] if one == b" "));
                match (repetition.min, repetition.max) {
                    (1.., _) if blank => inner,
                    (0, Some(1)) => {
                        let mut exact = inner.exact;
                        if let Some(texts) = &mut exact {
                            texts.push(Vec::new());
                        }
                        Self { exact, required: None }
                    }
                    (1, Some(1)) => inner,
                    (0, _) => Self::NOTHING,
                    _ => Self { exact: None, required: inner.best() },
                }
            }
            HirKind::Alternation(branches) => Self::any(branches),
            HirKind::Concat(parts) => Self::sequence(parts),
        }
    }

    fn any(branches: &[Hir]) -> Self {
        let mut exact = Some(Vec::new());
        let mut required = Some(Vec::new());
        for branch in branches {
            let found = Self::of(branch);
            exact = match (exact, &found.exact) {
                (Some(mut all), Some(texts)) => {
                    all.extend(texts.iter().cloned());
                    (all.len() <= MOST).then_some(all)
                }
                _ => None,
            };
            required = match (required, found.best()) {
                (Some(mut all), Some(texts)) => {
                    all.extend(texts);
                    (all.len() <= MOST).then_some(all)
                }
                _ => None,
            };
        }
        Self { exact, required }
    }

    fn sequence(parts: &[Hir]) -> Self {
        let mut run = vec![Vec::new()];
        let mut whole = true;
        let mut required: Option<Vec<Vec<u8>>> = None;
        let keep = |set: Vec<Vec<u8>>, required: Option<Vec<Vec<u8>>>| {
            Some(match required {
                Some(other) => better(set, other),
                None => set,
            })
        };
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
            required = keep(std::mem::replace(&mut run, vec![Vec::new()]), required);
            if let Some(set) = found.best() {
                required = keep(set, required);
            }
        }
        if whole {
            return Self::exactly(run);
        }
        Self { exact: None, required: keep(run, required) }
    }
}

/// The set that filters better: longer shortest member, then fewer members.
fn better(a: Vec<Vec<u8>>, b: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let key = |set: &[Vec<u8>]| {
        let shortest = set.iter().map(Vec::len).min().unwrap_or(0);
        (shortest.min(12), std::cmp::Reverse(set.len()), shortest)
    };
    if key(&a) >= key(&b) { a } else { b }
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

    fn literals(pattern: &str) -> Option<Vec<String>> {
        required_literals(pattern)
            .map(|set| set.into_iter().map(|l| String::from_utf8_lossy(&l).into_owned()).collect())
    }

    #[test]
    fn finds_the_longest_run_through_blanks_options_and_groups() {
        assert_eq!(
            literals(r"exceeded your (?:(?P<tier>Pro|free) )?(?:Zero)?GPU quota \((?P<n>\d+)s requested"),
            Some(vec!["exceeded your free gpu quota (".into(), "exceeded your free zerogpu quota (".into(),
                "exceeded your gpu quota (".into(), "exceeded your pro gpu quota (".into(),
                "exceeded your pro zerogpu quota (".into(), "exceeded your zerogpu quota (".into()])
        );
        assert_eq!(literals(r"\bGatedRepo\b"), Some(vec!["gatedrepo".into()]));
        assert_eq!(literals(r"(?:incognito|private (?:window|browsing))"),
            Some(vec!["incognito".into(), "private browsing".into(), "private window".into()]));
    }

    #[test]
    fn gives_up_where_a_branch_has_no_literal() {
        assert_eq!(literals(r"quota|\d+"), None);
        assert_eq!(literals(r"\d+ \w+"), None);
        assert_eq!(literals(r"abc"), None);
        assert_eq!(literals(r"(unclosed"), None);
    }
}
