//! The whole way of one incident: inputs, evidence, diagnosis, report document.
//!
//! Pure: the day is an argument, inputs are bytes. Commands, tests and the measuring of accuracy
//! all go this way, so that they cannot disagree.

use crate::diag::yaml::{self, Limits};
#[cfg(feature = "cli")]
use crate::eval::Kept;
use crate::eval::{Diagnosis, Engine};
use crate::evidence::{self, EvidenceError, RawInput, Shared, Yaml, YamlRefusal};
use crate::kb::{KbError, KnowledgeBase};
use crate::model::{Day, Evidence, Report, VocabularyFact};
use crate::report::view;

/// Evidence files may be larger than rule files: they hold whole logs.
const EVIDENCE_LIMITS: Limits = Limits { max_bytes: 64 * 1024 * 1024, max_depth: 24, max_nodes: 200_000 };

/// What is asked.
#[derive(Debug)]
pub struct Asked<'a> {
    /// Inputs in the order given.
    pub inputs: &'a [RawInput],
    /// Facts set on top of them.
    pub sets: &'a [(String, String)],
    /// Day to answer for; the evidence's own day when absent.
    pub as_of: Option<Day>,
    /// Day to answer for when the evidence has none either.
    pub today: Day,
    /// Most causes in the report.
    pub top: usize,
}

/// What came out.
#[derive(Debug)]
pub struct Done {
    /// The redacted evidence.
    pub evidence: Evidence,
    /// The diagnosis with its trace.
    pub diagnosis: Diagnosis,
    /// The report document.
    pub report: Report,
}

/// Why nothing came out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Inputs that cannot be read as evidence.
    #[error("the evidence cannot be read")]
    Evidence(Vec<EvidenceError>),
    /// A broken knowledge base.
    #[error(transparent)]
    Kb(#[from] KbError),
}

/// Diagnoses one incident.
///
/// # Errors
/// All problems of the inputs at once, or the item of the knowledge base that is broken.
pub fn diagnose(engine: &Engine, asked: &Asked<'_>) -> Result<Done, Error> {
    let evidence = read(engine.kb(), asked)?;
    let as_of = asked.as_of.or(evidence.observed).unwrap_or(asked.today);
    let mut done = answer(engine, evidence, as_of, asked.top)?;
    point(&mut done.report, asked.inputs);
    Ok(done)
}

/// As [`diagnose`], and the masked inputs that lead to the same report, for handing on.
///
/// # Errors
/// As [`diagnose`].
pub fn diagnose_shared(engine: &Engine, asked: &Asked<'_>) -> Result<(Done, Shared), Error> {
    let facts = Vocabulary(engine.kb());
    let (evidence, shared) =
        evidence::read_shared(asked.inputs, asked.sets, asked.as_of, &facts, &parse_yaml).map_err(Error::Evidence)?;
    let as_of = asked.as_of.or(evidence.observed).unwrap_or(asked.today);
    Ok((answer(engine, evidence, as_of, asked.top)?, shared))
}

/// Reads the inputs of one incident: everything before a rule is looked at.
///
/// # Errors
/// All problems of the inputs at once.
pub fn read(kb: &KnowledgeBase, asked: &Asked<'_>) -> Result<Evidence, Error> {
    evidence::read(asked.inputs, asked.sets, asked.as_of, &Vocabulary(kb), &parse_yaml).map_err(Error::Evidence)
}

/// Answers for evidence that was read.
///
/// # Errors
/// When an item of the knowledge base that is needed is broken.
pub fn answer(engine: &Engine, evidence: Evidence, as_of: Day, top: usize) -> Result<Done, KbError> {
    let diagnosis = engine.diagnose(&evidence, as_of)?;
    let report = view::view(engine.kb(), &evidence, &diagnosis, top)?;
    Ok(Done { evidence, diagnosis, report })
}

/// As [`diagnose`], without the known messages that come nearest where nothing was recognised: looking for them reads
/// every pattern of the knowledge base, and pages about its own messages have no use for them. Compiled patterns are
/// kept in `kept`: the messages of one page need mostly the same.
///
/// # Errors
/// As [`diagnose`].
#[cfg(feature = "cli")]
pub(crate) fn recognise(engine: &Engine, kept: &Kept, asked: &Asked<'_>) -> Result<Done, Error> {
    let evidence = read(engine.kb(), asked)?;
    let as_of = asked.as_of.or(evidence.observed).unwrap_or(asked.today);
    let diagnosis = engine.answer_with(kept, &evidence, as_of)?;
    let report = view::view(engine.kb(), &evidence, &diagnosis, asked.top)?;
    Ok(Done { evidence, diagnosis, report })
}

/// Columns as the person sees them: in the input itself, not in the text that was cleaned and masked.
fn point(report: &mut Report, inputs: &[RawInput]) {
    // Every input that was read is told, in the order given.
    let names: Vec<String> = report.inputs.iter().map(|input| input.name.clone()).collect();
    for finding in report.problems.iter_mut().flat_map(|problem| &mut problem.findings) {
        let Some(number) = names.iter().position(|name| *name == finding.source) else { continue };
        let Some(input) = inputs.get(number) else { continue };
        let words: String =
            finding.excerpt.chars().skip(finding.start).take(finding.end.saturating_sub(finding.start)).collect();
        let found = evidence::place::column(&input.bytes, finding.line, &words);
        finding.column = found.or(finding.column);
    }
}

/// The vocabulary as the evidence reader sees it.
pub(crate) struct Vocabulary<'a>(pub(crate) &'a KnowledgeBase);

impl evidence::Facts for Vocabulary<'_> {
    fn get(&self, id: &str) -> Option<&VocabularyFact> {
        self.0.vocabulary(id).ok().flatten()
    }

    fn ids(&self) -> Vec<&str> {
        self.0.vocabulary_ids().collect()
    }
}

/// Reads YAML evidence through the strict reader, with the places of values and breaches.
fn parse_yaml(text: &str) -> Result<Yaml, Vec<YamlRefusal>> {
    match yaml::parse(text, &EVIDENCE_LIMITS) {
        Ok(node) => {
            let value = yaml::to_json(&node);
            let text = text.to_owned();
            let place = move |keys: &[String]| {
                let route: String = keys.iter().flat_map(|key| ["/", key]).collect();
                node.lookup(&route).map(|(found, key)| position(&text, key.map_or(found.span.start, |span| span.start)))
            };
            Ok(Yaml { value, place: Box::new(place) })
        }
        Err(errors) => Err(errors
            .into_iter()
            .map(|error| {
                let (line, column) = position(text, error.span.start);
                YamlRefusal { message: error.message, line: Some(line), column: Some(column), help: error.help }
            })
            .collect()),
    }
}

/// Line and column in characters, counted from 1, of a byte offset.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let head = text.get(..offset).unwrap_or(text);
    let line = head.matches('\n').count().saturating_add(1);
    let column = head.rsplit('\n').next().map_or(0, |tail| tail.chars().count()).saturating_add(1);
    (line, column)
}
