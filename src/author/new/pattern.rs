//! A pattern made of a message: what varies becomes a class, what names a fact a capture.

use crate::compile::index::{branches, required_literals, stem};
use crate::compile::{captured_value, compile_pattern};
use crate::kb::{KbError, KnowledgeBase};
use crate::model::{Capture, FactKind, Scalar};

/// A proposed pattern.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proposal {
    /// The pattern.
    pub pattern: String,
    /// Named groups, the facts they fill, and the value that the message gives.
    pub captures: Vec<(String, String, Scalar)>,
    /// Parts that vary and that no fact is for.
    pub loose: Vec<String>,
}

/// Proposes a pattern for a message.
///
/// # Errors
/// When an entry of the vocabulary cannot be decoded.
pub fn propose(kb: &KnowledgeBase, message: &str) -> Result<Proposal, KbError> {
    let mut maker = Maker { kb, out: Proposal::default(), words: message.split_whitespace().collect() };
    let mut rest = message;
    while let Some(c) = rest.chars().next() {
        let taken = maker.take(rest, c)?;
        rest = rest.get(taken.max(c.len_utf8())..).unwrap_or_default();
    }
    let mut out = maker.out;
    out.pattern = out.pattern.trim().to_owned();
    // A group whose value does not come out as its fact's type would fail its own example.
    if let Ok(pattern) = compile_pattern(&out.pattern)
        && let Some(found) = pattern.find_in(message.as_bytes(), (0, message.len()), false)
    {
        let groups = found.groups;
        for (group, fact, value) in &mut out.captures {
            let text =
                groups.iter().find(|(name, _)| name == group).and_then(|(_, (from, to))| message.get(*from..*to));
            let capture = Capture { fact: fact.clone(), map: std::collections::BTreeMap::new(), absent: None };
            let read = kb.vocabulary(fact)?.and_then(|entry| captured_value(&capture, entry, text));
            *value = read.unwrap_or_else(|| text.unwrap_or_default().into());
        }
    }
    Ok(out)
}

/// Why a pattern cannot be used, in words; `None` when it can.
#[must_use]
pub fn unusable(pattern: &str, message: &str) -> Option<&'static str> {
    let Ok(compiled) = compile_pattern(pattern) else { return Some("it does not compile") };
    if !compiled.is_match(message.as_bytes()) {
        return Some("it does not match the message it was made of");
    }
    if branches(pattern).into_iter().any(|branch| required_literals(branch).is_empty()) {
        return Some("nothing in it is fixed, so the text filter cannot find it");
    }
    None
}

/// Symptoms of other rules whose example the pattern matches: rule and symptom.
///
/// # Errors
/// When a rule cannot be decoded.
pub(super) fn noisy(kb: &KnowledgeBase, pattern: &str) -> Result<Vec<(String, String)>, KbError> {
    let mut out = Vec::new();
    let Ok(compiled) = compile_pattern(pattern) else { return Ok(out) };
    for file in kb.rules() {
        let rule = &file?.rule;
        for symptom in &rule.symptoms {
            if symptom.matches.iter().any(|example| compiled.is_match(example.text.as_bytes())) {
                out.push((rule.id.clone(), symptom.id.clone()));
            }
        }
    }
    Ok(out)
}

struct Maker<'a> {
    kb: &'a KnowledgeBase,
    out: Proposal,
    words: Vec<&'a str>,
}

impl Maker<'_> {
    /// Takes the next piece and returns its length in bytes.
    fn take(&mut self, rest: &str, c: char) -> Result<usize, KbError> {
        if c.is_whitespace() {
            self.out.pattern.push(' ');
            return Ok(rest.len() - rest.trim_start().len());
        }
        if rest.starts_with("http://") || rest.starts_with("https://") {
            let end = rest.find(|c: char| c.is_whitespace() || "\"'<>`".contains(c)).unwrap_or(rest.len());
            let url = rest.get(..end).unwrap_or_default().trim_end_matches(['.', ',', ')', ';', ':']);
            self.capture("url", "http.url", r#"https?://[^\s"'<>]+"#, url)?;
            return Ok(url.len());
        }
        if let Some(marker) = marker(rest) {
            self.out.pattern.push_str(r"<[\w-]+#\d+>");
            self.out.loose.push(marker.to_owned());
            return Ok(marker.len());
        }
        if "'\"`".contains(c)
            && let Some((inside, _)) = rest.get(1..).and_then(|tail| tail.split_once(c))
            && (1..=120).contains(&inside.len())
            && varies(inside)
        {
            self.out.pattern.push(c);
            if is_repo(inside) {
                self.capture("repo", "repo.id", r"[\w.\-]+/[\w.\-]+", inside)?;
            } else {
                self.out.pattern.push_str(&format!("[^{c}]{{1,120}}"));
                self.out.loose.push(inside.to_owned());
            }
            self.out.pattern.push(c);
            return Ok(inside.len() + 2);
        }
        if c.is_ascii_alphanumeric() || c == '/' || c == '~' {
            return self.word(rest);
        }
        if c.is_ascii() {
            self.literal(rest.get(..1).unwrap_or_default());
        } else if !self.out.pattern.ends_with(".{1,12}") {
            self.out.pattern.push_str(".{1,12}");
        }
        Ok(c.len_utf8())
    }

    fn word(&mut self, rest: &str) -> Result<usize, KbError> {
        let part = |c: char| c.is_ascii_alphanumeric() || "_./:-~@+=%,".contains(c);
        let end = rest.find(|c: char| !part(c)).unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default().trim_end_matches(['.', ',', ':', '-', '=', '/']);
        if word.is_empty() {
            self.literal(rest.get(..1).unwrap_or_default());
            return Ok(1);
        }
        let digits = word.find(|c: char| !(c.is_ascii_digit() || ".,:".contains(c))).unwrap_or(word.len());
        let (number, unit) = word.split_at(digits);
        let number_only = number.trim_end_matches(['.', ',', ':']);
        if !number_only.is_empty() && unit.len() <= 3 && unit.chars().all(|c| c.is_ascii_alphabetic() || c == '%') {
            self.number(number_only, word)?;
            // What trails the digits, and the unit, are fixed.
            self.literal(word.get(number_only.len()..).unwrap_or_default());
        } else if is_repo(word) && (varies(word) || word.len() > 12) {
            self.capture("repo", "repo.id", r"[\w.\-]+/[\w.\-]+", word)?;
        } else if word.starts_with(['/', '~']) || word.matches('/').count() > 1 {
            self.loose(word, r"[\w./~<>#:@%+=\-]+");
        } else if word.len() >= 7
            && word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
            && word.bytes().any(|b| b.is_ascii_digit())
        {
            self.loose(word, r"[\da-f\-]+");
        } else if word.bytes().any(|b| b.is_ascii_digit()) {
            self.loose(word, r"[\w.:=@+/\-]+");
        } else if self.is_named() && word.contains(['-', '_', '.']) {
            self.loose(word, r"[\w.\-]+");
        } else {
            self.literal(word);
        }
        Ok(word.len())
    }

    /// Whether the word before says that a name follows: `user mira-l`.
    fn is_named(&self) -> bool {
        let before = self.out.pattern.trim_end_matches([' ', ':', '\'', '"', '`', '@']).to_ascii_lowercase();
        let last = before.rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        matches!(last, "user" | "username" | "account" | "owner" | "org" | "organization" | "namespace" | "author")
    }

    fn number(&mut self, number: &str, word: &str) -> Result<(), KbError> {
        let class = match (number.contains(':'), number.contains(','), number.contains('.')) {
            (true, _, _) => r"\d[\d:]*",
            (_, true, _) => r"\d[\d,.]*",
            (_, _, true) => r"\d[\d.]*",
            _ => r"\d+",
        };
        match self.fact_near(word)? {
            Some((group, fact)) => self.capture(&group, &fact, class, number)?,
            None => self.loose(number, class),
        }
        Ok(())
    }

    /// A fact about a number whose name has a word that stands beside it.
    fn fact_near(&self, word: &str) -> Result<Option<(String, String)>, KbError> {
        let Some(at) = self.words.iter().position(|other| other.contains(word)) else { return Ok(None) };
        let near: Vec<String> = self
            .words
            .iter()
            .skip(at.saturating_sub(2))
            .take(5)
            .map(|word| {
                let letters: String = word.chars().filter(char::is_ascii_alphabetic).collect();
                stem(&letters.to_ascii_lowercase()).to_owned()
            })
            .collect();
        for id in self.kb.vocabulary_ids() {
            let Some(entry) = self.kb.vocabulary(id)? else { continue };
            let free = !self.out.captures.iter().any(|(_, fact, _)| fact == id);
            if !free || !matches!(entry.kind, FactKind::Int | FactKind::Number) {
                continue;
            }
            let last = id.rsplit('.').next().unwrap_or(id);
            // "after 25 failures" is no time to wait.
            let telling = |part: &&str| part.len() >= 4 && *part != "after";
            let named = last.split('_').filter(telling).find(|part| near.iter().any(|word| word == stem(part)));
            if let Some(named) = named {
                return Ok(Some((named.to_owned(), id.to_owned())));
            }
        }
        Ok(None)
    }

    fn capture(&mut self, group: &str, fact: &str, class: &str, text: &str) -> Result<(), KbError> {
        let taken = self.out.captures.iter().any(|(name, known, _)| name == group || known == fact);
        if taken || self.kb.vocabulary(fact)?.is_none() {
            self.loose(text, class);
            return Ok(());
        }
        self.out.pattern.push_str(&format!("(?P<{group}>{class})"));
        self.out.captures.push((group.to_owned(), fact.to_owned(), text.into()));
        Ok(())
    }

    fn loose(&mut self, text: &str, class: &str) {
        self.out.pattern.push_str(class);
        self.out.loose.push(text.to_owned());
    }

    fn literal(&mut self, text: &str) {
        for c in text.chars() {
            if r"\.+*?()|[]{}^$#&-~".contains(c) && c != '-' && c != '#' && c != '&' && c != '~' {
                self.out.pattern.push('\\');
            }
            self.out.pattern.push(c);
        }
    }
}

/// What a masked item looks like: `<user#1>`.
fn marker(rest: &str) -> Option<&str> {
    let end = rest.strip_prefix('<')?.find('>')?;
    let inside = rest.get(1..=end)?;
    let (kind, number) = inside.split_once('#')?;
    let plain = kind.chars().all(|c| c.is_ascii_lowercase() || c == '-') && number.bytes().all(|b| b.is_ascii_digit());
    (plain && !kind.is_empty() && !number.is_empty()).then(|| rest.get(..end + 2)).flatten()
}

/// Whether quoted words are a name rather than prose.
fn varies(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit() || "/_-.#".contains(c)) || (!text.contains(' ') && text.len() > 1)
}

fn is_repo(text: &str) -> bool {
    let name = |name: &str| {
        name.len() >= 2
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
            && name.chars().any(|c| c.is_ascii_alphabetic())
    };
    // The same form with the ending of a file is a path.
    const FILES: [&str; 16] = [
        "bin",
        "csv",
        "gguf",
        "gz",
        "json",
        "jsonl",
        "log",
        "md",
        "parquet",
        "pt",
        "py",
        "safetensors",
        "txt",
        "yaml",
        "yml",
        "zip",
    ];
    let is_file =
        text.rsplit_once('.').is_some_and(|(_, ending)| FILES.contains(&ending.to_ascii_lowercase().as_str()));
    !is_file && text.split_once('/').is_some_and(|(owner, repo)| name(owner) && name(repo))
}

#[cfg(test)]
mod tests {
    use super::{propose, unusable};
    use crate::kb::embedded;

    fn pattern(message: &str) -> String {
        let proposal = propose(&embedded().expect("the base"), message).expect("sound");
        assert_eq!(unusable(&proposal.pattern, message), None, "{}", proposal.pattern);
        proposal.pattern
    }

    #[test]
    fn what_varies_becomes_a_class_and_what_names_a_fact_a_capture() {
        assert_eq!(
            pattern("You already created this model repo: mira/report-model"),
            r"You already created this model repo: (?P<repo>[\w.\-]+/[\w.\-]+)"
        );
        assert_eq!(
            pattern("Limit of 12 widgets (60s requested vs. 5s left) at https://huggingface.co/x?y"),
            r#"Limit of \d+ widgets \((?P<requested>\d+)s requested vs\. (?P<left>\d+)s left\) at (?P<url>https?://[^\s"'<>]+)"#
        );
        assert_eq!(
            pattern("The widget 'a-b 1' of <user#1> (deadbeef12) is gone"),
            r"The widget '[^']{1,120}' of <[\w-]+#\d+> \([\da-f\-]+\) is gone"
        );
        assert_eq!(
            pattern("The lock of (user juno-dev) is held by another-process"),
            r"The lock of \(user [\w.\-]+\) is held by another-process"
        );
        assert_eq!(
            pattern("Hook 65 is off after 25 failures of out/model-00001.bin"),
            r"Hook \d+ is off after \d+ failures of [\w.:=@+/\-]+"
        );
        assert_eq!(pattern("It can’t be done twice"), "It can.{1,12}t be done twice");
    }
}
