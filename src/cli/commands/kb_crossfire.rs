//! `kb crossfire`.

use clap::Args;

use crate::author::{self, CrossfireOutcome};
use crate::cli::args::{Format, FormatChoice};
use crate::cli::exit;
use crate::cli::output::{self, Failure};
use crate::cli::workshop::{self, Places};

/// Arguments of `kb crossfire`.
#[derive(Debug, Args)]
pub struct KbCrossfire {
    /// Show only what concerns rules whose name contains this; the figures are of everything
    pub filter: Option<String>,
    /// Where rules, cases and logs are.
    #[command(flatten)]
    pub places: Places,
    /// How it is printed.
    #[command(flatten)]
    pub format: FormatChoice,
}

/// Compares every rule with the texts of all others and with logs that concern none.
///
/// # Errors
/// When rules or cases cannot be read, or stdout cannot be written.
pub(crate) fn run(arguments: &KbCrossfire) -> Result<u8, Failure> {
    let format = output::plain_format(arguments.format, &[Format::Markdown])?;
    let mut outcome = author::crossfire(&workshop::open(&arguments.places)?);
    let passes = outcome.passes();
    if let Some(filter) = &arguments.filter {
        outcome.pairs.retain(|pair| pair.rule.contains(filter) || pair.other.contains(filter));
        outcome.noise.retain(|noise| noise.rule.contains(filter));
        outcome.idle.retain(|pair| pair.iter().any(|rule| rule.contains(filter)));
    }
    match format {
        Format::Json => output::print(&output::masked(&output::json(&outcome)?))?,
        Format::Quiet => {}
        Format::Markdown => output::print(&output::masked(&table(&outcome)))?,
        _ => output::print(&output::masked(&told(&outcome)))?,
    }
    Ok(if passes { exit::OK } else { exit::TESTS })
}

fn told(outcome: &CrossfireOutcome) -> String {
    let mut out = String::new();
    for pair in outcome.pairs.iter().filter(|pair| pair.declared.is_none()) {
        out.push_str(&format!(
            "undeclared {}: `{}` and `{}`, {}\n",
            pair.file,
            pair.rule,
            pair.other,
            plural(pair.count, "text")
        ));
        for place in &pair.examples {
            let (one, other) = (place.symptoms.join(", "), place.other_symptoms.join(", "));
            out.push_str(&format!("    {}: {one} | {other}\n", place.text));
        }
    }
    for noise in &outcome.noise {
        out.push_str(&format!("noise {}: `{}` by {}\n", noise.log, noise.rule, noise.symptoms.join(", ")));
    }
    for [one, other] in &outcome.idle {
        out.push_str(&format!("note: `{one}` and `{other}` are rivals, but no case or example shows it\n"));
    }
    out.push_str(&summary(outcome));
    out
}

fn summary(outcome: &CrossfireOutcome) -> String {
    let together = match outcome.pairs.len() {
        1 => "1 pair fires".to_owned(),
        pairs => format!("{pairs} pairs fire"),
    };
    format!(
        "{} on {} and {}: {together} together, {} undeclared; {}\n",
        plural(outcome.rules, "rule"),
        plural(outcome.texts, "text"),
        plural(outcome.background, "background log"),
        outcome.undeclared,
        plural(outcome.noise.len(), "false alarm")
    )
}

fn table(outcome: &CrossfireOutcome) -> String {
    let mut out =
        String::from("| rule | fires with | declared | texts | first of them |\n| --- | --- | --- | ---: | --- |\n");
    for pair in &outcome.pairs {
        let first = pair.examples.first().map_or("", |place| place.text.as_str());
        let declared = pair.declared.map_or_else(|| "**no**".to_owned(), |word| format!("`{word}`"));
        out.push_str(&format!("| `{}` | `{}` | {declared} | {} | {first} |\n", pair.rule, pair.other, pair.count));
    }
    for noise in &outcome.noise {
        out.push_str(&format!("| `{}` | background | **no** | 1 | {} |\n", noise.rule, noise.log));
    }
    format!("{out}\n{}", summary(outcome))
}

fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
