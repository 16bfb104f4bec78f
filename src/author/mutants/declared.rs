//! `tests/mutants.yaml`: survivors that may stay, each with its reason; and the survivors of an earlier run.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;

use crate::diag::yaml::{self, Limits};

/// A survivor that may stay.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its name, as `kb mutants` prints it.
    pub mutant: String,
    /// Why no case can or should notice it.
    pub reason: String,
}

/// The part of an earlier result that names its survivors.
#[derive(Deserialize)]
struct Earlier {
    files: Vec<EarlierFile>,
}

#[derive(Deserialize)]
struct EarlierFile {
    survivors: Vec<EarlierSurvivor>,
}

#[derive(Deserialize)]
struct EarlierSurvivor {
    mutant: String,
}

/// Names of the survivors in what `kb mutants --format json` printed.
///
/// # Errors
/// What is wrong with the file, in one line.
pub fn read_survivors(path: &Path) -> Result<BTreeSet<String>, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let earlier: Earlier = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    Ok(earlier.files.into_iter().flat_map(|file| file.survivors).map(|survivor| survivor.mutant).collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclaredFile {
    survivors: Vec<Declared>,
}

/// Reads the list; without a file there are none.
///
/// # Errors
/// What is wrong with the file, in one line.
pub fn read_declared(path: &Path) -> Result<Vec<Declared>, String> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.to_string()),
    };
    let node = yaml::parse(&text, &Limits::RULES)
        .map_err(|errors| errors.first().map_or_else(String::new, |error| error.message.clone()))?;
    let file: DeclaredFile =
        serde_path_to_error::deserialize(yaml::to_json(&node)).map_err(|error| error.to_string())?;
    match file.survivors.iter().find(|one| one.reason.split_whitespace().count() < 3) {
        Some(one) => Err(format!("`{}` has no reason; say why no case can notice it", one.mutant)),
        None => Ok(file.survivors),
    }
}
