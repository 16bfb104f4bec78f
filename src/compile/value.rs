//! What a captured text says about a fact.

use crate::model::{Capture, FactKind, Scalar, VocabularyFact};

/// The value a captured text gives a fact; `None` when the fact stays unknown.
///
/// `text` is `None` when the group took no part in the match. With a map, only mapped texts (lower case) count;
/// without one the text is read by the type of the fact. Numbers may have thousands separators or be a Python
/// time delta, which counts in seconds.
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
        FactKind::Int | FactKind::Number => seconds(text)
            .or_else(|| text.replace(',', "").parse().ok())
            .filter(|number: &f64| number.is_finite())
            .map(Scalar::Number),
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

/// Seconds of a Python timedelta text: `5:03:25`, `1 day, 2:03:04`, `-1 day, 23:59:00`.
fn seconds(text: &str) -> Option<f64> {
    let (days, clock) = match text.split_once("day") {
        Some((days, rest)) => (days.trim().parse::<f64>().ok()?, rest.trim_start_matches(['s', ',', ' '])),
        None => (0.0, text.trim()),
    };
    let mut parts = clock.split(':');
    let mut next = || parts.next()?.trim().parse::<f64>().ok();
    let (hours, minutes, seconds) = (next()?, next()?, next()?);
    Some(days.mul_add(86_400.0, hours.mul_add(3_600.0, minutes.mul_add(60.0, seconds))))
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn python_time_deltas_become_seconds() {
        assert_eq!(seconds("5:03:25"), Some(18_205.0));
        assert_eq!(seconds("1 day, 2:03:04"), Some(93_784.0));
        assert_eq!(seconds("-1 day, 23:59:00"), Some(-60.0));
        assert_eq!(seconds("60"), None);
    }
}
