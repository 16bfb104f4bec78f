//! The `hf-doctor` program.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(hf_doctor::cli::run(std::env::args_os().collect()))
}
