//! Characters of a secret that are written as numbers: `hf&#95;abc`, `hf\u005fabc`.
//!
//! A page or a JSON document may write any character so. Masking looks at what the text means, so those that secrets
//! are made of are written out first; everything else (`&lt;`, `\u00e9`) stays as it is.

use std::borrow::Cow;

/// The text with such characters written out.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains("&#") && !text.contains("\\u00") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '\\']) {
        let (head, tail) = rest.split_at(at);
        out.push_str(head);
        let (written, length) = match entity(tail).or_else(|| escape(tail)) {
            Some(found) => found,
            None => (tail.chars().next().unwrap_or_default(), 1),
        };
        out.push(written);
        rest = tail.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// `&#95;`, `&#x5f;` and its length in bytes.
fn entity(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix("&#")?;
    let end = body.bytes().take(9).position(|byte| byte == b';')?;
    let digits = body.get(..end)?;
    let number = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    Some((part_of_secret(number)?, end + 3))
}

/// `\u005f` and its length in bytes.
fn escape(text: &str) -> Option<(char, usize)> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    Some((part_of_secret(u32::from_str_radix(digits, 16).ok()?)?, 6))
}

/// Characters of secrets, and of what stands around them.
fn part_of_secret(number: u32) -> Option<char> {
    let c = char::from_u32(number)?;
    (c.is_ascii_alphanumeric() || "_-.@:=/+".contains(c)).then_some(c)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn only_characters_of_secrets_are_written_out() {
        for (text, wanted) in [
            ("hf&#95;a&#x62;c", "hf_abc"),
            (r"hf\u005fabc", "hf_abc"),
            ("&lt;b&#62; &#60; &amp;#95;", "&lt;b&#62; &#60; &amp;#95;"),
            (r"\u00e9 \n \u0022 C:\users", r"\u00e9 \n \u0022 C:\users"),
            ("&#95 &#; &#999999999; &#x; & \\", "&#95 &#; &#999999999; &#x; & \\"),
        ] {
            assert_eq!(plain(text), wanted);
        }
    }
}
