//! Texts are Markdown: raw HTML in them, and names of products spelt another way than these spell themselves.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::sink::Sink;
use super::texts::Text;
use crate::diag::{Code, Diagnostic};
use crate::kb::parts::Parts;

/// How names are often written, and how they are spelt. Compared word by word, letter by letter.
const NAMES: &[(&str, &str)] = &[
    ("HuggingFace", "Hugging Face"),
    ("Huggingface", "Hugging Face"),
    ("Hugging face", "Hugging Face"),
    ("hugging face", "Hugging Face"),
    ("ZeroGpu", "ZeroGPU"),
    ("Zero GPU", "ZeroGPU"),
    ("Zero-GPU", "ZeroGPU"),
    ("zeroGPU", "ZeroGPU"),
    ("Github", "GitHub"),
    ("Gitlab", "GitLab"),
    ("Javascript", "JavaScript"),
    ("Typescript", "TypeScript"),
    ("Pytorch", "PyTorch"),
    ("Tensorflow", "TensorFlow"),
    ("Open AI", "OpenAI"),
    ("OpenAi", "OpenAI"),
    ("MacOS", "macOS"),
    ("Mac OS", "macOS"),
    ("Inference providers", "Inference Providers"),
    ("inference providers", "Inference Providers"),
    ("Inference endpoints", "Inference Endpoints"),
    ("Git-LFS", "Git LFS"),
    ("Wifi", "Wi-Fi"),
];

/// Checks all texts that are Markdown.
pub(crate) fn check(_: &Parts, sink: &mut Sink<'_>) {
    for text in sink.texts.clone().iter().filter(|text| !text.code) {
        let html = text.body.contains('<');
        let named = NAMES.iter().any(|(wrong, _)| text.body.contains(wrong));
        if html || named {
            one(text, sink);
        }
    }
}

fn one(text: &Text<'_>, sink: &mut Sink<'_>) {
    // What stands in an expression is no Markdown; letters in its place keep every position.
    let plain = without_expressions(text.body);
    let mut inside_code = false;
    for (event, range) in Parser::new(&plain).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => inside_code = true,
            Event::End(TagEnd::CodeBlock) => inside_code = false,
            Event::Html(_) | Event::InlineHtml(_) => {
                let line = plain.get(range.clone()).unwrap_or_default().trim_end();
                let shown: String = line.lines().next().unwrap_or_default().chars().take(40).collect();
                let message = format!("`{shown}` is read as HTML and not shown");
                let place = text.origin.slice(range.start..range.start + line.len());
                let help = "put a placeholder or a tag into backticks; write emphasis as Markdown";
                sink.push(Diagnostic::new(Code::RawHtml, place, message).help(help));
            }
            Event::Text(_) if !inside_code => names(text, &plain, range, sink),
            _ => {}
        }
    }
}

fn names(text: &Text<'_>, plain: &str, range: Range<usize>, sink: &mut Sink<'_>) {
    let words = plain.get(range.clone()).unwrap_or_default();
    for (wrong, right) in NAMES {
        for (i, _) in words.match_indices(wrong) {
            let (start, end) = (range.start + i, range.start + i + wrong.len());
            if stands_alone(plain, start, end) {
                let message = format!("`{wrong}` is spelt `{right}`");
                let help = "put it into backticks when a program prints it like this";
                sink.push(Diagnostic::new(Code::Spelling, text.origin.slice(start..end), message).help(help));
            }
        }
    }
}

/// Whether a word is no part of a longer one, of an address or of a name in code, and not quoted.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|t| t.chars().next_back());
    let mut after = text.get(end..).unwrap_or_default().chars();
    let part = |c: char| c.is_alphanumeric() || "_/@-\"'`#".contains(c);
    let (next, second) = (after.next(), after.next());
    // A full stop ends a sentence, or goes on to `.com`.
    let domain = next == Some('.') && second.is_some_and(char::is_alphanumeric);
    let quoted = text.get(..start).is_some_and(|t| t.matches('"').count() % 2 == 1);
    !before.is_some_and(|c| part(c) || c == '.') && !next.is_some_and(part) && !domain && !quoted
}

/// The text with every `{{ .. }}` replaced by letters.
fn without_expressions(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once("{{") {
        let Some((expression, after)) = inside.split_once("}}") else { break };
        out.push_str(before);
        out.push_str(&"x".repeat(expression.len() + 4));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{stands_alone, without_expressions};

    #[test]
    fn expressions_keep_their_width() {
        assert_eq!(without_expressions("a {{ '<b>' }} c {{ open"), "a xxxxxxxxxxx c {{ open");
    }

    #[test]
    fn parts_of_longer_words_are_no_names() {
        let alone = |text: &str| text.find("Github").is_some_and(|i| stands_alone(text, i, i + 6));
        assert!(alone("on Github.") && alone("Github") && alone("(Github)"));
        assert!(!alone("Github.com") && !alone("my-Github") && !alone("\"Github says\"") && !alone("Githubs"));
    }
}
