//! Rule text, which is Markdown, for each place it is read: a terminal, a page, a forum.
//!
//! The walkers know the few constructs that rule text uses. Raw HTML is shown as text everywhere,
//! images become links, and links lead only to hosts that the caller allows.

mod bare;
mod clean;
mod html;
mod terminal;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

pub use clean::{to_markdown, to_markdown_inline};
pub use html::{to_html, to_html_inline};
pub use terminal::{to_terminal, to_terminal_inline};

use super::escape;

/// Hosts that links lead to when the caller names none.
///
/// A loaded knowledge base brings its own list in `kb.yaml`.
pub const DEFAULT_HOSTS: &[&str] = &[
    "huggingface.co",
    "hf.co",
    "discuss.huggingface.co",
    "status.huggingface.co",
    "router.huggingface.co",
    "github.com",
    "pypi.org",
];

/// Whether a page may link to `url`: https, a listed host, no user information, no odd characters.
#[must_use]
pub fn is_allowed(url: &str, hosts: &[impl AsRef<str>]) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.strip_suffix(":443").unwrap_or(host);
    // Everything but unreserved, reserved and `%` has to be encoded in a URL; quotes, blanks and
    // angle brackets could end an attribute, brackets a Markdown link.
    let clean = rest.bytes().all(|b| {
        b.is_ascii_graphic() && !matches!(b, b'"' | b'\'' | b'<' | b'>' | b'`' | b'\\' | b'{' | b'}' | b'|' | b'^')
    });
    clean && hosts.iter().any(|allowed| allowed.as_ref().eq_ignore_ascii_case(host))
}

/// Addresses of all links and images of a Markdown document, in order.
#[must_use]
pub fn link_targets(text: &str) -> Vec<String> {
    let target = |event| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url.to_string()),
        _ => None,
    };
    Parser::new_ext(text, Options::ENABLE_TABLES).filter_map(target).collect()
}

/// Texts of all headings of a Markdown document, in order.
#[must_use]
pub fn headings(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut inside = false;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                inside = true;
                found.push(String::new());
            }
            Event::End(TagEnd::Heading(_)) => inside = false,
            Event::Text(text) | Event::Code(text) if inside => {
                if let Some(heading) = found.last_mut() {
                    heading.push_str(&text);
                }
            }
            _ => {}
        }
    }
    found
}

/// A character that opens no block, so that what follows is read as running text.
const GUARD: char = '.';

/// The text without hidden characters, on one line, guarded against being read as a block.
fn guarded(text: &str) -> String {
    let mut guarded = String::with_capacity(text.len() + 1);
    guarded.push(GUARD);
    guarded.push_str(escape::line(text).trim());
    guarded
}

/// Events of a text as running text; the guard is taken out again.
fn inline_events(guarded: &str) -> impl Iterator<Item = Event<'_>> {
    let mut first = true;
    joined(guarded).map(move |event| match event {
        Event::Text(text) if first => {
            first = false;
            let rest = text.strip_prefix(GUARD).map(str::to_owned);
            Event::Text(rest.map_or(text, Into::into))
        }
        event => event,
    })
}

/// Events of a text, pieces of running text that stand side by side as one: an address with underscores comes whole.
///
/// What a backslash parts stays apart. So an address that somebody escaped, as all evidence is, never looks like one.
fn joined(text: &str) -> impl Iterator<Item = Event<'_>> {
    let mut events = Parser::new(text).into_offset_iter().peekable();
    std::iter::from_fn(move || {
        let (event, mut range) = events.next()?;
        let Event::Text(first) = event else { return Some(event) };
        let mut whole = first;
        while let Some((Event::Text(next), place)) = events.peek() {
            if place.start != range.end {
                break;
            }
            whole = format!("{whole}{next}").into();
            range.end = place.end;
            events.next();
        }
        Some(Event::Text(whole))
    })
}

/// Text without any character that Markdown could mean something by.
fn is_simple(text: &str) -> bool {
    text.bytes().all(|b| {
        b.is_ascii_alphanumeric()
            || matches!(
                b,
                b' ' | b',' | b'.' | b'-' | b'(' | b')' | b'/' | b'\'' | b':' | b'$' | b'%' | b'+' | b'?' | b';'
            )
    })
}
