//! The vocabulary that actors, judge and reports share: who there is, what travels, and where it may be.
//!
//! It stands here, below all of them, so that the judge never depends on the judged.

pub mod check;
pub mod coverage;
pub mod fhir;
pub mod identifiers;
pub mod messages;
pub mod operation;
pub mod operations;
pub mod outcome;
pub mod parties;
pub mod roles;
pub mod stores;
