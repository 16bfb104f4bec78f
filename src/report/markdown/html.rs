//! Markdown for a page: a small, closed set of elements, every text escaped.

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use super::super::escape;
use super::bare::{Piece, pieces};
use super::{guarded, inline_events, is_allowed, is_simple, joined};

/// One line of Markdown as HTML phrasing content.
#[must_use]
pub fn to_html_inline(text: &str, hosts: &[impl AsRef<str>]) -> String {
    if is_simple(text) && !text.contains("://") {
        return escape::html(text);
    }
    let text = guarded(text);
    let mut writer =
        Writer { out: String::with_capacity(text.len() * 2), links: Vec::new(), inline: true, code: false };
    for event in inline_events(&text) {
        writer.event(&event, hosts);
    }
    writer.out.trim().to_owned()
}

/// Markdown as HTML flow content.
#[must_use]
pub fn to_html(text: &str, hosts: &[impl AsRef<str>]) -> String {
    let text = escape::block(text);
    let mut writer =
        Writer { out: String::with_capacity(text.len() * 2), links: Vec::new(), inline: false, code: false };
    for event in joined(&text) {
        writer.event(&event, hosts);
    }
    writer.out.trim_end().to_owned()
}

struct Writer {
    out: String,
    /// For each open link, the address to show when it must not be a link, and where its text
    /// begins in `out`.
    links: Vec<(Option<String>, usize)>,
    inline: bool,
    /// Inside a block of code or of refused HTML.
    code: bool,
}

impl Writer {
    fn event(&mut self, event: &Event<'_>, hosts: &[impl AsRef<str>]) {
        match event {
            Event::Text(text) if !self.code && self.links.is_empty() => self.words(text, hosts),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.out.push_str(&escape::html(text)),
            Event::Code(code) => {
                self.out.push_str("<code>");
                self.out.push_str(&escape::html(code));
                self.out.push_str("</code>");
            }
            Event::SoftBreak => self.out.push('\n'),
            Event::HardBreak => self.out.push_str(if self.inline { " " } else { "<br>\n" }),
            Event::Rule if !self.inline => self.out.push_str("<hr>\n"),
            Event::Start(tag) => self.start(tag, hosts),
            Event::End(tag) => self.end(*tag),
            _ => {}
        }
    }

    /// Running text; its addresses become links where they may.
    fn words(&mut self, text: &str, hosts: &[impl AsRef<str>]) {
        for piece in pieces(text, hosts) {
            match piece {
                Piece::Words(text) => self.out.push_str(&escape::html(text)),
                Piece::Address(url) => {
                    let url = escape::html(url);
                    self.out.extend(["<a href=\"", &url, "\" rel=\"noopener noreferrer\">", &url, "</a>"]);
                }
            }
        }
    }

    fn start(&mut self, tag: &Tag<'_>, hosts: &[impl AsRef<str>]) {
        match tag {
            Tag::Strong => self.out.push_str("<strong>"),
            Tag::Emphasis => self.out.push_str("<em>"),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                if is_allowed(dest_url, hosts) {
                    self.out.push_str("<a href=\"");
                    self.out.push_str(&escape::html(dest_url));
                    self.out.push_str("\" rel=\"noopener noreferrer\">");
                    self.links.push((None, self.out.len()));
                } else {
                    self.links.push((Some(dest_url.to_string()), self.out.len()));
                }
            }
            _ if self.inline => {}
            Tag::Paragraph => self.out.push_str("<p>"),
            // Rule text sits below the page's own headings; its headings are only strong lines.
            Tag::Heading { .. } => self.out.push_str("<p><strong>"),
            Tag::BlockQuote(_) => self.out.push_str("<blockquote>\n"),
            Tag::CodeBlock(kind) => {
                self.code = true;
                let lang = match kind {
                    CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or_default(),
                    CodeBlockKind::Indented => "",
                };
                self.out.push_str("<pre tabindex=\"0\"><code");
                if !lang.is_empty() && lang.bytes().all(|b| b.is_ascii_alphanumeric()) {
                    self.out.push_str(" class=\"language-");
                    self.out.push_str(lang);
                    self.out.push('"');
                }
                self.out.push('>');
            }
            Tag::HtmlBlock => {
                self.code = true;
                self.out.push_str("<pre><code>");
            }
            Tag::List(Some(1)) => self.out.push_str("<ol>\n"),
            Tag::List(Some(start)) => self.out.extend(["<ol start=\"", &start.to_string(), "\">\n"]),
            Tag::List(None) => self.out.push_str("<ul>\n"),
            Tag::Item => self.out.push_str("<li>"),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.out.push_str("</strong>"),
            TagEnd::Emphasis => self.out.push_str("</em>"),
            TagEnd::Link | TagEnd::Image => match self.links.pop() {
                Some((Some(url), start)) => {
                    if self.out.get(start..).is_some_and(|text| text == escape::html(&url)) {
                        self.out.truncate(start);
                    } else {
                        self.out.push(' ');
                    }
                    self.out.push_str("<code>");
                    self.out.push_str(&escape::html(&url));
                    self.out.push_str("</code>");
                }
                Some((None, _)) => self.out.push_str("</a>"),
                None => {}
            },
            _ if self.inline => {}
            TagEnd::Paragraph => self.out.push_str("</p>\n"),
            TagEnd::Heading(_) => self.out.push_str("</strong></p>\n"),
            TagEnd::BlockQuote(_) => self.out.push_str("</blockquote>\n"),
            TagEnd::CodeBlock | TagEnd::HtmlBlock => {
                self.code = false;
                self.out.push_str("</code></pre>\n");
            }
            TagEnd::List(true) => self.out.push_str("</ol>\n"),
            TagEnd::List(false) => self.out.push_str("</ul>\n"),
            TagEnd::Item => self.out.push_str("</li>\n"),
            _ => {}
        }
    }
}
