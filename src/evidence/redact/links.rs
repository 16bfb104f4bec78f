//! Secrets inside addresses: the part before `@`, query values, signatures.

use super::Kind;
use super::scan::Scan;
use super::tokens::generic_continues;
use super::words::{harmless, placeholder};

/// Parameters that say what is asked for, not by whom.
const OPEN: &[&str] = &[
    "from",
    "recursive",
    "expand",
    "limit",
    "p",
    "page",
    "q",
    "query",
    "search",
    "author",
    "sort",
    "direction",
    "full",
    "config",
    "split",
    "dataset",
    "offset",
    "length",
    "task",
    "pipeline_tag",
    "filter",
    "inference_provider",
    "provider",
    "tokentype",
    "ownuserpermissions",
    "canreadgatedrepos",
    "startdate",
    "enddate",
    "download",
    "library",
    "blobs",
    "securitystatus",
    "tab",
    "model",
    "ref",
    "__theme",
    "duration",
    "service",
    "op",
    "format",
    "type",
    "name",
    "revision",
    "repo_id",
    "path",
    "sdk",
    "hardware",
    "stage",
    "namespace",
    "project",
    "version",
    "v",
    "lang",
    "locale",
    "logs",
    "follow",
    "timeout",
    "stream",
    "cardData",
    "carddata",
    "tags",
    "gated",
    "private",
    "not-for-all-audiences",
    "fn_index",
    "trigger_id",
    "api_name",
    "event_id",
    "response-content-disposition",
    "response-content-type",
    "cursor",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "x-id",
    "create_pr",
    "hot_reload",
    "factory",
    "inference",
    "apps",
    "other",
    "num_parameters",
    "_subdomain",
];

/// Parameters that only a signed address has.
const SIGNED: &[&str] = &[
    "x-amz-signature",
    "x-amz-credential",
    "x-amz-security-token",
    "x-amz-algorithm",
    "signature",
    "key-pair-id",
    "policy",
    "x-goog-signature",
    "x-goog-credential",
    "sig",
    "__sign",
    "x-oss-signature",
    "x-xet-signed-range",
    "awsaccesskeyid",
];

fn query_byte(b: u8) -> bool {
    !matches!(b, 0..=b' ' | b'"' | b'\'' | b'<' | b'>' | b'`' | b'\\' | 0x7F)
}

fn value_byte(b: u8) -> bool {
    query_byte(b) && !matches!(b, b'&' | b'#')
}

impl Scan<'_> {
    /// `scheme://user:password@host`.
    pub(super) fn userinfo(&mut self, at: usize) -> bool {
        if !self.continues(at, b"://") || !self.before(at).is_ascii_alphanumeric() {
            return false;
        }
        let start = at + 3;
        let end = self.end_of(start, |b| query_byte(b) && !matches!(b, b'/' | b'?' | b'#' | b','));
        let authority = self.slice(start, end);
        let Some(length) = authority.rfind('@') else { return false };
        let info = self.slice(start, start + length).to_owned();
        let (user, password) = info.split_once(':').map_or((info.as_str(), None), |(user, rest)| (user, Some(rest)));
        let mut any = false;
        let fixed =
            ["git", "oauth2", "user", "username", "x-token-auth", "__token__", "hf_user", "token", "x-access-token"];
        if !user.is_empty() && !fixed.contains(&user.to_ascii_lowercase().as_str()) && !harmless(user) {
            any |= self.hf_token_from(start)
                || self.mask(start, start + user.len(), if password.is_some() { Kind::User } else { Kind::Auth }, user);
        }
        if let Some(password) = password.filter(|password| !harmless(password)) {
            let from = start + user.len() + 1;
            any |= self.hf_token_from(from) || self.mask(from, from + password.len(), Kind::Auth, password);
            // A token at the beginning of the password may leave something behind.
            let rest = start + length;
            if self.done < rest && self.done > from {
                self.done = self.done.max(from);
                let left = (self.done, rest);
                any |= self.mask(left.0, left.1, Kind::Auth, password);
            }
        }
        any
    }

    /// One `key=value` behind `?` or `&`; at the `?` of a signed address the whole query.
    pub(super) fn query(&mut self, at: usize) -> bool {
        let before = self.before(at);
        if !(before.is_ascii_alphanumeric()
            || matches!(before, b'/' | b'-' | b'_' | b'.' | b'%' | b'=' | b'>' | b']' | b')'))
        {
            return false;
        }
        let start = at + 1;
        let key_end = self.end_of(start, |b| {
            b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'%' | b'[' | b']' | b';')
        });
        if self.at(key_end) != b'=' || key_end == start {
            return false;
        }
        if self.at(at) == b'?' && self.signed(start) {
            return true;
        }
        let key = self.slice(start, key_end).trim_start_matches("amp;").to_ascii_lowercase();
        let from = key_end + 1;
        let end = self.end_of(from, value_byte);
        let value = self.slice(from, end).trim_end_matches(['.', ',', ';', ')', ']', '}']);
        let end = from + value.len();
        let repository = value.len() < 2 || value.bytes().all(|b| b.is_ascii_digit()) && value.len() < 8;
        let open = OPEN.contains(&key.as_str()) || key.starts_with("utm_");
        if value.is_empty() || open || repository || harmless(value) || placeholder(value) {
            return false;
        }
        let value = value.to_owned();
        if self.hf_token_from(from) {
            return true;
        }
        let secret = key.contains("token") || key.contains("key") || key.contains("secret") || key.contains("pass");
        let kind = if secret { Kind::Secret } else { Kind::Query };
        // A terminal cuts a long address anywhere, also inside a value.
        let mut run = self.run(from, value_byte, generic_continues);
        if run.pieces.len() > 1 {
            Self::trim_run(&mut run, &['.', ',', ';', ')', ']', '}']);
            let (pieces, text) = (run.pieces, run.text);
            return self.mask_pieces(&pieces, kind, &text);
        }
        self.mask(from, end, kind, &value)
    }

    fn signed(&mut self, start: usize) -> bool {
        let end = self.end_of(start, query_byte);
        let query = self.slice(start, end).trim_end_matches(['.', ',', ';', ')', ']', '}']);
        let signed = query.split('&').any(|pair| {
            let key = pair.split('=').next().unwrap_or_default().trim_start_matches("amp;");
            let bare = pair.contains('=') && !pair.ends_with('=');
            bare && SIGNED.contains(&key.to_ascii_lowercase().as_str())
        });
        if !signed {
            return false;
        }
        let query = query.to_owned();
        self.mask(start, start + query.len(), Kind::SignedUrl, &query)
    }
}
