//! Which token a program would use, in the order of the installed `huggingface_hub`.
//!
//! The orders were read in the packages 0.16.4 to 2.4.0 (`utils/_hf_folder.py`, `_login.py`, `utils/_auth.py`).

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::{Found, World};
use crate::evidence::Redactor;
use crate::evidence::redact::Kind;

/// A token. It has no `Debug` form and no way out but [`Login::token`].
pub(super) struct Token(String);

/// What was found out about logins.
pub(super) struct Login {
    token: Option<Token>,
    /// Everything that was read as a token, to be masked wherever it stands.
    read: Vec<Token>,
}

/// Where a client looks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Oidc,
    Variables,
    File,
    Colab,
}

/// How a version of the client looks.
struct Order {
    places: &'static [Place],
    /// Variables, the first one wins.
    variables: &'static [&'static str],
    /// A variable that is set and empty ends the search.
    empty_ends: bool,
    /// `HF_TOKEN_PATH` names the file.
    path_variable: bool,
}

const VARIABLES: &[&str] = &["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"];

/// The order of a version; of the newest known one when none is installed.
fn order(version: Option<(u32, u32)>) -> Order {
    use Place::{Colab, File, Oidc, Variables};
    let (places, variables): (&[Place], &[&str]) = match version {
        Some(version) if version < (0, 19) => (&[Variables, File], &["HUGGING_FACE_HUB_TOKEN"]),
        Some(version) if version < (0, 20) => (&[Variables, File], VARIABLES),
        Some(version) if version < (1, 19) => (&[Colab, Variables, File], VARIABLES),
        _ => (&[Oidc, Variables, File, Colab], VARIABLES),
    };
    let before = |bound| version.is_some_and(|version| version < bound);
    Order { places, variables, empty_ends: before((0, 20)), path_variable: !before((0, 23)) }
}

/// Major and minor number of a version.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.');
    let minor = |part: &str| part.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok();
    Some((parts.next()?.parse().ok()?, minor(parts.next()?)?))
}

/// As the client cleans a token; `None` when nothing is left.
fn cleaned(raw: &str) -> Option<String> {
    Some(raw.replace(['\r', '\n'], "").trim().to_owned()).filter(|token| !token.is_empty())
}

/// Finds the token that would be used, and says where it comes from and what is odd about any of them.
pub(super) fn read(world: &World, version: Option<&str>, found: &mut Found) -> Login {
    let order = order(version.and_then(numbers));
    match version {
        Some(version) => found.other("login.order_of", format!("huggingface_hub {version}")),
        None => found.other("login.order_of", "newest known huggingface_hub; none is installed in the active Python"),
    }
    let mut login = Login { token: None, read: Vec::new() };
    let mut prints = BTreeSet::new();

    let mut env_set = false;
    for name in VARIABLES {
        let Some(raw) = world.raw(name) else { continue };
        let told = shape(raw, true);
        found.other(&format!("login.variable_{}", name.to_ascii_lowercase()), describe("set", &told));
        if !told.is_empty() {
            found.hint(format!("the variable {name} is {}", told.join(", ")));
        }
        if let Some(token) = cleaned(raw) {
            env_set = true;
            prints.insert(fingerprint(&token));
            login.read.push(Token(token));
        }
    }
    found.fact("token.env_set", env_set);

    let file = file(world, &order);
    if let Some(path) = &file {
        match bounded(path) {
            Ok(raw) => {
                let told = shape(&raw, false);
                found.other("login.file", describe("found", &told));
                if !told.is_empty() {
                    found.hint(format!("the saved login is {}", told.join(", ")));
                }
                if let Some(token) = cleaned(&raw) {
                    prints.insert(fingerprint(&token));
                    login.read.push(Token(token));
                }
            }
            Err(std::io::ErrorKind::NotFound) => found.other("login.file", "none"),
            Err(_) => {
                found.other("login.file", "there, but it cannot be read");
                found.hint("there is a saved login that this user cannot read");
            }
        }
        stored(path, found, &mut login);
    }
    if prints.len() > 1 {
        found.other("login.different_tokens", prints.len());
        found.hint("the variables and the saved login hold different tokens; only one of them is used");
    }
    choose(world, &order, file.as_deref(), found, &mut login);
    login
}

/// Walks through the places in the order of the version.
fn choose(world: &World, order: &Order, file: Option<&Path>, found: &mut Found, login: &mut Login) {
    if world.flag(&["HF_HUB_DISABLE_IMPLICIT_TOKEN"]) {
        found.other("login.used", "none unless the program passes one: HF_HUB_DISABLE_IMPLICIT_TOKEN is on");
        found.hint("HF_HUB_DISABLE_IMPLICIT_TOKEN is on: no token is sent unless the program passes one");
        return;
    }
    let colab = world.get("COLAB_RELEASE_TAG").is_some() && world.get("VERTEX_PRODUCT") != Some("COLAB_ENTERPRISE");
    for place in order.places {
        match place {
            Place::Oidc if world.raw("HF_OIDC_RESOURCE").is_some_and(|resource| !resource.is_empty()) => {
                let given = world.get("HF_OIDC_ID_TOKEN").is_some();
                let made = world.raw("GITHUB_ACTIONS") == Some("true");
                found.other("login.used", "trusted publishing: HF_OIDC_RESOURCE is set");
                if !given && !made {
                    found.hint("HF_OIDC_RESOURCE is set, but there is no HF_OIDC_ID_TOKEN and this is no GitHub workflow: the client refuses to go on");
                }
                return;
            }
            Place::Oidc => {}
            Place::Colab if colab && found.other.iter().all(|(name, _)| name != "login.used") => {
                // The vault answers to the notebook only.
                found.other(
                    "login.used",
                    "the Colab secret HF_TOKEN where the notebook may read it, else a variable or the saved login",
                );
                found.hint(
                    "a Colab secret cannot be seen from here: say --set token.source=colab when the notebook has one",
                );
                return;
            }
            Place::Colab => {}
            Place::Variables => {
                let set = |name: &&&str| world.raw(name).is_some_and(|raw| order.empty_ends || !raw.is_empty());
                let Some(name) = order.variables.iter().find(set) else { continue };
                if let Some(token) = world.raw(name).and_then(cleaned) {
                    return used(login, found, "env", &format!("the variable {name}"), token);
                }
                if order.empty_ends {
                    found.other(
                        "login.used",
                        format!("none: {name} is set and empty, and this version looks no further"),
                    );
                    return;
                }
            }
            Place::File => {
                let raw = file.and_then(|path| bounded(path).ok());
                if let Some(token) = raw.as_deref().and_then(cleaned) {
                    return used(login, found, "cache", "the saved login", token);
                }
            }
        }
    }
    found.other("login.used", "none");
    found.hint("no token was found; when the program passes none either, say --set token.kind=none");
}

fn used(login: &mut Login, found: &mut Found, source: &str, told: &str, token: String) {
    found.fact("token.source", source);
    // Other prefixes do not tell the kind.
    if token.starts_with("hf_oauth_") {
        found.fact("token.kind", "oauth");
    }
    found.other("login.used", told);
    login.token = Some(Token(token));
}

/// The file of the saved login.
fn file(world: &World, order: &Order) -> Option<PathBuf> {
    match world.get("HF_TOKEN_PATH") {
        Some(path) if order.path_variable => Some(world.expand(path)),
        _ => Some(world.hf_home()?.join("token")),
    }
}

/// Logins saved by name, of which one is the saved login at a time (`stored_tokens`, since 0.26).
fn stored(file: &Path, found: &mut Found, login: &mut Login) {
    let Some(text) = file.parent().and_then(|dir| bounded(&dir.join("stored_tokens")).ok()) else { return };
    let tokens: Vec<String> = text
        .lines()
        .filter_map(|line| line.split_once('='))
        .filter(|(name, _)| name.trim() == "hf_token")
        .filter_map(|(_, value)| cleaned(value))
        .collect();
    found.other("login.saved_by_name", tokens.len());
    login.read.extend(tokens.into_iter().take(100).map(Token));
}

/// A file that should be small, whatever is in it.
fn bounded(path: &Path) -> Result<String, std::io::ErrorKind> {
    let meta = std::fs::metadata(path).map_err(|error| error.kind())?;
    if !meta.is_file() {
        return Err(std::io::ErrorKind::InvalidInput);
    }
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(path).map_err(|error| error.kind())?;
    opened.take(64 * 1024).read_to_end(&mut bytes).map_err(|error| error.kind())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn fingerprint(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn describe(state: &str, told: &[&str]) -> String {
    if told.is_empty() { state.to_owned() } else { format!("{state}; {}", told.join(", ")) }
}

/// What is odd about a token, in words that tell nothing of it. A file may end with a line break, a variable should not.
fn shape(raw: &str, variable: bool) -> Vec<&'static str> {
    let mut told = Vec::new();
    let Some(token) = cleaned(raw) else { return vec!["empty"] };
    if variable && raw.ends_with(['\n', '\r']) {
        told.push("followed by a line break, which other programs send along");
    } else if variable && raw.trim() != raw {
        told.push("surrounded by blanks, which other programs send along");
    }
    let quotes = ['"', '\'', '`', '\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}'];
    if token.starts_with(quotes) || token.ends_with(quotes) {
        told.push("in quotes, which are sent as part of it");
    }
    let inner = raw.trim().trim_matches(quotes);
    let lower = inner.to_ascii_lowercase();
    if lower.starts_with("bearer ") {
        told.push("preceded by `Bearer`, which is sent twice then");
    } else if inner.contains(char::is_whitespace) {
        told.push("broken by blanks inside");
    }
    if lower.contains("xxx") || inner.contains("...") || lower.contains("your") || inner.contains(['<', '$', '{']) {
        told.push("a placeholder by its looks");
    } else if !["hf_", "api_org_"].iter().any(|prefix| lower.starts_with(prefix)) && !lower.starts_with("bearer ") {
        told.push("without `hf_` at its beginning");
    }
    if !inner.bytes().all(|b| b.is_ascii_graphic() || b == b' ') {
        told.push("not made of plain characters only");
    }
    told
}

impl Login {
    /// The token that would be sent. Only for the request itself.
    pub(super) fn token(&self) -> Option<&str> {
        self.token.as_ref().map(|token| token.0.as_str())
    }

    /// A redactor that knows every token that was read, whatever it looks like.
    pub(super) fn redactor(&self) -> Redactor {
        let mut redactor = Redactor::new();
        for token in &self.read {
            redactor.secret(Kind::HfToken, &token.0);
            redactor.secret(Kind::HfToken, token.0.trim_matches(['"', '\'', '`']));
        }
        redactor
    }
}

#[cfg(test)]
mod tests;
