//! An operation that is ready to be done.

use super::watch::Watch;
use std::hint::black_box;
use std::time::Duration;

/// An operation with all that it works on.
pub trait Task {
    /// Does it so often, one after the other, and says how long that took.
    fn go(&mut self, times: u64) -> Duration;

    /// Does it once more and says whether what came of it is right.
    fn holds(&mut self) -> bool;
}

struct Whole<F, H> {
    run: F,
    holds: H,
}

impl<T, F: FnMut() -> T, H: Fn(&T) -> bool> Task for Whole<F, H> {
    fn go(&mut self, times: u64) -> Duration {
        let watch = Watch::start();
        for _ in 0..times {
            black_box((self.run)());
        }
        watch.elapsed()
    }

    fn holds(&mut self) -> bool {
        let came = (self.run)();
        (self.holds)(&came)
    }
}

/// A task of which everything is timed. `holds` is given the result.
pub(super) fn whole<T>(run: impl FnMut() -> T + 'static, holds: impl Fn(&T) -> bool + 'static) -> Box<dyn Task> {
    Box::new(Whole { run, holds })
}

/// Whose turn it is of so many, again and again: one and the same input would never leave the processor's nearest memory.
pub(super) struct Turn {
    next: usize,
    of: usize,
}

impl Turn {
    pub fn of(of: usize) -> Self {
        Turn { next: 0, of: of.max(1) }
    }

    pub fn next(&mut self) -> usize {
        let turn = self.next;
        self.next = (turn + 1) % self.of;
        turn
    }
}
