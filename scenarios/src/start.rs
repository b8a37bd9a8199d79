//! When a run takes place. Everything that depends on the day takes it from here.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use sim::terms::calendar::jst;

/// The day of a run, and the instant at which its time is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The day in Japan.
    pub day: Date,
    pub epoch: Timestamp,
}

impl Start {
    /// Nine o'clock in Japan on a Monday: when every simulated run takes place.
    pub fn simulated() -> Self {
        let day = date(2027, 4, 5);
        Start { day, epoch: jst(day, 9 * 3600) }
    }
}
