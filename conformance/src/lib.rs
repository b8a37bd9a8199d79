//! The judge: rules over journals.
//!
//! It reads a journal and the ground truth of the run, and knows no party's inside: the same rules judge a simulation, a
//! vendor's system and a recording. One rule stands in one file under `rules/` and in the table [`rules::ALL`].
//!
//! A rule that had nothing to look at is *not tested*, which is never *held*.

pub mod evidence;
mod exposure;
pub mod leak;
pub mod matrix;
pub mod page;
pub mod rule;
pub mod rules;
mod wire;

pub use evidence::Evidence;
pub use rule::{About, Finding, Judged, Rule, RuleOutcome, Strength, Verdict, judge};
