//! How many records there were, and which causes came out how often.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{RecordVerdict, ReportVerdict};

/// Ids kept of one group, and lines that are no record: the first ones. The rest is counted.
const KEPT: usize = 20;

/// Ids shown of one group.
const SHOWN: usize = 5;

/// Verdicts in the order they are told.
const VERDICTS: [ReportVerdict; 6] = [
    ReportVerdict::Concluded,
    ReportVerdict::Likely,
    ReportVerdict::Undetermined,
    ReportVerdict::NotHuggingFace,
    ReportVerdict::NoError,
    ReportVerdict::NothingFound,
];

/// The outcome of a run. Its size does not depend on the number of records.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// Records that were answered.
    pub records: u64,
    /// Lines that are no record.
    pub malformed: Malformed,
    /// Verdicts, how often.
    pub verdicts: BTreeMap<&'static str, u64>,
    /// Records by their first cause; those without one come last, under an empty name.
    #[serde(serialize_with = "ordered")]
    pub causes: BTreeMap<String, Grouped>,
}

/// Lines that are no record.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Malformed {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub first: Vec<RecordVerdict>,
}

/// Records with the same first cause.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Grouped {
    /// Id of the cause; absent for records without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// How many records.
    pub count: u64,
    /// Their verdicts, how often.
    pub verdicts: BTreeMap<&'static str, u64>,
    /// Ids of the first of them.
    pub ids: Vec<String>,
}

impl Summary {
    /// Counts one answer.
    pub(super) fn count(&mut self, verdict: &RecordVerdict) {
        let Some(said) = verdict.verdict else {
            self.malformed.count = self.malformed.count.saturating_add(1);
            if self.malformed.first.len() < KEPT {
                self.malformed.first.push(verdict.clone());
            }
            return;
        };
        self.records = self.records.saturating_add(1);
        more(&mut self.verdicts, said);
        let group = self.causes.entry(verdict.cause.clone().unwrap_or_default()).or_default();
        group.cause.clone_from(&verdict.cause);
        group.count = group.count.saturating_add(1);
        more(&mut group.verdicts, said);
        if group.ids.len() < KEPT {
            group.ids.push(verdict.id.clone());
        }
    }

    /// How many records nothing was recognised in.
    #[must_use]
    pub fn nothing_found(&self) -> u64 {
        self.verdicts.get(ReportVerdict::NothingFound.word()).copied().unwrap_or_default()
    }

    /// Groups, the largest first; those without a cause last.
    #[must_use]
    pub fn groups(&self) -> Vec<&Grouped> {
        in_order(&self.causes)
    }
}

fn in_order(causes: &BTreeMap<String, Grouped>) -> Vec<&Grouped> {
    let mut groups: Vec<&Grouped> = causes.values().collect();
    groups.sort_by_key(|group| (group.cause.is_none(), std::cmp::Reverse(group.count), group.cause.clone()));
    groups
}

fn more(counts: &mut BTreeMap<&'static str, u64>, verdict: ReportVerdict) {
    let count = counts.entry(verdict.word()).or_default();
    *count = count.saturating_add(1);
}

fn ordered<S: serde::Serializer>(causes: &BTreeMap<String, Grouped>, to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(in_order(causes))
}

/// The summary for people, in lines of at most `width` columns where ids allow.
#[must_use]
pub fn summary_text(summary: &Summary, width: usize) -> String {
    let verdicts = if summary.records == 0 { String::new() } else { format!(": {}", counted(&summary.verdicts)) };
    let mut out = format!("{}{verdicts}\n", plural(summary.records, "record"));
    let digits = summary.groups().iter().map(|group| group.count.to_string().len()).max().unwrap_or(1);
    for group in summary.groups() {
        let cause = group.cause.as_deref().unwrap_or("(no cause)");
        out.push_str(&format!("\n{:>digits$}  {cause}: {}\n", group.count, counted(&group.verdicts)));
        out.push_str(&ids(group, digits.saturating_add(2), width));
    }
    if summary.malformed.count > 0 {
        let lines = plural(summary.malformed.count, "line");
        let verb = if summary.malformed.count == 1 { "is" } else { "are" };
        out.push_str(&format!("\n{lines} {verb} no record:\n"));
        for one in &summary.malformed.first {
            let why = one.error.as_deref().unwrap_or_default();
            out.push_str(&format!("  {}:{}: {why}\n", one.input, one.line));
        }
        let rest = summary.malformed.count.saturating_sub(u64::try_from(summary.malformed.first.len()).unwrap_or(0));
        if rest > 0 {
            out.push_str(&format!("  and {rest} more\n"));
        }
    }
    out
}

/// The first ids of a group, wrapped and indented.
fn ids(group: &Grouped, indent: usize, width: usize) -> String {
    let shown = group.ids.len().min(SHOWN);
    let rest = group.count.saturating_sub(u64::try_from(shown).unwrap_or(0));
    let mut words: Vec<String> = group.ids.iter().take(shown).cloned().collect();
    let last = words.len().saturating_sub(1);
    for (number, word) in words.iter_mut().enumerate() {
        if number < last {
            word.push(',');
        }
    }
    if rest > 0 {
        words.push(format!("and {rest} more"));
    }
    let mut out = String::new();
    let mut line = " ".repeat(indent);
    for word in words {
        let begun = line.len() > indent;
        let long = line.chars().count().saturating_add(word.chars().count()).saturating_add(1) > width;
        if begun && long {
            out.push_str(line.trim_end());
            out.push('\n');
            line = " ".repeat(indent);
        }
        if line.len() > indent {
            line.push(' ');
        }
        line.push_str(&word);
    }
    out.push_str(line.trim_end());
    out.push('\n');
    out
}

fn counted(verdicts: &BTreeMap<&'static str, u64>) -> String {
    let told = VERDICTS.iter().filter_map(|verdict| {
        let count = verdicts.get(verdict.word())?;
        Some(format!("{count} {}", verdict.word()))
    });
    told.collect::<Vec<_>>().join(", ")
}

fn plural(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
