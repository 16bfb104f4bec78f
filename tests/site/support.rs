//! One build of the shipped base, shared by the tests that look at it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use hf_doctor::docs::{Files, Form, Options, build};
use hf_doctor::eval::Engine;
use hf_doctor::kb::{KnowledgeBase, load_dir};
use hf_doctor::model::Day;
use serde_json::Value;

pub(crate) fn day() -> Day {
    Day::new(2026, 11, 20).expect("a day")
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let loaded = load_dir(&root().join("rules")).expect("the shipped base");
        Engine::new(KnowledgeBase::from_parts(loaded.parts)).expect("an engine")
    })
}

pub(crate) fn options(form: Form) -> Options<'static> {
    Options { day: day(), form, base: None, extra: None, files: &[], threads: None }
}

pub(crate) fn site() -> &'static Files {
    static SITE: OnceLock<Files> = OnceLock::new();
    SITE.get_or_init(|| build(engine(), &options(Form::Site)).expect("a site"))
}

pub(crate) fn text<'f>(files: &'f Files, name: &str) -> &'f str {
    std::str::from_utf8(files.get(name).unwrap_or_else(|| panic!("no {name}"))).expect("UTF-8")
}

/// The JSON twins below a folder.
pub(crate) fn twins(folder: &str) -> Vec<Value> {
    let pages = site().iter().filter(|(name, _)| name.starts_with(folder) && name.ends_with(".json"));
    pages.map(|(_, bytes)| serde_json::from_slice(bytes).expect("JSON")).collect()
}

pub(crate) fn scratch(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("site").join(name);
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("a directory");
    dir
}
