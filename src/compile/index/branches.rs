//! The alternatives of a pattern, each found and compiled on its own.

/// Splits a pattern at its outermost `|`; a pattern that is one group without a name counts as
/// what is in the group. A pattern with an empty alternative stays whole.
///
/// A text that holds the literals of one alternative then costs the compilation of that one.
#[must_use]
pub fn branches(pattern: &str) -> Vec<&str> {
    let inner = whole_group(pattern).unwrap_or(pattern);
    let cuts = outer_bars(inner);
    let mut out = Vec::with_capacity(cuts.len().saturating_add(1));
    let mut start = 0usize;
    for end in cuts.into_iter().chain(std::iter::once(inner.len())) {
        let branch = inner.get(start..end).unwrap_or_default();
        if branch.trim().is_empty() {
            return vec![pattern];
        }
        out.push(branch);
        start = end.saturating_add(1);
    }
    out
}

/// The inside of `(?:...)` when that is all of the pattern.
fn whole_group(pattern: &str) -> Option<&str> {
    let inner = pattern.strip_prefix("(?:")?.strip_suffix(')')?;
    // The group must close at the very end, not before.
    let mut depth = 0i32;
    let mut closes_early = false;
    walk(inner, &mut |c, _| match c {
        '(' => depth += 1,
        ')' => {
            depth -= 1;
            closes_early |= depth < 0;
        }
        _ => {}
    });
    (!closes_early && depth == 0).then_some(inner)
}

/// Offsets of the `|` outside all groups.
fn outer_bars(pattern: &str) -> Vec<usize> {
    let mut depth = 0i32;
    let mut bars = Vec::new();
    walk(pattern, &mut |c, at| match c {
        '(' => depth += 1,
        ')' => depth -= 1,
        '|' if depth == 0 => bars.push(at),
        _ => {}
    });
    bars
}

/// Calls `each` with every character that is neither escaped nor inside brackets.
fn walk(pattern: &str, each: &mut dyn FnMut(char, usize)) {
    let mut chars = pattern.char_indices().peekable();
    let mut brackets = 0usize;
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '[' => {
                brackets += 1;
                chars.next_if(|(_, c)| *c == '^');
                // A bracket in first place is a member.
                chars.next_if(|(_, c)| *c == ']');
            }
            ']' if brackets > 0 => brackets -= 1,
            c if brackets == 0 => each(c, at),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::branches;

    #[test]
    fn splits_at_the_outermost_bars_only() {
        assert_eq!(branches("a b|c(?:d|e)|[|]f"), ["a b", "c(?:d|e)", "[|]f"]);
        assert_eq!(branches("(?:a|b)"), ["a", "b"]);
        assert_eq!(branches("(?:a|b)c(?:d|e)"), ["(?:a|b)c(?:d|e)"]);
        assert_eq!(branches(r"a\|b|[]|]c"), [r"a\|b", "[]|]c"]);
        assert_eq!(branches("a|"), ["a|"]);
        assert_eq!(branches(""), [""]);
    }
}
