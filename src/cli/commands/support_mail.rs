//! `support-mail REPORT.json`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::args::{Format, FormatChoice};
use crate::cli::output::{self, Failure};
use crate::cli::{exit, inputs, reports};
use crate::report::mail;

/// Arguments of `support-mail`.
#[derive(Debug, Args)]
pub struct SupportMail {
    /// A report: what `diagnose --format json` printed; `-` is standard input
    #[arg(value_name = "REPORT.json")]
    pub report: PathBuf,
    /// How it is printed.
    #[command(flatten)]
    pub format: FormatChoice,
}

/// Prints the message when the report warrants one, else says what is missing.
///
/// # Errors
/// When the report cannot be read or stdout cannot be written.
pub(crate) fn run(arguments: &SupportMail) -> Result<u8, Failure> {
    let format = output::plain_format(arguments.format, &[])?;
    let report = reports::read(&inputs::file(&arguments.report, crate::evidence::Hint::Auto)?)?;
    let drafted = mail(&report);
    if format == Format::Json {
        let document = match &drafted {
            Ok(mail) => serde_json::json!({"mail": mail, "not_yet": null}),
            Err(reason) => serde_json::json!({"mail": null, "not_yet": reason}),
        };
        output::print(&output::masked(&output::json(&document)?))?;
        return Ok(if drafted.is_ok() { exit::OK } else { exit::NOTHING });
    }
    match drafted {
        Ok(mail) => {
            let text = format!("To: {}\nSubject: {}\n\n{}", mail.to, mail.subject, mail.body);
            output::print(&output::masked(&text))?;
            if !mail.missing.is_empty() && format != Format::Quiet {
                let rows: String = mail.missing.iter().map(|line| format!("  - {line}\n")).collect();
                output::complain(&format!("Hint: add before you send it:\n{rows}"));
            }
            Ok(exit::OK)
        }
        Err(reason) => {
            let mut text = format!("No message was drafted: {}.\n", reason.because);
            for one in reason.later {
                text.push_str(&format!("  {}: write to {} when {}.\n", one.cause, one.to, one.because));
                if one.missing.is_empty() {
                    text.push_str("    What is known speaks against it.\n");
                } else {
                    let sets: Vec<String> = one.missing.iter().map(|fact| format!("--set {fact}=…")).collect();
                    text.push_str(&format!("    Still missing: {}\n", one.missing.join(", ")));
                    text.push_str(&format!("    Find it out and diagnose again with {}\n", sets.join(" ")));
                }
            }
            output::complain(&text);
            Ok(exit::NOTHING)
        }
    }
}
