//! Which symptoms match where.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::trace::Match;
use crate::compile::index::{Normalized, normalize};
use crate::compile::{Kept, Lookup, Reach, compile_pattern};
use crate::kb::{KbError, KnowledgeBase};
use crate::model::{Day, Evidence, Layer, PartKind, Status, TextPart};

/// Text around a literal in which a pattern is searched that does not begin with it, in bytes
/// either way. The longest gaps that patterns allow between two literals are a third of it.
const REACH: usize = 600;

/// Longest match of a pattern that begins with its literal, in bytes.
const LONGEST: usize = 1500;

/// Most matches of one pattern that are looked at in one window; further ones are only more of the same.
const MOST: usize = 64;

/// Most places of one pattern kept from the beginning of a text: for starts, and for windows.
const FIRST: (usize, usize) = (MOST * 4, MOST);

/// Most of the further places kept, those nearest to the end: an error may stand last in a long log.
const LAST: usize = MOST;

/// Longest capture kept, in bytes.
const CAPTURE: usize = 400;

/// The texts of some evidence with the patterns that can match them.
pub(crate) struct Search<'a> {
    kb: &'a KnowledgeBase,
    evidence: &'a Evidence,
    as_of: Day,
    /// For each part, the patterns and where to look.
    places: Vec<BTreeMap<u32, Places>>,
    /// For each part, where its lines were cut by a terminal.
    margins: Vec<Vec<usize>>,
    lookup: &'a Lookup,
    kept: Option<&'a Kept>,
}

/// Where a pattern can match.
enum Places {
    /// The first match, and how many there are.
    Spans((usize, usize), usize),
    /// A match begins at one of these offsets.
    Starts(Ends<usize>),
    /// A match lies in one of these windows.
    Windows(Ends<(usize, usize)>),
}

/// The first and the last places of many.
struct Ends<T> {
    first: Vec<T>,
    last: VecDeque<T>,
}

impl<T> Ends<T> {
    const fn new() -> Self {
        Self { first: Vec::new(), last: VecDeque::new() }
    }

    fn push(&mut self, place: T, most: usize) {
        if self.first.len() < most {
            self.first.push(place);
            return;
        }
        if self.last.len() >= LAST {
            self.last.pop_front();
        }
        self.last.push_back(place);
    }

    fn latest(&mut self) -> Option<&mut T> {
        self.last.back_mut().or(self.first.last_mut())
    }

    fn iter(&self) -> impl Iterator<Item = &T> {
        self.first.iter().chain(&self.last)
    }
}

impl<'a> Search<'a> {
    /// Scans all texts for the literals of patterns.
    pub(crate) fn new(
        kb: &'a KnowledgeBase,
        lookup: &'a Lookup,
        kept: Option<&'a Kept>,
        evidence: &'a Evidence,
        as_of: Day,
    ) -> Self {
        let margins: Vec<Vec<usize>> = evidence.parts.iter().map(TextPart::margins).collect();
        let places = evidence
            .parts
            .iter()
            .zip(&margins)
            .map(|(part, margins)| {
                let text = part.text.as_bytes();
                scan(lookup, text, &normalize(text), margins)
            })
            .collect();
        Self { kb, evidence, as_of, places, margins, lookup, kept }
    }

    /// Symptoms that can recognise a rule.
    ///
    /// Where software printed a text that decides, what else could be read out of the same print
    /// as somebody's words is noise, except for rules recognised anyway.
    pub(crate) fn recognising(&self) -> Result<Vec<Match>, KbError> {
        let mut matches = self.run(|_, layer, _| matches!(layer, Layer::Decisive | Layer::Wrapper))?;
        let rules: BTreeSet<usize> = matches.iter().map(|one| one.rule).collect();
        let decided = matches.iter().any(|one| one.layer == Layer::Decisive && one.kind == PartKind::Printed);
        matches.extend(self.run(|rule, layer, kind| {
            layer == Layer::Retold && (kind == PartKind::Notes || !decided || rules.contains(&rule))
        })?);
        Ok(matches)
    }

    /// Symptoms that tell the rivals of recognised rules apart: hints.
    pub(crate) fn hints(&self, rules: &BTreeSet<usize>) -> Result<Vec<Match>, KbError> {
        self.run(|rule, layer, _| layer == Layer::Hint && rules.contains(&rule))
    }

    fn run(&self, wanted: impl Fn(usize, Layer, PartKind) -> bool) -> Result<Vec<Match>, KbError> {
        let mut matches: Vec<Match> = Vec::new();
        for (number, (part, places)) in self.evidence.parts.iter().zip(&self.places).enumerate() {
            let margins = self.margins.get(number).map_or(&[][..], Vec::as_slice);
            for (pattern, places) in places {
                let row = self.lookup.pattern(*pattern);
                // What a client wraps around an error means nothing in a person's own words.
                let readable = part.kind == PartKind::Printed || row.layer != Layer::Wrapper;
                if !readable || !wanted(row.rule, row.layer, part.kind) {
                    continue;
                }
                let Some(found) = search(row.text, part.text.as_bytes(), places, margins, self.kept) else { continue };
                let Some(file) = self.kb.rule_at(row.rule)? else { continue };
                let Some(authored) = file.rule.symptoms.get(row.symptom) else { continue };
                let live = file.rule.status != Status::Removed
                    && file.rule.valid.contains(self.as_of)
                    && authored.valid.contains(self.as_of);
                if !live {
                    continue;
                }
                let (line, column) = part.place(found.span.0);
                let one = Match {
                    rule: row.rule,
                    symptom: row.symptom,
                    id: authored.id.clone(),
                    layer: row.layer,
                    part: number,
                    kind: part.kind,
                    span: found.span,
                    line,
                    column,
                    captures: found.captures,
                    count: found.count,
                };
                // Alternatives of one pattern stand side by side: they are one symptom.
                match matches.last_mut() {
                    Some(last) if (last.part, last.rule, last.symptom) == (number, row.rule, row.symptom) => {
                        join(last, one);
                    }
                    _ => matches.push(one),
                }
            }
        }
        let yielding = self.yielding(&matches)?;
        let mut number = 0usize;
        matches.retain(|_| {
            number = number.saturating_add(1);
            !yielding.contains(&number.saturating_sub(1))
        });
        matches.sort_by_key(order);
        Ok(matches)
    }

    /// Matches that yield to a more specific symptom of their rule at the same place.
    fn yielding(&self, matches: &[Match]) -> Result<BTreeSet<usize>, KbError> {
        let mut out = BTreeSet::new();
        for (number, one) in matches.iter().enumerate() {
            let Some(file) = self.kb.rule_at(one.rule)? else { continue };
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
}

/// Joins the match of another alternative: the one that captured more speaks, else the earlier.
fn join(last: &mut Match, other: Match) {
    let count = last.count.saturating_add(other.count);
    let better =
        (other.captures.len(), std::cmp::Reverse(other.span.0)) > (last.captures.len(), std::cmp::Reverse(last.span.0));
    if better {
        *last = other;
    }
    last.count = count;
}

/// Printed before said, what decides before what does not, then by place.
pub(crate) fn order(one: &Match) -> (bool, Layer, usize, (usize, usize), usize, usize) {
    (one.kind == PartKind::Notes, one.layer, one.part, one.span, one.rule, one.symptom)
}

/// Whether a match ends or begins in a word that was cut: half a word decides nothing, the joined line is read too.
fn torn(text: &[u8], span: (usize, usize), margins: &[usize]) -> bool {
    let blank = |at: usize| text.get(at).is_none_or(u8::is_ascii_whitespace);
    let whole = |from: usize, to: usize| (from..to).all(|at| !blank(at));
    // A pattern may take the line end for the blank behind its last word.
    let last = margins.get(margins.partition_point(|margin| margin.saturating_add(1) < span.1));
    let first = margins.partition_point(|margin| *margin <= span.0).checked_sub(1).and_then(|at| margins.get(at));
    last.is_some_and(|margin| *margin < span.1 || whole(span.1.saturating_sub(1), *margin))
        || first.is_some_and(|margin| *margin == span.0 || whole(margin.saturating_add(1), span.0.saturating_add(1)))
}

fn scan(lookup: &Lookup, text: &[u8], normal: &Normalized, margins: &[usize]) -> BTreeMap<u32, Places> {
    // A number for each pattern, one more than its place among those that were hit: a short message hits few of many,
    // and zeros cost next to nothing.
    let mut numbers = vec![0u32; lookup.pattern_count()];
    let mut found: Vec<Option<Places>> = Vec::new();
    // Many patterns ask for the same literal: the way back is looked up once.
    let mut known = (usize::MAX, 0);
    let complete = lookup.visit(normal, |hit| {
        let Some(number) = numbers.get_mut(hit.pattern as usize) else { return };
        if *number == 0 {
            found.push(None);
            *number = u32::try_from(found.len()).unwrap_or(u32::MAX);
        }
        let Some(slot) = found.get_mut(place_of(*number)) else { return };
        if let Some(Places::Spans(_, count)) = slot {
            *count = count.saturating_add(1);
            return;
        }
        if known.0 != hit.position {
            known = (hit.position, normal.origin(hit.position, text));
        }
        let origin = known.1;
        let end = || normal.origin(hit.position.saturating_add(hit.length), text);
        // Only where the whole pattern is known to stand can it be told here that it does not.
        if !margins.is_empty() && lookup.reach(hit.pattern) == Reach::Whole && torn(text, (origin, end()), margins) {
            return;
        }
        let places = slot.get_or_insert_with(|| match lookup.reach(hit.pattern) {
            Reach::Whole => Places::Spans((origin, end()), 1),
            Reach::Start => Places::Starts(Ends::new()),
            Reach::Around => Places::Windows(Ends::new()),
        });
        match places {
            Places::Spans(..) => {}
            Places::Starts(starts) => starts.push(origin, FIRST.0),
            Places::Windows(windows) => {
                let (start, end) = (origin.saturating_sub(REACH), origin.saturating_add(REACH).min(text.len()));
                match windows.latest() {
                    Some(last) if start <= last.1 => last.1 = last.1.max(end),
                    _ => windows.push((start, end), FIRST.1),
                }
            }
        }
    });
    let mut take = |pattern: u32| found.get_mut(place_of(*numbers.get(pattern as usize)?))?.take();
    let mut places: BTreeMap<u32, Places> =
        complete.into_iter().filter_map(|pattern| Some((pattern, take(pattern)?))).collect();
    for pattern in lookup.always() {
        let mut whole = Ends::new();
        whole.push((0, text.len()), FIRST.1);
        places.insert(pattern, Places::Windows(whole));
    }
    places
}

/// The place of a number that counts from one; of none, there is no such place.
const fn place_of(number: u32) -> usize {
    (number as usize).wrapping_sub(1)
}

struct Found {
    span: (usize, usize),
    captures: BTreeMap<String, String>,
    count: usize,
}

/// The first match, how often there are more, and what its groups captured.
///
/// A later match speaks when the first one captured less: an error that is printed once with
/// numbers and elsewhere without them is the same error.
fn search(alternative: &str, text: &[u8], places: &Places, margins: &[usize], kept: Option<&Kept>) -> Option<Found> {
    if let Places::Spans(span, count) = places {
        return Some(Found { span: *span, captures: BTreeMap::new(), count: *count });
    }
    // A pattern that does not compile is the lints' business; here it recognises nothing.
    let pattern = match kept {
        Some(kept) => kept.pattern(alternative)?,
        None => Arc::new(compile_pattern(alternative).ok()?),
    };
    let mut best: Option<Found> = None;
    let mut count = 0usize;
    let mut take = |range: (usize, usize), anchored: bool| -> Option<usize> {
        let matched = pattern.find_in(text, range, anchored)?;
        if torn(text, matched.span, margins) {
            return Some(matched.span.1);
        }
        count = count.saturating_add(1);
        if best.as_ref().is_none_or(|best| matched.groups.len() > best.captures.len()) {
            let captures = matched
                .groups
                .into_iter()
                .map(|(name, (from, to))| (name, shown(text.get(from..to).unwrap_or_default())))
                .collect();
            best = Some(Found { span: matched.span, captures, count: 0 });
        }
        Some(matched.span.1)
    };
    match places {
        Places::Spans(..) => {}
        Places::Starts(starts) => {
            let mut after = 0usize;
            for start in starts.iter() {
                if *start >= after
                    && let Some(end) = take((*start, start.saturating_add(LONGEST)), true)
                {
                    after = end;
                }
            }
        }
        Places::Windows(windows) => {
            for (start, end) in windows.iter() {
                let mut at = *start;
                for _ in 0..MOST {
                    match take((at, *end), false) {
                        // Step over empty matches, which the lints refuse but a directory may hold.
                        Some(next) => at = next.max(at.saturating_add(1)),
                        None => break,
                    }
                }
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

#[cfg(test)]
mod tests {
    use super::torn;

    #[test]
    fn half_a_word_decides_nothing() {
        let text = b"see https://a.example/api/who\nami-v2 for it\nnext";
        let at = |word: &str| {
            let start = text.windows(word.len()).position(|window| window == word.as_bytes()).unwrap();
            torn(text, (start, start + word.len()), &[29])
        };
        assert!(at("api/who") && at("api/who\n") && at("a.example") && at("ami-v2") && at("-v2"));
        assert!(!at("see ") && !at("for it") && !at("next") && !at("see https://a.example/api/who\nami-v2 for"));
        assert!(!torn(text, (4, 29), &[]));
    }
}
