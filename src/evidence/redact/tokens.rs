//! Tokens that their own prefix gives away: Hugging Face, JSON web tokens, keys of other companies.

use super::Kind;
use super::scan::Scan;
use super::words::{identifier_like, looks_random, placeholder, word_like};

/// Characters behind the `hf_` of an ordinary user token.
const HF_BODY: usize = 34;
/// Longest token of that shape, with room for a change of length.
const HF_MAX: usize = 44;

/// Bytes that tokens consist of.
pub(super) fn token_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')
}

/// Bytes that credentials of any kind consist of.
pub(super) fn credential_byte(b: u8) -> bool {
    b.is_ascii_graphic()
        && !matches!(b, b'"' | b'\'' | b'`' | b'<' | b'>' | b',' | b';' | b')' | b']' | b'}' | b'&' | b'\\')
        || b >= 0x80
}

/// Prefixes of other companies' keys, with the least number of characters behind.
const KEYS: &[(&str, usize)] = &[
    ("sk-", 16),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghu_", 20),
    ("ghs_", 20),
    ("ghr_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("xoxb-", 10),
    ("xoxp-", 10),
    ("xoxa-", 10),
    ("xoxs-", 10),
    ("xoxr-", 10),
    ("xoxe-", 10),
    ("xapp-", 10),
    ("gsk_", 20),
    ("r8_", 20),
    ("nvapi-", 20),
    ("pplx-", 20),
    ("npm_", 20),
    ("pypi-", 20),
    ("dckr_pat_", 16),
    ("tgp_v1_", 20),
    ("fw_", 20),
    ("csk-", 20),
    ("xai-", 20),
    ("rpa_", 20),
    ("lsv2_pt_", 16),
    ("lsv2_sk_", 16),
    ("sk_live_", 12),
    ("sk_test_", 12),
    ("rk_live_", 12),
    ("pk_live_", 12),
    ("whsec_", 16),
    ("tvly-", 16),
    ("pk-lf-", 16),
    ("wandb_v1_", 16),
    ("jina_", 20),
    ("voyage_", 20),
    ("AQ.", 20),
];

impl Scan<'_> {
    /// `hf_`, `hf_oauth_`, `hf_jwt_`, `api_org_`, found at the first underscore behind `hf` or the second of
    /// `api_org_`; also wrapped inside the prefix.
    pub(super) fn hf_token(&mut self, at: usize) -> bool {
        match self.word_before(at, b"hf").or_else(|| self.word_before(at, b"api_org")) {
            Some(start) => self.hf_token_from(start),
            None => false,
        }
    }

    /// The same, where the token is known to begin.
    pub(super) fn hf_token_from(&mut self, start: usize) -> bool {
        if start < self.done {
            return false;
        }
        let mut run = self.run(start, token_byte, hf_continues);
        Self::trim_run(&mut run, &['.', '-', '_']);
        let Some(body) = hf_body(&run.text) else { return false };
        let least = if self.glued(start) { 12 } else { 8 };
        if body.len() < least || placeholder(body) || identifier_like(body) {
            return false;
        }
        let (pieces, text) = (run.pieces, run.text);
        self.mask_pieces(&pieces, Kind::HfToken, &text)
    }

    /// Whether a letter or digit stands directly before, other than the end of `%20` or `\n`.
    fn glued(&self, start: usize) -> bool {
        let before = self.before(start);
        let encoded = self
            .bytes
            .get(start.saturating_sub(3)..start)
            .is_some_and(|code| matches!(code, [b'%', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit()));
        let escaped = start >= 2 && self.at(start - 2) == b'\\' && matches!(before, b'n' | b't' | b'r');
        (before.is_ascii_alphanumeric() || before == b'_') && !encoded && !escaped
    }

    /// `hf%5Fabc`, `name%40host`.
    pub(super) fn encoded(&mut self, at: usize) -> bool {
        if self.continues(at, b"%40") {
            return self.email(at, 3);
        }
        if !self.continues(at, b"%5f") {
            return false;
        }
        let Some(start) = self.word_before(at, b"hf").or_else(|| self.word_before(at, b"api%5Forg")) else {
            return self.encoded_key(at);
        };
        let end = self.end_of(at + 3, |b| token_byte(b) || b == b'%');
        let token = self.slice(start, end).replace("%5F", "_").replace("%5f", "_");
        match hf_body(&token) {
            Some(body) if body.len() >= 8 && !identifier_like(body) && !placeholder(body) => {
                self.mask(start, end, Kind::HfToken, &token)
            }
            _ => false,
        }
    }

    /// `ghp%5Fabc`.
    fn encoded_key(&mut self, at: usize) -> bool {
        let start = self.start_of(at, 24, |b| token_byte(b) || b == b'%');
        let end = self.end_of(at + 3, |b| token_byte(b) || b == b'%');
        let key = self.slice(start, end).replace("%5F", "_").replace("%5f", "_");
        let known = KEYS.iter().any(|(prefix, least)| key.starts_with(prefix) && key.len() >= prefix.len() + least);
        known && looks_random(&key) && self.mask(start, end, Kind::Key, &key)
    }

    /// `eyJ...`, with or without dots.
    pub(super) fn web_token(&mut self, at: usize) -> bool {
        match self.word_before(at, b"ey") {
            Some(start) => self.web_token_from(start),
            None => false,
        }
    }

    /// The same, where the token is known to begin.
    pub(super) fn web_token_from(&mut self, start: usize) -> bool {
        if start < self.done || !self.continues(start, b"e") {
            return false;
        }
        let mut run = self.run(start, token_byte, generic_continues);
        Self::trim_run(&mut run, &['.', '-', '_']);
        if !run.text.starts_with("eyJ") {
            return false;
        }
        let mut segments = run.text.split('.').map(str::len);
        let (first, second) = (segments.next().unwrap_or(0), segments.next().unwrap_or(0));
        if first >= 8 && second >= 4 || first >= 40 {
            let (pieces, text) = (run.pieces, run.text);
            return self.mask_pieces(&pieces, Kind::Jwt, &text);
        }
        false
    }

    /// Keys of other companies, found at the last character of the prefix.
    pub(super) fn other_key(&mut self, at: usize) -> bool {
        let head = self.bytes.get(..=at).unwrap_or_default();
        // The last two bytes rule out nearly everything.
        let [.., last, _] = head else { return false };
        for (prefix, least) in KEYS {
            if prefix.as_bytes().iter().nth_back(1) != Some(last) || !head.ends_with(prefix.as_bytes()) {
                continue;
            }
            let start = at + 1 - prefix.len();
            if self.before(start).is_ascii_alphanumeric() || matches!(self.before(start), b'_' | b'-') {
                continue;
            }
            if self.key_from(start, prefix.len() + least) {
                return true;
            }
        }
        false
    }

    fn key_from(&mut self, start: usize, least: usize) -> bool {
        let mut run = self.run(start, token_byte, generic_continues);
        Self::trim_run(&mut run, &['.', '-', '_']);
        if run.text.len() < least || !looks_random(&run.text) {
            return false;
        }
        let (pieces, text) = (run.pieces, run.text);
        self.mask_pieces(&pieces, Kind::Key, &text)
    }

    /// `AKIA...` of Amazon, `AIza...` of Google.
    pub(super) fn cloud_key(&mut self, at: usize) -> bool {
        if self.before(at).is_ascii_alphanumeric() {
            return false;
        }
        let end = self.end_of(at, token_byte);
        let text = self.slice(at, end);
        let amazon = ["AKIA", "ASIA", "AROA", "AIDA"].iter().any(|prefix| text.starts_with(prefix))
            && text.len() >= 20
            && text.bytes().take(20).all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            && text.bytes().any(|b| b.is_ascii_digit());
        let google = text.starts_with("AIza") && text.len() >= 30;
        if amazon || google {
            let key = text.to_owned();
            return self.mask(at, end, Kind::Key, &key);
        }
        false
    }

    /// `-----BEGIN ... PRIVATE KEY-----` and everything up to its end.
    pub(super) fn private_key(&mut self, at: usize) -> bool {
        if !self.continues(at, b"-----BEGIN ") {
            return false;
        }
        let rest = self.text.get(at..).unwrap_or_default();
        let head = rest.get(..rest.len().min(64)).unwrap_or_default();
        if !head.contains("PRIVATE KEY") {
            return false;
        }
        let end = match rest.find("-----END ") {
            Some(end) => {
                let tail = end + 9;
                rest.get(tail..).and_then(|rest| rest.find("-----")).map_or(rest.len(), |close| tail + close + 5)
            }
            // Cut off: everything that can still be the key.
            None => {
                let base64 = |c: char| {
                    c.is_ascii_alphanumeric() || c.is_whitespace() || matches!(c, '+' | '/' | '=' | '-' | '\\')
                };
                rest.find(|c: char| !base64(c)).unwrap_or(rest.len())
            }
        };
        let block = self.slice(at, at + end).to_owned();
        let mut pieces = Vec::new();
        let mut start = at;
        for line in block.split('\n') {
            if !line.is_empty() {
                pieces.push((start, start + line.len()));
            }
            start += line.len() + 1;
        }
        self.mask_pieces(&pieces, Kind::Key, &block)
    }
}

/// What follows the prefix of a Hugging Face token.
fn hf_body(token: &str) -> Option<&str> {
    let body = token.strip_prefix("hf_").or_else(|| token.strip_prefix("api_org_"))?;
    Some(body.strip_prefix("oauth_").or_else(|| body.strip_prefix("jwt_")).unwrap_or(body))
}

/// Whether the next line continues a Hugging Face token.
fn hf_continues(so_far: &str, tail: &str, alone: bool) -> bool {
    let Some(body) = hf_body(so_far) else {
        // The break is inside the prefix: what both lines make must be a token.
        let joined = format!("{so_far}{tail}");
        return hf_body(&joined).is_some_and(|body| body.len() >= 16 && !identifier_like(body));
    };
    if placeholder(body) && body.len() >= 4 {
        return false;
    }
    let plain = body.bytes().all(|b| b.is_ascii_alphanumeric())
        && !so_far.starts_with("hf_oauth_")
        && !so_far.starts_with("hf_jwt_");
    if !plain {
        return generic_continues(so_far, tail, alone);
    }
    let length = body.len() + tail.len();
    if body.len() >= HF_BODY {
        return false;
    }
    // An identifier at the end of a line (`hf_hub`) continues only with what is clearly random.
    if !body.is_empty() && identifier_like(body) && body.len() < 17 && length != HF_BODY {
        return tail.len() >= 16 && !word_like(tail) && length <= HF_MAX;
    }
    length == HF_BODY || length <= HF_MAX && (alone || !word_like(tail))
}

/// Whether the next line continues a token of unknown length.
pub(super) fn generic_continues(so_far: &str, tail: &str, alone: bool) -> bool {
    so_far.len() >= 6 && !word_like(tail) && (alone || tail.len() >= 8 || looks_random(so_far) && so_far.len() >= 24)
}
