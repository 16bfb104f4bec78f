//! From diagnosis to words: the report document in every form it is read.
//!
//! [`render`] turns a [`Report`](crate::model::Report) into one of the built-in [`Format`]s,
//! [`render_custom`] into whatever a user's template makes of it. Both are pure: width, colour and
//! everything else that depends on the place of reading are arguments.

pub mod escape;
mod excerpt;
mod filters;
mod follow_up;
mod mail;
pub mod markdown;
pub mod numbers;
mod page;
mod pick;
mod render;
mod style;
mod surroundings;
pub mod text;
pub mod view;
mod why;
mod words;
mod wrap;

pub use follow_up::follow_up;
pub use mail::{Mail, NoMail, mail};
/// Causes a report shows when nobody says how many.
pub const DEFAULT_TOP: usize = 5;

pub use page::{STYLE as HTML_STYLE, base64};
pub use render::{Format, RenderError, RenderOptions, UnknownFormat, render, render_custom};
pub use style::Style;
pub use why::why_markdown;
pub use words::{label, service};
pub use wrap::wrap;
