//! What people and machines read: one view, one file. Each is made of the document alone.

pub mod charts;
pub mod csv;
pub mod figures;
pub mod html;
pub mod markdown;
pub mod numbers;
pub mod parquet;
pub mod sentences;
mod sources;
mod steps;
pub mod summary;
#[cfg(test)]
mod testing;
pub mod words;
