//! Compilation of one pattern, on first use.

use regex::bytes::{Regex, RegexBuilder};

use super::index::translate;

/// Compiled patterns stay below this size; counted repetitions that blow up are refused.
pub const SIZE_LIMIT: usize = 1 << 20;

/// Deepest nesting of groups in one pattern.
pub const NEST_LIMIT: u32 = 50;

/// Compiles an author's pattern: case ignored, blanks as white space, ASCII classes only.
///
/// # Errors
/// When the pattern is not a regular expression of the dialect or becomes too large.
pub fn compile_pattern(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&translate(pattern))
        .unicode(false)
        .case_insensitive(true)
        .size_limit(SIZE_LIMIT)
        .nest_limit(NEST_LIMIT)
        .build()
}
