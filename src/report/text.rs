//! Rule text: Markdown with `{{ expression }}` and nothing else.
//!
//! Authors are trusted, people's evidence is not: what an expression took from the account is
//! escaped where it lands, so that a captured value can never open a link, HTML, code or a heading.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Rest, Serde};
use minijinja::{Environment, Error, ErrorKind, State, UndefinedBehavior, Value};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::{escape, numbers};
use crate::model::{FactValue, Scalar};

/// Instructions one text may take.
const FUEL: u64 = 20_000;
/// Longest text that an expansion may produce, in bytes.
const CAP: usize = 16 * 1024;

/// Where the values of expressions come from.
pub trait Facts {
    /// The value of a platform fact on the day of the report.
    fn platform(&self, id: &str) -> Option<FactValue>;
    /// The value of an account fact, when it is known.
    fn account(&self, id: &str) -> Option<Scalar>;
}

/// Why a text cannot be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct TextError {
    /// Line of the text, counted from 1.
    pub line: usize,
    /// What is wrong, in one sentence.
    pub message: String,
}

/// Expands texts against one set of facts and remembers which facts they used.
///
/// Use one scope for a whole report: the expression engine is set up once, on first need.
pub struct Scope<'a> {
    facts: &'a dyn Facts,
    env: OnceCell<Environment<'static>>,
    shared: Arc<Mutex<Shared>>,
}

/// What the engine's functions, which must own their surroundings, share with the scope.
#[derive(Default)]
struct Shared {
    platform: BTreeMap<String, Option<FactValue>>,
    account: BTreeMap<String, Option<Scalar>>,
    /// A fact that is in neither map yet; rendering starts again once it is looked up.
    wanted: Option<Wanted>,
    platform_used: BTreeSet<String>,
    account_used: BTreeSet<String>,
    /// The expression read an account value that needs escaping.
    tainted: bool,
    /// For each expression of the text, whether it stands inside code.
    in_code: Vec<bool>,
    /// Expressions printed so far.
    printed: usize,
}

#[derive(Clone)]
enum Wanted {
    Platform(String),
    Account(String),
}

impl<'a> Scope<'a> {
    /// A scope over `facts` in which nothing has been used yet.
    #[must_use]
    pub fn new(facts: &'a dyn Facts) -> Self {
        Self { facts, env: OnceCell::new(), shared: Arc::default() }
    }

    /// Ids of the platform facts that texts have used so far, sorted.
    #[must_use]
    pub fn platform_used(&self) -> Vec<String> {
        lock(&self.shared).platform_used.iter().cloned().collect()
    }

    /// Names of the account facts that texts have asked for so far, known or not, sorted.
    #[must_use]
    pub fn account_used(&self) -> Vec<String> {
        lock(&self.shared).account_used.iter().cloned().collect()
    }

    /// Looks up what a text asked for. False when that is no news, so that the caller stops.
    fn look_up(&self, wanted: Wanted) -> bool {
        // The lock is not held while foreign code runs.
        match wanted {
            Wanted::Platform(id) => {
                let value = self.facts.platform(&id);
                lock(&self.shared).platform.insert(id, value).is_none()
            }
            Wanted::Account(id) => {
                let value = self.facts.account(&id);
                lock(&self.shared).account.insert(id, value).is_none()
            }
        }
    }
}

/// Renders a text. Text without expressions is returned as it is.
///
/// # Errors
/// A block tag or comment; an expression that cannot be parsed, asks for an unknown value without
/// a fallback, or runs too long; more than 16 KiB of output.
pub fn expand<'t>(text: &'t str, scope: &Scope<'_>) -> Result<Cow<'t, str>, TextError> {
    for (tag, what) in [("{%", "block tags"), ("{#", "comments")] {
        if let Some(at) = text.find(tag) {
            return Err(error_at(text, at, format!("{what} (`{tag}`) are not allowed in rule text; only `{{{{ expression }}}}` is")));
        }
    }
    if !text.contains("{{") {
        return Ok(Cow::Borrowed(text));
    }
    let spans = expressions(text)?;
    let in_code = stand_in_code(text, &spans);
    let env = scope.env.get_or_init(|| environment(&scope.shared));
    // Parsing what a page of rule text cannot be is refused before it costs anything.
    if text.len() > CAP {
        return Err(error_at(text, 0, too_long()));
    }
    let template = env.template_from_str(text).map_err(|error| from_engine(&error))?;
    loop {
        {
            let mut shared = lock(&scope.shared);
            shared.in_code.clone_from(&in_code);
            shared.printed = 0;
            shared.tainted = false;
            shared.wanted = None;
        }
        let mut out = Capped(Vec::with_capacity(text.len() + 64));
        let result = template.render_captured_to((), &mut out);
        let wanted = lock(&scope.shared).wanted.take();
        if let Some(wanted) = wanted
            && scope.look_up(wanted)
        {
            continue;
        }
        if let Err(error) = result {
            return Err(from_engine(&error));
        }
        return String::from_utf8(out.0).map(Cow::Owned).map_err(|_| error_at(text, 0, "the text is not UTF-8".to_owned()));
    }
}

/// Byte ranges of the expressions, braces included.
fn expressions(text: &str) -> Result<Vec<Range<usize>>, TextError> {
    let mut spans = Vec::new();
    let mut from = 0;
    while let Some(start) = text.get(from..).and_then(|rest| rest.find("{{")).map(|at| from + at) {
        let mut quote = None;
        let mut end = None;
        let bytes = text.as_bytes();
        let mut at = start + 2;
        // Braces inside string literals do not end an expression.
        while let Some(&byte) = bytes.get(at) {
            match (quote, byte) {
                (Some(_), b'\\') => at += 1,
                (Some(open), _) if byte == open => quote = None,
                (None, b'\'' | b'"') => quote = Some(byte),
                (None, b'}') if bytes.get(at + 1) == Some(&b'}') => {
                    end = Some(at + 2);
                    break;
                }
                _ => {}
            }
            at += 1;
        }
        let Some(end) = end else {
            return Err(error_at(text, start, "`{{` is never closed by `}}`".to_owned()));
        };
        spans.push(start..end);
        from = end;
    }
    Ok(spans)
}

/// For each expression, whether its value lands inside code, where a backslash is no escape.
fn stand_in_code(text: &str, spans: &[Range<usize>]) -> Vec<bool> {
    let mut in_code = vec![false; spans.len()];
    if !text.contains('`') {
        return in_code;
    }
    // Letters instead of expressions: the structure is then that of the text around them. Inserted
    // values cannot change it, because they are escaped for just this place.
    let mut model = String::with_capacity(text.len());
    let mut marks = Vec::with_capacity(spans.len());
    let mut from = 0;
    for span in spans {
        model.push_str(text.get(from..span.start).unwrap_or_default());
        marks.push(model.len());
        model.push('x');
        from = span.end;
    }
    model.push_str(text.get(from..).unwrap_or_default());
    let mut depth = 0_usize;
    for (event, range) in Parser::new(&model).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => depth += 1,
            Event::End(TagEnd::CodeBlock) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if matches!(event, Event::Code(_)) || (depth > 0 && matches!(event, Event::Text(_))) {
            for (mark, code) in marks.iter().zip(in_code.iter_mut()) {
                *code |= range.contains(mark);
            }
        }
    }
    in_code
}

fn environment(shared: &Arc<Mutex<Shared>>) -> Environment<'static> {
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
        let known = match shared.account.get(&id) {
            Some(value) => value.is_some(),
            None => {
                shared.wanted = Some(Wanted::Account(id));
                return Err(not_yet());
            }
        };
        Ok(known)
    });
    env.add_filter("usd", |value: &Value| numbers::filter(value, numbers::usd));
    env.add_filter("duration", |value: &Value| numbers::filter(value, numbers::duration));
    env.add_filter("days", |value: &Value| numbers::filter(value, numbers::days));
    env.add_filter("join", minijinja::filters::join);
    env.add_filter("round", minijinja::filters::round);
    env.add_filter("int", minijinja::filters::int);
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
            Error::new(ErrorKind::UndefinedError, format!("the platform fact `{id}` has no value on this day; give a fallback: `fact('{id}', 'text')`"))
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
            Error::new(ErrorKind::UndefinedError, format!("`{id}` is not known; give a fallback: `value('{id}', 'text')`"))
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
fn lock(shared: &Mutex<Shared>) -> std::sync::MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn error_at(text: &str, at: usize, message: String) -> TextError {
    let before = text.get(..at).unwrap_or_default();
    TextError { line: before.bytes().filter(|b| *b == b'\n').count() + 1, message }
}

fn too_long() -> String {
    format!("the text is longer than {} KiB", CAP / 1024)
}

fn from_engine(error: &Error) -> TextError {
    let mut message = match error.kind() {
        ErrorKind::OutOfFuel => format!("an expression takes more than {FUEL} instructions"),
        ErrorKind::WriteFailure => too_long(),
        kind => error.detail().map_or_else(|| kind.to_string(), str::to_owned),
    };
    if error.kind() == ErrorKind::UnknownFilter {
        message.push_str("; filters are `usd`, `duration`, `days`, `join`, `round`, `int`");
    } else if error.kind() == ErrorKind::UnknownFunction {
        message.push_str("; functions are `fact`, `value`, `known`");
    }
    TextError { line: error.line().unwrap_or(1), message }
}

/// A buffer that refuses to grow past the cap.
struct Capped(Vec<u8>);

impl std::io::Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() + bytes.len() > CAP {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
