//! The vocabulary that parties, judge and reports share: people and parties, messages, ground truth, and the journal.
//!
//! It is a separate crate below all of them, so that the judge depends neither on the parties that it judges nor on the
//! simulator. It has no network, no clock and no seed.

pub mod calendar;
pub mod check;
pub mod claim;
pub mod coverage;
pub mod design;
pub mod fault;
pub mod fhir;
pub mod ground;
pub mod identifiers;
pub mod journal;
pub mod messages;
pub mod operation;
pub mod operations;
pub mod outcome;
pub mod parties;
pub mod people;
pub mod percentile;
pub mod roles;
pub mod shown;
pub mod stores;
