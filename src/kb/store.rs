//! The knowledge base in memory: every item is decoded when it is first asked for.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::parts::Parts;
use crate::model::{AccountContext, Manifest, PlatformFact, Rule, Source, Step, VocabularyFact};

/// A rule with where it stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RuleFile {
    /// Folder under `rules/`.
    pub area: String,
    /// Path below the knowledge base directory.
    pub path: String,
    /// The rule.
    pub rule: Rule,
}

/// Why an item of the knowledge base cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KbError {
    /// The base built into the program was broken when it was built.
    #[error("the built-in knowledge base is broken: {0}")]
    Broken(String),
    /// One item does not have the expected form.
    #[error("{what} `{id}` of the knowledge base is broken: {message}")]
    Decode {
        /// Kind of item.
        what: &'static str,
        /// Its id.
        id: String,
        /// What is wrong with it.
        message: String,
    },
}

/// A knowledge base. Items are sorted by id; numbers of rules are positions in that order.
#[derive(Debug)]
pub struct KnowledgeBase {
    manifest: Shelf<Manifest>,
    account: Shelf<AccountContext>,
    vocabulary: Shelf<VocabularyFact>,
    sources: Shelf<Source>,
    facts: Shelf<PlatformFact>,
    steps: Shelf<Step>,
    rules: Shelf<RuleFile>,
    index: Option<&'static [u8]>,
}

/// Items of one kind, by id.
#[derive(Debug)]
struct Shelf<T> {
    what: &'static str,
    ids: Vec<Cow<'static, str>>,
    packed: Vec<&'static str>,
    cells: Vec<OnceLock<Box<T>>>,
}

impl<T: DeserializeOwned> Shelf<T> {
    fn packed(what: &'static str, rows: Vec<(&'static str, &'static str)>) -> Self {
        let cells = rows.iter().map(|_| OnceLock::new()).collect();
        let (ids, packed): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        Self { what, ids: ids.into_iter().map(Cow::Borrowed).collect(), packed, cells }
    }

    fn owned(what: &'static str, mut items: Vec<(String, T)>) -> Self {
        items.sort_by(|a, b| a.0.cmp(&b.0));
        let mut shelf = Self { what, ids: Vec::new(), packed: Vec::new(), cells: Vec::new() };
        for (id, item) in items {
            shelf.ids.push(Cow::Owned(id));
            shelf.cells.push(OnceLock::from(Box::new(item)));
        }
        shelf
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.ids.binary_search_by(|other| other.as_ref().cmp(id)).ok()
    }

    fn at(&self, number: usize) -> Result<Option<&T>, KbError> {
        let Some(cell) = self.cells.get(number) else { return Ok(None) };
        if let Some(item) = cell.get() {
            return Ok(Some(item));
        }
        let broken = |message: String| KbError::Decode {
            what: self.what,
            id: self.ids.get(number).map(|id| id.clone().into_owned()).unwrap_or_default(),
            message,
        };
        let text = self.packed.get(number).ok_or_else(|| broken("it is missing".to_owned()))?;
        let item = serde_json::from_str::<T>(text).map_err(|error| broken(error.to_string()))?;
        Ok(Some(cell.get_or_init(|| Box::new(item))))
    }

    fn find(&self, id: &str) -> Result<Option<&T>, KbError> {
        self.position(id).map_or(Ok(None), |number| self.at(number))
    }

    fn all(&self) -> impl Iterator<Item = Result<&T, KbError>> {
        (0..self.cells.len()).filter_map(|number| self.at(number).transpose())
    }
}

impl KnowledgeBase {
    /// A knowledge base read from files. Ids are taken to be unique; the lints see to that.
    #[must_use]
    pub fn from_parts(parts: Parts) -> Self {
        fn named<T>(items: Vec<T>, id: impl Fn(&T) -> &str) -> Vec<(String, T)> {
            items.into_iter().map(|item| (id(&item).to_owned(), item)).collect()
        }
        Self {
            manifest: Shelf::owned("the manifest", vec![(String::new(), parts.manifest)]),
            account: Shelf::owned("the account context", vec![(String::new(), parts.account)]),
            vocabulary: Shelf::owned("account fact", named(parts.vocabulary.facts, |item| &item.id)),
            sources: Shelf::owned("source", named(parts.sources, |item| &item.id)),
            facts: Shelf::owned("platform fact", named(parts.facts, |item| &item.id)),
            steps: Shelf::owned("step", named(parts.steps, |item| &item.id)),
            rules: Shelf::owned(
                "rule",
                parts
                    .rules
                    .into_iter()
                    .map(|(area, path, rule)| (rule.id.clone(), RuleFile { area, path, rule }))
                    .collect(),
            ),
            index: None,
        }
    }

    /// A knowledge base over a pack prepared at build time; see `build.rs` for the layout. The index may be empty:
    /// the engine then builds it.
    ///
    /// # Errors
    /// When the pack is not of the expected layout.
    pub fn from_pack(table: &'static [u8], text: &'static str, index: &'static [u8]) -> Result<Self, KbError> {
        let mut shelves = Vec::new();
        let mut words = table.chunks_exact(4).filter_map(|bytes| bytes.try_into().ok().map(u32::from_le_bytes));
        let broken = || KbError::Broken("its table does not fit its text".to_owned());
        let mut next = || words.next().and_then(|word| usize::try_from(word).ok());
        for _ in 0..7 {
            let count = next().ok_or_else(broken)?;
            let mut rows = Vec::with_capacity(count.min(100_000));
            for _ in 0..count {
                let mut slice = || -> Option<&'static str> {
                    let start = next()?;
                    let length = next()?;
                    text.get(start..start.checked_add(length)?)
                };
                rows.push((slice().ok_or_else(broken)?, slice().ok_or_else(broken)?));
            }
            shelves.push(rows);
        }
        let mut shelves = shelves.into_iter();
        let mut rows = || shelves.next().unwrap_or_default();
        Ok(Self {
            manifest: Shelf::packed("the manifest", rows()),
            account: Shelf::packed("the account context", rows()),
            vocabulary: Shelf::packed("account fact", rows()),
            sources: Shelf::packed("source", rows()),
            facts: Shelf::packed("platform fact", rows()),
            steps: Shelf::packed("step", rows()),
            rules: Shelf::packed("rule", rows()),
            index: (!index.is_empty()).then_some(index),
        })
    }

    /// The index image prepared with the base, when there is one.
    #[must_use]
    pub const fn index(&self) -> Option<&'static [u8]> {
        self.index
    }

    /// The manifest.
    ///
    /// # Errors
    /// When it is broken or missing.
    pub fn manifest(&self) -> Result<&Manifest, KbError> {
        self.manifest.at(0)?.ok_or_else(|| KbError::Broken("it has no manifest".to_owned()))
    }

    /// The account context.
    ///
    /// # Errors
    /// When it is broken or missing.
    pub fn account(&self) -> Result<&AccountContext, KbError> {
        self.account.at(0)?.ok_or_else(|| KbError::Broken("it has no account context".to_owned()))
    }

    /// An account fact of the vocabulary.
    ///
    /// # Errors
    /// When the entry is broken.
    pub fn vocabulary(&self, id: &str) -> Result<Option<&VocabularyFact>, KbError> {
        self.vocabulary.find(id)
    }

    /// A source.
    ///
    /// # Errors
    /// When the entry is broken.
    pub fn source(&self, id: &str) -> Result<Option<&Source>, KbError> {
        self.sources.find(id)
    }

    /// A platform fact.
    ///
    /// # Errors
    /// When the entry is broken.
    pub fn fact(&self, id: &str) -> Result<Option<&PlatformFact>, KbError> {
        self.facts.find(id)
    }

    /// A step.
    ///
    /// # Errors
    /// When the entry is broken.
    pub fn step(&self, id: &str) -> Result<Option<&Step>, KbError> {
        self.steps.find(id)
    }

    /// A rule by id.
    ///
    /// # Errors
    /// When the rule is broken.
    pub fn rule(&self, id: &str) -> Result<Option<&RuleFile>, KbError> {
        self.rules.find(id)
    }

    /// A rule by number.
    ///
    /// # Errors
    /// When the rule is broken.
    pub fn rule_at(&self, number: usize) -> Result<Option<&RuleFile>, KbError> {
        self.rules.at(number)
    }

    /// Puts another form of a rule in its place and returns the old one; `None` when there is no such rule.
    ///
    /// The index stays as it was: see [`crate::compile::index::Exchange`].
    ///
    /// # Errors
    /// When the old rule is broken.
    pub fn exchange_rule(&mut self, number: usize, rule: Rule) -> Result<Option<Rule>, KbError> {
        self.rules.at(number)?;
        let cell = self.rules.cells.get_mut(number).and_then(OnceLock::get_mut);
        Ok(cell.map(|file| std::mem::replace(&mut file.rule, rule)))
    }

    /// The number of a rule.
    #[must_use]
    pub fn rule_number(&self, id: &str) -> Option<usize> {
        self.rules.position(id)
    }

    /// All rules in order of number.
    pub fn rules(&self) -> impl Iterator<Item = Result<&RuleFile, KbError>> {
        self.rules.all()
    }

    /// All platform facts by id.
    pub fn facts(&self) -> impl Iterator<Item = Result<&PlatformFact, KbError>> {
        self.facts.all()
    }

    /// All steps by id.
    pub fn steps(&self) -> impl Iterator<Item = Result<&Step, KbError>> {
        self.steps.all()
    }

    /// All sources by id.
    pub fn sources(&self) -> impl Iterator<Item = Result<&Source, KbError>> {
        self.sources.all()
    }

    /// The whole vocabulary by id.
    pub fn vocabulary_facts(&self) -> impl Iterator<Item = Result<&VocabularyFact, KbError>> {
        self.vocabulary.all()
    }

    /// Names of all account facts.
    pub fn vocabulary_ids(&self) -> impl Iterator<Item = &str> {
        self.vocabulary.ids.iter().map(AsRef::as_ref)
    }

    /// Names of all rules, steps, platform facts and sources, for "did you mean".
    pub fn all_ids(&self) -> impl Iterator<Item = &str> {
        self.rules
            .ids
            .iter()
            .chain(&self.facts.ids)
            .chain(&self.steps.ids)
            .chain(&self.sources.ids)
            .chain(&self.vocabulary.ids)
            .map(AsRef::as_ref)
    }
}
