//! Addresses of requests, and what an address says: host, path, repository, provider, model.

use super::{Harvest, Line, find_ignoring_case};
use crate::model::{Observation, Scalar, Trust};

/// Words in front of an address that was requested, in lower case.
const LEADS: &[&str] = &[
    "for url",
    "with url",
    "url",
    "get",
    "post",
    "put",
    "head",
    "delete",
    "patch",
    "options",
    "content at",
    "access",
    "request",
    "request to",
    "requesting",
    "connect to",
    "fetch",
    "fetching",
    "failed for",
    "clone",
    "calling",
    "failed to load",
    "repository",
    "authentication failed for",
    "request url",
    "uri",
    "base_url",
    "endpoint_url",
];
const METHODS: &[&str] = &["get", "post", "put", "head", "delete", "patch", "options"];

/// An address that was requested.
struct Request {
    url: String,
    method: Option<String>,
    line: usize,
    /// 2: named as the address of the failure; 1: requested.
    rank: u8,
}

/// Reports the address of the failed request: the one beside the decisive status, else the last one named.
pub(super) fn report(
    lines: &[Line<'_>],
    status_line: Option<usize>,
    harvest: &mut Harvest,
    at: &dyn Fn(usize) -> String,
) {
    let mut requests: Vec<Request> = Vec::new();
    let mut path: Option<(String, String, usize)> = None;
    for line in lines {
        requested(line, &mut requests);
        pool(line, &mut requests);
        verbose(line, &mut path, &mut requests);
        unreachable_host(line, harvest, at);
    }
    let near = |request: &Request| status_line.is_some_and(|line| request.line == line || request.line == line + 1);
    let Some(best) = requests.iter().max_by_key(|request| (near(request), request.rank)) else { return };
    harvest.push("http.url", best.url.clone(), &at(best.line), Trust::Url);
    if let Some(method) = &best.method {
        harvest.push("http.method", method.to_ascii_uppercase(), &at(best.line), Trust::Url);
    }
}

/// Addresses in a line whose words in front say that they were requested.
fn requested(line: &Line<'_>, out: &mut Vec<Request>) {
    let mut from = 0;
    while let Some(found) = line.text.get(from..).and_then(|rest| rest.find("://")) {
        let mark = from + found;
        let head = line.text.get(..mark).unwrap_or_default();
        let scheme = head.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
        let start = mark - scheme;
        let url = address(line.text.get(start..).unwrap_or_default());
        from = start + url.len().max(scheme + 3);
        if !matches!(line.text.get(start..mark), Some("http" | "https")) {
            continue;
        }
        let before = line.text.get(..start).unwrap_or_default();
        let lead = before.trim_end_matches([' ', ':', '"', '\'', '`', '(', '=', '<', '-', '\\']).to_ascii_lowercase();
        let ends = |word: &&&str| {
            lead.strip_suffix(**word).is_some_and(|rest| !rest.ends_with(|c: char| c.is_ascii_alphanumeric()))
        };
        let command = before.trim_start_matches(['$', '>', '%', '!', ' ']).starts_with("curl ");
        // `0.0.0.0` is where a server of one's own listens; nobody asks there.
        let asked = split(url).is_some_and(|(host, _)| host.contains('.') && host != "0.0.0.0");
        if (LEADS.iter().any(|lead| ends(&lead)) || command) && asked {
            let method = METHODS.iter().find(ends).map(|method| (*method).to_owned());
            let named = lead.ends_with("url") || lead.ends_with("content at") || lead.ends_with("access");
            out.push(Request { url: url.to_owned(), method, line: line.number, rank: if named { 2 } else { 1 } });
        }
    }
}

/// `HTTPSConnectionPool(host='huggingface.co', port=443): ... with url: /path`.
fn pool(line: &Line<'_>, out: &mut Vec<Request>) {
    let Some((_, rest)) = line.text.split_once("ConnectionPool(host=") else { return };
    let host: String = rest.trim_start_matches(['\'', '"']).chars().take_while(|c| host_char(*c)).collect();
    let Some((_, path)) = rest.split_once("with url: ") else { return };
    if !host.is_empty() && path.starts_with('/') {
        let path: &str = address(path);
        out.push(Request { url: format!("https://{host}{path}"), method: None, line: line.number, rank: 2 });
    }
}

/// `curl -v`: a request line, then a `Host` line.
fn verbose(line: &Line<'_>, pending: &mut Option<(String, String, usize)>, out: &mut Vec<Request>) {
    let Some(text) = line.text.trim_start().strip_prefix("> ") else { return };
    if let Some((method, rest)) = text.split_once(' ')
        && METHODS.contains(&method.to_ascii_lowercase().as_str())
        && let Some((path, protocol)) = rest.rsplit_once(' ')
        && protocol.starts_with("HTTP/")
    {
        *pending = Some((method.to_owned(), path.to_owned(), line.number));
        return;
    }
    if let (Some(host), Some((method, path, number))) =
        (text.get(..6).filter(|name| name.eq_ignore_ascii_case("host: ")).and_then(|_| text.get(6..)), pending.as_ref())
    {
        let url = format!("https://{}{path}", host.trim());
        out.push(Request { url, method: Some(method.clone()), line: *number, rank: 1 });
        *pending = None;
    }
}

/// Names that could not be resolved or reached: there is a host, but no path.
fn unreachable_host(line: &Line<'_>, harvest: &mut Harvest, at: &dyn Fn(usize) -> String) {
    for mark in ["could not resolve host: ", "failed to resolve '", "cannot connect to host ", "failed to connect to "]
    {
        let Some(found) = find_ignoring_case(line.text, mark) else { continue };
        let rest = line.text.get(found + mark.len()..).unwrap_or_default();
        let host: String = rest.chars().take_while(|c| host_char(*c)).collect();
        if host.contains('.') {
            harvest.push("http.host", host.trim_end_matches('.').to_ascii_lowercase(), &at(line.number), Trust::Url);
            return;
        }
    }
}

fn host_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')
}

/// The address that a text begins with; markers of the redactor belong to it.
fn address(text: &str) -> &str {
    let mut end = 0;
    let mut inside = false;
    for c in text.chars() {
        let marker = c == '<' && text.get(end..).is_some_and(|rest| rest.bytes().take(16).any(|b| b == b'#'));
        match c {
            '<' if marker => inside = true,
            '>' if inside => inside = false,
            c if c.is_whitespace()
                || matches!(c, '"' | '\'' | '`' | '<' | '>' | '|' | '{' | '}' | '\\' | ',' | ';') =>
            {
                break;
            }
            _ => {}
        }
        end += c.len_utf8();
    }
    let url = text.get(..end).unwrap_or_default().trim_end_matches(['.', ':', '!', ']']);
    // A closing bracket belongs to the sentence unless one was opened inside.
    if url.ends_with(')') && !url.contains('(') { url.trim_end_matches([')', '.']) } else { url }
}

/// Host in lower case and path of an address, without user, port and query.
pub(in crate::evidence) fn split(url: &str) -> Option<(String, String)> {
    let (scheme, rest) = url.split_once("://")?;
    if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
        return None;
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(end)?;
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let host = host.split(':').next().unwrap_or(host).trim_end_matches('.').to_ascii_lowercase();
    let path = tail.split(['?', '#']).next().unwrap_or_default();
    let path = if path.is_empty() { "/" } else { path };
    (!host.is_empty()).then(|| (host, path.to_owned()))
}

/// What the address of the failed request says.
pub(in crate::evidence) fn derived(url: &str, from: &str, trust: Trust) -> Vec<Observation> {
    let Some((host, path)) = split(url) else { return Vec::new() };
    let mut out = Vec::new();
    let mut push = |fact: &str, value: String| {
        if !value.is_empty() {
            out.push(Observation { fact: fact.to_owned(), value: Scalar::Text(value), from: from.to_owned(), trust });
        }
    };
    let decoded = path.replace("%2F", "/").replace("%2f", "/");
    let raw: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match host.as_str() {
        "router.huggingface.co" | "router.hf.co" => router(&raw, &mut push),
        "api-inference.huggingface.co" => {
            push("inference.provider", "hf-inference".to_owned());
            if let ["models" | "pipeline", rest @ ..] = raw.as_slice() {
                let rest = if raw.first() == Some(&"pipeline") { rest.get(1..).unwrap_or_default() } else { rest };
                push("inference.model", model(rest));
            }
        }
        _ if host.ends_with(".hf.space") => push("repo.kind", "space".to_owned()),
        "huggingface.co" | "hf.co" | "www.huggingface.co" | "hf-mirror.com" => repository(&raw, &mut push),
        _ => {}
    }
    push("http.host", host);
    push("http.path", decoded);
    out
}

/// `/<provider>/models/<owner>/<name>`, `/<provider>/v1/...`; `/v1/...` names none.
fn router(parts: &[&str], push: &mut dyn FnMut(&str, String)) {
    let Some((provider, rest)) = parts.split_first() else { return };
    if *provider == "v1" {
        return;
    }
    push("inference.provider", (*provider).to_owned());
    if let ["models", rest @ ..] = rest {
        push("inference.model", model(rest));
    }
}

fn model(parts: &[&str]) -> String {
    match parts {
        [owner, name, rest @ ..] if !matches!(*name, "v1" | "pipeline") => {
            if rest.is_empty() || matches!(rest.first(), Some(&("v1" | "pipeline"))) || parts.len() > 2 {
                return format!("{owner}/{name}");
            }
            String::new()
        }
        [name, ..] => (*name).to_owned(),
        [] => String::new(),
    }
}

/// Words behind a repository name that begin a revision.
const BEFORE_REVISION: &[&str] = &[
    "resolve",
    "raw",
    "blob",
    "tree",
    "revision",
    "commit",
    "preupload",
    "paths-info",
    "xet-read-token",
    "xet-write-token",
    "treesize",
    "commits",
    "resolve-cache",
];
/// First parts of addresses on the Hub that are pages, not owners.
const PAGES: &[&str] = &[
    "docs",
    "settings",
    "join",
    "login",
    "pricing",
    "blog",
    "papers",
    "tasks",
    "learn",
    "organizations",
    "collections",
    "models",
    "search",
    "new",
    "support",
    "enterprise",
    "pro",
    "subscribe",
    "terms-of-service",
    "posts",
    "chat",
    "inference",
    "welcome",
    "oauth",
    "logout",
    "notifications",
    "storage",
    "contact",
    "static",
    "front",
    "kernels",
    "buckets",
    "jobs",
    "inference-endpoints",
    "inference-providers",
    "huggingface",
];

/// Repository, revision and file in an address of the Hub.
fn repository(parts: &[&str], push: &mut dyn FnMut(&str, String)) {
    let (kind, rest) = match parts {
        ["api", "models", rest @ ..] => ("model", rest),
        ["api", "datasets", rest @ ..] | ["datasets", rest @ ..] => ("dataset", rest),
        ["api", "spaces", rest @ ..] | ["spaces", rest @ ..] => ("space", rest),
        ["api", "resolve-cache", kind @ ("models" | "datasets" | "spaces"), rest @ ..] => {
            (kind.trim_end_matches('s'), rest)
        }
        ["api", ..] | [] => return,
        [first, ..] if PAGES.contains(first) => return,
        rest => ("model", rest),
    };
    let anchored = rest.iter().position(|part| BEFORE_REVISION.contains(part));
    let (id, tail): (&[&str], &[&str]) = match (anchored, rest) {
        // Old repositories have no owner: `/gpt2/resolve/main/config.json`.
        (Some(1), [name, tail @ ..]) => (std::slice::from_ref(name), tail),
        (_, [_, _, ..]) => rest.split_at_checked(2).unwrap_or_default(),
        (_, [_]) if parts.first() == Some(&"api") => (rest, &[]),
        _ => return,
    };
    let known = ["zero-gpu", "semantic-search", "search"];
    if id.first().is_some_and(|first| known.contains(first)) {
        return;
    }
    let name = id.join("/");
    // A Windows path that became an address.
    let name = name.replace("%5C", "\\").replace("%5c", "\\");
    push("repo.id", name.strip_suffix(".git").unwrap_or(&name).to_owned());
    push("repo.kind", kind.to_owned());
    if let [word, revision, file @ ..] = tail
        && BEFORE_REVISION.contains(word)
    {
        push("repo.revision", revision.replace("%2F", "/").replace("%2f", "/"));
        if matches!(*word, "resolve" | "raw" | "blob" | "resolve-cache") {
            push("repo.file", file.join("/"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Trust, address, derived, split};

    fn facts(url: &str) -> Vec<String> {
        let mut facts: Vec<String> =
            derived(url, "x", Trust::Url).iter().map(|o| format!("{}={}", o.fact, o.value)).collect();
        facts.retain(|fact| !fact.starts_with("http."));
        facts
    }

    #[test]
    fn addresses_end_where_the_sentence_goes_on() {
        assert_eq!(address("https://a.b/c. Next"), "https://a.b/c");
        assert_eq!(address("https://a.b/c') x"), "https://a.b/c");
        assert_eq!(address("https://<auth#1>@a.b/c?<signed-url#2> x"), "https://<auth#1>@a.b/c?<signed-url#2>");
        assert_eq!(address("https://a.b/c)."), "https://a.b/c");
        assert_eq!(split("https://u:p@Hub.example:8443/a/b?c=d"), Some(("hub.example".into(), "/a/b".into())));
        assert_eq!(split("ftp://a"), None);
    }

    #[test]
    fn hub_addresses_name_a_repository() {
        assert_eq!(
            facts("https://huggingface.co/some-owner/some-model/resolve/main/sub/config.json"),
            ["repo.id=some-owner/some-model", "repo.kind=model", "repo.revision=main", "repo.file=sub/config.json"]
        );
        assert_eq!(
            facts("https://huggingface.co/api/datasets/o/d/paths-info/main"),
            ["repo.id=o/d", "repo.kind=dataset", "repo.revision=main"]
        );
        assert_eq!(facts("https://huggingface.co/gpt2/resolve/main/config.json").first().unwrap(), "repo.id=gpt2");
        assert_eq!(facts("https://huggingface.co/api/models/gpt2"), ["repo.id=gpt2", "repo.kind=model"]);
        assert_eq!(facts("https://huggingface.co/spaces/o/s"), ["repo.id=o/s", "repo.kind=space"]);
        assert_eq!(facts("https://huggingface.co/o/m.git/info/lfs/objects/batch").first().unwrap(), "repo.id=o/m");
        assert_eq!(facts("https://huggingface.co/o/None/resolve/main/a").first().unwrap(), "repo.id=o/None");
        assert_eq!(facts("https://huggingface.co/api/models/o%5Cm").first().unwrap(), "repo.id=o\\m");
        assert_eq!(facts("https://hf-mirror.com/o/m/resolve/main/a").first().unwrap(), "repo.id=o/m");
        assert!(facts("https://huggingface.co/settings/tokens").is_empty());
        assert!(facts("https://huggingface.co/api/whoami-v2").is_empty());
        assert!(facts("https://huggingface.co/docs/hub/security-tokens").is_empty());
    }

    #[test]
    fn router_addresses_name_provider_and_model() {
        assert_eq!(facts("https://router.huggingface.co/v1/chat/completions"), Vec::<String>::new());
        assert_eq!(facts("https://router.huggingface.co/groq/openai/v1/chat/completions"), ["inference.provider=groq"]);
        assert_eq!(
            facts("https://router.huggingface.co/hf-inference/models/o/m/v1/chat/completions"),
            ["inference.provider=hf-inference", "inference.model=o/m"]
        );
        assert_eq!(
            facts("https://api-inference.huggingface.co/models/o/m"),
            ["inference.provider=hf-inference", "inference.model=o/m"]
        );
        assert_eq!(facts("https://o-s.hf.space/run"), ["repo.kind=space"]);
    }
}
