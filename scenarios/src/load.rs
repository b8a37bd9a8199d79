//! Load studies: open arrivals at many facilities, each check by the real protocol code, measured and not journaled.

mod arrivals;
mod meter;
mod play;

pub use arrivals::{Arrival, Arrivals};
pub use meter::{BATCHES, BUCKET_NS, Meter, Stretch, Times, TimesOf, times};
pub use play::{LoadError, LoadOrder, Loaded, play};
