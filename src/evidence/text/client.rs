//! Which program made the request, its version, and the exception it raised.

use super::{Harvest, Line, find_ignoring_case};
use crate::model::{Observation, Scalar, Trust};

/// A version of a package somewhere in the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::evidence) struct Version {
    /// Package, as `client.name` writes it.
    pub package: String,
    /// Its version.
    pub version: String,
    /// Provenance.
    pub from: String,
}

/// Packages that talk to Hugging Face, with how far they are from the request: what a person calls is the client,
/// not what that calls in turn. Folder name, client name, distance.
const PACKAGES: &[(&str, &str, u8)] = &[
    ("huggingface_hub", "huggingface_hub", 1),
    ("gradio_client", "gradio_client", 1),
    ("openai", "openai", 1),
    ("hf_transfer", "huggingface_hub", 0),
    ("hf_xet", "huggingface_hub", 0),
    ("text_generation", "text_generation", 1),
    ("transformers", "transformers", 2),
    ("diffusers", "diffusers", 2),
    ("datasets", "datasets", 2),
    ("sentence_transformers", "sentence_transformers", 2),
    ("peft", "peft", 2),
    ("accelerate", "accelerate", 2),
    ("trl", "trl", 2),
    ("evaluate", "evaluate", 2),
    ("timm", "timm", 2),
    ("optimum", "optimum", 2),
    ("gradio", "gradio", 2),
    ("setfit", "setfit", 2),
    ("skops", "skops", 2),
    ("spaces", "spaces", 2),
    ("tokenizers", "tokenizers", 1),
    ("smolagents", "smolagents", 3),
    ("langchain_huggingface", "langchain", 3),
    ("langchain_community", "langchain", 3),
    ("langchain", "langchain", 3),
    ("langchain_core", "langchain", 3),
    ("llama_index", "llama_index", 3),
    ("litellm", "litellm", 3),
    ("vllm", "vllm", 3),
    ("distilabel", "distilabel", 3),
    ("speechbrain", "speechbrain", 3),
    ("whisperx", "whisperx", 3),
    ("pyannote", "pyannote", 3),
    ("autotrain", "autotrain", 3),
    ("unsloth", "unsloth", 3),
    ("axolotl", "axolotl", 3),
    ("lm_eval", "lm_eval", 3),
    ("lighteval", "lighteval", 3),
    ("haystack", "haystack", 3),
    ("crewai", "crewai", 3),
];

/// Exceptions that name the problem, not only that there is one.
const TELLING: &[&str] = &[
    "RepositoryNotFoundError",
    "GatedRepoError",
    "DisabledRepoError",
    "RevisionNotFoundError",
    "EntryNotFoundError",
    "RemoteEntryNotFoundError",
    "LocalTokenNotFoundError",
    "BadRequestError",
    "HFValidationError",
    "OfflineModeIsEnabled",
    "FileMetadataError",
    "DatasetNotFoundError",
    "EmptyDatasetError",
    "DataFilesNotFoundError",
    "InferenceTimeoutError",
    "InferenceEndpointError",
    "XetAuthorizationError",
    "XetRefreshTokenError",
    "CacheNotFound",
    "SSLError",
    "ProxyError",
    "AuthenticationError",
    "RateLimitError",
    "PermissionDeniedError",
    "APIStatusError",
    "OverloadedError",
    "InferenceClientProviderApiError",
    "InferenceClientHubApiError",
    "InferenceClientRoutingError",
    "InferenceClientInputError",
    "HubApiError",
    "NonMatchingSplitsSizesError",
    "StrictDataclassFieldValidationError",
];
const GENERAL: &[&str] =
    &["HfHubHTTPError", "LocalEntryNotFoundError", "AppError", "InferenceClientError", "HTTPStatusError"];

/// Reads everything software prints about itself.
pub(super) fn report(lines: &[Line<'_>], harvest: &mut Harvest, at: &dyn Fn(usize) -> String) {
    let mut name: Option<(u8, &str, usize)> = None;
    let mut weak: Option<(&str, usize)> = None;
    let mut exception: Option<(u8, String, usize)> = None;
    let mut shown: Option<&str> = None;
    for line in lines {
        if let Some((level, client)) = frame(line.text)
            && name.is_none_or(|(best, ..)| level > best)
        {
            name = Some((level, client, line.number));
        }
        if let Some(client) = program(line.text) {
            weak.get_or_insert((client, line.number));
        }
        if let Some((module, class)) = exception_line(line.text) {
            if let Some((level, client)) = package(module.split('.').next().unwrap_or_default())
                && name.is_none()
                && level > 0
            {
                name = Some((0, client, line.number));
            }
            let rank = rank(class);
            // The innermost telling class, else the last one raised.
            if exception.as_ref().is_none_or(|(best, ..)| rank > *best || rank == *best && rank == 0) {
                exception = Some((rank, class.to_owned(), line.number));
            }
        }
        versions(line, &mut shown, harvest, at);
    }
    let found = name.map(|(_, client, line)| (client, line)).or(weak);
    if let Some((client, line)) = found {
        harvest.push("client.name", client, &at(line), Trust::Client);
    }
    if let Some((_, class, line)) = exception {
        harvest.push("client.exception", class, &at(line), Trust::Status);
    }
}

/// Of what a person tells, only a package with its version says plainly which client it was.
pub(super) fn report_told(lines: &[Line<'_>], harvest: &mut Harvest, at: &dyn Fn(usize) -> String) {
    for line in lines {
        for (folder, client, level) in PACKAGES {
            if *level == 0 || !line.text.contains(folder) {
                continue;
            }
            if let Some(version) = version_after(line.text, folder) {
                harvest.observations.push(Observation {
                    fact: "client.name".to_owned(),
                    value: Scalar::from(*client),
                    from: at(line.number),
                    trust: Trust::Told,
                });
                harvest.versions.push(Version { package: (*client).to_owned(), version, from: at(line.number) });
                return;
            }
        }
    }
}

fn package(folder: &str) -> Option<(u8, &'static str)> {
    PACKAGES.iter().find(|(name, ..)| *name == folder).map(|(_, client, level)| (*level, *client))
}

/// The package of a traceback frame or of a JavaScript stack line.
fn frame(line: &str) -> Option<(u8, &'static str)> {
    for mark in ["site-packages", "dist-packages"] {
        if let Some(found) = line.find(mark) {
            let rest = line.get(found + mark.len()..)?.trim_start_matches(['/', '\\']);
            let folder = rest.split(['/', '\\', '.']).next()?;
            return package(folder);
        }
    }
    if line.contains("@huggingface/inference") || line.contains("InferenceClientProviderApiError") {
        return Some((1, "@huggingface/inference"));
    }
    let modules = [
        ("@huggingface/hub", "@huggingface/hub"),
        ("node_modules/@gradio/client", "@gradio/client"),
        ("node_modules/openai/", "openai"),
    ];
    modules.into_iter().find(|(mark, _)| line.contains(mark)).map(|(_, client)| (1, client))
}

/// Programs that are known by how their lines begin.
fn program(line: &str) -> Option<&'static str> {
    let text = line.trim_start();
    let command = text.strip_prefix(['$', '%', '!', '>']).map_or("", str::trim_start);
    if text.starts_with("curl: (")
        || text.starts_with("< HTTP/")
        || text.starts_with("* Connected to ")
        || command.starts_with("curl ")
    {
        return Some("curl");
    }
    let git = text.starts_with("fatal: ")
        && (text.contains("repository") || text.contains("Authentication") || text.contains("access"))
        || text.starts_with("remote: ")
        || text.starts_with("batch response: ")
        || text.starts_with("error: failed to push");
    if git || command.starts_with("git ") {
        return Some("git");
    }
    if command.starts_with("hf ") {
        return Some("hf-cli");
    }
    if command.starts_with("huggingface-cli ") || text.starts_with("usage: huggingface-cli") {
        return Some("huggingface-cli");
    }
    if find_ignoring_case(text, "user-agent").is_some() && text.contains("hf_hub/") {
        return Some("huggingface_hub");
    }
    None
}

fn rank(class: &str) -> u8 {
    if TELLING.contains(&class) { 2 } else { u8::from(GENERAL.contains(&class)) }
}

/// Module and class of `pkg.module.SomeError: message`, as the last line of a traceback has it.
fn exception_line(line: &str) -> Option<(&str, &str)> {
    let text = line.trim_start_matches(['>', '\u{2502}', '|', ' ', 'E']).trim_start();
    let text = text.strip_prefix("Uncaught ").or_else(|| text.strip_prefix("Error: ")).unwrap_or(text);
    // `E` is how pytest marks lines; a class may begin with it.
    let text = if line.trim_start().starts_with('E') && !line.trim_start().starts_with("E ") {
        line.trim_start()
    } else {
        text
    };
    let end = text.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.')).count();
    let path = text.get(..end)?;
    let after = text.get(end..)?;
    let (module, class) = path.rsplit_once('.').unwrap_or(("", path));
    let suffix = ["Error", "Exception", "IsEnabled", "Interrupt", "NotFound", "Exit"]
        .iter()
        .any(|suffix| class.ends_with(suffix));
    let shaped = class.len() > 5 && class.len() <= 60 && class.starts_with(|c: char| c.is_ascii_uppercase());
    (suffix && shaped && (after.is_empty() || after.starts_with(':'))).then_some((module, class))
}

/// `pkg==1.2.3`, `pkg 1.2.3` of a list, `pkg version: 1.2.3`, `pkg/1.2.3`, and `Name:` with `Version:`.
fn versions<'a>(line: &Line<'a>, shown: &mut Option<&'a str>, harvest: &mut Harvest, at: &dyn Fn(usize) -> String) {
    if let Some(name) = line.text.strip_prefix("Name: ") {
        *shown = Some(name.trim());
        return;
    }
    let mut push = |package: &str, version: String| {
        harvest.versions.push(Version { package: package.to_owned(), version, from: at(line.number) });
    };
    if let (Some(version), Some(name)) = (line.text.strip_prefix("Version: "), shown.take()) {
        let folder = name.replace('-', "_").to_ascii_lowercase();
        if let (Some((_, client)), Some(version)) = (package(&folder), version_at(version)) {
            push(client, version);
        }
        return;
    }
    let lower_start = line.text.trim_start_matches([' ', '-', '*', '`']);
    if let Some(rest) = lower_start
        .strip_prefix("Huggingface_hub version")
        .or_else(|| lower_start.strip_prefix("Huggingface Hub version"))
    {
        if let Some(version) = version_at(rest.trim_start_matches([':', ' ', '`'])) {
            push("huggingface_hub", version);
        }
        return;
    }
    if line.text.contains("hf_hub/")
        && let Some((_, rest)) = line.text.split_once("hf_hub/")
        && let Some(version) = version_at(rest)
    {
        push("huggingface_hub", version);
    }
    for (folder, client, level) in PACKAGES {
        let dashed = folder.replace('_', "-");
        let spelled = if line.text.contains(folder) { *folder } else { dashed.as_str() };
        if *level > 0
            && line.text.contains(spelled)
            && let Some(version) = version_after(line.text, spelled)
        {
            push(client, version);
        }
    }
    for package in ["@huggingface/inference", "@huggingface/hub"] {
        if let Some(version) = version_after(line.text, package) {
            push(package, version);
        }
    }
}

/// A version directly behind a package name.
fn version_after(line: &str, name: &str) -> Option<String> {
    let mut from = 0;
    while let Some(found) = line.get(from..)?.find(name) {
        let start = from + found;
        from = start + name.len();
        let before = line.get(..start)?.bytes().next_back().unwrap_or(b' ');
        if before.is_ascii_alphanumeric() || matches!(before, b'_' | b'-' | b'/') {
            continue;
        }
        let rest = line.get(from..)?.trim_start_matches(['`', '"', '\'', '*']);
        let rest = rest.strip_prefix(" version").unwrap_or(rest);
        let value = rest.trim_start_matches([' ', ':', '=', '@', '`', '"', '/', 'v', '\t']);
        if value.len() < rest.len()
            && let Some(version) = version_at(value)
        {
            return Some(version);
        }
    }
    None
}

/// A version number with at least one dot that a text begins with.
fn version_at(text: &str) -> Option<String> {
    let version: String =
        text.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-')).take(32).collect();
    let version = version.trim_end_matches(['.', '-', '+']);
    let version = version.strip_suffix(".x").unwrap_or(version);
    let mut parts = version.split('.');
    let numbers =
        parts.next()?.bytes().all(|b| b.is_ascii_digit()) && parts.next()?.starts_with(|c: char| c.is_ascii_digit());
    (numbers && version.starts_with(|c: char| c.is_ascii_digit())).then(|| version.to_owned())
}
