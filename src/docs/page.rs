//! A page as data: what the JSON twin holds and both templates read.

use serde::Serialize;

use super::items::{CausePage, CodePage, FactPage, StepPage};
use super::lists::{Accuracy, Changes, Errors, Glossary, Sources, Start};
use super::problem::Problem;
use crate::model::Day;

/// What a page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The first page.
    Start,
    /// A rule.
    Problem,
    /// A cause, wherever it occurs.
    Cause,
    /// Something a person can do.
    Step,
    /// A platform fact.
    Fact,
    /// A diagnostic code of `kb check`.
    Code,
    /// All wordings.
    Errors,
    /// What changed when.
    Changes,
    /// All sources.
    Sources,
    /// Measured figures.
    Accuracy,
    /// Words and account facts.
    Glossary,
}

impl Kind {
    /// The folder of such pages, with its slash; empty for pages of which there is one.
    #[must_use]
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Problem => "problems/",
            Self::Cause => "causes/",
            Self::Step => "steps/",
            Self::Fact => "facts/",
            Self::Code => "codes/",
            _ => "",
        }
    }

    /// The name of its templates.
    pub(crate) const fn template(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Problem => "problem",
            Self::Cause => "cause",
            Self::Step => "step",
            Self::Fact => "fact",
            Self::Code => "code",
            Self::Errors => "errors",
            Self::Changes => "changes",
            Self::Sources => "sources",
            Self::Accuracy => "accuracy",
            Self::Glossary => "glossary",
        }
    }
}

/// One page. Texts named `*_md` in comments are Markdown of the rules, all others are plain.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Page {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    /// Path below the root of the site, without suffix.
    pub(crate) path: String,
    /// Heading, Markdown.
    pub(crate) title: String,
    /// Title of the window, plain.
    pub(crate) head: String,
    /// Description for search engines, plain.
    pub(crate) description: String,
    pub(crate) as_of: Day,
    pub(crate) knowledge_base: String,
    /// Day on which the oldest statement of the page was checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) verified: Option<Day>,
    /// Age in days, when past the horizon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stale: Option<i32>,
    pub(crate) content: Content,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) sources: Vec<SourceLine>,
}

/// What is special to a kind of page.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Content {
    Start(Box<Start>),
    Problem(Box<Problem>),
    Cause(CausePage),
    Step(StepPage),
    Fact(FactPage),
    Code(CodePage),
    Errors(Errors),
    Changes(Changes),
    Sources(Sources),
    Accuracy(Accuracy),
    Glossary(Glossary),
}

/// A link to another page of the site.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Link {
    /// Path below the root, without suffix.
    pub(crate) path: String,
    /// Markdown.
    pub(crate) title: String,
}

impl Link {
    pub(crate) fn to(kind: Kind, id: &str, title: String) -> Self {
        Self { path: format!("{}{id}", kind.folder()), title }
    }
}

/// A source as pages cite it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SourceLine {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) title: String,
    pub(crate) url: String,
    /// Whether its host is allowed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) linked: bool,
    pub(crate) retrieved: Day,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

/// An interval of days.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Days {
    pub(crate) from: Option<Day>,
    pub(crate) until: Option<Day>,
    /// Whether the day of the site is one of them.
    pub(crate) now: bool,
    /// In words.
    pub(crate) told: String,
}

/// A platform fact in a list.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FactLine {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) unit: String,
    /// With its unit; `None` when nothing is documented for the day.
    pub(crate) value: Option<String>,
    pub(crate) since: Option<Day>,
    /// Day from which other values are wrong.
    pub(crate) changed: Option<Day>,
    /// Earlier values, newest first.
    pub(crate) before: Vec<PastValue>,
    pub(crate) verified: Day,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stale: Option<i32>,
}

/// A value that no longer holds.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PastValue {
    pub(crate) value: String,
    pub(crate) days: String,
    pub(crate) from: Option<Day>,
    pub(crate) until: Option<Day>,
}
