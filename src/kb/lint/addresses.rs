//! Addresses: https, and on hosts that `kb.yaml` allows.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::ascii;
use super::sink::{Sink, short};
use crate::diag::{Code, Diagnostic, Location, did_you_mean};
use crate::kb::parts::{Origin, Parts};

/// Anything with a scheme: addresses, and the schemes that run code or carry content in a link.
static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    ascii(
        r#"\b[a-z][a-z0-9+.-]{1,20}://[^\s"'`)\]]*|\b(?:javascript|vbscript|data:[a-z]+/)[a-z0-9+.;=-]*[:,]\S*|(?:\]\(|href=["']?)(?:data|file):\S*"#,
    )
});

/// Checks the addresses of sources and in all texts.
pub(crate) fn check(parts: &Parts, sink: &mut Sink<'_>) {
    for (i, source) in parts.sources.iter().enumerate() {
        let origin = sink.source(i).at("url");
        if source.url.contains("://") && !leads_nowhere(source.url.split('/').nth(2).unwrap_or_default()) {
            address(&source.url, origin.value(), sink);
        } else {
            let message = format!("`{}` is no public address", short(&source.url));
            sink.push(
                Diagnostic::new(Code::Address, origin.value(), message)
                    .help("write the address of the public page, from `https://` on"),
            );
        }
    }
    for text in sink.texts.clone().iter() {
        for range in found(text.body) {
            let word = text.body.get(range.clone()).unwrap_or_default();
            address(word, text.origin.slice(range), sink);
        }
    }
    for (i, allowed) in parts.manifest.allowed_hosts.iter().enumerate() {
        let plain =
            allowed.host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-');
        if !plain || !allowed.host.contains('.') {
            let place = Origin::new("kb.yaml", format!("/allowed_hosts/{i}/host")).value();
            let message = format!("`{}` is not a host name", short(&allowed.host));
            sink.push(
                Diagnostic::new(Code::Address, place, message)
                    .help("write it in lower case, without scheme, port and path"),
            );
        }
    }
}

/// Addresses in a text; punctuation after one is not part of it.
fn found(text: &str) -> Vec<Range<usize>> {
    let matches = ADDRESS.iter().flat_map(|regex| regex.find_iter(text.as_bytes()));
    let trimmed = matches.map(|m| {
        let word = text.get(m.range()).unwrap_or_default().trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_']);
        m.start()..m.start() + word.len()
    });
    trimmed.collect()
}

/// Hosts that lead nowhere: this machine, and the names reserved for examples. Steps need them for proxies and servers.
fn leads_nowhere(authority: &str) -> bool {
    let host = authority.split(':').next().unwrap_or_default();
    let example = ["example.com", "example.org", "example.net", "example", "invalid", "test"];
    let below = |name: &&str| host == *name || host.strip_suffix(*name).is_some_and(|rest| rest.ends_with('.'));
    ["", "localhost", "127.0.0.1", "0.0.0.0", "[::1]"].contains(&host) || example.iter().any(below)
}

fn address(word: &str, location: Location, sink: &mut Sink<'_>) {
    let (scheme, rest) = word.split_once("://").unwrap_or((word.split(':').next().unwrap_or_default(), ""));
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.to_ascii_lowercase();
    if word.contains("://") && leads_nowhere(host.rsplit('@').next().unwrap_or_default()) {
        return;
    }
    let scheme = scheme.trim_start_matches(|c: char| !c.is_ascii_alphabetic()).to_ascii_lowercase();
    if scheme != "https" {
        let message = format!("`{scheme}` addresses are not allowed");
        let help = if scheme == "http" { "write `https://`" } else { "link to a page over https" };
        sink.push(Diagnostic::new(Code::Address, location, message).help(help));
        return;
    }
    // A place to fill in is no address yet.
    if host.contains(['<', '{', '$']) && !host.contains('@') {
        return;
    }
    if host.contains('@') || host.contains(':') {
        let message = format!("`{}` has a user name or a port", short(authority));
        sink.report(Code::Address, location, message);
    } else if !sink.known.hosts.contains(host.as_str()) {
        let help = did_you_mean(&host, sink.known.hosts.iter().copied())
            .unwrap_or_else(|| "add the host to `allowed_hosts` in `kb.yaml`, with the reason".to_owned());
        sink.push(
            Diagnostic::new(Code::Address, location, format!("the host `{}` is not allowed", short(&host))).help(help),
        );
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_expression_compiles_in_a_build_without_unicode_tables() {
        assert!(super::ADDRESS.is_some());
    }
}
