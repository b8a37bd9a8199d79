//! The result of a certification.

use crate::outcome::Case;
use crate::probe::load::Measured;
use crate::verdicts::RuleSummary;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What a certification found.
pub struct Certified {
    pub started: Timestamp,
    pub ended: Timestamp,
    /// Every case of the role, in the order of their names. Those that were not played say why.
    pub cases: Vec<Case>,
    pub rules: Vec<RuleSummary>,
    /// By insurer's number, the feed messages that the system has accepted.
    pub fed: BTreeMap<String, u64>,
    /// What was measured, if the system was put under load.
    pub load: Option<Measured>,
    /// Whether it ended before everything was played.
    pub interrupted: bool,
}
