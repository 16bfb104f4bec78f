//! Hints at the machine: paths, variables, the dump of `hf env`.

use super::{Harvest, Line};
use crate::model::Trust;

/// Reads paths, variables and environment dumps.
pub(super) fn report(lines: &[Line<'_>], harvest: &mut Harvest, at: &dyn Fn(usize) -> String) {
    let mut system: Option<(u8, &str, usize)> = None;
    for line in lines {
        if let Some((rank, name)) = os(line.text)
            && system.is_none_or(|(best, ..)| rank > best)
        {
            system = Some((rank, name, line.number));
        }
        if let Some(surface) = surface(line.text) {
            harvest.push("surface", surface, &at(line.number), Trust::Client);
        }
        variables(line, harvest, at);
        dump(line, harvest, at);
        if line.text.contains("ProxyError") || line.text.contains("Tunnel connection failed") {
            harvest.push("environment.proxy", true, &at(line.number), Trust::Status);
        }
    }
    if let Some((_, name, line)) = system {
        harvest.push("environment.os", name, &at(line), Trust::Client);
    }
}

/// The system a path or message belongs to, the more special the higher its rank.
fn os(line: &str) -> Option<(u8, &'static str)> {
    let path = |mark: &str| {
        line.find(mark).is_some_and(|at| {
            let before = line.get(..at).and_then(|head| head.chars().next_back()).unwrap_or(' ');
            !before.is_alphanumeric() && before != '.'
        })
    };
    if path("/kaggle/") {
        return Some((3, "kaggle"));
    }
    if path("/content/") {
        return Some((3, "colab"));
    }
    let drive = line.as_bytes().windows(3).any(|w| matches!(w, [b'A'..=b'Z', b':', b'\\']));
    if line.contains("[WinError") || drive || line.contains("\\site-packages\\") {
        return Some((2, "windows"));
    }
    if line.contains("File \"/Users/") || path("/opt/homebrew/") || path("/Users/") && line.contains(".py") {
        return Some((2, "macos"));
    }
    let linux = line.contains("File \"/home/")
        || line.contains("File \"/usr/")
        || line.contains("File \"/opt/")
        || line.contains("File \"/root/");
    (linux && !line.contains("homebrew")).then_some((1, "linux"))
}

fn surface(line: &str) -> Option<&'static str> {
    if line.contains("===== Application Startup at") || line.contains("/home/user/app/") {
        return Some("space");
    }
    if line.contains("<ipython-input-") || line.starts_with("Cell In[") || line.contains("/ipykernel_") {
        return Some("notebook");
    }
    let ci = line.contains("/home/runner/work/") || line.contains("##[error]") || line.contains("::error::");
    ci.then_some("ci")
}

/// `HF_ENDPOINT=...`, `HF_HUB_OFFLINE=1`, `HTTPS_PROXY=...`.
fn variables(line: &Line<'_>, harvest: &mut Harvest, at: &dyn Fn(usize) -> String) {
    let from = || at(line.number);
    if let Some(value) = assigned(line.text, "HF_ENDPOINT").filter(|value| value.starts_with("http")) {
        harvest.push("environment.hf_endpoint", value, &from(), Trust::Status);
    }
    for name in ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"] {
        if let Some(value) = assigned(line.text, name).and_then(truth) {
            harvest.push("environment.offline", value, &from(), Trust::Status);
        }
    }
    for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        if assigned(line.text, name).is_some_and(|value| !value.is_empty()) {
            harvest.push("environment.proxy", true, &from(), Trust::Status);
            return;
        }
    }
}

/// The value behind `NAME=`, `NAME: `, `NAME"] = "`.
fn assigned<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (head, rest) = line.split_once(name)?;
    if head.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
        return None;
    }
    let rest = rest.trim_start_matches(['"', '\'', ']', ')', ' ', '`']);
    let value = rest.strip_prefix(['=', ':', ','])?.trim_start_matches([' ', '"', '\'', '`']);
    let end = value.find([' ', '"', '\'', '`', ';', ',', ')']).unwrap_or(value.len());
    value.get(..end).map(|value| value.trim_end_matches([':', '.']))
}

fn truth(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Some(true),
        "0" | "false" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// Lines of `hf env` and `transformers env`: `- Platform: Linux-...`.
fn dump(line: &Line<'_>, harvest: &mut Harvest, at: &dyn Fn(usize) -> String) {
    let text = line.text.trim_start();
    if let Some((_, rest)) = text.split_once("/python3.").filter(|(_, rest)| rest.contains("-packages")) {
        let minor: String = rest.chars().take_while(char::is_ascii_digit).take(3).collect();
        if !minor.is_empty() {
            harvest.push("environment.python", format!("3.{minor}"), &at(line.number), Trust::Client);
        }
    }
    let Some((key, value)) = text.strip_prefix("- ").and_then(|entry| entry.split_once(": ")) else { return };
    let value = value.trim();
    let from = at(line.number);
    match key.trim_end_matches([' ', '?']) {
        "Platform" => {
            let name = match value.split('-').next().unwrap_or_default() {
                "Linux" => "linux",
                "Windows" => "windows",
                "macOS" | "Darwin" => "macos",
                _ => return,
            };
            harvest.push("environment.os", name, &from, Trust::Status);
        }
        "Python version" => {
            let version: String = value.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
            if version.contains('.') {
                harvest.push("environment.python", version, &from, Trust::Status);
            }
        }
        "ENDPOINT" if value.starts_with("http") && value != "https://huggingface.co" => {
            harvest.push("environment.hf_endpoint", value, &from, Trust::Status);
        }
        "Running in Google Colab" if value == "Yes" => harvest.push("environment.os", "colab", &from, Trust::Status),
        "Running in notebook" if value == "Yes" => harvest.push("surface", "notebook", &from, Trust::Status),
        _ => {}
    }
}
