//! Pages made from the knowledge base.

pub mod doctor;
