//! One line on stderr that says how far a long command is; nothing when stderr is no terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How often the line changes.
const EVERY: Duration = Duration::from_millis(100);

/// A line of progress.
#[derive(Debug)]
pub(crate) struct Bar {
    what: &'static str,
    begun: Instant,
    last: Option<Mutex<Instant>>,
}

impl Bar {
    /// A line that counts `what`.
    pub(crate) fn new(what: &'static str) -> Self {
        let begun = Instant::now();
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let last = (io::stderr().is_terminal() && !dumb).then(|| Mutex::new(begun));
        Self { what, begun, last }
    }

    /// Shows that so many are done.
    pub(crate) fn show(&self, done: usize, all: usize) {
        let Some(last) = &self.last else { return };
        let Ok(mut last) = last.try_lock() else { return };
        if last.elapsed() < EVERY && done < all {
            return;
        }
        *last = Instant::now();
        const WIDTH: usize = 30;
        let full = done.saturating_mul(WIDTH).checked_div(all).unwrap_or(WIDTH).min(WIDTH);
        let bar = format!("{}{}", "=".repeat(full), " ".repeat(WIDTH.saturating_sub(full)));
        let text = format!("\r[{bar}] {done} of {all} {}, {} s ", self.what, self.begun.elapsed().as_secs());
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        if self.last.is_some() {
            let _ = io::stderr().lock().write_all(b"\r\x1b[K");
        }
    }
}
