//! The vocabulary that actors, judge and reports share: who there is, what travels, what is true, and what was seen.
//!
//! It is a crate of its own, below all of them, so that the judge never depends on the judged, nor on the simulator. It knows
//! neither a network nor a clock nor a seed.

pub mod calendar;
pub mod check;
pub mod coverage;
pub mod design;
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
pub mod roles;
pub mod stores;
