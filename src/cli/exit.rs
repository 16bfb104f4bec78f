//! Exit codes: part of the public interface.

/// A diagnosis was made, or the command did what it was asked.
pub const OK: u8 = 0;
/// Nothing was recognised, or a fact has no value on the day.
pub const NOTHING: u8 = 1;
/// The command line is wrong.
pub const USAGE: u8 = 2;
/// The evidence cannot be read as evidence.
pub const EVIDENCE: u8 = 3;
/// The knowledge base or a template is broken.
pub const RULES: u8 = 4;
/// Tests of the knowledge base failed.
pub const TESTS: u8 = 5;
/// Reading or writing failed (`EX_IOERR` of sysexits).
pub const IO: u8 = 74;
