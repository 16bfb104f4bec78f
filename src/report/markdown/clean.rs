//! Markdown for a forum: the same text, with everything taken out that a report has no use for.

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use super::super::escape;
use super::bare::{Piece, pieces};
use super::{guarded, inline_events, is_allowed, is_simple, joined};

/// One line of Markdown as one line of harmless Markdown.
#[must_use]
pub fn to_markdown_inline(text: &str, hosts: &[impl AsRef<str>]) -> String {
    if is_simple(text) && !text.contains("://") && !text.contains("www.") {
        return text.to_owned();
    }
    let text = guarded(text);
    let mut inline = Inline::default();
    for event in inline_events(&text) {
        inline.event(&event, hosts);
    }
    inline.out.trim().to_owned()
}

/// Markdown as harmless Markdown, every line indented by `indent` blanks.
#[must_use]
pub fn to_markdown(text: &str, indent: usize, hosts: &[impl AsRef<str>]) -> String {
    let text = escape::block(text);
    let mut page = Page {
        out: String::with_capacity(text.len() * 2),
        inline: Inline::default(),
        indent,
        lists: Vec::new(),
        marker: None,
        code: None,
    };
    for event in joined(&text) {
        page.event(&event, hosts);
    }
    page.flush();
    page.out
}

#[derive(Default)]
struct Inline {
    out: String,
    /// For each open link, its address, whether it may be one, and where its text begins in `out`.
    links: Vec<(String, bool, usize)>,
}

impl Inline {
    fn event(&mut self, event: &Event<'_>, hosts: &[impl AsRef<str>]) {
        match event {
            Event::Text(text) if self.links.is_empty() => {
                for piece in pieces(text, hosts) {
                    match piece {
                        Piece::Words(text) => self.text(text),
                        Piece::Address(url) => self.out.extend(["<", url, ">"]),
                    }
                }
            }
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(text),
            Event::Code(code) => self.out.push_str(&escape::code_span(code)),
            Event::SoftBreak | Event::HardBreak => self.out.push(' '),
            Event::Start(Tag::Strong) | Event::End(TagEnd::Strong) => self.out.push_str("**"),
            Event::Start(Tag::Emphasis) | Event::End(TagEnd::Emphasis) => self.out.push('*'),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                let allowed = is_allowed(dest_url, hosts);
                if allowed {
                    self.out.push('[');
                }
                self.links.push((dest_url.to_string(), allowed, self.out.len()));
            }
            Event::End(TagEnd::Link | TagEnd::Image) => match self.links.pop() {
                // Angle brackets hold any address that passed, parentheses included.
                Some((url, true, _)) => self.out.extend(["](<", &url, ">)"]),
                Some((url, false, start)) if !url.is_empty() => {
                    if self.out.get(start..).is_some_and(|text| text == escape::markdown(&url)) {
                        self.out.truncate(start);
                    } else {
                        self.out.push(' ');
                    }
                    self.out.push_str(&escape::code_span(&url));
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// Escapes what a piece of text could mean; pieces inside a line begin no list.
    fn text(&mut self, text: &str) {
        let escaped = escape::markdown(text);
        let inside = !self.out.is_empty() && text.starts_with(['-', '+', '=']);
        // An address that came in two pieces, because it was escaped, stays escaped.
        if text.starts_with('.') && escape::ends_with_www(&self.out) {
            self.out.push('\\');
        }
        self.out.push_str(if inside { escaped.strip_prefix('\\').unwrap_or(&escaped) } else { &escaped });
    }
}

struct Page {
    out: String,
    inline: Inline,
    indent: usize,
    /// Next number of each open list; `None` for bullets.
    lists: Vec<Option<u64>>,
    marker: Option<String>,
    code: Option<(String, String)>,
}

impl Page {
    fn event(&mut self, event: &Event<'_>, hosts: &[impl AsRef<str>]) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                self.flush();
                let lang = match kind {
                    CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or_default().to_owned(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((lang, String::new()));
            }
            Event::Text(text) if self.code.is_some() => {
                if let Some((_, code)) = &mut self.code {
                    code.push_str(text);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some((lang, code)) = self.code.take() {
                    let fenced = escape::fence(&code, &lang);
                    self.write(&fenced);
                }
            }
            Event::Start(Tag::List(start)) => {
                self.flush();
                self.lists.push(*start);
            }
            Event::End(TagEnd::List(_)) => {
                self.flush();
                self.lists.pop();
            }
            Event::Start(Tag::Item) => {
                self.flush();
                self.marker = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                });
            }
            Event::Start(Tag::Paragraph | Tag::HtmlBlock)
            | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::HtmlBlock) => {
                self.flush();
            }
            // A report has headings of its own; those of rule text are strong lines.
            Event::Start(Tag::Heading { .. }) => {
                self.flush();
                self.inline.out.push_str("**");
            }
            Event::End(TagEnd::Heading(_)) => {
                self.inline.out.push_str("**");
                self.flush();
            }
            event => self.inline.event(event, hosts),
        }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.inline.out);
        let text = text.trim();
        if !text.is_empty() {
            self.write(text);
        }
    }

    /// Blanks that begin a line below the markers of the outermost `depth` lists.
    fn pad(&self, depth: usize) -> String {
        let markers: usize = self.lists.iter().take(depth).map(|list| if list.is_some() { 3 } else { 2 }).sum();
        " ".repeat(self.indent + markers)
    }

    fn separate(&mut self, tight: bool) {
        if !self.out.is_empty() {
            self.out.push_str(if tight { "\n" } else { "\n\n" });
        }
    }

    /// Writes a block at the current depth, with the marker of its item when it is the first.
    fn write(&mut self, block: &str) {
        let rest = self.pad(self.lists.len());
        let first = if let Some(marker) = self.marker.take() {
            let tight = self.lists.len() > 1 || self.out.lines().last().is_some_and(is_item);
            self.separate(tight);
            format!("{}{marker}", self.pad(self.lists.len().saturating_sub(1)))
        } else {
            self.separate(false);
            rest.clone()
        };
        for (i, line) in block.lines().enumerate() {
            if i > 0 {
                self.out.push('\n');
            }
            if i == 0 || !line.is_empty() {
                self.out.push_str(if i == 0 { &first } else { &rest });
            }
            self.out.push_str(line);
        }
    }
}

/// Whether a written line begins a list item.
fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("- ")
        || line.split_once(". ").is_some_and(|(number, _)| number.bytes().all(|b| b.is_ascii_digit()))
}
