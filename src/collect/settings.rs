//! Settings of the environment that change where requests go, and the system.

use std::path::Path;

use super::site::Site;
use super::{Found, World};
use crate::evidence::display_name;

/// Variables that switch requests off.
const OFFLINE: [&str; 3] = ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"];

/// Variables that name a proxy; programs read them in either case.
const PROXIES: [&str; 3] = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];

/// Variables that replace the certificates a client trusts.
const CERTIFICATES: [&str; 4] = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Reads them.
pub(super) fn read(world: &World, found: &mut Found) {
    system(world, found);
    if let Some(endpoint) = world.get("HF_ENDPOINT") {
        found.fact("environment.hf_endpoint", without_secrets(endpoint));
        match Site::parse(endpoint) {
            Ok(site) if site.may_have_token() => {}
            Ok(site) => found.hint(format!("HF_ENDPOINT sends requests, and the token with them, to {}", site.host())),
            Err(reason) => found.hint(format!("HF_ENDPOINT is no address that works: {reason}")),
        }
    }
    // The client of the Hub reads the first two as one; `datasets` has a variable of its own.
    let offline = world.flag(&OFFLINE[..2]) || world.flag(&OFFLINE[2..]);
    found.fact("environment.offline", offline);
    for name in OFFLINE {
        if let Some(value) = world.raw(name) {
            found.other(&name.to_ascii_lowercase(), display_name(value));
        }
    }
    let mut proxy = false;
    for name in PROXIES {
        let lower = name.to_ascii_lowercase();
        if let Some(value) = world.get(&lower).or_else(|| world.get(name)) {
            proxy = true;
            found.other(&lower, host_only(value));
        }
    }
    found.fact("environment.proxy", proxy);
    if world.get("no_proxy").or_else(|| world.get("NO_PROXY")).is_some() {
        found.other("no_proxy", "set");
    }
    for name in CERTIFICATES {
        if let Some(path) = world.get(name) {
            let there = world.expand(path).exists();
            found.other(&name.to_ascii_lowercase(), if there { "set" } else { "set, but there is no such file" });
            if !there {
                found.hint(format!("{name} names certificates that are not there: every request over TLS fails"));
            }
        }
    }
    for name in
        ["HF_HUB_DISABLE_XET", "HF_HUB_ENABLE_HF_TRANSFER", "HF_XET_HIGH_PERFORMANCE", "HF_HUB_DOWNLOAD_TIMEOUT"]
    {
        if let Some(value) = world.raw(name) {
            found.other(&name.to_ascii_lowercase(), display_name(value));
        }
    }
}

fn system(world: &World, found: &mut Found) {
    let container = || Path::new("/.dockerenv").exists() || Path::new("/run/.containerenv").exists();
    let os = if world.get("COLAB_RELEASE_TAG").is_some() {
        Some("colab")
    } else if world.get("KAGGLE_KERNEL_RUN_TYPE").is_some() {
        Some("kaggle")
    } else if world.get("KUBERNETES_SERVICE_HOST").is_some() || cfg!(target_os = "linux") && container() {
        Some("docker")
    } else {
        ["linux", "macos", "windows"].into_iter().find(|os| *os == std::env::consts::OS)
    };
    if let Some(os) = os {
        found.fact("environment.os", os);
    }
    found.other("system", format!("{} {}", std::env::consts::OS, std::env::consts::ARCH));
    for (name, label) in [("SPACE_ID", "a Space"), ("GITHUB_ACTIONS", "GitHub Actions"), ("CI", "a build pipeline")] {
        if world.get(name).is_some() {
            found.other("runs_in", label);
            break;
        }
    }
}

/// An address without user, password, query and fragment.
fn without_secrets(address: &str) -> String {
    let address = address.trim().split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = address.split_once("://").map_or(("", address), |(scheme, rest)| (scheme, rest));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    let mark = if scheme.is_empty() { "" } else { "://" };
    display_name(&format!("{scheme}{mark}{host}{path}"))
}

/// The host and port of a proxy.
fn host_only(address: &str) -> String {
    let bare = without_secrets(address);
    let rest = bare.split_once("://").map_or(bare.as_str(), |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{host_only, without_secrets};

    #[test]
    fn users_and_passwords_of_addresses_are_left_out() {
        assert_eq!(host_only("http://anna:p%40ss@proxy.example:3128/x"), "proxy.example:3128");
        assert_eq!(host_only("anna:p@ss@proxy.example:3128"), "proxy.example:3128");
        assert_eq!(without_secrets("https://u:p@mirror.example/a/b?token=t#f"), "https://mirror.example/a/b");
        assert_eq!(without_secrets(" hf-mirror.com "), "hf-mirror.com");
    }
}
