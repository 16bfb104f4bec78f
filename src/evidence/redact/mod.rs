//! Masks secrets and identities with stable markers such as `<hf-token#1>`.
//!
//! Secrets are found by position (after `Authorization:`, in a query, in front of an `@`) and by prefix, never by
//! an exact shape: published patterns miss tokens of another length, behind `%20`, or wrapped over two lines. The
//! same secret gets the same marker, so "two tokens are in play" can still be seen. Text may be masked twice:
//! markers are left alone, and what one pass uncovers the next one sees.

mod cards;
mod escapes;
mod links;
mod named;
mod personal;
mod scan;
mod tokens;
mod values;
mod words;

use std::borrow::Cow;
use std::collections::BTreeMap;

use scan::Found;

/// What was masked; decides the marker and the count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A Hugging Face token.
    HfToken,
    /// A credential in an `Authorization` header or before the `@` of an address.
    Auth,
    /// A value that its name calls secret: `password=`, `api_key=`.
    Secret,
    /// A JSON web token.
    Jwt,
    /// A key of another company.
    Key,
    /// Cookies.
    Cookie,
    /// The query of a signed address.
    SignedUrl,
    /// A query value of unknown meaning.
    Query,
    /// An e-mail address.
    Email,
    /// A user name or a person's name.
    User,
    /// The name of an organisation.
    Org,
    /// A network address.
    Ip,
    /// The name of a home directory.
    Home,
    /// A number with the form and the check digit of a payment card.
    Card,
}

impl Kind {
    const ALL: [Self; 14] = [
        Self::HfToken,
        Self::Auth,
        Self::Secret,
        Self::Jwt,
        Self::Key,
        Self::Cookie,
        Self::SignedUrl,
        Self::Query,
        Self::Email,
        Self::User,
        Self::Org,
        Self::Ip,
        Self::Home,
        Self::Card,
    ];

    /// The name in markers and counts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HfToken => "hf-token",
            Self::Auth => "auth",
            Self::Secret => "secret",
            Self::Jwt => "jwt",
            Self::Key => "key",
            Self::Cookie => "cookie",
            Self::SignedUrl => "signed-url",
            Self::Query => "query",
            Self::Email => "email",
            Self::User => "user",
            Self::Org => "org",
            Self::Ip => "ip",
            Self::Home => "home",
            Self::Card => "card",
        }
    }

    const fn is_credential(self) -> bool {
        matches!(self, Self::HfToken | Self::Auth | Self::Secret | Self::Jwt | Self::Key)
    }
}

/// A text to mask wherever it stands.
#[derive(Clone, Debug)]
struct Known {
    text: String,
    kind: Kind,
    /// What the marker stands for; names of one person share it.
    key: String,
    /// Also inside a word: secrets, not names.
    anywhere: bool,
}

/// Known texts by first byte, so that the scan asks only where one can begin.
#[derive(Clone, Debug, Default)]
struct Lookup {
    known: Vec<Known>,
    starts: BTreeMap<u8, Vec<usize>>,
}

impl Lookup {
    fn add(&mut self, known: Known) {
        let (Some(first), false) = (known.text.bytes().next(), self.contains(&known.text)) else { return };
        let index = self.known.len();
        self.known.push(known);
        for byte in [first.to_ascii_lowercase(), first.to_ascii_uppercase()] {
            let indices = self.starts.entry(byte).or_default();
            if !indices.contains(&index) {
                indices.push(index);
                // The longest first: a full name before the handle inside it.
                let lengths: Vec<usize> = self.known.iter().map(|known| known.text.len()).collect();
                indices.sort_by_key(|i| std::cmp::Reverse(lengths.get(*i).copied().unwrap_or(0)));
            }
        }
    }

    fn contains(&self, text: &str) -> bool {
        self.known.iter().any(|known| known.text.eq_ignore_ascii_case(text))
    }

    fn starting_with(&self, byte: u8) -> impl Iterator<Item = &Known> {
        self.starts.get(&byte).into_iter().flatten().filter_map(|index| self.known.get(*index))
    }
}

/// Secrets met elsewhere that are looked for literally; a log with more has them behind a prefix anyway.
const MAX_LEARNED: usize = 128;
/// Passes after which masking must have come to rest.
const MAX_PASSES: usize = 8;

/// Masks text. Keeps numbers and counts over all texts of one incident.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    lookup: Lookup,
    learned: usize,
    numbers: BTreeMap<Kind, BTreeMap<String, u32>>,
    highest: BTreeMap<Kind, u32>,
    counts: BTreeMap<String, u64>,
}

impl Redactor {
    /// A redactor that knows no names yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Names of one person or organisation, masked wherever they stand as words. All of them share one marker.
    /// Names that are also ordinary technical words (`user`, `huggingface`) are left alone.
    pub fn identity<'a>(&mut self, kind: Kind, names: impl IntoIterator<Item = &'a str>) {
        let mut key = None;
        for name in names {
            let name = name.trim();
            if name.chars().count() < 3 || words::is_common_name(name) {
                continue;
            }
            let key = key.get_or_insert_with(|| name.to_ascii_lowercase());
            self.lookup.add(Known { text: name.to_owned(), kind, key: key.clone(), anywhere: false });
        }
    }

    /// A secret that is known whatever it looks like, masked wherever it stands, also inside a word. Texts of fewer than
    /// eight characters are left alone: they stand in ordinary words.
    pub fn secret(&mut self, kind: Kind, text: &str) {
        let text = text.trim();
        if text.chars().count() >= 8 {
            self.lookup.add(Known { text: text.to_owned(), kind, key: text.to_owned(), anywhere: true });
        }
    }

    /// The text with every secret and identity replaced by its marker.
    #[must_use]
    pub fn redact(&mut self, text: &str) -> String {
        self.redact_cow(text).into_owned()
    }

    /// As [`Self::redact`], without a copy when there is nothing to mask.
    #[must_use]
    pub fn redact_cow<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        self.reserve(text);
        let mut current = escapes::plain(text);
        for _ in 0..MAX_PASSES {
            let found = scan::scan(&current, &self.lookup);
            if found.is_empty() {
                break;
            }
            self.learn(&found);
            current = Cow::Owned(self.apply(&current, &found));
        }
        current
    }

    /// The marker for a value that is known to be of a kind, for facts that name a person.
    #[must_use]
    pub fn marker(&mut self, kind: Kind, value: &str) -> String {
        self.reserve(value);
        if is_marker(value) {
            return value.to_owned();
        }
        self.identity(kind, [value]);
        *self.counts.entry(kind.name().to_owned()).or_default() += 1;
        self.number(kind, &value.trim().to_ascii_lowercase())
    }

    /// Number of masked items by kind so far.
    #[must_use]
    pub fn counts(&self) -> &BTreeMap<String, u64> {
        &self.counts
    }

    /// How many secrets were learned; texts masked before the last one may still hold it.
    #[must_use]
    pub const fn learned(&self) -> usize {
        self.learned
    }

    /// Remembers credentials, so that they are found where nothing but the value itself gives them away.
    fn learn(&mut self, found: &[Found]) {
        for item in found {
            let random = (10..4096).contains(&item.key.len()) && words::looks_random(&item.key);
            let room = self.learned < MAX_LEARNED;
            if room && item.kind.is_credential() && random && !self.lookup.contains(&item.key) {
                let key = item.key.clone();
                self.lookup.add(Known { text: key.clone(), kind: item.kind, key, anywhere: true });
                self.learned += 1;
            }
        }
    }

    fn apply(&mut self, text: &str, found: &[Found]) -> String {
        let mut out = String::with_capacity(text.len());
        let mut copied = 0;
        for item in found {
            out.push_str(text.get(copied..item.start).unwrap_or_default());
            out.push_str(&self.number(item.kind, &item.key));
            *self.counts.entry(item.kind.name().to_owned()).or_default() += 1;
            copied = item.end;
            for (start, end) in &item.cuts {
                out.push_str(text.get(copied..*start).unwrap_or_default());
                copied = *end;
            }
        }
        out.push_str(text.get(copied..).unwrap_or_default());
        out
    }

    fn number(&mut self, kind: Kind, key: &str) -> String {
        let numbers = self.numbers.entry(kind).or_default();
        let number = match numbers.get(key) {
            Some(number) => *number,
            None => {
                let highest = self.highest.entry(kind).or_default();
                *highest = highest.saturating_add(1);
                numbers.insert(key.to_owned(), *highest);
                *highest
            }
        };
        format!("<{}#{number}>", kind.name())
    }

    /// Skips numbers of markers that the text already has, so that a new marker never equals an old one.
    fn reserve(&mut self, text: &str) {
        for (at, _) in text.match_indices('#') {
            let Some((kind, number, _)) = text.get(..at).and_then(kind_before).and_then(|kind| {
                let digits = text.get(at + 1..)?;
                let length = digits.bytes().take(6).take_while(u8::is_ascii_digit).count();
                Some((kind, digits.get(..length)?.parse::<u32>().ok()?, length))
            }) else {
                continue;
            };
            let taken = self.numbers.get(&kind).is_some_and(|numbers| numbers.values().any(|n| *n == number));
            if !taken {
                let highest = self.highest.entry(kind).or_default();
                *highest = (*highest).max(number);
            }
        }
    }
}

/// The kind whose marker begins directly before the end of `head`: `.. <hf-token`.
fn kind_before(head: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| head.strip_suffix(kind.name()).is_some_and(|rest| rest.ends_with('<')))
}

/// Length of the marker that `text` begins with.
fn marker_length(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('<')?;
    let hash = inner.bytes().take(12).position(|b| b == b'#')?;
    let name = inner.get(..hash)?;
    let digits = inner.get(hash + 1..)?.bytes().take(10).take_while(u8::is_ascii_digit).count();
    let closed = inner.as_bytes().get(hash + 1 + digits) == Some(&b'>');
    let known = Kind::ALL.iter().any(|kind| kind.name() == name);
    (digits > 0 && closed && known).then_some(hash + digits + 3)
}

/// Whether the text is one marker and nothing else.
fn is_marker(text: &str) -> bool {
    marker_length(text) == Some(text.len())
}

#[cfg(test)]
mod tests;
