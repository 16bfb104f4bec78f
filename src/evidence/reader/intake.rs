//! What each input is, and every mistake in it, before anything is masked or believed.

use serde_json::Value;

use super::{Content, Reader, kind_of_name};
use crate::evidence::detect::{Shape, detect, is_whoami};
use crate::evidence::document::{self, Mistake};
use crate::evidence::facts::{Misfit, typed_text, unknown_fact};
use crate::evidence::redact::Kind;
use crate::evidence::{Hint, PlaceOf, RawInput, YamlReader, decode, json, login, whoami};
use crate::model::{Observation, Trust};

impl Reader<'_> {
    /// Decodes an input and finds out what it is.
    pub(super) fn understand(&mut self, input: &RawInput, yaml: &YamlReader<'_>) -> Option<Content> {
        let decoded = match decode(&input.bytes) {
            Ok(decoded) => decoded,
            Err(found) => {
                let message = format!("this looks like {}, not text", found.looks_like);
                self.error(&input.name, None, message, Some(found.help.to_owned()));
                return None;
            }
        };
        for note in decoded.notes {
            let name = self.name(&input.name);
            self.evidence.warnings.push(format!("{name}: {note}"));
        }
        let text = decoded.text;
        let shape = match input.hint {
            _ if text.trim().is_empty() => Shape::Blank,
            Hint::Message => Shape::Text,
            Hint::Notes => return Some(Content::Notes(text)),
            Hint::Auto => detect(&text, &input.name, self.facts),
            Hint::Whoami => match json::parse(text.trim_start()) {
                Ok(document) => match document.value {
                    Value::Object(map) => Shape::Whoami(map, document.repeated),
                    _ => Shape::Broken("the answer of whoami-v2 is a JSON object".to_owned(), 0, 0),
                },
                Err(error) => Shape::Broken(error.to_string(), error.line(), error.column()),
            },
        };
        match shape {
            Shape::Blank => Some(Content::Blank),
            Shape::Text => Some(Content::Text(text)),
            Shape::Har(value) => Some(Content::Har(value)),
            Shape::Json => Some(Content::Json(text)),
            Shape::Notebook(value) => Some(Content::Notebook(value)),
            Shape::Quota(map) => Some(Content::Quota(map)),
            Shape::Login(names) => Some(Content::Login(names)),
            Shape::Post(post) => Some(Content::Post(post)),
            Shape::Whoami(map, repeated) => {
                self.repeated(&input.name, &text, &repeated);
                if input.hint == Hint::Whoami && !is_whoami(&map) && map.contains_key("error") {
                    let help = Some("call the route again with the token of the account".to_owned());
                    let message = "this is an error of whoami-v2, not an account".to_owned();
                    self.error(&input.name, None, message, help);
                }
                Some(Content::Whoami(map))
            }
            Shape::Broken(message, line, column) => {
                // serde_json repeats the place at the end of its sentence.
                let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
                let place = (line > 0).then_some((line, column));
                self.error(&input.name, place, format!("this is not valid JSON: {message}"), None);
                None
            }
            Shape::EvidenceJson(value, repeated) => {
                self.repeated(&input.name, &text, &repeated);
                let place: PlaceOf = Box::new(move |route| json::place(&text, route));
                self.document(&input.name, &value, &place)
            }
            Shape::EvidenceYaml => match yaml(&text) {
                Ok(parsed) => self.document(&input.name, &parsed.value, &parsed.place),
                Err(refusals) => {
                    for refusal in refusals {
                        let place = refusal.line.map(|line| (line, refusal.column.unwrap_or(1)));
                        self.error(&input.name, place, refusal.message, refusal.help);
                    }
                    None
                }
            },
        }
    }

    fn document(&mut self, name: &str, value: &Value, place: &PlaceOf) -> Option<Content> {
        match document::read(value, self.facts) {
            Ok(document) => Some(Content::Document(Box::new(document))),
            Err(mistakes) => {
                for Mistake { route, misfit } in mistakes {
                    self.error(name, place(&route), misfit.message, misfit.help);
                }
                None
            }
        }
    }

    fn repeated(&mut self, name: &str, text: &str, repeated: &[String]) {
        for path in repeated {
            let route: Vec<String> = path.split('.').map(str::to_owned).collect();
            let help = Some("keep one of them".to_owned());
            self.error(name, json::place(text, &route), format!("`{path}` is given twice"), help);
        }
    }

    /// Tells the redactor the names in an input before any text is masked.
    pub(super) fn learn(&mut self, content: &Content) {
        match content {
            Content::Whoami(map) => whoami::identities(map, &mut self.redactor),
            Content::Login(names) => self.names(names),
            Content::Text(text) => {
                if let Some(names) = login::names(text) {
                    self.names(&names);
                }
            }
            Content::Document(document) => {
                if let Some(map) = &document.whoami {
                    whoami::identities(map, &mut self.redactor);
                }
                for (id, value) in &document.facts {
                    if self.facts.get(id).is_some_and(|fact| fact.sensitive)
                        && let Some(name) = value.as_text()
                    {
                        self.redactor.identity(kind_of_name(id), [name]);
                    }
                }
            }
            _ => {}
        }
    }

    fn names(&mut self, names: &login::Names) {
        self.redactor.identity(Kind::User, names.user.as_deref());
        for org in &names.orgs {
            self.redactor.identity(Kind::Org, [org.as_str()]);
        }
    }

    /// `--set` pairs as observations.
    pub(super) fn sets(&mut self, sets: &[(String, String)]) -> Vec<Observation> {
        let mut out = Vec::new();
        for (id, value) in sets {
            let id = id.trim();
            let result = match self.facts.get(id) {
                Some(fact) if !matches!(id, "text" | "notes" | "http.body") => typed_text(fact, value),
                Some(_) => Err(Misfit {
                    message: format!("`{id}` cannot be set on the command line"),
                    help: Some("give the text with `--message` or as a file".to_owned()),
                }),
                None => Err(unknown_fact(id, self.facts)),
            };
            match result {
                Err(misfit) => self.error("--set", None, misfit.message, misfit.help),
                Ok(value) => {
                    if self.facts.get(id).is_some_and(|fact| fact.sensitive)
                        && let Some(name) = value.as_text()
                    {
                        self.redactor.identity(kind_of_name(id), [name]);
                    }
                    out.push(Observation { fact: id.to_owned(), value, from: "--set".to_owned(), trust: Trust::Set });
                }
            }
        }
        out
    }
}
