//! The machine's clock.

use std::time::{Duration, Instant};

/// A stopwatch on the machine's clock.
pub struct Watch(Instant);

impl Watch {
    #[allow(clippy::disallowed_methods, reason = "the cost of an operation is the machine's time, and no run uses this")]
    pub fn start() -> Self {
        Watch(Instant::now()) // the machine's clock: it measures what operations cost, and no run uses it
    }

    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
