//! Findings as workflow commands: GitHub shows them beside the changed lines of a pull request.

use super::diagnostic::Diagnostic;
use super::json::printable;
use super::source::SourceMap;

/// One line a finding: `::error file=..,line=..,endLine=..,col=..,endColumn=..,title=KB012::message`.
///
/// `below` is the directory of the knowledge base as seen from the root of the repository, empty or ending in `/`.
/// Lines and columns count from 1, columns in characters, `endColumn` is the column after the last one. A finding
/// about a whole file has no place but the file.
#[must_use]
pub fn to_github(diagnostics: &[Diagnostic], sources: &SourceMap, below: &str) -> String {
    let mut out = String::new();
    for one in diagnostics {
        let file = property(&format!("{below}{}", printable(&one.location.file)));
        out.push_str(&format!("::{} file={file}", one.severity().word()));
        if let Some(at) = sources.position(&one.location) {
            out.push_str(&format!(
                ",line={line},endLine={line},col={},endColumn={}",
                at.column,
                at.end_column,
                line = at.line
            ));
        }
        let mut text = printable(&one.message).into_owned();
        for related in &one.related {
            let line = sources.position(&related.location).map_or_else(String::new, |at| format!(":{}", at.line));
            let file = printable(&related.location.file).into_owned();
            text.push_str(&format!("\n{below}{file}{line}: {}", printable(&related.label)));
        }
        if let Some(help) = &one.help {
            text.push_str(&format!("\nhelp: {}", printable(help)));
        }
        out.push_str(&format!(",title={}::{}\n", one.code.name(), data(&text)));
    }
    out
}

/// The message of a command: nothing in it can end the line or begin another command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which a comma or a colon would end as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::to_github;
    use crate::diag::{Code, Diagnostic, Location, Place, SourceMap};

    #[test]
    fn nothing_in_a_name_or_message_ends_the_command() {
        let mut files = SourceMap::default();
        files.insert("a,b:c%.yaml", "id: é\ntitle: x\n", None);
        let at = |range| Location::new("a,b:c%.yaml", Place::Bytes(range));
        let found = Diagnostic::new(Code::BadValue, at(4..6), "50 % of\n::error::x")
            .help("write `y`")
            .related(at(7..12), "first\rhere");
        assert_eq!(
            to_github(&[found], &files, "rules/"),
            "::error file=rules/a%2Cb%3Ac%25.yaml,line=1,endLine=1,col=5,endColumn=6,title=KB014::\
             50 %25 of%0A::error::x%0Arules/a,b:c%25.yaml:2: first\\u{d}here%0Ahelp: write `y`\n"
        );
        let whole = Diagnostic::new(Code::EmptyArea, Location::file("kb.yaml"), "x");
        assert_eq!(to_github(&[whole], &files, ""), "::warning file=kb.yaml,title=KB029::x\n");
    }
}
