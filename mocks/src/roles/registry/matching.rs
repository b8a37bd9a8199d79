//! 突合: whether two reports are of one person, by the data in them. Nothing here is random.
//!
//! Candidates are the pairs that agree exactly in one of 20 combinations of fields ([`blocking`]). Each field of a candidate agrees at a level
//! ([`compare()`]), and each level has a weight ([`weights`]): how much likelier it is for two reports of one person than of two, as a logarithm to
//! the base of 2 (Fellegi and Sunter 1969). The sum decides: the same person, different people, or a person looks.

pub mod blocking;
mod fields;
pub mod weights;

pub use fields::{Field, Level, Sight, sights};

use sim::terms::fhir::CaseReport;

/// The weight, in thousandths of a bit, from which on two reports are of one person. An assumption: the registry's own thresholds are not
/// published.
pub const SAME_FROM: i64 = 22_000;
/// The weight below which two reports are of different people. In between, a person looks. An assumption.
pub const DIFFERENT_BELOW: i64 = 10_000;

/// What is decided about a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    Same,
    Different,
    /// A person has to look.
    Look,
}

impl Class {
    pub fn name(self) -> &'static str {
        match self {
            Class::Same => "same",
            Class::Different => "different",
            Class::Look => "look",
        }
    }
}

/// How one field agrees, and what that weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreement {
    pub field: Field,
    pub level: Level,
    /// Thousandths of a bit.
    pub millibits: i64,
}

/// How two reports agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    pub agreements: Vec<Agreement>,
}

impl Weighed {
    /// The sum of the weights, in thousandths of a bit.
    pub fn millibits(&self) -> i64 {
        self.agreements.iter().map(|agreement| agreement.millibits).sum()
    }

    pub fn class(&self) -> Class {
        match self.millibits() {
            sum if sum >= SAME_FROM => Class::Same,
            sum if sum < DIFFERENT_BELOW => Class::Different,
            _ => Class::Look,
        }
    }
}

/// Compares two reports, field by field.
pub fn compare(a: &CaseReport, b: &CaseReport) -> Weighed {
    let agreement = |Sight { field, level }| Agreement { field, level, millibits: weights::millibits(field, level) };
    Weighed { agreements: sights(a, b).into_iter().map(agreement).collect() }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]
mod tests;
