//! Whole suites of scenarios, and the pages and schemas that describe them. One test binary, so that all tests share one play of
//! a suite.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod common_numbers;
mod core;
mod counter;
mod effects;
mod faults;
mod ground;
mod list;
mod mutants;
mod never_wrong;
mod page;
mod plans;
mod reached;
mod schema;
