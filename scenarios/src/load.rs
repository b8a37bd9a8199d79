//! Load studies: open arrivals at many facilities, each check by the real protocol code, measured and not journaled.

mod arrivals;
mod meter;
mod order;
mod play;
mod watch;

pub use arrivals::{Arrival, Arrivals};
pub use meter::{BATCHES, BUCKET_NS, Meter, Stretch, Times, TimesOf, percentile_us, times};
pub use mocks::capacity::{Bucket, StationFigures};
pub use order::LoadOrder;
pub use play::{LoadError, Loaded, play};
pub use watch::Watch;

/// Times in microseconds, exact to three digits.
pub type Histogram = meter::Times;
/// Times in microseconds, exact to two digits.
pub type Coarse = meter::CoarseTimes;
