//! What was found, for people, for an issue, and for annotations.

use super::check::{Drift, Finding, Standing};
use super::replay::{Edge, Replay};
use crate::report::escape;

/// Drift for a terminal.
#[must_use]
pub fn drift_human(drift: &Drift) -> String {
    let mut out = String::new();
    for one in &drift.drifted {
        out.push_str(&format!("{}: {} {}\n", one.fact, one.value, one.unit));
        out.push_str(&format!("    {}: {}\n", told(one), one.page));
        out.push_str(&format!("    wording: {}\n", one.says));
        if let Some(value) = &one.probably {
            out.push_str(&format!("    probably now: {value}\n"));
        }
        for line in &one.now {
            out.push_str(&format!("    {}:{}: {}\n", line.page, line.line, line.text));
        }
        if let Some(changed) = &one.changed {
            out.push_str(&format!("    since {} ({})\n", changed.on, short(&changed.commit)));
        }
    }
    out.push_str(&summary(drift));
    out
}

/// Drift as the body of an issue.
#[must_use]
pub fn drift_markdown(drift: &Drift) -> String {
    let mut out = format!("## Platform facts that {} no longer states\n\n", escape::code(&drift.repo));
    if drift.drifted.is_empty() {
        out.push_str("None.\n\n");
    }
    for one in &drift.drifted {
        let unit = escape::markdown(&one.unit);
        out.push_str(&format!("### {}\n\n{}\n\n", escape::code(&one.fact), escape::markdown(&one.title)));
        let from = one.from.map(|day| format!(", stated since {day}")).unwrap_or_default();
        out.push_str(&format!("- in the knowledge base: {} ({unit}{from})\n", escape::code(&one.value)));
        out.push_str(&format!("- {}: {}\n", told(one), escape::code(&one.page)));
        out.push_str(&format!("- wording: {}\n", escape::code(&one.says)));
        if let Some(value) = &one.probably {
            out.push_str(&format!("- probably now: {}\n", escape::code(value)));
        }
        for line in &one.now {
            let place = escape::code(&format!("{}:{}", line.page, line.line));
            out.push_str(&format!("- {place}: {}\n", escape::code(&line.text)));
        }
        if let Some(changed) = &one.changed {
            out.push_str(&format!("- since {}: {}\n", changed.on, escape::code(&changed.commit)));
        }
        out.push('\n');
    }
    out.push_str(&summary(drift));
    out
}

/// Drift as annotations of a workflow run, one line a fact.
#[must_use]
pub fn drift_github(drift: &Drift) -> String {
    // What GitHub reads as its own syntax is written with percent signs.
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let mut out = String::new();
    for one in &drift.drifted {
        let line = one.now.first().filter(|line| line.page == one.page).map_or(1, |line| line.line);
        let now = one.probably.as_ref().map(|value| format!(", probably now {value}")).unwrap_or_default();
        let since = one.changed.as_ref().map(|changed| format!(", since {}", changed.on)).unwrap_or_default();
        out.push_str(&format!(
            "::warning file={},line={line},title={}::{}\n",
            property(&one.page),
            property(&one.fact),
            data(&format!("{} {}: {}{now}{since}", one.value, one.unit, told(one)))
        ));
    }
    out
}

/// A replay for a terminal.
#[must_use]
pub fn replay_human(replay: &Replay) -> String {
    let mut out = String::new();
    let mut list = |what: &str, edges: &[Edge]| {
        for edge in edges {
            out.push_str(&format!("{what} {}: {} at {}\n", edge.fact, edge.value, short(&edge.commit)));
        }
    };
    list("missed", &replay.missed);
    list("false alarm", &replay.false_alarms);
    list("stood before", &replay.early);
    out.push_str(&format!(
        "{}: {} pages, {} revisions; {} values with a wording, {} without, {} whose commits are not on the page\n\
         changes found: {} of {}\nfalse alarms: {} in {} (values at revisions)\nwording stood before the value was first stated: {}\n",
        replay.repo,
        replay.pages,
        replay.revisions,
        replay.statements,
        replay.without_wording,
        replay.off_page,
        replay.found,
        replay.changes,
        replay.false_alarms.len(),
        replay.checked,
        replay.early.len()
    ));
    out
}

fn summary(drift: &Drift) -> String {
    let at = drift.commit.as_deref().map(|commit| format!(" at {}", short(commit))).unwrap_or_default();
    let day = drift.day.map(|day| format!(" on {day}")).unwrap_or_default();
    let earlier = if drift.earlier > 0 { format!(" ({} changed earlier)", drift.earlier) } else { String::new() };
    format!(
        "{}{at}{day}: {} facts looked for, {} stand, {} do not{earlier}; not looked for: {} without wording, \
         {} not stated on that day, {} of other repositories\n",
        drift.repo,
        drift.checked,
        drift.stands,
        drift.drifted.len(),
        drift.without_wording,
        drift.not_stated,
        drift.elsewhere
    )
}

const fn told(one: &Finding) -> &'static str {
    match one.standing {
        Standing::Vanished => "the page no longer says it",
        Standing::Gone => "the page is gone",
        Standing::Moved => "the page is gone, another says it",
    }
}

fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
