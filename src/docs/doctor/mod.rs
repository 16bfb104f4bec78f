//! The box that diagnoses in the browser: its HTML, style and script, and the packaging of the engine's module.
//!
//! The module itself is built by `browser/build.sh`; see `docs/browser.md` for how the pieces work together.

use crate::report::HTML_STYLE;

/// Name of the script, beside every page that shows the box.
pub const SCRIPT: &str = "doctor.js";
/// Name of the style sheet, for a page that has it apart from the site's.
pub const STYLE: &str = "doctor.css";
/// Name of the packaged module; the script loads it from its own folder.
pub const MODULE: &str = "doctor-module.js";

/// The content security policy of a page with the box. Nothing may be fetched or sent; scripts and styles come
/// from the site's own files, the engine may be compiled, and its worker is made from the script itself.
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self'; worker-src blob:; connect-src 'none'; base-uri 'none'; form-action 'none'";

/// Most bytes of a packed module; a larger one would keep people waiting.
const MOST: usize = 1_200_000;

/// The box: a section to put into the body of a page, once a page.
#[must_use]
pub fn fragment() -> &'static str {
    include_str!("doctor.html")
}

/// The rules of the box for the site's style sheet; colours are its custom properties.
#[must_use]
pub fn style() -> &'static str {
    include_str!("doctor.css")
}

/// The script, to be written as [`SCRIPT`] and loaded with `defer`.
#[must_use]
pub fn script() -> String {
    let report = format!("{}\n{}", in_shadow(HTML_STYLE), include_str!("report.css"));
    include_str!("doctor.js").replacen("\"@WORKER@\"", &literal(include_str!("worker.js")), 1).replacen(
        "\"@REPORT_STYLE@\"",
        &literal(&report),
        1,
    )
}

/// Why a file is no module for the box.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModuleError {
    /// Not packed by `gzip`.
    #[error("the module is not a file of gzip; `browser/build.sh` writes `browser/target/doctor.wasm.gz`")]
    NotPacked,
    /// Too large.
    #[error("the module has {0} bytes; at most {MOST} are allowed")]
    TooLarge(usize),
}

/// The script [`MODULE`], which brings the module without a request: a page opened from a file may not make any.
///
/// # Errors
/// When the bytes are not what `browser/build.sh` writes.
pub fn module(packed: &[u8]) -> Result<String, ModuleError> {
    if !packed.starts_with(&[0x1f, 0x8b, 8]) {
        return Err(ModuleError::NotPacked);
    }
    if packed.len() > MOST {
        return Err(ModuleError::TooLarge(packed.len()));
    }
    Ok(format!("\"use strict\";\nwindow.hfDoctorModule = \"{}\";\n", crate::report::base64(packed)))
}

/// All files of the box, to lie beside the page that shows it: [`SCRIPT`], [`STYLE`] and [`MODULE`].
///
/// # Errors
/// As [`module`].
pub fn files(packed: &[u8]) -> Result<Vec<(String, Vec<u8>)>, ModuleError> {
    Ok(vec![
        (SCRIPT.to_owned(), script().into_bytes()),
        (STYLE.to_owned(), style().as_bytes().to_vec()),
        (MODULE.to_owned(), module(packed)?.into_bytes()),
    ])
}

/// The style sheet of the HTML report for a tree of its own: its page becomes the host element.
fn in_shadow(style: &str) -> String {
    style
        .lines()
        .map(|line| {
            let rule = line.trim_start();
            let indent = line.get(..line.len() - rule.len()).unwrap_or_default();
            let rest = |name: &str| rule.strip_prefix(name).filter(|rest| rest.starts_with(" {"));
            match rest(":root").or_else(|| rest("body")) {
                Some(rest) => format!("{indent}:host{rest}\n"),
                None => format!("{line}\n"),
            }
        })
        .collect()
}

/// A text as a string of JavaScript that is safe inside a script file and a script element.
fn literal(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_whole() {
        let script = script();
        assert!(!script.contains("@WORKER@") && !script.contains("@REPORT_STYLE@"));
        assert!(script.contains("WebAssembly.instantiate") && script.contains(":host {"));
        assert!(!script.contains("</"), "nothing that could end a script element");
    }

    #[test]
    fn the_box_brings_no_script_or_style_of_its_own() {
        for word in ["<script", "<style", " style=", " onclick", "http://", "https://"] {
            assert!(!fragment().contains(word), "{word}");
        }
    }

    #[test]
    fn every_element_that_the_script_uses_is_in_the_box() {
        let script = script();
        let ids: Vec<&str> = script.split("at(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(ids.len() > 20);
        for id in ids {
            assert!(fragment().contains(&format!("id=\"doctor-{id}\"")), "no element `doctor-{id}`");
        }
    }

    #[test]
    fn the_report_keeps_its_style_inside() {
        let style = in_shadow(HTML_STYLE);
        assert!(!style.contains(":root") && !style.contains("\nbody"));
        assert_eq!(style.matches(":host {").count(), 5, "colours and body, dark colours, colours and body in print");
    }

    #[test]
    fn only_packed_modules_are_taken() {
        assert_eq!(module(b"\0asm"), Err(ModuleError::NotPacked));
        let mut large = vec![0x1f, 0x8b, 8];
        large.resize(MOST + 1, 0);
        assert_eq!(module(&large), Err(ModuleError::TooLarge(MOST + 1)));
        assert_eq!(
            module(&[0x1f, 0x8b, 8, 0]).as_deref(),
            Ok("\"use strict\";\nwindow.hfDoctorModule = \"H4sIAA==\";\n")
        );
    }
}
