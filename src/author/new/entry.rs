//! Additions to files that exist: a step, a platform fact, a source, a cause.

use std::path::{Path, PathBuf};

use super::{NewFile, yaml};
use crate::diag::yaml::{Kind, Limits, parse};
use crate::kb::{Loaded, load_texts};
use crate::model::Day;

/// An item and the file that it goes into.
#[derive(Clone, Debug)]
pub struct Addition {
    /// File below the rules.
    pub file: String,
    /// Key of the list that it is added to.
    pub list: &'static str,
    /// Name of the schema of a file that does not exist yet.
    pub schema: &'static str,
    /// The item, indented as an item of that list.
    pub item: String,
}

/// A source, kind as in `rules/sources`.
#[must_use]
pub fn source(id: &str, kind: &str, title: &str, url: &str, area: &str, today: Day) -> Addition {
    let item = format!(
        "  - id: {id}\n    kind: {kind}\n    title: {}\n    url: {url}\n    retrieved: {today}\n",
        yaml::text(title)
    );
    Addition { file: format!("sources/{area}.yaml"), list: "sources", schema: "sources", item }
}

/// A step; texts that are not given are marked.
#[must_use]
pub fn step(id: &str, fields: &[(&str, String)], sources: &[String], area: &str, today: Day) -> Addition {
    let mut item = format!("  - id: {id}\n");
    for (name, value) in fields {
        item.push_str(&format!("    {name}: {}\n", yaml::text(value)));
    }
    item.push_str(&format!("    sources: [{}]\n    verified: {today}\n", sources.join(", ")));
    Addition { file: format!("steps/{area}.yaml"), list: "steps", schema: "steps", item }
}

/// A platform fact with its first value; numbers stay numbers.
#[must_use]
pub fn fact(id: &str, title: &str, unit: &str, value: &str, from: Day, source: &str, today: Day) -> Addition {
    let number = value.parse::<f64>().is_ok_and(f64::is_finite)
        && (value == "0" || !value.trim_start_matches('-').starts_with('0') || value.starts_with("0."))
        && value.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
    let value = if number { value.to_owned() } else { serde_json::Value::from(value).to_string() };
    let item = format!(
        "  - id: {id}\n    title: {}\n    unit: {}\n    verified: {today}\n    values:\n      - value: {value}\n        valid: {{from: {from}}}\n        source: {source}\n",
        yaml::text(title),
        yaml::text(unit)
    );
    let family = id.split('.').next().unwrap_or(id);
    Addition { file: format!("facts/{family}.yaml"), list: "facts", schema: "facts", item }
}

/// A cause of a rule.
#[must_use]
pub fn cause(file: &str, id: &str, title: &str, prior: &str, sources: &[String]) -> Addition {
    let item = format!(
        "  - id: {id}\n    title: {}\n    prior: {prior}\n    for:\n      - when: {{account.plan: free}}  # the fact that tells this cause from its rivals\n        weight: moderate\n        because: \"TODO: what was seen and why it matters, in words the person understands\"\n    explanation: |\n      TODO: the reason, with the person's own values.\n    remediation: [TODO]  # ids of rules/steps, best first; `kb new step` adds one\n    sources: [{}]\n",
        yaml::text(title),
        sources.join(", ")
    );
    Addition { file: file.to_owned(), list: "causes", schema: "rule", item }
}

/// The file with the addition, everything else as it was; checked by reading the whole base with it.
///
/// # Errors
/// In words: an id that is there already, or a file that cannot be added to.
pub fn add(loaded: &Loaded, rules: &Path, addition: &Addition) -> Result<NewFile, String> {
    let name = &addition.file;
    let text = match loaded.files.text(name) {
        Some(text) => inserted(text, addition.list, &addition.item)
            .ok_or_else(|| format!("`{name}` has no list `{}` to add to", addition.list))?,
        None => format!(
            "# yaml-language-server: $schema=../../schema/{}.schema.json\n{}:\n{}",
            addition.schema, addition.list, addition.item
        ),
    };
    let mut texts: Vec<(String, String)> = loaded
        .files
        .names()
        .filter(|other| other != name)
        .filter_map(|other| Some((other.to_owned(), loaded.files.text(other)?.to_owned())))
        .collect();
    texts.push((name.clone(), text.clone()));
    let after = load_texts(texts).map_err(|failure| {
        let first = failure.diagnostics.first();
        first.map_or_else(String::new, |one| format!("{}: {}", one.location.file, one.message))
    })?;
    let before = crate::kb::lint::run(loaded, None, &crate::kb::Scope::ALL);
    let fresh = crate::kb::lint::run(&after, None, &crate::kb::Scope::ALL);
    let known: Vec<(&str, &str)> = before.iter().map(|one| (one.code.name(), one.message.as_str())).collect();
    let bad = fresh.iter().find(|one| {
        one.severity() == crate::diag::Severity::Error
            && one.code != crate::diag::Code::Unfinished
            && !known.contains(&(one.code.name(), one.message.as_str()))
    });
    if let Some(bad) = bad {
        let help = bad.help.as_deref().map(|help| format!("; {help}")).unwrap_or_default();
        return Err(format!("{}{help}", bad.message));
    }
    let path: PathBuf = rules.join(name);
    Ok(NewFile { path, text })
}

/// The text with an item at the end of a top-level list.
fn inserted(text: &str, list: &str, item: &str) -> Option<String> {
    let tree = parse(text, &Limits::RULES).ok()?;
    let entry = tree.get(list)?;
    let Kind::Seq(items) = &entry.value.kind else { return None };
    let last = items.last()?;
    // Behind the line on which the last item ends: a comment there belongs to it.
    let body = text.get(..last.span.end)?.trim_end().len();
    let end = text.get(body..)?.find('\n').map_or(text.len(), |at| body + at + 1);
    let (head, tail) = text.split_at_checked(end)?;
    let gap = if head.ends_with('\n') { "" } else { "\n" };
    Some(format!("{head}{gap}{item}{tail}"))
}

#[cfg(test)]
mod tests {
    use super::inserted;

    #[test]
    fn an_item_goes_behind_the_last_one_and_nothing_else_moves() {
        let text =
            "# head\ncauses:\n  - id: a\n    text: |\n      one\n\n      two\n    sources: [x] # why\nsee_also: [b]\n";
        let after = inserted(text, "causes", "  - id: c\n").expect("a list");
        assert_eq!(after, text.replace("# why\n", "# why\n  - id: c\n"));
        assert_eq!(inserted("a:\n  - b", "a", "  - c\n").as_deref(), Some("a:\n  - b\n  - c\n"));
        assert!(inserted("a: b\n", "a", "").is_none());
    }
}
