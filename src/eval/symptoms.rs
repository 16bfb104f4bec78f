//! Which symptoms match where.

use std::collections::{BTreeMap, BTreeSet};

use super::trace::Match;
use crate::compile::index::normalize;
use crate::compile::{Lookup, compile_pattern};
use crate::kb::{KbError, KnowledgeBase};
use crate::model::{Day, Evidence, Layer, PartKind, Status, Symptom};

/// Text around a literal in which its pattern is searched, in bytes either way.
const REACH: usize = 4096;

/// Most matches of one pattern that are looked at; further ones are only more of the same.
const MOST: usize = 64;

/// Longest capture kept, in bytes.
const CAPTURE: usize = 400;

/// All symptoms, valid on the day, that match the evidence; one entry a symptom and part.
pub fn find(kb: &KnowledgeBase, lookup: &Lookup, evidence: &Evidence, as_of: Day) -> Result<Vec<Match>, KbError> {
    let mut matches = Vec::new();
    for (number, part) in evidence.parts.iter().enumerate() {
        let text = part.text.as_bytes();
        let normal = normalize(text);
        let mut places: BTreeMap<u32, Vec<(usize, usize)>> = BTreeMap::new();
        for hit in lookup.scan(&normal) {
            let origin = normal.origin(hit.position, text);
            let (start, end) = (origin.saturating_sub(REACH), origin.saturating_add(REACH).min(text.len()));
            let windows = places.entry(hit.pattern).or_default();
            match windows.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => windows.push((start, end)),
            }
        }
        for pattern in lookup.always() {
            places.insert(pattern, vec![(0, text.len())]);
        }
        for (pattern, windows) in places {
            let (rule, symptom) = lookup.pattern(pattern);
            let Some(file) = kb.rule_at(rule)? else { continue };
            let Some(authored) = file.rule.symptoms.get(symptom) else { continue };
            let live = file.rule.status != Status::Removed
                && file.rule.valid.contains(as_of)
                && authored.valid.contains(as_of)
                && (part.kind == PartKind::Printed || matches!(authored.layer, Layer::Decisive | Layer::Retold | Layer::Hint));
            if !live {
                continue;
            }
            if let Some(found) = search(authored, text, &windows) {
                matches.push(Match {
                    rule,
                    symptom,
                    id: authored.id.clone(),
                    layer: authored.layer,
                    part: number,
                    kind: part.kind,
                    span: found.span,
                    line: line_of(text, found.span.0).saturating_add(part.first_line),
                    captures: found.captures,
                    count: found.count,
                });
            }
        }
    }
    let yielding = yielding(kb, &matches)?;
    let mut kept = Vec::with_capacity(matches.len());
    for (number, one) in matches.into_iter().enumerate() {
        if !yielding.contains(&number) {
            kept.push(one);
        }
    }
    kept.sort_by(|a, b| {
        (a.kind == PartKind::Notes, a.layer, a.part, a.span, a.rule, a.symptom)
            .cmp(&(b.kind == PartKind::Notes, b.layer, b.part, b.span, b.rule, b.symptom))
    });
    Ok(kept)
}

struct Found {
    span: (usize, usize),
    captures: BTreeMap<String, String>,
    count: usize,
}

/// The first match, how often there are more, and what its groups captured.
///
/// A later match speaks when the first one captured less: an error that is repeated with
/// numbers once and without them elsewhere is the same error.
fn search(symptom: &Symptom, text: &[u8], windows: &[(usize, usize)]) -> Option<Found> {
    // A pattern that does not compile is the lints' business; here it recognises nothing.
    let regex = compile_pattern(&symptom.pattern).ok()?;
    let mut best: Option<Found> = None;
    let mut count = 0usize;
    for (start, end) in windows {
        let Some(window) = text.get(*start..*end) else { continue };
        let mut at = 0usize;
        while count < MOST {
            let Some(captures) = regex.captures_at(window, at) else { break };
            let Some(whole) = captures.get(0) else { break };
            count = count.saturating_add(1);
            let groups: BTreeMap<String, String> = regex
                .capture_names()
                .flatten()
                .filter_map(|name| captures.name(name).map(|group| (name.to_owned(), shown(group.as_bytes()))))
                .collect();
            if best.as_ref().is_none_or(|best| groups.len() > best.captures.len()) {
                let span = (start.saturating_add(whole.start()), start.saturating_add(whole.end()));
                best = Some(Found { span, captures: groups, count: 0 });
            }
            // Step over empty matches, which the lints refuse but a directory may hold.
            at = if whole.end() > at { whole.end() } else { at.saturating_add(1) };
            if at >= window.len() {
                break;
            }
        }
    }
    best.map(|found| Found { count, ..found })
}

/// A capture as text: white space folded, length bounded.
fn shown(bytes: &[u8]) -> String {
    let bytes = bytes.get(..CAPTURE).unwrap_or(bytes);
    String::from_utf8_lossy(bytes).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Number of line breaks before an offset.
fn line_of(text: &[u8], offset: usize) -> usize {
    text.get(..offset).map_or(0, |head| head.iter().filter(|byte| **byte == b'\n').count())
}

/// Matches that yield to a more specific symptom of their rule at the same place.
fn yielding(kb: &KnowledgeBase, matches: &[Match]) -> Result<BTreeSet<usize>, KbError> {
    let mut out = BTreeSet::new();
    for (number, one) in matches.iter().enumerate() {
        let Some(file) = kb.rule_at(one.rule)? else { continue };
        let Some(authored) = file.rule.symptoms.get(one.symptom) else { continue };
        let beaten = matches.iter().any(|other| {
            other.rule == one.rule
                && other.part == one.part
                && authored.yields_to.contains(&other.id)
                && other.span.0 < one.span.1
                && one.span.0 < other.span.1
        });
        if beaten {
            out.insert(number);
        }
    }
    Ok(out)
}
