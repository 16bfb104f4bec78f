//! The program as a person meets it: arguments and bytes in, text and an exit code out.
//!
//! Nearly every test starts the program itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop"
)]

#[path = "cli/action.rs"]
mod action;
#[path = "cli/ask.rs"]
mod ask;
#[path = "cli/bad_evidence.rs"]
mod bad_evidence;
#[path = "cli/bad_input.rs"]
mod bad_input;
#[path = "cli/benches.rs"]
mod benches;
#[path = "cli/check_paths.rs"]
mod check_paths;
#[path = "cli/collect.rs"]
mod collect;
#[path = "cli/commands.rs"]
mod commands;
#[path = "cli/diff.rs"]
mod diff;
#[path = "cli/drift.rs"]
mod drift;
#[path = "cli/follow_up.rs"]
mod follow_up;
#[path = "cli/forms.rs"]
mod forms;
#[path = "cli/hostile.rs"]
mod hostile;
#[path = "cli/layout.rs"]
mod layout;
#[path = "cli/lock.rs"]
mod lock;
#[path = "cli/merging.rs"]
mod merging;
#[path = "cli/process.rs"]
mod process;
#[path = "cli/schemas.rs"]
mod schemas;
#[path = "cli/secrets.rs"]
mod secrets;
#[path = "cli/stable.rs"]
mod stable;
#[path = "cli/support.rs"]
mod support;
#[path = "cli/triage.rs"]
mod triage;
