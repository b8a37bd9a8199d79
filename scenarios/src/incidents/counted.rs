//! What is counted of a run, and what the counts need of it.

use crate::file::Scenario;
use crate::reached::VisitRecord;
use sim::ground::Ground;
use sim::journal::Entry;
use sim::seed::Seed;
use std::collections::BTreeMap;

/// What came of one cause in one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incidents {
    /// The attack or the error.
    pub cause: String,
    /// How many visits, entries, guesses or people could have met it.
    pub out_of: u64,
    /// How many met it.
    pub met: u64,
    /// Of these, how many were let through: accepted as in force, or read, or joined.
    pub let_through: u64,
    /// How many were refused, or found to be not in force.
    pub refused: u64,
    /// Of how many nothing is known.
    pub not_known: u64,
    /// More counts, by name.
    pub of: BTreeMap<String, u64>,
}

impl Incidents {
    pub(super) fn of(cause: String) -> Self {
        Incidents { cause, ..Incidents::default() }
    }

    pub(super) fn count(&mut self, name: &str) {
        *self.of.entry(name.to_string()).or_default() += 1;
    }
}

/// A run, as these counts need it.
pub(crate) struct Counted<'a> {
    pub plan: &'a Scenario,
    pub seed: Seed,
    pub ground: &'a Ground,
    pub entries: &'a [Entry],
    pub visits: &'a [VisitRecord],
}
