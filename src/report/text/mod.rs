//! Rule text: Markdown with `{{ expression }}` and nothing else.
//!
//! Authors are trusted, people's evidence is not: what an expression took from the account is
//! escaped where it lands, so that a captured value can never open a link, HTML, code or a heading.

mod engine;
mod places;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::{Arc, Mutex};

use minijinja::{Environment, Error, ErrorKind};

use self::engine::{Shared, Wanted, environment, lock};
use self::places::{expressions, stand_in_code};
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
            return Err(error_at(
                text,
                at,
                format!("{what} (`{tag}`) are not allowed in rule text; only `{{{{ expression }}}}` is"),
            ));
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
        return String::from_utf8(out.0)
            .map(Cow::Owned)
            .map_err(|_| error_at(text, 0, "the text is not UTF-8".to_owned()));
    }
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
