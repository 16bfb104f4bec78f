//! The troubleshooting pages, generated from the knowledge base: a site for browsers, Markdown for forges.
//!
//! A page is data first ([`page`]); its JSON twin is that data, its HTML and Markdown are templates over it. Rule texts
//! pass through [`report::markdown`](crate::report::markdown), everything else is escaped where it is printed.
//! [`build`] makes all files in memory, [`place`] puts them where they belong at once, [`check`] looks at the result.
//! Pure but for [`place`] and [`check`]: same base, same day, same bytes.

mod accuracy;
mod atlas;
pub mod check;
mod claims;
mod desk;
pub mod doctor;
mod drawing;
mod items;
mod lists;
mod machine;
mod page;
pub mod place;
mod problem;
mod render;
pub mod search;
mod site;
mod steps;

pub use page::Kind;
pub use render::{Extra, TemplateError};
pub use site::{BuildError, Files, Form, MARKER, Marker, Options, build, digest, newest_day, search_index};
