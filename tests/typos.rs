//! Slips of a hurried author, each in a real rule file: the exact place, and what was probably meant.
//!
//! Every row changes one thing in a copy of the rules and says which words have to be underlined. The whole table:
//! `cargo test --test typos -- --nocapture`.
#![allow(clippy::print_stdout, reason = "the table, with --nocapture")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::{Path, PathBuf};

use hf_doctor::author::check_scope;
use hf_doctor::kb::Scope;

const RULE: &str = "zerogpu/zerogpu-ip-based-quota.yaml";

/// One slip.
struct Slip {
    /// What happened.
    name: &'static str,
    /// What stands in the file, once or for the first time.
    right: &'static str,
    /// What the author typed.
    wrong: &'static str,
    /// Where the finding has to begin: the first such words from the changed line on.
    at: &'static str,
    /// The code of the finding.
    code: &'static str,
    /// Part of the help that says what to write; empty where nobody can know.
    help: &'static str,
}

const fn slip(
    name: &'static str,
    right: &'static str,
    wrong: &'static str,
    at: &'static str,
    code: &'static str,
    help: &'static str,
) -> Slip {
    Slip { name, right, wrong, at, code, help }
}

const SLIPS: &[Slip] = &[
    slip("wrong key", "title: The Space", "titel: The Space", "titel", "KB011", "`title`"),
    slip(
        "wrong key, deep inside",
        "        weight: decisive",
        "        wieght: decisive",
        "wieght",
        "KB011",
        "`weight`",
    ),
    slip("wrong key in brackets", "{package: spaces", "{packge: spaces", "packge", "KB011", "`package`"),
    slip("a key one column to the left", "    prior: usual", "   prior: usual", "prior", "KB004", "align"),
    slip("a list item one column to the left", "  - id: undecodable", " - id: undecodable", "- id", "KB004", "align"),
    slip("a key one column to the right", "    layer: hint", "     layer: hint", "layer", "KB004", "align"),
    slip(
        "fact name in a condition",
        "{zerogpu.logged_in: false",
        "{zerogpu.loged_in: false",
        "zerogpu.loged_in",
        "KB023",
        "`zerogpu.logged_in`",
    ),
    slip(
        "fact name in a capture",
        "reason: zerogpu.fallback_reason",
        "reason: zerogpu.fallback_reson",
        "zerogpu.fallback_reson",
        "KB023",
        "`zerogpu.fallback_reason`",
    ),
    slip("weight word", "weight: strong", "weight: storng", "storng", "KB014", "`strong`"),
    slip("prior word", "prior: occasional", "prior: ocasional", "ocasional", "KB014", "`occasional`"),
    slip("a day that does not exist", "verified: 2026-11-20", "verified: 2026-11-31", "2026-11-31", "KB014", "30 days"),
    slip(
        "a day the other way round",
        "verified: 2026-11-20",
        "verified: 20-11-2026",
        "20-11-2026",
        "KB014",
        "`2026-11-20`",
    ),
    slip(
        "until before from",
        "{from: 2025-03-01}",
        "{from: 2025-03-01, until: 2025-02-01}",
        "2025-02-01",
        "KB030",
        "`until`",
    ),
    slip(
        "quote not closed",
        "      - text: ZeroGPU client error",
        "      - text: \"ZeroGPU client error",
        "\"ZeroGPU client error",
        "KB004",
        "close it",
    ),
    slip(
        "bracket not closed",
        "    sources: [spaces-client-source, zerogpu-forum-ip-fallback]\n  - id",
        "    sources: [spaces-client-source, zerogpu-forum-ip-fallback\n  - id",
        "[spaces",
        "KB004",
        "close",
    ),
    slip(
        "two commas",
        "see_also: [zerogpu-quota-exceeded]",
        "see_also: [zerogpu-quota-exceeded,, ]",
        ", ]",
        "KB004",
        "comma",
    ),
    slip(
        "list instead of mapping",
        "emitted_by: {package: spaces, versions: \">=0.32.0\"}",
        "emitted_by: [spaces]",
        "[spaces]",
        "KB013",
        "`{package: ",
    ),
    slip(
        "mapping instead of list",
        "      - Falling back to CPU",
        "      cpu: Falling back to CPU",
        "cpu",
        "KB013",
        "`- `",
    ),
    slip(
        "word instead of list",
        "sources: [zerogpu-gradio-changelog, zerogpu-forum-ip-fallback]",
        "sources: zerogpu-gradio-changelog",
        "zerogpu-gradio",
        "KB013",
        "`- `",
    ),
    slip("key twice", "status: stable\n", "status: stable\nversion: 2\n", "version: 2", "KB006", "keep one"),
    slip("tab", "    layer: hint", "\tlayer: hint", "\t", "KB008", "blanks"),
    slip(
        "cause id with underscores",
        "id: zerogpu-identity-not-attributed",
        "id: zerogpu_identity_not_attributed",
        "zerogpu_id",
        "KB022",
        "`zerogpu-identity-not-attributed`",
    ),
    slip(
        "cause id copied",
        "id: zerogpu-space-gradio-outdated",
        "id: zerogpu-identity-not-attributed",
        "zerogpu-identity",
        "KB020",
        "",
    ),
    slip(
        "step id",
        "- reload-zerogpu-page",
        "- reload-zerogpu-pag",
        "reload-zerogpu-pag",
        "KB026",
        "`reload-zerogpu-page`",
    ),
    slip(
        "source id",
        "[zerogpu-gradio-changelog",
        "[zerogpu-gradio-changlog",
        "zerogpu-gradio-changlog",
        "KB025",
        "`zerogpu-gradio-changelog`",
    ),
    slip(
        "rule id",
        "[zerogpu-quota-exceeded]",
        "[zerogpu-qouta-exceeded]",
        "zerogpu-qouta",
        "KB028",
        "`zerogpu-quota-exceeded`",
    ),
    slip(
        "symptom id",
        "{symptom: says-ip-quota}",
        "{symptom: says-ip-qota}",
        "says-ip-qota",
        "KB027",
        "`says-ip-quota`",
    ),
    slip(
        "id unlike the file name",
        "id: zerogpu-ip-based-quota",
        "id: zerogpu-ip-based-qouta",
        "zerogpu-ip-based-qouta",
        "KB021",
        "`id: zerogpu-ip-based-quota`",
    ),
    slip("filter name", "_version') }} is older", "_version') | duraton }} is older", "duraton", "KB050", "`duration`"),
    slip(
        "function name",
        "{{ value('space.gradio_version') }} is",
        "{{ vlaue('space.gradio_version') }} is",
        "vlaue",
        "KB050",
        "`value`",
    ),
    slip(
        "fact('..')",
        ".unauthenticated'",
        ".unautenticated'",
        "zerogpu.daily_quota_minutes.unautenticated",
        "KB051",
        ".unauthenticated`",
    ),
    slip(
        "value('..')",
        "{{ value('space.gradio_version') }} passes",
        "{{ value('space.gradio_verison') }} passes",
        "space.gradio_verison",
        "KB023",
        "`space.gradio_version`",
    ),
    slip(
        "brace missing",
        "{{ value('space.gradio_version') }} passes",
        "{{ value('space.gradio_version') } passes",
        "}",
        "KB050",
        "}}",
    ),
    slip("layer", "layer: hint", "layer: hnit", "hnit", "KB014", "`hint`"),
    slip(
        "value of an enum",
        "hf-space, incognito, embed",
        "hf-space, incognitto, embed",
        "incognitto",
        "KB024",
        "`incognito`",
    ),
    slip("operator", "{before: \"5.16.1\"}", "{befor: \"5.16.1\"}", "befor", "KB015", "`before`"),
    slip("colon missing", "    prior: rare", "    prior rare", "prior rare", "KB004", "`prior: `"),
    slip("blank after the colon missing", "    prior: rare", "    prior:rare", "prior:rare", "KB004", "`prior: `"),
    slip("yes", "{zerogpu.logged_in: true}", "{zerogpu.logged_in: yes}", "yes", "KB007", "`true`"),
    slip("number with a leading zero", "version: 1\n", "version: 01\n", "01", "KB007", "`1`"),
    slip(
        "version without quotes around a range",
        "versions: \">=0.32.0\"",
        "versions: \"=>0.32.0\"",
        "\"=>",
        "KB017",
        ">=",
    ),
    slip("group name", "(?P<reason>", "(?P<raeson>", "reason: zerogpu", "KB044", "`raeson`"),
];

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("create folder");
    for entry in fs::read_dir(from).expect("read folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copy file");
        }
    }
}

/// Line and column, from 1, of the first `words` on or after the line of byte `from`.
fn place(text: &str, from: usize, words: &str) -> (usize, usize) {
    let line = text[..from].rfind('\n').map_or(0, |n| n + 1);
    let byte = line + text[line..].find(words).expect("the words are there");
    let start = text[..byte].rfind('\n').map_or(0, |n| n + 1);
    (text[..byte].matches('\n').count() + 1, text[start..byte].chars().count() + 1)
}

#[test]
fn every_slip_gets_its_place_and_its_suggestion() {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("typos");
    let _ = fs::remove_dir_all(&dir);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"), &dir);
    let original = fs::read_to_string(dir.join(RULE)).expect("the rule");
    let scope = Scope::of(vec![RULE.to_owned()]);
    let (mut misplaced, mut suggested) = (Vec::new(), 0);
    let nothing = ("-", (0, 0), "no finding at all".to_owned(), String::new());
    for slip in SLIPS {
        let from = original.find(slip.right).unwrap_or_else(|| panic!("`{}` is not in the rule", slip.right));
        let text = original.replacen(slip.right, slip.wrong, 1);
        fs::write(dir.join(RULE), &text).expect("write");
        let outcome = check_scope(&dir, None, &scope);
        // A quote that is not closed begins on the line before the one that changed.
        let expected = place(&text, from, slip.at);
        let all: Vec<_> = outcome
            .diagnostics
            .iter()
            .map(|one| {
                let at = outcome.files.position(&one.location).map_or((1, 1), |at| (at.line, at.column));
                (one.code.name(), at, one.message.clone(), one.help.clone().unwrap_or_default())
            })
            .collect();
        let found = all.iter().find(|one| one.0 == slip.code && one.1 == expected);
        let meant = found.is_some_and(|one| !slip.help.is_empty() && one.3.contains(slip.help));
        suggested += usize::from(meant);
        let (shown, mark) = match found {
            Some(one) => (one, if meant { "ok" } else { "no suggestion" }),
            None => (all.first().unwrap_or(&nothing), "WRONG PLACE"),
        };
        println!("{:<40} {} {}:{} {} (help: {}) [{mark}]", slip.name, shown.0, shown.1.0, shown.1.1, shown.2, shown.3);
        if found.is_none() {
            misplaced.push(format!("{}: expected {} at {expected:?}, got {all:#?}", slip.name, slip.code));
        }
    }
    println!(
        "{} slips, {} at the exact place, {suggested} with the right suggestion",
        SLIPS.len(),
        SLIPS.len() - misplaced.len()
    );
    assert!(misplaced.is_empty(), "{}", misplaced.join("\n"));
    assert!(SLIPS.len() >= 30);
    // Of a copied id nobody can know what it was to become.
    assert!(suggested + 1 >= SLIPS.len(), "{suggested} of {}", SLIPS.len());
}
