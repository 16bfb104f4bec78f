//! The dialect of rule files, case by case.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

use hf_doctor::diag::yaml::{Breach, Limits, parse, to_json};
use serde_json::json;

fn value(text: &str) -> serde_json::Value {
    match parse(text, &Limits::RULES) {
        Ok(node) => to_json(&node),
        Err(errors) => panic!("{text:?} was refused: {errors:?}"),
    }
}

/// Breach and underlined words of every error.
fn refused(text: &str) -> Vec<(Breach, String)> {
    match parse(text, &Limits::RULES) {
        Ok(node) => panic!("{text:?} was read as {}", to_json(&node)),
        Err(errors) => errors
            .into_iter()
            .map(|e| (e.breach, text.get(e.span).expect("a span inside the text").to_owned()))
            .collect(),
    }
}

fn one(text: &str, breach: Breach, words: &str) {
    assert_eq!(refused(text), [(breach, words.to_owned())], "{text:?}");
}

#[test]
fn plain_words_and_numbers_mean_what_they_say() {
    assert_eq!(
        value("a: word\nb: 12\nc: -0.5\nd: true\ne: 2026-04-03\nf: 0.23.1\ng: 12ab\nh: 5:03:25\ni: 1e\n"),
        json!({"a": "word", "b": 12, "c": -0.5, "d": true, "e": "2026-04-03", "f": "0.23.1", "g": "12ab", "h": "5:03:25", "i": "1e"})
    );
    assert_eq!(
        value("a: \"no\"\nb: '017'\nc: \"null\"\nd: ''\n"),
        json!({"a": "no", "b": "017", "c": "null", "d": ""})
    );
    assert_eq!(value("9007199254740992: 9007199254740992\n"), json!({"9007199254740992": 9_007_199_254_740_992_i64}));
    assert_eq!(value("a: [x, {b: c}]\nd:\n  - e\n  - f: g\n"), json!({"a": ["x", {"b": "c"}], "d": ["e", {"f": "g"}]}));
    assert_eq!(value("a: |\n  x\n   y\nb: >\n  p\n  q\n"), json!({"a": "x\n y\n", "b": "p q\n"}));
    assert_eq!(value("a: {}\nb: []\n"), json!({"a": {}, "b": []}));
}

#[test]
fn words_that_readers_disagree_about_are_refused_in_any_case() {
    for word in ["yes", "No", "ON", "off", "y", "N", "True", "FALSE", "null", "Null", "~"] {
        one(&format!("a: {word}\n"), Breach::Ambiguous, word);
        one(&format!("a: [{word}]\n"), Breach::Ambiguous, word);
    }
    one("on: 1\n", Breach::Ambiguous, "on");
    one("a:\nb: 1\n", Breach::Ambiguous, "a");
    one("a: {b, c: 1}\n", Breach::Ambiguous, "b");
}

#[test]
fn numbers_that_readers_disagree_about_are_refused() {
    for word in [
        "017",
        "00",
        "-01.5",
        "1_000",
        "1e5",
        "1.5E-3",
        ".5",
        "5.",
        "+5",
        "-0",
        "0x1F",
        "0o17",
        "0b11",
        ".inf",
        "-.INF",
        ".nan",
        "NaN",
        "inf",
        "9007199254740993",
        "99999999999999999999",
        "1e400",
        "12345678901234567.5",
    ] {
        one(&format!("a: {word}\n"), Breach::Ambiguous, word);
    }
    let long = "4".repeat(400);
    one(&format!("a: {long}\n"), Breach::Ambiguous, &long);
}

#[test]
fn features_outside_the_dialect_are_refused() {
    one("a: &x 1\n", Breach::Feature, "&x");
    one("a: &x [1]\n", Breach::Feature, "&x");
    one("a: !!str 1\n", Breach::Feature, "!!str");
    one("a: !foo {b: 1}\n", Breach::Feature, "!foo");
    assert_eq!(refused("a: &x 1\nb: *x\n"), [(Breach::Feature, "&x".to_owned()), (Breach::Feature, "*x".to_owned())]);
    assert_eq!(refused("b: {<<: {a: 1}}\n"), [(Breach::Feature, "<<".to_owned())]);
    one("a: 1\n---\nb: 2\n", Breach::Feature, "---");
    one("[a]: 1\n", Breach::Feature, "[");
}

#[test]
fn keys_are_given_once_at_any_depth() {
    let errors = parse("a: {b: {c: 1, c: 2}}\na: 3\n", &Limits::RULES).expect_err("refused");
    let shown: Vec<_> =
        errors.iter().map(|e| (e.message.as_str(), e.span.clone(), e.other.clone().map(|(r, _)| r))).collect();
    assert_eq!(shown, [("`c` is given twice", 14..15, Some(8..9)), ("`a` is given twice", 21..22, Some(0..1))]);
}

#[test]
fn invisible_characters_are_refused_raw_and_escaped() {
    for c in ['\u{7f}', '\u{85}', '\u{200b}', '\u{200f}', '\u{2028}', '\u{202e}', '\u{2066}', '\u{feff}', '\u{61c}'] {
        one(&format!("a: \"x{c}\"\n"), Breach::Character, &c.to_string());
        one(&format!("a: 1 # {c}\n"), Breach::Character, &c.to_string());
    }
    one("a: \"\\u202e\"\n", Breach::Character, "\"\\u202e\"");
    one("a: \"\\e[0m\"\n", Breach::Character, "\"\\e[0m\"");
    assert_eq!(value("a: \"x\\ty\\n\"\n"), json!({"a": "x\ty\n"}));
}

#[test]
fn tabs_are_content_only() {
    assert_eq!(value("a: |\n  x\ty\nb: \"p\tq\"\n# c\td\n"), json!({"a": "x\ty\n", "b": "p\tq"}));
    one("a:\n\tb: 1\n", Breach::Character, "\t");
    one("a:\tb\n", Breach::Character, "\t");
    one("a: 1\nb: c\n\td: e\n", Breach::Character, "\t");
}

#[test]
fn spans_are_bytes_even_after_wide_characters() {
    let text = "\u{feff}é: [ü, {ß: no}]\nsmile: '😀' # 😀\nlast: off\n";
    assert_eq!(refused(text), [(Breach::Ambiguous, "no".to_owned()), (Breach::Ambiguous, "off".to_owned())]);
    let text = "é: [ü, {ß: x}]\nlong: |\n  a\n  b\nlast: 'z'\n";
    let node = parse(text, &Limits::RULES).expect("readable");
    let word = |route: &str| node.lookup(route).and_then(|(n, _)| text.get(n.span.clone())).map(str::to_owned);
    assert_eq!(word("/é").as_deref(), Some("[ü, {ß: x}]"));
    assert_eq!(word("/é/1/ß").as_deref(), Some("x"));
    assert_eq!(word("/long").as_deref(), Some("a\n  b"));
    assert_eq!(word("/last").as_deref(), Some("'z'"));
    assert_eq!(word("/nothing"), None);
    let key = node.lookup("/é/1/ß").and_then(|(_, key)| text.get(key?.clone()));
    assert_eq!(key, Some("ß"));
}

#[test]
fn syntax_errors_point_at_their_line() {
    let line = |text: &str| {
        let errors = parse(text, &Limits::RULES).expect_err("refused");
        assert_eq!(errors.len(), 1, "{errors:?}");
        text.get(..errors[0].span.start).map(|t| t.matches('\n').count() + 1)
    };
    assert_eq!(line("a: 1\nb: 'open\nc: 2\n"), Some(2));
    assert_eq!(line("a: 1\nb: c: d\n"), Some(2));
    assert_eq!(line("a:\n  b: 1\n c: 2\n"), Some(3));
    assert_eq!(line("a: [1, 2\n"), Some(1));
    assert_eq!(line("a: 1\nb: @x\n"), Some(2));
}

#[test]
fn anything_at_all_is_read_or_refused_but_never_panics() {
    let pieces = [
        "a", ": ", "\n", "  ", "- ", "[", "]", "{", "}", ",", "'", "\"", "|", ">", "&a ", "*a", "!t ", "#", "%", "---",
        "...", "?", "\t", "é", "\u{202e}", "<<", "~", "0", "\r", "\\",
    ];
    // A small linear generator: the same texts on every run.
    let mut state: u64 = 7;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let index = usize::try_from(state >> 33).expect("31 bits") % pieces.len();
            text.push_str(pieces[index]);
        }
        if let Err(errors) = parse(&text, &Limits::RULES) {
            assert!(!errors.is_empty(), "{text:?}");
            assert!(errors.iter().all(|e| text.get(e.span.clone()).is_some()), "{text:?}: {errors:?}");
        }
    }
}
