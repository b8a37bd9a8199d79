//! The binary `shikaku` from outside. One test binary for all of them: each additional one would link the whole tool again.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod calendar;
mod calibrate;
mod crates;
mod designs;
mod diff;
mod engines;
mod failing;
mod judge;
mod late_feeds;
mod load;
mod oracle;
mod pages;
mod plan;
mod population;
mod rules;
mod run;
mod scan;
mod seen;
mod selftest;
mod streams;
mod sweep;
mod tool;
mod tree;
mod usage;
mod worked_examples;
mod yardstick;
