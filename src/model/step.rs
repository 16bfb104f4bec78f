//! `steps/*.yaml`: remediation steps shared by causes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::condition::Condition;
use super::day::{Day, Validity};

/// One file of steps.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepsFile {
    /// The steps.
    pub steps: Vec<Step>,
}

/// Something a person can do.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Kebab-case name.
    pub id: String,
    /// What it is, as an instruction: "Open the Space from its page on the Hub".
    pub title: String,
    /// Who can do it.
    pub who: Who,
    /// What it takes.
    pub effort: Effort,
    /// What it costs.
    pub cost: Cost,
    /// Days on which the step works.
    #[serde(default, skip_serializing_if = "Validity::is_unbounded")]
    pub valid: Validity,
    /// When the step makes sense; left out when false, kept when unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// Exact clicks or words, Markdown with `{{ expressions }}`.
    #[serde(rename = "do")]
    pub instruction: String,
    /// Code or commands to paste.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snippet: Option<String>,
    /// Language of the snippet: `python`, `sh`, `js`, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// How to see that it worked.
    pub verify: String,
    /// Where it is stated.
    pub sources: Vec<String>,
    /// Day on which it was last checked.
    pub verified: Day,
}

/// Who can do a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// the person who got the error
    User,
    /// an administrator of the organisation
    OrgAdmin,
    /// the owner of the Space
    SpaceOwner,
    /// the owner of the model, dataset or other repository
    RepoOwner,
    /// whoever runs the network, proxy or mirror
    NetworkAdmin,
    /// the developer of the application or library
    Developer,
    /// the company behind an inference provider or another service
    Provider,
    /// Hugging Face itself
    HuggingFace,
}

/// What something takes, in time of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Effort {
    /// known at once or one click
    Seconds,
    /// a page to open, a command to run
    Minutes,
    /// code to change, a build to wait for
    Hours,
    /// an answer to wait for
    Days,
}

/// What a step costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cost {
    /// nothing
    None,
    /// usage is paid from credits
    Credits,
    /// a paid plan
    Subscription,
    /// rented or own hardware
    Hardware,
}
