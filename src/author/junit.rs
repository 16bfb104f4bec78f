//! Test results as `JUnit` XML, which CI systems show.

use std::collections::BTreeMap;

use super::test::{TestOutcome, TestRun};

/// The document: one suite a rule and one a folder of cases, in order of name.
#[must_use]
pub fn junit(outcome: &TestOutcome) -> String {
    let mut suites: BTreeMap<&str, Vec<&TestRun>> = BTreeMap::new();
    for run in &outcome.runs {
        suites.entry(&run.suite).or_default().push(run);
    }
    let failures = |runs: &[&TestRun]| runs.iter().filter(|run| !run.misses.is_empty()).count();
    let all: Vec<&TestRun> = outcome.runs.iter().collect();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str(&format!(
        "<testsuites name=\"hf-doctor kb test\" tests=\"{}\" failures=\"{}\" errors=\"0\">\n",
        all.len(),
        failures(&all)
    ));
    for (name, runs) in suites {
        let name = escaped(name);
        out.push_str(&format!(
            "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\">\n",
            runs.len(),
            failures(&runs)
        ));
        for run in runs {
            let head = format!("    <testcase classname=\"{name}\" name=\"{}\"", escaped(&run.name));
            let Some(first) = run.misses.first() else {
                out.push_str(&format!("{head}/>\n"));
                continue;
            };
            // The schema allows one failure a test: what else went wrong stands in its text.
            let told: Vec<String> = run.misses.iter().map(|miss| format!("{}: {}", miss.kind, miss.message)).collect();
            let summary = first.message.lines().next().unwrap_or_default();
            out.push_str(&format!(
                "{head}>\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>\n",
                first.kind,
                escaped(summary),
                escaped(&told.join("\n"))
            ));
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

/// Text for an attribute or an element: markup escaped, characters that XML 1.0 has not replaced.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' | '\t' => out.push(character),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::junit;
    use crate::author::test::{Miss, TestOutcome, TestRun};

    #[test]
    fn markup_and_control_characters_stay_text() {
        let miss =
            Miss { name: "a/b.yaml".into(), kind: "wrong", message: "<b> & \"q\" \u{1b}[0m\nsecond ]]> line".into() };
        let held = TestRun { suite: "rule".into(), name: "one matches 1".into(), misses: Vec::new() };
        let failed = TestRun { suite: "a".into(), name: "a/b.yaml".into(), misses: vec![miss] };
        let document = junit(&TestOutcome { runs: vec![held, failed], ..TestOutcome::default() });
        assert!(document.contains("<testsuites name=\"hf-doctor kb test\" tests=\"2\" failures=\"1\" errors=\"0\">"));
        assert!(document.contains("message=\"&lt;b&gt; &amp; &quot;q&quot; \u{fffd}[0m\""));
        assert!(document.contains("second ]]&gt; line</failure>"));
        assert!(!document.contains('\u{1b}'));
        // Suites in order of name, and every element closed.
        assert!(document.find("name=\"a\"").expect("suite a") < document.find("name=\"rule\"").expect("suite rule"));
        assert_eq!(document.matches("<testcase").count(), 2);
        assert_eq!(document.matches("</testsuite>").count(), 2);
    }
}
