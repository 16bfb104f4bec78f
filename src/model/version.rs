//! Order of release versions of Python and JavaScript packages.

use std::cmp::Ordering;

/// Compares two versions release by release: `0.9.1` is older than `0.10`, `1.0` equals `1.0.0`.
///
/// A suffix such as `rc1`, `.dev0` or `-beta.2` makes a version older than its release.
/// `None` when one of the texts does not begin with a number.
#[must_use]
pub fn compare_versions(left: &str, right: &str) -> Option<Ordering> {
    let (left, left_pre) = parse(left)?;
    let (right, right_pre) = parse(right)?;
    let length = left.len().max(right.len());
    let at = |parts: &[u64], i: usize| parts.get(i).copied().unwrap_or(0);
    for i in 0..length {
        match at(&left, i).cmp(&at(&right, i)) {
            Ordering::Equal => {}
            other => return Some(other),
        }
    }
    Some(right_pre.cmp(&left_pre))
}

/// Release numbers and whether a pre-release suffix follows.
fn parse(text: &str) -> Option<(Vec<u64>, bool)> {
    let text = text.trim().trim_start_matches(['v', 'V', '=']);
    let mut numbers = Vec::new();
    let mut rest = text;
    loop {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, tail) = rest.split_at_checked(digits)?;
        numbers.push(number.parse().ok()?);
        rest = tail;
        match rest.strip_prefix('.') {
            Some(tail) if tail.starts_with(|c: char| c.is_ascii_digit()) => rest = tail,
            _ => break,
        }
    }
    let suffix = rest.trim_start_matches(['.', '-', '_']).to_ascii_lowercase();
    let pre = ["a", "b", "c", "rc", "dev", "alpha", "beta", "pre", "next", "canary"]
        .iter()
        .any(|word| suffix.starts_with(word));
    Some((numbers, pre))
}

#[cfg(test)]
mod tests {
    use super::compare_versions;
    use std::cmp::Ordering::{Equal, Greater, Less};

    #[test]
    fn releases_compare_by_number_not_by_text() {
        assert_eq!(compare_versions("0.9.1", "0.10"), Some(Less));
        assert_eq!(compare_versions("1.0", "1.0.0"), Some(Equal));
        assert_eq!(compare_versions("4.1.0", "4.0.0"), Some(Greater));
        assert_eq!(compare_versions("1.0.0rc3", "1.0.0"), Some(Less));
        assert_eq!(compare_versions("2.0.0-beta.1", "1.9"), Some(Greater));
        assert_eq!(compare_versions("1.0.0+local", "1.0.0"), Some(Equal));
        assert_eq!(compare_versions("latest", "1.0.0"), None);
        assert_eq!(compare_versions("", "1"), None);
        assert_eq!(compare_versions("99999999999999999999999", "1"), None);
    }
}
