//! A look at a study that is under way, from another thread: how far it is, and a request to stop.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Shared by whoever plays a study and whoever waits for it. Nothing of it reaches a figure, except that a study stops.
#[derive(Debug, Default)]
pub struct Watch {
    stops: AtomicBool,
    at_ns: AtomicU64,
}

impl Watch {
    /// Asks the study to stop where it is. What was measured until then is reported.
    pub fn stop(&self) {
        self.stops.store(true, Ordering::Relaxed);
    }

    /// The virtual time of the site that is farthest.
    pub fn at(&self) -> Duration {
        Duration::from_nanos(self.at_ns.load(Ordering::Relaxed))
    }

    /// A site is at this time. Returns whether to stop there.
    pub(super) fn reached(&self, now: Duration) -> bool {
        self.at_ns.fetch_max(sim::clock::nanos(now), Ordering::Relaxed);
        self.stops.load(Ordering::Relaxed)
    }
}
