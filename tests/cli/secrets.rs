//! No secret leaves, whatever it is wrapped in.

use super::support::{FORMATS, Folder, run};

/// A token of the right shape that never existed; put together here so that no scanner takes it for one.
fn token() -> String {
    format!("hf_{}", "qWxErTyUiOpAsDfGhJkLzXcVbNmQwErTyU")
}

#[track_caller]
fn kept(arguments: &[&str]) -> super::support::Ran {
    let ran = run(arguments);
    let secret = token();
    let secret = secret.strip_prefix("hf_").unwrap();
    assert!(!ran.all().contains(secret), "{arguments:?} prints the token: {}", ran.all());
    assert!(ran.code.is_some_and(|code| code != 101), "{arguments:?}: {}", ran.err);
    ran
}

#[test]
fn in_texts_and_names() {
    let folder = Folder::new();
    let token = token();
    let log = format!(
        "$ export HF_TOKEN={token}\nAuthorization: Bearer {token}\nlogin(token=\"{token}\")\nhttps://user:{token}@huggingface.co/x\n\
        You have exceeded your Pro GPU quota (60s requested vs. 0s left). {token}\n"
    );
    let named = folder.file(format!("log-{token}.txt"), &log);
    let yaml = folder.file(
        format!("{token}.yaml"),
        format!("text: |\n  {token}\nother:\n  key: {token}\nhttp:\n  headers:\n    Authorization: Bearer {token}\n"),
    );
    let whoami = folder.file(format!("w-{token}.json"), format!("{{\"type\": \"user\", \"name\": \"x\", \"isPro\": true, \"auth\": {{\"accessToken\": {{\"displayName\": \"{token}\", \"role\": \"read\"}}}}}}"));
    for format in FORMATS {
        kept(&[
            &named,
            &yaml,
            "--whoami",
            &whoami,
            "-m",
            &token,
            "--set",
            &format!("repo.id={token}"),
            "--format",
            format,
        ]);
    }
    kept(&["redact", &named]);
    kept(&["explain", "zerogpu-quota-exhausted", "--why", &named]);
    kept(&["explain", "zerogpu-quota-exhausted", "--why", &named, "--json"]);
    let template = folder.file("t.j2", "{{ inputs }} {{ problems }} {{ warnings }}");
    kept(&[&named, "--template", &template]);
}

#[test]
fn in_error_messages() {
    let folder = Folder::new();
    let token = token();
    let broken = folder
        .file(format!("{token}.yaml"), format!("text: x\n{token}: 1\naccount.plan: {token}\nobserved: {token}\n"));
    let json = folder
        .file(format!("{token}.json"), format!("{{\"text\": \"x\", \"{token}\": 1, \"account.plan\": \"{token}\"}}"));
    let rules = folder.rules();
    let rule = std::path::Path::new(&rules).join("zerogpu/zerogpu-quota-exceeded.yaml");
    let text = std::fs::read_to_string(&rule).unwrap();
    std::fs::write(&rule, text.replacen("\ntitle:", &format!("\n{token}: 1\ntitel: {token}\ntitle:"), 1)).unwrap();
    std::fs::create_dir(folder.path().join(&token)).unwrap();
    let dir = folder.path().join(&token).to_string_lossy().into_owned();
    let split = format!("hf_\x1b[0m{}", token.strip_prefix("hf_").unwrap());
    let (option, set, key) = (format!("--{token}"), format!("account.plan={token}"), format!("{token}=1"));
    for arguments in [
        vec![&*broken],
        vec![&*json],
        vec![&*token],
        vec![&*split],
        vec![&*option],
        vec!["-m", "x", "--set", &set],
        vec!["-m", "x", "--set", &key],
        vec!["-m", "x", "--set", &token],
        vec!["-m", "x", "--as-of", &token],
        vec!["-m", "x", "--format", &token],
        vec!["-m", "x", "--top", &token],
        vec!["-m", "x", "--rules", &token],
        vec!["-m", "x", "--rules", &dir],
        vec!["-m", "x", "--rules", &rules],
        vec!["-m", "x", "--template", &token],
        vec!["-m", "x", "--whoami", &token],
        vec!["explain", &token],
        vec!["facts", &token],
        vec!["schema", &token],
        vec!["completions", &token],
        vec!["redact", &token],
        vec!["eval", &token],
        vec!["kb", &token],
        vec!["kb", "check", &token],
        vec!["kb", "check", &dir],
        vec!["kb", "check", &rules],
        vec!["kb", "check", &rules, "--json"],
        vec!["kb", "test", &token],
        vec!["kb", "test", "--cases", &token],
    ] {
        assert_ne!(kept(&arguments).code, Some(0), "{arguments:?}");
    }
}
