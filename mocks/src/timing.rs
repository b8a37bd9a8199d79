//! How long parties need for their work. All values are assumptions of this project, in the order of magnitude that such
//! systems report; none is a measurement of a real one. Cryptography that the mocks really perform takes machine time, not
//! virtual time, so its virtual time is included in these values.

use sim::clock;
use sim::sample::Distribution;
use sim::seed::Stream;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

/// Staff compare the photo on the card with the person.
pub const PHOTO_CHECK: Distribution = Distribution::LogNormal { min_ms: 800.0, median_ms: 1800.0, sigma: 0.4 };
/// The person enters the PIN.
pub const PIN_ENTRY: Distribution = Distribution::LogNormal { min_ms: 1000.0, median_ms: 2500.0, sigma: 0.4 };
/// A terminal compares the face with the photo on the chip.
pub const FACE_COMPARISON: Distribution = Distribution::LogNormal { min_ms: 1200.0, median_ms: 2500.0, sigma: 0.4 };
/// Staff type a number of twelve or fourteen digits.
pub const NUMBER_TYPED: Distribution = Distribution::LogNormal { min_ms: 3000.0, median_ms: 5000.0, sigma: 0.3 };
/// Staff copy or compare what is printed on a paper insurance card.
pub const CARD_COPIED: Distribution = Distribution::LogNormal { min_ms: 5000.0, median_ms: 9000.0, sigma: 0.3 };
/// The facility's system shows and stores an answer.
pub const FACILITY_RECORD: Distribution = Distribution::LogNormal { min_ms: 1.0, median_ms: 3.0, sigma: 0.4 };

/// How fast a party works, for scenarios in which a host is slow. Clones share the same pace, so that it survives a restart
/// of the party.
#[derive(Clone)]
pub struct Pace(Rc<Cell<f64>>);

impl Default for Pace {
    fn default() -> Self {
        Pace(Rc::new(Cell::new(1.0)))
    }
}

impl Pace {
    /// From now on work takes `times` as long as normal.
    pub fn slow_down(&self, times: f64) {
        self.0.set(times);
    }

    pub(crate) fn of(&self, time: Duration) -> Duration {
        let times = self.0.get();
        // A product with 1.0 would be exact too, except for very long times.
        if times == 1.0 { time } else { Duration::try_from_secs_f64(time.as_secs_f64() * times).unwrap_or(time) }
    }
}

/// The work of one party: draws its durations from its own stream.
pub struct Work {
    stream: RefCell<Stream>,
    pace: Pace,
}

impl Work {
    pub fn new(stream: Stream) -> Self {
        Work::at(stream, Pace::default())
    }

    /// Work at a pace that can be changed.
    pub fn at(stream: Stream, pace: Pace) -> Self {
        Work { stream: RefCell::new(stream), pace }
    }

    /// The handle of its pace.
    pub fn pace(&self) -> Pace {
        self.pace.clone()
    }

    /// Works for a time drawn from `duration`. A change of pace takes effect with the next work.
    pub async fn on(&self, duration: Distribution) {
        let time = duration.draw(&mut self.stream.borrow_mut());
        clock::sleep(self.pace.of(time)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_host_takes_a_multiple_and_a_normal_one_exactly_what_was_drawn() {
        let (pace, time) = (Pace::default(), Duration::from_nanos(1_234_567));
        assert_eq!(pace.of(time), time);
        pace.clone().slow_down(20.0);
        assert_eq!(pace.of(time), 20 * time);
        pace.slow_down(1.0);
        assert_eq!(pace.of(time), time);
    }
}
