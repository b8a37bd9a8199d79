//! Load studies.

mod arrivals;

pub use arrivals::{Arrival, Arrivals};
