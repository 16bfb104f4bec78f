//! What every page holds.

use std::collections::BTreeSet;

use hf_doctor::docs::{Form, Options, build};
use hf_doctor::model::Day;

use crate::support::{engine, options, root, scratch, site, text, twins};

#[test]
fn two_builds_are_equal_byte_for_byte_whatever_the_number_of_threads() {
    let one = build(engine(), &Options { threads: Some(1), ..options(Form::Site) }).expect("a site");
    let three = build(engine(), &Options { threads: Some(3), ..options(Form::Site) }).expect("a site");
    assert!(one == *site() && three == *site());
}

#[test]
fn every_item_has_three_twins_and_the_check_finds_nothing() {
    let dir = scratch("whole").join("site");
    hf_doctor::docs::place::put(&dir, site(), &[]).expect("put");
    let outcome = hf_doctor::docs::check::check(&dir, engine().kb()).expect("checked");
    assert_eq!(outcome.findings, []);
    assert!(outcome.pages > 800 && outcome.links > 10_000, "{} pages, {} links", outcome.pages, outcome.links);
}

#[test]
fn every_html_page_has_a_policy_a_title_a_description_and_one_heading() {
    let mut titles = BTreeSet::new();
    for (name, bytes) in site().iter().filter(|(name, _)| name.ends_with(".html")) {
        let page = std::str::from_utf8(bytes).expect("UTF-8");
        assert!(page.contains("http-equiv=\"Content-Security-Policy\" content=\"default-src &#39;none&#39;"), "{name}");
        assert_eq!(page.matches("<h1>").count(), 1, "{name}");
        // In a tag: a message may well speak of styles.
        let styled = page.split('<').any(|tag| tag.split('>').next().is_some_and(|tag| tag.contains(" style=\"")));
        assert!(!styled && !page.contains("<style"), "{name}: inline style");
        assert!(
            !page.contains("src=\"http") && !page.contains("stylesheet\" href=\"http"),
            "{name}: loads from elsewhere"
        );
        let title = page.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).expect("a title");
        assert!(titles.insert(title.to_owned()), "{name}: {title} is the title of another page");
        let described = page.split("name=\"description\" content=\"").nth(1).and_then(|rest| rest.split('"').next());
        assert!(described.is_some_and(|text| !text.is_empty()), "{name}: no description");
    }
}

#[test]
fn messages_stand_verbatim_on_their_page_in_its_title_and_description() {
    let page = text(site(), "problems/zerogpu-quota-exceeded.html");
    let message = "You have exceeded your Pro GPU quota (60s requested vs. 0s left). Try again in 5:03:25";
    assert!(page.contains(&format!("<samp>{message}</samp>")));
    assert!(page.contains(&format!("<title>{message}")));
    let description = page.split("name=\"description\" content=\"").nth(1).and_then(|rest| rest.split('"').next());
    assert!(description.expect("a description").contains(message));
}

#[test]
fn a_page_of_an_earlier_day_says_what_was_true_then() {
    let at = |day: Day| build(engine(), &Options { day, ..options(Form::Site) }).expect("a site");
    let fact = "facts/zerogpu.daily_quota_minutes.pro.html";
    let before = at(Day::new(2026, 5, 12).expect("a day"));
    assert!(text(&before, fact).contains("<p class=\"value\">25 GPU minutes/day</p>"));
    assert!(text(site(), fact).contains("<p class=\"value\">40 GPU minutes/day</p>"));
    assert!(text(site(), fact).contains("Answers from before <time datetime=\"2026-05-13\">"));
    // Pages are permanent: the same names on every day.
    let names = |files: &hf_doctor::docs::Files| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&before), names(site()));
}

#[test]
fn past_the_horizon_a_page_warns() {
    let late =
        build(engine(), &Options { day: Day::new(2028, 1, 1).expect("a day"), ..options(Form::Site) }).expect("a site");
    assert!(text(&late, "problems/repo-not-found.html").contains("<strong>Not checked for "));
    assert!(!text(site(), "problems/repo-not-found.html").contains("Not checked for"));
}

#[test]
fn twins_are_data_with_sources() {
    for folder in ["problems/", "causes/", "steps/", "facts/"] {
        for page in twins(folder) {
            assert!(page["sources"].as_array().is_some_and(|list| !list.is_empty()), "{folder}{}", page["id"]);
        }
    }
    let rules: serde_json::Value = serde_json::from_str(text(site(), "index.json")).expect("JSON");
    assert_eq!(rules["rules"].as_array().expect("rules").len(), twins("problems/").len());
}

#[test]
fn the_committed_markdown_is_that_of_the_rules() {
    let kb = engine().kb();
    let day = hf_doctor::docs::newest_day(kb).expect("a day");
    let fresh = build(engine(), &Options { day, ..options(Form::Markdown) }).expect("pages");
    let dir = root().join("docs/troubleshooting");
    let mut wrong = Vec::new();
    for (name, bytes) in &fresh {
        if std::fs::read(dir.join(name)).ok().as_ref() != Some(bytes) {
            wrong.push(name.clone());
        }
    }
    assert!(
        wrong.is_empty(),
        "docs/troubleshooting is not what the rules say ({} files, first {:?}); run:\n\
         cargo run -- docs build --rules rules --format markdown -o docs/troubleshooting",
        wrong.len(),
        wrong.first()
    );
    let outcome = hf_doctor::docs::check::check(&dir, kb).expect("checked");
    assert_eq!(outcome.findings, []);
}
