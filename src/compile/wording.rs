//! The wording in which a page states a value: plain words with gaps, found whatever markup is around them.
//!
//! `PRO{..}| {value} minutes`: `{value}` is where the value stands, `{..}` leaves something out on the same line, `{n}`
//! is some number. White space, case, emphasis, code marks and HTML tags do not count; of a link `[words](address)` the
//! square brackets do not, so that `words{..}` reaches behind it and an address can be looked for.

use regex::bytes::{Regex, RegexBuilder};
use regex::escape as escape_word;

use crate::model::{FactValue, Scalar};

/// A number as pages write it: `1,000`, `0.10`.
const NUMBER: &str = r"([0-9][0-9,]*(?:\.[0-9]+)?)";
/// Bytes of one wording.
const MAX: usize = 300;

/// A wording ready to be searched.
#[derive(Clone, Debug)]
pub struct Wording {
    /// Finds it with the value it should have, or with any number in its place.
    exact: Regex,
    /// Finds it with whatever stands in place of the value.
    open: Regex,
    value: Option<Wanted>,
    words: Vec<String>,
}

#[derive(Clone, Debug)]
enum Wanted {
    Number(f64),
    Text,
}

/// A page as wordings see it: one paragraph, list item or table row a line, without markup, in lower case.
#[derive(Clone, Debug, Default)]
pub struct Page {
    text: String,
    /// For each line the line of the file on which it begins, from 1.
    lines: Vec<usize>,
}

/// A place on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Line of the file, from 1.
    pub line: usize,
    /// What stands in place of the value, when the wording has one.
    pub value: Option<String>,
    /// The line without markup.
    pub text: String,
}

impl Page {
    /// Reads a Markdown page.
    #[must_use]
    pub fn new(markdown: &str) -> Self {
        let mut page = Self::default();
        let mut joined = false;
        for (number, raw) in markdown.lines().enumerate() {
            let line = plain(raw);
            let alone = line.starts_with(['|', '#']);
            if line.is_empty() {
                joined = false;
                continue;
            }
            let item = line.starts_with(['-', '>'])
                || line.split_once('.').is_some_and(|(n, _)| n.bytes().all(|b| b.is_ascii_digit()) && !n.is_empty());
            if joined && !alone && !item {
                page.text.push(' ');
            } else {
                if !page.text.is_empty() {
                    page.text.push('\n');
                }
                page.lines.push(number.saturating_add(1));
            }
            page.text.push_str(&line);
            joined = !alone;
        }
        page
    }

    fn line_at(&self, offset: usize) -> (usize, &str) {
        let head = self.text.get(..offset).unwrap_or_default();
        let number = head.matches('\n').count();
        let text = self.text.lines().nth(number).unwrap_or_default();
        (self.lines.get(number).copied().unwrap_or(1), text)
    }
}

impl Wording {
    /// Compiles the wording of a value.
    ///
    /// # Errors
    /// What is wrong with it, in lower case.
    pub fn new(says: &str, value: &FactValue) -> Result<Self, String> {
        let Plan { exact, open, value, words, .. } = Plan::of(says, value)?;
        let build = |pattern: &str| {
            RegexBuilder::new(pattern).unicode(false).size_limit(1 << 20).build().map_err(|error| error.to_string())
        };
        Ok(Self { exact: build(&exact)?, open: build(&open)?, value, words })
    }

    /// Whether [`Wording::new`] would take it, at a fraction of its cost.
    ///
    /// # Errors
    /// As there.
    pub fn check(says: &str, value: &FactValue) -> Result<(), String> {
        let plan = Plan::of(says, value)?;
        // Words and a few gaps always compile; what is larger has to be tried.
        if plan.gaps <= 8 && plan.exact.len() <= 2_000 { Ok(()) } else { Self::new(says, value).map(drop) }
    }
}

/// What a wording asks for, before anything is compiled.
struct Plan {
    exact: String,
    open: String,
    value: Option<Wanted>,
    words: Vec<String>,
    /// Places where something is left out.
    gaps: usize,
}

impl Plan {
    fn of(says: &str, value: &FactValue) -> Result<Self, String> {
        if says.len() > MAX {
            return Err(format!("a wording of {} bytes, more than {MAX}", says.len()));
        }
        let shown = match value {
            FactValue::One(Scalar::Text(text)) => text.clone(),
            FactValue::One(other) => other.to_string(),
            FactValue::Many(_) if says.contains("{value}") => {
                return Err("`{value}` stands for one value, and this fact has a list".to_owned());
            }
            FactValue::Many(_) => String::new(),
        };
        let number = number(&shown).filter(|_| !matches!(value, FactValue::One(Scalar::Bool(_))));
        let (mut exact, mut open, mut rest) = (String::new(), String::new(), says);
        let (mut words, mut places, mut gaps) = (Vec::new(), 0, 0);
        while !rest.is_empty() {
            let at = rest.find('{').unwrap_or(rest.len());
            let (literal, tail) = rest.split_at(at);
            let literal = escaped(literal, &mut words);
            exact.push_str(&literal);
            open.push_str(&literal);
            let (place, tail) = match tail.split_once('}') {
                Some((place, tail)) => (place, tail),
                None if tail.is_empty() => break,
                None => return Err("a `{` without its `}`".to_owned()),
            };
            match place {
                "{value" => {
                    places += 1;
                    exact.push_str(&if number.is_some() {
                        NUMBER.to_owned()
                    } else {
                        format!("({})", escaped(&shown, &mut Vec::new()))
                    });
                    open.push_str(if number.is_some() { NUMBER } else { r"([^\s|]+)" });
                }
                "{.." => {
                    gaps += 1;
                    [&mut exact, &mut open].into_iter().for_each(|one| one.push_str(r"[^\n]{0,160}?"));
                }
                "{n" => [&mut exact, &mut open].into_iter().for_each(|one| one.push_str("[0-9][0-9,.]*")),
                other => return Err(format!("`{other}}}` is none of `{{value}}`, `{{n}}` and `{{..}}`")),
            }
            rest = tail;
        }
        if words.join("").chars().count() < 3 {
            return Err("fewer than three letters to find it by".to_owned());
        }
        if places > 1 {
            return Err("`{value}` stands in it more than once".to_owned());
        }
        let value = (places == 1).then(|| number.map_or(Wanted::Text, Wanted::Number));
        Ok(Self { exact, open, value, words, gaps })
    }
}

impl Wording {
    /// Where the page states the value in this wording.
    #[must_use]
    pub fn find(&self, page: &Page) -> Option<Found> {
        self.exact.captures_iter(page.text.as_bytes()).find_map(|found| {
            let whole = found.get(0)?;
            let said = found.get(1).map(|m| String::from_utf8_lossy(m.as_bytes()).into_owned());
            let right = match (&self.value, &said) {
                (Some(Wanted::Number(wanted)), Some(said)) => number(said) == Some(*wanted),
                _ => true,
            };
            let (line, text) = page.line_at(whole.start());
            right.then(|| Found { line, value: said, text: text.to_owned() })
        })
    }

    /// Where the page has the wording with something else in place of the value.
    #[must_use]
    pub fn find_other(&self, page: &Page) -> Option<Found> {
        self.value.as_ref()?;
        let found = self.open.captures(page.text.as_bytes())?;
        let (line, text) = page.line_at(found.get(0)?.start());
        Some(Found {
            line,
            value: found.get(1).map(|m| String::from_utf8_lossy(m.as_bytes()).into_owned()),
            text: text.to_owned(),
        })
    }

    /// The lines of a page that share most words with the wording, best first; at most `most`, each sharing half.
    #[must_use]
    pub fn nearest(&self, page: &Page, most: usize) -> Vec<Found> {
        let mut scored: Vec<(usize, usize, &str)> = Vec::new();
        for (number, line) in page.text.lines().enumerate() {
            let shared = self.words.iter().filter(|word| line.contains(word.as_str())).count();
            if shared.saturating_mul(2) > self.words.len() {
                scored.push((shared, number, line));
            }
        }
        scored.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let one = |(_, number, text): (usize, usize, &str)| Found {
            line: page.lines.get(number).copied().unwrap_or(1),
            value: None,
            text: text.to_owned(),
        };
        scored.into_iter().take(most).map(one).collect()
    }
}

/// The words of a text as a pattern; adds them to `words`.
fn escaped(text: &str, words: &mut Vec<String>) -> String {
    let line = plain(text);
    words.extend(line.split([' ', '|']).filter(|word| word.chars().count() > 1).map(str::to_owned));
    if line.is_empty() {
        return if text.is_empty() { String::new() } else { r"\s".to_owned() };
    }
    let blank = |yes: bool| if yes { r"\s" } else { "" };
    let core = line.split(' ').map(escape_word).collect::<Vec<_>>().join(r"\s");
    format!("{}{core}{}", blank(text.starts_with(char::is_whitespace)), blank(text.ends_with(char::is_whitespace)))
}

/// One line without markup: in lower case, white space as single blanks, bars of tables set apart.
fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let mut after = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '*' | '`' | '[' | ']' | '\\' => {}
            '<' if after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') => {
                let tag = after.char_indices().take(200).find(|(_, c)| *c == '>');
                match tag {
                    Some((end, _)) => {
                        after = after.get(end.saturating_add(1)..).unwrap_or_default();
                        out.push(' ');
                    }
                    None => out.push('<'),
                }
            }
            '&' if after.starts_with("nbsp;") => {
                after = after.get(5..).unwrap_or_default();
                out.push(' ');
            }
            '|' => out.push_str(" | "),
            '\u{2018}' | '\u{2019}' => out.push('\''),
            '\u{201c}' | '\u{201d}' => out.push('"'),
            '\u{2013}' | '\u{2014}' => out.push('-'),
            c if c.is_whitespace() => out.push(' '),
            c => out.push(c.to_ascii_lowercase()),
        }
        rest = after;
    }
    out.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A number as written, with or without separators of thousands.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    text.replace(',', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Page, Wording};
    use crate::model::{FactValue, Scalar};

    fn wording(says: &str, value: Scalar) -> Wording {
        Wording::new(says, &FactValue::One(value)).unwrap()
    }

    const PAGE: &str = "# Quota\n\nA **PRO** account\nhas `40` minutes; see [pricing](https://x.y).\n\n\
        | Plan | Minutes |\n|:---|---:|\n| Free user | 3.5 |\n| [PRO](/pro) | 1,000 <sup>1</sup> |\n";

    #[test]
    fn markup_and_line_ends_do_not_count() {
        let page = Page::new(PAGE);
        let found = wording("PRO account has {value} minutes", Scalar::Number(40.0)).find(&page).unwrap();
        assert_eq!((found.line, found.value.as_deref()), (3, Some("40")));
        assert!(wording("| Free user | {value} |", Scalar::Number(3.5)).find(&page).is_some());
        assert!(wording("PRO{..}| {value} {n} |", Scalar::Number(1000.0)).find(&page).is_some());
        assert!(wording("see pricing", Scalar::Bool(true)).find(&page).is_some());
    }

    #[test]
    fn another_value_is_not_the_value() {
        let page = Page::new(PAGE);
        for wrong in [5.0, 3.0, 0.5, 35.0] {
            let wording = wording("Free user | {value} |", Scalar::Number(wrong));
            assert!(wording.find(&page).is_none(), "{wrong}");
            assert_eq!(wording.find_other(&page).and_then(|found| found.value).as_deref(), Some("3.5"));
        }
        // Rows are apart: a wording never reaches into the next.
        assert!(wording("Free user{..}{value} {n} |", Scalar::Number(1000.0)).find(&page).is_none());
        let nearest = wording("a PRO account has {value} hours", Scalar::Number(1.0)).nearest(&page, 2);
        assert_eq!(nearest.first().map(|found| found.line), Some(3));
    }

    #[test]
    fn malformed_wordings_are_refused() {
        for (says, part) in [
            ("{value}", "three letters"),
            ("minutes {valeu}", "none of"),
            ("minutes {value", "without its"),
            ("{value} minutes of {value}", "more than once"),
            (&"minutes ".repeat(50), "bytes"),
        ] {
            let value = FactValue::One(Scalar::Number(1.0));
            let error = Wording::new(says, &value).unwrap_err();
            assert!(error.contains(part), "{says}: {error}");
            assert_eq!(Wording::check(says, &value), Err(error));
        }
        // What is taken without a try compiles, and what is too large is refused either way.
        let most = format!("{}pro{}", "{..}".repeat(8), "(".repeat(260));
        let huge = FactValue::One(Scalar::Text("x".repeat(1 << 20)));
        for (says, value) in [(most.as_str(), Scalar::Bool(true)), ("pro {value}", Scalar::Text("x".repeat(900)))] {
            let value = FactValue::One(value);
            assert_eq!((Wording::check(says, &value), Wording::new(says, &value).map(drop)), (Ok(()), Ok(())));
        }
        assert!(Wording::check("pro {value}", &huge).is_err() && Wording::new("pro {value}", &huge).is_err());
    }
}
