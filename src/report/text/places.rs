//! Where the expressions of a text stand.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::{TextError, error_at};

/// Longest expression, in bytes. The engine descends once for each operator in a chain, so that a
/// longer one could exhaust the stack.
const LONGEST: usize = 500;

/// Byte ranges of the expressions, braces included.
pub(super) fn expressions(text: &str) -> Result<Vec<Range<usize>>, TextError> {
    let mut spans = Vec::new();
    let mut from = 0;
    while let Some(start) = text.get(from..).and_then(|rest| rest.find("{{")).map(|at| from + at) {
        let mut quote = None;
        let mut end = None;
        let bytes = text.as_bytes();
        let mut at = start + 2;
        // Braces inside string literals do not end an expression.
        while let Some(&byte) = bytes.get(at) {
            match (quote, byte) {
                (Some(_), b'\\') => at += 1,
                (Some(open), _) if byte == open => quote = None,
                (None, b'\'' | b'"') => quote = Some(byte),
                (None, b'}') if bytes.get(at + 1) == Some(&b'}') => {
                    end = Some(at + 2);
                    break;
                }
                _ => {}
            }
            at += 1;
        }
        let Some(end) = end else {
            return Err(error_at(text, start, "`{{` is never closed by `}}`".to_owned()));
        };
        if end - start > LONGEST {
            return Err(error_at(text, start, format!("an expression is longer than {LONGEST} bytes")));
        }
        spans.push(start..end);
        from = end;
    }
    Ok(spans)
}

/// For each expression, whether its value lands inside code, where a backslash is no escape.
pub(super) fn stand_in_code(text: &str, spans: &[Range<usize>]) -> Vec<bool> {
    let mut in_code = vec![false; spans.len()];
    if !text.contains('`') {
        return in_code;
    }
    // Letters instead of expressions: the structure is then that of the text around them. Inserted
    // values cannot change it, because they are escaped for just this place.
    let mut model = String::with_capacity(text.len());
    let mut marks = Vec::with_capacity(spans.len());
    let mut from = 0;
    for span in spans {
        model.push_str(text.get(from..span.start).unwrap_or_default());
        marks.push(model.len());
        model.push('x');
        from = span.end;
    }
    model.push_str(text.get(from..).unwrap_or_default());
    let mut depth = 0_usize;
    for (event, range) in Parser::new(&model).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => depth += 1,
            Event::End(TagEnd::CodeBlock) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if matches!(event, Event::Code(_)) || (depth > 0 && matches!(event, Event::Text(_))) {
            for (mark, code) in marks.iter().zip(in_code.iter_mut()) {
                *code |= range.contains(mark);
            }
        }
    }
    in_code
}
