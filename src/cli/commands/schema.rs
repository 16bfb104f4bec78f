//! `schema NAME`, `schema --write DIR`.

use std::fs;
use std::path::Path;

use crate::cli::args::Schema;
use crate::cli::base;
use crate::cli::exit;
use crate::cli::output::{self, Failure};
use crate::evidence;
use crate::kb::KnowledgeBase;
use crate::schema::{Draft, Name};

/// Prints a JSON schema, or writes all of them.
///
/// # Errors
/// When the knowledge base is broken, or the folder or stdout cannot be written.
pub(crate) fn run(arguments: &Schema) -> Result<u8, Failure> {
    let kb = base::open(&arguments.rules)?;
    if let Some(dir) = &arguments.write {
        let changed = write(dir, &kb)?;
        output::print(&format!("{changed} of {} schemas changed\n", Name::ALL.len() * Draft::ALL.len()))?;
    } else if let Some(name) = arguments.name {
        output::print(&crate::schema::text(name, arguments.draft, &kb)?)?;
    }
    Ok(exit::OK)
}

/// Writes the schemas that are not as they should be, and counts them.
fn write(dir: &Path, kb: &KnowledgeBase) -> Result<usize, Failure> {
    let mut changed = 0;
    for draft in Draft::ALL {
        for name in Name::ALL {
            let path = dir.join(draft.path(name));
            let text = crate::schema::text(name, draft, kb)?;
            if fs::read_to_string(&path).is_ok_and(|stored| stored == text) {
                continue;
            }
            let folder = path.parent().unwrap_or(dir);
            fs::create_dir_all(folder).and_then(|()| fs::write(&path, text)).map_err(|error| {
                let name = evidence::display_name(&path.to_string_lossy());
                Failure::new(exit::IO, format!("cannot write `{name}`: {}", output::reason(&error)))
            })?;
            changed += 1;
        }
    }
    Ok(changed)
}
