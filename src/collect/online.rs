//! What the Hub says: the account, its `ZeroGPU` quota, access to a repository. At most one request each.
//!
//! The system's `curl` makes the requests ([decision](../../docs/decisions/0009-collect.md)). The token goes to it in a
//! configuration on its standard input, never as an argument; redirects are not followed; size and time are bounded.

use std::time::Duration;

use serde_json::{Map, Value};

use super::login::Login;
use super::program::{Ended, Run};
use super::site::{Repo, Site};
use super::{Found, World};
use crate::evidence::{Redactor, whoami};
use crate::model::Day;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Online {
    /// Where; `None` takes `HF_ENDPOINT`, else the Hub.
    pub site: Option<Site>,
    /// The repository to check the access to.
    pub repo: Option<Repo>,
}

/// Most bytes of one answer with its headers.
const LARGEST: u64 = 1024 * 1024;
/// `curl` ends after ten seconds by itself; this is for one that does not.
const PATIENCE: Duration = Duration::from_secs(12);
/// Most characters of a body that are kept.
const BODY: usize = 2_000;

/// Headers that tell something about a refusal.
const HEADERS: [&str; 7] =
    ["x-error-code", "x-error-message", "x-request-id", "retry-after", "ratelimit", "ratelimit-policy", "x-hf-warning"];

/// Variables that `curl` may see: how to reach the network, and nothing else.
const PASSED: [&str; 12] = [
    "PATH",
    "SystemRoot",
    "http_proxy",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CURL_CA_BUNDLE",
];

/// An answer.
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

/// Why there is no answer.
struct Trouble {
    told: &'static str,
    /// Whether the next request would end the same way.
    lasting: bool,
}

/// Asks, and adds what comes back. Trouble becomes a hint; everything else stays as it is.
pub(super) fn ask(
    world: &World,
    online: &Online,
    login: &Login,
    today: Day,
    redactor: &mut Redactor,
    found: &mut Found,
) {
    let site = match (&online.site, world.get("HF_ENDPOINT")) {
        (Some(site), _) => site.clone(),
        (None, None) => Site::hub(),
        (None, Some(endpoint)) => match Site::parse(endpoint) {
            Ok(site) => site,
            // The hint about it is there already.
            Err(_) => return found.other("online", "nothing was asked: HF_ENDPOINT is no address that works"),
        },
    };
    found.other("online.host", site.host());
    let token = match (login.token(), site.may_have_token()) {
        (None, _) => None,
        (Some(_), false) => {
            found.other("online.token", "not sent");
            found.hint(format!(
                "no token was sent to {}: it goes over https to huggingface.co, its subdomains and hf.co only; --endpoint https://huggingface.co asks there",
                site.host()
            ));
            None
        }
        (Some(token), true) if token.len() <= 4096 && token.bytes().all(|b| b.is_ascii_graphic()) => Some(token),
        (Some(_), true) => {
            found.other("online.token", "not sent: it has characters that no header may have");
            None
        }
    };
    let hub = Hub { world, site: &site, token };
    let mut out_of_reach = None;
    let mut get = |name: &str, path: &str, found: &mut Found| -> Option<Answer> {
        if let Some(told) = out_of_reach {
            found.other(name, format!("not asked: {told}"));
            return None;
        }
        match hub.get(path) {
            Ok(answer) => {
                found.other(name, answer.told());
                Some(answer)
            }
            Err(trouble) => {
                found.other(name, format!("no answer: {}", trouble.told));
                found.hint(format!("{name}: no answer: {}", trouble.told));
                out_of_reach = trouble.lasting.then_some(trouble.told);
                None
            }
        }
    };
    if token.is_some() {
        if let Some(answer) = get("online.whoami", "/api/whoami-v2", found) {
            account(&answer, today, redactor, found);
        }
        if let Some(answer) = get("online.zerogpu_quota", "/api/spaces/zero-gpu/quota", found) {
            quota(&answer, found);
        }
    } else {
        found.other("online.whoami", "not asked: there is no token to ask with");
    }
    if let Some(repo) = &online.repo {
        let path = repo.check();
        let answer = get("online.repo_check", &path, found);
        found.fact("repo.id", repo.id.as_str());
        found.fact("repo.kind", repo.kind);
        if let Some(answer) = answer.filter(|answer| answer.status >= 400) {
            refusal(&answer, &site.address(&path), found);
        }
    }
}

/// One host, and what it may be told.
struct Hub<'a> {
    world: &'a World,
    site: &'a Site,
    token: Option<&'a str>,
}

impl Hub<'_> {
    fn get(&self, path: &str) -> Result<Answer, Trouble> {
        let mut config = format!("url = \"{}\"\n", quoted(&self.site.address(path)));
        config.push_str("header = \"Accept: application/json\"\n");
        config.push_str(&format!("user-agent = \"hf-doctor/{}\"\n", crate::VERSION));
        if let Some(token) = self.token {
            config.push_str(&format!("header = \"Authorization: Bearer {}\"\n", quoted(token)));
        }
        // Over plain HTTP a proxy would read the token; what is on this machine needs none.
        if self.site.is_here() {
            config.push_str("noproxy = \"*\"\n");
        }
        let mut variables: Vec<(&str, &str)> =
            PASSED.iter().filter_map(|name| Some((*name, self.world.raw(name)?))).collect();
        // The Python client trusts these certificates, so the question is asked as it would ask.
        if let (None, Some(bundle)) = (self.world.raw("CURL_CA_BUNDLE"), self.world.get("REQUESTS_CA_BUNDLE")) {
            variables.push(("CURL_CA_BUNDLE", bundle));
        }
        let run = Run {
            program: "curl",
            // `-q` comes first: no .curlrc is read.
            arguments: &[
                "-q",
                "--silent",
                "--include",
                "--suppress-connect-headers",
                "--globoff",
                "--proto",
                "=https,http",
                "--max-redirs",
                "0",
                "--connect-timeout",
                "5",
                "--max-time",
                "10",
                "--max-filesize",
                "1048576",
                "--config",
                "-",
            ],
            variables,
            input: config.as_bytes(),
            limit: LARGEST,
            patience: PATIENCE,
        };
        let lasting = |told| Err(Trouble { told, lasting: true });
        let once = |told| Err(Trouble { told, lasting: false });
        match run.run() {
            Ended::Finished(Some(0), bytes) => {
                parse(&String::from_utf8_lossy(&bytes)).ok_or(Trouble { told: "it is no HTTP answer", lasting: false })
            }
            Ended::Finished(Some(5), _) => lasting("the name of the proxy is not known"),
            Ended::Finished(Some(6), _) => lasting("the name of the host is not known here (DNS)"),
            Ended::Finished(Some(7), _) => lasting("the connection was refused or there is no way to the host"),
            Ended::Finished(Some(28), _) => lasting("it took longer than 10 seconds"),
            Ended::Finished(Some(35), _) => lasting("no TLS connection could be made"),
            Ended::Finished(Some(51 | 60), _) => lasting("the certificate of the host is not trusted here"),
            Ended::Finished(Some(77), _) => lasting("the file of trusted certificates cannot be read"),
            Ended::Finished(Some(52), _) => once("the connection was closed without an answer"),
            Ended::Finished(Some(63), _) | Ended::TooMuch => once("the answer has more than 1 MB"),
            Ended::Finished(Some(1 | 8), _) => once("it is no HTTP answer"),
            Ended::Finished(Some(18 | 56), _) => once("the connection broke"),
            Ended::Finished(..) => once("curl failed"),
            Ended::TooLong => lasting("curl did not end in time"),
            Ended::Missing => lasting("curl is not installed; everything else was collected without it"),
            Ended::Refused => lasting("curl cannot be started"),
        }
    }
}

/// A text inside the double quotes of a curl configuration.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Status, headers and body; interim answers are skipped.
fn parse(text: &str) -> Option<Answer> {
    let mut rest = text;
    loop {
        let (head, body) = rest.split_once("\r\n\r\n").or_else(|| rest.split_once("\n\n")).unwrap_or((rest, ""));
        let mut lines = head.lines();
        let first = lines.next()?;
        let status = first.strip_prefix("HTTP/")?.split(' ').nth(1)?.parse().ok()?;
        if (100..200).contains(&status) {
            rest = body;
            continue;
        }
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        return Some(Answer { status, headers, body: body.to_owned() });
    }
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The status, for people.
    fn told(&self) -> String {
        match (self.status, self.header("location")) {
            (300..=399, Some(target)) => {
                let host =
                    Site::parse(target).map_or_else(|_| "another path".to_owned(), |site| site.host().to_owned());
                format!("{}: a redirect to {host}, not followed", self.status)
            }
            (429, _) => "429: too many requests".to_owned(),
            _ => self.status.to_string(),
        }
    }

    /// The body as a JSON object.
    fn object(&self) -> Option<Map<String, Value>> {
        serde_json::from_str::<Map<String, Value>>(&self.body).ok()
    }
}

/// Facts out of whoami-v2. The answer itself is not kept: it holds names and addresses.
fn account(answer: &Answer, today: Day, redactor: &mut Redactor, found: &mut Found) {
    match answer.status {
        401 => return found.fact("token.whoami_works", false),
        200 => {}
        _ => return,
    }
    let read = answer.object().map(|map| {
        whoami::identities(&map, redactor);
        whoami::read(&map, "whoami-v2", Some(today))
    });
    let Some(account) = read.filter(|account| !account.observations.is_empty()) else {
        found.other("online.whoami", "200, but it is no account");
        return found.hint("online.whoami: the answer does not look like an account; is the address that of the Hub?");
    };
    found.fact("token.whoami_works", true);
    for seen in account.observations {
        if let Ok(value) = serde_json::to_value(&seen.value)
            && found.facts.iter().all(|(known, _)| *known != seen.fact)
        {
            found.fact(&seen.fact, value);
        }
    }
    account.warnings.into_iter().for_each(|warning| found.hint(warning));
}

/// Facts out of the quota: `base`, `current` (what is left), `overquotaUsed`, in GPU seconds.
fn quota(answer: &Answer, found: &mut Found) {
    if answer.status != 200 {
        return;
    }
    let map = answer.object().unwrap_or_default();
    let seconds = |name: &str| map.get(name).and_then(Value::as_f64).filter(|value| (0.0..1e9).contains(value));
    let Some(left) = seconds("current") else {
        found.other("online.zerogpu_quota", "200, but it is no quota");
        return found.hint("online.zerogpu_quota: the answer has no `current` that is a number");
    };
    found.fact("zerogpu.usage_page_shows_quota", left > 0.0);
    for (name, key) in [("left", "current"), ("daily", "base"), ("over", "overquotaUsed")] {
        if let Some(value) = seconds(key) {
            found.other(&format!("zerogpu.{name}_s_now"), value);
        }
    }
}

/// A refused access check is the refusal itself: everything in it is evidence.
fn refusal(answer: &Answer, address: &str, found: &mut Found) {
    found.fact("http.status", answer.status);
    found.fact("http.method", "GET");
    found.fact("http.url", address);
    if let Some(code) = answer.header("x-error-code") {
        found.fact("http.error_code", code);
    }
    let headers: Map<String, Value> =
        HEADERS.iter().filter_map(|name| Some(((*name).to_owned(), answer.header(name)?.into()))).collect();
    if !headers.is_empty() {
        found.fact("http.headers", Value::Object(headers));
    }
    let body: String = answer.body.trim().chars().take(BODY).collect();
    if !body.is_empty() {
        found.fact("http.body", body);
    }
}
