//! `man`.

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::cli::args::Cli;
use crate::cli::exit;
use crate::cli::output::{self, Failure};

/// What the exit codes mean, in the order of the numbers.
const CODES: &[(u8, &str)] = &[
    (exit::OK, "a diagnosis was made, or the command did what it was asked"),
    (exit::NOTHING, "nothing was recognised, or a fact has no value on the day"),
    (exit::USAGE, "the command line is wrong"),
    (exit::EVIDENCE, "the evidence cannot be read as evidence"),
    (exit::RULES, "the knowledge base or a template is broken"),
    (exit::TESTS, "tests of the knowledge base failed"),
    (exit::IO, "reading or writing failed"),
];

/// Prints the manual: one page with the options of every command.
///
/// # Errors
/// When stdout cannot be written.
pub(crate) fn run() -> Result<u8, Failure> {
    let mut page = Vec::new();
    let broken = |error: std::io::Error| Failure::new(exit::IO, format!("cannot make the manual page: {error}"));
    let mut command = Cli::command().after_help(None::<&str>);
    command.build();
    let man = Man::new(command.clone());
    man.render_title(&mut page).map_err(broken)?;
    man.render_name_section(&mut page).map_err(broken)?;
    man.render_synopsis_section(&mut page).map_err(broken)?;
    let mut intro = Roff::new();
    intro.control("SH", ["DESCRIPTION"]);
    intro.text([roman(
        "Explains why Hugging Face refused somebody, and what to do about it, from dated and sourced rules. \
        A bare file name, or text piped in, means diagnose.",
    )]);
    intro.to_writer(&mut page).map_err(broken)?;
    for sub in leaves(&command) {
        of_command(sub, &mut page).map_err(broken)?;
    }
    let mut end = Roff::new();
    end.control("SH", ["EXIT STATUS"]);
    for (code, meaning) in CODES {
        end.control("TP", []);
        end.text([bold(code.to_string())]);
        end.text([roman(*meaning)]);
    }
    end.control("SH", ["ENVIRONMENT"]);
    for (name, meaning) in [
        ("AI_AGENT, AGENT", "when one is set, the default format is agent"),
        ("NO_COLOR", "no colours; none either when TERM is dumb or output is piped"),
    ] {
        end.control("TP", []);
        end.text([bold(name)]);
        end.text([roman(meaning)]);
    }
    end.to_writer(&mut page).map_err(broken)?;
    output::print(&String::from_utf8_lossy(&page))?;
    Ok(exit::OK)
}

/// Commands that do something themselves, in order.
fn leaves(command: &Command) -> Vec<&Command> {
    let mut out = Vec::new();
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        if sub.has_subcommands() { out.extend(leaves(sub)) } else { out.push(sub) }
    }
    out
}

/// A section with what a command does and its options.
fn of_command(command: &Command, page: &mut Vec<u8>) -> std::io::Result<()> {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name()).trim_start_matches("hf-doctor ").to_owned();
    let mut head = Roff::new();
    head.control("SH", [name.to_uppercase().as_str()]);
    let usage = command.clone().render_usage().to_string();
    head.text([bold(usage.trim_start_matches("Usage: ").split_whitespace().collect::<Vec<_>>().join(" "))]);
    head.control("PP", []);
    head.text([roman(command.get_about().map(ToString::to_string).unwrap_or_default())]);
    for argument in command.get_arguments().filter(|argument| argument.get_id() != "help") {
        let short = argument.get_short().map(|short| format!("-{short}"));
        let long = argument.get_long().map(|long| format!("--{long}"));
        let takes = argument.get_action().takes_values();
        let value = argument
            .get_value_names()
            .filter(|_| takes)
            .map(|names| names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
        let flags: Vec<String> = [short, long].into_iter().flatten().collect();
        head.control("TP", []);
        head.text([
            bold(flags.join(", ")),
            roman(if flags.is_empty() || !takes { "" } else { " " }),
            roman(value.unwrap_or_default()),
        ]);
        head.text([roman(argument.get_help().map(ToString::to_string).unwrap_or_default())]);
    }
    head.to_writer(page)
}
