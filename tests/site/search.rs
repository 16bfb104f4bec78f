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
