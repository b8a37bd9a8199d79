//! What a certification has found so far: what is left of one that is interrupted.

use super::certified::Certified;
use crate::outcome::{Case, CaseOutcome};
use crate::verdicts::Verdicts;
use conformance::Verdict;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Why a case was not played after an interruption.
pub(super) const WHY: &str = "the certification was interrupted";

#[derive(Default)]
struct Found {
    started: Option<Timestamp>,
    /// What each case is as long as it has not been played.
    planned: Vec<Case>,
    cases: Vec<Case>,
    verdicts: Verdicts,
    /// Whether nothing more is to be begun.
    stops: bool,
}

/// Filled while a certification goes on. Clones share it.
#[derive(Clone, Default)]
pub struct Kept(Arc<Mutex<Found>>);

impl Kept {
    fn with(&self, act: impl FnOnce(&mut Found)) {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Nothing more is begun.
    pub fn stop(&self) {
        self.with(|found| found.stops = true);
    }

    pub(super) fn stops(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).stops
    }

    pub(super) fn begin(&self, started: Timestamp, planned: Vec<Case>) {
        self.with(|found| (found.started, found.planned) = (Some(started), planned));
    }

    pub(super) fn add(&self, cases: &[Case], verdicts: &[Verdict]) {
        self.with(|found| {
            found.cases.extend_from_slice(cases);
            found.verdicts.add(verdicts);
        });
    }

    /// What was found until now. What was planned and not played is *not reached*. `fed` is not known: a system that is certified
    /// again begins with an empty state.
    pub fn so_far(&self) -> Certified {
        let ended = scenarios::live::now();
        let mut certified = Certified {
            started: ended,
            ended,
            cases: Vec::new(),
            rules: Vec::new(),
            fed: BTreeMap::new(),
            load: None,
            interrupted: true,
        };
        self.with(|found| {
            let mut cases = std::mem::take(&mut found.cases);
            let played: BTreeSet<String> = cases.iter().map(|c| c.name.clone()).collect();
            cases.extend(std::mem::take(&mut found.planned).into_iter().filter(|case| !played.contains(&case.name)));
            cases.push(Case::not_played("interrupted", "The certification is played to its end", CaseOutcome::NotReached, WHY));
            cases.sort_by(|a, b| a.name.cmp(&b.name));
            certified.started = found.started.unwrap_or(ended);
            certified.cases = cases;
            certified.rules = std::mem::take(&mut found.verdicts).summary();
        });
        certified
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_played_is_kept_and_the_rest_is_not_reached() {
        let kept = Kept::default();
        let planned = ["scenario/a", "scenario/b"].map(|name| Case::not_played(name, "", CaseOutcome::NotReached, WHY));
        kept.begin(Timestamp::UNIX_EPOCH, planned.to_vec());
        kept.add(&[Case::passed("scenario/b", "")], &[]);
        let found = kept.so_far();
        let cases: Vec<_> = found.cases.iter().map(|c| (c.name.as_str(), c.outcome)).collect();
        assert_eq!(
            cases,
            [
                ("interrupted", CaseOutcome::NotReached),
                ("scenario/a", CaseOutcome::NotReached),
                ("scenario/b", CaseOutcome::Passed)
            ]
        );
        assert!(found.interrupted);
        assert_eq!(found.started, Timestamp::UNIX_EPOCH);
        assert!(!found.rules.is_empty());
    }
}
