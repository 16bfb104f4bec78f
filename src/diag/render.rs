//! Printing findings with carets, for people.

use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::diagnostic::{Diagnostic, Location, Severity};
use super::json::printable;
use super::source::SourceMap;
use super::yaml::refused_character;

/// Output stops growing here; the rest is counted. A terminal full of carets helps nobody.
const MAX_OUTPUT: usize = 48 * 1024;

/// Lines between two places of one finding that still share an excerpt.
const MAX_EXCERPT_LINES: usize = 400;

/// The findings with excerpts and carets, a blank line after each.
///
/// No control or bidirectional character of a file, file name or message reaches the output.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &SourceMap, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    let mut shown = 0;
    for diagnostic in diagnostics {
        if out.len() > MAX_OUTPUT {
            break;
        }
        out.push_str(&one(diagnostic, sources, &renderer));
        out.push_str("\n\n");
        shown += 1;
    }
    if shown < diagnostics.len() {
        let _ = write!(out, "... and {} more\n\n", diagnostics.len() - shown);
    }
    out
}

/// A piece of a file, made safe to print.
struct Excerpt {
    file: String,
    line_start: usize,
    text: String,
    marks: Vec<(Range<usize>, AnnotationKind, Option<String>)>,
}

fn one(diagnostic: &Diagnostic, sources: &SourceMap, renderer: &Renderer) -> String {
    let level = match diagnostic.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(printable(&diagnostic.message).replace('\n', " ")).id(diagnostic.code.name());
    let mut group = Group::with_title(title);
    for excerpt in excerpts(diagnostic, sources) {
        let marks = excerpt.marks.into_iter().map(|(span, kind, label)| kind.span(span).label(label));
        let snippet = Snippet::source(excerpt.text).line_start(excerpt.line_start).path(excerpt.file);
        group = group.element(snippet.annotations(marks));
    }
    if sources.span(&diagnostic.location).is_none() {
        group = group.element(Origin::path(printable(&diagnostic.location.file).replace('\n', "\\n")));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(printable(help).into_owned()));
    }
    renderer.render(&[group])
}

/// Excerpts for all places of a finding; places of one file share an excerpt when they are near.
fn excerpts(diagnostic: &Diagnostic, sources: &SourceMap) -> Vec<Excerpt> {
    let mut out: Vec<Excerpt> = Vec::new();
    let primary = sources.span(&diagnostic.location).map(|span| (&diagnostic.location, span, None));
    let related = diagnostic
        .related
        .iter()
        .filter_map(|r| sources.span(&r.location).map(|span| (&r.location, span, Some(r.label.clone()))));
    let places: Vec<(&Location, Range<usize>, Option<String>)> = primary.into_iter().chain(related).collect();
    let mut done = vec![false; places.len()];
    for (i, (location, span, _)) in places.iter().enumerate() {
        if done.get(i) == Some(&true) {
            continue;
        }
        let Some(text) = sources.text(&location.file) else { continue };
        let mut group = vec![i];
        let mut range = span.clone();
        for (j, (other, at, _)) in places.iter().enumerate().skip(i + 1) {
            let joined = range.start.min(at.start)..range.end.max(at.end);
            let near = text.get(joined.clone()).is_some_and(|t| t.matches('\n').count() <= MAX_EXCERPT_LINES);
            if other.file == location.file && near {
                group.push(j);
                range = joined;
            }
        }
        let start = text.get(..range.start).and_then(|t| t.rfind('\n')).map_or(0, |n| n + 1);
        let end = text.get(range.end..).and_then(|t| t.find('\n')).map_or(text.len(), |n| range.end + n);
        let piece = text.get(start..end).unwrap_or_default();
        let (safe, offsets) = safe_excerpt(piece);
        let at = |byte: usize| {
            let local = byte.saturating_sub(start);
            let k = offsets.partition_point(|(from, _)| *from <= local);
            k.checked_sub(1).and_then(|k| offsets.get(k)).map_or(local, |(from, to)| to + (local - from))
        };
        let mut marks = Vec::new();
        for k in group {
            if let Some(flag) = done.get_mut(k) {
                *flag = true;
            }
            if let Some((_, span, label)) = places.get(k) {
                let kind = if label.is_none() { AnnotationKind::Primary } else { AnnotationKind::Context };
                marks.push((at(span.start)..at(span.end), kind, label.as_deref().map(|l| printable(l).into_owned())));
            }
        }
        let line_start = text.get(..start).map_or(0, |t| t.matches('\n').count()) + 1;
        let file = printable(&location.file).replace('\n', "\\n");
        out.push(Excerpt { file, line_start, text: safe, marks });
    }
    out
}

/// The text with refused characters escaped, and where its bytes went: (original, escaped) after each change.
fn safe_excerpt(piece: &str) -> (String, Vec<(usize, usize)>) {
    let mut out = String::with_capacity(piece.len());
    let mut offsets = Vec::new();
    for (i, c) in piece.char_indices() {
        let first = i == 0 && c == '\u{feff}';
        if refused_character(c).is_some() {
            if !first {
                out.extend(c.escape_unicode());
            }
            offsets.push((i + c.len_utf8(), out.len()));
        } else {
            out.push(c);
        }
    }
    (out, offsets)
}
