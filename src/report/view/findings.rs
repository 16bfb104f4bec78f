//! Problems, the words that showed them, and the sentence at the top.

use std::collections::BTreeSet;

use super::Desk;
use crate::eval::Match;
use crate::kb::KbError;
use crate::model::{Finding, Problem, Question, RankedCause, ReportVerdict};

/// Longest excerpt, in characters.
const EXCERPT: usize = 240;

/// Characters kept before the matched words.
const BEFORE: usize = 60;

impl Desk<'_> {
    /// Recognised problems with their findings, decisive ones first.
    pub(super) fn problems(&self) -> Result<Vec<Problem>, KbError> {
        let mut problems = Vec::new();
        for problem in &self.diagnosis.problems {
            let Some(file) = self.kb.rule_at(problem.rule)? else { continue };
            let mut matches: Vec<&Match> =
                self.diagnosis.matches.iter().filter(|one| one.rule == problem.rule).collect();
            matches.sort_by_key(|one| (one.layer, one.part, one.span));
            // Joined and unescaped lines stand beside the lines they were made of: one place is one finding.
            let mut places = BTreeSet::new();
            matches.retain(|one| {
                let source = self.evidence.parts.get(one.part).map(|part| part.source.as_str());
                places.insert((one.id.as_str(), source, one.line))
            });
            problems.push(Problem {
                rule: file.rule.id.clone(),
                title: self.text(&file.rule.title),
                recognised_by: problem.recognition.word().to_owned(),
                findings: matches.into_iter().map(|one| self.finding(one)).collect(),
            });
        }
        Ok(problems)
    }

    pub(super) fn finding(&self, one: &Match) -> Finding {
        let part = self.evidence.parts.get(one.part);
        let text = part.map_or("", |part| part.text.as_str());
        let (excerpt, start, end) = excerpt(text, one.span);
        Finding {
            symptom: one.id.clone(),
            layer: one.layer,
            source: part.map(|part| part.source.clone()).unwrap_or_default(),
            line: one.line,
            column: Some(one.column),
            excerpt,
            start,
            end,
            captures: one.captures.clone(),
            count: one.count,
        }
    }

    /// The words of a matched symptom, for the provenance of a reason.
    pub(super) fn words(&self, one: &Match) -> String {
        let text = self.evidence.parts.get(one.part).map_or("", |part| part.text.as_str());
        let bytes = text.as_bytes().get(one.span.0..one.span.1).unwrap_or_default();
        let words = String::from_utf8_lossy(bytes).split_whitespace().collect::<Vec<_>>().join(" ");
        shorten(&words, 80)
    }

    /// The verdict as one sentence.
    pub(super) fn headline(&self, first: Option<&RankedCause>, question: Option<&Question>) -> String {
        let title = first.map(|cause| cause.title.as_str()).unwrap_or_default();
        match self.diagnosis.verdict {
            ReportVerdict::Concluded => title.to_owned(),
            ReportVerdict::Likely => format!("Most likely: {title}"),
            ReportVerdict::NotHuggingFace => {
                let service = first.and_then(|cause| cause.service.as_deref()).unwrap_or("another service");
                if service == "local" {
                    format!("Not a refusal by Hugging Face: {title}")
                } else {
                    format!("Not Hugging Face but {service}: {title}")
                }
            }
            ReportVerdict::Undetermined => match question {
                Some(question) => format!("The evidence does not decide. Check first: {}", question.question),
                None => format!("The evidence does not decide; closest is: {title}"),
            },
            ReportVerdict::NoError if !self.knows_account() => {
                "The request succeeded; there is no error in this evidence".to_owned()
            }
            ReportVerdict::NoError => "No error in this evidence; this is what it says about the account".to_owned(),
            ReportVerdict::NothingFound => "Nothing in this evidence was recognised".to_owned(),
        }
    }
}

/// The line of a match, shortened around it, and where the match stands in it (characters).
pub(super) fn excerpt(text: &str, span: (usize, usize)) -> (String, usize, usize) {
    let bytes = text.as_bytes();
    let line_start = bytes
        .get(..span.0)
        .map_or(0, |head| head.iter().rposition(|b| *b == b'\n').map_or(0, |at| at.saturating_add(1)));
    let line_end = bytes
        .get(span.0..)
        .and_then(|tail| tail.iter().position(|b| *b == b'\n'))
        .map_or(bytes.len(), |at| span.0.saturating_add(at));
    let piece = |from: usize, to: usize| -> String {
        String::from_utf8_lossy(bytes.get(from..to.max(from)).unwrap_or_default())
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect()
    };
    let before = piece(line_start, span.0);
    let matched = piece(span.0, span.1.min(line_end));
    let after = piece(span.1.min(line_end), line_end);
    let before = before.trim_start();
    let mut out = String::new();
    let length = before.chars().count();
    if length > BEFORE {
        out.push('…');
        out.extend(before.chars().skip(length.saturating_sub(BEFORE)));
    } else {
        out.push_str(before);
    }
    let start = out.chars().count();
    let room = EXCERPT.saturating_sub(start);
    let matched = shorten(&matched, room);
    out.push_str(&matched);
    let end = out.chars().count();
    out.push_str(shorten(&after, EXCERPT.saturating_sub(end)).trim_end());
    (out, start, end)
}

/// At most `most` characters, with an ellipsis when something was cut.
fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(most.saturating_sub(1)).collect();
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn the_matched_words_stand_where_the_numbers_say() {
        let text = "first\n  prefix You have exceeded it. Then more\nlast";
        let at = text.find("exceeded").expect("present");
        let (line, start, end) = excerpt(text, (at, at + 8));
        assert_eq!(line, "prefix You have exceeded it. Then more");
        assert_eq!(line.chars().skip(start).take(end - start).collect::<String>(), "exceeded");
        let wide = format!("{}needle{}", "é".repeat(500), "x".repeat(500));
        let at = wide.find("needle").expect("present");
        let (line, start, end) = excerpt(&wide, (at, at + 6));
        assert_eq!(line.chars().skip(start).take(end - start).collect::<String>(), "needle");
        assert!(line.chars().count() <= 240);
    }
}
