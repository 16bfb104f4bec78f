//! Wordings by which pages are searched for the values of platform facts.

use super::sink::Sink;
use crate::compile::Wording;
use crate::diag::{Code, Diagnostic};
use crate::kb::parts::Parts;

/// Every wording can be searched for.
pub(crate) fn check(parts: &Parts, sink: &mut Sink<'_>) {
    for (i, fact) in parts.facts.iter().enumerate() {
        let mut own = fact.says.is_some();
        for (k, statement) in fact.values.iter().enumerate() {
            let Some(says) = fact.wording(statement) else { continue };
            let Err(problem) = Wording::check(says, &statement.value) else { continue };
            let place = if statement.says.is_some() {
                sink.fact(i).at(&format!("values/{k}/says"))
            } else if std::mem::take(&mut own) {
                sink.fact(i).at("says")
            } else {
                // The fact's own wording was told for an earlier value.
                continue;
            };
            let help =
                "plain words of the page, with `{value}` where the value stands, `{n}` for a number, `{..}` for a gap";
            sink.push(
                Diagnostic::new(Code::BadValue, place.value(), format!("malformed wording: {problem}")).help(help),
            );
        }
    }
}
