//! Documented numbers written into texts, where they go stale unnoticed.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::ascii;
use super::sink::Sink;
use crate::diag::{Code, Diagnostic};
use crate::kb::parts::Parts;

/// An amount of money, or a number per time.
static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    ascii(
        r"\$\d[\d.,]*\d|\$\d|\b\d[\d.,]*\s+(?:(?:gpu|free|included)\s+)?(?:seconds|minutes|mins?|hours|requests|calls|gb|tb)\s*(?:(?:a|per|each|every)\s+|/\s*)(?:minute|hour|day|month|year)\b",
    )
});

/// Checks the texts that explain how the platform works.
pub(crate) fn check(_: &Parts, sink: &mut Sink<'_>) {
    for text in sink.texts.clone().iter().filter(|text| text.explains) {
        for found in NUMBER.iter().flat_map(|regex| regex.find_iter(text.body.as_bytes())) {
            let place = text.origin.slice(found.range());
            let message = format!("`{}` is written into the text", String::from_utf8_lossy(found.as_bytes()));
            sink.push(
                Diagnostic::new(Code::LiteralNumber, place, message)
                    .help("use `{{ fact('id') }}`, so that the number is that of the day"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_expression_compiles_in_a_build_without_unicode_tables() {
        assert!(super::NUMBER.is_some());
    }
}
