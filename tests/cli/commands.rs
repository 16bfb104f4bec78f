//! The commands beside `diagnose`.

use super::support::{Folder, TOAST, finish, program, run};

#[test]
fn version_and_help() {
    let version = run(&["--version"]);
    version.answered(&["hf-doctor ", "knowledge base 20"]);
    assert_eq!(version.out.lines().count(), 1);
    let help = run(&["--help"]);
    help.answered(&["diagnose", "explain", "facts", "kb", "Exit codes"]);
    assert!(help.out.lines().all(|line| line.chars().count() <= 100), "{}", help.out);
    for command in ["diagnose", "explain", "facts", "schema", "redact", "eval", "kb", "completions", "man"] {
        assert_eq!(run(&[command, "--help"]).code, Some(0), "{command}");
    }
}

#[test]
fn completions_and_manual() {
    for (shell, word) in [("bash", "complete -F"), ("zsh", "#compdef hf-doctor"), ("fish", "complete -c hf-doctor")] {
        let ran = run(&["completions", shell]);
        ran.answered(&[word, "diagnose", "explain"]);
        #[cfg(unix)]
        check_syntax(shell, &ran.out);
    }
    let page = run(&["man"]);
    page.answered(&[".TH hf-doctor 1", "EXIT STATUS", "kb check", "\\-\\-message"]);
    assert_eq!(page.out.matches("\n.TH ").count() + usize::from(page.out.starts_with(".TH ")), 1, "one page");
}

/// The shell itself reads the script, where it is installed.
#[cfg(unix)]
fn check_syntax(shell: &str, script: &str) {
    let folder = Folder::new();
    let file = folder.file("script", script);
    let flag = if shell == "fish" { "--no-execute" } else { "-n" };
    if let Ok(output) = std::process::Command::new(shell).args([flag, &file]).output() {
        assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn checking_a_base() {
    // In a checkout `rules` is the directory.
    let json = run(&["kb", "check", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert!(document.pointer("/diagnostics").is_some_and(serde_json::Value::is_array), "{}", json.err);
    // Far in the future everything is stale: warnings, errors only when asked.
    let later = run(&["kb", "check", "rules", "--as-of", "2036-01-01"]);
    later.answered(&["0 errors", "warning"]);
    let strict = run(&["kb", "check", "rules", "--as-of", "2036-01-01", "--strict"]);
    strict.refused(4, &[]);
    assert!(strict.out.contains("--strict"), "{}", strict.out);
}

#[test]
fn checking_without_a_directory() {
    let folder = Folder::new();
    let ran = finish(program().args(["kb", "check"]).current_dir(folder.path()));
    ran.answered(&["built-in knowledge base", "examples hold, 0 do not"]);
    assert!(ran.err.contains("hf-doctor kb check DIR"), "{}", ran.err);
}

#[test]
fn explaining() {
    for (id, parts) in [
        ("zerogpu-quota-exceeded", &["zerogpu-quota-exhausted", "Causes", "60s requested", "Sources"][..]),
        ("zerogpu-quota-exhausted", &["What points to it", "strong", "read-own-zerogpu-quota", "https://"]),
        ("open-space-from-hub-page", &["you, a moment, free", "It worked when", "Helps when"]),
        (
            "zerogpu.daily_quota_minutes.pro",
            &["25", "40", "2026-05-13", "https://huggingface.co/docs/hub/spaces-zerogpu"],
        ),
        ("hub-docs-spaces-zerogpu", &["documentation", "read 2026-", "https://huggingface.co/docs/hub/spaces-zerogpu"]),
        ("account.plan", &["`enterprise`", "--set account.plan=free"]),
        ("KB021", &["file name"]),
    ] {
        run(&["explain", id]).answered(parts);
        let json = run(&["explain", id, "--json"]);
        let document: serde_json::Value = serde_json::from_str(&json.out).unwrap();
        assert_eq!(document.pointer("/id").unwrap(), id);
        let markdown = run(&["explain", id, "--format", "markdown"]);
        markdown.answered(&["# "]);
        assert_eq!(document.pointer("/markdown").unwrap().as_str().unwrap(), markdown.out);
        let narrow = run(&["explain", id, "--width", "60"]);
        let long = narrow.out.lines().find(|line| line.chars().count() > 60 && !line.contains("https://"));
        assert_eq!(long, None, "{id}");
    }
    run(&["explain", "zerogpu-quota-exhausted", "--why", TOAST]).answered(&["decibans", "symptom"]);
    run(&["explain", "nothing-like-this", "--why", TOAST]).refused(2, &[]);
}

#[test]
fn facts_in_time() {
    let id = "zerogpu.daily_quota_minutes.pro";
    let value = |day: &str| {
        let ran = run(&["facts", id, "--at", day, "--json"]);
        let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        (ran.code, document.pointer("/value").unwrap().to_string())
    };
    assert_eq!(value("2026-05-12"), (Some(0), "25".to_owned()));
    assert_eq!(value("2026-05-13"), (Some(0), "40".to_owned()));
    assert_eq!(value("2022-01-01"), (Some(1), "null".to_owned()));
    let list: serde_json::Value = serde_json::from_str(&run(&["facts", id, "--json"]).out).unwrap();
    let starts: Vec<&str> =
        list.as_array().unwrap().iter().filter_map(|one| one.pointer("/valid/from")?.as_str()).collect();
    assert!(starts.len() >= 2 && starts.is_sorted(), "{starts:?}");
    run(&["facts", id]).answered(&["2026-05-13", "https://huggingface.co/docs/hub/spaces-zerogpu"]);
    assert_eq!(run(&["facts", id, "--at", "2026-06-01", "-q"]).out, "40\n");
    run(&["facts", "zerogpu"]).answered(&[id, "40 GPU minutes/day"]);
    run(&["facts", "--changes", "2026-05-13"]).answered(&["25 -> 40"]);
    run(&["facts", "--changes", "2036-01-01"]).answered(&["No documented value changed"]);
    let narrow = run(&["facts", "--width", "80"]);
    let long = narrow.out.lines().find(|line| line.chars().count() > 80 && !line.contains("https://"));
    assert_eq!(long, None);
}

#[test]
fn schemas_and_redaction() {
    for name in ["evidence", "report", "rule"] {
        let ran = run(&["schema", name]);
        ran.answered(&["$schema"]);
        assert!(serde_json::from_str::<serde_json::Value>(&ran.out).is_ok(), "{name}");
    }
    let ran = super::support::piped(&["redact"], b"mail me: someone@example.org\n");
    ran.answered(&["<email#1>"]);
    assert!(ran.err.contains("1 email"), "{}", ran.err);
}
