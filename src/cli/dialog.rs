//! Lines to and from a person: prompts on stderr, answers from a terminal or a pipe.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read};

use super::output;

/// Most bytes of one answer; no fact is longer.
const LONGEST: u64 = 8 * 1024;

/// Most bytes of a pasted message.
const PASTED: u64 = 4 * 1024 * 1024;

/// Where answers come from.
pub(crate) struct Dialog {
    input: Box<dyn BufRead>,
    /// Whether a person types: the prompt then stands on the line of the answer.
    typed: bool,
}

impl Dialog {
    /// Answers from standard input.
    pub(crate) fn stdin() -> Self {
        Self { input: Box::new(BufReader::new(io::stdin())), typed: io::stdin().is_terminal() }
    }

    /// Answers from the terminal, when standard input holds the evidence; `None` where there is no terminal.
    pub(crate) fn terminal() -> Option<Self> {
        let name = if cfg!(windows) { "CONIN$" } else { "/dev/tty" };
        File::open(name).ok().map(|file| Self { input: Box::new(BufReader::new(file)), typed: true })
    }

    /// Shows `prompt` and reads one line; `None` at the end of the input.
    pub(crate) fn line(&mut self, prompt: &str) -> Option<String> {
        output::complain(prompt);
        let mut bytes = Vec::new();
        let read = self.input.by_ref().take(LONGEST).read_until(b'\n', &mut bytes);
        if !matches!(read, Ok(read) if read > 0) {
            output::complain("\n");
            return None;
        }
        let line = String::from_utf8_lossy(&bytes).trim().to_owned();
        if !self.typed {
            // Piped answers are not echoed by a terminal; a transcript should show them.
            output::complain(&format!("{line}\n"));
        }
        Some(line)
    }

    /// Reads a pasted text up to a line with a single dot or the end of the input.
    pub(crate) fn text(&mut self, prompt: &str) -> Vec<u8> {
        output::complain(prompt);
        let mut all = Vec::new();
        let mut line = Vec::new();
        while let Ok(read) = self.input.by_ref().take(PASTED).read_until(b'\n', &mut line) {
            let ends = line.strip_suffix(b"\n").unwrap_or(&line).strip_suffix(b"\r").unwrap_or(&line) == b".";
            if read == 0 || ends || line == b".\n" || all.len() as u64 > PASTED {
                break;
            }
            all.append(&mut line);
        }
        all
    }
}
