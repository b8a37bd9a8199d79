//! All tests of the tree and of the binary.

mod crates;
mod tree;
