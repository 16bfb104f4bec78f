//! The troubleshooting pages, from outside: what they claim, how they are found, and what cannot be done with them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::type_complexity,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "a test that cannot go on should stop"
)]

#[path = "site/claims.rs"]
mod claims;
#[path = "site/commands.rs"]
mod commands;
#[cfg(target_os = "linux")]
#[path = "site/full.rs"]
mod full;
#[path = "site/hostile.rs"]
mod hostile;
#[path = "site/pages.rs"]
mod pages;
#[path = "site/search.rs"]
mod search;
#[path = "site/support.rs"]
mod support;
