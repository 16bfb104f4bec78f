//! A rule and its cases made of a report.

use std::path::Path;

use super::message::{Message, messages};
use super::pattern::{Proposal, noisy, propose, unusable};
use super::{NewFile, yaml};
use crate::author::{cases, layout_text};
use crate::compile::nearest::{Words, nearest, pattern_words};
use crate::diag::yaml::Limits;
use crate::eval::{Engine, Recognition};
use crate::kb::{KbError, KnowledgeBase, Loaded, load_texts, read_one};
use crate::model::{Case, Day, Evidence, Layer, PartKind, TextPart, Trust};
use crate::pipeline::Done;

/// What is wanted.
#[derive(Clone, Copy, Debug)]
pub struct NewRule<'a> {
    /// Id, when it is given.
    pub id: Option<&'a str>,
    /// Id of the first cause, when it is given.
    pub cause: Option<&'a str>,
    /// Area, when it is given.
    pub area: Option<&'a str>,
    /// Line of the message, when the one that was chosen is not it.
    pub line: Option<usize>,
    /// Directory of the rules.
    pub rules: &'a Path,
    /// Directory of the cases.
    pub cases: &'a Path,
    /// Today.
    pub today: Day,
}

/// A rule that is like the new one.
#[derive(Clone, Debug)]
pub struct Rival {
    /// Its id.
    pub rule: String,
    /// The problem in one line.
    pub title: String,
    /// Where the message leaves the one it knows: expected and found; none when it resembles by words only.
    pub differs: Option<(String, String)>,
}

/// What would be written, and what there is to say about it.
#[derive(Clone, Debug)]
pub struct RuleDraft {
    /// Id of the rule.
    pub id: String,
    /// Its area.
    pub area: String,
    /// The message that the pattern was made of.
    pub message: Message,
    /// Other lines that could be the message.
    pub others: Vec<Message>,
    /// The pattern.
    pub proposal: Proposal,
    /// Rules that are like it, the nearest first.
    pub rivals: Vec<Rival>,
    /// The rule, the case that it must explain, one that it must not, one of a rival.
    pub files: Vec<NewFile>,
    /// What the person should look at.
    pub notes: Vec<String>,
}

/// Names that are too common to be part of an id.
const PLAIN: &[&str] = &[
    "this", "that", "your", "with", "from", "have", "been", "for", "the", "and", "you", "are", "was", "error", "failed",
];

/// Drafts a rule for evidence that nothing recognises.
///
/// # Errors
/// In words: no message, no usable pattern, an id or area that cannot be, or a broken knowledge base.
pub fn draft(engine: &Engine, loaded: &Loaded, done: &Done, wanted: &NewRule<'_>) -> Result<RuleDraft, String> {
    let kb = engine.kb();
    let broken = |error: KbError| error.to_string();
    let evidence = &done.evidence;
    let mut found = messages(evidence);
    if let Some(line) = wanted.line {
        let at = line_of(evidence, line).ok_or_else(|| format!("line {line} of the report has no text"))?;
        found.retain(|message| message.line != line);
        found.insert(0, at);
    }
    if found.is_empty() {
        return Err("there is no line in the report that could be an error message".to_owned());
    }
    let message = found.remove(0);
    let proposal = propose(kb, &message.text).map_err(broken)?;
    if let Some(why) = unusable(&proposal.pattern, &message.text) {
        return Err(format!("no pattern can be made of `{}`: {why}", message.text));
    }
    let mut notes = Vec::new();
    for (rule, symptom) in noisy(kb, &proposal.pattern).map_err(broken)? {
        notes.push(format!("the pattern also matches an example of `{rule}` (symptom `{symptom}`): narrow it"));
    }
    if !proposal.loose.is_empty() {
        let parts: Vec<String> = proposal.loose.iter().map(|part| format!("`{part}`")).collect();
        notes.push(format!("these parts vary and no account fact is for them: {}", parts.join(", ")));
    }
    let rivals = rivals(engine, done, &message).map_err(broken)?;
    let area = area(kb, wanted, &rivals, &message)?;
    let id = id(kb, wanted, &message, &proposal)?;
    let path = wanted.rules.join(&area).join(format!("{id}.yaml"));
    let near = near_miss(&message.text, &proposal.pattern);
    let package = package(evidence);
    let cause = match wanted.cause {
        Some(cause) if cause == id => {
            return Err(format!("`{cause}` is the id of the rule; name the cause after what it is"));
        }
        Some(cause) => usable(kb, wanted, cause)?,
        None => format!("{id}-cause"),
    };
    let ids = Ids { rule: &id, cause: &cause, given: wanted.cause.is_some() };
    let text = scaffold(&ids, &message.text, &proposal, package.as_deref(), near.as_deref(), wanted.today);

    // What is expected of the cases is what the rule does, tried out before anything is written.
    let shown = format!("{area}/{id}.yaml");
    let mut texts: Vec<(String, String)> =
        loaded.files.names().filter_map(|name| Some((name.to_owned(), loaded.files.text(name)?.to_owned()))).collect();
    texts.push((shown.clone(), text.clone()));
    let parts = load_texts(texts).map_err(|failure| {
        let told = failure.diagnostics.iter().find(|one| one.location.file == shown).or(failure.diagnostics.first());
        format!("the draft cannot be read: {}", told.map_or("", |one| one.message.as_str()))
    })?;
    let tried = Engine::new(KnowledgeBase::from_parts(parts.parts)).map_err(broken)?;
    // What a report holds may need other quotes or lines than the scaffold gives it.
    let laid_out = |path: &Path, text: String| layout_text(&path.to_string_lossy(), &text).unwrap_or(text);
    let text = laid_out(&path, text);
    let mut files = vec![NewFile { path, text }];
    let folder = wanted.cases.join(&area);
    let mut case = |name: String, title: &str, body: String| -> Result<(), String> {
        let text = expect(&tried, title, &body, &cause, wanted.today)?;
        let path = folder.join(name);
        let text = laid_out(&path, text);
        files.push(NewFile { path, text });
        Ok(())
    };
    case(
        format!("{id}-report.yaml"),
        "The report of which the rule was made",
        report_of(evidence, &message, wanted.today),
    )?;
    let day = wanted.today;
    if let Some(near) = &near {
        let body = format!("  observed: {day}\n  text: {}\n", yaml::block(near, 4));
        case(format!("{id}-near-miss.yaml"), "A message that only begins like it", body)?;
    }
    if let Some((rival, example)) = rival_example(kb, &rivals).map_err(broken)? {
        let body = format!("  observed: {day}\n  text: {}\n", yaml::block(&example, 4));
        case(format!("{id}-rival.yaml"), &format!("What {rival} explains stays with it"), body)?;
    }
    Ok(RuleDraft { id, area, message, others: found, proposal, rivals, files, notes })
}

/// Whether the evidence is recognised by a text that decides: rules and leading causes.
#[must_use]
pub(crate) fn recognised(engine: &Engine, done: &Done) -> Option<(String, Vec<String>)> {
    let problem = done.diagnosis.problems.iter().find(|problem| problem.recognition >= Recognition::Quoted)?;
    let file = engine.kb().rule_at(problem.rule).ok().flatten()?;
    let causes = done.report.causes.iter().take(3).map(|cause| format!("{} ({:.0} %)", cause.id, cause.share * 100.0));
    Some((file.rule.id.clone(), causes.collect()))
}

fn line_of(evidence: &Evidence, line: usize) -> Option<Message> {
    let one = evidence.parts.iter().enumerate().find_map(|(number, part)| {
        let text = part.text.lines().nth(line.checked_sub(part.first_line)?)?;
        Some((number, part, text))
    });
    let (number, part, text) = one?;
    let only = TextPart { text: text.to_owned(), first_line: line, ..part.clone() };
    let mut found = messages(&Evidence { parts: vec![only], ..Evidence::default() });
    let mut message = found.drain(..).next()?;
    message.part = number;
    Some(message)
}

/// The rules that come nearest: by a message first, then by words.
fn rivals(engine: &Engine, done: &Done, message: &Message) -> Result<Vec<Rival>, KbError> {
    let kb = engine.kb();
    let text = message.text.as_bytes();
    let mut numbers: Vec<usize> = Vec::new();
    // The message alone: what is printed around it resembles everything.
    let part =
        done.evidence.parts.get(message.part).cloned().map(|part| TextPart { text: message.text.clone(), ..part });
    let only = Evidence { parts: part.into_iter().collect(), ..Evidence::default() };
    let near = engine.nearest(&only, done.diagnosis.as_of)?.into_iter().map(|one| one.rule);
    let alike = engine.similar(&only).into_iter().take(12).map(|(rule, _, _)| rule);
    for rule in near.chain(alike).chain(done.diagnosis.problems.iter().map(|problem| problem.rule)) {
        if !numbers.contains(&rule) {
            numbers.push(rule);
        }
    }
    let mut out = Vec::new();
    for number in numbers.into_iter().take(4) {
        let Some(file) = kb.rule_at(number)? else { continue };
        let best = file
            .rule
            .symptoms
            .iter()
            .filter(|symptom| symptom.layer == Layer::Decisive)
            .filter_map(|symptom| {
                let wanted = pattern_words(&symptom.pattern);
                nearest(&symptom.pattern, text, &Words::of(text, |word| wanted.contains(&word)))
            })
            .max_by(|a, b| a.degree().total_cmp(&b.degree()));
        out.push(Rival {
            rule: file.rule.id.clone(),
            title: file.rule.title.clone(),
            differs: best.filter(|miss| miss.edits > 0).map(|miss| (miss.expected, miss.found)),
        });
    }
    Ok(out)
}

fn area(kb: &KnowledgeBase, wanted: &NewRule<'_>, rivals: &[Rival], message: &Message) -> Result<String, String> {
    let manifest = kb.manifest().map_err(|error| error.to_string())?;
    let ids: Vec<&str> = manifest.areas.iter().map(|area| area.id.as_str()).collect();
    if let Some(area) = wanted.area {
        if ids.contains(&area) {
            return Ok(area.to_owned());
        }
        let help = crate::diag::did_you_mean(area, ids.iter().copied())
            .unwrap_or_else(|| format!("areas: {}", ids.join(", ")));
        return Err(format!("there is no area `{area}`; {help}"));
    }
    let low = message.text.to_ascii_lowercase();
    let score = |id: &str, title: &str| {
        let votes = rivals
            .iter()
            .enumerate()
            .filter(|(_, rival)| kb.rule(&rival.rule).ok().flatten().is_some_and(|file| file.area == id));
        let votes: usize = votes.map(|(place, _)| 4usize.saturating_sub(place)).sum();
        let title = title.to_ascii_lowercase();
        let words = title.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() >= 4);
        let said = words.filter(|word| low.contains(word.trim_end_matches('s'))).count();
        votes + 3 * said + 4 * usize::from(low.contains(id))
    };
    let best = manifest.areas.iter().rev().max_by_key(|area| score(&area.id, &area.title));
    best.map(|area| area.id.clone()).ok_or_else(|| "the knowledge base has no areas".to_owned())
}

/// The names of a draft.
struct Ids<'a> {
    rule: &'a str,
    cause: &'a str,
    /// Whether a person named the cause.
    given: bool,
}

/// Ids that cannot be given to anything new.
struct Taken {
    ids: Vec<String>,
    /// Ids of removed rules are kept in the lock file and never used again.
    lock: String,
}

impl Taken {
    fn of(kb: &KnowledgeBase, wanted: &NewRule<'_>) -> Self {
        let mut ids: Vec<String> = kb.all_ids().map(str::to_owned).collect();
        for file in kb.rules().flatten() {
            ids.extend(file.rule.causes.iter().map(|cause| cause.id.clone()));
        }
        Self { ids, lock: std::fs::read_to_string(wanted.rules.join("rules.lock")).unwrap_or_default() }
    }

    fn is_free(&self, id: &str) -> bool {
        let mut words = self.lock.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        !words.any(|word| word == id) && !self.ids.iter().any(|other| other == id)
    }
}

/// An id that a person chose.
fn usable(kb: &KnowledgeBase, wanted: &NewRule<'_>, id: &str) -> Result<String, String> {
    let formed = id
        .split('-')
        .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
    match (formed, Taken::of(kb, wanted).is_free(id)) {
        (false, _) => Err(format!("`{id}` is not a well-formed id: lower-case words joined by `-`")),
        (_, false) => Err(format!("the id `{id}` is taken, or was once")),
        _ => Ok(id.to_owned()),
    }
}

fn id(kb: &KnowledgeBase, wanted: &NewRule<'_>, message: &Message, proposal: &Proposal) -> Result<String, String> {
    if let Some(id) = wanted.id {
        return usable(kb, wanted, id);
    }
    let taken = Taken::of(kb, wanted);
    let free = |id: &str| taken.is_free(id);
    // Names of one report are no name for a problem.
    let mut fixed = message.text.clone();
    let values = proposal.captures.iter().map(|(_, _, value)| value.to_string());
    for part in values.chain(proposal.loose.iter().cloned()) {
        fixed = fixed.replacen(&part, " ", 1);
    }
    let words: Vec<String> = fixed
        .split(|c: char| !c.is_ascii_alphabetic())
        .map(str::to_ascii_lowercase)
        .filter(|word| word.len() >= 3 && !PLAIN.contains(&word.as_str()))
        .take(5)
        .collect();
    let stem = if words.is_empty() { "new-rule".to_owned() } else { words.join("-") };
    (1..1000)
        .map(|number| if number == 1 { stem.clone() } else { format!("{stem}-{number}") })
        .find(|id| free(id))
        .ok_or_else(|| "no free id was found; name one with --id".to_owned())
}

/// The message with its longest word exchanged, so that the pattern does not match any more.
fn near_miss(message: &str, pattern: &str) -> Option<String> {
    let compiled = crate::compile::compile_pattern(pattern).ok()?;
    let mut words: Vec<&str> =
        message.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() >= 4).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let other = words.into_iter().map(|word| message.replacen(word, "something", 1));
    other.into_iter().find(|text| !compiled.is_match(text.as_bytes()))
}

fn package(evidence: &Evidence) -> Option<String> {
    let value = |name: &str| evidence.fact(name).and_then(|fact| fact.value.as_text().map(str::to_owned));
    let hub = value("http.host").filter(|host| host == "huggingface.co").map(|_| "Hugging Face Hub".to_owned());
    hub.or_else(|| value("client.name").filter(|name| !matches!(name.as_str(), "other" | "browser")))
}

fn scaffold(
    ids: &Ids<'_>,
    message: &str,
    proposal: &Proposal,
    package: Option<&str>,
    near: Option<&str>,
    today: Day,
) -> String {
    let mut out = String::from("# yaml-language-server: $schema=../../schema/rule.schema.json\n");
    out.push_str(&format!("id: {}\nversion: 1\n", ids.rule));
    out.push_str("title: \"TODO: the problem in one line, as the person meets it\"\nstatus: preview\n");
    out.push_str(&format!("verified: {today}  # the day on which you compared the whole rule with its sources\n"));
    out.push_str("summary: |\n  TODO: what the message means and when it is printed.\nsymptoms:\n  - id: message\n    layer: decisive\n");
    if let Some(package) = package {
        out.push_str(&format!("    emitted_by: {{package: {}}}\n", yaml::text(package)));
    }
    out.push_str(&format!("    pattern: {}\n", yaml::pattern(&proposal.pattern)));
    if !proposal.captures.is_empty() {
        out.push_str("    captures:\n");
        out.extend(proposal.captures.iter().map(|(group, fact, _)| format!("      {group}: {fact}\n")));
    }
    out.push_str(&format!("    matches:\n      - text: {}\n", yaml::text(message)));
    if !proposal.captures.is_empty() {
        out.push_str("        facts:\n");
        out.extend(
            proposal.captures.iter().map(|(_, fact, value)| format!("          {fact}: {}\n", yaml::scalar(value))),
        );
    }
    if let Some(near) = near {
        out.push_str("    # better: a real message, of another company perhaps, that looks most like it\n");
        out.push_str(&format!("    rejects:\n      - {}\n", yaml::text(near)));
    }
    out.push_str(
        "    sources: [TODO]  # where the wording was read: an id of rules/sources; `kb new source URL` adds one\n",
    );
    let note = if ids.given {
        "one entry for each possible cause"
    } else {
        "rename it after what it is; one entry for each possible cause"
    };
    out.push_str(&format!("causes:\n  - id: {}  # {note}\n", ids.cause));
    out.push_str(
        "    title: \"TODO: the cause in one line\"\n    prior: common\n    for:\n      - when: {symptom: message}\n",
    );
    out.push_str("        weight: decisive\n        because: \"TODO: what in the message says so, in words the person understands\"\n");
    out.push_str("    explanation: |\n      TODO: the reason, with the person's own values.\n");
    out.push_str(
        "    remediation: [TODO]  # ids of rules/steps, best first; `kb new step` adds one\n    sources: [TODO]\n",
    );
    out
}

/// The evidence of the report: its text around the message, what the person said, and the fields that were given.
fn report_of(evidence: &Evidence, message: &Message, today: Day) -> String {
    const AROUND: usize = 20;
    let mut out = format!("  observed: {}\n", evidence.observed.unwrap_or(today));
    if let Some(part) = evidence.parts.get(message.part).filter(|part| part.kind == PartKind::Printed) {
        let at = message.line.saturating_sub(part.first_line);
        let lines: Vec<&str> = part.text.lines().skip(at.saturating_sub(AROUND)).take(2 * AROUND).collect();
        let text = lines.join("\n");
        out.push_str(&format!("  text: {}\n", yaml::block(text.trim_matches('\n'), 4)));
    }
    let notes: Vec<&str> =
        evidence.parts.iter().filter(|part| part.kind == PartKind::Notes).map(|part| part.text.trim()).collect();
    if !notes.is_empty() {
        out.push_str(&format!("  notes: {}\n", yaml::block(&notes.join("\n"), 4)));
    }
    let mut section = String::new();
    for fact in evidence.facts.iter().filter(|fact| fact.trust == Trust::Given) {
        let Some((head, tail)) = fact.fact.split_once('.').filter(|(_, tail)| !tail.contains('.')) else { continue };
        if section != head {
            out.push_str(&format!("  {head}:\n"));
            head.clone_into(&mut section);
        }
        out.push_str(&format!("    {tail}: {}\n", yaml::scalar(&fact.value)));
    }
    out
}

/// A case with what comes out of its evidence.
fn expect(engine: &Engine, title: &str, body: &str, cause: &str, today: Day) -> Result<String, String> {
    let head = format!(
        "# yaml-language-server: $schema=../../../schema/case.schema.json\ntitle: {}\nevidence:\n{body}expect:\n",
        yaml::text(title)
    );
    let draft = format!("{head}  not_first: []\n");
    let told = |failure: Box<crate::kb::Failure>| {
        failure.diagnostics.first().map_or_else(String::new, |one| format!("the case cannot be read: {}", one.message))
    };
    let case: Case = read_one("case.yaml", &draft, &Limits::RULES).map_err(told)?;
    let done = cases::diagnose(engine, &case, "case.yaml", today).map_err(|error| error.to_string())?;
    let verdict = done.report.verdict.word();
    Ok(match done.report.causes.first() {
        Some(first)
            if first.id == cause
                && done.diagnosis.problems.iter().any(|one| one.recognition >= Recognition::Quoted) =>
        {
            format!("{head}  verdict: {verdict}\n  cause: {cause}\n")
        }
        // By similar words only: it may come first, it must not be concluded.
        Some(first) if first.id == cause => format!("{head}  verdict: {verdict}\n"),
        Some(first) => format!("{head}  cause: {}\n  not_first: [{cause}]\n", first.id),
        None => format!("{head}  verdict: {verdict}\n  not_first: [{cause}]\n"),
    })
}

/// A message that the nearest rule knows.
fn rival_example(kb: &KnowledgeBase, rivals: &[Rival]) -> Result<Option<(String, String)>, KbError> {
    for rival in rivals {
        let Some(file) = kb.rule(&rival.rule)? else { continue };
        let symptoms = file.rule.symptoms.iter().filter(|symptom| symptom.layer == Layer::Decisive);
        if let Some(example) = symptoms.flat_map(|symptom| &symptom.matches).next() {
            return Ok(Some((file.rule.id.clone(), example.text.clone())));
        }
    }
    Ok(None)
}
