//! Whether a system asked other parties because of a probe, or of its own accord: it may fetch lists, renew tokens, or look whether
//! its neighbours are there.
//!
//! What came in while the probe ran is compared with what comes in while nothing is asked of the system, several times.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How often a probe is played again whose time had requests in it.
const AGAIN: usize = 3;
/// The shortest time for which a system is left alone, to see whether it asks of its own accord.
const ALONE: Duration = Duration::from_millis(300);

/// Why there were requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blame {
    /// The system sent them of its own accord.
    Nobody,
    /// The probe caused so many.
    Probe(u64),
    /// The system asks so often that it is not known why.
    NotKnown,
}

/// From the requests while the system was left alone, and while the probe ran, of each time.
fn blame(times: &[(u64, u64)]) -> Blame {
    let least = times.iter().map(|(_, during)| *during).min().unwrap_or_default();
    match () {
        // Once without any is enough: what a probe causes, it causes each time.
        () if least == 0 => Blame::Nobody,
        () if times.iter().any(|(alone, _)| *alone > 0) => Blame::NotKnown,
        () => Blame::Probe(least),
    }
}

/// Plays a probe again, in whose time there were so many requests. `downstream` counts those that the mocks receive.
pub(super) fn again(downstream: &AtomicU64, asked: u64, took: Duration, act: impl Fn()) -> Blame {
    let count = || downstream.load(Ordering::SeqCst);
    let mut times = vec![(0, asked)];
    for _ in 0..AGAIN {
        let before = count();
        std::thread::sleep(took.max(ALONE));
        let alone = count() - before;
        let before = count();
        act();
        times.push((alone, count() - before));
        if blame(&times) == Blame::Nobody {
            break;
        }
    }
    blame(&times)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_happens_each_time_and_never_alone_is_the_probes_fault() {
        assert_eq!(blame(&[(0, 2), (0, 2), (0, 3)]), Blame::Probe(2));
        // A list that is fetched now and then.
        assert_eq!(blame(&[(0, 1), (0, 0)]), Blame::Nobody);
        assert_eq!(blame(&[(0, 1), (1, 1), (0, 0)]), Blame::Nobody);
        // A system that never rests.
        assert_eq!(blame(&[(0, 5), (4, 5), (5, 4)]), Blame::NotKnown);
    }
}
