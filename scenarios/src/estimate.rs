//! What a run needs of the machine, before it is played: linear in people, facilities and visits, and measured.

use crate::file::Scenario;
use crate::file::load::LoadPart;
use mocks::crypto::Crypto;

/// What one run needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The most memory in bytes, with the judge's.
    pub memory: u64,
    /// Seconds on one processor, with the judge's.
    pub seconds: f64,
}

/// What a load study needs, measured as above over one prefecture and the national peak hour (`docs/performance.md`). Times are those of
/// one processor; sites run on several.
const CARD: Needs = Needs { kilobytes: 14.0, milliseconds: 0.8 };
const MODELLED: LoadNeeds = LoadNeeds { visit_ms: 0.95, facility_kilobytes: 16.0, facility_ms: 0.3 };
const REAL: LoadNeeds = LoadNeeds { visit_ms: 2.9, facility_kilobytes: 26.0, facility_ms: 2.0 };

/// What a visit and a facility that has one need.
struct LoadNeeds {
    visit_ms: f64,
    facility_kilobytes: f64,
    facility_ms: f64,
}

/// What one of them needs: kilobytes and milliseconds. Measured on two processors of 2024 over runs of 50 to 4,000 people, 1 to 3,000
/// facilities and 1 to 4,000 visits (`docs/security.md`), and rounded up by a third.
const RUN: Needs = Needs { kilobytes: 60_000.0, milliseconds: 200.0 };
const PERSON: Needs = Needs { kilobytes: 120.0, milliseconds: 3.0 };
const FACILITY: Needs = Needs { kilobytes: 50.0, milliseconds: 1.0 };
const VISIT: Needs = Needs { kilobytes: 300.0, milliseconds: 7.0 };

struct Needs {
    kilobytes: f64,
    milliseconds: f64,
}

impl Scenario {
    /// What one seed of a load study needs, if its servers keep up: what waits in queues beyond that takes more.
    pub fn estimate_load(&self, load: &LoadPart, crypto: Crypto) -> Estimate {
        let each = match crypto {
            Crypto::Real => REAL,
            Crypto::Modelled => MODELLED,
        };
        let (visits, all) = (load.expected_visits(), load.facilities() as f64);
        // Of so many facilities that visits are drawn from, those that have one.
        let visited = all * (1.0 - libm::exp(-visits / all.max(1.0)));
        let cards = (self.people * load.sites) as f64;
        let kilobytes = RUN.kilobytes + cards * CARD.kilobytes + visited * each.facility_kilobytes;
        let ms = RUN.milliseconds + cards * CARD.milliseconds + visits * each.visit_ms + visited * each.facility_ms;
        let processors = std::thread::available_parallelism().map_or(1, usize::from).min(load.sites as usize).max(1);
        Estimate { memory: (kilobytes * 1000.0) as u64, seconds: ms / 1000.0 / processors as f64 }
    }

    /// What one run of the scenario needs at most, by the numbers in its file. For a load study,
    /// see [`Scenario::estimate_load`].
    pub fn estimate(&self) -> Estimate {
        let visits = self.visits.len() as f64 + self.workloads.iter().map(|w| w.average()).sum::<f64>();
        let of = |count: f64, each: &Needs| (count * each.kilobytes, count * each.milliseconds);
        let parts = [of(1.0, &RUN), of(self.people as f64, &PERSON), of(self.facilities as f64, &FACILITY), of(visits, &VISIT)];
        let (kilobytes, milliseconds) = parts.into_iter().fold((0.0, 0.0), |(k, m), (kb, ms)| (k + kb, m + ms));
        Estimate { memory: (kilobytes * 1000.0) as u64, seconds: milliseconds / 1000.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn the_estimate_is_linear_and_small_for_what_comes_with_the_tool() {
        let of = |people, facilities| Scenario { people, facilities, ..Scenario::empty() }.estimate();
        let (none, some, more) = (of(0, 0), of(10, 1000), of(20, 2000));
        assert_eq!(some.memory - none.memory, more.memory - some.memory);
        // As large as a file can be: no product of two of the numbers, and no overflow.
        assert!(of(u64::MAX, u64::MAX).memory > 1 << 60 && of(28_770, 10_000).memory < 5 << 30);
        assert!(catalog::core().unwrap().iter().all(|s| s.estimate().memory < 100 << 20 && s.estimate().seconds < 3.0));
    }
}
