//! `kb new cause|step|fact|source`: additions to files that exist.

use clap::Args;

use super::kb_new::{Target, load, refused};
use crate::author::new::{self, Addition};
use crate::cli::output::{self, Failure};
use crate::cli::{base, exit};
use crate::diag::did_you_mean;
use crate::evidence;
use crate::kb::Loaded;
use crate::model::Day;

/// Arguments of `kb new cause`.
#[derive(Debug, Args)]
pub struct NewCause {
    /// The rule that it belongs to
    pub rule: Option<String>,
    /// Name of the cause
    pub id: Option<String>,
    /// The cause in one line
    #[arg(long)]
    pub title: Option<String>,
    /// How often it is behind the problem: rare, occasional, common, usual
    #[arg(long, default_value = "common")]
    pub prior: String,
    /// Ids of sources
    #[arg(long)]
    pub source: Vec<String>,
    /// Where it is written.
    #[command(flatten)]
    pub target: Target,
}

/// Arguments of `kb new step`.
#[derive(Debug, Args)]
pub struct NewStep {
    /// Name of the step
    pub id: Option<String>,
    /// The step as an instruction, in one line
    #[arg(long)]
    pub title: Option<String>,
    /// Who can do it: user, org-admin, space-owner, repo-owner, network-admin, developer, provider, hugging-face
    #[arg(long, default_value = "user")]
    pub who: String,
    /// What it takes: seconds, minutes, hours, days
    #[arg(long, default_value = "minutes")]
    pub effort: String,
    /// What it costs: none, credits, subscription, hardware
    #[arg(long, default_value = "none")]
    pub cost: String,
    /// Exactly what to click or type
    #[arg(long = "do", value_name = "TEXT")]
    pub instruction: Option<String>,
    /// How to see that it worked
    #[arg(long)]
    pub verify: Option<String>,
    /// Ids of sources
    #[arg(long)]
    pub source: Vec<String>,
    /// Area, the name of the file
    #[arg(long)]
    pub area: Option<String>,
    /// Where it is written.
    #[command(flatten)]
    pub target: Target,
}

/// Arguments of `kb new fact`.
#[derive(Debug, Args)]
pub struct NewFact {
    /// Dotted name, for example `zerogpu.daily_quota_minutes.pro`
    pub id: Option<String>,
    /// The documented value
    #[arg(long)]
    pub value: Option<String>,
    /// Its unit
    #[arg(long)]
    pub unit: Option<String>,
    /// What it says, in one line
    #[arg(long)]
    pub title: Option<String>,
    /// First day on which the page stated it (default: the day of the entry)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: Option<Day>,
    /// Id of the source
    #[arg(long)]
    pub source: Option<String>,
    /// Where it is written.
    #[command(flatten)]
    pub target: Target,
}

/// Arguments of `kb new source`.
#[derive(Debug, Args)]
pub struct NewSource {
    /// Its address
    pub url: Option<String>,
    /// Name (default: made of the address)
    #[arg(long)]
    pub id: Option<String>,
    /// documentation, client-source, release, staff, observed, inferred (default: told by the address)
    #[arg(long)]
    pub kind: Option<String>,
    /// What a reader sees
    #[arg(long)]
    pub title: Option<String>,
    /// Area, the name of the file
    #[arg(long)]
    pub area: Option<String>,
    /// Where it is written.
    #[command(flatten)]
    pub target: Target,
}

fn todo(given: Option<&String>, what: &str) -> String {
    given.cloned().unwrap_or_else(|| format!("TODO: {what}"))
}

fn ids(given: &[String]) -> Vec<String> {
    if given.is_empty() { vec!["TODO".to_owned()] } else { given.to_vec() }
}

fn day(target: &Target) -> Day {
    target.as_of.unwrap_or_else(base::today)
}

/// Adds a cause to a rule.
pub(crate) fn cause(arguments: &NewCause) -> Result<u8, Failure> {
    let loaded = load(&arguments.target)?;
    let rule = arguments.rule.as_deref();
    let file = match rule {
        Some(id) => {
            let rules = || loaded.parts.rules.iter();
            rules().find(|(_, _, rule)| rule.id == id).map(|(_, path, _)| path.clone()).ok_or_else(|| {
                let failure = Failure::new(exit::USAGE, format!("there is no rule `{id}`"));
                match did_you_mean(id, rules().map(|(_, _, rule)| rule.id.as_str())) {
                    Some(help) => failure.hint(help),
                    None => failure,
                }
            })?
        }
        None => "area/rule.yaml".to_owned(),
    };
    let id = arguments.id.clone().unwrap_or_else(|| "name-of-the-cause".to_owned());
    let title = todo(arguments.title.as_ref(), "the cause in one line");
    let addition = new::cause(&file, &id, &title, &arguments.prior, &ids(&arguments.source));
    write(
        &loaded,
        &arguments.target,
        &addition,
        arguments.rule.is_some() && arguments.id.is_some(),
        "hf-doctor kb new cause RULE ID",
    )
}

/// Adds a step.
pub(crate) fn step(arguments: &NewStep) -> Result<u8, Failure> {
    let loaded = load(&arguments.target)?;
    let area = area(&loaded, arguments.area.as_deref(), arguments.id.as_deref().unwrap_or_default())?;
    let fields = [
        ("title", todo(arguments.title.as_ref(), "the step as an instruction, in one line")),
        ("who", arguments.who.clone()),
        ("effort", arguments.effort.clone()),
        ("cost", arguments.cost.clone()),
        ("do", todo(arguments.instruction.as_ref(), "exactly what to click or type")),
        ("verify", todo(arguments.verify.as_ref(), "how to see that it worked")),
    ];
    let id = arguments.id.clone().unwrap_or_else(|| "name-of-the-step".to_owned());
    let addition = new::step(&id, &fields, &ids(&arguments.source), &area, day(&arguments.target));
    write(
        &loaded,
        &arguments.target,
        &addition,
        arguments.id.is_some(),
        "hf-doctor kb new step ID --title TEXT --do TEXT --verify TEXT --source ID",
    )
}

/// Adds a platform fact.
pub(crate) fn fact(arguments: &NewFact) -> Result<u8, Failure> {
    let loaded = load(&arguments.target)?;
    let today = day(&arguments.target);
    let addition = new::fact(
        arguments.id.as_deref().unwrap_or("family.name_of_the_fact"),
        &todo(arguments.title.as_ref(), "what the value says, in one line"),
        &todo(arguments.unit.as_ref(), "its unit"),
        &todo(arguments.value.as_ref(), "the documented value"),
        arguments.from.unwrap_or(today),
        arguments.source.as_deref().unwrap_or("TODO"),
        today,
    );
    write(
        &loaded,
        &arguments.target,
        &addition,
        arguments.id.is_some(),
        "hf-doctor kb new fact ID --value V --unit U --title TEXT --from DATE --source ID",
    )
}

/// Adds a source.
pub(crate) fn source(arguments: &NewSource) -> Result<u8, Failure> {
    let loaded = load(&arguments.target)?;
    let url = arguments.url.as_deref().unwrap_or("https://huggingface.co/docs/hub/PAGE");
    let host = url.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let hosts = &loaded.parts.manifest.allowed_hosts;
    if !hosts.iter().any(|allowed| allowed.host == host) {
        let named: Vec<&str> = hosts.iter().map(|allowed| allowed.host.as_str()).collect();
        return Err(Failure::new(exit::USAGE, format!("`{url}` is not an https address on an allowed host"))
            .hint(format!("allowed hosts, from `kb.yaml`: {}", named.join(", "))));
    }
    if let Some(known) = loaded.parts.sources.iter().find(|source| source.url == url) {
        output::complain(&format!("Hint: `{}` has this address already\n", known.id));
    }
    let path: Vec<&str> =
        url.trim_start_matches("https://").split(['/', '#', '?']).skip(1).filter(|part| !part.is_empty()).collect();
    let kind = arguments.kind.clone().unwrap_or_else(|| {
        let kind = match host {
            "pypi.org" | "www.npmjs.com" => "client-source",
            "github.com" if path.contains(&"releases") => "release",
            "github.com" if path.contains(&"blob") || path.contains(&"tree") => "client-source",
            "github.com" | "discuss.huggingface.co" => "observed",
            _ => "documentation",
        };
        kind.to_owned()
    });
    let id = arguments.id.clone().unwrap_or_else(|| proposed(host, &path, &loaded));
    let area = area(&loaded, arguments.area.as_deref(), &id)?;
    let title = todo(arguments.title.as_ref(), "what a reader sees: the title of the page");
    let addition = new::source(&id, &kind, &title, url, &area, day(&arguments.target));
    write(
        &loaded,
        &arguments.target,
        &addition,
        arguments.url.is_some(),
        "hf-doctor kb new source URL --title TEXT --area AREA",
    )
}

/// An id made of an address: `hub-docs-storage-limits`, `github-huggingface-hub-issues-12`.
fn proposed(host: &str, path: &[&str], loaded: &Loaded) -> String {
    let site = match (host, path) {
        ("huggingface.co", ["docs", "hub", ..]) => "hub-docs",
        ("huggingface.co", ["docs", ..]) => "docs",
        ("discuss.huggingface.co", _) => "forum",
        _ => host.split('.').rev().nth(1).unwrap_or("source"),
    };
    let skip = match site {
        "hub-docs" => 2,
        _ => 1,
    };
    let tail: Vec<String> = path
        .iter()
        .skip(skip.min(path.len().saturating_sub(1)))
        .take(4)
        .flat_map(|part| part.split(|c: char| !c.is_ascii_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .take(7)
        .collect();
    let stem = std::iter::once(site.to_owned()).chain(tail).collect::<Vec<_>>().join("-");
    let taken = |id: &str| loaded.parts.sources.iter().any(|source| source.id == id);
    let mut names = std::iter::once(stem.clone()).chain((2..100).map(|number| format!("{stem}-{number}")));
    names.find(|id| !taken(id)).unwrap_or(stem)
}

/// The area that was named, or the one that the name begins with.
fn area(loaded: &Loaded, named: Option<&str>, id: &str) -> Result<String, Failure> {
    let areas: Vec<&str> = loaded.parts.manifest.areas.iter().map(|area| area.id.as_str()).collect();
    if let Some(named) = named {
        if areas.contains(&named) {
            return Ok(named.to_owned());
        }
        let help = did_you_mean(named, areas.iter().copied()).unwrap_or_else(|| format!("areas: {}", areas.join(", ")));
        return Err(Failure::new(exit::USAGE, format!("there is no area `{named}`")).hint(help));
    }
    let said =
        areas.iter().find(|area| id.split('-').any(|word| word.trim_end_matches('s') == area.trim_end_matches('s')));
    Ok(said.copied().or_else(|| areas.last().copied()).unwrap_or("other").to_owned())
}

/// Writes an addition, or shows what one looks like when too little was said.
fn write(loaded: &Loaded, target: &Target, addition: &Addition, enough: bool, usage: &str) -> Result<u8, Failure> {
    if !enough || target.dry_run {
        let file = target.rules.join(&addition.file);
        let shown = evidence::display_name(&file.to_string_lossy());
        output::print(&output::masked(&format!("# add to {shown}\n{}", addition.item)))?;
        if !enough {
            output::complain(&format!("Hint: nothing was written; to write it: {usage}\n"));
        }
        return Ok(exit::OK);
    }
    let file = new::add(loaded, &target.rules, addition)
        .map_err(|message| Failure::new(exit::USAGE, message).hint("nothing was written"))?;
    new::replace(&file).map_err(|error| refused(&error))?;
    let marks = addition.item.matches("TODO").count();
    output::print(&output::masked(&format!(
        "{}Written to {}{}\n",
        addition.item,
        evidence::display_name(&file.path.to_string_lossy()),
        if marks > 0 { format!(" ({marks} TODO); `hf-doctor kb check` names them") } else { String::new() }
    )))?;
    Ok(exit::OK)
}
