//! `kb why RULE FILE…`.

use std::path::PathBuf;

use clap::Args;

use super::explain::why::{self, Question};
use crate::cli::args::{Format, FormatChoice, RulesChoice, WidthChoice, assignment};
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit, inputs};
use crate::evidence::{Hint, RawInput};
use crate::model::Day;

/// Arguments of `kb why`.
#[derive(Debug, Args)]
pub struct KbWhy {
    /// A rule or a cause
    pub id: String,
    /// Evidence; `-` is standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// A message as it was printed
    #[arg(short, long, value_name = "TEXT")]
    pub message: Vec<String>,
    /// An account fact, for example account.plan=pro; overrules everything else
    #[arg(long = "set", value_name = "FACT=VALUE", value_parser = assignment)]
    pub sets: Vec<(String, String)>,
    /// The day to answer for (default: the evidence's `observed`, else today)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Day>,
    /// How wide text for people is.
    #[command(flatten)]
    pub width: WidthChoice,
    /// Where the rules come from.
    #[command(flatten)]
    pub rules: RulesChoice,
    /// How it is printed.
    #[command(flatten)]
    pub format: FormatChoice,
}

/// Prints why a rule or cause did or did not come out; of `rules` here when there is one.
///
/// # Errors
/// When there is no such rule, nothing to read, or stdout cannot be written.
pub(crate) fn run(arguments: &KbWhy) -> Result<u8, Failure> {
    let format = output::plain_format(arguments.format, &[Format::Markdown])?;
    let rules = arguments.rules.rules.clone().or_else(base::local);
    let engine = base::engine(&RulesChoice { rules })?;
    let mut given: Vec<RawInput> = arguments
        .message
        .iter()
        .map(|text| RawInput { name: "--message".to_owned(), bytes: text.clone().into_bytes(), hint: Hint::Message })
        .collect();
    for file in &arguments.files {
        given.push(inputs::file(file, Hint::Auto)?);
    }
    if given.is_empty() && arguments.sets.is_empty() {
        if output::stdin_is_terminal() {
            return Err(Failure::new(exit::USAGE, "there is no evidence to explain it with")
                .hint("name a file, pipe a log in, or give the text with --message"));
        }
        given.push(inputs::file(std::path::Path::new("-"), Hint::Auto)?);
    }
    let question = Question {
        id: &arguments.id,
        inputs: &given,
        sets: &arguments.sets,
        as_of: arguments.as_of,
        format,
        width: output::width(arguments.width),
    };
    why::run(&engine, &question)
}
