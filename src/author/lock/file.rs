//! The lock as data, and its text: one line a promise, sorted, so that two branches rarely touch the same lines.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::ops::Range;

use crate::model::{Day, compare_versions};

/// The form of the file that this program writes and reads.
const FORMAT: &str = "1";
/// What a reader of the file sees first.
const HEADER: &str = "\
# What was promised under which id; decision 0007. Written by `hf-doctor kb lock`, not by hand.
# kind id since base [version sha256] | gone kind id since removed base version replaced-by why
";
/// Bytes of one line.
const MAX_LINE: usize = 1024;

/// What an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A cause of one rule or several.
    Cause,
    /// A platform fact.
    Fact,
    /// A rule.
    Rule,
    /// A step.
    Step,
}

impl Kind {
    /// All kinds in the order of the file.
    pub const ALL: [Self; 4] = [Self::Cause, Self::Fact, Self::Rule, Self::Step];

    /// The word in the file and in messages.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cause => "cause",
            Self::Fact => "fact",
            Self::Rule => "rule",
            Self::Step => "step",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// A kind and an id.
pub type Key = (Kind, String);

/// A rule as it was recorded under one version of the knowledge base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Version of the knowledge base.
    pub base: String,
    /// Version of the rule.
    pub version: u32,
    /// Its meaning: SHA-256 of its canonical JSON, 64 hexadecimal digits.
    pub hash: String,
}

/// An id that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Day on which the id was first recorded.
    pub since: Day,
    /// Version of the knowledge base under which it was first recorded.
    pub base: String,
    /// Of a rule: the newest released state, then the one in work when it differs. Empty for other kinds.
    pub states: Vec<State>,
}

/// An id that was released and is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// Day on which the id was first recorded.
    pub since: Day,
    /// Day on which it was removed.
    pub removed: Day,
    /// Version of the knowledge base that is the first without it.
    pub base: String,
    /// Last version, of rules.
    pub version: Option<u32>,
    /// Id of the same kind that stands for it now.
    pub replaced_by: Option<String>,
    /// Why, one line.
    pub why: String,
}

/// A whole lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// Newest released version of the knowledge base; `None` before the first release.
    pub released: Option<String>,
    /// Ids that exist.
    pub entries: BTreeMap<Key, Entry>,
    /// Ids that are gone.
    pub gone: BTreeMap<Key, Tombstone>,
}

/// A line that is not of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadLine {
    /// Its bytes in the file.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
}

/// What reading a text gave.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parsed {
    /// What could be read.
    pub lock: Lock,
    /// First mark of an unfinished merge.
    pub merge: Option<Range<usize>>,
    /// Lines that are not of the form.
    pub bad: Vec<BadLine>,
}

impl Lock {
    /// Whether a version of the knowledge base is out, so that nothing recorded under it may change.
    #[must_use]
    pub fn is_released(&self, base: &str) -> bool {
        self.released.as_deref().is_some_and(|released| compare(base, released) != Ordering::Greater)
    }

    /// Reads a text. With marks of a merge both sides are taken: what they know adds up.
    pub(crate) fn parse(text: &str) -> Parsed {
        let mut parsed = Parsed { merge: mark(text), ..Parsed::default() };
        let mut at = 0;
        let mut format = false;
        for raw in text.split_inclusive('\n') {
            let line = raw.trim_end_matches(['\n', '\r']);
            let span = at..at + line.len();
            at += raw.len();
            if line.is_empty() || line.starts_with('#') || is_mark(line) {
                continue;
            }
            let read = match line.split_once(' ') {
                _ if line.len() > MAX_LINE => Err(format!("a line of {} bytes", line.len())),
                Some(("format", FORMAT)) => {
                    format = true;
                    Ok(())
                }
                Some(("format", other)) => Err(format!("format `{other}` is not the one this program reads, {FORMAT}")),
                _ if !format => Err("the file does not begin with `format 1`".to_owned()),
                Some(("released", base)) => parsed.released(base),
                Some(("gone", rest)) => parsed.gone(rest),
                Some((kind, rest)) => match Kind::from_word(kind) {
                    Some(kind) => parsed.entry(kind, rest),
                    None => Err(format!("`{kind}` is not the kind of an id")),
                },
                None => Err("one word alone".to_owned()),
            };
            if let Err(message) = read {
                parsed.bad.push(BadLine { span, message });
                // Without the form of the file every line would be wrong in the same way.
                if !format || parsed.bad.len() >= 20 {
                    break;
                }
            }
        }
        if !format && parsed.bad.is_empty() {
            parsed.bad.push(BadLine { span: 0..0, message: "the file is empty".to_owned() });
        }
        parsed
    }
}

impl Parsed {
    fn released(&mut self, base: &str) -> Result<(), String> {
        if !is_word(base) {
            return Err("`released` names no version".to_owned());
        }
        let newer = self.lock.released.as_deref().is_none_or(|old| compare(old, base) == Ordering::Less);
        if self.lock.released.is_some() && self.merge.is_none() {
            return Err("`released` is given twice".to_owned());
        }
        if newer && base != "none" {
            self.lock.released = Some(base.to_owned());
        }
        Ok(())
    }

    fn entry(&mut self, kind: Kind, rest: &str) -> Result<(), String> {
        let words: Vec<&str> = rest.split(' ').collect();
        let (id, since, base, state) = match *words.as_slice() {
            [id, since, base] if kind != Kind::Rule => (id, since, base, None),
            [id, since, base, version, hash] if kind == Kind::Rule => {
                let version = version.parse().map_err(|_| format!("`{version}` is not the version of a rule"))?;
                if hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
                    return Err("the last word is not a SHA-256 of 64 digits".to_owned());
                }
                (id, since, base, Some(State { base: base.to_owned(), version, hash: hash.to_owned() }))
            }
            _ => return Err(format!("a line of a {} has another number of words", kind.word())),
        };
        let since = day(since)?;
        let key = key(kind, id)?;
        if !is_word(base) {
            return Err("the version of the knowledge base is missing".to_owned());
        }
        let merging = self.merge.is_some();
        let known = self.lock.entries.contains_key(&key);
        let entry =
            self.lock.entries.entry(key).or_insert_with(|| Entry { since, base: base.to_owned(), states: Vec::new() });
        entry.since = entry.since.min(since);
        if compare(base, &entry.base) == Ordering::Less {
            base.clone_into(&mut entry.base);
        }
        match state {
            None if known && !merging => return Err(format!("`{id}` is given twice")),
            None => {}
            Some(state) => match entry.states.iter().position(|other| other.base == state.base) {
                Some(_) if !merging => return Err(format!("`{id}` is given twice for `{base}`")),
                // Of two sides of a merge the higher version: the other was never released.
                Some(at) => {
                    if let Some(other) = entry.states.get_mut(at).filter(|other| other.version < state.version) {
                        *other = state;
                    }
                }
                None => entry.states.push(state),
            },
        }
        entry.states.sort_by(|a, b| compare(&a.base, &b.base));
        Ok(())
    }

    fn gone(&mut self, rest: &str) -> Result<(), String> {
        let mut words = rest.splitn(8, ' ');
        let mut next = || words.next().filter(|word| !word.is_empty());
        let (Some(kind), Some(id), Some(since), Some(removed), Some(base), Some(version), Some(by), Some(why)) =
            (next(), next(), next(), next(), next(), next(), next(), next())
        else {
            return Err("a tombstone has fewer words than it needs".to_owned());
        };
        let kind = Kind::from_word(kind).ok_or_else(|| format!("`{kind}` is not the kind of an id"))?;
        let version = match version {
            "-" => None,
            number => Some(number.parse().map_err(|_| format!("`{number}` is not the version of a rule"))?),
        };
        let tombstone = Tombstone {
            since: day(since)?,
            removed: day(removed)?,
            base: base.to_owned(),
            version,
            replaced_by: (by != "-").then(|| by.to_owned()),
            why: why.to_owned(),
        };
        let key = key(kind, id)?;
        if self.lock.gone.contains_key(&key) && self.merge.is_none() {
            return Err(format!("the tombstone of `{id}` is given twice"));
        }
        self.lock.gone.entry(key).or_insert(tombstone);
        Ok(())
    }
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{HEADER}format {FORMAT}\nreleased {}\n", self.released.as_deref().unwrap_or("none"))?;
        for ((kind, id), entry) in &self.entries {
            let head = format!("{} {id} {}", kind.word(), entry.since);
            if entry.states.is_empty() {
                writeln!(f, "{head} {}", entry.base)?;
            }
            for state in &entry.states {
                writeln!(f, "{head} {} {} {}", state.base, state.version, state.hash)?;
            }
        }
        for ((kind, id), one) in &self.gone {
            let mut line = format!("gone {} {id} {} {} {}", kind.word(), one.since, one.removed, one.base);
            match one.version {
                Some(version) => write!(line, " {version}")?,
                None => line.push_str(" -"),
            }
            writeln!(f, "{line} {} {}", one.replaced_by.as_deref().unwrap_or("-"), one.why)?;
        }
        Ok(())
    }
}

/// Order of two versions of a knowledge base: by calendar, else by letters, so that it is always an order.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    compare_versions(left, right).unwrap_or_else(|| left.cmp(right))
}

fn key(kind: Kind, id: &str) -> Result<Key, String> {
    if is_word(id) { Ok((kind, id.to_owned())) } else { Err("the id is missing or malformed".to_owned()) }
}

fn day(word: &str) -> Result<Day, String> {
    word.parse().map_err(|_| format!("`{word}` is not a day"))
}

fn is_word(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-/".contains(&b))
}

/// Bytes of the first mark of an unfinished merge.
fn mark(text: &str) -> Option<Range<usize>> {
    let mut at = 0;
    for raw in text.split_inclusive('\n') {
        let line = raw.trim_end();
        if is_mark(line) && !line.starts_with("===") {
            return Some(at..at + line.len());
        }
        at += raw.len();
    }
    None
}

fn is_mark(line: &str) -> bool {
    ["<<<<<<<", ">>>>>>>", "|||||||", "======="].iter().any(|mark| line.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::Lock;

    const TEXT: &str = "format 1\nreleased 2026.11.0\ncause c 2026-11-20 2026.11.0\n\
        rule r 2026-11-20 2026.11.0 1 0000000000000000000000000000000000000000000000000000000000000000\n\
        gone step s 2026-11-20 2026-12-01 2026.12.0 - t no longer offered\n";

    #[test]
    fn what_is_written_is_read_again() {
        let parsed = Lock::parse(TEXT);
        assert!(parsed.bad.is_empty(), "{:?}", parsed.bad);
        assert_eq!(Lock::parse(&parsed.lock.to_string()).lock, parsed.lock);
        assert_eq!((parsed.lock.entries.len(), parsed.lock.gone.len()), (2, 1));
        assert!(parsed.lock.is_released("2026.11.0") && !parsed.lock.is_released("2026.12.0"));
    }

    #[test]
    fn both_sides_of_a_merge_add_up() {
        let text = TEXT.replace(
            "cause c ",
            "<<<<<<< ours\ncause a 2026-12-01 2026.12.0\n=======\ncause b 2026-12-02 2026.12.0\n>>>>>>> theirs\ncause c ",
        );
        let parsed = Lock::parse(&text);
        assert!(parsed.merge.is_some() && parsed.bad.is_empty());
        assert_eq!(parsed.lock.entries.len(), 4);
    }

    #[test]
    fn lines_of_another_form_are_refused() {
        for (line, part) in [
            ("rule r 2026-11-20 2026.11.0 1 abc", "SHA-256"),
            ("cause c2 yesterday 2026.11.0", "not a day"),
            ("cause c 2026-11-20 2026.11.0", "given twice"),
            ("cause c2", "number of words"),
            ("gone step t 2026-11-20", "fewer words"),
            ("thing c 2026-11-20 2026.11.0", "not the kind"),
            ("released 2026.12.0", "given twice"),
            ("format 2", "format `2`"),
        ] {
            let parsed = Lock::parse(&format!("{TEXT}{line}\n"));
            assert!(parsed.bad.len() == 1 && parsed.bad[0].message.contains(part), "{line}: {:?}", parsed.bad);
        }
        assert_eq!(Lock::parse("").bad.len(), 1);
        assert_eq!(Lock::parse("cause c 2026-11-20 2026.11.0\n").bad.len(), 1);
    }
}
