//! What this machine knows about an incident: which login would be used, settings, versions, and on request what the
//! account says. The only module that may open a socket or start another program.
//!
//! Tokens are read here and stay here: they are compared by fingerprint, sent to Hugging Face by [`curl`](online), and
//! never become part of a [`Collected`]. Everything in that passes the redactor before it can be seen.

mod document;
mod login;
mod online;
mod packages;
mod program;
mod settings;
mod site;
mod storage;
mod world;

use serde_json::Value;

pub use document::{Collected, MARK};
pub use online::Online;
pub use site::{Repo, Site};
pub use world::World;

use crate::model::Day;

/// What was found so far; masked when it becomes a document.
#[derive(Debug, Default)]
struct Found {
    /// Facts of the vocabulary.
    facts: Vec<(String, Value)>,
    /// What no fact stands for: kept in the evidence, not matched.
    other: Vec<(String, Value)>,
    /// Sentences for the person.
    hints: Vec<String>,
}

impl Found {
    fn fact(&mut self, id: &str, value: impl Into<Value>) {
        self.facts.push((id.to_owned(), value.into()));
    }

    fn other(&mut self, name: &str, value: impl Into<Value>) {
        self.other.push((name.to_owned(), value.into()));
    }

    fn hint(&mut self, text: impl Into<String>) {
        self.hints.push(text.into());
    }
}

/// Looks at the machine, and asks the Hub when `online` says so. Never fails: what cannot be found out is left out,
/// or said in a hint.
#[must_use]
pub fn collect(world: &World, today: Day, online: Option<&Online>) -> Collected {
    let mut found = Found::default();
    found.fact("observed", today.to_string());
    let packages = packages::active(world);
    let login = login::read(world, packages.version("huggingface_hub"), &mut found);
    settings::read(world, &mut found);
    packages.tell(&mut found);
    storage::read(world, &mut found);
    let mut redactor = login.redactor();
    if let Some(online) = online {
        online::ask(world, online, &login, today, &mut redactor, &mut found);
    }
    Collected::new(found, redactor)
}
