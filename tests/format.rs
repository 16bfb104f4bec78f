//! One layout for every file: values and comments stay, a second run changes nothing, the shipped files have it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::PathBuf;

use hf_doctor::author::list;
use hf_doctor::diag::yaml::{Limits, parse, to_json};
use hf_doctor::format::{Refusal, layout};
use proptest::prelude::*;

fn shipped() -> Vec<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    list(&root.join("rules"), &mut files);
    list(&root.join("tests/cases"), &mut files);
    files.sort();
    assert!(files.len() > 700, "only {} files found", files.len());
    files
}

fn laid(text: &str) -> String {
    layout(text, &Limits::RULES).unwrap_or_else(|problem| panic!("{problem:?}\n{text}"))
}

#[test]
fn shipped_files_are_laid_out() {
    let wrong: Vec<String> = shipped()
        .iter()
        .filter(|file| {
            let text = fs::read_to_string(file).expect("readable");
            laid(&text) != text
        })
        .map(|file| file.display().to_string())
        .collect();
    let some = wrong.get(..wrong.len().min(5)).unwrap_or_default().join(", ");
    assert!(wrong.is_empty(), "run `hf-doctor kb fmt`; {} files are not laid out: {some}", wrong.len());
}

/// The shipped files have their layout, so each is bent out of shape first: indented differently, with comments in
/// every place that can hold one, Windows line ends.
#[test]
fn bent_files_come_back_with_all_comments() {
    for file in shipped().iter().step_by(5) {
        let text = fs::read_to_string(file).expect("readable");
        let wide = wider(&text);
        let value = to_json(&parse(&text, &Limits::RULES).expect("sound"));
        let Ok(tree) = parse(&wide, &Limits::RULES) else { panic!("{}: not bent well\n{wide}", file.display()) };
        assert_eq!(to_json(&tree), value, "{}", file.display());
        let again = laid(&wide);
        assert_eq!(to_json(&parse(&again, &Limits::RULES).expect("sound")), value, "{}", file.display());
        assert_eq!(laid(&again), again, "{}", file.display());
        let of = |text: &str| {
            let mut found: Vec<String> = text
                .split(['\r', '\n'])
                .filter_map(|l| l.find("# above").or(l.find("# behind")).and_then(|i| l.get(i..)))
                .map(|c| c.trim().to_owned())
                .collect();
            found.sort();
            found
        };
        assert_eq!(of(&wide), of(&again), "{}\n{again}", file.display());
    }
}

/// Doubles the indentation and adds comments; block texts stay whole because all of their lines move alike.
fn wider(text: &str) -> String {
    let mut out = String::new();
    let mut block: Option<usize> = None;
    for (n, line) in text.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        block = block.filter(|parent| indent > *parent || line.trim().is_empty());
        if block.is_none() && !line.trim().is_empty() && !line.starts_with('#') {
            if n % 3 == 0 {
                out.push_str(&format!("{}# above {n}\r\n", " ".repeat(indent * 2)));
            }
            let body = line.trim_start();
            let dash = body.starts_with("- ");
            let body = if dash { format!("-   {}", &body[2..]) } else { body.to_owned() };
            let starts = [": |", ": |-", ": >", ": >-"].iter().any(|mark| body.ends_with(mark));
            let behind = if n % 4 == 0 && !starts { format!("   # behind {n}  ") } else { String::new() };
            out.push_str(&format!("{}{body}{behind}\r\n", " ".repeat(indent * 2)));
            if starts {
                block = Some(indent + if dash { 2 } else { 0 });
            }
        } else if line.trim().is_empty() {
            out.push_str(if block.is_some() { "\r\n" } else { "\r\n\r\n" });
        } else {
            out.push_str(&format!("{}{line}\r\n", " ".repeat(if block.is_some() { indent_of(block) + 2 } else { 0 })));
        }
    }
    out
}

fn indent_of(block: Option<usize>) -> usize {
    block.unwrap_or_default()
}

#[test]
fn a_rule_gets_its_order_quotes_and_indentation() {
    let text = "\
id:   x   # the name
# yaml-language-server: $schema=s
causes:
- title: 'plain: not'
  id: c
  for:
  - {weight: strong, when: {a.b: [\"1.0\", \"two\"]}, because: \"why\"}   # behind
  # below the evidence
  # about the next one
- id: d

  # dangling
version: 1
symptoms:
  - pattern: a+ literal
    id: \"s\"
    layer: decisive




summary: >
  folded
  text
";
    let wanted = "\
id: x  # the name
version: 1

summary: >
  folded
  text
symptoms:
  - id: s
    layer: decisive
    pattern: 'a+ literal'
# yaml-language-server: $schema=s
causes:
  - id: c
    title: \"plain: not\"
    for:
      - {when: {a.b: [\"1.0\", two]}, weight: strong, because: why}  # behind
      # below the evidence
      # about the next one
  - id: d

    # dangling
";
    assert_eq!(laid(text), wanted);
}

#[test]
fn a_misspelt_key_stays_where_it_is() {
    let text = "id: x\nverson: 1\nsymptoms: []\nsummary: why\ncauses: []\n";
    assert_eq!(laid(text), text);
}

#[test]
fn what_is_too_wide_is_written_over_several_lines_and_nothing_else_is_joined() {
    let long = "x".repeat(150);
    assert_eq!(laid(&format!("a: {{b: {long}, c: [1, 2]}} # c\n")), format!("a:  # c\n  b: {long}\n  c: [1, 2]\n"));
    assert_eq!(laid(&format!("- {{b: {long}, c: 1}} # c\n")), format!("# c\n- b: {long}\n  c: 1\n"));
    assert_eq!(laid("a:\n    - 1\n    - 2\n"), "a:\n  - 1\n  - 2\n");
    assert_eq!(laid("a: [1, # one\n  2]\n"), "a:\n  - 1  # one\n  - 2\n");
    assert_eq!(laid("a: [\n  ]\nb: {}\n"), "a: []\nb: {}\n");
    assert_eq!(laid("a: one\n  two\nb: |+\n  x\n\nc: 1"), "a: one two\nb: \"x\\n\\n\"\n\nc: 1\n");
}

#[test]
fn texts_that_somebody_reads_differently_keep_their_quotes() {
    for kept in [
        "\"1.0\"",
        "\"yes\"",
        "\"12:30\"",
        "\"1e5\"",
        "\"a: b\"",
        "\"a #b\"",
        "\" a\"",
        "\"-\"",
        "\"\"",
        "\"0x1f\"",
        "\"2026-01-31\"",
        "\"\\u00a0\"",
    ] {
        assert_eq!(laid(&format!("a: {kept}\n")), format!("a: {kept}\n"));
    }
    for plain in ["a, b", "a:b", "it's", "69e170595a68", "x#y", "v1.0"] {
        assert_eq!(laid(&format!("a: \"{plain}\"\n")), format!("a: {plain}\n"));
    }
    assert_eq!(laid("a: 2026-01-31\n"), "a: 2026-01-31\n");
    assert_eq!(laid("a: [\"x, y\", 'z']\n"), "a: [\"x, y\", z]\n");
    assert_eq!(laid("a: 'C:\\dir'\n"), "a: C:\\dir\n");
    assert_eq!(laid("a: ' C:\\dir \"'\n"), "a: ' C:\\dir \"'\n");
}

#[test]
fn what_cannot_be_read_is_refused() {
    for broken in ["a: [1\n", "a: &x 1\n", "a: 1\na: 2\n", "", "a:\n\t- b\n"] {
        assert!(matches!(layout(broken, &Limits::RULES), Err(Refusal::Unreadable(_))), "{broken:?}");
    }
}

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,6}",
        "[0-9]{1,3}\\.[0-9]{1,2}".prop_map(|n| format!("\"{n}\"")),
        "[ -~]{0,30}".prop_map(|text| format!("'{}'", text.replace('\'', "''"))),
        "[ -!#-\\[\\]-~é…]{0,30}".prop_map(|text| format!("\"{text}\\n\"")),
        Just("true".to_owned()),
        Just("17".to_owned()),
    ]
}

/// A block of YAML with comments in all places, indented by any width.
fn block(depth: u32) -> BoxedStrategy<Vec<String>> {
    let leaf = (scalar(), comment()).prop_map(|(word, comment)| vec![format!("{word}{comment}")]);
    if depth == 0 {
        return leaf.boxed();
    }
    let list = (proptest::collection::vec((block(depth - 1), above()), 1..4), 1..4_usize).prop_map(|(items, width)| {
        let mut out = Vec::new();
        for (item, above) in items {
            out.extend(above);
            for (i, line) in item.iter().enumerate() {
                let head = if i == 0 { format!("-{}", " ".repeat(width)) } else { " ".repeat(width + 1) };
                out.push(format!("{head}{line}"));
            }
        }
        out
    });
    let map = (proptest::collection::vec((block(depth - 1), above(), comment()), 1..4), 1..5_usize).prop_map(
        |(entries, width)| {
            let mut out = Vec::new();
            for (i, (value, above, behind)) in entries.into_iter().enumerate() {
                out.extend(above);
                out.push(format!("key{i}:{behind}"));
                out.extend(value.iter().map(|line| format!("{}{line}", " ".repeat(width))));
            }
            out
        },
    );
    let text = "[a-z]{1,5}( [a-z#:]{1,9}){0,3}".prop_map(|text| {
        vec!["text: |  # mark".to_owned(), format!("  {text}"), String::new(), "   deeper".to_owned()]
    });
    let flow = (proptest::collection::vec(scalar(), 0..4), comment())
        .prop_map(|(items, comment)| vec![format!("[{}]{comment}", items.join(", "))]);
    prop_oneof![1 => leaf, 3 => list, 3 => map, 1 => text, 1 => flow].boxed()
}

fn comment() -> impl Strategy<Value = String> {
    prop_oneof![3 => Just(String::new()), 1 => "[a-z]{1,5}".prop_map(|word| format!("   # {word}"))]
}

fn above() -> impl Strategy<Value = Vec<String>> {
    prop_oneof![
        4 => Just(vec![]),
        1 => Just(vec![String::new(), String::new()]),
        1 => "[a-z ]{1,9}".prop_map(|word| vec![format!("#{word}")]),
        1 => "[a-z]{1,9}".prop_map(|word| vec![format!("# {word}"), String::new()]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_file_keeps_its_meaning(lines in block(4)) {
        let text = lines.join("\n");
        prop_assume!(parse(&text, &Limits::RULES).is_ok_and(|tree| !to_json(&tree).is_string()));
        let once = match layout(&text, &Limits::RULES) {
            Ok(once) => once,
            Err(problem) => panic!("{problem:?}\n{text}"),
        };
        let again = layout(&once, &Limits::RULES).unwrap_or_else(|problem| panic!("{problem:?}\n{once}"));
        prop_assert_eq!(&again, &once, "not stable:\n{}", text);
        for line in once.lines() {
            prop_assert!(line.trim_end() == line || line.contains('\''), "blanks at the end of {:?}", line);
        }
    }
}
