//! What is known of the refused request, for support and for whoever reads the report later.

use super::Desk;
use crate::kb::KbError;
use crate::model::{AccountFact, Incident};

/// Families of facts that describe a request.
const FAMILIES: &[&str] = &["http.", "client.", "inference.", "repo.", "space.", "surface"];

/// Lines above an error in which its time is looked for: a traceback is shorter than that.
const ABOVE: usize = 80;

impl Desk<'_> {
    /// Facts of the request, and the time beside the error.
    pub(super) fn incident(&self) -> Result<Incident, KbError> {
        let mut incident = Incident::default();
        for fact in &self.diagnosis.facts {
            if !FAMILIES.iter().any(|family| fact.fact.starts_with(family)) {
                continue;
            }
            let entry = self.kb.vocabulary(&fact.fact)?;
            let title = entry.map_or_else(|| fact.fact.clone(), |entry| entry.title.clone());
            let (id, value, from) = (fact.fact.clone(), self.shown(fact)?, fact.from.clone());
            incident.facts.push(AccountFact { id, title, value, from });
        }
        incident.time = self.time();
        Ok(incident)
    }

    /// The time that the log prints on the line of the first finding, or nearest above it.
    fn time(&self) -> Option<String> {
        let first = self.diagnosis.matches.first()?;
        let part = self.evidence.parts.get(first.part)?;
        let end = part.text.get(first.span.0..)?.find('\n').map_or(part.text.len(), |at| first.span.0 + at);
        part.text.get(..end)?.lines().rev().take(ABOVE).find_map(timestamp)
    }
}

/// The first date with a time in a line, as it is printed: `2026-11-18 09:12:43,918`, `2026-11-18T09:12:43Z`.
fn timestamp(line: &str) -> Option<String> {
    const SHAPE: &[u8] = b"dddd-dd-ddxdd:dd:dd";
    let fits = |window: &[u8]| {
        window.iter().zip(SHAPE).all(|(byte, shape)| match shape {
            b'd' => byte.is_ascii_digit(),
            b'x' => matches!(byte, b' ' | b'T'),
            other => byte == other,
        })
    };
    let at = line.as_bytes().windows(SHAPE.len()).take(400).position(fits)?;
    let tail = line.get(at + SHAPE.len()..)?;
    let fraction = tail.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')));
    let fraction = tail.get(..fraction.unwrap_or(tail.len()))?.trim_end_matches(['.', ',']);
    let zone = tail.get(fraction.len()..).map_or("", zone);
    Some(format!("{}{fraction}{zone}", line.get(at..at + SHAPE.len())?))
}

/// A zone at the beginning of a text: `Z`, `+01:00`.
fn zone(text: &str) -> &str {
    let offset =
        |text: &str| text.strip_prefix(['+', '-']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if text.starts_with('Z') {
        "Z"
    } else if offset(text) {
        let end = text.get(1..).and_then(|rest| rest.find(|c: char| !(c.is_ascii_digit() || c == ':')));
        text.get(..end.map_or(text.len(), |end| end + 1)).filter(|zone| zone.len() <= 6).unwrap_or("")
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::timestamp;

    #[test]
    fn times_are_read_as_they_are_printed() {
        for (line, time) in [
            ("2026-11-18 09:12:43,918 ERROR bot: failed", Some("2026-11-18 09:12:43,918")),
            ("[2026-11-18T09:12:43.5Z] 402", Some("2026-11-18T09:12:43.5Z")),
            ("at 2026-11-18T09:12:43+01:00.", Some("2026-11-18T09:12:43+01:00")),
            ("2026-11-18 only a day", None),
            ("Ünï 2026-11-18 09:12:43", Some("2026-11-18 09:12:43")),
            ("2026-11-18 09:12:43, 918", Some("2026-11-18 09:12:43")),
        ] {
            assert_eq!(timestamp(line).as_deref(), time, "{line}");
        }
    }
}
