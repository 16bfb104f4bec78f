//! JSON schemas, generated from the types and, for evidence, from the vocabulary.

mod evidence;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use crate::kb::{KbError, KnowledgeBase};
use crate::model::{AccountContext, Case, FactsFile, Manifest, Report, Rule, SourcesFile, StepsFile, Vocabulary};

/// The schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// `kb.yaml`
    Manifest,
    /// `vocabulary.yaml`
    Vocabulary,
    /// `sources.yaml`
    Sources,
    /// `facts/*.yaml`
    Facts,
    /// `steps/*.yaml`
    Steps,
    /// `account.yaml`
    Account,
    /// `<area>/*.yaml`
    Rule,
    /// `tests/cases/**/*.yaml`
    Case,
    /// evidence files
    Evidence,
    /// reports
    Report,
}

impl Name {
    /// All schemas in the order of their files.
    pub const ALL: [Self; 10] = [
        Self::Account,
        Self::Case,
        Self::Evidence,
        Self::Facts,
        Self::Manifest,
        Self::Report,
        Self::Rule,
        Self::Sources,
        Self::Steps,
        Self::Vocabulary,
    ];

    /// The name on the command line; the file is `schema/<word>.schema.json`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Case => "case",
            Self::Evidence => "evidence",
            Self::Facts => "facts",
            Self::Manifest => "kb",
            Self::Report => "report",
            Self::Rule => "rule",
            Self::Sources => "sources",
            Self::Steps => "steps",
            Self::Vocabulary => "vocabulary",
        }
    }

    /// The schema with a name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.word() == word)
    }
}

/// A schema as pretty JSON with a final newline.
///
/// # Errors
/// When the vocabulary behind the evidence schema cannot be decoded.
pub fn text(name: Name, kb: &KnowledgeBase) -> Result<String, KbError> {
    let schema = match name {
        Name::Account => of::<AccountContext>(),
        Name::Case => evidence::into_case(of::<Case>(), kb)?,
        Name::Evidence => evidence::schema(kb)?,
        Name::Facts => of::<FactsFile>(),
        Name::Manifest => of::<Manifest>(),
        Name::Report => of::<Report>(),
        Name::Rule => of::<Rule>(),
        Name::Sources => of::<SourcesFile>(),
        Name::Steps => of::<StepsFile>(),
        Name::Vocabulary => of::<Vocabulary>(),
    };
    let mut text = serde_json::to_string_pretty(&schema).map_err(|error| KbError::Broken(error.to_string()))?;
    text.push('\n');
    Ok(text)
}

fn of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>()
}
