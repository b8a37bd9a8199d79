//! Arrivals, drawn one at a time: nothing is listed in advance, so a nationwide hour takes no memory.

use crate::file::load::{KindPart, LoadPart};
use sim::clock::nanos;
use sim::sample::Distribution;
use sim::seed::{Seed, Stream};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// One arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrival {
    /// Nanoseconds since the start of the run.
    pub at_ns: u64,
    /// Running number of the person. A follow-up has the person of the visit that it follows.
    pub person: u64,
    /// Index among all facilities, those of the first kind first.
    pub facility: u64,
    /// Index of the facility's kind.
    pub kind: usize,
    /// Whether the person enters the PIN.
    pub by_pin: bool,
}

/// How much time before the start is drawn, only for its follow-ups, in multiples of the mean time until a follow-up.
const BEFORE: f64 = 5.0;

/// All arrivals of a study in order of time.
pub struct Arrivals {
    load: LoadPart,
    /// Visits per second that are not follow-ups, at the curve's peak.
    direct_rate: f64,
    /// When the latest of them arrives, in seconds after the start of the run; negative before the start.
    at: f64,
    warm_up: f64,
    end_ns: u64,
    draw: Stream,
    next_person: u64,
    next_direct: Option<Arrival>,
    follow_ups: BinaryHeap<Reverse<Arrival>>,
    /// By kind, the index of its first facility.
    first_facility: Vec<u64>,
}

impl Arrivals {
    pub fn new(load: &LoadPart, seed: &Seed) -> Self {
        let follow_ups: f64 = load.kinds.iter().filter_map(|k| k.follows).map(|f| f.share.0).sum();
        let longest = |k: &KindPart| k.follows.map_or(0.0, |f| f.after.distribution().mean_ms() / 1e3);
        let before = BEFORE * load.kinds.iter().map(longest).fold(0.0, f64::max);
        let before_kind = |i: usize| load.kinds[..i].iter().map(|k| k.facilities).sum();
        let first_facility = (0..load.kinds.len()).map(before_kind).collect();
        let end = load.warm_up.0.saturating_add(load.lasts.0);
        let mut arrivals = Arrivals {
            load: load.clone(),
            direct_rate: load.rate.0 / (1.0 + follow_ups),
            at: -before,
            warm_up: load.warm_up.0.as_secs_f64(),
            end_ns: nanos(end),
            draw: seed.stream("load/arrivals"),
            next_person: 0,
            next_direct: None,
            follow_ups: BinaryHeap::new(),
            first_facility,
        };
        arrivals.next_direct = arrivals.direct();
        arrivals
    }

    /// The next visit that is not a follow-up, before the end. Its follow-ups are queued.
    fn direct(&mut self) -> Option<Arrival> {
        loop {
            // A Poisson process at the curve's peak, thinned to the curve (Lewis and Shedler 1979).
            self.at -= libm::log(1.0 - self.draw.unit()) / self.direct_rate;
            let at = self.at;
            if at * 1e9 >= self.end_ns as f64 {
                return None;
            }
            if !self.load.curve.is_empty() && !self.draw.chance(self.load.share_at(at - self.warm_up)) {
                continue;
            }
            let person = self.next_person;
            self.next_person += 1;
            let kind = self.kind_of_direct();
            let arrival = self.visit(at, person, kind);
            self.follow(at, person);
            if at >= 0.0 {
                return Some(arrival);
            }
        }
    }

    fn kind_of_direct(&mut self) -> usize {
        let mut rest = self.draw.unit();
        for (i, kind) in self.load.kinds.iter().enumerate() {
            if rest < kind.visits.0 {
                return i;
            }
            rest -= kind.visits.0;
        }
        // A remainder from rounding goes to the last kind with a share above zero.
        self.load.kinds.iter().rposition(|k| k.visits.0 > 0.0).unwrap_or(0)
    }

    fn visit(&mut self, at: f64, person: u64, kind: usize) -> Arrival {
        let facility = self.first_facility[kind] + self.draw.below(self.load.kinds[kind].facilities);
        let by_pin = self.draw.chance(self.load.by_pin.0);
        Arrival { at_ns: (at.max(0.0) * 1e9) as u64, person, facility, kind, by_pin }
    }

    fn follow(&mut self, at: f64, person: u64) {
        for kind in 0..self.load.kinds.len() {
            let Some(follow) = self.load.kinds[kind].follows else { continue };
            let after: Distribution = follow.after.distribution();
            if self.draw.chance(follow.share.0) {
                let then = at + after.draw(&mut self.draw).as_secs_f64();
                let visit = self.visit(then, person, kind);
                if then >= 0.0 && visit.at_ns < self.end_ns {
                    self.follow_ups.push(Reverse(visit));
                }
            }
        }
    }
}

impl Iterator for Arrivals {
    type Item = Arrival;

    fn next(&mut self) -> Option<Arrival> {
        match (self.next_direct, self.follow_ups.peek()) {
            (Some(direct), Some(Reverse(follow))) if *follow < direct => self.follow_ups.pop().map(|Reverse(a)| a),
            (Some(direct), _) => {
                self.next_direct = self.direct();
                Some(direct)
            }
            (None, _) => self.follow_ups.pop().map(|Reverse(a)| a),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::load::{CurvePoint, FollowPart};
    use crate::file::{Frequency, Share, Span, Spread};
    use sim::terms::roles::FacilityKind;
    use std::collections::BTreeMap;

    fn load(curve: Vec<CurvePoint>) -> LoadPart {
        let kind = |kind, facilities, visits, follows| KindPart { kind, facilities, visits: Share(visits), follows, readers: 1 };
        let after = Spread::LogNormal { min: Span::seconds(300), median: Span::seconds(1500), sigma: 0.5 };
        LoadPart {
            source: "test".into(),
            rate: Frequency(20.0),
            lasts: Span::seconds(3000),
            warm_up: Span::seconds(100),
            curve,
            sites: 1,
            by_pin: Share(0.1),
            kinds: vec![
                kind(FacilityKind::Clinic, 700, 0.8, None),
                kind(FacilityKind::Hospital, 30, 0.2, None),
                kind(FacilityKind::Pharmacy, 400, 0.0, Some(FollowPart { share: Share(0.6), after })),
            ],
        }
    }

    #[test]
    fn arrivals_are_in_order_and_match_the_rates_and_shares_from_the_start_on() {
        let all: Vec<Arrival> = Arrivals::new(&load(Vec::new()), &Seed::new(1, "load")).collect();
        assert!(all.windows(2).all(|w| w[0].at_ns <= w[1].at_ns));
        // 62,000 on average, with a standard deviation below 320 (follow-ups are not independent of their visits).
        assert!((61_000..63_000).contains(&all.len()), "{}", all.len());
        let share = |kind: usize| all.iter().filter(|a| a.kind == kind).count() as f64 / all.len() as f64;
        for (kind, expected) in [(0, 0.5), (1, 0.125), (2, 0.375)] {
            assert!((share(kind) - expected).abs() < 0.01, "{kind}: {}", share(kind));
        }
        // Follow-ups of visits before the start are included: the first tenth has as many as the last.
        let tenth = |i: u64| all.iter().filter(|a| a.kind == 2 && a.at_ns / 310_000_000_000 == i).count() as f64;
        assert!((tenth(0) / tenth(9) - 1.0).abs() < 0.12, "{} and {}", tenth(0), tenth(9));
        assert!(all.iter().all(|a| match a.kind {
            0 => a.facility < 700,
            1 => (700..730).contains(&a.facility),
            _ => (730..1130).contains(&a.facility),
        }));
        let by_pin = all.iter().filter(|a| a.by_pin).count() as f64 / all.len() as f64;
        assert!((by_pin - 0.1).abs() < 0.01);
        // A follow-up comes after a visit elsewhere, or after one before the start.
        let mut seen: BTreeMap<u64, u64> = BTreeMap::new();
        for a in &all {
            if a.kind == 2
                && let Some(before) = seen.get(&a.person)
            {
                assert!(a.at_ns - before >= 299_000_000_000);
            }
            seen.insert(a.person, a.at_ns);
        }
        assert_eq!(all, Arrivals::new(&load(Vec::new()), &Seed::new(1, "load")).collect::<Vec<_>>());
        assert_ne!(all, Arrivals::new(&load(Vec::new()), &Seed::new(2, "load")).collect::<Vec<_>>());
    }

    #[test]
    fn a_curve_thins_arrivals() {
        let point = |s, share| CurvePoint { at: Span::seconds(s), share: Share(share) };
        let all: Vec<Arrival> =
            Arrivals::new(&load(vec![point(0, 0.1), point(1500, 1.0), point(3000, 0.1)]), &Seed::new(1, "load")).collect();
        let direct = |from: u64, to: u64| {
            all.iter().filter(|a| a.kind < 2 && (from..to).contains(&(a.at_ns / 1_000_000_000))).count() as f64
        };
        // Around the peak and at the end, 200 s each.
        let (peak, end) = (direct(1500, 1700), direct(2900, 3100));
        assert!(peak > 4.0 * end, "{peak} and {end}");
    }
}
