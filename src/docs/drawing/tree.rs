//! A decision tree: as data, as nested lists, and as a drawing.

use serde::Serialize;

use super::wrapped;
use crate::docs::desk::Desk;
use crate::docs::page::{Kind, Link};
use crate::eval::Decision;
use crate::kb::KbError;
use crate::model::{FactKind, ReportVerdict, Rule, Scalar, VocabularyFact};
use crate::report::{escape::html, markdown, numbers};

/// What can be said at a point of the tree, and what to ask there.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Node {
    pub(crate) verdict: ReportVerdict,
    /// The cause that leads.
    pub(crate) cause: Option<Link>,
    pub(crate) share: f64,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) question: Option<String>,
    /// How to find the answer, Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) how: Option<String>,
    /// The account fact that is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fact: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) branches: Vec<Branch>,
}

/// Answers and where they lead.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Branch {
    /// In words, plain.
    pub(crate) answers: Vec<String>,
    /// As evidence has them.
    pub(crate) values: Vec<Scalar>,
    pub(crate) then: Node,
}

/// The decision tree of a rule with its words.
pub(crate) fn node(desk: &Desk<'_>, rule: &Rule, decision: &Decision) -> Result<Node, KbError> {
    let lead =
        decision.ranked.first().and_then(|(number, share)| rule.causes.get(*number).map(|cause| (cause, *share)));
    let mut node = Node {
        verdict: decision.verdict,
        cause: lead.map(|(cause, _)| Link::to(Kind::Cause, &cause.id, desk.text(&cause.title))),
        share: lead.map_or(0.0, |(_, share)| (share * 100.0).round() / 100.0),
        question: None,
        how: None,
        fact: None,
        branches: Vec::new(),
    };
    let Some(next) = &decision.next else { return Ok(node) };
    let Some(entry) = desk.kb.vocabulary(&next.fact)? else { return Ok(node) };
    node.question = Some(desk.text(entry.question.as_deref().unwrap_or(&entry.title)));
    node.how = entry.how.as_deref().map(|how| desk.text(how));
    node.fact = Some(next.fact.clone());
    for (answers, then) in &next.answers {
        node.branches.push(Branch {
            answers: answers.iter().map(|answer| in_words(desk, entry, answer)).collect(),
            values: answers.clone(),
            then: self::node(desk, rule, then)?,
        });
    }
    Ok(node)
}

/// An answer as a person would give it.
fn in_words(desk: &Desk<'_>, entry: &VocabularyFact, answer: &Scalar) -> String {
    match (entry.kind, answer) {
        (FactKind::Bool, Scalar::Bool(true)) => "yes".to_owned(),
        (FactKind::Bool, Scalar::Bool(false)) => "no".to_owned(),
        (FactKind::Enum, value) => {
            let value = value.to_string();
            let option = entry.values.iter().find(|option| option.id == value);
            option.map_or(value, |option| desk.plain(&option.title))
        }
        (FactKind::Int | FactKind::Number, value) => match entry.unit.as_deref() {
            Some(unit) => format!("{value} {unit}"),
            None => value.to_string(),
        },
        (_, value) if value.to_string() == "0.0.1" => "an older version".to_owned(),
        (_, value) => value.to_string(),
    }
}

/// What a leaf says.
fn said(node: &Node, desk: &Desk<'_>) -> String {
    let title = node.cause.as_ref().map_or_else(|| "something else".to_owned(), |cause| desk.plain(&cause.title));
    match node.verdict {
        ReportVerdict::Concluded | ReportVerdict::NotHuggingFace => title,
        ReportVerdict::Likely => format!("likely: {title}"),
        _ => format!("not certain, first: {title}"),
    }
}

/// The tree as nested HTML lists, with links.
pub(crate) fn list_html(node: &Node, desk: &Desk<'_>, root: &str) -> String {
    let mut out = String::new();
    if let Some(question) = &node.question {
        out.push_str(&format!("<p><strong>{}</strong></p>", markdown::to_html_inline(question, &desk.hosts)));
        if let Some(how) = &node.how {
            out.push_str(&format!("<p class=\"how\">{}</p>", markdown::to_html_inline(how, &desk.hosts)));
        }
        out.push_str("<ul>");
        for branch in &node.branches {
            out.push_str(&format!("<li><b>{}</b> ", html(&branch.answers.join(", or "))));
            leaf_html(&branch.then, desk, root, &mut out);
            out.push_str(&list_html(&branch.then, desk, root));
            out.push_str("</li>");
        }
        out.push_str("</ul>");
    }
    out
}

fn leaf_html(node: &Node, desk: &Desk<'_>, root: &str, out: &mut String) {
    if let (None, Some(cause)) = (&node.question, &node.cause) {
        out.push_str(&format!(
            "<span class=\"then\">{} <a href=\"{root}{}.html\">{}</a> <span class=\"share\">{}</span></span>",
            certainty(node.verdict),
            html(&cause.path),
            markdown::to_html_inline(&desk.plain(&cause.title), &desk.hosts),
            numbers::percent(node.share)
        ));
    }
}

const fn certainty(verdict: ReportVerdict) -> &'static str {
    match verdict {
        ReportVerdict::Concluded | ReportVerdict::NotHuggingFace => "then",
        ReportVerdict::Likely => "then likely",
        _ => "not certain, first",
    }
}

/// The tree as a nested Markdown list.
pub(crate) fn list_markdown(node: &Node, desk: &Desk<'_>, link: &dyn Fn(&Link) -> String) -> String {
    fn below(node: &Node, depth: usize, desk: &Desk<'_>, link: &dyn Fn(&Link) -> String, out: &mut String) {
        let pad = "  ".repeat(depth);
        let Some(question) = &node.question else { return };
        out.push_str(&format!("{pad}- **{}**\n", markdown::to_markdown_inline(question, &desk.hosts)));
        for branch in &node.branches {
            let answers = crate::report::escape::markdown(&branch.answers.join(", or "));
            match (&branch.then.question, &branch.then.cause) {
                (None, Some(cause)) => out.push_str(&format!(
                    "{pad}  - {answers}: {} {} ({})\n",
                    certainty(branch.then.verdict),
                    link(cause),
                    numbers::percent(branch.then.share)
                )),
                _ => {
                    out.push_str(&format!("{pad}  - {answers}:\n"));
                    below(&branch.then, depth.saturating_add(2), desk, link, out);
                }
            }
        }
    }
    let mut out = String::new();
    below(node, 0, desk, link, &mut out);
    out
}

/// Width of the drawing in its own units.
const WIDTH: usize = 400;
/// Height of a line of text.
const LINE: usize = 17;
/// What a level is moved to the right.
const INDENT: usize = 20;
/// Width of a plain and of a bold character, in tenths. System letters differ; these are the wide ones.
const LETTER: usize = 71;
const BOLD: usize = 81;

/// Draws the tree from top to bottom, as wide as a phone.
pub(crate) fn draw(node: &Node, desk: &Desk<'_>) -> String {
    let mut pen = Pen { body: String::new(), y: 0 };
    pen.question(node, 0, desk);
    format!(
        "<svg class=\"tree\" role=\"img\" viewBox=\"0 0 {WIDTH} {}\" aria-labelledby=\"tree-title tree-text\">\
         <title id=\"tree-title\">Decision tree</title>\
         <desc id=\"tree-text\">The same as the list below it.</desc>{}</svg>",
        pen.y.saturating_add(8),
        pen.body
    )
}

struct Pen {
    body: String,
    y: usize,
}

impl Pen {
    fn question(&mut self, node: &Node, depth: usize, desk: &Desk<'_>) {
        let Some(question) = &node.question else { return };
        let x = depth.saturating_mul(INDENT).saturating_add(4);
        self.y = self.y.saturating_add(6);
        self.lines(&desk.plain(question), x, "ask", 4);
        let trunk = x.saturating_add(6);
        let top = self.y.saturating_add(5);
        let mut last = top;
        for branch in &node.branches {
            self.y = self.y.saturating_add(7);
            let middle = self.y.saturating_add(LINE.saturating_sub(5));
            last = middle;
            let inner = x.saturating_add(INDENT);
            self.body.push_str(&format!(
                "<line class=\"edge\" x1=\"{trunk}\" y1=\"{middle}\" x2=\"{}\" y2=\"{middle}\"/>",
                inner.saturating_sub(4)
            ));
            self.lines(&branch.answers.join(", or "), inner, "answer", 3);
            if branch.then.question.is_some() {
                self.question(&branch.then, depth.saturating_add(1), desk);
            } else {
                let class = match branch.then.verdict {
                    ReportVerdict::Concluded | ReportVerdict::NotHuggingFace => "leaf sure",
                    ReportVerdict::Likely => "leaf likely",
                    _ => "leaf open",
                };
                let text = format!("{} ({})", said(&branch.then, desk), numbers::percent(branch.then.share));
                self.lines(&format!("→ {text}"), inner, class, 4);
            }
        }
        self.body.push_str(&format!("<line class=\"edge\" x1=\"{trunk}\" y1=\"{top}\" x2=\"{trunk}\" y2=\"{last}\"/>"));
    }

    fn lines(&mut self, text: &str, x: usize, class: &str, most: usize) {
        let letter = if matches!(class, "ask" | "leaf sure") { BOLD } else { LETTER };
        let room = WIDTH.saturating_sub(x).saturating_mul(10) / letter;
        for line in wrapped(text, room, most) {
            self.y = self.y.saturating_add(LINE);
            self.body.push_str(&format!("<text class=\"{class}\" x=\"{x}\" y=\"{}\">{}</text>", self.y, html(&line)));
        }
    }
}
