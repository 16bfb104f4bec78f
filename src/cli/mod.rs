//! The command line: arguments in, text and an exit code out. Nothing imports this.

pub mod args;
mod base;

mod commands;
mod dialog;
pub mod exit;
mod inputs;
mod output;
mod progress;
mod reports;
mod workshop;

use std::ffi::OsString;

use clap::Parser;

use args::{Cli, Command, KbCommand};
use output::Failure;

/// Runs the program with the arguments of the process and returns its exit code.
#[must_use]
pub fn run(arguments: Vec<OsString>) -> u8 {
    let arguments = match args::with_command(arguments, output::stdin_is_terminal()) {
        args::Started::Version => return finish(commands::version()),
        args::Started::Parse(arguments) => arguments,
    };
    match Cli::try_parse_from(arguments) {
        Ok(cli) => finish(dispatch(cli.command)),
        Err(error) => usage(&error),
    }
}

fn dispatch(command: Command) -> Result<u8, Failure> {
    match command {
        Command::Diagnose(arguments) => commands::diagnose::run(&arguments),
        Command::Ask(arguments) => commands::ask::run(&arguments),
        Command::Explain(arguments) => commands::explain::run(&arguments),
        Command::SupportMail(arguments) => commands::support_mail::run(&arguments),
        Command::Collect(arguments) => commands::collect::run(&arguments),
        Command::Facts(arguments) => commands::facts::run(&arguments),
        Command::Schema(arguments) => commands::schema::run(&arguments),
        Command::Redact(arguments) => commands::redact::run(&arguments),
        Command::Triage(arguments) => commands::triage::run(&arguments),
        Command::Eval(arguments) => commands::eval::run(&arguments),
        Command::Docs(command) => commands::docs::run(&command),
        Command::Kb(KbCommand::Check(arguments)) => commands::kb_check::run(&arguments),
        Command::Kb(KbCommand::Test(arguments)) => commands::kb_test::run(&arguments),
        Command::Kb(KbCommand::Diff(arguments)) => commands::kb_diff::run(&arguments),
        Command::Kb(KbCommand::Drift(arguments)) => commands::kb_drift::run(&arguments),
        Command::Kb(KbCommand::Fmt(arguments)) => commands::kb_fmt::run(&arguments),
        Command::Kb(KbCommand::Coverage(arguments)) => commands::kb_coverage::run(&arguments),
        Command::Kb(KbCommand::Mutants(arguments)) => commands::kb_mutants::run(&arguments),
        Command::Kb(KbCommand::Crossfire(arguments)) => commands::kb_crossfire::run(&arguments),
        Command::Kb(KbCommand::Lock(arguments)) => commands::kb_lock::run(&arguments),
        Command::Kb(KbCommand::New(arguments)) => commands::kb_new::run(&arguments),
        Command::Kb(KbCommand::Why(arguments)) => commands::kb_why::run(&arguments),
        Command::Completions(arguments) => commands::completions::run(&arguments),
        Command::Man => commands::man::run(),
    }
}

fn finish(result: Result<u8, Failure>) -> u8 {
    match result {
        Ok(code) => code,
        Err(failure) => output::fail(&failure),
    }
}

/// Help goes to stdout and is no error; everything else is a usage error.
fn usage(error: &clap::Error) -> u8 {
    use clap::error::ErrorKind;
    let text = error.render();
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return finish(output::print(&text.to_string()).map(|()| exit::OK));
    }
    let text = text.to_string();
    output::complain(&format!("Error: {}", text.strip_prefix("error: ").unwrap_or(&text)));
    exit::USAGE
}
