//! Differences in meaning: layout, comments and order without meaning are none.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::kb::Parts;

/// Characters of one value in a list of changes.
const SHOWN: usize = 160;

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Only the new side has it.
    Added,
    /// Only the old side has it.
    Removed,
    /// Both have it, and it says something else.
    Changed,
}

/// One part of an item that says something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Where: `causes/zerogpu-quota-exhausted/prior`.
    pub path: String,
    /// What it said; absent when it is new.
    pub old: Option<String>,
    /// What it says; absent when it is gone.
    pub new: Option<String>,
}

/// One item that differs.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    /// `rule`, `fact`, `step`, `source`, `account fact` or `knowledge base`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// What became of it.
    pub fate: Fate,
    /// Its title.
    pub title: String,
    /// What differs inside.
    pub fields: Vec<Field>,
}

type Items = BTreeMap<(usize, String), Value>;

const KINDS: [&str; 6] = ["knowledge base", "rule", "fact", "step", "account fact", "source"];

/// Every item of two knowledge bases that differs, by kind and id.
#[must_use]
pub fn changes(old: &Parts, new: &Parts) -> Vec<Change> {
    let (old, new) = (items(old), items(new));
    let mut keys: Vec<&(usize, String)> = old.keys().chain(new.keys()).collect();
    keys.sort();
    keys.dedup();
    let mut out = Vec::new();
    for key in keys {
        let (before, after) = (old.get(key), new.get(key));
        let fate = match (before, after) {
            (None, _) => Fate::Added,
            (_, None) => Fate::Removed,
            (before, after) if before == after => continue,
            _ => Fate::Changed,
        };
        let mut fields = Vec::new();
        if let (Some(before), Some(after)) = (before, after) {
            compare("", before, after, &mut fields);
            if fields.is_empty() {
                continue;
            }
        }
        let title = after.or(before).and_then(|item| item.get("title")).and_then(Value::as_str);
        let kind = KINDS.get(key.0).copied().unwrap_or_default();
        out.push(Change { kind, id: key.1.clone(), fate, title: title.unwrap_or_default().to_owned(), fields });
    }
    out
}

fn items(parts: &Parts) -> Items {
    let mut out = Items::new();
    let value = |item: &dyn erased::Item| item.value();
    out.insert((0, "kb.yaml".to_owned()), value(&parts.manifest));
    out.insert((0, "account.yaml".to_owned()), value(&parts.account));
    for (area, _, rule) in &parts.rules {
        let mut item = value(rule);
        if let Some(fields) = item.as_object_mut() {
            fields.insert("area".to_owned(), area.clone().into());
        }
        out.insert((1, rule.id.clone()), item);
    }
    out.extend(parts.facts.iter().map(|one| ((2, one.id.clone()), value(one))));
    out.extend(parts.steps.iter().map(|one| ((3, one.id.clone()), value(one))));
    out.extend(parts.vocabulary.facts.iter().map(|one| ((4, one.id.clone()), value(one))));
    out.extend(parts.sources.iter().map(|one| ((5, one.id.clone()), value(one))));
    out
}

/// Anything that can be written as JSON.
mod erased {
    use serde_json::Value;

    pub(super) trait Item {
        fn value(&self) -> Value;
    }

    impl<T: serde::Serialize> Item for T {
        fn value(&self) -> Value {
            serde_json::to_value(self).unwrap_or(Value::Null)
        }
    }
}

fn compare(path: &str, old: &Value, new: &Value, out: &mut Vec<Field>) {
    if old == new {
        return;
    }
    match (old, new) {
        (Value::Object(before), Value::Object(after)) => {
            let mut keys: Vec<&String> = before.keys().chain(after.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                pair(&below(path, key), before.get(key), after.get(key), out);
            }
        }
        (Value::Array(before), Value::Array(after)) => lists(path, before, after, out),
        _ => out.push(Field { path: path.to_owned(), old: Some(shown(old)), new: Some(shown(new)) }),
    }
}

fn pair(path: &str, old: Option<&Value>, new: Option<&Value>, out: &mut Vec<Field>) {
    match (old, new) {
        (Some(old), Some(new)) => compare(path, old, new, out),
        (old, new) => out.push(Field { path: path.to_owned(), old: old.map(shown), new: new.map(shown) }),
    }
}

/// Items with names are matched by them, others by being equal; what is left is compared in order.
fn lists(path: &str, old: &[Value], new: &[Value], out: &mut Vec<Field>) {
    if let (Some(before), Some(after)) = (named(old), named(new)) {
        let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
        names.sort();
        names.dedup();
        for name in names {
            pair(&below(path, name), before.get(name).copied(), after.get(name).copied(), out);
        }
        return;
    }
    let mut left: Vec<&Value> = new.iter().collect();
    let mut gone = Vec::new();
    for item in old {
        match left.iter().position(|other| *other == item) {
            Some(at) => drop(left.remove(at)),
            None => gone.push(item),
        }
    }
    if gone.is_empty() && left.is_empty() {
        let all = |items: &[Value]| items.iter().map(shown).collect::<Vec<_>>().join(", ");
        out.push(Field { path: path.to_owned(), old: Some(cut(&all(old))), new: Some(cut(&all(new))) });
        return;
    }
    for at in 0..gone.len().max(left.len()) {
        let place = new.iter().position(|item| left.get(at).is_some_and(|one| *one == item)).unwrap_or(at);
        pair(&below(path, &place.to_string()), gone.get(at).copied(), left.get(at).copied(), out);
    }
}

/// Items by what names them: an id, the day a value begins, or a reason; `None` when two have one name.
fn named(items: &[Value]) -> Option<BTreeMap<String, &Value>> {
    let mut out = BTreeMap::new();
    for item in items {
        let id = item.get("id").or_else(|| item.pointer("/valid/from").filter(|_| item.get("value").is_some()));
        let name = id.or_else(|| item.get("because")).or_else(|| item.get("advice"))?.as_str()?;
        if out.insert(name.to_owned(), item).is_some() {
            return None;
        }
    }
    Some(out)
}

fn below(path: &str, name: &str) -> String {
    let name: String = name.chars().take(80).collect();
    if path.is_empty() { name } else { format!("{path}/{name}") }
}

/// A value in one line: of an item its title, pattern or value.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => cut(text.trim_end()),
        Value::Object(fields) => {
            let telling = ["title", "pattern", "because", "value", "text"].iter().find_map(|key| fields.get(*key));
            match (telling, fields.get("weight"), value.pointer("/valid/from")) {
                (Some(Value::String(text)), Some(weight), _) => cut(&format!("{} ({text})", shown(weight))),
                (Some(told), _, Some(from)) => cut(&format!("{} from {}", shown(told), shown(from))),
                (Some(told), _, _) => shown(told),
                (None, _, _) => cut(&value.to_string()),
            }
        }
        other => cut(&other.to_string()),
    }
}

fn cut(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out: String = line.chars().take(SHOWN).collect();
    if out.len() < line.len() {
        out.push_str("...");
    }
    out
}
