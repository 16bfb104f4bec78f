//! Prepares the knowledge base that is compiled into the program.
//!
//! Reads `rules/**/*.yaml` once, here, so that nothing of it is parsed as YAML when the program
//! starts. Writes into `OUT_DIR`:
//!
//! * `kb.txt`: ids and items as JSON, one after the other;
//! * `kb.tbl`: where they stand: for each of the seven kinds a count, then four numbers a row
//!   (id start, id length, item start, item length), little-endian, rows sorted by id;
//! * `kb.idx`: the index image (`src/compile/index`); empty without the feature `cli`: in a module for browsers
//!   a third of what is downloaded would be an index that is built in less time than it takes to arrive;
//! * `kb.err`: empty, or which file could not be read. A broken rule file never breaks the build:
//!   the program then says so, and `hf-doctor kb check rules` shows the place.

#[path = "src/compile/index/mod.rs"]
#[allow(dead_code, unused_imports, unreachable_pub, reason = "the reading half is for the library")]
mod index;
#[path = "src/diag/yaml.rs"]
#[allow(dead_code, unreachable_pub, reason = "places are for diagnostics")]
mod yaml;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// Kinds of items in the order of the table.
#[derive(Default)]
struct Base {
    manifest: Vec<(String, Value)>,
    account: Vec<(String, Value)>,
    vocabulary: Vec<(String, Value)>,
    sources: Vec<(String, Value)>,
    facts: Vec<(String, Value)>,
    steps: Vec<(String, Value)>,
    rules: Vec<(String, Value)>,
}

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src/compile/index");
    println!("cargo::rerun-if-changed=src/diag/yaml.rs");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let (mut base, fault) = match read(Path::new("rules")) {
        Ok(base) => (base, String::new()),
        Err(fault) => {
            println!("cargo::warning=the knowledge base is broken: {fault}; run `hf-doctor kb check rules`");
            (Base::default(), fault)
        }
    };
    // Rules are known to the index by their position in the order of ids.
    base.rules.sort_by(|a, b| a.0.cmp(&b.0));
    base.rules.dedup_by(|a, b| a.0 == b.0);
    let program = std::env::var_os("CARGO_FEATURE_CLI").is_some();
    if !program {
        slim(&mut base);
    }
    let rules: Vec<Value> =
        base.rules.iter().map(|(_, file)| file.get("rule").cloned().unwrap_or(Value::Null)).collect();
    let image = if program { index::build(&rules) } else { Vec::new() };
    fs::write(out.join("kb.idx"), image)?;
    let (table, text) =
        pack([base.manifest, base.account, base.vocabulary, base.sources, base.facts, base.steps, base.rules]);
    fs::write(out.join("kb.tbl"), table)?;
    fs::write(out.join("kb.txt"), text)?;
    fs::write(out.join("kb.err"), fault)
}

/// Leaves out what only authors' commands read: a module for browsers is downloaded.
fn slim(base: &mut Base) {
    let without = |value: &mut Value, keys: &[&str]| {
        if let Some(map) = value.as_object_mut() {
            keys.iter().for_each(|key| drop(map.remove(*key)));
        }
    };
    let each = |value: &mut Value, list: &str, change: &dyn Fn(&mut Value)| {
        value.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten().for_each(change);
    };
    for (_, source) in &mut base.sources {
        without(source, &["repo", "path", "commit", "note"]);
    }
    for (_, fact) in &mut base.facts {
        without(fact, &["says"]);
        each(fact, "values", &|value| without(value, &["says", "note", "commit", "path", "ended_by"]));
    }
    for (_, file) in &mut base.rules {
        let Some(rule) = file.get_mut("rule") else { continue };
        without(rule, &["rivals"]);
        each(rule, "symptoms", &|symptom| {
            without(symptom, &["rejects", "sources", "emitted_by"]);
            each(symptom, "matches", &|example| without(example, &["facts"]));
        });
    }
    for (_, manifest) in &mut base.manifest {
        each(manifest, "allowed_hosts", &|host| {
            if let Some(reason) = host.get_mut("reason") {
                *reason = json!("");
            }
        });
    }
    // Where a wording was read matters to authors; a report cites what causes, steps and facts rest on.
    let mut cited = HashSet::new();
    let statements = [&base.account, &base.vocabulary, &base.facts, &base.steps, &base.rules];
    statements.into_iter().flatten().for_each(|(_, value)| words(value, &mut cited));
    base.sources.retain(|(id, _)| cited.contains(id));
}

/// Adds every text in a value, however deep.
fn words(value: &Value, found: &mut HashSet<String>) {
    match value {
        Value::String(text) => drop(found.insert(text.clone())),
        Value::Array(list) => list.iter().for_each(|one| words(one, found)),
        Value::Object(map) => map.values().for_each(|one| words(one, found)),
        _ => {}
    }
}

/// Reads the directory; the first file that is no YAML of the dialect is the fault.
fn read(root: &Path) -> Result<Base, String> {
    let mut files = Vec::new();
    list(root, root, &mut files).map_err(|error| format!("{}: {error}", root.display()))?;
    files.sort();
    let mut base = Base::default();
    for name in files {
        let text = fs::read_to_string(root.join(&name)).map_err(|error| format!("rules/{name}: {error}"))?;
        let node = yaml::parse(&text, &yaml::Limits::RULES).map_err(|errors| {
            let first = errors.first();
            let line = first.and_then(|e| text.get(..e.span.start)).map_or(1, |head| head.matches('\n').count() + 1);
            format!("rules/{name}:{line}: {}", first.map_or("", |error| error.message.as_str()))
        })?;
        let value = yaml::to_json(&node);
        let items = |key: &str| -> Result<Vec<(String, Value)>, String> {
            let list =
                value.get(key).and_then(Value::as_array).ok_or_else(|| format!("rules/{name}: no list `{key}`"))?;
            list.iter()
                .map(|item| {
                    let id = item.get("id").and_then(Value::as_str);
                    id.map(|id| (id.to_owned(), item.clone()))
                        .ok_or_else(|| format!("rules/{name}: an item has no `id`"))
                })
                .collect()
        };
        match name.split('/').collect::<Vec<_>>().as_slice() {
            ["kb.yaml"] => base.manifest.push((String::new(), value)),
            ["account.yaml"] => base.account.push((String::new(), value)),
            ["vocabulary.yaml"] => base.vocabulary.extend(items("facts")?),
            ["sources.yaml"] | ["sources", _] => base.sources.extend(items("sources")?),
            ["facts", _] => base.facts.extend(items("facts")?),
            ["steps", _] => base.steps.extend(items("steps")?),
            [area, _] => {
                let id = value.get("id").and_then(Value::as_str).ok_or_else(|| format!("rules/{name}: no `id`"))?;
                let file = json!({"area": area, "path": name, "rule": value});
                base.rules.push((id.to_owned(), file));
            }
            _ => return Err(format!("rules/{name}: no place for this file")),
        }
    }
    Ok(base)
}

/// Names of all YAML files below `root`, with `/` between folders.
fn list(root: &Path, folder: &Path, files: &mut Vec<String>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(root, &path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml")
            && let Ok(name) = path.strip_prefix(root)
        {
            files.push(name.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}

/// The text of all items and the table of their places. Of two items with one id the first
/// stays; the lints report the second.
fn pack(kinds: [Vec<(String, Value)>; 7]) -> (Vec<u8>, String) {
    let mut text = String::new();
    let mut table: Vec<u8> = Vec::new();
    let number = |table: &mut Vec<u8>, value: usize| {
        table.extend_from_slice(&u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes());
    };
    for mut rows in kinds {
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        rows.dedup_by(|a, b| a.0 == b.0);
        number(&mut table, rows.len());
        for (id, value) in rows {
            for piece in [id, value.to_string()] {
                number(&mut table, text.len());
                number(&mut table, piece.len());
                text.push_str(&piece);
            }
        }
    }
    (table, text)
}
