//! A message leads to its page: by the box of the page, and by looking for it in titles.

use hf_doctor::docs::search_index;

use crate::support::{day, engine, root, site, text};

/// Messages as clients and the server print them, and the page that must come first.
fn expected() -> Vec<(String, String)> {
    let table = std::fs::read_to_string(root().join("tests/site/messages.tsv")).expect("the table");
    let rows = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    rows.map(|line| {
        let (rule, message) = line.split_once('\t').expect("a rule, a tab, a message");
        (format!("problems/{rule}"), message.to_owned())
    })
    .collect()
}

#[test]
fn the_box_finds_the_page_of_a_message() {
    let index = search_index(engine(), day()).expect("an index");
    let table = expected();
    assert!(table.len() >= 40, "{} messages", table.len());
    let mut wrong = Vec::new();
    for (page, message) in &table {
        let found = index.find(message);
        let first = found.first().map(|(entry, _)| entry.path.as_str());
        if first != Some(page) {
            wrong.push(format!("{message}\n    wanted {page}, got {first:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), table.len(), wrong.join("\n"));
}

#[test]
fn the_page_of_a_message_has_it_where_a_search_engine_looks() {
    for (page, _) in expected() {
        let html = text(site(), &format!("{page}.html"));
        let title = html.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).expect("a title");
        assert!(title.split_whitespace().count() >= 4, "{page}: {title}");
        assert!(html.contains("<samp>"), "{page}: no message verbatim");
    }
}

/// Messages from the sources of clients and from public threads: rule, where it was seen, message.
fn independent() -> Vec<(String, String)> {
    let table = std::fs::read_to_string(root().join("tests/site/independent.tsv")).expect("the table");
    let rows = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    rows.map(|line| {
        let mut cells = line.splitn(3, '\t');
        let mut cell = || cells.next().expect("a rule, a place, a message").to_owned();
        let (rule, _, message) = (cell(), cell(), cell());
        (format!("problems/{rule}"), message)
    })
    .collect()
}

/// Where the first page is another one.
fn misses(table: &[(String, String)], query: impl Fn(&str) -> String) -> Vec<String> {
    let index = search_index(engine(), day()).expect("an index");
    let mut wrong = Vec::new();
    for (page, message) in table {
        let found = index.find(&query(message));
        let first = found.first().map(|(entry, _)| entry.path.as_str());
        if first != Some(page) {
            wrong.push(format!("{message}\n    wanted {page}, got {first:?}"));
        }
    }
    wrong
}

#[test]
fn messages_that_no_rule_was_written_with_lead_to_their_page() {
    let table = independent();
    assert!(table.len() >= 60, "{} messages", table.len());
    let normal = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let own: std::collections::BTreeSet<String> = engine()
        .kb()
        .rules()
        .flat_map(|file| file.expect("a rule").rule.symptoms.iter().flat_map(|symptom| &symptom.matches))
        .map(|example| normal(&example.text))
        .collect();
    let known: Vec<&String> =
        table.iter().map(|(_, message)| message).filter(|one| own.contains(&normal(one))).collect();
    assert!(known.is_empty(), "examples of rules prove nothing: {known:?}");
    let wrong = misses(&table, str::to_owned);
    assert!(wrong.len() * 60 <= table.len(), "{} of {}:\n{}", wrong.len(), table.len(), wrong.join("\n"));
}

#[test]
fn a_message_between_the_lines_of_a_traceback_is_found_too() {
    const BEFORE: &str = "Traceback (most recent call last):\n  File \"/usr/lib/python3.10/site-packages/transformers/utils/hub.py\", \
        line 403, in cached_file\n    resolved_file = hf_hub_download(\n    return fn(*args, **kwargs)\n";
    const AFTER: &str = "\nDuring handling of the above exception, another exception occurred:\n  model = AutoModel.from_pretrained(name)\n";
    let table = expected();
    let wrong = misses(&table, |message| format!("{BEFORE}{message}{AFTER}"));
    assert!(wrong.len() * 20 <= table.len(), "{} of {}:\n{}", wrong.len(), table.len(), wrong.join("\n"));
}

/// What a person finds who looks for the longest part of a message that any page has in its head.
#[test]
fn looking_for_a_message_in_titles_and_descriptions_leads_to_its_page() {
    let plain = |text: &str| {
        let text = text.replace("&#39;", "'").replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
        text.replace("&amp;", "&").to_lowercase()
    };
    let heads: Vec<(String, String)> = site()
        .iter()
        .filter(|(name, _)| name.starts_with("problems/") && name.ends_with(".html"))
        .map(|(name, bytes)| {
            let page = std::str::from_utf8(bytes).expect("UTF-8");
            let part = |from: &str, to: &str| {
                page.split(from).nth(1).and_then(|rest| rest.split(to).next()).unwrap_or_default().to_owned()
            };
            let head = format!("{}\n{}", part("<title>", "</title>"), part("name=\"description\" content=\"", "\""));
            (name.trim_end_matches(".html").to_owned(), plain(&head))
        })
        .collect();
    let mut wrong = Vec::new();
    let table: Vec<(String, String)> = independent().into_iter().chain(expected()).collect();
    for (page, message) in &table {
        let message = message.to_lowercase();
        let words: Vec<&str> = message.split_whitespace().collect();
        let longest = (1..=words.len()).rev().find_map(|length| {
            let found: Vec<&str> = heads
                .iter()
                .filter(|(_, head)| words.windows(length).any(|part| head.contains(&part.join(" "))))
                .map(|(name, _)| name.as_str())
                .collect();
            (!found.is_empty()).then_some(found)
        });
        if longest.as_deref() != Some(&[page.as_str()]) {
            wrong.push(format!("{message}\n    wanted {page}, got {longest:?}"));
        }
    }
    assert!(wrong.len() * 20 <= table.len(), "{} of {}:\n{}", wrong.len(), table.len(), wrong.join("\n"));
}
