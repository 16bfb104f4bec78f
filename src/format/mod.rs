//! One canonical layout for the YAML files of a knowledge base and of cases.
//!
//! The text is taken apart along the tree of the strict reader, so that every comment keeps its place and every value
//! its meaning, and is written anew. What comes out is read again: a layout that would change a value or lose a comment
//! is refused, whatever the reason.

mod comments;
mod diff;
mod order;
mod outline;
mod print;
mod words;

pub use diff::unified;
pub use order::Kind;

use crate::diag::yaml::{self, Limits, Node, YamlError};

/// Columns that a mapping or list in brackets may reach; beyond them it is written over several lines.
pub const WIDTH: usize = 160;

/// Why a text has no canonical layout.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// The text is not in the dialect.
    Unreadable(Vec<YamlError>),
    /// The new layout would read differently; an error of the program, and nothing to write.
    Changed(&'static str),
}

/// The canonical layout of one file.
///
/// # Errors
/// The breaches of the dialect, or what the new layout would change.
pub fn layout(text: &str, limits: &Limits) -> Result<String, Refusal> {
    let tree = yaml::parse(text, limits).map_err(Refusal::Unreadable)?;
    let source = Source::new(text, &tree);
    let outline = outline::build(&source, &tree);
    let printed = print::file(&outline, Kind::of(&tree));
    let again = yaml::parse(&printed, limits).map_err(|_| Refusal::Changed("the new layout cannot be read"))?;
    if yaml::to_json(&again) != yaml::to_json(&tree) {
        return Err(Refusal::Changed("the new layout has other values"));
    }
    if Source::new(&printed, &again).told() != source.told() {
        return Err(Refusal::Changed("the new layout has other comments"));
    }
    Ok(printed)
}

/// A text with its comments.
struct Source<'t> {
    text: std::borrow::Cow<'t, str>,
    words: comments::Words,
}

impl<'t> Source<'t> {
    fn new(text: &'t str, tree: &Node) -> Self {
        let text = yaml::lone_returns_to_newlines(text);
        let words = comments::find(&text, tree);
        Self { text, words }
    }

    /// The comments without their places, sorted: keys may change places and take their comments along.
    fn told(&self) -> Vec<&str> {
        let mut told: Vec<&str> = self.words.comments.iter().map(|comment| comment.text.as_str()).collect();
        told.sort_unstable();
        told
    }
}
