//! Many records, one verdict each, and a summary.
//!
//! Records come in as JSON Lines and go out in their order, a batch at a time: what is held in memory does not grow
//! with the number of records, and the same records give the same bytes on any number of threads. A line that is no
//! record gets an error in its place and stops nothing.

mod lines;
mod record;
mod summary;

use std::io::{self, BufRead};

pub use summary::{Grouped, Malformed, Summary, summary_text};

use crate::eval::Engine;
use crate::kb::KbError;
use crate::model::{Day, RecordVerdict};
use crate::parallel;
use lines::{Line, Lines};

/// Records that are worked on at once.
const BATCH: usize = 256;

/// Bytes of records that are worked on at once; one more record is taken before it counts.
const BATCH_BYTES: usize = 16 * 1024 * 1024;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Day to answer for; each record's own day when absent.
    pub as_of: Option<Day>,
    /// Day for records without one.
    pub today: Day,
    /// Threads.
    pub jobs: usize,
}

/// Why the run ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An input cannot be read any further.
    #[error("cannot read: {0}")]
    Read(io::Error),
    /// A verdict cannot be written.
    #[error("cannot write: {0}")]
    Write(io::Error),
    /// A broken knowledge base.
    #[error(transparent)]
    Kb(#[from] KbError),
}

/// Answers every record of one input, in order, and counts it in `summary`.
///
/// # Errors
/// When the input cannot be read, `write` fails, or an item of the knowledge base that is needed is broken.
pub fn input(
    engine: &Engine,
    name: &str,
    reader: &mut dyn BufRead,
    asked: &Asked,
    summary: &mut Summary,
    write: &mut dyn FnMut(&RecordVerdict) -> io::Result<()>,
) -> Result<(), Error> {
    let mut lines = Lines::new(reader);
    loop {
        let mut batch: Vec<Line> = Vec::new();
        let mut bytes = 0usize;
        while batch.len() < BATCH && bytes < BATCH_BYTES {
            let Some(line) = lines.next().map_err(Error::Read)? else { break };
            bytes = bytes.saturating_add(line.bytes.len());
            batch.push(line);
        }
        if batch.is_empty() {
            return Ok(());
        }
        let answers = parallel::map(&batch, asked.jobs, || (), |(), line| record::answer(engine, name, line, asked));
        for verdict in answers {
            let verdict = verdict?;
            summary.count(&verdict);
            write(&verdict).map_err(Error::Write)?;
        }
    }
}
