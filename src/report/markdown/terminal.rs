//! Markdown for a terminal.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::super::escape;
use super::super::style::Style;
use super::super::wrap::wrap;
use super::{guarded, inline_events, is_simple};

/// One line of Markdown as styled text that is not yet wrapped.
///
/// Without colour code keeps its backticks, so that a name to type stays recognisable.
#[must_use]
pub fn to_terminal_inline(text: &str, colour: bool) -> String {
    if is_simple(text) {
        return text.to_owned();
    }
    let text = guarded(text);
    let mut inline = Inline::new(colour);
    for event in inline_events(&text) {
        inline.event(&event);
    }
    inline.take()
}

/// Markdown as lines of at most `width` columns, each indented by `indent` blanks.
#[must_use]
pub fn to_terminal(text: &str, width: usize, indent: usize, colour: bool) -> String {
    let text = escape::block(text);
    let mut page = Page {
        out: String::new(),
        inline: Inline::new(colour),
        width,
        indent,
        lists: Vec::new(),
        marker: None,
        code: None,
    };
    for event in Parser::new(&text) {
        page.event(&event);
    }
    page.flush();
    page.out
}

/// Running text under construction.
struct Inline {
    colour: bool,
    out: String,
    strong: usize,
    /// Address and where the text of the open link begins in `out`.
    link: Option<(String, usize)>,
}

impl Inline {
    const fn new(colour: bool) -> Self {
        Self { colour, out: String::new(), strong: 0, link: None }
    }

    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(text),
            Event::Code(code) => {
                let code = if self.colour { code.to_string() } else { format!("`{code}`") };
                self.out.push_str(&Style::Code.paint(&code, self.colour));
            }
            Event::SoftBreak => self.out.push(' '),
            Event::HardBreak => self.out.push('\n'),
            Event::Start(Tag::Strong | Tag::Emphasis | Tag::Heading { .. }) => self.strong += 1,
            Event::End(TagEnd::Strong | TagEnd::Emphasis | TagEnd::Heading(_)) => {
                self.strong = self.strong.saturating_sub(1);
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                self.link = Some((dest_url.to_string(), self.out.len()));
            }
            Event::End(TagEnd::Link | TagEnd::Image) => self.end_link(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.strong > 0 {
            self.out.push_str(&Style::Bold.paint(text, self.colour));
        } else {
            self.out.push_str(text);
        }
    }

    /// A terminal cannot hide an address behind a text, so both are shown, once when they are equal.
    fn end_link(&mut self) {
        let Some((url, start)) = self.link.take() else { return };
        let url = escape::line(&url);
        // `javascript:` and its kin help nobody in a terminal.
        if !(url.starts_with("https://") || url.starts_with("http://") || url.starts_with("mailto:")) {
            return;
        }
        let shown = url.strip_prefix("mailto:").unwrap_or(&url);
        let painted = Style::Link.paint(shown, self.colour);
        if self.out.get(start..).is_some_and(|text| text == shown) {
            self.out.truncate(start);
            self.out.push_str(&painted);
        } else {
            self.out.push_str(" (");
            self.out.push_str(&painted);
            self.out.push(')');
        }
    }

    fn take(&mut self) -> String {
        std::mem::take(&mut self.out)
    }
}

/// Blocks under construction.
struct Page {
    out: String,
    inline: Inline,
    width: usize,
    indent: usize,
    /// Next number of each open list; `None` for bullets.
    lists: Vec<Option<u64>>,
    /// Marker of an item whose first line has not been written.
    marker: Option<String>,
    /// Text of the open code block.
    code: Option<String>,
}

impl Page {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => {
                self.flush();
                self.code = Some(String::new());
            }
            Event::End(TagEnd::CodeBlock) => self.end_code(),
            Event::Text(text) if self.code.is_some() => {
                if let Some(code) = &mut self.code {
                    code.push_str(text);
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
            Event::Start(Tag::Heading { .. }) => {
                self.flush();
                self.inline.event(event);
            }
            Event::End(TagEnd::Heading(_)) => {
                self.inline.event(event);
                self.flush();
            }
            event => self.inline.event(event),
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

    fn flush(&mut self) {
        let text = self.inline.take();
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let rest = self.pad(self.lists.len());
        let first = if let Some(marker) = self.marker.take() {
            self.separate(true);
            format!("{}{marker}", self.pad(self.lists.len().saturating_sub(1)))
        } else {
            self.separate(false);
            rest.clone()
        };
        self.out.push_str(&wrap(text, self.width, &first, &rest));
    }

    fn end_code(&mut self) {
        let Some(code) = self.code.take() else { return };
        self.separate(false);
        let pad = format!("{}  ", self.pad(self.lists.len()));
        let lines: Vec<String> = code
            .trim_end()
            .lines()
            .map(|line| format!("{pad}{}", Style::Code.paint(line, self.inline.colour)))
            .collect();
        self.out.push_str(&lines.join("\n"));
    }
}
