//! Values that their name gives away: headers, assignments, JSON members, command line flags.

use super::Kind;
use super::scan::Scan;
use super::tokens::credential_byte;
use super::words::harmless;

/// What a name says about its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
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

    /// Account names: one, or several with commas between.
    fn handles(&mut self, at: usize, kind: Kind) -> bool {
        let mut opened = self.open(at);
        let mut any = false;
        for _ in 0..64 {
            let end = self.end_of(opened.start, |b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
            let name = self.slice(opened.start, end).trim_end_matches('.').to_owned();
            let end = opened.start + name.len();
            let common = super::words::is_common_name(&name) || harmless(&name) || super::words::is_common_home(&name);
            if name.len() >= 2 && !common && !matches!(self.at(end), b'@' | b'(' | b'<') {
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
