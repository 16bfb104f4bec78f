//! Addresses that stand in running text without any mark-up.

use super::is_allowed;

/// A piece of running text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// Words.
    Words(&'t str),
    /// An address that may be a link.
    Address(&'t str),
}

/// The text in pieces: addresses of allowed hosts that lead somewhere, and what stands between them.
pub(super) fn pieces<'t>(text: &'t str, hosts: &[impl AsRef<str>]) -> Vec<Piece<'t>> {
    const SCHEME: &str = "https://";
    let mut out = Vec::new();
    let (mut done, mut from) = (0, 0);
    while let Some(found) = text.get(from..).and_then(|rest| rest.find(SCHEME)) {
        let start = from.saturating_add(found);
        let rest = text.get(start..).unwrap_or_default();
        let address = ending(rest);
        let end = start.saturating_add(address.len());
        from = end.max(start.saturating_add(SCHEME.len()));
        let begins =
            !text.get(..start).is_some_and(|before| before.ends_with(|c: char| c.is_alphanumeric() || c == '/'));
        if begins && whole(rest, address) && is_allowed(address, hosts) && !is_pattern(address) {
            out.push(Piece::Words(text.get(done..start).unwrap_or_default()));
            out.push(Piece::Address(address));
            done = end;
        }
    }
    out.push(Piece::Words(text.get(done..).unwrap_or_default()));
    out.retain(|piece| !matches!(piece, Piece::Words("")));
    out
}

/// The address that a text begins with, without the marks that end a sentence.
fn ending(text: &str) -> &str {
    let inside =
        |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '<' | '>' | '`' | '\\' | '{' | '}' | '|' | '^');
    let end = text.find(|c: char| !inside(c)).unwrap_or(text.len());
    let mut address = text.get(..end).unwrap_or_default();
    loop {
        let open = address.matches('(').count() < address.matches(')').count();
        match address
            .strip_suffix(|c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '*' | '_') || (open && c == ')'))
        {
            Some(shorter) => address = shorter,
            None => return address,
        }
    }
}

/// Whether nothing follows that belongs to it: an ellipsis, a word in braces.
fn whole(text: &str, address: &str) -> bool {
    let next = text.get(address.len()..).and_then(|rest| rest.chars().next());
    next.is_none_or(|c| {
        c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | ')' | '"' | '\'' | '\u{201d}')
    })
}

/// Whether a part of the path is a word in capitals, for which a reader has to put something else.
fn is_pattern(address: &str) -> bool {
    address
        .split(['/', '?', '=', '&', '#'])
        .any(|part| part.len() > 2 && part.bytes().all(|b| b.is_ascii_uppercase() || b == b'_' || b == b'-'))
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces};

    fn addresses(text: &str) -> Vec<&str> {
        let found = pieces(text, &["hf.co", "huggingface.co"]);
        let whole: String = found
            .iter()
            .map(|piece| match piece {
                Piece::Words(text) | Piece::Address(text) => *text,
            })
            .collect();
        assert_eq!(whole, text, "nothing is lost");
        found
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Address(url) => Some(url),
                Piece::Words(_) => None,
            })
            .collect()
    }

    #[test]
    fn addresses_of_allowed_hosts_are_found_without_the_marks_around_them() {
        assert_eq!(
            addresses("Open https://hf.co/a, then (https://hf.co/b_(c)). See https://hf.co."),
            ["https://hf.co/a", "https://hf.co/b_(c)", "https://hf.co"]
        );
        assert_eq!(
            addresses("https://huggingface.co/settings/a_b?x=1&y=2"),
            ["https://huggingface.co/settings/a_b?x=1&y=2"]
        );
    }

    #[test]
    fn what_leads_nowhere_or_elsewhere_is_no_address() {
        for text in [
            "https://evil.example/hf.co",
            "http://hf.co/a",
            "https://hf.co@evil.example",
            "https://hf.co.evil.example/",
            "https://hf.co/\u{2026}",
            "https://hf.co/spaces/OWNER/NAME",
            "xhttps://hf.co",
            "https://",
            "https://hf.co/{x}",
        ] {
            assert_eq!(addresses(text), Vec::<&str>::new(), "{text}");
        }
    }
}
