//! The expression engine of rule text.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Rest, Serde};
use minijinja::{Environment, Error, ErrorKind, State, UndefinedBehavior, Value, filters as builtin};

use super::super::{escape, numbers};
use super::FUEL;
use crate::model::{FactValue, Scalar};

/// What the engine's functions, which must own their surroundings, share with the scope.
#[derive(Default)]
pub(super) struct Shared {
    pub(super) platform: BTreeMap<String, Option<FactValue>>,
    pub(super) account: BTreeMap<String, Option<Scalar>>,
    /// A fact that is in neither map yet; rendering starts again once it is looked up.
    pub(super) wanted: Option<Wanted>,
    pub(super) platform_used: BTreeSet<String>,
    pub(super) account_used: BTreeSet<String>,
    /// The expression read an account value that needs escaping.
    pub(super) tainted: bool,
    /// For each expression of the text, whether it stands inside code.
    pub(super) in_code: Vec<bool>,
    /// Expressions printed so far.
    pub(super) printed: usize,
}

#[derive(Clone)]
pub(super) enum Wanted {
    Platform(String),
    Account(String),
}

/// An engine that knows the three functions and six filters of rule text, and nothing else.
pub(super) fn environment(shared: &Arc<Mutex<Shared>>) -> Environment<'static> {
    let mut env = Environment::empty();
    env.set_debug(false);
    env.set_fuel(Some(FUEL));
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    let own = Arc::clone(shared);
    env.add_function("fact", move |id: String, fallback: Rest<Value>| platform(&own, id, fallback.first()));
    let own = Arc::clone(shared);
    env.add_function("value", move |id: String, fallback: Rest<Value>| account(&own, id, fallback.first()));
    let own = Arc::clone(shared);
    env.add_function("known", move |id: String| {
        let mut shared = lock(&own);
        shared.account_used.insert(id.clone());
        if let Some(value) = shared.account.get(&id) {
            return Ok(value.is_some());
        }
        shared.wanted = Some(Wanted::Account(id));
        Err(not_yet())
    });
    env.add_filter("usd", |value: &Value| numbers::filter(value, numbers::usd));
    env.add_filter("duration", |value: &Value| numbers::filter(value, numbers::duration));
    env.add_filter("days", |value: &Value| numbers::filter(value, numbers::days));
    env.add_filter("join", builtin::join);
    env.add_filter("round", builtin::round);
    env.add_filter("int", builtin::int);
    let own = Arc::clone(shared);
    env.set_formatter(move |out, _: &mut State<'_, '_>, value| {
        let (tainted, code) = {
            let mut shared = lock(&own);
            let code = shared.in_code.get(shared.printed).copied().unwrap_or_default();
            shared.printed += 1;
            (std::mem::take(&mut shared.tainted), code)
        };
        if value.is_undefined() || value.is_none() {
            return Err(Error::new(ErrorKind::UndefinedError, "the expression has no value"));
        }
        let text = numbers::text_of(value);
        match (tainted, code) {
            (false, _) => out.write_str(&text)?,
            // No backslash works inside code; without backticks a value cannot leave it.
            (true, true) => out.write_str(escape::line(&text).replace('`', "'").trim())?,
            (true, false) => out.write_str(escape::markdown_strict(&text).trim())?,
        }
        Ok(())
    });
    env
}

/// `fact('id')`: a documented value on the day of the report.
fn platform(shared: &Mutex<Shared>, id: String, fallback: Option<&Value>) -> Result<Value, Error> {
    let mut shared = lock(shared);
    match shared.platform.get(&id) {
        Some(Some(value)) => {
            let value = Value::from(Serde(value));
            shared.platform_used.insert(id);
            Ok(value)
        }
        Some(None) => fallback.cloned().ok_or_else(|| {
            Error::new(
                ErrorKind::UndefinedError,
                format!("the platform fact `{id}` has no value on this day; give a fallback: `fact('{id}', 'text')`"),
            )
        }),
        None => {
            shared.wanted = Some(Wanted::Platform(id));
            Err(not_yet())
        }
    }
}

/// `value('fact.name', fallback)`: what is known of this incident.
fn account(shared: &Mutex<Shared>, id: String, fallback: Option<&Value>) -> Result<Value, Error> {
    let mut shared = lock(shared);
    shared.account_used.insert(id.clone());
    match shared.account.get(&id) {
        Some(Some(value)) => {
            let value = value.clone();
            if let Scalar::Text(text) = &value {
                shared.tainted |= !text.bytes().all(|b| b.is_ascii_alphanumeric());
            }
            Ok(Value::from(Serde(value)))
        }
        Some(None) => fallback.cloned().ok_or_else(|| {
            Error::new(
                ErrorKind::UndefinedError,
                format!("`{id}` is not known; give a fallback: `value('{id}', 'text')`"),
            )
        }),
        None => {
            shared.wanted = Some(Wanted::Account(id));
            Err(not_yet())
        }
    }
}

/// Stops a rendering that is about to be repeated with one more fact.
fn not_yet() -> Error {
    Error::new(ErrorKind::InvalidOperation, "a fact has not been looked up yet")
}

/// Text after a panic elsewhere is still text; nothing here leaves the maps half written.
pub(super) fn lock(shared: &Mutex<Shared>) -> std::sync::MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
