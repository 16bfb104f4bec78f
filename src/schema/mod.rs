//! JSON schemas, generated from the types; the knowledge base adds its ids, and for evidence the vocabulary.

mod draft07;
mod evidence;
mod known;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use crate::kb::{KbError, KnowledgeBase};
use crate::model::{
    AccountContext, Case, FactsFile, Manifest, RecordVerdict, Report, Rule, SourcesFile, StepsFile, Vocabulary,
};

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
    /// verdicts of `triage`, a line each
    Verdict,
}

impl Name {
    /// All schemas in the order of their files.
    pub const ALL: [Self; 11] = [
        Self::Account,
        Self::Case,
        Self::Evidence,
        Self::Facts,
        Self::Manifest,
        Self::Report,
        Self::Rule,
        Self::Sources,
        Self::Steps,
        Self::Verdict,
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
            Self::Verdict => "verdict",
            Self::Vocabulary => "vocabulary",
        }
    }

    /// The schema with a name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.word() == word)
    }
}

/// The edition of JSON schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draft {
    /// 2020-12, in `schema/`
    Newest,
    /// draft-07, in `schema/draft-07/`, for editors
    Seven,
}

impl Draft {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Newest, Self::Seven];

    /// The name on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Newest => "2020-12",
            Self::Seven => "07",
        }
    }

    /// The edition with a name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|draft| draft.word() == word)
    }

    /// Path of a schema below the folder of all schemas.
    #[must_use]
    pub fn path(self, name: Name) -> String {
        match self {
            Self::Newest => format!("{}.schema.json", name.word()),
            Self::Seven => format!("draft-07/{}.schema.json", name.word()),
        }
    }
}

/// A schema as pretty JSON with a final newline.
///
/// # Errors
/// When an item of the knowledge base whose id or title is listed cannot be decoded.
pub fn text(name: Name, draft: Draft, kb: &KnowledgeBase) -> Result<String, KbError> {
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
        Name::Verdict => of::<RecordVerdict>(),
        Name::Vocabulary => of::<Vocabulary>(),
    };
    let schema = known::complete(name, schema, kb)?;
    // Printed as a schema, not as a value: its keywords then come in the usual order.
    let schema = match draft {
        Draft::Newest => schema,
        Draft::Seven => {
            Schema::try_from(draft07::twin(schema.to_value())).map_err(|e| KbError::Broken(e.to_string()))?
        }
    };
    let mut text = serde_json::to_string_pretty(&schema).map_err(|error| KbError::Broken(error.to_string()))?;
    text.push('\n');
    Ok(text)
}

fn of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>()
}
