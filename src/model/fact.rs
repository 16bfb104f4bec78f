//! `facts/*.yaml`: documented values of the platform, each with its interval.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::day::{Day, Validity};
use super::scalar::FactValue;

/// One file of platform facts.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactsFile {
    /// The facts of this family.
    pub facts: Vec<PlatformFact>,
}

/// A documented value of the platform over time.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlatformFact {
    /// Dotted name, for example `zerogpu.daily_quota_minutes.pro`.
    pub id: String,
    /// What the value says.
    pub title: String,
    /// Unit of the value, for example `GPU minutes/day`, `USD/month`, `text`.
    pub unit: String,
    /// Day on which the newest value was last checked against its source.
    pub verified: Day,
    /// Wording of the pages that state the values, unless a value has its own: `PRO | {value} minutes`. `{value}` is
    /// where the value stands, `{n}` any number, `{..}` a gap; `kb drift` looks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// Successive values, oldest first; intervals do not overlap.
    pub values: Vec<Statement>,
    /// The same fact on other pages, where they agree or disagree.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<AlsoStated>,
}

/// One value and the days on which the documentation states it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The documented value.
    pub value: FactValue,
    /// Days on which it is stated; documentation dates, the product may differ.
    pub valid: Validity,
    /// Page that states it.
    pub source: String,
    /// Commit of the page that first states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Path of the page at that time, when it differs from the source's path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Wording in which the page states it, when it differs from the fact's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// Commit that replaced or removed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<String>,
    /// What to know about this value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The same fact as another page states it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlsoStated {
    /// The value there.
    pub value: FactValue,
    /// Days on which that page states it.
    pub valid: Validity,
    /// The page.
    pub source: String,
    /// Commit of that page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Path of the page at that time, when it differs from the source's path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

impl PlatformFact {
    /// The wording in which the page of a statement states its value.
    #[must_use]
    pub fn wording<'a>(&'a self, statement: &'a Statement) -> Option<&'a str> {
        statement.says.as_deref().or(self.says.as_deref())
    }

    /// The statement that holds on `day`, if any.
    #[must_use]
    pub fn at(&self, day: Day) -> Option<&Statement> {
        self.values.iter().find(|statement| statement.valid.contains(day))
    }

    /// Statements of other pages that differ from `statement` on `day`.
    pub fn disagreeing<'a>(&'a self, statement: &'a Statement, day: Day) -> impl Iterator<Item = &'a AlsoStated> {
        self.also.iter().filter(move |also| also.valid.contains(day) && also.value != statement.value)
    }
}
