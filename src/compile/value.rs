//! What a captured text says about a fact.

use super::quantity;
use crate::model::{Capture, FactKind, Scalar, VocabularyFact};

/// The value a captured text gives a fact; `None` when the fact stays unknown.
///
/// `text` is `None` when the group took no part in the match. With a map, only mapped texts (lower case) count;
/// without one the text is read by the type of the fact and the unit in its name: lengths of time for `_s`, money for
/// `_usd`, plain numbers else. What is malformed leaves the fact unknown.
#[must_use]
pub fn captured_value(capture: &Capture, entry: &VocabularyFact, text: Option<&str>) -> Option<Scalar> {
    match text {
        Some(text) if capture.map.is_empty() => typed(entry, text),
        Some(text) => capture.map.get(&text.to_ascii_lowercase()).cloned(),
        None => capture.absent.clone(),
    }
}

/// A captured text as a value of the fact's kind; `None` when it is none.
fn typed(entry: &VocabularyFact, text: &str) -> Option<Scalar> {
    match entry.kind {
        FactKind::Bool => text.to_ascii_lowercase().parse().ok().map(Scalar::Bool),
        FactKind::Int | FactKind::Number => number(entry, text).map(Scalar::Number),
        FactKind::Enum => {
            let wanted = text.to_ascii_lowercase();
            entry
                .values
                .iter()
                .find(|option| option.id.eq_ignore_ascii_case(&wanted))
                .map(|option| option.id.as_str().into())
        }
        FactKind::String | FactKind::Date => Some(text.into()),
        FactKind::Map => None,
    }
}

fn number(entry: &VocabularyFact, text: &str) -> Option<f64> {
    if entry.id.ends_with("_s") {
        quantity::seconds(text)
    } else if entry.id.ends_with("_usd") {
        quantity::dollars(text)
    } else {
        quantity::number(text)
    }
}
