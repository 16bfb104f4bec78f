//! A step as pages show it.

use serde::Serialize;

use super::desk::{Desk, word};
use super::page::Days;
use crate::model::{Day, Step};

/// A step with everything that is needed to do it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StepCard {
    pub(crate) id: String,
    /// Markdown.
    pub(crate) title: String,
    pub(crate) who: String,
    pub(crate) effort: String,
    pub(crate) cost: String,
    /// Markdown.
    #[serde(rename = "do")]
    pub(crate) instruction: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) snippet: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lang: Option<String>,
    /// Markdown.
    pub(crate) verify: String,
    /// Causes it helps against.
    pub(crate) causes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) days: Option<Days>,
    pub(crate) verified: Day,
}

pub(crate) fn card(desk: &Desk<'_>, step: &Step, causes: Vec<String>) -> StepCard {
    StepCard {
        id: step.id.clone(),
        title: desk.text(&step.title),
        who: word(&step.who),
        effort: word(&step.effort),
        cost: word(&step.cost),
        instruction: desk.text(&step.instruction),
        snippet: step.snippet.as_ref().map(|snippet| desk.text(snippet)),
        lang: step.lang.clone(),
        verify: desk.text(&step.verify),
        causes,
        days: desk.days(step.valid),
        verified: step.verified,
    }
}
