//! The order of reading: first every name is learnt, then texts are masked, then facts are read.

mod intake;

use std::borrow::Cow;

use serde_json::Value;

use super::document::Document;
use super::facts::Facts;
use super::merge::{Seen, contradictions, merge};
use super::post::Post;
use super::redact::{Kind, Redactor};
use super::structured::structured;
use super::text::{self, Version, header_facts};
use super::tidy::{Joined, tidy, unwrapped};
use super::{EvidenceError, RawInput, YamlReader, decode, display_name, escaped, form, har, login, notebook, whoami};
use crate::model::{Day, Evidence, FactKind, Input, Observation, PartKind, Place, Scalar, TextPart, Trust};

/// An input that was understood.
enum Content {
    Blank,
    Text(String),
    Notes(String),
    Document(Box<Document>),
    Whoami(serde_json::Map<String, Value>),
    Har(Value),
    Notebook(Value),
    Quota(serde_json::Map<String, Value>),
    Login(login::Names),
    Post(Post),
    Json(String),
}

pub(super) struct Reader<'a> {
    facts: &'a dyn Facts,
    as_of: Option<Day>,
    redactor: Redactor,
    evidence: Evidence,
    seen: Vec<Seen>,
    versions: Vec<Version>,
    group: usize,
    errors: Vec<EvidenceError>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(facts: &'a dyn Facts, as_of: Option<Day>) -> Self {
        Self {
            facts,
            as_of,
            redactor: Redactor::new(),
            evidence: Evidence::default(),
            seen: Vec::new(),
            versions: Vec::new(),
            group: 0,
            errors: Vec::new(),
        }
    }

    pub(crate) fn read(
        mut self,
        inputs: &[RawInput],
        sets: &[(String, String)],
        yaml: &YamlReader<'_>,
    ) -> Result<(Evidence, Redactor), Vec<EvidenceError>> {
        let mut contents = Vec::new();
        for input in inputs {
            if let Some(content) = self.understand(input, yaml) {
                self.learn(&content);
                contents.push((input, content));
            }
        }
        let set = self.sets(sets);
        if !self.errors.is_empty() {
            return Err(self.masked_errors());
        }
        self.observed(&contents);
        for (input, content) in contents {
            self.ingest(input, content);
        }
        self.group += 1;
        for observation in set {
            self.see(observation);
        }
        Ok(self.finish())
    }

    /// The day of the incident: needed before whoami, which knows when a token ends.
    fn observed(&mut self, contents: &[(&RawInput, Content)]) {
        for (input, content) in contents {
            let Content::Document(document) = content else { continue };
            let Some(day) = document.observed else { continue };
            match self.evidence.observed {
                None => self.evidence.observed = Some(day),
                Some(first) if first != day => {
                    let name = self.name(&input.name);
                    let note =
                        format!("{name} says it happened on {day}, another input says {first}; the first one counts");
                    self.evidence.warnings.push(note);
                }
                Some(_) => {}
            }
        }
        if let (Some(day), Some(as_of)) = (self.evidence.observed, self.as_of)
            && day > as_of
        {
            let note = format!("the evidence is dated {day}, after the day of this report ({as_of})");
            self.evidence.warnings.push(note);
        }
    }

    /// Masks an input and reads its facts.
    fn ingest(&mut self, input: &RawInput, content: Content) {
        let name = self.name(&input.name);
        let read_as = match &content {
            Content::Blank => "empty",
            Content::Text(_) => "text",
            Content::Notes(_) => "notes",
            Content::Document(_) => "evidence",
            Content::Whoami(_) => "whoami-v2",
            Content::Har(_) => "har",
            Content::Notebook(_) => "notebook",
            Content::Quota(_) => "zero-gpu quota",
            Content::Login(_) => "hf auth whoami",
            Content::Post(_) => "markdown",
            Content::Json(_) => "json",
        };
        let forms = match &content {
            Content::Text(text) => form::forms(text),
            Content::Post(post) => form::forms(&post.printed),
            Content::Notebook(value) => notebook_forms(value),
            Content::Document(document) => form::forms(document.text.as_deref().unwrap_or_default()),
            _ => Vec::new(),
        };
        let forms = forms.into_iter().map(str::to_owned).collect();
        self.evidence.inputs.push(Input { name: name.clone(), read_as: read_as.to_owned(), forms });
        match content {
            Content::Blank => self.evidence.warnings.push(format!("{name} is empty")),
            Content::Text(text) => {
                self.commands(&text, &name);
                if form::only_states(&text, &form::forms(&text)) {
                    let text = self.masked(text);
                    self.group += 1;
                    self.harvest(&text, &name, PartKind::Printed);
                } else {
                    self.part(&name, PartKind::Printed, text);
                }
            }
            Content::Post(post) => self.post(post, &name),
            Content::Notebook(value) => self.notebook(&value, &name),
            Content::Quota(map) => {
                self.group += 1;
                login::quota(&map, &name).into_iter().flatten().for_each(|observation| self.see(observation));
            }
            Content::Login(names) => {
                self.group += 1;
                login::account(&names, &name).into_iter().for_each(|observation| self.see(observation));
            }
            Content::Notes(text) => self.part(&name, PartKind::Notes, text),
            Content::Whoami(map) => self.account(&map, &name),
            Content::Document(document) => self.fields(*document, &name),
            Content::Har(value) => self.traffic(&value, &name),
            Content::Json(text) => self.part(&name, PartKind::Printed, text),
        }
    }

    /// A text to search, and the facts in it.
    fn part(&mut self, source: &str, kind: PartKind, text: String) {
        if text.trim().is_empty() {
            return;
        }
        self.group += 1;
        // Lines are joined before they are masked: `token=Tr` at a margin is no secret, and markers have other widths.
        let joined = match kind {
            PartKind::Printed => unwrapped(&tidy(&text)).map(|joined| self.joined(joined)),
            PartKind::Notes => None,
        };
        let mut text = self.masked(text);
        if let Cow::Owned(tidied) = tidy(&text) {
            // A secret may come together only when its lines do.
            text = self.masked(tidied);
        }
        if kind == PartKind::Notes {
            self.harvest(&text, source, kind);
            self.keep(source, kind, text, Vec::new());
            return;
        }
        let whole = joined.as_ref().map_or(text.as_str(), |joined| joined.text.as_str());
        let places = joined.as_ref().map_or(&[][..], |joined| joined.places.as_slice());
        let at = |line: usize| format!("{source}:{}", Place::origin((line, 1), places, 1).0);
        // What is read out of sentences and joined lines comes first: in JSON a line holds several of them, and where a
        // line was cut its address or status is half of one.
        let meant = structured(whole);
        if let Some(found) = &meant {
            let sentences = self.masked(found.sentences.clone());
            let line = |line: usize| line.checked_sub(1).and_then(|line| found.lines.get(line)).copied().unwrap_or(1);
            self.take(text::harvest(&sentences, kind, &|number| at(line(number))));
        }
        self.take(text::harvest(whole, kind, &at));
        if joined.is_some() {
            self.harvest(&text, source, kind);
        }
        let through = |place: Place| Place { origin: Place::origin(place.origin, places, 1), ..place };
        // Escapes of the JSON itself are undone for certain; what was escaped twice, or only looks escaped, stands beside.
        let undone = meant.and_then(|found| found.plain).map(|(undone, inner)| {
            let (masked, inner) = self.remasked(undone, inner);
            (masked, inner.into_iter().map(through).collect::<Vec<_>>())
        });
        let again = match &undone {
            Some((undone, inner)) => escaped::strings(undone).map(|(again, places)| {
                let through = |place: Place| Place { origin: Place::origin(place.origin, inner, 1), ..place };
                (again, places.into_iter().map(through).collect())
            }),
            None => escaped::strings(whole)
                .map(|(again, inner)| (again, inner.into_iter().map(through).collect::<Vec<_>>())),
        };
        match (joined, undone) {
            (Some(joined), undone) => {
                self.keep(source, kind, text, Vec::new());
                if let Some(part) = self.evidence.parts.last_mut() {
                    part.cuts = joined.cuts;
                }
                let (text, places) = undone.unwrap_or((joined.text, joined.places));
                self.beside(source, text, places);
            }
            (None, Some((text, places))) => self.keep(source, kind, text, places),
            (None, None) => self.keep(source, kind, text, Vec::new()),
        }
        if let Some((text, places)) = again {
            let (text, places) = self.remasked(text, places);
            self.beside(source, text, places);
        }
    }

    /// Joined lines, masked.
    fn joined(&mut self, joined: Joined) -> Joined {
        let (text, places) = self.remasked(joined.text, joined.places);
        Joined { text, places, ..joined }
    }

    /// A text to search.
    fn keep(&mut self, source: &str, kind: PartKind, text: String, places: Vec<Place>) {
        let source = source.to_owned();
        self.evidence.parts.push(TextPart {
            source,
            first_line: 1,
            kind,
            text,
            places,
            cuts: Vec::new(),
            beside: false,
        });
    }

    /// The last text read another way; masked.
    fn beside(&mut self, source: &str, text: String, places: Vec<Place>) {
        self.keep(source, PartKind::Printed, text, places);
        if let Some(part) = self.evidence.parts.last_mut() {
            part.beside = true;
        }
    }

    /// A text that was put together from masked ones, masked again: a secret may come together only there.
    fn remasked(&mut self, text: String, places: Vec<Place>) -> (String, Vec<Place>) {
        let masked = match self.redactor.redact_cow(&text) {
            Cow::Owned(masked) => masked,
            Cow::Borrowed(_) => return (text, places),
        };
        let places = moved(places, &text, &masked);
        (masked, places)
    }

    /// Facts out of a text.
    fn harvest(&mut self, text: &str, source: &str, kind: PartKind) {
        self.take(text::harvest(text, kind, &|line| format!("{source}:{line}")));
    }

    fn take(&mut self, harvest: text::Harvest) {
        for observation in harvest.observations {
            self.see(observation);
        }
        self.versions.extend(harvest.versions);
    }

    /// What commands of `hf` say about the account.
    fn commands(&mut self, text: &str, name: &str) {
        let account = login::names(text).map(|names| login::account(&names, name));
        let none = matches!(text.trim(), "Not logged in" | "Error: Not logged in. Run `hf auth login` first.");
        let nobody = none.then(|| Observation {
            fact: "token.kind".to_owned(),
            value: Scalar::from("none"),
            from: name.to_owned(),
            trust: Trust::Client,
        });
        let found = account.into_iter().flatten().chain(login::quota_lines(text, name).into_iter().flatten());
        self.group += 1;
        found.chain(nobody).for_each(|observation| self.see(observation));
    }

    /// A post: its fences were printed, the rest is said; what the rest says about machine and versions counts little.
    fn post(&mut self, post: Post, name: &str) {
        self.part(name, PartKind::Printed, post.printed);
        let said = self.masked(post.said.clone());
        let harvest = text::harvest(&said, PartKind::Printed, &|line| format!("{name}:{line}"));
        for observation in harvest.observations {
            if observation.fact.starts_with("environment.") {
                self.see(Observation { trust: Trust::Told, ..observation });
            }
        }
        self.versions.extend(harvest.versions);
        self.part(name, PartKind::Notes, post.said);
    }

    fn notebook(&mut self, value: &Value, name: &str) {
        self.group += 1;
        let found = notebook::read(value, name);
        if found.cells.is_empty() {
            let note = format!("{name} holds no output; run the cell that fails, save the notebook and give it again");
            self.evidence.warnings.push(note);
        }
        found.observations.into_iter().for_each(|observation| self.see(observation));
        for (cell, text) in found.cells {
            self.part(&format!("{name}#cell-{cell}"), PartKind::Printed, decode::clean(&text).into_owned());
        }
    }

    fn account(&mut self, map: &serde_json::Map<String, Value>, from: &str) {
        self.group += 1;
        let account = whoami::read(map, from, self.evidence.observed.or(self.as_of));
        if account.observations.is_empty() {
            self.evidence.warnings.push(format!("{from} holds no account fact that is understood"));
        }
        for observation in account.observations {
            self.see(observation);
        }
        self.evidence.warnings.extend(account.warnings);
    }

    fn fields(&mut self, document: Document, name: &str) {
        self.group += 1;
        for (fact, value) in document.facts {
            self.see(Observation { fact, value, from: name.to_owned(), trust: Trust::Given });
        }
        let mut sentences = Vec::new();
        for (header, value) in &document.headers {
            let (facts, sentence) = header_facts(header, &decode::clean(value), &format!("{name}#http.headers"));
            facts.into_iter().for_each(|fact| self.see(fact));
            sentences.extend(sentence);
        }
        let headers = document.headers.iter().map(|(header, value)| (header.as_str(), value.as_str()));
        if let Some(fact) = text::retry_until(headers, &format!("{name}#http.headers")) {
            self.see(fact);
        }
        self.evidence.warnings.extend(document.warnings.into_iter().map(|warning| format!("{name}: {warning}")));
        let mut part = |key: &str, kind, text: Option<String>| {
            if let Some(text) = text {
                self.part(&format!("{name}#{key}"), kind, decode::clean(&text).into_owned());
            }
        };
        part("text", PartKind::Printed, document.text);
        part("http.body", PartKind::Printed, document.body);
        for sentence in sentences {
            part("http.headers.x-error-message", PartKind::Printed, Some(sentence));
        }
        part("notes", PartKind::Notes, document.notes);
        if let Some(map) = document.whoami {
            self.account(&map, &format!("{name}#whoami"));
        }
    }

    fn traffic(&mut self, value: &Value, name: &str) {
        self.group += 1;
        let Some(failure) = har::failure(value, name) else {
            self.evidence.warnings.push(format!("{name} holds no failed request"));
            return;
        };
        failure.observations.into_iter().for_each(|observation| self.see(observation));
        for (key, text) in failure.texts {
            self.part(&format!("{name}#{key}"), PartKind::Printed, decode::clean(&text).into_owned());
        }
    }

    /// Takes an observation, masked, when the vocabulary has the fact.
    fn see(&mut self, mut observation: Observation) {
        let Some(fact) = self.facts.get(&observation.fact) else { return };
        if let Scalar::Text(text) = &observation.value {
            if fact.sensitive {
                observation.value = Scalar::Text(self.redactor.marker(kind_of_name(&fact.id), text));
            } else if fact.kind == FactKind::String {
                let one_line = decode::clean(text).replace(['\n', '\t'], " ");
                observation.value = Scalar::Text(self.redactor.redact(one_line.trim()));
            }
        }
        self.seen.push(Seen { observation, group: self.group });
    }

    /// Merges, derives what follows from the address, and masks what was learnt on the way.
    fn finish(mut self) -> (Evidence, Redactor) {
        let (facts, _) = merge(&self.seen);
        if let Some(url) = facts.iter().find(|fact| fact.fact == "http.url") {
            self.group += 1;
            let trust = url.trust.max(Trust::Url);
            for observation in text::link::derived(url.value.as_text().unwrap_or_default(), &url.from, trust) {
                self.see(observation);
            }
        }
        self.version(&facts);
        if let Some(named) = text::mention::names_hugging_face(&self.evidence.parts, &facts) {
            self.see(Observation {
                fact: "evidence.names_hugging_face".to_owned(),
                value: Scalar::Bool(named),
                from: "all texts".to_owned(),
                trust: Trust::Client,
            });
        }
        let (facts, mut conflicts) = merge(&self.seen);
        conflicts.extend(contradictions(&facts));
        if let Some(day) = facts.iter().find(|fact| fact.fact == "observed") {
            self.evidence.observed = day.value.as_text().and_then(|day| day.parse().ok());
        }
        self.evidence.facts = facts.into_iter().filter(|fact| fact.fact != "observed").collect();
        self.evidence.conflicts = conflicts;
        // A secret that only a later text gave away may stand bare in an earlier one.
        if self.redactor.learned() > 0 && self.evidence.parts.len() > 1 {
            for mut part in std::mem::take(&mut self.evidence.parts) {
                part.text = self.masked(part.text);
                self.evidence.parts.push(part);
            }
        }
        self.evidence.warnings = self.evidence.warnings.iter().map(|warning| self.redactor.redact(warning)).collect();
        self.evidence.redactions = self.redactor.counts().clone();
        (self.evidence, self.redactor)
    }

    /// The version of the client, out of all versions the evidence names.
    fn version(&mut self, facts: &[Observation]) {
        let name = facts.iter().find(|fact| fact.fact == "client.name").and_then(|fact| fact.value.as_text());
        let hub = "huggingface_hub";
        let package = match name {
            Some("hf-cli" | "huggingface-cli" | "hf" | "huggingface-hub") => hub.to_owned(),
            Some(name) => name.replace('-', "_").to_ascii_lowercase(),
            None => hub.to_owned(),
        };
        let same = |version: &&Version| version.package.replace('-', "_").eq_ignore_ascii_case(&package);
        let Some(found) = self.versions.iter().find(same).cloned() else { return };
        if name.is_none() {
            self.see(Observation {
                fact: "client.name".to_owned(),
                value: hub.into(),
                from: found.from.clone(),
                trust: Trust::Told,
            });
        }
        let trust = Trust::Client;
        self.see(Observation {
            fact: "client.version".to_owned(),
            value: found.version.into(),
            from: found.from,
            trust,
        });
    }

    /// The text masked; the very same one when there is nothing to mask, which matters for large logs.
    fn masked(&mut self, text: String) -> String {
        match self.redactor.redact_cow(&text) {
            Cow::Owned(masked) => masked,
            Cow::Borrowed(_) => text,
        }
    }

    fn name(&mut self, name: &str) -> String {
        self.redactor.redact(&display_name(name))
    }

    fn error(&mut self, input: &str, place: Option<(usize, usize)>, message: String, help: Option<String>) {
        self.errors.push(EvidenceError {
            input: input.to_owned(),
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
            message,
            help,
        });
    }

    fn masked_errors(mut self) -> Vec<EvidenceError> {
        let errors = std::mem::take(&mut self.errors);
        let mut plain = |text: &str| self.redactor.redact(&display_name(&decode::clean(text)));
        errors
            .into_iter()
            .map(|error| EvidenceError {
                input: plain(&error.input),
                message: plain(&error.message),
                help: error.help.map(|help| plain(&help)),
                ..error
            })
            .collect()
    }
}

/// What the outputs of a notebook look like.
fn notebook_forms(value: &Value) -> Vec<&'static str> {
    let texts: Vec<String> = notebook::read(value, "").cells.into_iter().map(|(_, text)| text).collect();
    form::forms(&decode::clean(&texts.join("\n")))
}

/// Places after masking: a line that changed is looked through for the words that stood at each place.
fn moved(places: Vec<Place>, before: &str, after: &str) -> Vec<Place> {
    const WORDS: usize = 16;
    let (old, new): (Vec<&str>, Vec<&str>) = (before.split('\n').collect(), after.split('\n').collect());
    let mut found = (0, 0);
    places
        .into_iter()
        .filter_map(|place| {
            let (line, column) = place.at;
            let (was, is) = (old.get(line.checked_sub(1)?)?, new.get(line.checked_sub(1)?)?);
            if was == is || column == 1 {
                return Some(place);
            }
            let words: String = was.chars().skip(column - 1).take(WORDS).collect();
            let from = if found.0 == line { found.1 } else { 0 };
            let at = from + is.get(from..)?.find(&words)?;
            found = (line, at);
            let column = is.get(..at)?.chars().count() + 1;
            Some(Place { at: (line, column), ..place })
        })
        .collect()
}

/// What the value of a sensitive fact names.
pub(super) fn kind_of_name(fact: &str) -> Kind {
    if fact.starts_with("billing.") || fact.starts_with("org.") { Kind::Org } else { Kind::User }
}
