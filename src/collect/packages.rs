//! Versions of Python and of packages in the active environment, from the names of folders. No Python is started:
//! that would run code of the environment that is being looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::{Found, World};

/// Packages that matter for an answer.
const WANTED: [&str; 24] = [
    "accelerate",
    "datasets",
    "diffusers",
    "fsspec",
    "gradio",
    "gradio_client",
    "hf_transfer",
    "hf_xet",
    "httpx",
    "httpx2",
    "huggingface_hub",
    "langchain_huggingface",
    "openai",
    "peft",
    "requests",
    "safetensors",
    "sentence_transformers",
    "smolagents",
    "spaces",
    "tokenizers",
    "torch",
    "transformers",
    "trl",
    "urllib3",
];

/// More entries of one folder are not read.
const MOST: usize = 20_000;

/// What is installed.
#[derive(Debug, Default)]
pub(super) struct Packages {
    /// How the environment was found.
    from: &'static str,
    python: Option<String>,
    /// Name with `_`, and its versions: two of them are a broken installation.
    versions: BTreeMap<String, BTreeSet<String>>,
}

impl Packages {
    /// The version of a package, when there is exactly one.
    pub(super) fn version(&self, name: &str) -> Option<&str> {
        self.versions.get(name).filter(|versions| versions.len() == 1)?.first().map(String::as_str)
    }

    /// Says what was found.
    pub(super) fn tell(&self, found: &mut Found) {
        if let Some(python) = &self.python {
            found.fact("environment.python", python.as_str());
        }
        found.other("python.found_by", self.from);
        for (name, versions) in &self.versions {
            let all: Vec<&str> = versions.iter().map(String::as_str).collect();
            found.other(&format!("package.{name}"), all.join(" and "));
            if all.len() > 1 {
                found.hint(format!("{name} is installed twice in one place ({}): reinstall it", all.join(" and ")));
            }
        }
    }
}

/// Looks at the environment that `python` would start in.
pub(super) fn active(world: &World) -> Packages {
    let named = [("VIRTUAL_ENV", "VIRTUAL_ENV"), ("CONDA_PREFIX", "CONDA_PREFIX")];
    for (name, from) in named {
        if let Some(path) = world.get(name) {
            return read(&world.expand(path), None, from);
        }
    }
    for dir in world.path() {
        for name in ["python3", "python", "python.exe"] {
            let program = dir.join(name);
            if !program.is_file() {
                continue;
            }
            // A virtual environment is not where its link leads.
            if let Some(prefix) = dir.parent().filter(|prefix| prefix.join("pyvenv.cfg").is_file()) {
                return read(prefix, None, "a virtual environment on PATH");
            }
            let Ok(real) = program.canonicalize() else { continue };
            let Some(bin) = real.parent() else { continue };
            let prefix = if name == "python.exe" { Some(bin) } else { bin.parent() };
            let Some(prefix) = prefix else { continue };
            if prefix.join("shims").is_dir() && bin.ends_with("shims") {
                return Packages {
                    from: "a shim on PATH, which only Python itself could resolve",
                    ..Packages::default()
                };
            }
            let version = real.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix("python"));
            let mut packages = read(prefix, version.filter(|version| version.contains('.')), "python3 on PATH");
            if let (Some(home), Some(python)) = (world.home(), packages.python.clone()) {
                // Packages of `pip install --user` hide those of the system.
                let own = installed(&home.join(format!(".local/lib/python{}/site-packages", short(&python))));
                packages.versions.extend(own);
            }
            return packages;
        }
    }
    Packages { from: "no Python on PATH", ..Packages::default() }
}

/// Reads the environment below a prefix.
fn read(prefix: &Path, version: Option<&str>, from: &'static str) -> Packages {
    let configured = configured(prefix);
    let wanted = version.map(str::to_owned).or_else(|| configured.clone());
    let mut packages = Packages { from, python: wanted.clone(), versions: BTreeMap::new() };
    let mut folders: Vec<(Option<String>, PathBuf)> = vec![(None, prefix.join("Lib").join("site-packages"))];
    for lib in ["lib", "lib64", "local/lib"] {
        for name in names(&prefix.join(lib)) {
            if let Some(version) = name.strip_prefix("python").filter(|v| v.starts_with(|c: char| c.is_ascii_digit())) {
                let base = prefix.join(lib).join(&name);
                // Debian keeps packages of all 3.x in one folder of its own.
                folders.push((Some(version.to_owned()), base.join("site-packages")));
                folders.push((Some(version.to_owned()), base.join("dist-packages")));
            }
        }
    }
    let of = |folder: &Option<String>| match (folder, &wanted) {
        (Some(folder), Some(wanted)) => folder == "3" || *folder == short(wanted),
        _ => true,
    };
    let mut seen = BTreeSet::new();
    for (version, folder) in folders {
        let real = folder.canonicalize().unwrap_or(folder);
        if !of(&version) || !real.is_dir() || !seen.insert(real.clone()) {
            continue;
        }
        if packages.python.is_none() {
            packages.python = version.filter(|version| version.contains('.'));
        }
        for (name, versions) in installed(&real) {
            packages.versions.entry(name).or_insert(versions);
        }
    }
    packages
}

/// `3.11` of `3.11.7`.
fn short(version: &str) -> String {
    version.split('.').take(2).collect::<Vec<_>>().join(".")
}

/// The version in `pyvenv.cfg`.
fn configured(prefix: &Path) -> Option<String> {
    let mut text = String::new();
    let file = fs::File::open(prefix.join("pyvenv.cfg")).ok()?;
    file.take(16 * 1024).read_to_string(&mut text).ok()?;
    let (_, version) = text
        .lines()
        .filter_map(|line| line.split_once('='))
        .find(|(name, _)| matches!(name.trim(), "version" | "version_info"))?;
    let version: Vec<&str> = version.trim().split('.').take(3).collect();
    let numbers = version.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    (numbers && version.len() >= 2).then(|| version.join("."))
}

/// Wanted packages in a folder, by the names of their metadata.
fn installed(folder: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for name in names(folder) {
        let Some(stem) = name.strip_suffix(".dist-info") else { continue };
        let Some((package, version)) = stem.rsplit_once('-') else { continue };
        let package = package.to_ascii_lowercase().replace(['-', '.'], "_");
        let plain = |b: u8| b.is_ascii_alphanumeric() || b".+!_".contains(&b);
        if WANTED.contains(&package.as_str()) && version.len() < 64 && version.bytes().all(plain) {
            found.entry(package).or_default().insert(version.to_owned());
        }
    }
    found
}

/// Names in a folder, in order; none when it cannot be read.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().take(MOST).flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}
