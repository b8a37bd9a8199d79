//! When every run takes place.

use jiff::civil::{Date, date};
use sim::people::jst;

/// The day on which every run takes place: a Monday.
pub const DAY: Date = date(2027, 4, 5);
/// Second of the day, in Japan, at which a run starts: 9:00.
const START_SECOND: i64 = 9 * 3600;

/// The instant at which every run starts.
pub fn epoch() -> jiff::Timestamp {
    jst(DAY, START_SECOND)
}
