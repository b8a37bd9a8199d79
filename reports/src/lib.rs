//! The telling: results as documents and as text. Reads results only; runs nothing and judges nothing.

pub mod human;
pub mod latency;
pub mod parquet;
pub mod results;
pub mod rules;
pub mod sarif;
pub mod scan;
pub mod selftest;
