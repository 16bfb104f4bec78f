//! What can be typed.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::commands::docs::DocsCommand;
use super::commands::kb_diff::KbDiff;
use super::commands::kb_drift::KbDrift;
use super::commands::kb_lock::KbLock;
use super::commands::kb_new::KbNew;
use super::commands::kb_why::KbWhy;
use crate::model::Day;

/// Explains why Hugging Face refused somebody, and what to do about it.
#[derive(Debug, Parser)]
#[command(
    name = "hf-doctor",
    version,
    max_term_width = 100,
    after_help = "A bare `hf-doctor FILE`, or text piped in, means `diagnose`.\n\n\
        Exit codes: 0 diagnosis made, 1 nothing recognised, 2 usage, 3 bad evidence, 4 bad rules,\n\
        5 rule tests failed, 74 input or output failed."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Explain one incident: message, log, traceback, evidence file, whoami document
    Diagnose(Diagnose),
    /// The same, one question at a time: the most informative first
    Ask(super::commands::ask::Ask),
    /// Show a rule, cause, step, fact, source or diagnostic code, offline
    Explain(Explain),
    /// Draft the message to support that a report warrants
    SupportMail(super::commands::support_mail::SupportMail),
    /// Make an evidence file of this machine: which login would be used, settings, versions
    Collect(super::commands::collect::Collect),
    /// Documented platform facts: all, one over time, on a day, or what changed
    Facts(Facts),
    /// Print a JSON schema
    Schema(Schema),
    /// Print a text with secrets and identities masked
    Redact(Redact),
    /// Answer many records (JSON Lines): a verdict each, and a summary
    Triage(super::commands::triage::Triage),
    /// Measure accuracy on labelled cases (JSON Lines)
    Eval(Eval),
    /// The troubleshooting pages: build or check them
    #[command(subcommand)]
    Docs(DocsCommand),
    /// Work on the knowledge base
    #[command(subcommand)]
    Kb(KbCommand),
    /// Print a completion script
    Completions(Completions),
    /// Print the manual page
    Man,
}

/// Commands for contributors.
#[derive(Debug, Subcommand)]
pub enum KbCommand {
    /// Check every file of a knowledge base
    Check(super::commands::kb_check::KbCheck),
    /// Lay out rule and case files in one way; comments and values stay as they are
    Fmt(super::commands::kb_fmt::KbFmt),
    /// Run the examples in rules and all cases
    Test(super::commands::kb_test::KbTest),
    /// Measure how much of the rules the cases exercise
    Coverage(super::commands::kb_coverage::KbCoverage),
    /// Change every rule in one thing at a time: does a case notice?
    Mutants(super::commands::kb_mutants::KbMutants),
    /// Find rules that fire on the texts of other rules
    Crossfire(super::commands::kb_crossfire::KbCrossfire),
    /// Record every id and version in rules.lock, or check that it is recorded
    Lock(KbLock),
    /// What changed between two knowledge bases, and what that does to diagnoses
    Diff(KbDiff),
    /// Does the documentation still state the platform facts?
    Drift(KbDrift),
    /// Scaffold a rule with cases from a report, or add a cause, step, fact or source
    #[command(subcommand)]
    New(KbNew),
    /// Say why a rule or cause did or did not come out, and what would change that
    Why(KbWhy),
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// agent when an AI agent calls (`AI_AGENT`, `AGENT`), else human
    Auto,
    /// for reading in a terminal
    Human,
    /// plain lines for AI agents
    Agent,
    /// the report document
    Json,
    /// the first cause only
    Quiet,
    /// for a forum post or an issue
    Markdown,
    /// one self-contained page
    Html,
    /// annotations of a GitHub workflow (lists of problems in rules)
    Github,
    /// SARIF 2.1.0 for code scanning (lists of problems in rules)
    Sarif,
    /// test results for CI (`kb test`)
    Junit,
}

/// The choice of format, with the short forms of the `hf` command line.
#[derive(Clone, Copy, Debug, Args)]
#[group(multiple = false)]
pub struct FormatChoice {
    /// How to print
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Short for --format json
    #[arg(long)]
    pub json: bool,
    /// Short for --format quiet
    #[arg(short, long)]
    pub quiet: bool,
}

/// How wide text for people is.
#[derive(Clone, Copy, Debug, Args)]
pub struct WidthChoice {
    /// Columns of human text (default: the terminal's, 100 when piped)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(40..=400))]
    pub width: Option<u16>,
}

/// Where the rules come from.
#[derive(Clone, Debug, Args)]
pub struct RulesChoice {
    /// Use the knowledge base in this directory instead of the built-in one
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
}

/// What is known of one incident.
#[derive(Debug, Args)]
pub struct Incident {
    /// Files to read; `-` is standard input. Each is recognised by its content
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// A message as it was printed
    #[arg(short, long, value_name = "TEXT")]
    pub message: Vec<String>,
    /// A saved whoami-v2 document
    #[arg(long, value_name = "FILE")]
    pub whoami: Vec<PathBuf>,
    /// An account fact, for example account.plan=pro; overrules everything else
    #[arg(long = "set", value_name = "FACT=VALUE", value_parser = assignment)]
    pub sets: Vec<(String, String)>,
    /// Answers to questions: a YAML or JSON mapping of facts to values (`unknown` where you do not know)
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// The day to answer for (default: the evidence's `observed`, else today)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Day>,
    /// Most causes to show
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub top: u16,
    /// Where the rules come from.
    #[command(flatten)]
    pub rules: RulesChoice,
}

/// Arguments of `diagnose`.
#[derive(Debug, Args)]
pub struct Diagnose {
    /// The incident.
    #[command(flatten)]
    pub incident: Incident,
    /// An earlier report (its `--format json`): say what changed since and whether the fix worked
    #[arg(long, value_name = "OLD.json", conflicts_with = "template")]
    pub after: Option<PathBuf>,
    /// Print through a template of one's own (Jinja syntax over the report document)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["format", "json", "quiet"])]
    pub template: Option<PathBuf>,
    /// How wide text for people is.
    #[command(flatten)]
    pub width: WidthChoice,
    /// How it is printed.
    #[command(flatten)]
    pub format: FormatChoice,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// Id of a rule, cause, step, fact, source or diagnostic code
    pub id: String,
    /// Say why the rule or cause did or did not come out for this evidence
    #[arg(long, value_name = "FILE")]
    pub why: Option<PathBuf>,
    /// The day to answer for (default: today)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Day>,
    /// How wide text for people is.
    #[command(flatten)]
    pub width: WidthChoice,
    /// Where the rules come from.
    #[command(flatten)]
    pub rules: RulesChoice,
    /// How it is printed.
    #[command(flatten)]
    pub format: FormatChoice,
}

/// Arguments of `facts`.
#[derive(Debug, Args)]
pub struct Facts {
    /// A platform fact, or the beginning of its name
    pub id: Option<String>,
    /// The value on this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub at: Option<Day>,
    /// Values that began or ended since this day
    #[arg(long, value_name = "YYYY-MM-DD", conflicts_with = "at")]
    pub changes: Option<Day>,
    /// How wide text for people is.
    #[command(flatten)]
    pub width: WidthChoice,
    /// Where the rules come from.
    #[command(flatten)]
    pub rules: RulesChoice,
    /// How it is printed.
    #[command(flatten)]
    pub format: FormatChoice,
}

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// Which schema
    #[arg(value_parser = schema_names(), required_unless_present = "write", conflicts_with = "write")]
    pub name: Option<crate::schema::Name>,
    /// Edition of JSON schema: 2020-12, or 07 for editors that know nothing newer
    #[arg(long, value_name = "EDITION", default_value = "2020-12", value_parser = drafts(), conflicts_with = "write")]
    pub draft: crate::schema::Draft,
    /// Write all schemas, in both editions, to a folder
    #[arg(long, value_name = "DIR")]
    pub write: Option<PathBuf>,
    /// Where the ids come from.
    #[command(flatten)]
    pub rules: RulesChoice,
}

/// Arguments of `redact`.
#[derive(Debug, Args)]
pub struct Redact {
    /// File to read; `-` or nothing is standard input
    pub file: Option<PathBuf>,
}

/// Arguments of `eval`.
#[derive(Debug, Args)]
pub struct Eval {
    /// Labelled cases, one JSON object a line, or a directory of case files
    pub cases: PathBuf,
    /// Use only text and notes, no other facts
    #[arg(long)]
    pub text_only: bool,
    /// Hide all facts and count the questions until the right cause is first, in three orders
    #[arg(long, conflicts_with_all = ["text_only", "baseline"])]
    pub ask: bool,
    /// Compare with an earlier run (its `--format json`)
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Where the rules come from.
    #[command(flatten)]
    pub rules: RulesChoice,
    /// How it is printed.
    #[command(flatten)]
    pub format: FormatChoice,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// The names of all schemas, listed in help and completed by shells.
fn schema_names() -> impl TypedValueParser<Value = crate::schema::Name> {
    use crate::schema::Name;
    PossibleValuesParser::new(Name::ALL.map(Name::word)).map(|word| Name::from_word(&word).unwrap_or(Name::Report))
}

/// The editions of JSON schema.
fn drafts() -> impl TypedValueParser<Value = crate::schema::Draft> {
    use crate::schema::Draft;
    PossibleValuesParser::new(Draft::ALL.map(Draft::word)).map(|word| Draft::from_word(&word).unwrap_or(Draft::Newest))
}

/// Parses `fact=value`.
pub(crate) fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((fact, value)) if !fact.trim().is_empty() => Ok((fact.trim().to_owned(), value.trim().to_owned())),
        _ => Err("write it as fact=value, for example account.plan=pro".to_owned()),
    }
}

/// Names that start a command.
pub const COMMANDS: &[&str] = &[
    "diagnose",
    "ask",
    "support-mail",
    "explain",
    "collect",
    "facts",
    "schema",
    "redact",
    "triage",
    "eval",
    "docs",
    "kb",
    "completions",
    "man",
    "help",
];

/// How a command line starts.
#[derive(Debug)]
pub enum Started {
    /// `--version` alone, answered without setting up a parser.
    Version,
    /// Arguments for the parser.
    Parse(Vec<OsString>),
}

/// Puts `diagnose` in front where no command is named: a bare file, options, or piped text.
#[must_use]
pub fn with_command(mut arguments: Vec<OsString>, stdin_is_terminal: bool) -> Started {
    let first = arguments.get(1).map(|word| word.to_string_lossy().into_owned());
    match first.as_deref() {
        Some("--version" | "-V") if arguments.len() == 2 => return Started::Version,
        Some("-h" | "--help" | "-V" | "--version") => {}
        Some(word) if COMMANDS.contains(&word) => {}
        None if stdin_is_terminal => arguments.push("--help".into()),
        _ => {
            let at = arguments.len().min(1);
            arguments.insert(at, "diagnose".into());
        }
    }
    Started::Parse(arguments)
}

#[cfg(test)]
mod tests {
    use super::{Cli, Started, with_command};
    use clap::CommandFactory;

    fn parsed(words: &[&str]) -> Vec<String> {
        let words = std::iter::once("hf-doctor").chain(words.iter().copied()).map(Into::into).collect();
        match with_command(words, true) {
            Started::Version => vec!["version".to_owned()],
            Started::Parse(words) => words.into_iter().skip(1).map(|w| w.to_string_lossy().into_owned()).collect(),
        }
    }

    #[test]
    fn a_bare_file_means_diagnose() {
        assert_eq!(parsed(&["error.txt"]), ["diagnose", "error.txt"]);
        assert_eq!(parsed(&["--json", "error.txt"]), ["diagnose", "--json", "error.txt"]);
        assert_eq!(parsed(&["facts", "x"]), ["facts", "x"]);
        assert_eq!(parsed(&["-V"]), ["version"]);
        assert_eq!(parsed(&[]), ["--help"]);
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_is_known_to_the_shorthand() {
        for command in Cli::command().get_subcommands() {
            assert!(super::COMMANDS.contains(&command.get_name()), "{}", command.get_name());
        }
    }
}
