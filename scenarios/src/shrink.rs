//! Shrinks a failing plan: fewer visits, people, facilities, faults and other parts, and less idle time, as long as it fails in
//! the same way. What is removed is recorded as knobs, which fit into a token of one line.

mod knobs;
pub mod short;
pub mod token;

pub use knobs::{Kept, Knobs};

use crate::file::{Expect, Scenario, VisitPart};
use sim::terms::outcome::OutcomeClass;

/// Idle times longer than this are cut to it, in seconds; the shorter one is tried first.
const GAPS: [u32; 2] = [5, 20];

/// Tries to shrink `plan`. `fails` returns whether a smaller plan fails in the same way; it is called while `goes_on` returns
/// true. Returns the knobs of the smallest plan that fails, and the number of plans tried.
pub fn smallest(plan: &Scenario, goes_on: &dyn Fn() -> bool, mut fails: impl FnMut(&Scenario) -> bool) -> (Knobs, u64) {
    let mut search = Search { plan, best: Knobs::everything(plan), tries: 0, goes_on, fails: &mut fails };
    loop {
        let before = search.best.clone();
        // Less idle time first: it makes every further try faster.
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
        if search.best == before || !goes_on() {
            return (search.best, search.tries);
        }
    }
}

struct Search<'a, F> {
    plan: &'a Scenario,
    best: Knobs,
    tries: u64,
    goes_on: &'a dyn Fn() -> bool,
    fails: &'a mut F,
}

impl<F: FnMut(&Scenario) -> bool> Search<'_, F> {
    /// Tries the best knobs so far with a change, and keeps it if the plan still fails.
    fn attempt(&mut self, change: impl FnOnce(&mut Knobs)) -> bool {
        let mut knobs = self.best.clone();
        change(&mut knobs);
        if knobs == self.best || !(self.goes_on)() {
            return false;
        }
        let Some(smaller) = knobs.apply(self.plan).filter(|smaller| means_the_same(self.plan, &knobs, smaller)) else {
            return false;
        };
        self.tries += 1;
        let fails = (self.fails)(&smaller);
        if fails {
            self.best = knobs;
        }
        fails
    }

    /// Removes parts of a list, first many at once, then one by one (delta debugging, Zeller and Hildebrandt 2002).
    fn thin(&mut self, list: fn(&mut Knobs) -> &mut Kept) {
        let mut size = list(&mut self.best).len();
        while size > 0 && (self.goes_on)() {
            let mut at = 0;
            while at < list(&mut self.best).len() {
                // A removal moves the rest up to `at`.
                if !self.attempt(|k| list(k).remove(at, size)) {
                    at += size;
                }
            }
            size /= 2;
        }
    }
}

/// Whether the outcomes that visits name are still the expected ones: if the cause of one is removed, another outcome is correct,
/// and a correct party would fail.
fn means_the_same(plan: &Scenario, knobs: &Knobs, smaller: &Scenario) -> bool {
    let visits = knobs.visits_of(plan).unwrap_or_default();
    visits.iter().zip(&smaller.visits).all(|(before, after)| {
        let Expect::Outcome(code) = before.expect else { return true };
        // An indeterminate outcome is caused by a fault or a feed; which one is unknown here.
        let undisturbed =
            code.class() != OutcomeClass::Indeterminate || (knobs.faults_are_all(plan) && knobs.feeds_are_all(plan));
        let ends = plan.undisturbed(before);
        // An earlier visit may be the cause: a used challenge, a wrong PIN.
        let one_facility = knobs.one_facility && plan.facilities > 1;
        let cause_kept = ends.is_some() || (!one_facility && earlier_visits_are_kept(plan, &visits, before));
        undisturbed && cause_kept && ends == smaller.undisturbed(after)
    })
}

fn earlier_visits_are_kept(plan: &Scenario, kept: &[VisitPart], visit: &VisitPart) -> bool {
    let concerns = |v: &&VisitPart| v.at < visit.at && (v.person == visit.person || v.facility == visit.facility);
    plan.visits.iter().filter(concerns).all(|v| kept.contains(v))
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
            // Fails if a visit takes place while a fault lasts.
            let fails = |p: &Scenario| p.visits.iter().any(|v| p.faults.iter().any(|f| f.at <= v.at && v.at < f.end()));
            if !fails(&plan) {
                continue;
            }
            let (knobs, tries) = smallest(&plan, &|| true, fails);
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
        let left = std::cell::Cell::new(5);
        let (knobs, tries) = smallest(&plan, &|| left.get() > 0, |_| {
            left.set(left.get() - 1);
            true
        });
        assert_eq!(tries, 5);
        assert!(knobs.apply(&plan).is_some());
    }

    #[test]
    fn the_cause_of_a_named_outcome_is_not_removed() {
        let core = crate::catalog::core().unwrap();
        for name in [
            "certificate-revoked",
            "jpki-down",
            "challenge-reused",
            "pin-locked",
            "feed-not-in",
            "insurer-changed-during-the-day",
        ] {
            let plan = core.iter().find(|s| s.name == name).unwrap().planned(1);
            // Every plan with a visit fails, so it shrinks as far as allowed.
            let (knobs, _) = smallest(&plan, &|| true, |p| !p.visits.is_empty());
            let small = knobs.apply(&plan).unwrap();
            let kept = knobs.visits_of(&plan).unwrap();
            for (before, after) in kept.iter().zip(&small.visits) {
                assert_eq!(plan.undisturbed(before), small.undisturbed(after), "{name}");
            }
            assert!(small.visits.len() <= plan.visits.len());
        }
        let revoked = core.iter().find(|s| s.name == "certificate-revoked").unwrap();
        let is = |v: &crate::file::VisitPart| v.expect.to_string() == "certificate-revoked";
        let (knobs, _) = smallest(revoked, &|| true, |p| p.visits.iter().any(is));
        let small = knobs.apply(revoked).unwrap();
        assert_eq!((small.people, small.persons.len(), small.visits.len()), (1, 1, 1));
    }
}
