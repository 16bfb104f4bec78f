//! From the pattern an author writes to the regular expression that runs.

/// Replaces every blank outside a character class by `\s+`, so that line breaks and runs of
/// blanks match it. A blank inside `[...]` or after a backslash stays literal.
#[must_use]
pub fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len().saturating_add(32));
    let mut chars = pattern.chars().peekable();
    let mut in_class = false;
    let mut class_start = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                out.push(c);
                if let Some(next) = chars.next() {
                    out.push(next);
                }
                class_start = false;
                continue;
            }
            '[' if !in_class => {
                in_class = true;
                class_start = true;
                out.push(c);
                continue;
            }
            // `[]...]` and `[^]...]`: a bracket in first place is a member.
            ']' if in_class && !class_start => in_class = false,
            '^' if in_class && class_start => {
                out.push(c);
                continue;
            }
            ' ' if !in_class => {
                while chars.next_if_eq(&' ').is_some() {}
                // `a ?b`: the quantifier is for the blank, not for its repetition.
                let quantified = chars.peek().is_some_and(|next| matches!(next, '?' | '*' | '+' | '{'));
                out.push_str(if quantified { r"(?:\s+)" } else { r"\s+" });
                continue;
            }
            _ => {}
        }
        class_start = false;
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::translate;

    #[test]
    fn blanks_become_white_space_except_in_classes() {
        assert_eq!(translate("a  b[ ]c\\ d"), r"a\s+b[ ]c\ d");
        assert_eq!(translate("[] ] x"), r"[] ]\s+x");
        assert_eq!(translate("[^ ]+ y"), r"[^ ]+\s+y");
        assert_eq!(translate("hugging ?face"), r"hugging(?:\s+)?face");
    }
}
