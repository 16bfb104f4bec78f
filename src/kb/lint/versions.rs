//! Versions of the software that prints a text: `>=0.30`, `<4`, `0.23.0..0.29.6`.

use super::sink::{Sink, short};
use crate::diag::{Code, Diagnostic};
use crate::kb::parts::{Origin, Parts};
use crate::model::compare_versions;

/// What a range may look like.
const HELP: &str = "write \">=0.30\", \"<4\", \"0.23.0..0.29.6\" (both ends included) or one version, \"4.1.0\"";

/// Checks the versions of all symptoms.
pub(crate) fn check(parts: &Parts, sink: &mut Sink<'_>) {
    for (_, file, rule) in &parts.rules {
        for (i, symptom) in rule.symptoms.iter().enumerate() {
            let Some(range) = symptom.emitted_by.as_ref().and_then(|emitter| emitter.versions.as_deref()) else {
                continue;
            };
            if let Err(message) = read(range) {
                let place = Origin::new(file, format!("/symptoms/{i}/emitted_by/versions")).value();
                sink.push(Diagnostic::new(Code::VersionRange, place, message).help(HELP));
            }
        }
    }
}

/// Why a range cannot be read, if it cannot.
fn read(range: &str) -> Result<(), String> {
    let version = |text: &str| {
        let text = text.trim();
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-+".contains(&b));
        if plain && !text.contains("..") && compare_versions(text, text).is_some() {
            Ok(())
        } else {
            Err(format!("`{}` is not a version", short(text)))
        }
    };
    let range = range.trim();
    for operator in [">=", "<=", "==", ">", "<"] {
        if let Some(rest) = range.strip_prefix(operator) {
            return version(rest);
        }
    }
    let Some((from, until)) = range.split_once("..") else { return version(range) };
    version(from)?;
    version(until)?;
    match compare_versions(from.trim(), until.trim()) {
        Some(std::cmp::Ordering::Greater) => Err(format!("`{}` ends before it begins", short(range))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn ranges_are_read_as_authors_write_them() {
        for good in [">=0.30", "<4", "0.23.0..0.29.6", "4.1.0", "> 1.2rc1", "<=2", "==1"] {
            assert_eq!(read(good), Ok(()), "{good}");
        }
        for bad in
            ["", "latest", ">=", "0.3...0.4", "0.30..0.9", ">=0.30,<1", "~=1.2", "0.3 or later", "=>1", "1..2..3"]
        {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
