//! Everything a knowledge base holds, as authored, and where each piece was written.

use crate::diag::{Diagnostic, Location, Place, SourceMap};
use crate::model::{AccountContext, Manifest, PlatformFact, Rule, Source, Step, Vocabulary};

/// The authored contents of a knowledge base.
#[derive(Clone, Debug)]
pub struct Parts {
    /// `kb.yaml`.
    pub manifest: Manifest,
    /// `vocabulary.yaml`.
    pub vocabulary: Vocabulary,
    /// All sources, file by file.
    pub sources: Vec<Source>,
    /// All platform facts, file by file.
    pub facts: Vec<PlatformFact>,
    /// All steps, file by file.
    pub steps: Vec<Step>,
    /// `account.yaml`.
    pub account: AccountContext,
    /// Area, path of the file as shown, and rule, sorted by path.
    pub rules: Vec<(String, String, Rule)>,
}

/// Where one item of a list file was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Path of the file as shown.
    pub file: String,
    /// Route of the item in it; empty for a whole file.
    pub route: String,
}

impl Origin {
    /// The item or file at a route.
    #[must_use]
    pub fn new(file: impl Into<String>, route: impl Into<String>) -> Self {
        Self { file: file.into(), route: route.into() }
    }

    /// Something inside: `origin.at("values/0/valid")`.
    #[must_use]
    pub fn at(&self, below: &str) -> Self {
        Self { file: self.file.clone(), route: format!("{}/{below}", self.route) }
    }

    /// Its value as a location.
    #[must_use]
    pub fn value(&self) -> Location {
        Location::new(&self.file, Place::Value(self.route.clone()))
    }

    /// Its key as a location.
    #[must_use]
    pub fn key(&self) -> Location {
        Location::new(&self.file, Place::Key(self.route.clone()))
    }

    /// Bytes of its text as a location.
    #[must_use]
    pub fn slice(&self, range: std::ops::Range<usize>) -> Location {
        Location::new(&self.file, Place::Slice(self.route.clone(), range))
    }

    /// Some words inside its value as a location.
    #[must_use]
    pub fn words(&self, words: &str) -> Location {
        Location::new(&self.file, Place::Words(self.route.clone(), words.to_owned()))
    }
}

/// Where the items of [`Parts`] were written; each list runs parallel to the one of the same name.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// Of `Parts::sources`.
    pub sources: Vec<Origin>,
    /// Of `Parts::facts`.
    pub facts: Vec<Origin>,
    /// Of `Parts::steps`.
    pub steps: Vec<Origin>,
    /// Area and path of rule files that were left out of a reading; each is named after its rule.
    pub unread: Vec<(String, String)>,
}

/// A knowledge base that was read without errors.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What it holds.
    pub parts: Parts,
    /// Where the items were written.
    pub origins: Origins,
    /// The files, which turn routes into places.
    pub files: SourceMap,
}

/// A knowledge base that could not be read: every error of every file.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The errors, sorted by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that could be read, for excerpts.
    pub files: SourceMap,
    /// What could be decoded, when the required files are among it; never complete.
    pub partial: Option<(Parts, Origins)>,
}
