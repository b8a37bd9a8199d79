//! Rules over journals written by hand: each rule with one journal in which it holds and some that break it.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod audit;
mod classes;
mod elig;
mod flow;
mod leaks;
mod reader;
mod sec_002;
mod story;
mod two_insurers;
mod verdicts;
