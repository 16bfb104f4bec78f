//! Whether a knowledge base keeps the promises of its lock, and the lock that follows from it.

use std::collections::{BTreeMap, BTreeSet};

use super::file::{Entry, Key, Kind, Lock, State, Tombstone, compare};
use super::meaning::meaning;
use super::read::{CHANGELOG, NAME, line_of};
use crate::diag::{Code, Diagnostic, Location, Place, SourceMap};
use crate::kb::{Loaded, Origin, Origins, Parts};
use crate::model::{Day, Rule, Status};

/// That an id goes, as its author says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// The id, of whatever kind.
    pub id: String,
    /// Id of the same kind that stands for it now.
    pub replaced_by: Option<String>,
    /// Why, one line.
    pub why: String,
}

/// What is judged.
#[derive(Clone, Copy, Debug)]
pub struct Base<'a> {
    /// The knowledge base; its files hold the text of the lock, for places.
    pub loaded: &'a Loaded,
    /// Text of its changelog.
    pub changelog: &'a str,
}

/// What judging gave.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The lock that belongs to the knowledge base; promises that were broken stay in it.
    pub next: Lock,
    /// Broken promises.
    pub findings: Vec<Diagnostic>,
}

/// One id of the knowledge base.
struct Item<'a> {
    place: Location,
    rule: Option<(&'a str, &'a Rule)>,
}

/// Compares a knowledge base with its lock; with an empty one every id is new.
#[must_use]
pub fn judge(base: &Base<'_>, lock: &Lock, removals: &[Removal], today: Day) -> Verdict {
    let Loaded { parts, origins, files } = base.loaded;
    let changelog = base.changelog;
    let base = &parts.manifest.version;
    let items = items(parts, origins);
    let mut next = Lock { released: lock.released.clone(), entries: BTreeMap::new(), gone: lock.gone.clone() };
    let mut findings = Vec::new();
    for (key, item) in &items {
        let known = lock.entries.get(key);
        let old = known.cloned().unwrap_or_else(|| Entry { since: today, base: base.clone(), states: Vec::new() });
        let was_out = lock.is_released(&old.base);
        let mut entry = Entry { since: old.since, base: if was_out { old.base } else { base.clone() }, states: vec![] };
        if let Some((file, rule)) = item.rule {
            let out = old.states.into_iter().rfind(|state| lock.is_released(&state.base));
            let now = State { base: base.clone(), version: rule.version, hash: meaning(rule) };
            entry.states = states(out, now, rule, file, changelog, &mut findings);
        }
        if let Some(stone) = lock.gone.get(key)
            && !item.rule.is_some_and(|(_, rule)| rule.status == Status::Removed)
        {
            findings.push(reused(key, stone, item.place.clone()));
        }
        next.entries.insert(key.clone(), entry);
    }
    let gone = Gone { lock, items: &items, base, today, removals, files };
    gone.bury(&parts.rules, &mut next, &mut findings);
    if lock.is_released(base) && findings.is_empty() && promised(lock) != promised(&next) {
        let place = Location::new("kb.yaml", Place::Value("/version".to_owned()));
        let released = lock.released.as_deref().unwrap_or_default();
        findings.push(
            Diagnostic::new(
                Code::ReleasedBase,
                place,
                format!("version {released} is released, and the rules are no longer those that were released"),
            )
            .help(format!("raise the version of the knowledge base, for example to \"{}\"", following(released))),
        );
    }
    Verdict { next, findings }
}

/// What a lock says about ids, without days.
fn promised(lock: &Lock) -> (Vec<(&Key, &Vec<State>)>, Vec<&Key>) {
    (lock.entries.iter().map(|(key, entry)| (key, &entry.states)).collect(), lock.gone.keys().collect())
}

/// The last number of a version raised by one.
fn following(version: &str) -> String {
    let (head, last) = version.rsplit_once('.').unwrap_or(("1", version));
    format!("{head}.{}", last.parse::<u32>().unwrap_or(0).saturating_add(1))
}

fn items<'a>(parts: &'a Parts, origins: &Origins) -> BTreeMap<Key, Item<'a>> {
    let mut items = BTreeMap::new();
    let mut add = |kind, id: &str, origin: Origin, rule| {
        let place = origin.at("id").value();
        items.entry((kind, id.to_owned())).or_insert(Item { place, rule });
    };
    for (_, file, rule) in &parts.rules {
        add(Kind::Rule, &rule.id, Origin::new(file, ""), Some((file.as_str(), rule)));
        for (i, cause) in rule.causes.iter().enumerate().filter(|_| rule.status != Status::Removed) {
            add(Kind::Cause, &cause.id, Origin::new(file, format!("/causes/{i}")), None);
        }
    }
    for (fact, origin) in parts.facts.iter().zip(&origins.facts) {
        add(Kind::Fact, &fact.id, origin.clone(), None);
    }
    for (step, origin) in parts.steps.iter().zip(&origins.steps) {
        add(Kind::Step, &step.id, origin.clone(), None);
    }
    items
}

/// The states of a rule: the released one, and the one in work when it differs.
fn states(
    out: Option<State>,
    now: State,
    rule: &Rule,
    file: &str,
    changelog: &str,
    findings: &mut Vec<Diagnostic>,
) -> Vec<State> {
    let Some(out) = out else { return vec![now] };
    if out.hash == now.hash && out.version == now.version {
        return vec![out];
    }
    let place = Origin::new(file, "/version").value();
    let id = &rule.id;
    if now.version <= out.version {
        let message = if now.version < out.version {
            format!("version {} of `{id}` is lower than {}, released with {}", now.version, out.version, out.base)
        } else {
            format!("`{id}` is not what was released as its version {} with {}", out.version, out.base)
        };
        let next = out.version.saturating_add(1);
        findings.push(
            Diagnostic::new(Code::NoNewVersion, place, message)
                .help(format!("write `version: {next}`, and what changed into `{CHANGELOG}`: - `{id}` {next}: ...")),
        );
    } else if !mentions(changelog, id, now.version) {
        findings.push(
            Diagnostic::new(
                Code::NoChange,
                place,
                format!("version {} of `{id}` has no line in `{CHANGELOG}`", now.version),
            )
            .help(format!("add one, as a reader would want to know it: - `{id}` {}: ...", now.version)),
        );
    }
    vec![out, now]
}

/// Whether a changelog has a line that names a rule and its version: `- `id` 2: what changed`.
fn mentions(changelog: &str, id: &str, version: u32) -> bool {
    let version = version.to_string();
    changelog.lines().any(|line| {
        line.match_indices(id).any(|(at, _)| {
            let before = line.get(..at).and_then(|head| head.chars().next_back());
            let Some(rest) = line.get(at.saturating_add(id.len())..) else { return false };
            let rest = rest.strip_prefix('`').unwrap_or(rest);
            let Some(rest) = rest.strip_prefix([' ', ',']) else { return false };
            let rest = rest.trim_start();
            let rest = rest.strip_prefix("version ").or_else(|| rest.strip_prefix('v')).unwrap_or(rest);
            let whole = rest.strip_prefix(&version).is_some_and(|tail| !tail.starts_with(|c: char| c.is_ascii_digit()));
            whole && before.is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '_')
        })
    })
}

fn reused(key: &Key, stone: &Tombstone, place: Location) -> Diagnostic {
    let (kind, id) = key;
    let message = format!("the {} `{id}` was removed on {} and its id is never used again", kind.word(), stone.removed);
    let help = match &stone.replaced_by {
        Some(new) => format!("`{new}` stands for it; else choose a new id"),
        None => format!("choose a new id; it was removed because: {}", stone.why),
    };
    Diagnostic::new(Code::ReusedId, place, message).help(help)
}

/// Ids of the lock that are no longer there.
struct Gone<'a> {
    lock: &'a Lock,
    items: &'a BTreeMap<Key, Item<'a>>,
    base: &'a str,
    today: Day,
    removals: &'a [Removal],
    files: &'a SourceMap,
}

impl Gone<'_> {
    fn bury(&self, rules: &[(String, String, Rule)], next: &mut Lock, findings: &mut Vec<Diagnostic>) {
        // A rule file that stays with `status: removed` says itself what became of it and of its causes.
        let mut said: BTreeMap<Key, (String, Option<u32>)> = BTreeMap::new();
        for (_, _, rule) in rules.iter().filter(|(_, _, rule)| rule.status == Status::Removed) {
            said.insert(
                (Kind::Rule, rule.id.clone()),
                ("its file stays, with status removed".into(), Some(rule.version)),
            );
            for cause in &rule.causes {
                said.insert((Kind::Cause, cause.id.clone()), (format!("with the rule {}", rule.id), None));
            }
        }
        let mut missing = Vec::new();
        for (key, entry) in &self.lock.entries {
            let here = self.items.contains_key(key);
            // What nobody was ever promised may go without a word.
            let promised = self.lock.is_released(&entry.base);
            if next.gone.contains_key(key) || !promised || (here && !said.contains_key(key)) {
                continue;
            }
            if here && key.0 != Kind::Rule {
                continue;
            }
            let released = entry.states.iter().rfind(|state| self.lock.is_released(&state.base));
            let stone = |why: &str, by: Option<String>, version: Option<u32>| Tombstone {
                since: entry.since,
                removed: self.today,
                base: self.base.to_owned(),
                version: version.or(released.map(|state| state.version)),
                replaced_by: by,
                why: why.to_owned(),
            };
            let asked = self.removals.iter().find(|removal| removal.id == key.1);
            if let Some(removal) = asked {
                let by = removal.replaced_by.clone();
                next.gone.insert(key.clone(), stone(&removal.why, by, None));
            } else if let Some((why, version)) = said.get(key) {
                next.gone.insert(key.clone(), stone(why, None, *version));
            } else {
                missing.push(key);
            }
        }
        let all: BTreeSet<&str> = missing.iter().map(|(_, id)| id.as_str()).collect();
        let command: String = all.iter().take(40).map(|id| format!(" --removed '{id}=WHY'")).collect();
        for key in missing {
            let (kind, id) = key;
            let message = format!("the {} `{id}` was released and is gone without a tombstone", kind.word());
            let help = format!("put it back, or say why it went: hf-doctor kb lock{command}");
            findings.push(Diagnostic::new(Code::NoTombstone, line_of(key, self.files), message).help(help));
            if let Some(entry) = self.lock.entries.get(key) {
                next.entries.insert(key.clone(), entry.clone());
            }
        }
    }
}

/// One finding when the lock is not the one that follows from the knowledge base; ids of `known` findings are told.
pub(super) fn stale(lock: &Lock, next: &Lock, known: &[Diagnostic]) -> Option<Diagnostic> {
    let mut told = Vec::new();
    for (key, entry) in &next.entries {
        match lock.entries.get(key) {
            None => told.push(format!("new {} `{}`", key.0.word(), key.1)),
            Some(old) if old.states != entry.states => told.push(format!("changed {} `{}`", key.0.word(), key.1)),
            Some(old) if old != entry => told.push(format!("{} `{}`", key.0.word(), key.1)),
            Some(_) => {}
        }
    }
    let gone = lock.entries.keys().filter(|key| !next.entries.contains_key(*key));
    told.extend(gone.map(|(kind, id)| format!("removed {} `{id}`", kind.word())));
    told.retain(|one| !known.iter().any(|found| one.split('`').nth(1).is_some_and(|id| names(&found.message, id))));
    if told.is_empty() {
        return None;
    }
    let more = told.len().saturating_sub(5);
    told.truncate(5);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    let message = format!("the lock is older than the rules: {}{rest}", told.join(", "));
    Some(Diagnostic::new(Code::LockStale, Location::file(NAME), message).help("run `hf-doctor kb lock`"))
}

fn names(message: &str, id: &str) -> bool {
    message.contains(&format!("`{id}`"))
}

/// Whether a version may be released after the newest released one.
pub(super) fn may_release(lock: &Lock, base: &str) -> bool {
    lock.released.as_deref().is_none_or(|released| compare(base, released).is_gt())
}

#[cfg(test)]
mod tests {
    use super::{following, mentions};

    #[test]
    fn a_line_names_rule_and_version() {
        let log =
            "## 2026.12.0\n\n- `token-invalid` 2: newer wording\n- repo-missing version 12, and token-expired v3.\n";
        assert!(
            mentions(log, "token-invalid", 2) && mentions(log, "repo-missing", 12) && mentions(log, "token-expired", 3)
        );
        for (id, version) in [("token-invalid", 3), ("repo-missing", 1), ("invalid", 2), ("token", 2), ("expired", 3)] {
            assert!(!mentions(log, id, version), "{id} {version}");
        }
    }

    #[test]
    fn the_following_version() {
        assert_eq!(following("2026.11.0"), "2026.11.1");
        assert_eq!(following("7"), "1.8");
    }
}
