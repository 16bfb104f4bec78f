//! Files for programs: feed, map of the site, index of all rules, and a guide for language models.

use serde_json::json;

use super::lists::Event;
use super::page::{Content, Kind, Page};
use crate::model::Day;
use crate::report::{escape, markdown};

/// Most entries of the feed.
const MOST_ENTRIES: usize = 60;

/// Text in XML: what XML 1.0 cannot hold never leaves [`escape::html`].
fn xml(text: &str) -> String {
    escape::html(text)
}

fn plain(markdown_text: &str) -> String {
    super::desk::one_line(&markdown::to_terminal(markdown_text, usize::MAX / 2, 0, false))
}

/// The Atom feed of what changed.
pub(crate) fn feed(events: &[Event], day: Day, base: Option<&str>) -> String {
    let base = base.unwrap_or_default();
    let updated = events.first().map_or(day, |event| event.day);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <id>urn:hf-doctor:changes</id>\n<title>hf-doctor: what changed at Hugging Face</title>\n\
         <updated>{updated}T00:00:00Z</updated>\n<author><name>hf-doctor</name></author>\n\
         <link rel=\"self\" href=\"{0}changes.atom\"/>\n<link href=\"{0}changes.html\"/>\n",
        xml(base)
    );
    for (number, event) in events.iter().filter(|event| event.wrong.is_some()).take(MOST_ENTRIES).enumerate() {
        // Two changes of one thing on one day need two names.
        let twin = events
            .iter()
            .filter(|other| other.wrong.is_some())
            .take(number)
            .filter(|other| other.day == event.day && other.link.path == event.link.path)
            .count();
        let twin = if twin == 0 { String::new() } else { format!(":{twin}") };
        let wrong = event.wrong.as_deref().map(plain).unwrap_or_default();
        out.push_str(&format!(
            "<entry>\n<id>urn:hf-doctor:{}:{}{twin}</id>\n<title>{}</title>\n<updated>{}T00:00:00Z</updated>\n\
             <link href=\"{}{}.html\"/>\n<summary>{}</summary>\n</entry>\n",
            xml(&event.link.path.replace('/', ":")),
            event.day,
            xml(&plain(&event.link.title)),
            event.day,
            xml(base),
            xml(&event.link.path),
            xml(&format!(
                "{}. Answers from before {} are wrong because {wrong}",
                plain(&event.told).trim_end_matches('.'),
                event.day
            ))
        ));
    }
    out.push_str("</feed>\n");
    out
}

/// The map of the site. Addresses are complete when the site knows its own.
pub(crate) fn map<'p>(pages: impl Iterator<Item = &'p Page>, base: Option<&str>) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    if base.is_none() {
        out.push_str("<!-- Built without its address; `docs build base-url` makes these complete. -->\n");
    }
    out.push_str("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for page in pages {
        let modified = page.verified.map_or_else(String::new, |day| format!("<lastmod>{day}</lastmod>"));
        out.push_str(&format!(
            "<url><loc>{}{}.html</loc>{modified}</url>\n",
            xml(base.unwrap_or_default()),
            xml(&page.path)
        ));
    }
    out.push_str("</urlset>\n");
    out
}

/// All rules: what a program needs to find the page of an error.
///
/// # Errors
/// Never: its parts have forms in JSON.
pub(crate) fn rules(pages: &[Page], start: &Page) -> Result<String, serde_json::Error> {
    let rules: Vec<serde_json::Value> = pages
        .iter()
        .filter_map(|page| match &page.content {
            Content::Problem(problem) => Some(json!({
                "id": page.id, "title": plain(&page.title), "area": problem.area.path.trim_start_matches("index#"),
                "page": format!("{}.html", page.path), "json": format!("{}.json", page.path),
                "markdown": format!("{}.md", page.path), "status": problem.status, "version": problem.version,
                "verified": page.verified,
                "messages": problem.messages.iter().map(|message| &message.text).collect::<Vec<_>>(),
                "causes": problem.causes.iter().map(|cause| &cause.id).collect::<Vec<_>>(),
            })),
            _ => None,
        })
        .collect();
    let document = json!({
        "schema": "hf-doctor/site/v1", "knowledge_base": start.knowledge_base, "as_of": start.as_of, "rules": rules,
        "start": start.content,
    });
    Ok(format!("{}\n", escape::json(serde_json::to_string_pretty(&document)?)))
}

/// A guide for language models: what this is, how to use it, and the Markdown twin of every problem.
pub(crate) fn guide(pages: &[Page], start: &Page) -> String {
    let mut out = format!(
        "# hf-doctor\n\n> Why Hugging Face refused a request, and what to do: dated, sourced pages for every error message. \
         As of {}, knowledge base {}.\n\n\
         Every page has a Markdown twin (`.md`) and a JSON twin (`.json`) beside its `.html`. Values change: quote the day.\n\
         One message has several causes; ask what the page asks before you advise. `index.json` lists all rules.\n\n\
         ## Lists\n\n- [Error index](errors.md): every wording with its program and versions\n\
         - [What changed](changes.md): which older answers are wrong, and since when\n\
         - [Sources](sources.md)\n- [Accuracy](accuracy.md): measured figures\n- [Glossary](glossary.md)\n\n## Problems\n\n",
        start.as_of, start.knowledge_base
    );
    for page in pages.iter().filter(|page| page.kind == Kind::Problem) {
        out.push_str(&format!("- [{}]({}.md)", escape::markdown(&plain(&page.title)), page.path));
        if let Content::Problem(problem) = &page.content
            && let Some(message) = problem.messages.first()
        {
            let text = super::desk::shortened(&super::desk::one_line(&message.text), 140);
            out.push_str(&format!(": {}", escape::code_span(&text)));
        }
        out.push('\n');
    }
    out
}
