//! The surroundings of the process, read once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Environment variables and what follows from them. Its `Debug` form shows names only, because values hold secrets.
#[derive(Clone, Default)]
pub struct World {
    variables: BTreeMap<String, String>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

/// What Python's client takes for yes; everything else is no (`_is_true` in `huggingface_hub`'s `constants.py`).
const YES: [&str; 4] = ["1", "ON", "YES", "TRUE"];

impl World {
    /// The surroundings of this process.
    #[must_use]
    pub fn of_process() -> Self {
        Self::new(
            std::env::vars_os()
                .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())),
        )
    }

    /// Surroundings with these variables.
    #[must_use]
    pub fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { variables: variables.into_iter().collect() }
    }

    /// A variable, also an empty one.
    pub(super) fn raw(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// A variable with something in it.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.raw(name).filter(|value| !value.trim().is_empty())
    }

    /// Whether the first of these variables that is not empty means yes.
    pub(super) fn flag(&self, names: &[&str]) -> bool {
        let value = names.iter().find_map(|name| self.raw(name).filter(|value| !value.is_empty()));
        value.is_some_and(|value| YES.contains(&value.to_ascii_uppercase().as_str()))
    }

    /// The home directory.
    pub(super) fn home(&self) -> Option<PathBuf> {
        self.get("HOME").or_else(|| self.get("USERPROFILE")).map(PathBuf::from)
    }

    /// `~` and `$NAME` at the beginning of a path, as Python's `expanduser` and `expandvars` resolve them.
    pub(super) fn expand(&self, path: &str) -> PathBuf {
        if let Some(rest) = path.strip_prefix('~')
            && (rest.is_empty() || rest.starts_with(['/', '\\']))
            && let Some(home) = self.home()
        {
            return home.join(rest.trim_start_matches(['/', '\\']));
        }
        if let Some(rest) = path.strip_prefix('$') {
            let (name, tail) = rest.split_at(rest.find(['/', '\\']).unwrap_or(rest.len()));
            if let Some(value) = self.get(name.trim_matches(['{', '}'])) {
                return Path::new(value).join(tail.trim_start_matches(['/', '\\']));
            }
        }
        PathBuf::from(path)
    }

    /// The folder of Hugging Face: `HF_HOME`, else below the user's cache.
    pub(super) fn hf_home(&self) -> Option<PathBuf> {
        if let Some(path) = self.get("HF_HOME") {
            return Some(self.expand(path));
        }
        let cache = self.get("XDG_CACHE_HOME").map(|path| self.expand(path));
        Some(cache.or_else(|| Some(self.home()?.join(".cache")))?.join("huggingface"))
    }

    /// The directories in which programs are looked for.
    pub(super) fn path(&self) -> Vec<PathBuf> {
        self.raw("PATH").map(|path| std::env::split_paths(path).collect()).unwrap_or_default()
    }
}
