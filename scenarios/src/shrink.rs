//! Makes a failing plan smaller: fewer visits, people, facilities, faults and other particulars, and a shorter day, as long as it
//! fails in the same way. What is left out is written down as knobs, so that a token can say it in a line.

mod knobs;
pub mod token;

pub use knobs::{Kept, Knobs};

use crate::file::Scenario;

/// Idle times longer than this are cut to it, in seconds; the shorter one is tried first.
const GAPS: [u32; 2] = [5, 20];

/// Tries to make `plan` smaller. `fails` says whether a smaller plan fails in the same way; it is asked until it answers `None`:
/// no more tries. Returns the knobs of the smallest that fails, and how many were tried.
pub fn smallest(plan: &Scenario, mut fails: impl FnMut(&Scenario) -> Option<bool>) -> (Knobs, u64) {
    let mut search = Search { plan, best: Knobs::everything(plan), tries: 0, spent: false, fails: &mut fails };
    loop {
        let before = search.best.clone();
        // A shorter day first: every further try is the quicker for it.
        for gap in GAPS {
            if search.best.gap_s.is_none_or(|now| now > gap) && search.attempt(|k| k.gap_s = Some(gap)) {
                break;
            }
        }
        search.attempt(|k| k.only_named = true);
        search.attempt(|k| k.one_facility = true);
        for list in Knobs::LISTS {
            search.thin(list);
        }
        if search.best == before || search.spent {
            return (search.best, search.tries);
        }
    }
}

struct Search<'a, F> {
    plan: &'a Scenario,
    best: Knobs,
    tries: u64,
    /// No more tries are allowed.
    spent: bool,
    fails: &'a mut F,
}

impl<F: FnMut(&Scenario) -> Option<bool>> Search<'_, F> {
    /// Tries the best knobs so far with a change, and keeps it if the plan still fails.
    fn attempt(&mut self, change: impl FnOnce(&mut Knobs)) -> bool {
        let mut knobs = self.best.clone();
        change(&mut knobs);
        if knobs == self.best || self.spent {
            return false;
        }
        let Some(smaller) = knobs.apply(self.plan) else { return false };
        match (self.fails)(&smaller) {
            Some(true) => {
                self.tries += 1;
                self.best = knobs;
                true
            }
            Some(false) => {
                self.tries += 1;
                false
            }
            None => {
                self.spent = true;
                false
            }
        }
    }

    /// Leaves parts of a list out, first many at once, then one by one (delta debugging, Zeller and Hildebrandt 2002).
    fn thin(&mut self, list: fn(&mut Knobs) -> &mut Kept) {
        let mut size = list(&mut self.best).len();
        while size > 0 && !self.spent {
            let mut at = 0;
            while at < list(&mut self.best).len() {
                // What was left out has moved the rest up to here.
                if !self.attempt(|k| list(k).leave_out(at, size)) {
                    at += size;
                }
            }
            size /= 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::swarm;
    use std::time::Duration;

    #[test]
    fn a_plan_shrinks_to_what_its_failure_needs() {
        let mut shrunk = 0;
        for seed in 1..60 {
            let plan = swarm::scenario().planned(seed);
            // Fails where somebody comes to a facility while a fault lasts that began before.
            let fails = |p: &Scenario| p.visits.iter().any(|v| p.faults.iter().any(|f| f.at <= v.at && v.at < f.end()));
            if !fails(&plan) {
                continue;
            }
            let (knobs, tries) = smallest(&plan, |p| Some(fails(p)));
            let small = knobs.apply(&plan).unwrap();
            assert!(fails(&small));
            assert_eq!((small.visits.len(), small.faults.len(), small.facilities), (1, 1, 1), "seed {seed} after {tries}");
            let lost = small.faults.iter().any(|f| f.does.name() == "card-lost");
            assert!(small.people <= 1 + u64::from(lost), "seed {seed}: {}", small.people);
            assert!(small.events.is_empty() && small.feeds.is_empty() && small.facility_parts.is_empty());
            assert!(small.visits[0].at.0 <= Duration::from_secs(21), "{:?}", small.visits[0].at);
            shrunk += 1;
        }
        assert!(shrunk > 20, "{shrunk}");
    }

    #[test]
    fn the_search_ends_when_no_more_tries_are_allowed() {
        let plan = swarm::scenario().planned(1);
        let mut left = 5;
        let (knobs, tries) = smallest(&plan, |_| {
            left -= 1;
            (left >= 0).then_some(true)
        });
        assert_eq!(tries, 5);
        assert!(knobs.apply(&plan).is_some());
    }
}
