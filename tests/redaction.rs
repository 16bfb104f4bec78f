//! Redaction over a seeded corpus: secrets x contexts x encodings x outputs, and clean text that must stay as it is.
#![allow(clippy::print_stdout, reason = "the table, with --nocapture")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]
#![allow(clippy::indexing_slicing, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::Path;

use hf_doctor::eval::Engine;
use hf_doctor::evidence::{Hint, RawInput, redact_text};
use hf_doctor::model::Day;
use hf_doctor::pipeline::{Asked, diagnose};
use hf_doctor::report::{Format, RenderOptions, render};

/// A small generator (xorshift): the same corpus on every machine.
struct Seed(u64);

impl Seed {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    fn letters(&mut self, alphabet: &str, length: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..length).map(|_| letters[self.below(letters.len())]).collect()
    }
}

const MIXED: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const HEX: &str = "0123456789abcdef";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";

/// A secret and the part of it that must not be seen anywhere.
struct Secret {
    kind: &'static str,
    text: String,
    core: String,
}

/// Secrets that their own form gives away: they go in every context.
fn shaped(seed: &mut Seed) -> Vec<Secret> {
    let mut all = Vec::new();
    let mut add = |kind, prefix: &str, core: String| all.push(Secret { kind, text: format!("{prefix}{core}"), core });
    for length in [34, 34, 34, 37, 40] {
        add("hf", "hf_", seed.letters(MIXED, length));
    }
    add("hf oauth", "hf_oauth_", seed.letters(MIXED, 48));
    add("hf jwt", "hf_jwt_", seed.letters(MIXED, 60));
    add("organization", "api_org_", seed.letters(MIXED, 34));
    add("openai", "sk-", seed.letters(MIXED, 48));
    add("openai project", "sk-proj-", seed.letters(MIXED, 60));
    add("anthropic", "sk-ant-api03-", seed.letters(MIXED, 60));
    add("github", "ghp_", seed.letters(MIXED, 36));
    add("github fine-grained", "github_pat_", seed.letters(MIXED, 50));
    add("gitlab", "glpat-", seed.letters(MIXED, 20));
    add("groq", "gsk_", seed.letters(MIXED, 48));
    add("nvidia", "nvapi-", seed.letters(MIXED, 60));
    add("replicate", "r8_", seed.letters(MIXED, 37));
    add("slack", "xoxb-", format!("{}-{}", seed.letters("123456789", 11), seed.letters(MIXED, 24)));
    all
}

/// How people and programs show a secret; `{}` stands for it.
const CONTEXTS: &[&str] = &[
    "{}",
    "export HF_TOKEN={}",
    "$env:HF_TOKEN = \"{}\"",
    "Authorization: Bearer {}",
    "> authorization: Bearer {}",
    "curl -H \"Authorization: Bearer {}\" https://router.huggingface.co/v1/models",
    "client = InferenceClient(token=\"{}\")",
    "login(token='{}')",
    "    raise ValueError(f\"bad token {}\")",
    "{\"token\": \"{}\", \"model\": \"x\"}",
    "token: {}",
    "https://user:{}@huggingface.co/org/repo.git",
    "https://example.com/api?token={}&x=1",
    "| secret | {} |",
    "the token is `{}`, please help",
    "Token ({}) is not valid",
];

/// What happens to text on its way; `None` where the encoding cannot carry the context.
/// A name and what it does to a text that holds a secret.
type Encoding = (&'static str, fn(&str, &Secret) -> Vec<u8>);

const ENCODINGS: &[Encoding] = &[
    ("plain", |text, _| text.as_bytes().to_vec()),
    ("colour inside", |text, secret| inside(text, secret, "\x1b[1;31m").into_bytes()),
    ("wrapped", |text, secret| inside(text, secret, "\n").into_bytes()),
    ("wrapped in a frame", |text, secret| inside(text, secret, " \u{2502}\n\u{2502} ").into_bytes()),
    ("quoted reply", |text, _| format!("> On Monday you wrote:\n> {text}\n").into_bytes()),
    ("carriage return", |text, _| format!("downloading 10 %\r{text}\r\n").into_bytes()),
    ("JSON string", |text, _| serde_json::to_string(&serde_json::json!({"log": text})).unwrap().into_bytes()),
    ("HTML entities", |text, _| text.replace('&', "&amp;").replace('"', "&quot;").replace('_', "&#95;").into_bytes()),
    ("percent-encoded", |text, secret| text.replace(&secret.text, &secret.text.replace('_', "%5F")).into_bytes()),
    ("UTF-16", |text, _| [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()),
    ("time stamps", |text, _| format!("2026-11-18T09:12:41.207Z stderr F {text}\n").into_bytes()),
    ("bidirectional marks", |text, secret| inside(text, secret, "\u{202e}").into_bytes()),
];

/// The text with `mark` in the middle of the secret.
fn inside(text: &str, secret: &Secret, mark: &str) -> String {
    let (head, tail) = secret.text.split_at(secret.text.len() / 2);
    text.replace(&secret.text, &format!("{head}{mark}{tail}"))
}

/// Whether a part of a secret that is long enough to be of use can be read.
fn leaks(output: &str, core: &str) -> bool {
    let visible: String = output.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let core: String = core.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let window = 10.min(core.len());
    (0..=core.len() - window).any(|at| visible.contains(&core[at..at + window]))
}

#[test]
fn no_shaped_secret_survives_any_context_or_encoding() {
    let mut seed = Seed(0x5eed_2026);
    let (mut tried, mut leaked) = (0, Vec::new());
    for secret in shaped(&mut seed) {
        for context in CONTEXTS {
            let text = context.replace("{}", &secret.text);
            for (name, encode) in ENCODINGS {
                tried += 1;
                let (masked, _) = redact_text(&encode(&text, &secret)).expect("text");
                let (again, _) = redact_text(masked.as_bytes()).expect("text");
                if leaks(&masked, &secret.core) {
                    leaked.push(format!("{} in `{context}`, {name}: {masked:?}", secret.kind));
                }
                assert_eq!(masked, again, "masking twice changes `{context}`, {name}");
            }
        }
    }
    println!("{tried} combinations, {} leaks", leaked.len());
    assert!(tried >= 2_000, "{tried} combinations are too few");
    assert!(leaked.is_empty(), "{} of {tried} leak:\n{}", leaked.len(), leaked.join("\n"));
}

/// Secrets that only their place gives away.
fn placed(seed: &mut Seed) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut add = |text: &str, core: String| all.push((text.replace("{}", &core), core));
    for _ in 0..12 {
        add("Authorization: Basic {}", seed.letters(MIXED, 28));
        add("Authorization: Bearer {}", seed.letters(MIXED, 30));
        add("Proxy-Authorization: Basic {}", seed.letters(MIXED, 24));
        add("x-ip-token: {}", seed.letters(MIXED, 40));
        add("Cookie: token={}; other=1", seed.letters(MIXED, 40));
        add("set-cookie: session={}; Path=/; HttpOnly", seed.letters(MIXED, 32));
        add("password = \"{}\"", seed.letters(MIXED, 14));
        add("api_key: '{}'", seed.letters(HEX, 32));
        add("https://bob:{}@proxy.example.com:3128", seed.letters(MIXED, 16));
        add("https://cas-bridge.xethub.hf.co/x?X-Amz-Signature={}&X-Amz-Date=1", seed.letters(HEX, 64));
        add("https://cdn-lfs.hf.co/repo/file?Expires=1&Signature={}&Key-Pair-Id=K1", seed.letters(MIXED, 60));
        add("https://example.blob.core.windows.net/c/f?sv=2024&sig={}", seed.letters(MIXED, 44));
        add("https://example.com/callback?code={}&state=x", seed.letters(MIXED, 30));
        add("AWS_SECRET_ACCESS_KEY={}", seed.letters(MIXED, 40));
        add("AKIA{} is the key", seed.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16));
        add("jwt eyJ{}.eyJzdWIiOiIxIn0.c2lnbmF0dXJlMTIzNDU2", seed.letters(MIXED, 30));
        add("mail {}@example.org", seed.letters(LOWER, 12));
        add("File \"/home/{}/app/main.py\", line 3", seed.letters(LOWER, 11));
        add("File \"/Users/{}/app/main.py\", line 3", seed.letters(LOWER, 11));
        add("C:\\Users\\{}\\AppData\\Local", seed.letters(LOWER, 11));
    }
    all
}

#[test]
fn no_placed_secret_survives() {
    let mut seed = Seed(0x0b5e_55ed);
    let (mut tried, mut leaked) = (0, Vec::new());
    for (text, core) in placed(&mut seed) {
        let secret = Secret { kind: "placed", text: core.clone(), core: core.clone() };
        for (name, encode) in ENCODINGS {
            // A mark inside a value without a form of its own makes two values of it; wraps and marks are for shapes.
            if matches!(*name, "wrapped" | "wrapped in a frame" | "percent-encoded") {
                continue;
            }
            tried += 1;
            let (masked, _) = redact_text(&encode(&text, &secret)).expect("text");
            if leaks(&masked, &core) {
                leaked.push(format!("`{text}`, {name}: {masked:?}"));
            }
        }
    }
    println!("{tried} combinations, {} leaks", leaked.len());
    assert!(leaked.is_empty(), "{} of {tried} leak:\n{}", leaked.len(), leaked.join("\n"));
}

#[test]
fn no_output_format_or_debug_output_shows_a_secret() {
    let engine = Engine::new(hf_doctor::kb::embedded().expect("the knowledge base")).expect("an engine");
    let today = Day::new(2026, 11, 20).expect("a day");
    let mut seed = Seed(0x00f0_7a75);
    let mut tried = 0;
    let error = "You have depleted your monthly included credits. Purchase pre-paid credits to continue.";
    let secrets = shaped(&mut seed);
    for secret in &secrets {
        for (number, context) in CONTEXTS.iter().enumerate() {
            // Beside the message that is shown, in its line, and in the name of the file.
            let line = context.replace("{}", &secret.text);
            let log = format!("{line}\n{line} {error}\n");
            let (_, encode) = ENCODINGS[number % 6];
            let inputs =
                [RawInput { name: format!("{}.log", secret.text), bytes: encode(&log, secret), hint: Hint::Auto }];
            let sets = [("repo.id".to_owned(), secret.text.clone())];
            let asked = Asked { inputs: &inputs, sets: &sets, as_of: None, today, top: 5 };
            let done = diagnose(&engine, &asked).expect("a diagnosis");
            assert!(!leaks(&format!("{:?}", done.evidence), &secret.core), "debug output: `{context}`");
            let folded: Vec<(String, String)> =
                done.evidence.parts.iter().map(|part| (part.source.clone(), part.text.clone())).collect();
            for format in [Format::Human, Format::Agent, Format::Json, Format::Quiet, Format::Markdown, Format::Html] {
                tried += 1;
                let options = RenderOptions { evidence: &folded, ..RenderOptions::default() };
                let text = render(&done.report, format, &options).expect("a report");
                assert!(!leaks(&text, &secret.core), "{} in `{context}` leaks as {format:?}: {text}", secret.kind);
            }
        }
    }
    println!("{tried} outputs, 0 leaks");
}

#[test]
fn errors_show_no_secret() {
    let engine = Engine::new(hf_doctor::kb::embedded().expect("the knowledge base")).expect("an engine");
    let today = Day::new(2026, 11, 20).expect("a day");
    let mut seed = Seed(0xe44_0e5);
    for secret in shaped(&mut seed) {
        for broken in [
            format!("text: x\n{}: 1\n", secret.text),
            format!("account.plan: {}\n", secret.text),
            format!("observed: {}\ntext: x\n", secret.text),
            format!("text: [{}\n", secret.text),
            format!("{{\"text\": \"x\", \"account\": {{\"plan\": \"{}\"}}}}", secret.text),
        ] {
            let inputs =
                [RawInput { name: format!("{}.yaml", secret.text), bytes: broken.into_bytes(), hint: Hint::Auto }];
            for sets in [
                vec![],
                vec![(secret.text.clone(), "1".to_owned())],
                vec![("account.plan".to_owned(), secret.text.clone())],
            ] {
                let asked = Asked { inputs: &inputs, sets: &sets, as_of: None, today, top: 5 };
                let told = match diagnose(&engine, &asked) {
                    Ok(done) => format!("{:?} {:?}", done.evidence, done.report),
                    Err(error) => format!("{error} {error:?}"),
                };
                assert!(!leaks(&told, &secret.core), "{}: {told}", secret.kind);
            }
        }
    }
}

/// Lines of text without secrets: examples of the rules, documents, source code.
fn clean_lines() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut lines = Vec::new();
    for file in [
        "README.md",
        "docs/architecture.md",
        "docs/authoring.md",
        "src/pipeline.rs",
        "src/eval/engine.rs",
        "Cargo.lock",
        "rules/kb.yaml",
    ] {
        lines.extend(fs::read_to_string(root.join(file)).expect("a file").lines().map(str::to_owned));
    }
    let kb = hf_doctor::kb::embedded().expect("the knowledge base");
    for file in kb.rules() {
        for symptom in &file.expect("a rule").rule.symptoms {
            lines.extend(symptom.matches.iter().map(|example| example.text.clone()));
            lines.extend(symptom.rejects.iter().cloned());
        }
    }
    let background = root.join("tests/background");
    for entry in fs::read_dir(background).into_iter().flatten().flatten() {
        lines.extend(fs::read_to_string(entry.path()).unwrap_or_default().lines().map(str::to_owned));
    }
    lines.retain(|line| !line.trim().is_empty());
    lines
}

#[test]
fn clean_text_stays_as_it_is() {
    let lines = clean_lines();
    let mut changed = Vec::new();
    for line in &lines {
        let (masked, counts) = redact_text(line.as_bytes()).expect("text");
        if !counts.is_empty() {
            changed.push(format!("{line}\n    -> {masked}"));
        }
    }
    println!("{} lines, {} with a mask:\n{}", lines.len(), changed.len(), changed.join("\n"));
    assert!(lines.len() >= 2_000, "{} lines are too few", lines.len());
    assert!(changed.len() * 100 <= lines.len(), "{} of {} lines:\n{}", changed.len(), lines.len(), changed.join("\n"));
}
