//! What contributors run: checks, tests, scaffolds and previews of the knowledge base.

pub mod check;
