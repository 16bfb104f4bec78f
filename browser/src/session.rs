//! One request, one answer: the pipeline of the command line, with the day as an argument.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use hf_doctor::eval::Engine;
use hf_doctor::evidence::{self, EvidenceError, Hint, RawInput, Shared};
use hf_doctor::kb;
use hf_doctor::model::Day;
use hf_doctor::pipeline::{self, Asked, Done, Error};
use hf_doctor::report::{self, Format, RenderOptions};

use crate::base64;

/// Most bytes of all inputs together.
pub const MOST: usize = 20 * 1024 * 1024;
/// Most inputs.
pub const MOST_INPUTS: usize = 20;
/// Most answers.
pub const MOST_SETS: usize = 200;
/// Bytes of an input that are shown before the report.
const PREVIEW: usize = 64 * 1024;
/// Bytes of all inputs that are folded into the Markdown for a forum.
const FOLDED: usize = 20 * 1024;
/// Bytes of all inputs that are handed on in a link, before they are compressed.
const SHARED: usize = 512 * 1024;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// What the person has, in the order given.
    #[serde(default)]
    pub inputs: Vec<Input>,
    /// Answers to questions: `[["account.plan", "pro"]]`.
    #[serde(default)]
    pub sets: Vec<(String, String)>,
    /// Day to answer for.
    #[serde(default)]
    pub as_of: Option<String>,
    /// Today by UTC.
    pub today: String,
    /// Most causes; as many as the command line shows when absent.
    #[serde(default)]
    pub top: Option<usize>,
}

/// One input; `text`, or `base64` of bytes that are not UTF-8.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// What to call it.
    pub name: String,
    /// Its text.
    #[serde(default)]
    pub text: Option<String>,
    /// Its bytes.
    #[serde(default)]
    pub base64: Option<String>,
    /// `message`, `whoami` or `notes` when the person said so.
    #[serde(default)]
    pub hint: Option<String>,
}

/// What comes back: one of the two.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// A diagnosis.
    Ok(Box<Diagnosis>),
    /// Why there is none.
    Error(Refusal),
}

/// A diagnosis in every form the page needs.
#[derive(Debug, Serialize)]
pub struct Diagnosis {
    /// The report document, byte for byte what `--format json` prints.
    pub report: String,
    /// What stands inside the page that `--format html` prints, answers as buttons.
    pub html: String,
    /// What `--format markdown` prints, with the evidence when it is short.
    pub markdown: String,
    /// The masked inputs, to be seen before the report.
    pub redacted: Vec<Preview>,
    /// Number of masked items by kind.
    pub redactions: BTreeMap<String, u64>,
    /// What a link carries; absent when it is too much for one.
    pub share: Option<Share>,
}

/// A masked input, cut when it is long.
#[derive(Debug, Serialize)]
pub struct Preview {
    /// Its name.
    pub name: String,
    /// How it was read.
    pub read_as: String,
    /// The beginning of its text.
    pub text: String,
    /// Bytes that are not shown.
    pub left_out: usize,
}

/// Masked inputs and answers that lead to the same report again.
#[derive(Debug, Serialize)]
pub struct Share {
    /// Name and text.
    pub inputs: Vec<(String, String)>,
    /// Fact and value.
    pub sets: Vec<(String, String)>,
}

/// Why there is no diagnosis. Masked.
#[derive(Debug, Default, Serialize)]
pub struct Refusal {
    /// What is wrong, one line for each problem.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Which engine this is.
#[derive(Debug, Serialize)]
pub struct About {
    /// Version of the program.
    pub engine: String,
    /// Version of the knowledge base.
    pub knowledge_base: String,
    /// First day that can be asked for.
    pub begins: String,
    /// Most bytes of all inputs together.
    pub most_bytes: usize,
    /// Most inputs.
    pub most_inputs: usize,
}

/// Answers a request in JSON with JSON; see [`Request`] and [`Answer`].
#[must_use]
pub fn diagnose(request: &[u8]) -> String {
    let answer = match answered(request) {
        Ok(diagnosis) => Answer::Ok(Box::new(diagnosis)),
        Err(refusal) => Answer::Error(refusal),
    };
    json(&answer)
}

/// [`About`] in JSON. Gets the engine ready, so that the first answer does not wait for it.
#[must_use]
pub fn about() -> String {
    let told = engine().and_then(|engine| {
        warm();
        let manifest = engine.kb().manifest().map_err(|error| refusal(error.to_string()))?;
        Ok(About {
            engine: hf_doctor::VERSION.to_owned(),
            knowledge_base: manifest.version.clone(),
            begins: manifest.begins.to_string(),
            most_bytes: MOST,
            most_inputs: MOST_INPUTS,
        })
    });
    match told {
        Ok(about) => json(&about),
        Err(refusal) => json(&Answer::Error(refusal)),
    }
}

/// Answers a request of our own, so that patterns and templates that every answer needs are there, and the browser
/// has compiled the functions behind them.
fn warm() {
    let request = br#"{"inputs": [{"name": "-", "text": "HTTP 402: exceeded your GPU quota (60s requested vs. 0s left) for url: https://huggingface.co/api/x"}], "today": "2026-11-20"}"#;
    drop(answered(request));
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value)
        .unwrap_or_else(|_| "{\"error\":{\"message\":\"the answer has no form in JSON\",\"help\":null}}".to_owned())
}

fn refusal(message: impl Into<String>) -> Refusal {
    Refusal { message: message.into(), help: None }
}

fn answered(request: &[u8]) -> Result<Diagnosis, Refusal> {
    // Errors of the request quote what was pasted: only their kind and place are told.
    let request: Request = serde_json::from_slice(request)
        .map_err(|error| refusal(format!("the request cannot be read (column {})", error.column())))?;
    let today = day(&request.today)?;
    let as_of = request.as_of.as_deref().map(day).transpose()?;
    let top = request.top.unwrap_or(report::DEFAULT_TOP).clamp(1, 100);
    let sets = request.sets;
    if sets.len() > MOST_SETS {
        return Err(refusal(format!("more than {MOST_SETS} answers")));
    }
    let inputs = raw(request.inputs)?;
    if inputs.is_empty() && sets.is_empty() {
        return Err(refusal("there is nothing to diagnose"));
    }
    let engine = engine()?;
    if let (Some(day), Ok(manifest)) = (as_of, engine.kb().manifest())
        && day < manifest.begins
    {
        let begins = manifest.begins;
        return Err(refusal(format!("the knowledge base begins on {begins}; it cannot answer for {day}")));
    }
    let asked = Asked { inputs: &inputs, sets: &sets, as_of, today, top };
    match pipeline::diagnose_shared(engine, &asked) {
        Ok((done, shared)) => in_words(&done, shared, top),
        Err(Error::Evidence(errors)) => Err(unreadable(&errors)),
        Err(Error::Kb(error)) => Err(refusal(error.to_string())),
    }
}

/// The engine, made once in the life of a module: its index takes longer than an answer.
fn engine() -> Result<&'static Engine, Refusal> {
    thread_local! {
        static ENGINE: OnceCell<&'static Engine> = const { OnceCell::new() };
    }
    if let Some(engine) = ENGINE.with(|cell| cell.get().copied()) {
        return Ok(engine);
    }
    let engine = kb::embedded().and_then(Engine::new).map_err(|error| refusal(error.to_string()))?;
    Ok(ENGINE.with(|cell| *cell.get_or_init(|| Box::leak(Box::new(engine)))))
}

fn day(text: &str) -> Result<Day, Refusal> {
    text.parse().map_err(|_| Refusal {
        message: "the day cannot be read".to_owned(),
        help: Some("write it as 2026-11-20".to_owned()),
    })
}

/// The inputs as bytes, bounded.
fn raw(inputs: Vec<Input>) -> Result<Vec<RawInput>, Refusal> {
    if inputs.len() > MOST_INPUTS {
        return Err(refusal(format!("more than {MOST_INPUTS} inputs")));
    }
    let mut out = Vec::with_capacity(inputs.len());
    let mut total = 0_usize;
    for input in inputs {
        let name = evidence::Redactor::new().redact(&evidence::display_name(&input.name));
        let bytes = match (input.text, input.base64) {
            (Some(text), None) => text.into_bytes(),
            (None, Some(letters)) => {
                base64::decode(&letters).ok_or_else(|| refusal(format!("{name}: its bytes are not base64")))?
            }
            _ => return Err(refusal(format!("{name}: neither text nor bytes"))),
        };
        total = total.saturating_add(bytes.len());
        if total > MOST {
            return Err(Refusal {
                message: format!("more than {} MB", MOST / (1024 * 1024)),
                help: Some("cut the log to the lines around the error, or use the program".to_owned()),
            });
        }
        let hint = match input.hint.as_deref() {
            None => Hint::Auto,
            Some("message") => Hint::Message,
            Some("whoami") => Hint::Whoami,
            Some("notes") => Hint::Notes,
            Some(_) => return Err(refusal(format!("{name}: an unknown kind of input"))),
        };
        out.push(RawInput { name: input.name, bytes, hint });
    }
    Ok(out)
}

fn unreadable(errors: &[EvidenceError]) -> Refusal {
    Refusal {
        message: errors.iter().take(20).map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        help: errors.iter().find_map(|error| error.help.clone()),
    }
}

fn in_words(done: &Done, shared: Shared, top: usize) -> Result<Diagnosis, Refusal> {
    let parts = &done.evidence.parts;
    let short = parts.iter().map(|part| part.text.len()).sum::<usize>() <= FOLDED;
    let folded: Vec<(String, String)> =
        parts.iter().filter(|_| short).map(|part| (part.source.clone(), part.text.clone())).collect();
    let options = RenderOptions { top, ..RenderOptions::default() };
    let with_evidence = RenderOptions { evidence: &folded, ..options };
    let page = RenderOptions { fragment: true, ..options };
    let render = |format, options: &RenderOptions<'_>| {
        report::render(&done.report, format, options).map_err(|error| refusal(error.to_string()))
    };
    let redacted = shared.inputs.iter().map(preview).collect();
    let size: usize = shared.inputs.iter().map(|input| input.text.len()).sum();
    let share = (size <= SHARED).then(|| Share {
        inputs: shared.inputs.into_iter().map(|input| (input.name, input.text)).collect(),
        sets: shared.sets,
    });
    Ok(Diagnosis {
        report: render(Format::Json, &options)?,
        html: render(Format::Html, &page)?,
        markdown: render(Format::Markdown, &with_evidence)?,
        redacted,
        redactions: done.evidence.redactions.clone(),
        share,
    })
}

/// The beginning of a masked input, cut where a line or at least a character ends.
fn preview(input: &evidence::SharedInput) -> Preview {
    let text = report::escape::block(&input.text);
    let mut end = text.len();
    if end > PREVIEW {
        let head = (0..=PREVIEW).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        end = text.get(..head).and_then(|head| head.rfind('\n')).map_or(head, |at| at + 1);
    }
    Preview {
        name: input.name.clone(),
        read_as: input.read_as.clone(),
        text: text.get(..end).unwrap_or_default().to_owned(),
        left_out: text.len() - end,
    }
}
