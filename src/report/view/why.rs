//! Why a rule or a cause did or did not come out, as a document.

use serde::Serialize;

use super::{Desk, Values, findings, hundredths};
use crate::compile::Tri;
use crate::eval::{Candidate, CauseWhy, Diagnosis, Found, Recognition, RuleWhy, Side, Standing, Weighed};
use crate::kb::{KbError, KnowledgeBase};
use crate::model::{Condition, Day, Evidence, EvidenceItem, Layer, ReportVerdict, Scalar, Trust};
use crate::report::text::Scope;

/// The answer of `explain ID --why FILE` and `kb why`: layout `hf-doctor/why/v1`.
#[derive(Clone, Debug, Serialize)]
pub struct Why {
    /// `hf-doctor/why/v1`.
    pub schema: &'static str,
    /// What was asked about: a rule or a cause.
    pub id: String,
    /// Day the answer is made for.
    pub as_of: Day,
    /// Verdict of the report over the same evidence.
    pub verdict: ReportVerdict,
    /// The cause that leads there.
    pub first: Option<String>,
    /// The rule, or every rule that has the cause.
    pub rules: Vec<WhyRule>,
}

/// One rule.
#[derive(Clone, Debug, Serialize)]
pub struct WhyRule {
    /// Rule id.
    pub rule: String,
    /// Its file.
    pub path: String,
    /// The problem in one line.
    pub title: String,
    /// Whether its causes compete.
    pub considered: bool,
    /// How it was recognised, or why it was left out, in one sentence.
    pub because: String,
    /// Every symptom.
    pub symptoms: Vec<WhySymptom>,
    /// Recognition by structure.
    pub when: Option<WhyCondition>,
    /// Its causes.
    pub causes: Vec<WhyCause>,
}

/// One symptom.
#[derive(Clone, Debug, Serialize)]
pub struct WhySymptom {
    /// Symptom id.
    pub id: String,
    /// How much it says.
    pub layer: Layer,
    /// `matched`, `near` or `absent`.
    pub state: &'static str,
    /// How much of it is there, 0 to 1.
    pub degree: f64,
    /// Input in which it, or what comes nearest, stands.
    pub source: String,
    /// Line there, counted from 1; 0 when it is absent.
    pub line: usize,
    /// That line, redacted and shortened.
    pub excerpt: String,
    /// First character of the match or of the first difference in `excerpt`.
    pub start: usize,
    /// The character after it.
    pub end: usize,
    /// What the pattern wants where they differ first.
    pub expected: String,
    /// What stands there.
    pub found: String,
    /// What else there is to say about it.
    pub note: String,
}

/// A condition with its tests.
#[derive(Clone, Debug, Serialize)]
pub struct WhyCondition {
    /// `true`, `false` or `unknown`.
    pub state: &'static str,
    /// Its tests, in order.
    pub tests: Vec<WhyTest>,
}

/// One test of a condition.
#[derive(Clone, Debug, Serialize)]
pub struct WhyTest {
    /// The test as written.
    pub test: String,
    /// `true`, `false` or `unknown`.
    pub state: &'static str,
    /// Value of the fact that it reads.
    pub value: Option<Scalar>,
    /// Where that came from.
    pub from: Option<String>,
    /// How far it is trusted.
    pub trust: Option<&'static str>,
}

/// One cause.
#[derive(Clone, Debug, Serialize)]
pub struct WhyCause {
    /// Cause id.
    pub id: String,
    /// The cause in one line.
    pub title: String,
    /// Its place, from 1; none when it is ruled out or not ranked.
    pub rank: Option<usize>,
    /// Share, 0 to 1.
    pub share: f64,
    /// What became of it, in one sentence.
    pub outcome: String,
    /// What must not be false.
    pub requires: Option<WhyCondition>,
    /// Its sum.
    pub sum: Option<WhySum>,
    /// The sum of the cause that leads, or, when this one leads, of the next.
    pub rival: Option<WhySum>,
    /// The smallest changes of facts that would change the leading cause.
    pub changes: Vec<WhyChange>,
}

/// How a score came about, in decibans.
#[derive(Clone, Debug, Serialize)]
pub struct WhySum {
    /// Cause id.
    pub cause: String,
    /// What is known beforehand.
    pub prior: i32,
    /// How its rule was recognised.
    pub recognition: i32,
    /// How alike the words are.
    pub similarity: i32,
    /// Its evidence.
    pub items: Vec<WhyItem>,
    /// Everything together.
    pub total: i32,
}

/// One piece of evidence.
#[derive(Clone, Debug, Serialize)]
pub struct WhyItem {
    /// What it adds to the sum.
    pub counts: i32,
    /// What it would add when true; negative for evidence against.
    pub weight: i32,
    /// `true`, `false` or `unknown`.
    pub state: &'static str,
    /// The group in which a stronger item counts instead.
    pub instead: Option<String>,
    /// Why it matters.
    pub because: String,
    /// The tests of its condition; left out for the rival.
    pub tests: Vec<WhyTest>,
}

/// A change of facts that would put another cause first.
#[derive(Clone, Debug, Serialize)]
pub struct WhyChange {
    /// Facts as `--set` takes them.
    pub set: Vec<String>,
    /// For each, the value it has now; none when it is unknown.
    pub before: Vec<Option<Scalar>>,
    /// The cause that would then lead.
    pub leads: String,
    /// The verdict that the report would then have.
    pub verdict: ReportVerdict,
}

/// Builds the document for one rule, or for all rules that have a cause.
///
/// # Errors
/// When an item of the knowledge base that is needed cannot be decoded.
pub fn why(
    kb: &KnowledgeBase,
    evidence: &Evidence,
    diagnosis: &Diagnosis,
    id: &str,
    rules: &[RuleWhy],
) -> Result<Why, KbError> {
    let lookup = Values { kb, facts: &diagnosis.facts, as_of: diagnosis.as_of };
    let desk = Desk { kb, evidence, diagnosis, scope: Scope::new(&lookup), faults: std::cell::RefCell::default() };
    let mut told = Vec::new();
    for rule in rules {
        told.extend(desk.why_rule(rule)?);
    }
    // Rules that compete say more than those that were left out.
    told.sort_by_key(|rule| !rule.considered);
    Ok(Why {
        schema: "hf-doctor/why/v1",
        id: id.to_owned(),
        as_of: diagnosis.as_of,
        verdict: diagnosis.verdict,
        first: diagnosis.ranked().next().map(|first| first.id.clone()),
        rules: told,
    })
}

impl Desk<'_> {
    fn why_rule(&self, why: &RuleWhy) -> Result<Option<WhyRule>, KbError> {
        let Some(file) = self.kb.rule_at(why.rule)? else { return Ok(None) };
        let rule = &file.rule;
        let because = match &why.standing {
            Standing::Considered(recognition) => recognised(*recognition),
            Standing::Removed => "it is a tombstone: kept for its page, never evaluated".to_owned(),
            Standing::NotValid => {
                let (from, until) = (rule.valid.from, rule.valid.until);
                let day = |day: Option<Day>| day.map_or_else(|| "…".to_owned(), |day| day.to_string());
                format!("it is not valid on {}: {} until {}", self.diagnosis.as_of, day(from), day(until))
            }
            Standing::YieldsTo(rules) => format!("it yields to `{}`, recognised as well", rules.join("`, `")),
            Standing::LastResort => {
                "it is a last resort, and another rule was recognised by a decisive text or by structure".to_owned()
            }
            Standing::NotRecognised => match &why.when {
                Some(_) => "none of its symptoms matched and its structural condition does not hold".to_owned(),
                None => "none of its symptoms matched".to_owned(),
            },
        };
        let mut symptoms = Vec::new();
        for (symptom, found) in rule.symptoms.iter().zip(&why.symptoms) {
            symptoms.push(self.why_symptom(symptom.id.clone(), symptom.layer, found, &why.standing));
        }
        let mut causes = Vec::new();
        for cause in &why.causes {
            let Some(authored) = rule.causes.get(cause.number) else { continue };
            causes.push(WhyCause {
                id: authored.id.clone(),
                title: self.text(&authored.title),
                rank: cause.rank,
                share: cause.candidate.as_ref().map_or(0.0, |candidate| hundredths(candidate.share)),
                outcome: self.outcome(cause, why),
                requires: cause.requires.as_ref().map(|weighed| self.condition(weighed)).transpose()?,
                sum: cause.candidate.as_ref().map(|one| self.sum(one, Some(&cause.items))).transpose()?,
                rival: self.rival(cause).map(|one| self.sum(one, None)).transpose()?,
                changes: cause
                    .flips
                    .iter()
                    .map(|flip| WhyChange {
                        set: flip.changes.iter().map(|one| format!("{}={}", one.fact, one.value)).collect(),
                        before: flip.changes.iter().map(|one| one.before.clone()).collect(),
                        leads: flip.leads.clone(),
                        verdict: flip.verdict,
                    })
                    .collect(),
            });
        }
        Ok(Some(WhyRule {
            rule: rule.id.clone(),
            path: file.path.clone(),
            title: self.text(&rule.title),
            considered: matches!(why.standing, Standing::Considered(_)),
            because,
            symptoms,
            when: why.when.as_ref().map(|weighed| self.condition(weighed)).transpose()?,
            causes,
        }))
    }

    fn why_symptom(&self, id: String, layer: Layer, found: &Found, standing: &Standing) -> WhySymptom {
        let mut told = WhySymptom {
            id,
            layer,
            state: "absent",
            degree: 0.0,
            source: String::new(),
            line: 0,
            excerpt: String::new(),
            start: 0,
            end: 0,
            expected: String::new(),
            found: String::new(),
            note: String::new(),
        };
        match found {
            Found::Match(number) => {
                let Some(one) = self.diagnosis.matches.get(*number) else { return told };
                let finding = self.finding(one);
                told.state = "matched";
                told.degree = 1.0;
                (told.source, told.line, told.excerpt) = (finding.source, finding.line, finding.excerpt);
                (told.start, told.end) = (finding.start, finding.end);
            }
            Found::Near(part, miss) => {
                let near = self.near(*part, miss);
                told.state = "near";
                told.degree = near.share;
                (told.source, told.line, told.excerpt) = (near.source, near.line, near.excerpt);
                (told.start, told.end) = (near.start, near.end);
                (told.expected, told.found) = (near.expected, near.found);
                if miss.edits == 0 {
                    let why = match (standing, layer) {
                        (Standing::NotValid | Standing::Removed, _) => "the rule is not in use on that day",
                        (Standing::Considered(_), Layer::Decisive) => {
                            "another symptom at the same place is more specific"
                        }
                        (_, Layer::Hint) => "a hint is read only where its rule is recognised otherwise",
                        (_, Layer::Retold) => "words of a person count only where nothing decisive is printed",
                        (_, Layer::Wrapper) => "what a client prints around an error is not read in a person's words",
                        (_, Layer::Decisive) => "it is not valid on that day, or a more specific symptom matched there",
                    };
                    why.clone_into(&mut told.note);
                }
            }
            Found::Nothing => {}
        }
        told
    }

    fn outcome(&self, cause: &CauseWhy, why: &RuleWhy) -> String {
        let Some(candidate) = &cause.candidate else {
            return format!("not a cause on {}", self.diagnosis.as_of);
        };
        let share = candidate.share * 100.0;
        match (cause.rank, &why.standing) {
            (Some(rank), _) => format!("number {rank} with {share:.0} %, {} decibans", candidate.score),
            (None, Standing::Considered(_)) if candidate.requires == Some(Tri::False) => {
                "ruled out: what it requires is false".to_owned()
            }
            (None, Standing::Considered(_)) => {
                "ranked where another rule has the same cause with a better sum".to_owned()
            }
            (None, _) => {
                format!("not ranked, because its rule was left out; it would have {} decibans", candidate.score)
            }
        }
    }

    /// The leading cause, or the second when this one leads.
    fn rival(&self, cause: &CauseWhy) -> Option<&Candidate> {
        let own = cause.candidate.as_ref()?;
        self.diagnosis.ranked().find(|one| (one.id.as_str(), &one.service) != (own.id.as_str(), &own.service))
    }

    fn sum(&self, candidate: &Candidate, tests: Option<&Vec<Weighed>>) -> Result<WhySum, KbError> {
        let mut items = Vec::new();
        if let Some((_, cause)) = self.authored(candidate)? {
            for (position, item) in candidate.items.iter().enumerate() {
                let (list, sign): (&[EvidenceItem], i32) = match item.side {
                    Side::For => (&cause.speaks_for, 1),
                    Side::Against => (&cause.against, -1),
                };
                let Some(authored) = list.get(item.number) else { continue };
                let beaten = item.state == Tri::True && !item.counted;
                items.push(WhyItem {
                    counts: if item.state == Tri::True && item.counted { item.weight * sign } else { 0 },
                    weight: item.weight * sign,
                    state: word(item.state),
                    instead: authored.group.clone().filter(|_| beaten),
                    because: self.quoted(&authored.because),
                    tests: match tests.and_then(|tests| tests.get(position)) {
                        Some(weighed) => self.condition(weighed)?.tests,
                        None => Vec::new(),
                    },
                });
            }
        }
        if tests.is_none() {
            items.retain(|item| item.counts != 0);
        }
        Ok(WhySum {
            cause: candidate.id.clone(),
            prior: candidate.prior,
            recognition: candidate.recognition.decibans(),
            similarity: candidate.similarity,
            items,
            total: candidate.score,
        })
    }

    /// A reason whose values may be missing, because what it asks for is not known.
    pub(super) fn quoted(&self, text: &str) -> String {
        match crate::report::text::expand(text, &self.scope) {
            Ok(text) => text.trim_end().to_owned(),
            Err(_) => super::without_expressions(text),
        }
    }

    fn condition(&self, weighed: &Weighed) -> Result<WhyCondition, KbError> {
        let mut tests = Vec::new();
        for leaf in &weighed.leaves {
            let fact = match &leaf.condition {
                Condition::Fact { fact, .. } => self.fact(fact),
                _ => None,
            };
            tests.push(WhyTest {
                test: written(&leaf.condition),
                state: word(leaf.state),
                value: fact.map(|fact| self.shown(fact)).transpose()?,
                from: fact.map(|fact| fact.from.clone()),
                trust: fact.map(|fact| trust(fact.trust)),
            });
        }
        Ok(WhyCondition { state: word(weighed.state), tests })
    }

    /// A near miss with its line.
    pub(super) fn near(&self, part: usize, miss: &crate::compile::nearest::NearMiss) -> crate::model::NearMessage {
        let part = self.evidence.parts.get(part);
        let text = part.map_or("", |part| part.text.as_str());
        let span = if miss.edits == 0 { miss.span } else { (miss.at, miss.at.saturating_add(miss.found.len().max(1))) };
        let (excerpt, start, end) = findings::excerpt(text, span);
        let before = text.as_bytes().get(..span.0).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count();
        crate::model::NearMessage {
            rule: String::new(),
            title: String::new(),
            symptom: String::new(),
            share: hundredths(miss.degree()),
            source: part.map(|part| part.source.clone()).unwrap_or_default(),
            line: line.saturating_add(part.map_or(1, |part| part.first_line)),
            excerpt,
            start,
            end: end.max(start.saturating_add(1)),
            expected: miss.expected.clone(),
            found: miss.found.clone(),
        }
    }
}

fn recognised(recognition: Recognition) -> String {
    let how = match recognition {
        Recognition::Decisive => "a decisive text, printed by software",
        Recognition::Quoted => "a decisive text that the person quotes",
        Recognition::Structure => "its structural condition",
        Recognition::Retold => "words of a person; these never conclude alone",
        Recognition::Surrounding => "a wrapper only, or as a last resort; that never concludes",
        Recognition::Similarity => "nothing but similar words; these never conclude",
    };
    format!("recognised by {how} ({:+} decibans)", recognition.decibans())
}

const fn word(state: Tri) -> &'static str {
    match state {
        Tri::True => "true",
        Tri::False => "false",
        Tri::Unknown => "unknown",
    }
}

const fn trust(trust: Trust) -> &'static str {
    match trust {
        Trust::Told => "said by the person",
        Trust::Client => "printed by the client",
        Trust::Status => "status or exception",
        Trust::Given => "given in the evidence",
        Trust::Url => "read off the URL",
        Trust::Server => "written by the server",
        Trust::Set => "set on the command line",
    }
}

/// A test as authors write it.
fn written(condition: &Condition) -> String {
    let value = serde_json::to_value(condition).unwrap_or_default();
    let mut text = String::new();
    flow(&value, &mut text);
    text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(&text).to_owned()
}

fn flow(value: &serde_json::Value, out: &mut String) {
    use serde_json::Value;
    match value {
        Value::Object(map) => {
            out.push('{');
            for (number, (key, value)) in map.iter().enumerate() {
                out.push_str(if number > 0 { ", " } else { "" });
                out.push_str(key);
                out.push_str(": ");
                flow(value, out);
            }
            out.push('}');
        }
        Value::Array(list) => {
            out.push('[');
            for (number, value) in list.iter().enumerate() {
                out.push_str(if number > 0 { ", " } else { "" });
                flow(value, out);
            }
            out.push(']');
        }
        Value::String(text) => out.push_str(text),
        other => out.push_str(&other.to_string()),
    }
}
