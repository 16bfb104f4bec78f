//! What points at a person or a machine: e-mail, network addresses, home directories.

use super::Kind;
use super::scan::Scan;
use super::words::is_common_home;

/// Addresses that documentation and messages of the platform name.
const PUBLIC: &[&str] =
    &["billing", "website", "safety", "press", "api-enterprise", "support", "legal", "security", "privacy", "dpo"];

impl Scan<'_> {
    /// `local@domain.tld`; `width` is 3 for an encoded `%40`.
    pub(super) fn email(&mut self, at: usize, width: usize) -> bool {
        let start =
            self.start_of(at, 64, |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'+' | b'-') || b >= 0x80);
        let mut end = self.end_of(at + width, |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-') || b >= 0x80);
        let domain = self.slice(at + width, end).trim_end_matches(['.', '-']);
        end = at + width + domain.len();
        // Trailing bytes of a script without blanks may belong to the sentence; they are masked too.
        let Some((host, top)) = domain.rsplit_once('.') else { return false };
        let named = top.len() >= 2 && top.bytes().all(|b| b.is_ascii_alphabetic() || b >= 0x80) && !host.is_empty();
        let local = self.slice(start, at);
        if !named || local.is_empty() || local.ends_with('.') || self.at(end) == b'(' {
            return false;
        }
        let lower = local.to_ascii_lowercase();
        let public = domain.eq_ignore_ascii_case("huggingface.co") && PUBLIC.contains(&lower.as_str());
        if public || lower == "git" {
            return false;
        }
        let key = format!("{lower}@{}", domain.to_ascii_lowercase());
        self.mask(start, end, Kind::Email, &key)
    }

    /// Four numbers with dots, found at the first dot.
    pub(super) fn ipv4(&mut self, at: usize) -> bool {
        let start = self.start_of(at, 3, |b| b.is_ascii_digit());
        let before = self.before(start);
        if start == at
            || before.is_ascii_alphanumeric()
            || matches!(before, b'.' | b'_' | b'-' | b'=' | b'~' | b'^') && before != b'='
        {
            return false;
        }
        let end = self.end_of(start, |b| b.is_ascii_digit() || b == b'.');
        let text = self.slice(start, end).trim_end_matches('.');
        let end = start + text.len();
        let parts: Vec<u8> = text.split('.').map_while(|part| part.parse().ok()).collect();
        let [first, second, third, fourth] = parts.as_slice() else { return false };
        let whole = text.split('.').count() == 4;
        let after = self.at(end);
        if !whole || after.is_ascii_alphanumeric() || matches!(after, b'_' | b'+') {
            return false;
        }
        // Nobody's address, or a version: `==1.2.3.4`, `v1.2.3.4`, `Chrome/120.0.0.0`.
        let nobody = matches!((first, second), (0 | 127 | 255, _) | (169, 254));
        let compared = before == b'=' && matches!(self.before(start - 1), b'=' | b'>' | b'<' | b'~' | b'!');
        let product = before == b'/' && self.before(start - 1).is_ascii_alphanumeric() && (*third, *fourth) == (0, 0);
        let called = self.slice(start.saturating_sub(9), start).to_ascii_lowercase();
        let version = ["version ", "version: ", "ver ", " v "].iter().any(|word| called.ends_with(word));
        if nobody || compared || product || version {
            return false;
        }
        let key = text.to_owned();
        self.mask(start, end, Kind::Ip, &key)
    }

    /// `2001:db8::1`, found at its first colon.
    pub(super) fn ipv6(&mut self, at: usize) -> bool {
        let start = self.start_of(at, 4, |b| b.is_ascii_hexdigit());
        let before = self.before(start);
        if before.is_ascii_alphanumeric() || matches!(before, b':' | b'_' | b'.') {
            return false;
        }
        let end = self.end_of(start, |b| b.is_ascii_hexdigit() || b == b':');
        let text = self.slice(start, end).trim_end_matches(':');
        let end = start + text.len();
        let after = self.at(end);
        if after.is_ascii_alphanumeric() || after == b'_' {
            return false;
        }
        let groups: Vec<&str> = text.split(':').collect();
        let filled = groups.iter().filter(|group| !group.is_empty()).count();
        let short = text.matches("::").count() == 1 && filled <= 7;
        let digits = text.bytes().any(|b| b.is_ascii_digit());
        let wide = groups.iter().any(|group| group.len() >= 3);
        let shaped = groups.iter().all(|group| group.len() <= 4) && (groups.len() == 8 && filled == 8 || short);
        // `std::vec`, `abc::123` and times are no addresses: short ones must be of a range that is in use.
        let used = ["2", "3", "fc", "fd", "fe"].iter().any(|range| text.to_ascii_lowercase().starts_with(range));
        if !shaped || !digits || filled < 2 || !(wide && used || filled >= 4) {
            return false;
        }
        let key = text.to_ascii_lowercase();
        self.mask(start, end, Kind::Ip, &key)
    }

    /// `/home/NAME`, `/Users/NAME`, `C:\Users\NAME`, found at the first separator.
    pub(super) fn home(&mut self, at: usize) -> bool {
        let separators = |b: u8| matches!(b, b'/' | b'\\');
        let word = self.end_of(at, separators);
        let folder = if self.continues(word, b"home") {
            4
        } else if self.continues(word, b"users") {
            5
        } else {
            return false;
        };
        let mut start = self.end_of(word + folder, separators);
        let escaped = self.continues(word + folder, b"%2F") || self.continues(word + folder, b"%5C");
        if escaped {
            start = word + folder + 3;
        }
        if start == word + folder || self.inside_link(at) {
            return false;
        }
        let mut end = self.end_of(start, |b| {
            b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'+' | b'~' | b'$' | b'@') || b >= 0x80
        });
        // `C:\Users\Jane Doe\AppData`: blanks belong to the name when a separator follows soon.
        if self.at(end) == b' ' && (self.at(at) == b'\\' || self.before(at) == b':') {
            let wide =
                self.end_of(end, |b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'.' | b'_' | b'-') || b >= 0x80);
            if self.at(wide) == b'\\' && wide - end <= 40 {
                end = wide;
            }
        }
        let name = self.slice(start, end).trim_end_matches(['.', '-']).to_owned();
        if name.is_empty() || is_common_home(&name) || name.starts_with('.') || name.starts_with('$') {
            return false;
        }
        self.mask(start, start + name.len(), Kind::Home, &name.to_lowercase())
    }

    /// Whether the path belongs to a web address, where `/home` is a page.
    fn inside_link(&self, at: usize) -> bool {
        let start = self.start_of(at, 300, |b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\'' | b'(' | b'<' | b'`'));
        let head = self.slice(start, at);
        match head.rfind("://") {
            Some(scheme) => !head.get(..scheme).unwrap_or_default().to_ascii_lowercase().ends_with("file"),
            // `example.com/home/...` without a scheme, but not `/mnt/home` or `D:/home`.
            None => self.before(at).is_ascii_alphanumeric() && head.contains('.') && !head.contains(['/', ':', '\\']),
        }
    }
}
