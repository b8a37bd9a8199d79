//! Results as documents and as text. It reads results only; it runs and judges nothing.

pub mod coverage;
pub mod designs;
pub mod diff;
pub mod explained;
pub mod failure;
pub mod human;
pub mod incidents;
pub mod judge;
pub mod junit;
pub mod latency;
pub mod linkage;
pub mod load;
mod looked;
pub mod markdown;
pub mod page;
pub mod paint;
pub mod parquet;
pub mod results;
pub mod rules;
#[cfg(test)]
mod samples;
pub mod sarif;
pub mod scan;
pub mod selftest;
pub mod suite;
pub mod texts;
pub mod view;
pub mod views;
