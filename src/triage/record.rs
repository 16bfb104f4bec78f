//! One line: a record, and the answer to it.

use serde_json::{Map, Value};

use super::Asked;
use super::lines::{LONGEST, Line};
use crate::eval::Engine;
use crate::evidence::{Hint, RawInput, Redactor, display_name};
use crate::kb::KbError;
use crate::model::{Day, RecordVerdict};
use crate::pipeline;
use crate::report::view;

/// A record: who it is, its evidence, and the day it says it is about.
struct Record {
    id: Option<String>,
    evidence: Vec<u8>,
    as_of: Option<Day>,
}

/// The answer to one line.
pub(super) fn answer(engine: &Engine, input: &str, line: &Line, asked: &Asked) -> Result<RecordVerdict, KbError> {
    let place = format!("{input}:{}", line.number);
    let blank = RecordVerdict {
        id: place.clone(),
        input: input.to_owned(),
        line: line.number,
        verdict: None,
        cause: None,
        confidence: None,
        rule: None,
        service: None,
        ask: None,
        error: None,
    };
    let record = match read(line) {
        Ok(record) => record,
        Err(error) => return Ok(RecordVerdict { error: Some(shown(&error)), ..blank }),
    };
    let id = record.id.as_deref().map_or_else(|| place, shown);
    let inputs = [RawInput { name: id.clone(), bytes: record.evidence, hint: Hint::Auto }];
    let as_of = asked.as_of.or(record.as_of);
    let reading = pipeline::Asked { inputs: &inputs, sets: &[], as_of, today: asked.today, top: 1 };
    let evidence = match pipeline::read(engine.kb(), &reading) {
        Ok(evidence) => evidence,
        Err(pipeline::Error::Kb(error)) => return Err(error),
        Err(pipeline::Error::Evidence(errors)) => {
            let told: Vec<&str> = errors.iter().take(3).map(|error| error.message.as_str()).collect();
            let more = errors.len().saturating_sub(told.len());
            let more = if more > 0 { format!("; and {more} more") } else { String::new() };
            return Ok(RecordVerdict { id, error: Some(format!("{}{more}", told.join("; "))), ..blank });
        }
    };
    let day = as_of.or(evidence.observed).unwrap_or(asked.today);
    let diagnosis = engine.answer(&evidence, day)?;
    let report = view::view(engine.kb(), &evidence, &diagnosis, 1)?;
    let first = report.causes.into_iter().next();
    Ok(RecordVerdict {
        id,
        verdict: Some(report.verdict),
        confidence: first.as_ref().map(|cause| cause.share),
        rule: first.as_ref().map(|cause| cause.rule.clone()),
        service: report.service,
        ask: report.questions.into_iter().next().map(|question| question.fact),
        cause: first.map(|cause| cause.id),
        ..blank
    })
}

/// Reads a line as evidence, or as a case: an object with `evidence` beside other things.
fn read(line: &Line) -> Result<Record, String> {
    if line.too_long {
        return Err(format!("longer than {} MB", LONGEST >> 20));
    }
    let value: Value = serde_json::from_slice(&line.bytes).map_err(|error| not_json(&error))?;
    let Value::Object(mut record) = value else {
        return Err("a record is a JSON object, with the keys of an evidence file".to_owned());
    };
    // The id in a saved whoami answer is that of an account.
    let whoami = record.contains_key("auth") && !record.contains_key("evidence");
    let id = match record.get("id") {
        _ if whoami => None,
        Some(Value::String(id)) if !id.trim().is_empty() => Some(id.clone()),
        Some(Value::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    let as_of = match record.get("as_of") {
        None | Some(Value::Null) => None,
        Some(Value::String(day)) => {
            Some(day.parse().map_err(|_| "`as_of` is not a day; write it as YYYY-MM-DD".to_owned())?)
        }
        Some(_) => return Err("`as_of` is not a day; write it as \"YYYY-MM-DD\"".to_owned()),
    };
    let evidence = match record.remove("evidence") {
        Some(Value::Object(evidence)) => evidence,
        Some(_) => return Err("`evidence` is not an object with the keys of an evidence file".to_owned()),
        None => {
            // What names the record is no evidence.
            if !whoami {
                record.remove("id");
            }
            record.remove("as_of");
            record
        }
    };
    if evidence.is_empty() {
        return Err("there is no evidence in it".to_owned());
    }
    Ok(Record { id, evidence: bytes(evidence), as_of })
}

fn bytes(evidence: Map<String, Value>) -> Vec<u8> {
    Value::Object(evidence).to_string().into_bytes()
}

/// Why a line is no JSON, with the column; never with what stands there.
fn not_json(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    match error.classify() {
        Category::Eof => "not JSON: the line ends in the middle of a value".to_owned(),
        _ => format!("not JSON: column {}", error.column()),
    }
}

/// A text of a record as it can be shown anywhere.
fn shown(text: &str) -> String {
    Redactor::new().redact(&display_name(text))
}
