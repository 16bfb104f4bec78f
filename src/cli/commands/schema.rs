//! `schema NAME`.

use crate::cli::args::Schema;
use crate::cli::exit;
use crate::cli::output::{self, Failure};

/// Prints a JSON schema.
///
/// # Errors
/// When the built-in knowledge base is broken or stdout cannot be written.
pub(crate) fn run(arguments: &Schema) -> Result<u8, Failure> {
    output::print(&crate::schema::text(arguments.name, &crate::kb::embedded()?)?)?;
    Ok(exit::OK)
}
