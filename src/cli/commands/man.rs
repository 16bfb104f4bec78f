//! `man`.

use clap::CommandFactory;

use crate::cli::args::Cli;
use crate::cli::exit;
use crate::cli::output::{self, Failure};

/// Prints the manual page: the program, then each command.
///
/// # Errors
/// When stdout cannot be written.
pub fn run() -> Result<u8, Failure> {
    let mut page = Vec::new();
    let broken = |error: std::io::Error| Failure::new(exit::IO, format!("cannot make the manual page: {error}"));
    let command = Cli::command();
    clap_mangen::Man::new(command.clone()).render(&mut page).map_err(broken)?;
    for sub in command.get_subcommands() {
        let name = format!("hf-doctor-{}", sub.get_name());
        clap_mangen::Man::new(sub.clone()).title(name).render(&mut page).map_err(broken)?;
    }
    output::print(&String::from_utf8_lossy(&page))?;
    Ok(exit::OK)
}
