//! Tests of how the workspace is built up.

mod crates;
mod tree;
