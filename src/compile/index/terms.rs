//! Words of a text, for lexical similarity.

use super::hash;

/// Words too common in this field to tell anything.
const STOP: &[&str] = &[
    "the",
    "and",
    "for",
    "are",
    "was",
    "not",
    "with",
    "you",
    "your",
    "that",
    "this",
    "from",
    "has",
    "have",
    "had",
    "but",
    "can",
    "cannot",
    "its",
    "it",
    "is",
    "in",
    "on",
    "of",
    "to",
    "or",
    "an",
    "as",
    "at",
    "be",
    "by",
    "do",
    "does",
    "did",
    "if",
    "so",
    "no",
    "my",
    "me",
    "we",
    "he",
    "she",
    "they",
    "their",
    "there",
    "then",
    "than",
    "when",
    "which",
    "what",
    "who",
    "how",
    "why",
    "will",
    "would",
    "should",
    "could",
    "been",
    "being",
    "were",
    "about",
    "into",
    "only",
    "one",
    "any",
    "all",
    "also",
    "get",
    "got",
    "use",
    "used",
    "using",
    "please",
    "error",
    "hugging",
    "face",
    "huggingface",
    "http",
    "https",
    "com",
    "www",
    "file",
    "line",
    "most",
    "recent",
    "call",
    "last",
    "traceback",
];

/// Calls `each` with every word: runs of ASCII letters and digits, lower case, stemmed.
///
/// Other scripts give no words: the messages of the field are English.
pub fn words(text: &str, each: &mut dyn FnMut(&str)) {
    let mut word = String::new();
    for byte in text.bytes().chain(std::iter::once(b' ')) {
        if byte.is_ascii_alphanumeric() {
            if word.len() < 40 {
                word.push(char::from(byte.to_ascii_lowercase()));
            }
            continue;
        }
        if word.len() >= 2 && !STOP.contains(&word.as_str()) && !is_noise(&word) {
            each(stem(&word));
        }
        word.clear();
    }
}

/// Hexadecimal runs and long numbers name things, they do not say anything.
fn is_noise(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    (digits > 4) || (word.len() >= 12 && digits >= 3)
}

/// Cuts the commonest English endings, the same way for rules and texts.
#[must_use]
pub fn stem(word: &str) -> &str {
    for ending in ["ations", "ation", "ings", "ing", "ies", "ied", "ed", "es", "s", "ly"] {
        if let Some(head) = word.strip_suffix(ending)
            && head.len() >= 4
        {
            return head.strip_suffix('e').unwrap_or(head);
        }
    }
    match word.strip_suffix('e') {
        Some(head) if head.len() >= 4 => head,
        _ => word,
    }
}

/// Hash of a stemmed word.
#[must_use]
pub fn term_hash(word: &str) -> u32 {
    hash(word.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_are_stemmed_and_stopped() {
        let mut found = Vec::new();
        words("The requested quotas were exceeded: 402, deadbeef0123456", &mut |word| found.push(word.to_owned()));
        assert_eq!(found, ["request", "quota", "exceed", "402"]);
    }
}
