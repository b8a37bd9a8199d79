//! Draws the visits of workloads.

use crate::file::{Arrivals, CardPart, Origin, PersonCheckPart, Scenario, Span, VisitPart, WorkloadPart};
use sim::seed::Stream;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// No person visits twice within this time.
const REST: Duration = Duration::from_secs(60);

/// Replaces each workload of `plan` by a list of visits.
pub(super) fn list(plan: &mut Scenario, seed: u64) {
    let seed = plan.seed(seed);
    for (i, workload) in std::mem::take(&mut plan.workloads).into_iter().enumerate() {
        let mut times = times(&workload, &mut seed.stream(&format!("workload/{i}/arrivals")));
        times.sort_unstable();
        let mut visits = assign(plan, &workload, &times, &mut seed.stream(&format!("workload/{i}/people")));
        visits.iter_mut().for_each(|v| v.origin = plan.origins.of("workload", i));
        plan.visits.extend(visits);
    }
}

/// The times of visits.
fn times(workload: &WorkloadPart, draw: &mut Stream) -> Vec<Duration> {
    let (from, until) = (workload.from.0, workload.until.0);
    let length = until.saturating_sub(from);
    let mut times = Vec::new();
    match &workload.arrivals {
        Arrivals::Constant { every } => {
            let mut at = from;
            while at < until && !every.0.is_zero() {
                times.push(at);
                at = at.saturating_add(every.0);
            }
        }
        Arrivals::Poisson { rate } => poisson(rate.0, length, draw, |at| times.push(from + at)),
        // By thinning (Lewis and Shedler 1979): draw at the rate of the peak, keep the curve's share.
        Arrivals::Curve { shape, peak } => {
            poisson(peak.0, length, draw, |at| times.push(from + at));
            times.retain(|at| draw.chance(shape.at((*at - from).as_secs_f64() / length.as_secs_f64())));
        }
        Arrivals::Trace { times: listed } => times.extend(listed.iter().map(|t| from.saturating_add(t.0))),
    }
    times
}

/// Calls `each` with the times of a Poisson process within `length`.
fn poisson(per_second: f64, length: Duration, draw: &mut Stream, mut each: impl FnMut(Duration)) {
    let mut at = 0.0;
    loop {
        at -= libm::log(1.0 - draw.unit()) / per_second;
        if at >= length.as_secs_f64() {
            return;
        }
        each(Duration::from_nanos((at * 1e9) as u64));
    }
}

/// Who can visit when: everybody rests after a visit.
struct Rests {
    people: u64,
    /// Those who have rested.
    rested: BTreeSet<u64>,
    /// The others, by when they have.
    resting: BTreeSet<(Duration, u64)>,
}

impl Rests {
    /// After the visits that are listed already.
    fn after(plan: &Scenario) -> Rests {
        let mut free: BTreeMap<u64, Duration> = BTreeMap::new();
        for visit in &plan.visits {
            let until = free.entry(visit.person).or_default();
            *until = (*until).max(visit.at.0.saturating_add(REST));
        }
        let mut rested: BTreeSet<u64> = (0..plan.people).collect();
        rested.retain(|person| !free.contains_key(person));
        Rests { people: plan.people, rested, resting: free.into_iter().map(|(person, at)| (at, person)).collect() }
    }

    /// Who visits at `wanted` or as soon as possible, and when: the person drawn, or the next one who has rested; if nobody has,
    /// whoever has first. Times must not decrease from call to call.
    fn next(&mut self, drawn: u64, wanted: Duration) -> (u64, Duration) {
        while let Some(&(at, person)) = self.resting.first().filter(|(at, _)| *at <= wanted) {
            self.resting.remove(&(at, person));
            self.rested.insert(person);
        }
        let (person, at) = match self.rested.range(drawn..).next().or(self.rested.first()).copied() {
            Some(person) => {
                self.rested.remove(&person);
                (person, wanted)
            }
            None => {
                // Of several who have rested at the same time, the next one from the one drawn.
                let soonest = self.resting.first().map_or(wanted, |(at, _)| *at);
                let next = self.resting.range((soonest, drawn)..=(soonest, u64::MAX)).next().or(self.resting.first()).copied();
                let (at, person) = next.unwrap_or((wanted, drawn.min(self.people)));
                self.resting.remove(&(at, person));
                (person, at)
            }
        };
        self.resting.insert((at.saturating_add(REST), person));
        (person, at)
    }
}

/// Assigns a person and a facility to each time.
fn assign(plan: &Scenario, workload: &WorkloadPart, times: &[Duration], draw: &mut Stream) -> Vec<VisitPart> {
    let mut rests = Rests::after(plan);
    let mut visits = Vec::with_capacity(times.len());
    for &wanted in times {
        let drawn = draw.below(plan.people);
        let facility = draw.below(plan.facilities);
        let by_pin = draw.chance(workload.by_pin.0);
        let (person, at) = rests.next(drawn, wanted);
        visits.push(VisitPart {
            at: Span(at),
            person,
            facility,
            person_check: if by_pin { PersonCheckPart::Pin } else { PersonCheckPart::Photo },
            card: CardPart::Current,
            asks_about: None,
            record_differs: None,
            deviation: None,
            expect: workload.expect,
            counts_as: None,
            drawn: true,
            origin: Origin::default(),
        });
    }
    visits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::{Expect, Frequency, Shape, Share};
    use proptest::prelude::*;

    fn planned(arrivals: Arrivals, people: u64, seed: u64) -> Vec<VisitPart> {
        let workload = WorkloadPart {
            from: Span::seconds(5),
            until: Span::seconds(605),
            arrivals,
            by_pin: Share(0.5),
            expect: Expect::NeverWrong,
        };
        let mut plan = Scenario { people, facilities: 3, workloads: vec![workload], ..Scenario::empty() };
        list(&mut plan, seed);
        plan.visits
    }

    #[test]
    fn arrivals_match_the_rate_and_depend_on_the_seed() {
        let rate = Frequency(0.5);
        let poisson = planned(Arrivals::Poisson { rate }, 1000, 1);
        // 300 on average; five standard deviations are 87.
        assert!((213..387).contains(&poisson.len()), "{}", poisson.len());
        assert_eq!(poisson, planned(Arrivals::Poisson { rate }, 1000, 1));
        assert_ne!(poisson, planned(Arrivals::Poisson { rate }, 1000, 2));
        let constant = planned(Arrivals::Constant { every: Span::seconds(10) }, 1000, 1);
        assert_eq!(constant.len(), 60);
        assert!(constant.windows(2).all(|w| w[1].at.0 - w[0].at.0 == Duration::from_secs(10)));
    }

    #[test]
    fn a_curve_has_its_peak_at_nine() {
        let curve = Arrivals::Curve { shape: Shape::MondayMorning, peak: Frequency(5.0) };
        let visits = planned(curve, 28_000, 1);
        let within = |from: u64, to: u64| visits.iter().filter(|v| (from..to).contains(&v.at.0.as_secs())).count();
        // The sixty seconds around nine o'clock, and around one.
        let (nine, one) = (within(30, 90), within(250, 310));
        assert!(nine > 3 * one, "{nine} at nine and {one} at one");
    }

    #[test]
    fn nobody_visits_twice_within_a_minute() {
        let visits = planned(Arrivals::Poisson { rate: Frequency(1.0) }, 61, 3);
        let mut last: BTreeMap<u64, Duration> = BTreeMap::new();
        for v in &visits {
            if let Some(before) = last.insert(v.person, v.at.0) {
                assert!(v.at.0.saturating_sub(before) >= REST, "{v:?}");
            }
        }
        assert!(visits.iter().any(|v| v.person_check == PersonCheckPart::Pin));
    }

    proptest! {
        /// The same people as by trying everybody in turn, which takes people times visits.
        #[test]
        fn people_are_those_of_the_definition(
            people in 1u64..9,
            before in proptest::collection::vec((0u64..9, 0u64..200), 0..4),
            mut wanted in proptest::collection::vec((0u64..300, 0u64..9), 0..60),
        ) {
            wanted.sort_unstable();
            let listed = |(person, at): &(u64, u64)| VisitPart { at: Span::seconds(*at), person: person % people, ..visit() };
            let plan = Scenario { people, visits: before.iter().map(listed).collect(), ..Scenario::empty() };
            let mut free: BTreeMap<u64, Duration> = BTreeMap::new();
            for v in &plan.visits {
                let until = free.entry(v.person).or_default();
                *until = (*until).max(v.at.0 + REST);
            }
            let mut rests = Rests::after(&plan);
            for (at, drawn) in wanted {
                let (wanted, drawn) = (Duration::from_secs(at), drawn % people);
                let free_at = |p: &u64| free.get(p).copied().unwrap_or_default();
                let in_turn = (0..people).map(|i| (drawn + i) % people);
                let person = in_turn.clone().find(|p| free_at(p) <= wanted).or_else(|| in_turn.min_by_key(free_at)).unwrap();
                let at = wanted.max(free_at(&person));
                prop_assert_eq!(rests.next(drawn, wanted), (person, at));
                free.insert(person, at + REST);
            }
        }
    }

    fn visit() -> VisitPart {
        planned(Arrivals::Constant { every: Span::seconds(600) }, 1, 1).remove(0)
    }
}
