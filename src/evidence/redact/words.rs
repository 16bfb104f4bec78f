//! Telling random text from names and words.

/// Splits at the separators of identifiers.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(['.', '_', '-', '/']).filter(|part| !part.is_empty())
}

/// Whether a text reads like an identifier: `hub_download`, `API_KEY`, `llama3_8b`, `file_system.v2`.
pub(super) fn identifier_like(text: &str) -> bool {
    let mut any = false;
    for part in parts(text) {
        any = true;
        if !word(part) {
            return false;
        }
    }
    any
}

/// One word of an identifier: lower or upper case or capitalised with few digits behind, or a short number.
fn word(part: &str) -> bool {
    let bytes = part.as_bytes();
    let digits = bytes.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let (letters, _) = bytes.split_at_checked(bytes.len() - digits).unwrap_or_default();
    let plain = digits <= 3
        && letters.len() <= 16
        && match letters {
            [] => true,
            [first, rest @ ..] => {
                letters.iter().all(u8::is_ascii_lowercase)
                    || letters.iter().all(u8::is_ascii_uppercase)
                    || first.is_ascii_uppercase() && rest.iter().all(u8::is_ascii_lowercase)
            }
        };
    // `8b`, `4bit`, `2fa`, `2024`
    let leading = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let number = leading > 0
        && leading <= 4
        && bytes.len() - leading <= 4
        && bytes.iter().skip(leading).all(u8::is_ascii_lowercase);
    plain || number
}

/// Whether the beginning of a line is an ordinary word rather than the rest of a wrapped token.
pub(super) fn word_like(text: &str) -> bool {
    let ends = ["Error", "Exception", "Warning"].iter().any(|end| text.ends_with(end));
    ends || text.bytes().all(|b| b.is_ascii_digit()) || identifier_like(text)
}

/// Whether a text is long and mixed enough that it can only be a secret, a hash or an id.
pub(super) fn looks_random(text: &str) -> bool {
    let lower = text.bytes().any(|b| b.is_ascii_lowercase());
    let upper = text.bytes().any(|b| b.is_ascii_uppercase());
    let digit = text.bytes().any(|b| b.is_ascii_digit());
    let long = text.len() >= 10;
    let one_word = !text.bytes().any(|b| b.is_ascii_whitespace());
    long && one_word
        && !identifier_like(text)
        && (usize::from(lower) + usize::from(upper) + usize::from(digit) >= 2 || text.len() > 16)
}

/// Whether a text stands for a secret without being one: `hf_xxxx`, `***`, `...`.
pub(super) fn placeholder(text: &str) -> bool {
    let mut kinds: Vec<char> = Vec::new();
    for c in text.chars() {
        let c = c.to_ascii_lowercase();
        if matches!(c, '_' | '-' | '.' | '\u{2026}') {
            continue;
        }
        if !kinds.contains(&c) {
            kinds.push(c);
            if kinds.len() > 1 {
                return false;
            }
        }
    }
    matches!(kinds.as_slice(), [] | ['x' | '*' | '\u{2022}' | '#' | '?'])
}

/// Whether a value is no secret: empty, a marker, a placeholder, a variable, a constant or an expression.
pub(super) fn harmless(value: &str) -> bool {
    let value = value.trim_matches(|c: char| matches!(c, ' ' | ';' | ',' | '.'));
    let body = value.strip_prefix("hf_").unwrap_or(value);
    if value.is_empty() || super::is_marker(value) || placeholder(body) {
        return true;
    }
    if let Some(inner) = value.strip_prefix('<') {
        // `<your token>`, not `<s3cr3t>`.
        return !inner.bytes().any(|b| b.is_ascii_digit());
    }
    if value.starts_with(['$', '{', '%', '(', '[']) {
        return !looks_random(value.trim_matches(|c: char| !c.is_ascii_alphanumeric()));
    }
    let lower = value.to_ascii_lowercase();
    let constant = matches!(
        lower.as_str(),
        "none"
            | "null"
            | "nil"
            | "undefined"
            | "nan"
            | "true"
            | "false"
            | "redacted"
            | "hidden"
            | "secret"
            | "token"
            | "password"
            | "key"
            | "str"
            | "string"
            | "bool"
            | "optional"
            | "bytes"
            | "any"
            | "secretstr"
            | "required"
            | "missing"
            | "invalid"
            | "empty"
            | "header"
            | "error"
            | "authentication"
            | "realm"
            | "bearer"
            | "basic"
    );
    const NAMES: &[&str] = &[
        "token",
        "tokens",
        "key",
        "keys",
        "secret",
        "secrets",
        "password",
        "pass",
        "auth",
        "authorization",
        "env",
        "environ",
        "self",
        "args",
        "kwargs",
        "config",
        "settings",
        "userdata",
        "getenv",
        "credentials",
        "your",
        "my",
        "here",
        "access",
    ];
    constant || identifier_like(&lower) && parts(&lower).any(|part| NAMES.contains(&part))
}

/// Whether what stands before an opening bracket makes an expression or a type: `os.getenv`, `Optional`.
pub(super) fn expression(head: &str) -> bool {
    const TYPES: &[&str] = &["optional", "union", "list", "annotated", "getpass", "input", "get", "literal", "dict"];
    let lower = head.to_ascii_lowercase();
    identifier_like(&lower) && (lower.contains('.') || harmless(&lower) || TYPES.contains(&lower.as_str()))
}

/// Names that would mask ordinary text: account names that are also technical words.
pub(super) fn is_common_name(name: &str) -> bool {
    const COMMON: &[&str] = &[
        "huggingface",
        "hugging face",
        "hugging-face",
        "hf-inference",
        "user",
        "users",
        "admin",
        "administrator",
        "test",
        "testing",
        "tests",
        "demo",
        "model",
        "models",
        "dataset",
        "datasets",
        "space",
        "spaces",
        "python",
        "team",
        "enterprise",
        "free",
        "pro",
        "org",
        "organization",
        "token",
        "read",
        "write",
        "none",
        "null",
        "true",
        "false",
        "error",
        "default",
        "main",
        "root",
        "hub",
        "api",
        "app",
        "home",
        "name",
        "email",
        "http",
        "https",
        "client",
        "server",
        "data",
        "file",
        "files",
        "inference",
        "gpu",
        "zerogpu",
        "openai",
        "github",
        "google",
        "colab",
        "kaggle",
        "linux",
        "windows",
        "docker",
        "gradio",
        "transformers",
        "diffusers",
        "huggingface_hub",
        "private",
        "public",
        "the",
        "and",
        "for",
        "you",
        "your",
        "account",
        "quota",
        "credits",
        "settings",
        "billing",
        "router",
    ];
    let lower = name.to_ascii_lowercase();
    COMMON.contains(&lower.as_str()) || lower.bytes().all(|b| b.is_ascii_digit())
}

/// Home directories that name no person: containers, CI machines, hosted notebooks. `/home/user` is a Space.
pub(super) fn is_common_home(name: &str) -> bool {
    const HOMES: &[&str] = &[
        "user",
        "runner",
        "ubuntu",
        "jovyan",
        "ec2-user",
        "sagemaker-user",
        "appuser",
        "app",
        "node",
        "coder",
        "vscode",
        "codespace",
        "gitpod",
        "studio-lab-user",
        "public",
        "default",
        "shared",
        "runneradmin",
        "containeradministrator",
        "root",
        "admin",
        "docker",
        "conda",
        "airflow",
        "site",
        "username",
        "name",
        "you",
        "me",
        "your_username",
        "yourname",
        "your-name",
        "xxx",
    ];
    HOMES.contains(&name.to_ascii_lowercase().as_str()) || placeholder(name)
}

#[cfg(test)]
mod tests {
    use super::{harmless, identifier_like, looks_random, placeholder, word_like};

    #[test]
    fn identifiers_and_random_text() {
        for text in ["hub_download", "transfer", "xet", "API_KEY", "llama3_8b_4bit", "file_system.v2", "oauth_scopes"] {
            assert!(identifier_like(text), "{text}");
            assert!(!looks_random(text), "{text}");
        }
        for text in ["aB3dE6gH9k", "qwertyuiopasdfghjklzxcvbnm", "a1b2c3d4e5f6", "Xq7kLm2-aZp9Rt"] {
            assert!(!identifier_like(text), "{text}");
            assert!(looks_random(text), "{text}");
        }
        assert!(word_like("HTTPError") && word_like("Traceback") && word_like("2026"));
        assert!(!word_like("aB3dE"));
    }

    #[test]
    fn stand_ins_are_no_secrets() {
        for text in [
            "",
            "xxxx",
            "***",
            "...",
            "<your token>",
            "$HF_TOKEN",
            "${TOKEN}",
            "None",
            "True",
            "hf_token",
            "HF_TOKEN",
            "os.environ",
            "YOUR_API_KEY",
            "<hf-token#1>",
            "{token}",
        ] {
            assert!(harmless(text), "{text}");
        }
        for text in ["hunter2", "letmein", "s3cr3t", "<s3cr3t>", "correcthorse", "A1b2C3d4"] {
            assert!(!harmless(text), "{text}");
        }
        assert!(placeholder("xxxxxxxx") && placeholder("***") && !placeholder("xy"));
    }
}
