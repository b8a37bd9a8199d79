//! The machine's clock, in which an external system is waited for and timed. Nothing of it reaches a simulated run.

use std::time::Instant;

/// Now, in the machine's time.
pub fn now() -> Instant {
    #[allow(clippy::disallowed_methods, reason = "an external system is waited for and timed in the machine's time")]
    let now = Instant::now(); // an external system is waited for and timed in the machine's time
    now
}
