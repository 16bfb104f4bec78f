//! Patterns as authors write them, and the regular expressions they stand for.

use regex::bytes::{Regex, RegexBuilder};

use crate::model::{Capture, Day, FactKind, Scalar};

/// Largest compiled form of one pattern, in bytes.
pub const SIZE_LIMIT: usize = 1 << 20;

/// Deepest nesting of groups in one pattern.
pub const NEST_LIMIT: u32 = 50;

/// The regular expression a pattern stands for: a blank becomes any run of white space.
///
/// A blank in brackets (`[ ]`) or after a backslash stays a blank. Several blanks count as one. Case is not handled
/// here but by the builder, so that literals can still be read off the result.
#[must_use]
pub fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut chars = pattern.chars().peekable();
    // Depth of bracket classes, and whether a `]` would still be a literal member.
    let (mut depth, mut fresh) = (0_usize, false);
    while let Some(c) = chars.next() {
        let was_fresh = std::mem::take(&mut fresh);
        match c {
            '\\' => {
                out.push(c);
                out.extend(chars.next());
            }
            '[' => {
                depth += 1;
                out.push(c);
                if chars.peek() == Some(&'^') {
                    out.extend(chars.next());
                }
                fresh = true;
            }
            ']' if depth > 0 && !was_fresh => {
                depth -= 1;
                out.push(c);
            }
            ' ' if depth == 0 => {
                while chars.peek() == Some(&' ') {
                    chars.next();
                }
                // `a ?b` means an optional blank, not a lazy run of them.
                let quantified = matches!(chars.peek(), Some('?' | '*' | '+' | '{'));
                out.push_str(if quantified { r"(?:\s+)" } else { r"\s+" });
            }
            _ => out.push(c),
        }
    }
    out
}

/// Compiles a pattern the one way patterns are compiled: bytes, ASCII classes, case ignored, bounded.
///
/// # Errors
/// When the pattern is no regular expression, or too large.
pub fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&translate(pattern))
        .unicode(false)
        .case_insensitive(true)
        .size_limit(SIZE_LIMIT)
        .nest_limit(NEST_LIMIT)
        .build()
}

/// The value a captured text gives a fact; `None` when the fact stays unknown.
///
/// `text` is `None` when the group took no part in the match. With a map, only mapped texts (lower case) count.
/// Without one the text is read by the type of the fact; numbers may have thousands separators.
#[must_use]
pub fn captured_value(capture: &Capture, kind: FactKind, text: Option<&str>) -> Option<Scalar> {
    let Some(text) = text else { return capture.absent.clone() };
    let text = text.trim();
    let lower = text.to_lowercase();
    if !capture.map.is_empty() {
        return capture.map.get(&lower).cloned();
    }
    match kind {
        FactKind::Bool => lower.parse().ok().map(Scalar::Bool),
        FactKind::Int | FactKind::Number => {
            let number: f64 = lower.replace(',', "").parse().ok()?;
            let fits = number.is_finite() && (kind == FactKind::Number || number.fract() == 0.0);
            fits.then_some(Scalar::Number(number))
        }
        FactKind::Enum => Some(Scalar::Text(lower)),
        FactKind::Date => text.parse::<Day>().ok().map(|day| Scalar::Text(day.to_string())),
        FactKind::String => Some(Scalar::Text(text.to_owned())),
        FactKind::Map => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{compile, translate};

    #[test]
    fn blanks_become_white_space_except_where_they_are_meant() {
        assert_eq!(translate("a b"), r"a\s+b");
        assert_eq!(translate("a  b"), r"a\s+b");
        assert_eq!(translate("a[ ]b"), "a[ ]b");
        assert_eq!(translate("a[^] x]b c"), r"a[^] x]b\s+c");
        assert_eq!(translate(r"a\ b\[ c"), r"a\ b\[\s+c");
        assert_eq!(translate("a[[:alpha:] ] b"), r"a[[:alpha:] ]\s+b");
        assert_eq!(translate("vs\\. ?(x)"), r"vs\.(?:\s+)?(x)");
        assert_eq!(translate("a\\"), "a\\");
    }

    #[test]
    fn case_is_ignored_and_lines_may_wrap() {
        let regex = compile("GPU quota exceeded");
        assert!(regex.is_ok_and(|r| r.is_match(b"your gpu  quota\n exceeded")));
    }
}
