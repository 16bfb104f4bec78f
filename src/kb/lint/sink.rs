//! What checks share: the names that are defined, the places of items, and the list of findings.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::texts::Text;
use crate::diag::yaml::Node;
use crate::diag::{Code, Diagnostic, Location, SourceMap, did_you_mean};
use crate::kb::load::stem;
use crate::kb::parts::{Origin, Origins, Parts};
use crate::kb::scope::Scope;
use crate::model::{Day, PlatformFact, VocabularyFact};

/// Everything that can be referred to.
#[derive(Debug)]
pub struct Known<'a> {
    /// Account facts.
    pub vocabulary: BTreeMap<&'a str, &'a VocabularyFact>,
    /// Platform facts.
    pub facts: BTreeMap<&'a str, &'a PlatformFact>,
    /// Ids of sources.
    pub sources: BTreeSet<&'a str>,
    /// Ids of steps.
    pub steps: BTreeSet<&'a str>,
    /// Ids of rules.
    pub rules: BTreeSet<&'a str>,
    /// Hosts that links may lead to.
    pub hosts: BTreeSet<&'a str>,
}

impl<'a> Known<'a> {
    fn new(parts: &'a Parts, unread: &'a [(String, String)]) -> Self {
        let read = parts.rules.iter().map(|(_, _, rule)| rule.id.as_str());
        Self {
            vocabulary: parts.vocabulary.facts.iter().map(|f| (f.id.as_str(), f)).collect(),
            facts: parts.facts.iter().map(|f| (f.id.as_str(), f)).collect(),
            sources: parts.sources.iter().map(|s| s.id.as_str()).collect(),
            steps: parts.steps.iter().map(|s| s.id.as_str()).collect(),
            rules: read.chain(unread.iter().map(|(_, path)| stem(path))).collect(),
            hosts: parts.manifest.allowed_hosts.iter().map(|h| h.host.as_str()).collect(),
        }
    }
}

/// Takes findings and knows where things are.
#[derive(Debug)]
pub struct Sink<'a> {
    origins: &'a Origins,
    files: &'a SourceMap,
    /// What is defined.
    pub known: Known<'a>,
    /// The day staleness is judged on.
    pub today: Option<Day>,
    scope: &'a Scope,
    /// Every text that reaches a reader, of the files that are checked.
    pub(crate) texts: Rc<Vec<Text<'a>>>,
    found: Vec<Diagnostic>,
}

impl<'a> Sink<'a> {
    /// A sink for one knowledge base.
    #[must_use]
    pub fn new(
        parts: &'a Parts,
        origins: &'a Origins,
        files: &'a SourceMap,
        today: Option<Day>,
        scope: &'a Scope,
    ) -> Self {
        let known = Known::new(parts, &origins.unread);
        Self { origins, files, known, today, scope, texts: Rc::default(), found: Vec::new() }
    }

    /// Whether findings in this file are asked for; where they are costly, others need not be looked for.
    #[must_use]
    pub fn wants(&self, file: &str) -> bool {
        self.scope.contains(file)
    }

    /// Area and path of rule files that were not read.
    #[must_use]
    pub fn unread(&self) -> &'a [(String, String)] {
        &self.origins.unread
    }

    /// Takes a finding, if it was asked for.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.wants(&diagnostic.location.file) {
            self.found.push(diagnostic);
        }
    }

    /// Takes a finding without help.
    pub fn report(&mut self, code: Code, location: Location, message: impl Into<String>) {
        self.push(Diagnostic::new(code, location, message));
    }

    /// All findings.
    #[must_use]
    pub fn into_findings(self) -> Vec<Diagnostic> {
        self.found
    }

    /// Where the source with this index was written.
    #[must_use]
    pub fn source(&self, index: usize) -> Origin {
        nth(&self.origins.sources, index)
    }

    /// Where the platform fact with this index was written.
    #[must_use]
    pub fn fact(&self, index: usize) -> Origin {
        nth(&self.origins.facts, index)
    }

    /// Where the step with this index was written.
    #[must_use]
    pub fn step(&self, index: usize) -> Origin {
        nth(&self.origins.steps, index)
    }

    /// Every file that could be parsed, by name.
    pub fn trees(&self) -> impl Iterator<Item = (&'a str, &'a Node)> + use<'a> {
        let files = self.files;
        files.names().filter_map(move |name| Some((name, files.tree(name)?)))
    }

    /// The tree at an origin, if its file has one.
    #[must_use]
    pub fn node(&self, origin: &Origin) -> Option<&'a Node> {
        self.files.tree(&origin.file)?.lookup(&origin.route).map(|(node, _)| node)
    }

    /// Reports an account fact that the vocabulary does not define; its entry when it does.
    pub fn account_fact(&mut self, id: &str, location: impl FnOnce() -> Location) -> Option<&'a VocabularyFact> {
        let found = self.known.vocabulary.get(id).copied();
        if found.is_none() {
            let help = did_you_mean(id, self.known.vocabulary.keys().copied())
                .unwrap_or_else(|| "add it to `vocabulary.yaml`".to_owned());
            self.push(
                Diagnostic::new(Code::UnknownFact, location(), format!("unknown account fact `{}`", short(id)))
                    .help(help),
            );
        }
        found
    }
}

/// At most 60 characters of a text, for messages.
pub(crate) fn short(text: &str) -> String {
    let mut out: String = text.chars().take(60).collect();
    if out.len() < text.len() {
        out.push_str("...");
    }
    out
}

fn nth(origins: &[Origin], index: usize) -> Origin {
    origins.get(index).cloned().unwrap_or_else(|| Origin::new("kb.yaml", ""))
}
