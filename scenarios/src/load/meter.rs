//! What a load study measures: durations by step, time and batch, and outcomes.
//!
//! Waits are measured from arrival, not from the start of service: a slow system cannot hide its slowness by receiving fewer
//! requests (coordinated omission).

use hdrhistogram::{Counter, Histogram};
use sim::journal::Event;
use sim::terms::check::{CheckId, Step};
use sim::terms::outcome::{OutcomeClass, OutcomeCode};
use sim::terms::percentile;
use std::collections::BTreeMap;

/// Upper bound of the histograms: an hour, in microseconds.
const LONGEST_US: u64 = 3_600_000_000;
/// Number of batches of the measured time, for confidence intervals.
pub const BATCHES: usize = 20;
/// Length of the stretches of time in which a study's course is reported, in nanoseconds.
pub const BUCKET_NS: u64 = 10_000_000_000;

/// Times in microseconds, exact to three digits.
pub type Times = Histogram<u64>;

/// Times in microseconds, exact to two digits: there are many of these.
pub type CoarseTimes = Histogram<u32>;

/// An empty histogram of times.
pub fn times() -> Times {
    // The bounds are constants that fit, so this cannot fail.
    Histogram::new_with_bounds(1, LONGEST_US, 3).expect("the bounds of the histogram fit")
}

fn coarse() -> Histogram<u32> {
    Histogram::new_with_bounds(1, LONGEST_US, 2).expect("the bounds of the histogram fit")
}

/// The percentile of `share` (0 to 1) in microseconds, by nearest rank, rounded down to the histogram's resolution: so it is
/// never above the longest time, and no coarser histogram has a larger one. `None` if there are no times.
pub fn percentile_us<C: Counter>(of: &Histogram<C>, share: f64) -> Option<u64> {
    let (rank, count) = (percentile::rank(of.len(), share), of.len());
    // Half a rank below, so that the histogram's own rounding ends at this rank.
    (rank > 0).then(|| of.lowest_equivalent(of.value_at_quantile((rank as f64 - 0.5) / count as f64)))
}

fn us(ns: u64) -> u64 {
    (ns / 1000).max(1)
}

/// The times of a set of checks.
pub struct TimesOf {
    /// From arrival to leaving the counter.
    pub counter: Times,
    /// From step ④ to the end.
    pub answer: Times,
}

impl TimesOf {
    fn new() -> Self {
        TimesOf { counter: times(), answer: times() }
    }
}

/// The visits that arrived within a stretch of time.
pub struct Stretch {
    pub arrivals: u64,
    /// How many of them were answered.
    pub answered: u64,
    /// How many of them were refused.
    pub refused: u64,
    /// How many of them ended indeterminate.
    pub unknown: u64,
    /// From arrival to leaving the counter.
    pub counter: Histogram<u32>,
    /// From step ④ to the end.
    pub answer: Histogram<u32>,
}

impl Stretch {
    fn new() -> Self {
        Stretch { arrivals: 0, answered: 0, refused: 0, unknown: 0, counter: coarse(), answer: coarse() }
    }
}

/// A visit under way.
struct UnderWay {
    arrived: u64,
    last: u64,
    asked: Option<u64>,
    measured: bool,
}

/// Measures one run.
pub struct Meter {
    warm_up_ns: u64,
    end_ns: u64,
    under_way: BTreeMap<CheckId, UnderWay>,
    pub batches: Vec<TimesOf>,
    /// From the end of one step to the end of the next: ① from arrival to presenting the card.
    pub steps: Vec<Times>,
    /// From the end of the warm-up on, including visits after the end of the measured time.
    pub stretches: Vec<Stretch>,
    /// Of the visits that arrived within the measured time.
    pub outcomes: BTreeMap<OutcomeCode, u64>,
    /// How many visits arrived, including those of the warm-up.
    pub came: u64,
    pub measured: u64,
    pub ended: u64,
    /// The most visits under way at once; for several sites, the sum of their maxima.
    pub most_under_way: usize,
    /// Beginnings and ends of faults: when, and what.
    pub faults: Vec<(u64, String)>,
}

impl Meter {
    /// Arrivals from `warm_up_ns` to `end_ns` are measured.
    pub fn new(warm_up_ns: u64, end_ns: u64) -> Self {
        Meter {
            warm_up_ns,
            end_ns,
            under_way: BTreeMap::new(),
            batches: (0..BATCHES).map(|_| TimesOf::new()).collect(),
            steps: Step::ALL.iter().map(|_| times()).collect(),
            stretches: Vec::new(),
            outcomes: BTreeMap::new(),
            came: 0,
            measured: 0,
            ended: 0,
            most_under_way: 0,
            faults: Vec::new(),
        }
    }

    fn stretch(&mut self, at_ns: u64) -> &mut Stretch {
        let index = (at_ns.saturating_sub(self.warm_up_ns) / BUCKET_NS) as usize;
        while self.stretches.len() <= index {
            self.stretches.push(Stretch::new());
        }
        &mut self.stretches[index]
    }

    /// A visit arrives; its check will have this id.
    pub fn arrives(&mut self, check: CheckId, at_ns: u64) {
        self.came += 1;
        let measured = (self.warm_up_ns..self.end_ns).contains(&at_ns);
        if measured {
            self.measured += 1;
            self.stretch(at_ns).arrivals += 1;
        }
        self.under_way.insert(check, UnderWay { arrived: at_ns, last: at_ns, asked: None, measured });
        self.most_under_way = self.most_under_way.max(self.under_way.len());
    }

    /// Records an event.
    pub fn observe(&mut self, at_ns: u64, event: &Event) {
        match event {
            Event::Step { check, step, .. } => self.step(at_ns, check, *step),
            Event::Outcome { check, outcome, .. } => self.ends(at_ns, check, *outcome),
            Event::Fault { what, .. } => self.faults.push((at_ns, what.clone())),
            _ => {}
        }
    }

    fn step(&mut self, at_ns: u64, check: &CheckId, step: Step) {
        let Some(person) = self.under_way.get_mut(check) else { return };
        // ④ begins when ③ is done, and is recorded when the request is ready: the card may have had to sign.
        if step == Step::EligibilityRequested {
            person.asked = Some(person.last);
        }
        if person.measured
            && let Some(times) = self.steps.get_mut(usize::from(step.number()) - 1)
        {
            times.saturating_record(us(at_ns.saturating_sub(person.last)));
        }
        person.last = person.last.max(at_ns);
    }

    fn ends(&mut self, at_ns: u64, check: &CheckId, outcome: OutcomeCode) {
        let Some(person) = self.under_way.remove(check) else { return };
        self.ended += 1;
        if !person.measured {
            return;
        }
        let counter = us(at_ns.saturating_sub(person.arrived));
        let answer = person.asked.map(|asked| us(at_ns.saturating_sub(asked)));
        *self.outcomes.entry(outcome).or_default() += 1;
        let length = (self.end_ns - self.warm_up_ns).max(1);
        let batch = u128::from(person.arrived - self.warm_up_ns) * BATCHES as u128 / u128::from(length);
        if let Some(batch) = self.batches.get_mut(batch as usize) {
            batch.counter.saturating_record(counter);
            if let Some(answer) = answer {
                batch.answer.saturating_record(answer);
            }
        }
        let stretch = self.stretch(person.arrived);
        match outcome.class() {
            OutcomeClass::InForce | OutcomeClass::NotInForce => stretch.answered += 1,
            OutcomeClass::Refused => stretch.refused += 1,
            OutcomeClass::Indeterminate => stretch.unknown += 1,
        }
        stretch.counter.saturating_record(counter);
        if let Some(answer) = answer {
            stretch.answer.saturating_record(answer);
        }
    }

    /// Adds what was measured at another site at the same time.
    pub fn add(&mut self, other: &Meter) {
        // All histograms have the same bounds, so adding cannot fail.
        let fits = "histograms of one shape can be added";
        for (mine, theirs) in self.batches.iter_mut().zip(&other.batches) {
            mine.counter.add(&theirs.counter).expect(fits);
            mine.answer.add(&theirs.answer).expect(fits);
        }
        for (mine, theirs) in self.steps.iter_mut().zip(&other.steps) {
            mine.add(theirs).expect(fits);
        }
        while self.stretches.len() < other.stretches.len() {
            self.stretches.push(Stretch::new());
        }
        for (mine, theirs) in self.stretches.iter_mut().zip(&other.stretches) {
            mine.arrivals += theirs.arrivals;
            mine.answered += theirs.answered;
            mine.refused += theirs.refused;
            mine.unknown += theirs.unknown;
            mine.counter.add(&theirs.counter).expect(fits);
            mine.answer.add(&theirs.answer).expect(fits);
        }
        for (outcome, count) in &other.outcomes {
            *self.outcomes.entry(*outcome).or_default() += count;
        }
        self.came += other.came;
        self.measured += other.measured;
        self.ended += other.ended;
        self.most_under_way += other.most_under_way;
        // A fault of all sites is one fault.
        let others: Vec<(u64, String)> = other.faults.iter().filter(|fault| !self.faults.contains(fault)).cloned().collect();
        self.faults.extend(others);
        self.faults.sort();
    }

    /// Whether no visit is under way.
    pub fn is_empty(&self) -> bool {
        self.under_way.is_empty()
    }

    /// How many visits are under way.
    pub fn under_way(&self) -> usize {
        self.under_way.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const S: u64 = 1_000_000_000;

    fn step(check: &CheckId, step: Step) -> Event {
        Event::Step { check: check.clone(), step, what: String::new() }
    }

    fn outcome(check: &CheckId, outcome: OutcomeCode) -> Event {
        Event::Outcome { check: check.clone(), outcome, detail: String::new() }
    }

    #[test]
    fn what_two_sites_measure_adds_up() {
        let measured = |at: u64| {
            let (mut meter, check) = (Meter::new(0, 100 * S), CheckId::new(0, 0));
            meter.arrives(check.clone(), at);
            meter.observe(at + S, &outcome(&check, OutcomeCode::InForce));
            meter
        };
        let mut both = measured(5 * S);
        both.add(&measured(25 * S));
        assert_eq!((both.came, both.outcomes[&OutcomeCode::InForce], both.most_under_way), (2, 2, 2));
        assert_eq!(both.stretches.iter().map(|s| s.answered).collect::<Vec<_>>(), [1, 0, 1]);
        assert_eq!(both.batches.iter().map(|b| b.counter.len()).sum::<u64>(), 2);
    }

    #[test]
    fn waits_begin_at_arrival_and_are_recorded_by_step_batch_and_stretch() {
        let mut meter = Meter::new(10 * S, 110 * S);
        let [early, one, two] = [0, 1, 2].map(|i| CheckId::new(0, i));
        meter.arrives(early.clone(), 5 * S);
        meter.arrives(one.clone(), 12 * S);
        meter.arrives(two.clone(), 33 * S);
        assert_eq!((meter.came, meter.measured, meter.most_under_way), (3, 2, 3));
        // The card is presented only when a reader is free: four seconds later.
        meter.observe(16 * S, &step(&one, Step::CardShown));
        meter.observe(17 * S, &step(&one, Step::CertificateRead));
        // The card signs for a second: ④ begins before and ends after it.
        meter.observe(18 * S, &step(&one, Step::EligibilityRequested));
        meter.observe(19 * S, &outcome(&one, OutcomeCode::InForce));
        meter.observe(19 * S, &outcome(&early, OutcomeCode::InForce));
        meter.observe(40 * S, &outcome(&two, OutcomeCode::JpkiUnavailable));
        assert!(meter.is_empty());
        assert_eq!([0, 2, 3].map(|i: usize| meter.steps[i].max() / 10_000), [400, 100, 100]);
        let batch = &meter.batches[0];
        assert_eq!((batch.counter.len(), batch.counter.max() / 10_000, batch.answer.max() / 10_000), (1, 700, 200));
        // A visit that did not reach ④ waited for no answer.
        assert_eq!((meter.batches[4].counter.len(), meter.batches[4].answer.len()), (1, 0));
        let counted: Vec<_> = meter.stretches.iter().map(|s| (s.arrivals, s.answered, s.unknown)).collect();
        assert_eq!(counted, [(1, 1, 0), (0, 0, 0), (1, 0, 1)]);
        assert_eq!(meter.outcomes.values().sum::<u64>(), 2);
    }

    proptest! {
        /// Within the resolution, the value at the nearest rank; never above the longest time, and no coarser one above a finer.
        #[test]
        fn a_percentile_of_a_histogram_is_that_of_its_times(
            mut all in prop::collection::vec(1..LONGEST_US, 1..200),
            share in 0.0..=1.0f64,
        ) {
            let (mut fine, mut rough) = (times(), coarse());
            for us in &all {
                fine.saturating_record(*us);
                rough.saturating_record(*us);
            }
            all.sort_unstable();
            let exact = *percentile::of_sorted(&all, share).unwrap();
            let (fine_at, rough_at) = (percentile_us(&fine, share).unwrap(), percentile_us(&rough, share).unwrap());
            prop_assert!(fine_at <= exact && exact as f64 <= fine_at as f64 * 1.001 + 1.0, "{} of {}", fine_at, exact);
            prop_assert!(rough_at <= fine_at && exact as f64 <= rough_at as f64 * 1.01 + 1.0, "{} of {}", rough_at, exact);
            prop_assert!(fine_at <= percentile_us(&fine, 1.0).unwrap());
            prop_assert_eq!(percentile_us(&times(), share), None);
        }
    }
}
