//! How a single text is written: plain where every reader agrees, else in the quotes that need fewer escapes.

/// How a key is written.
pub(super) fn key(key: &str) -> String {
    if plain(key, true) { key.to_owned() } else { quoted(key) }
}

/// How a text is written on one line; `brackets` when it stands inside some, `single` to prefer single quotes.
pub(super) fn text(value: &str, raw: &str, brackets: bool, single: bool) -> String {
    // Escapes by number stand for something that would not be seen.
    let numbered =
        |c: char| matches!(c, 'x' | 'u' | 'U' | 'N' | '_' | 'L' | 'P' | 'a' | 'b' | 'e' | 'f' | 'v' | 'r' | '0');
    if raw.starts_with('"')
        && !raw.contains('\n')
        && raw.replace("\\\\", "").split('\\').skip(1).any(|t| t.starts_with(numbered))
    {
        return raw.to_owned();
    }
    // Old readers make a date of a day; whoever put it in quotes meant a text.
    if is_day(value) && raw.starts_with(['"', '\'']) {
        return quoted(value);
    }
    if single && !value.contains(['\n', '\t']) {
        return in_single(value);
    }
    if plain(value, brackets) { value.to_owned() } else { quoted(value) }
}

fn quoted(value: &str) -> String {
    if value.contains(['"', '\\']) && !value.contains(['\n', '\t']) {
        return in_single(value);
    }
    let mut out = String::from('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

fn in_single(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// Whether a text can stand without quotes and is this text to every reader of YAML, old and new.
fn plain(value: &str, brackets: bool) -> bool {
    const MARKS: [char; 19] =
        ['-', '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`'];
    let first = value.chars().next();
    let blank_ends = value.trim() != value || value.contains(['\n', '\t', '\r']);
    if first.is_none_or(|c| MARKS.contains(&c)) || blank_ends {
        return false;
    }
    // A character without a picture is seen in quotes only.
    if value.chars().any(|c| c.is_control() || (c.is_whitespace() && c != ' ')) {
        return false;
    }
    let split = value.contains(": ") || value.contains(" #") || value.ends_with(':');
    let nested = brackets && value.contains([',', '[', ']', '{', '}']);
    !split && !nested && !looks_special(value)
}

/// Words and numbers that some reader takes for something else than text.
fn looks_special(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let word =
        ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "~", "=", "<<", ".inf", ".nan", "---", "..."];
    if word.contains(&lower.as_str()) {
        return true;
    }
    let body = lower.trim_start_matches(['+', '-']);
    let digits = body.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    // Versions, times and numbers of any notation; days are plain text in the dialect and written so everywhere.
    let numeric = body.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '_' | ':' | 'e' | '+' | '-'));
    let radix = ["0x", "0o", "0b"].iter().any(|prefix| {
        body.strip_prefix(prefix).is_some_and(|rest| rest.chars().all(|c| c.is_ascii_hexdigit() || c == '_'))
    });
    digits && (radix || (numeric && !is_day(value)))
}

fn is_day(value: &str) -> bool {
    let shape = value.bytes().enumerate().all(|(i, b)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() });
    value.len() == 10 && shape
}
