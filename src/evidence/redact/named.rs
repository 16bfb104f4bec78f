//! Values that their name gives away: headers, assignments, JSON members, command line flags.

use super::Kind;
use super::scan::Scan;
use super::tokens::{credential_byte, generic_continues};
use super::words::{expression, harmless, identifier_like, looks_random};

/// What a name says about its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    /// `Authorization`: a scheme and a credential.
    Authorization,
    /// Cookies: the whole value.
    Cookie,
    /// Another secret.
    Secret,
    /// A token, key or the like in a header: the whole word.
    Header,
    /// The name of a person.
    User,
    /// Names of organisations.
    Orgs,
}

/// Names that end in `token` and mean a piece of text, not a secret.
const TEXT_TOKENS: &[&str] = &[
    "eos",
    "bos",
    "pad",
    "unk",
    "sep",
    "cls",
    "mask",
    "image",
    "video",
    "audio",
    "next",
    "max",
    "min",
    "per",
    "first",
    "last",
    "end",
    "start",
    "stop",
    "special",
    "new",
    "added",
    "prompt",
    "input",
    "output",
    "num",
    "n",
    "total",
    "completion",
    "think",
    "tool",
    "vision",
    "speech",
    "time",
    "ms",
    "invalid",
    "unexpected",
    "is",
    "has",
    "no",
    "add",
];

/// Last letters of every name that [`classify`] knows: most names end here, without a copy.
const ENDINGS: &[&[u8; 3]] = &[
    b"ion", b"kie", b"ie2", b"ies", b"ame", b"rgs", b"ord", b"swd", b"ase", b"pwd", b"ret", b"key", b"ial", b"als",
    b"sig", b"ure", b"_id", b"-id", b"nid", b"jwt", b"otp", b"ken", b"uth",
];

fn classify(name: &str) -> Option<Name> {
    let (_, ending) = name.as_bytes().split_last_chunk::<3>()?;
    if !ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)) {
        return None;
    }
    let lower = name.trim_start_matches('-').to_ascii_lowercase().replace('-', "_");
    let last = lower.rsplit('.').next().unwrap_or(&lower);
    match last {
        "authorization" | "proxy_authorization" | "x_authorization" => return Some(Name::Authorization),
        "cookie" | "set_cookie" | "set_cookie2" | "cookies" => return Some(Name::Cookie),
        "username" | "user_name" => return Some(Name::User),
        "orgs" => return Some(Name::Orgs),
        "password" | "passwd" | "passphrase" | "pwd" | "secret" | "apikey" | "api_key" | "credential"
        | "credentials" | "sig" | "signature" | "key_pair_id" | "x_amz_signature" | "x_amz_credential"
        | "x_goog_signature" | "x_goog_credential" | "sessionid" | "session_id" | "jwt" | "otp" => {
            return Some(Name::Secret);
        }
        _ => {}
    }
    if let Some(head) = last.strip_suffix("token") {
        let head = head.trim_end_matches('_');
        let word = head.rsplit('_').next().unwrap_or(head);
        if TEXT_TOKENS.contains(&word) {
            return None;
        }
        return Some(if head.starts_with("x_") { Name::Header } else { Name::Secret });
    }
    let secret = [
        "_api_key",
        "_apikey",
        "_password",
        "_passwd",
        "_secret",
        "access_key",
        "secret_key",
        "private_key",
        "access_key_id",
        "_credential",
        "_credentials",
        "_auth",
        "_pwd",
    ]
    .iter()
    .any(|end| last.ends_with(end));
    secret.then_some(Name::Secret)
}

fn name_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')
}

/// A value: where it begins, and how its quote closes.
struct Opened {
    start: usize,
    close: Option<&'static str>,
}

impl Scan<'_> {
    /// `Name: value` and `"name": "value"`.
    pub(super) fn header(&mut self, at: usize) -> bool {
        if self.at(at + 1) == b'/' || self.at(at + 1) == b':' {
            return false;
        }
        // `hf env` prints a question.
        if self.slice(at.saturating_sub(10), at).ends_with("Who am I ?") {
            return self.handles(at + 1, Kind::User);
        }
        let Some((start, quoted)) = self.name_before(at) else { return false };
        let line_start = !quoted && self.line_starts(start);
        let name = self.slice(start, self.end_of(start, name_byte)).to_ascii_lowercase();
        if line_start && name == "user" {
            return self.handles(at + 1, Kind::User);
        }
        match classify(&name) {
            Some(Name::Orgs) if line_start => self.handles(at + 1, Kind::Org),
            Some(Name::Orgs | Name::User) | None => false,
            Some(Name::Secret) => self.member(at + 1, !name.ends_with("token")),
            Some(kind) => self.header_value(at + 1, kind),
        }
    }

    /// `('authorization', 'Bearer ...')`: headers as programs print them.
    pub(super) fn pair(&mut self, at: usize) -> bool {
        if !matches!(self.before(at), b'"' | b'\'') {
            return false;
        }
        let Some((start, true)) = self.name_before(at) else { return false };
        let name = self.slice(start, self.end_of(start, name_byte)).to_owned();
        match classify(&name) {
            Some(kind @ (Name::Authorization | Name::Cookie | Name::Header)) => self.header_value(at + 1, kind),
            _ => false,
        }
    }

    /// `name=value`, `headers["name"] = "value"`.
    pub(super) fn assignment(&mut self, at: usize) -> bool {
        if self.at(at + 1) == b'=' || matches!(self.before(at), b'=' | b'!' | b'<' | b'>' | b'~' | b'+') {
            return false;
        }
        let Some((start, _)) = self.name_before(at) else { return false };
        let name = self.slice(start, self.end_of(start, name_byte)).to_owned();
        match classify(&name) {
            Some(Name::User) => self.handles(at + 1, Kind::User),
            Some(Name::Secret) => self.value(at + 1),
            Some(kind @ (Name::Authorization | Name::Cookie | Name::Header)) => self.header_value(at + 1, kind),
            Some(Name::Orgs) | None => false,
        }
    }

    /// `--token value`.
    pub(super) fn flag(&mut self, at: usize) -> bool {
        if self.at(at + 1) != b'-' || !matches!(self.before(at), b' ' | b'\n' | b'"' | b'\'' | b'`' | b'[' | 0) {
            return false;
        }
        let end = self.end_of(at, name_byte);
        let name = self.slice(at, end).to_owned();
        self.at(end) == b' ' && classify(&name) == Some(Name::Secret) && !self.continues(end, b" -") && self.value(end)
    }

    /// `Bearer value` and `Basic value` without a header name.
    pub(super) fn scheme(&mut self, at: usize) -> bool {
        if self.before(at).is_ascii_alphanumeric() {
            return false;
        }
        let word = if self.continues(at, b"bearer") {
            6
        } else if self.continues(at, b"basic") {
            5
        } else {
            return false;
        };
        let gap = self.end_of(at + word, |b| b == b' ' || b == b'\t');
        let encoded = self.continues(at + word, b"%20");
        if gap == at + word && !encoded {
            return false;
        }
        let opened = self.open(if encoded { at + word + 3 } else { gap });
        if self.hf_token_from(opened.start) || self.web_token_from(opened.start) {
            return true;
        }
        let end = self.end_of(opened.start, credential_byte);
        let value = self.slice(opened.start, end);
        let digit = value.bytes().any(|b| b.is_ascii_digit());
        let mixed =
            value.bytes().skip(1).any(|b| b.is_ascii_uppercase()) && value.bytes().any(|b| b.is_ascii_lowercase());
        let secret = value.len() >= 6 && (digit || mixed) || value.len() >= 17;
        // `realm="..."` behind a scheme is a challenge of the server, not a credential.
        let challenge = value.contains('=') && !value.ends_with('=');
        secret && !challenge && !harmless(value) && self.credential(opened.start, Kind::Auth)
    }

    /// Whether only marks of lists and quotations stand before on the line.
    fn line_starts(&self, at: usize) -> bool {
        let from = self.start_of(at, 12, |b| matches!(b, b' ' | b'\t' | b'-' | b'<' | b'>' | b'*'));
        from == 0 || self.before(from) == b'\n'
    }

    /// Where the name before a separator begins, and whether it is quoted.
    fn name_before(&self, at: usize) -> Option<(usize, bool)> {
        let mut end = self.start_of(at, 3, |b| b == b' ');
        let closers = self.start_of(end, 4, |b| matches!(b, b'"' | b'\'' | b'\\' | b']' | b'`'));
        let quoted = closers < end;
        end = closers;
        if quoted && self.slice(end.saturating_sub(6), end).ends_with("&quot;") {
            end -= 6;
        }
        let start = self.start_of(end, 64, name_byte);
        (start < end).then_some((start, quoted))
    }

    /// Skips blanks and an opening quote.
    fn open(&self, at: usize) -> Opened {
        let mut start = self.end_of(at, |b| b == b' ' || b == b'\t');
        if matches!(self.at(start), b'b' | b'f' | b'r') && matches!(self.at(start + 1), b'"' | b'\'') {
            start += 1;
        }
        let quotes: [(&[u8], &'static str); 8] = [
            (b"\\\"", "\\\""),
            (b"\\'", "\\'"),
            (b"\"", "\""),
            (b"'", "'"),
            (b"`", "`"),
            (b"&quot;", "&quot;"),
            (b"&#39;", "&#39;"),
            (b"%22", "%22"),
        ];
        for (open, close) in quotes {
            if self.continues(start, open) {
                return Opened { start: start + open.len(), close: Some(close) };
            }
        }
        Opened { start, close: None }
    }

    /// Where an opened value ends: at its quote, else at the end of the line.
    fn close(&self, opened: &Opened) -> usize {
        let rest = self.text.get(opened.start..).unwrap_or_default();
        let line = rest.find('\n').unwrap_or(rest.len());
        let quote = opened.close.and_then(|close| rest.get(..line)?.find(close));
        opened.start + quote.unwrap_or(line)
    }

    fn header_value(&mut self, at: usize, name: Name) -> bool {
        let mut opened = self.open(at);
        if name == Name::Cookie && self.at(opened.start) == b'[' {
            let rest = self.text.get(opened.start..).unwrap_or_default();
            let end = opened.start + rest.find(']').unwrap_or(rest.find('\n').unwrap_or(rest.len()));
            return self.lines(opened.start + 1, end, Kind::Cookie);
        }
        let end = self.close(&opened);
        if name == Name::Cookie {
            let value = self.slice(opened.start, end).trim_end().to_owned();
            return !harmless(&value) && self.mask(opened.start, opened.start + value.len(), Kind::Cookie, &value);
        }
        if name == Name::Authorization {
            let value = self.slice(opened.start, end);
            let scheme = value.split([' ', '\t']).next().unwrap_or_default();
            let known =
                ["bearer", "basic", "token", "apikey", "api-key"].iter().any(|s| scheme.eq_ignore_ascii_case(s));
            if known {
                opened.start = self.end_of(opened.start + scheme.len(), |b| b == b' ' || b == b'\t');
            } else if value.trim().contains([' ', '=']) && !harmless(scheme) {
                // Digest, signatures: the whole value counts.
                let value = value.trim_end().to_owned();
                return self.mask(opened.start, opened.start + value.len(), Kind::Auth, &value);
            }
        }
        if opened.start >= end {
            return false;
        }
        self.hf_token_from(opened.start)
            || self.web_token_from(opened.start)
            || !self.stands_in(&opened) && self.credential(opened.start, Kind::Auth)
    }

    /// A value behind `=`: masked unless it is plainly none.
    fn value(&mut self, at: usize) -> bool {
        let opened = self.open(at);
        if self.hf_token_from(opened.start) || self.web_token_from(opened.start) {
            return true;
        }
        if opened.close.is_some() {
            return self.quoted(&opened);
        }
        let end = self.end_of(opened.start, credential_byte);
        !self.calls(opened.start, end) && !self.stands_in(&opened) && self.credential(opened.start, Kind::Secret)
    }

    /// A value behind `:`, which may also be a type or a sentence.
    fn member(&mut self, at: usize, named_password: bool) -> bool {
        let opened = self.open(at);
        if self.hf_token_from(opened.start) || self.web_token_from(opened.start) {
            return true;
        }
        let end = self.end_of(opened.start, credential_byte);
        let word = self.slice(opened.start, end);
        if opened.close.is_some() {
            let plain = !named_password && identifier_like(word) && word.len() <= 16;
            return !plain && self.quoted(&opened);
        }
        let digit = word.len() >= 4
            && word.bytes().any(|b| b.is_ascii_digit())
            && word.bytes().any(|b| b.is_ascii_alphabetic());
        let secret = looks_random(word) || named_password && digit;
        secret
            && !self.calls(opened.start, end)
            && !self.stands_in(&opened)
            && self.credential(opened.start, Kind::Secret)
    }

    /// Whether a call, an index or a type stands where a value could.
    fn calls(&self, start: usize, end: usize) -> bool {
        let word = self.slice(start, end);
        let bracket = word.find(['(', '[']).or_else(|| matches!(self.at(end), b'(' | b'[').then_some(word.len()));
        bracket.and_then(|at| word.get(..at)).is_some_and(expression)
    }

    fn quoted(&mut self, opened: &Opened) -> bool {
        let end = self.close(opened);
        let value = self.slice(opened.start, end).to_owned();
        // A sentence in quotes is no secret; a pass phrase has few words.
        let sentence = value.split(' ').count() > 5;
        !harmless(&value) && !sentence && self.mask(opened.start, end, Kind::Secret, &value)
    }

    /// Whether a placeholder, variable or constant stands where a secret could.
    fn stands_in(&self, opened: &Opened) -> bool {
        if self.at(opened.start) == b'<' {
            let rest = self.text.get(opened.start..).unwrap_or_default();
            let inner = rest.find('>').and_then(|end| rest.get(..=end)).unwrap_or(rest);
            return inner.len() <= 60 && harmless(inner);
        }
        let end = match opened.close {
            Some(_) => self.close(opened),
            None => self.end_of(opened.start, credential_byte),
        };
        harmless(self.slice(opened.start, end))
    }

    /// Masks one word, also when it goes on in the next line.
    fn credential(&mut self, start: usize, kind: Kind) -> bool {
        let start = if self.at(start) == b'<' { start + 1 } else { start };
        let mut run = self.run(start, credential_byte, generic_continues);
        Self::trim_run(&mut run, &['.', ':']);
        let (pieces, text) = (run.pieces, run.text);
        !text.is_empty() && self.mask_pieces(&pieces, kind, &text)
    }

    /// Masks a stretch line by line.
    fn lines(&mut self, start: usize, end: usize, kind: Kind) -> bool {
        let block = self.slice(start, end).to_owned();
        if block.trim_matches([' ', '"', '\'', '\n']).is_empty() || super::is_marker(block.trim()) {
            return false;
        }
        let mut pieces = Vec::new();
        let mut at = start;
        for line in block.split('\n') {
            if !line.is_empty() {
                pieces.push((at, at + line.len()));
            }
            at += line.len() + 1;
        }
        self.mask_pieces(&pieces, kind, &block)
    }

    /// Account names: one, or several with commas between.
    fn handles(&mut self, at: usize, kind: Kind) -> bool {
        let mut opened = self.open(at);
        let mut any = false;
        for _ in 0..64 {
            let end = self.end_of(opened.start, |b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
            let name = self.slice(opened.start, end).trim_end_matches('.').to_owned();
            let end = opened.start + name.len();
            let common = super::words::is_common_name(&name) || harmless(&name) || super::words::is_common_home(&name);
            if name.len() >= 2 && !common && self.at(end) != b'@' {
                any |= self.mask(opened.start, end, kind, &name.to_ascii_lowercase());
            }
            if kind != Kind::Org || self.at(end) != b',' {
                break;
            }
            opened = self.open(end + 1);
        }
        any
    }

    /// `... on behalf of user NAME`, `... on behalf of org NAME`.
    pub(super) fn on_behalf(&mut self, at: usize) -> bool {
        if !self.continues(at, b"behalf of ") {
            return false;
        }
        let next = at + 10;
        for (word, kind) in [("user ", Kind::User), ("organization ", Kind::Org), ("org ", Kind::Org)] {
            if self.continues(next, word.as_bytes()) {
                return self.handles(next + word.len(), kind);
            }
        }
        false
    }
}
