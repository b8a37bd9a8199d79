//! The judge: rules over journals.
//!
//! It reads a journal and the ground truth of the run, and does not depend on how a party is implemented: the same rules judge a
//! simulation, a vendor's system and a recording. The rules of the data-class matrix are generated from `matrix.toml`; every
//! other rule is one file under `rules/` and a line in the table of rules.
//!
//! What a rule had nothing to look at for, could not see or could not read is never *held*.

pub mod basis;
mod cells;
pub mod claim;
pub mod designs;
pub mod evidence;
pub mod judge;
pub mod linkage;
pub mod matrix;
pub mod measures;
pub mod page;
pub mod parts;
mod personal;
pub mod plants;
mod registered;
pub mod registry;
pub mod rule;
pub mod rules;
pub mod sightings;
mod visits;
pub mod wire;

pub use basis::Basis;
pub use claim::Claim;
pub use evidence::{Evidence, Seen};
pub use judge::{RuleOutcome, Verdict, judge, judge_evidence, judge_seen};
pub use rule::{About, Applies, Finding, Judged, Rule, Sight, Strength};
