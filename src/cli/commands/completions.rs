//! `completions SHELL`.

use clap::CommandFactory;

use crate::cli::args::{Cli, Completions};
use crate::cli::exit;
use crate::cli::output::{self, Failure};

/// Prints a completion script.
///
/// # Errors
/// When stdout cannot be written.
pub(crate) fn run(arguments: &Completions) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "hf-doctor", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(exit::OK)
}
