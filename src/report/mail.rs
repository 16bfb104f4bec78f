//! The message to support that a report warrants: everything that is known, and what the writer still has to add.

use serde::Serialize;

use super::words::label;
use crate::model::{Escalate, Report, ReportVerdict};

/// A drafted message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mail {
    /// Address or page to write to.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text; `[...]` marks what the writer has to fill in.
    pub body: String,
    /// What is still to be filled in or attached.
    pub missing: Vec<String>,
}

/// Why there is nothing to write about yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NoMail {
    /// The reason in one sentence.
    pub because: String,
    /// What would have to be known first: cause, where to write, facts to find out.
    pub later: Vec<Later>,
}

/// What would warrant a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Later {
    /// Cause id.
    pub cause: String,
    /// Where one would write.
    pub to: String,
    /// Why one would.
    pub because: String,
    /// Facts to find out first; empty when what is known speaks against writing.
    pub missing: Vec<String>,
}

/// Facts of the request that support asks for, with the words of the message.
const REQUEST: &[(&str, &str)] = &[
    ("http.method", "Method"),
    ("http.url", "Address"),
    ("http.status", "Status"),
    ("http.error_code", "Error code"),
    ("http.request_id", "Request id"),
    ("inference.provider", "Provider"),
    ("inference.model", "Model"),
    ("repo.id", "Repository"),
    ("space.id", "Space"),
    ("client.name", "Program"),
    ("client.version", "Version"),
    ("client.exception", "Exception"),
];

/// Drafts the message of a report.
///
/// # Errors
/// When the report does not warrant one, with what is missing.
pub fn mail(report: &Report) -> Result<Mail, NoMail> {
    let Some(escalate) = &report.escalate else { return Err(not_yet(report)) };
    let mut missing = Vec::new();
    let mut body = format!("Hello,\n\n{}.\n", capital(escalate.because.trim_end_matches('.')));
    request(report, &mut body, &mut missing);
    printed(report, &mut body);
    account(report, &mut body);
    checked(report, &mut body);
    wanted(report, escalate, &mut body, &mut missing);
    body.push_str(&format!(
        "\nDrafted with hf-doctor {} (knowledge base {}), as of {}. Tokens, addresses and names are masked.\n",
        report.engine, report.knowledge_base, report.as_of
    ));
    Ok(Mail { to: escalate.to.clone(), subject: subject(report), body, missing })
}

fn not_yet(report: &Report) -> NoMail {
    let because = match report.verdict {
        ReportVerdict::NotHuggingFace => "another company refused; write to its support instead",
        ReportVerdict::NoError => "the report shows no error",
        ReportVerdict::NothingFound => "nothing was recognised, so nobody at Hugging Face could tell more from it",
        _ if report.escalate_later.is_empty() => "none of the likely causes is one that support has to resolve",
        _ => "support can only help once something else is known",
    };
    let later = report
        .escalate_later
        .iter()
        .map(|one| Later {
            cause: one.cause.clone(),
            to: one.to.clone(),
            because: one.because.clone(),
            missing: if one.excluded { Vec::new() } else { one.missing.clone() },
        })
        .collect();
    NoMail { because: because.to_owned(), later }
}

fn known<'a>(report: &'a Report, id: &str) -> Option<String> {
    let all = report.incident.facts.iter().chain(&report.account.facts);
    all.into_iter().find(|fact| fact.id == id).map(|fact: &'a _| fact.value.to_string())
}

fn subject(report: &Report) -> String {
    let status = known(report, "http.status").map(|status| format!("HTTP {status}: ")).unwrap_or_default();
    let title = report.causes.first().map_or(report.headline.as_str(), |cause| cause.title.as_str());
    let id = known(report, "http.request_id").map(|id| format!(" (request {id})")).unwrap_or_default();
    format!("{status}{}{id}", plain(title))
}

fn request(report: &Report, body: &mut String, missing: &mut Vec<String>) {
    body.push_str("\nWhat was refused\n");
    match &report.incident.time {
        Some(time) if time.ends_with('Z') || time.get(19..).is_some_and(|zone| zone.contains(['+', '-'])) => {
            body.push_str(&format!("- Time: {time}\n"));
        }
        Some(time) => {
            body.push_str(&format!("- Time: {time}, time zone [fill in]\n"));
            missing.push("the time zone of the log".to_owned());
        }
        None => {
            body.push_str("- Time: [fill in: date, time and time zone]\n");
            missing.push("date, time and time zone of the refusal".to_owned());
        }
    }
    for (id, name) in REQUEST {
        if let Some(value) = known(report, id) {
            body.push_str(&format!("- {name}: {}\n", plain(&value)));
        }
    }
}

fn printed(report: &Report, body: &mut String) {
    let mut lines: Vec<&str> = Vec::new();
    for finding in report.problems.iter().flat_map(|problem| &problem.findings) {
        if !lines.contains(&finding.excerpt.as_str()) && lines.len() < 5 {
            lines.push(&finding.excerpt);
        }
    }
    if !lines.is_empty() {
        body.push_str("\nWhat was printed\n");
        lines.iter().for_each(|line| body.push_str(&format!("    {}\n", line.trim())));
    }
}

fn account(report: &Report, body: &mut String) {
    if report.account.facts.is_empty() {
        return;
    }
    body.push_str("\nWhat is known of the account\n");
    for fact in &report.account.facts {
        body.push_str(&format!("- {}: {}\n", plain(&fact.title), plain(&fact.value.to_string())));
    }
}

fn checked(report: &Report, body: &mut String) {
    let first = report.causes.first();
    let reasons: Vec<String> =
        first.iter().flat_map(|cause| &cause.speaks_for).map(|reason| plain(&reason.because)).collect();
    let excluded: Vec<String> = report
        .ruled_out
        .iter()
        .map(|line| format!("not \"{}\": {}", plain(&line.title), plain(&line.because)))
        .collect();
    if reasons.is_empty() && excluded.is_empty() {
        return;
    }
    body.push_str("\nWhat was checked\n");
    reasons.iter().chain(&excluded).take(8).for_each(|line| body.push_str(&format!("- {line}\n")));
}

/// What support wants to see, each with whether it stands above already.
fn wanted(report: &Report, escalate: &Escalate, body: &mut String, missing: &mut Vec<String>) {
    let quoted = report.problems.iter().any(|problem| !problem.findings.is_empty());
    let above = |line: &str| {
        let line = line.to_lowercase();
        let names = [
            ("request id", known(report, "http.request_id").is_some()),
            ("sentence", quoted),
            ("message", quoted),
            ("plan", known(report, "account.plan").is_some()),
            ("provider", known(report, "inference.provider").is_some()),
            ("model", known(report, "inference.model").is_some()),
            ("repository", known(report, "repo.id").is_some()),
            ("time", false),
            ("screenshot", false),
            ("name", false),
            ("country", false),
        ];
        let mut mentioned = names.iter().filter(|(word, _)| line.contains(word)).peekable();
        mentioned.peek().is_some() && mentioned.all(|(_, there)| *there)
    };
    body.push_str("\nFor your investigation\n");
    // "never a card number" is advice to the writer, not to support.
    for line in escalate.include.iter().filter(|line| !line.starts_with("never ")) {
        let text = plain(line);
        if above(line) {
            body.push_str(&format!("- {text}: see above\n"));
        } else if line.to_lowercase().contains("screenshot") {
            body.push_str(&format!("- {text}: [attach]\n"));
            missing.push(text);
        } else {
            body.push_str(&format!("- {text}: [fill in]\n"));
            missing.push(text);
        }
    }
}

/// Text of a rule or of evidence in a plain message: on one line, without Markdown code marks.
fn plain(text: &str) -> String {
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    label(&text).replace('`', "")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
