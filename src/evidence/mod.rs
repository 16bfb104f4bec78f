//! interim reader, replaced by the real one
use crate::model::*;
use serde_json::Value;
use std::collections::BTreeMap;
pub struct RawInput { pub name: String, pub bytes: Vec<u8>, pub hint: Hint }
impl std::fmt::Debug for RawInput { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("raw") } }
#[derive(PartialEq)] pub enum Hint { Auto, Message, Whoami, Notes }
#[derive(Debug)] pub struct EvidenceError { pub input: String, pub message: String, pub help: Option<String> }
impl std::fmt::Display for EvidenceError { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "{}: {}", self.input, self.message) } }
pub trait Facts { fn get(&self, id: &str) -> Option<&VocabularyFact>; fn ids(&self) -> Vec<&str>; }
pub fn redact_text(b: &[u8]) -> Result<(String, BTreeMap<String,u64>), String> { Ok((String::from_utf8_lossy(b).into_owned(), BTreeMap::new())) }
fn flat(prefix: &str, v: &Value, facts: &dyn Facts, ev: &mut Evidence, name: &str, errs: &mut Vec<EvidenceError>) {
    if prefix == "whoami" || prefix == "other" || prefix == "http.headers" { return; }
    if let Value::Object(m) = v { for (k, v) in m { flat(&if prefix.is_empty() { k.clone() } else { format!("{prefix}.{k}") }, v, facts, ev, name, errs); } return; }
    match prefix {
        "observed" => ev.observed = v.as_str().and_then(|s| s.parse().ok()),
        "text" | "http.body" => ev.parts.push(TextPart { source: format!("{name}#{prefix}"), first_line: 1, kind: PartKind::Printed, text: v.as_str().unwrap_or("").into() }),
        "notes" => ev.parts.push(TextPart { source: format!("{name}#notes"), first_line: 1, kind: PartKind::Notes, text: v.as_str().unwrap_or("").into() }),
        _ => match facts.get(prefix) {
            None => errs.push(EvidenceError { input: name.into(), message: format!("unknown key `{prefix}`"), help: None }),
            Some(_) => if let Ok(value) = serde_json::from_value::<Scalar>(v.clone()) { ev.facts.push(Observation { fact: prefix.into(), value, from: name.into(), trust: Trust::Given }); }
        }
    }
}
pub fn read(inputs: &[RawInput], sets: &[(String, String)], _d: Option<Day>, facts: &dyn Facts, yaml: &dyn Fn(&str) -> Result<Value, String>) -> Result<Evidence, Vec<EvidenceError>> {
    let mut ev = Evidence::default(); let mut errs = Vec::new();
    for i in inputs {
        let text = String::from_utf8_lossy(&i.bytes).into_owned();
        let doc = if i.name.ends_with(".yaml") { yaml(&text).ok() } else { serde_json::from_str::<Value>(&text).ok() };
        match doc { Some(v @ Value::Object(_)) => flat("", &v, facts, &mut ev, &i.name, &mut errs), _ => ev.parts.push(TextPart { source: i.name.clone(), first_line: 1, kind: PartKind::Printed, text }) }
    }
    for (f, v) in sets {
        match facts.get(f) { None => errs.push(EvidenceError { input: "--set".into(), message: format!("unknown fact {f}"), help: None }),
            Some(e) => { let value = match e.kind { FactKind::Bool => Scalar::Bool(v == "true"), FactKind::Int | FactKind::Number => Scalar::Number(v.parse().unwrap_or(0.0)), _ => Scalar::Text(v.clone()) };
                ev.facts.retain(|x| x.fact != *f); ev.facts.push(Observation { fact: f.clone(), value, from: "--set".into(), trust: Trust::Set }); } }
    }
    let mut more = Vec::new();
    for p in &ev.parts {
        for (n, line) in p.text.lines().enumerate() {
            let from = format!("{}:{}", p.source, n + 1);
            for w in line.split(|c: char| c.is_whitespace() || "\"'<>()`,".contains(c)) {
                if let Some(rest) = w.strip_prefix("https://") {
                    let (h, path) = rest.split_once('/').unwrap_or((rest, ""));
                    more.push(("http.url", Scalar::Text(w.into()), from.clone())); more.push(("http.host", Scalar::Text(h.into()), from.clone())); more.push(("http.path", Scalar::Text(format!("/{path}")), from.clone()));
                }
            }
            let words: Vec<&str> = line.split_whitespace().collect();
            for w in words.windows(3) { if (w[1] == "Client" || w[1] == "Server") && w[2].starts_with("Error") { if let Ok(s) = w[0].parse::<f64>() { more.push(("http.status", Scalar::Number(s), from.clone())); } } }
        }
    }
    let url = ev.fact("http.url").map(|o| o.value.to_string());
    if let Some(u) = url { if let Some(rest) = u.strip_prefix("https://") { let (h, path) = rest.split_once('/').unwrap_or((rest, "")); more.insert(0, ("http.host", Scalar::Text(h.into()), "url".into())); more.insert(0, ("http.path", Scalar::Text(format!("/{path}")), "url".into())); } }
    for (f, v, from) in more { if ev.fact(f).is_none() { ev.facts.push(Observation { fact: f.into(), value: v, from, trust: Trust::Status }); } }
    if errs.is_empty() { Ok(ev) } else { Err(errs) }
}
