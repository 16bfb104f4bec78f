//! Where requests go, and whether a token may go there; which repository is asked about.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The Hub.
pub(super) const HUB: &str = "https://huggingface.co";

/// An address that requests begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Without a `/` at the end, without user, query or fragment.
    base: String,
    host: String,
    secure: bool,
    port: Option<u16>,
}

impl Site {
    /// Reads an address such as `https://huggingface.co`.
    ///
    /// # Errors
    /// In a few words, without the address, which may hold a secret.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim().trim_end_matches('/');
        let lower = text.to_ascii_lowercase();
        let (secure, skip) = match lower.split_once("://") {
            Some(("https", _)) => (true, 8),
            Some(("http", _)) => (false, 7),
            _ => return Err("it must begin with https:// or http://"),
        };
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/:[]@".contains(&b);
        if !text.bytes().all(plain) {
            return Err("an address here has a host and at most a path: letters, digits, `-`, `.`, `_`, `~`, `/`");
        }
        let rest = lower.get(skip..).unwrap_or_default();
        let authority = rest.split('/').next().unwrap_or_default();
        if authority.contains('@') {
            return Err("it must not hold a user name or password");
        }
        let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, port)) if host.parse::<Ipv6Addr>().is_ok() => (format!("[{host}]"), port.strip_prefix(':')),
            Some(_) => return Err("the host is no address"),
            None => match authority.split_once(':') {
                Some((host, port)) => (host.to_owned(), Some(port)),
                None => (authority.to_owned(), None),
            },
        };
        if host.is_empty() || !host.starts_with('[') && host.contains(['[', ']', ':', '~', '_']) {
            return Err("it has no host");
        }
        let port = match port {
            Some(port) => Some(port.parse::<u16>().map_err(|_| "the port is no number")?),
            None => None,
        };
        let path = text.get(skip + authority.len()..).unwrap_or_default();
        let scheme = if secure { "https" } else { "http" };
        Ok(Self { base: format!("{scheme}://{authority}{path}"), host, secure, port })
    }

    /// The Hub itself.
    #[must_use]
    pub fn hub() -> Self {
        Self { base: HUB.to_owned(), host: "huggingface.co".to_owned(), secure: true, port: None }
    }

    /// The address of a path that begins with `/`.
    pub(super) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The host, for people.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether requests stay on this machine.
    pub(super) fn is_here(&self) -> bool {
        let inner = self.host.trim_start_matches('[').trim_end_matches(']');
        self.host == "localhost"
            || inner.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
            || inner.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
    }

    /// Whether a token may be sent: to Hugging Face over TLS, or to this machine.
    #[must_use]
    pub fn may_have_token(&self) -> bool {
        let official =
            matches!(self.host.as_str(), "huggingface.co" | "hf.co") || self.host.ends_with(".huggingface.co");
        self.is_here() || official && self.secure && matches!(self.port, None | Some(443))
    }
}

/// A repository to check the access to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repo {
    /// `model`, `dataset` or `space`.
    pub(super) kind: &'static str,
    /// `owner/name`, or one old name.
    pub(super) id: String,
}

impl Repo {
    /// Reads `owner/name`, with `datasets/` or `spaces/` before it for those.
    ///
    /// # Errors
    /// In a few words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim().trim_start_matches("https://huggingface.co/");
        let (kind, id) = match text.split_once('/') {
            Some(("datasets" | "dataset", rest)) => ("dataset", rest),
            Some(("spaces" | "space", rest)) => ("space", rest),
            Some(("models" | "model", rest)) => ("model", rest),
            _ => ("model", text),
        };
        let id = id.trim_end_matches('/');
        let name = |part: &str| {
            let legal = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
            (1..=96).contains(&part.len()) && part.bytes().all(legal) && !part.starts_with('.') && !part.contains("..")
        };
        if id.split('/').count() <= 2 && id.split('/').all(name) {
            Ok(Self { kind, id: id.to_owned() })
        } else {
            Err("write it as owner/name, or datasets/owner/name, or spaces/owner/name".to_owned())
        }
    }

    /// The path of the access check (`HfApi.auth_check` of `huggingface_hub`).
    pub(super) fn check(&self) -> String {
        format!("/api/{}s/{}/auth-check", self.kind, self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::{Repo, Site};

    fn token_goes(address: &str) -> bool {
        Site::parse(address).expect("an address").may_have_token()
    }

    #[test]
    fn tokens_go_to_hugging_face_and_to_this_machine_only() {
        for address in [
            "https://huggingface.co",
            "https://HuggingFace.co/",
            "https://hub-ci.huggingface.co",
            "https://hf.co:443",
            "http://127.0.0.1:80",
            "http://localhost",
            "http://[::1]:1",
        ] {
            assert!(token_goes(address), "{address}");
        }
        for address in [
            "http://huggingface.co",
            "https://huggingface.co:8443",
            "https://huggingface.co.evil.example",
            "https://evilhuggingface.co",
            "https://huggingface.co.",
            "https://hf-mirror.com",
            "https://hf-mirror.com/huggingface.co",
            "https://evil.hf.co",
            "http://10.0.0.1",
            "https://127.0.0.1.evil.example",
        ] {
            assert!(!token_goes(address), "{address}");
        }
    }

    #[test]
    fn addresses_that_mean_two_things_are_refused() {
        for address in [
            "huggingface.co",
            "ftp://huggingface.co",
            "https://",
            "https://huggingface.co@evil.example",
            "https://evil.example\\@huggingface.co",
            "https://evil.example#.huggingface.co",
            "https://evil.example?.huggingface.co",
            "https://hugging\u{66}ace.co\n-H x",
            "https://[huggingface.co]",
            "https://huggingface.co:99999",
            "https://hug\u{ff47}ingface.co",
        ] {
            assert!(Site::parse(address).is_err() || !token_goes(address), "{address}");
        }
        assert!(Site::parse("https://huggingface.co@evil.example").is_err());
    }

    #[test]
    fn repositories_are_named_plainly() {
        let check = |text| Repo::parse(text).map(|repo| repo.check());
        assert_eq!(check("gpt2").as_deref(), Ok("/api/models/gpt2/auth-check"));
        assert_eq!(check("datasets/a/b.c").as_deref(), Ok("/api/datasets/a/b.c/auth-check"));
        assert_eq!(check("https://huggingface.co/spaces/a/b").as_deref(), Ok("/api/spaces/a/b/auth-check"));
        for wrong in ["", "a/b/c", "a b", "../api", "a/..", "a?b", "a/\"", "a\nb", "datasets/"] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
    }
}
