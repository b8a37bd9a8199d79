//! The clock of the machine.

use std::time::{Duration, Instant};

/// The machine's clock, for how long something really takes.
pub struct Watch(Instant);

impl Watch {
    #[allow(clippy::disallowed_methods, reason = "what an operation costs is the machine's time, and no run comes here")]
    pub fn start() -> Self {
        Watch(Instant::now())
    }

    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
