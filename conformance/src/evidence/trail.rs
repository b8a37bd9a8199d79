//! Everything that the journal has of one check.

use terms::check::Step;
use terms::journal::Entry;
use terms::outcome::OutcomeCode;

/// What the journal records of one check.
#[derive(Clone, Debug, Default)]
pub struct Trail<'a> {
    /// Index of the person who came, if the testbed recorded it.
    pub person: Option<u64>,
    pub steps: Vec<(&'a Entry, Step)>,
    pub outcomes: Vec<(&'a Entry, OutcomeCode)>,
    /// Sequence numbers of the entries in which the broker received the check's request.
    pub requests: Vec<u64>,
    /// When the broker received the first of them, in nanoseconds of the run.
    pub first_request_ns: Option<u64>,
}

impl<'a> Trail<'a> {
    /// How the check ended; `None` if it has not ended.
    pub fn outcome(&self) -> Option<OutcomeCode> {
        self.outcomes.last().map(|(_, outcome)| *outcome)
    }

    pub fn count(&self, step: Step) -> usize {
        self.steps.iter().filter(|(_, s)| *s == step).count()
    }

    /// How often the broker had received the check's request before that entry.
    pub fn asked_before(&self, seq: u64) -> usize {
        self.requests.iter().filter(|r| **r < seq).count()
    }

    /// The first entry of `step`.
    pub fn first(&self, step: Step) -> Option<&'a Entry> {
        self.steps.iter().find(|(_, s)| *s == step).map(|(entry, _)| *entry)
    }

    /// Adds steps that were derived.
    pub(super) fn add(&mut self, steps: Vec<(&'a Entry, Step)>) {
        self.steps.extend(steps);
        self.steps.sort_by_key(|(entry, step)| (entry.seq, *step));
    }
}
