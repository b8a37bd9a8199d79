//! An operation that is ready to run.

use super::watch::Watch;
use std::hint::black_box;
use std::time::Duration;

/// An operation with its inputs.
pub trait Task {
    /// Runs it `times` times, one after the other, and returns how long that took.
    fn go(&mut self, times: u64) -> Duration;

    /// Runs it once more and returns whether its result is correct.
    fn is_correct(&mut self) -> bool;
}

struct Whole<F, H> {
    run: F,
    is_correct: H,
}

impl<T, F: FnMut() -> T, H: Fn(&T) -> bool> Task for Whole<F, H> {
    fn go(&mut self, times: u64) -> Duration {
        let watch = Watch::start();
        for _ in 0..times {
            black_box((self.run)());
        }
        watch.elapsed()
    }

    fn is_correct(&mut self) -> bool {
        let result = (self.run)();
        (self.is_correct)(&result)
    }
}

/// A task that is timed as a whole. `is_correct` checks the result.
pub(super) fn whole<T>(run: impl FnMut() -> T + 'static, is_correct: impl Fn(&T) -> bool + 'static) -> Box<dyn Task> {
    Box::new(Whole { run, is_correct })
}

/// A round-robin index: a single input would always be in the processor's cache.
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
