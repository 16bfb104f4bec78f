//! From the pattern an author writes to the regular expression that runs.

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

#[cfg(test)]
mod tests {
    use super::translate;

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
}
