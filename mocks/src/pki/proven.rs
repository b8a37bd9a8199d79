//! A cache of proofs that are valid for a period: that an authority's path reaches a root, that a responder is a delegate.
//!
//! A relying party needs the same few proofs in every check, and only the time changes.

use std::sync::{Mutex, PoisonError};
use x509_cert::time::Validity;

/// The most proofs in the cache; the oldest is evicted first. There is one responder, and one issuing authority in each
/// generation.
const MOST: usize = 8;

/// A period in seconds, both ends excluded: at the ends themselves the proof is made again each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    after: i64,
    before: i64,
}

impl Window {
    const NEVER: Window = Window { after: i64::MAX, before: i64::MIN };

    pub(super) fn of(validity: &Validity) -> Window {
        let second = |time: &x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
        Window { after: second(&validity.not_before), before: second(&validity.not_after) }
    }

    fn contains(self, second: i64) -> bool {
        self.after < second && second < self.before
    }

    /// The period in which all of those stay valid that are valid at `second`.
    pub(super) fn around(second: i64, all: impl Iterator<Item = Window>) -> Window {
        let both = |a: Window, b: Window| Window { after: a.after.max(b.after), before: a.before.min(b.before) };
        all.filter(|w| w.after <= second && second <= w.before).reduce(both).unwrap_or(Window::NEVER)
    }
}

/// The cached proofs by key.
pub(super) struct Proven<K, T>(Mutex<Vec<(K, Window, T)>>);

impl<K, T> Default for Proven<K, T> {
    fn default() -> Self {
        Proven(Mutex::new(Vec::new()))
    }
}

impl<K, T: Clone> Proven<K, T> {
    /// The proof for the key that `is` accepts, if it is valid at `second`.
    pub(super) fn find(&self, is: impl Fn(&K) -> bool, second: i64) -> Option<T> {
        // A thread that panicked with the lock left a complete list.
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().find(|(key, window, _)| window.contains(second) && is(key)).map(|(_, _, it)| it.clone())
    }

    pub(super) fn remember(&self, key: K, window: Window, it: T) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() == MOST {
            known.remove(0);
        }
        known.push((key, window, it));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(after: i64, before: i64) -> Window {
        Window { after, before }
    }

    #[test]
    fn a_proof_is_found_within_its_window_and_for_its_key_only() {
        let proven = Proven::default();
        proven.remember("a", window(10, 20), 1);
        for (key, second, expected) in [("a", 10, None), ("a", 11, Some(1)), ("a", 19, Some(1)), ("a", 20, None), ("b", 15, None)]
        {
            assert_eq!(proven.find(|k| *k == key, second), expected, "{key} at {second}");
        }
    }

    #[test]
    fn the_oldest_proof_is_evicted_first() {
        let proven = Proven::default();
        (0..=MOST).for_each(|n| proven.remember(n, window(0, 10), n));
        assert_eq!((proven.find(|k| *k == 0, 5), proven.find(|k| *k == MOST, 5)), (None, Some(MOST)));
    }

    #[test]
    fn a_window_ends_with_the_first_of_those_that_are_valid() {
        let all = [window(0, 100), window(20, 200), window(150, 300)];
        assert_eq!(Window::around(50, all.into_iter()), window(20, 100));
        assert_eq!(Window::around(0, all.into_iter()), window(0, 100));
        assert!(!Window::around(500, all.into_iter()).contains(500));
    }
}
