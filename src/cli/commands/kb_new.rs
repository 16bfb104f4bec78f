//! `kb new rule|cause|step|fact|source`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::kb_new_entry;
use crate::author::new::{self, NewRule, RuleDraft, WriteError};
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit, inputs};
use crate::diag;
use crate::eval::Engine;
use crate::evidence::{self, Hint, RawInput};
use crate::kb::{self, KnowledgeBase, Loaded};
use crate::model::Day;
use crate::pipeline::{self, Asked, Error};
use crate::report::escape;

/// What is to be made.
#[derive(Debug, Subcommand)]
pub enum KbNew {
    /// A rule with three cases, made of a report that nothing recognises
    Rule(KbNewRule),
    /// One more cause of a rule
    Cause(kb_new_entry::NewCause),
    /// A step that helps
    Step(kb_new_entry::NewStep),
    /// A documented value of the platform
    Fact(kb_new_entry::NewFact),
    /// A place that states something
    Source(kb_new_entry::NewSource),
}

/// Where things are written.
#[derive(Clone, Debug, Args)]
pub struct Target {
    /// Directory of the knowledge base
    #[arg(long, value_name = "DIR", default_value = "rules")]
    pub rules: PathBuf,
    /// Print what would be written and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The day that stands in new entries (default: today)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<Day>,
}

/// Arguments of `kb new rule`.
#[derive(Debug, Args)]
pub struct KbNewRule {
    /// The report: text, log, evidence file; `-` is standard input. Secrets are masked
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Name of the rule (default: made of the message)
    #[arg(long)]
    pub id: Option<String>,
    /// Name of its first cause, after what it is (default: made of the name of the rule)
    #[arg(long)]
    pub cause: Option<String>,
    /// Area (default: that of the nearest rules)
    #[arg(long)]
    pub area: Option<String>,
    /// Line of the report that is the message (default: the most telling one)
    #[arg(long, value_name = "N")]
    pub line: Option<usize>,
    /// Directory of cases
    #[arg(long, value_name = "DIR", default_value = "tests/cases")]
    pub cases: PathBuf,
    /// Also when a rule recognises the report already
    #[arg(long)]
    pub force: bool,
    /// Where it is written.
    #[command(flatten)]
    pub target: Target,
}

/// A report that stands for one that is still to be had.
const EXAMPLE: &str = "TODO: paste the message here as the software prints it\n";

/// Scaffolds something.
///
/// # Errors
/// When the knowledge base or the report cannot be read, something is in the way, or nothing can be written.
pub(crate) fn run(arguments: &KbNew) -> Result<u8, Failure> {
    match arguments {
        KbNew::Rule(arguments) => rule(arguments),
        KbNew::Cause(arguments) => kb_new_entry::cause(arguments),
        KbNew::Step(arguments) => kb_new_entry::step(arguments),
        KbNew::Fact(arguments) => kb_new_entry::fact(arguments),
        KbNew::Source(arguments) => kb_new_entry::source(arguments),
    }
}

/// The knowledge base of a directory with its files.
pub(crate) fn load(target: &Target) -> Result<Loaded, Failure> {
    base::exists(&target.rules)?;
    kb::load_dir(&target.rules).map_err(|failure| {
        output::complain(&diag::render(&failure.diagnostics, &failure.files, false));
        Failure::new(exit::RULES, "the knowledge base cannot be read")
            .hint("mend it first; `hf-doctor kb check` shows more")
    })
}

/// A failed writing.
pub(crate) fn refused(error: &WriteError) -> Failure {
    match error {
        WriteError::Exists(_) => {
            Failure::new(exit::USAGE, error.to_string()).hint("nothing was written; choose another name with --id")
        }
        WriteError::Io(name, error) => {
            Failure::new(exit::IO, format!("cannot write `{name}`: {}", output::reason(error)))
                .hint("nothing was written")
        }
    }
}

fn rule(arguments: &KbNewRule) -> Result<u8, Failure> {
    let loaded = load(&arguments.target)?;
    let engine = Engine::new(KnowledgeBase::from_parts(loaded.parts.clone()))?;
    let bare = arguments.from.is_none() && output::stdin_is_terminal();
    let input = match &arguments.from {
        Some(path) => inputs::file(path, Hint::Auto)?,
        None if bare => {
            RawInput { name: "example".to_owned(), bytes: EXAMPLE.as_bytes().to_vec(), hint: Hint::Message }
        }
        None => inputs::file(std::path::Path::new("-"), Hint::Auto)?,
    };
    if input.bytes.iter().all(u8::is_ascii_whitespace) && !bare {
        return Err(Failure::new(exit::EVIDENCE, "the report is empty")
            .hint("give the whole message as it was printed: kb new rule --from FILE"));
    }
    let today = arguments.target.as_of.unwrap_or_else(base::today);
    let asked = Asked { inputs: &[input], sets: &[], as_of: None, today, top: 5 };
    let done = match pipeline::diagnose(&engine, &asked) {
        Ok(done) => done,
        Err(Error::Kb(error)) => return Err(error.into()),
        Err(Error::Evidence(errors)) => {
            let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
            return Err(Failure::new(exit::EVIDENCE, told.join("; ")));
        }
    };
    if let Some((rule, causes)) = new::recognised(&engine, &done)
        && !arguments.force
        && !bare
    {
        return Err(Failure::new(exit::USAGE, format!("the report is recognised already: rule `{rule}`, causes {}", causes.join(", ")))
            .hint(format!("change that rule (`hf-doctor kb why {rule} FILE` shows what it makes of the report), or write another one all the same with --force")));
    }
    let wanted = NewRule {
        id: arguments.id.as_deref(),
        cause: arguments.cause.as_deref(),
        area: arguments.area.as_deref(),
        line: arguments.line,
        rules: &arguments.target.rules,
        cases: &arguments.cases,
        today,
    };
    let draft = new::draft(&engine, &loaded, &done, &wanted).map_err(|message| {
        Failure::new(exit::USAGE, message)
            .hint("--line N names the line that is the message, --id and --area name the rule")
    })?;
    if arguments.target.dry_run || (bare && arguments.id.is_none()) {
        let mut text = String::new();
        for file in &draft.files {
            text.push_str(&format!("# file {}\n{}\n", evidence::display_name(&file.path.to_string_lossy()), file.text));
        }
        output::print(&output::masked(&text))?;
        if bare {
            output::complain(
                "Hint: this is what a rule looks like; make one of a report: hf-doctor kb new rule --from FILE\n",
            );
        }
        return Ok(exit::OK);
    }
    new::write_new(&draft.files).map_err(|error| refused(&error))?;
    output::print(&output::masked(&told(&draft, arguments)))?;
    Ok(exit::OK)
}

/// What was written, why so, and what comes next.
fn told(draft: &RuleDraft, arguments: &KbNewRule) -> String {
    let mut out = format!("Message ({}, line {}): {}\n", draft.message.what, draft.message.line, draft.message.text);
    for other in draft.others.iter().take(3) {
        out.push_str(&format!("  or --line {}: {}\n", other.line, other.text));
    }
    out.push_str(&format!("Pattern: {}\n", draft.proposal.pattern));
    for (group, fact, value) in &draft.proposal.captures {
        out.push_str(&format!("  captures {group} as {fact}, here {value}\n"));
    }
    out.push_str(&format!("Rule: {} in area {}\n", draft.id, draft.area));
    if !draft.rivals.is_empty() {
        out.push_str("Nearest rules, and what separates them from it:\n");
    }
    for rival in &draft.rivals {
        let differs = match &rival.differs {
            Some((expected, found)) => format!("wants `{expected}` where this says `{found}`"),
            None => "similar words, no message in common".to_owned(),
        };
        out.push_str(&format!("  {}: {}; {differs}\n", rival.rule, rival.title));
    }
    for note in &draft.notes {
        out.push_str(&format!("Look at: {note}\n"));
    }
    out.push_str("Written:\n");
    for file in &draft.files {
        let marks = file.text.matches("TODO").count();
        let marks = if marks > 0 { format!(" ({marks} TODO)") } else { String::new() };
        out.push_str(&format!("  {}{marks}\n", evidence::display_name(&file.path.to_string_lossy())));
    }
    let rules = if arguments.target.rules == std::path::Path::new("rules") {
        String::new()
    } else {
        format!(" --rules {}", escape::shell(&arguments.target.rules.to_string_lossy()))
    };
    out.push_str(&format!(
        "Next:\n  write what is marked TODO, then\n{}  hf-doctor kb check{rules}\n  hf-doctor kb test{rules} --accept {}    # after reading what it shows without --accept\n",
        if arguments.target.rules.join("rules.lock").exists() {
            format!("  hf-doctor kb lock{rules}\n")
        } else {
            String::new()
        },
        draft.id
    ));
    if let Some(from) = &arguments.from {
        out.push_str(&format!("  hf-doctor kb why{rules} {} {}\n", draft.id, escape::shell(&from.to_string_lossy())));
    }
    out
}
