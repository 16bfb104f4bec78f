//! Explains why Hugging Face refused somebody, and what to do about it.
//!
//! Documented causes and fixes live as dated, sourced rules in `rules/`, compiled into the program. One incident
//! goes one way through the modules:
//!
//! 1. [`evidence`] decodes what a person has (a log, a document, a whoami answer), masks secrets and identities,
//!    and reads account facts, each with where it came from.
//! 2. [`kb`] holds the knowledge base, built in or from a directory; [`compile`] finds the few rules whose
//!    patterns can match, and turns conditions into small programs.
//! 3. [`eval`] weighs the facts for and against every cause, decides how sure it is, what to ask next, and which
//!    steps come first.
//! 4. [`report`] makes the report document of the diagnosis and prints it for people, programs and forums.
//!
//! [`pipeline`] is that way in one function; [`author`] checks and tests rules with it, [`cli`] is the program.
//! [`model`] has the types that authors write and reports consist of, [`diag`] places in files, [`schema`] their
//! JSON schemas. Nothing below [`cli`] reads a clock, the environment or the network: same input, same report.
//!
//! ```
//! use hf_doctor::eval::Engine;
//! use hf_doctor::evidence::{Hint, RawInput};
//! use hf_doctor::model::Day;
//! use hf_doctor::pipeline::{Asked, diagnose};
//!
//! let engine = Engine::new(hf_doctor::kb::embedded()?)?;
//! let log = b"You have exceeded your Pro GPU quota (60s requested vs. 0s left). Try again in 5:03:25";
//! let inputs = [RawInput { name: "error.txt".into(), bytes: log.to_vec(), hint: Hint::Auto }];
//! let today = Day::new(2026, 11, 20)?;
//! let done = diagnose(&engine, &Asked { inputs: &inputs, sets: &[], as_of: None, today, top: 5 })?;
//! assert_eq!(done.report.causes[0].rule, "zerogpu-quota-exceeded");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]
#![warn(missing_docs)]

/// Version of the engine.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

#[cfg(feature = "cli")]
pub mod author;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod collect;
pub mod compile;
pub mod diag;
#[cfg(feature = "cli")]
pub mod docs;
pub mod eval;
pub mod evidence;
#[cfg(feature = "cli")]
pub mod format;
pub mod interview;
pub mod kb;
pub mod model;
pub mod parallel;
pub mod pipeline;
pub mod report;
pub mod schema;
#[cfg(feature = "cli")]
pub mod triage;
