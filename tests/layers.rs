//! Imports go one way; see `docs/architecture.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};

/// Module -> modules of the crate it may import (beside itself).
const MAY: &[(&str, &[&str])] = &[
    ("diag", &[]),
    ("model", &[]),
    ("parallel", &[]),
    ("kb", &["diag", "model", "compile", "parallel"]),
    ("compile", &["model"]),
    ("evidence", &["diag", "model"]),
    ("eval", &["model", "compile", "kb"]),
    ("report", &["model", "kb", "compile", "eval"]),
    ("schema", &["model", "kb"]),
    ("format", &["diag"]),
    ("pipeline", &["diag", "model", "kb", "evidence", "eval", "report"]),
    ("interview", &["diag", "model", "kb", "evidence", "eval", "pipeline"]),
    ("author", &["diag", "model", "kb", "compile", "evidence", "eval", "report", "format", "pipeline", "parallel"]),
    ("triage", &["model", "kb", "evidence", "eval", "report", "pipeline", "parallel"]),
    ("docs", &["diag", "model", "kb", "compile", "evidence", "eval", "report", "pipeline"]),
    ("collect", &["model", "evidence"]),
    (
        "cli",
        &[
            "diag",
            "model",
            "kb",
            "compile",
            "evidence",
            "eval",
            "report",
            "schema",
            "format",
            "pipeline",
            "interview",
            "author",
            "docs",
            "collect",
            "parallel",
            "triage",
        ],
    ),
];

/// Outside crates that only some modules may use.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("clap", &["cli"]),
    ("terminal_size", &["cli"]),
    ("rustix", &["docs"]),
    ("minijinja", &["report", "kb", "docs"]),
    ("pulldown_cmark", &["report", "kb"]),
    ("annotate_snippets", &["diag"]),
    ("saphyr_parser", &["diag"]),
    ("regex", &["compile", "evidence", "kb"]),
];

fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("src is readable") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            out.push(path);
        }
    }
}

fn modules() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    files.sort();
    files
        .into_iter()
        .filter_map(|path| {
            let relative = path.strip_prefix(&root).expect("below src").to_path_buf();
            let first = relative.components().next()?.as_os_str().to_string_lossy().into_owned();
            let module = first.trim_end_matches(".rs").to_owned();
            let text = fs::read_to_string(&path).expect("UTF-8");
            // Unit tests may reach across.
            let text = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            (module != "lib" && module != "main").then_some((module, relative, text))
        })
        .collect()
}

#[test]
fn modules_import_only_what_the_architecture_allows() {
    let mut wrong = Vec::new();
    for (module, path, text) in modules() {
        let Some((_, allowed)) = MAY.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!("src/{}: module `{module}` is not in the picture", path.display()));
            continue;
        };
        for (other, _) in MAY {
            let names =
                |line: &str| line.contains(&format!("crate::{other}::")) || line.contains(&format!("crate::{other};"));
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            if *other != module && !allowed.contains(other) && code.into_iter().any(names) {
                wrong.push(format!("src/{}: `{module}` must not import `{other}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn outside_crates_stay_at_their_place() {
    let mut wrong = Vec::new();
    for (module, path, text) in modules() {
        for (name, allowed) in OUTSIDE {
            let used = text.lines().any(|line| {
                !line.trim_start().starts_with("//")
                    && (line.contains(&format!("use {name}::")) || line.contains(&format!(" {name}::")))
            });
            if used && !allowed.contains(&module.as_str()) {
                wrong.push(format!("src/{}: `{module}` must not use `{name}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_core_knows_no_clock_environment_network_or_terminal() {
    let core = ["model", "compile", "evidence", "eval", "report", "schema", "pipeline"];
    let world = [
        "std::env",
        "std::net",
        "SystemTime",
        "Instant::now",
        "Timestamp::now",
        "Zoned::now",
        "IsTerminal",
        "println!",
        "eprintln!",
    ];
    let mut wrong = Vec::new();
    for (module, path, text) in modules() {
        for word in world {
            let found = text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(word));
            if core.contains(&module.as_str()) && found {
                wrong.push(format!("src/{}: `{word}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "the core must stay pure:\n{}", wrong.join("\n"));
}

#[test]
fn only_collecting_may_open_a_socket_or_start_a_program() {
    // The unit tests that `modules` leaves out do not ship.
    let mut wrong = Vec::new();
    for (module, path, text) in modules() {
        for word in
            ["std::net::Tcp", "std::net::Udp", "TcpStream", "UdpSocket", "std::process::Command", "process::{Child"]
        {
            let found = text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(word));
            if module != "collect" && found {
                wrong.push(format!("src/{}: `{word}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
