//! How long parties work at something. All are assumptions of this project, in the order of magnitude of what such systems
//! report; none is a measurement of a real one. Cryptography that the mocks really do costs the machine time, not virtual
//! time, so its virtual time is part of these.

use sim::clock;
use sim::sample::Distribution;
use sim::seed::Stream;
use std::cell::RefCell;

/// Staff compare the photo on the card with the person.
pub const PHOTO_CHECK: Distribution = Distribution::LogNormal { min_ms: 800.0, median_ms: 1800.0, sigma: 0.4 };
/// The person enters the PIN.
pub const PIN_ENTRY: Distribution = Distribution::LogNormal { min_ms: 1000.0, median_ms: 2500.0, sigma: 0.4 };
/// The broker reads and checks a request: parsing, certificate path, signature.
pub const BROKER_CHECK: Distribution = Distribution::LogNormal { min_ms: 0.4, median_ms: 0.8, sigma: 0.4 };
/// The broker finds the eligibility and makes its record durable.
pub const BROKER_LOOKUP: Distribution = Distribution::LogNormal { min_ms: 0.8, median_ms: 2.0, sigma: 0.5 };
/// JPKI answers about a certificate's status: one RSA signature and a look-up.
pub const JPKI_STATUS: Distribution = Distribution::LogNormal { min_ms: 1.5, median_ms: 3.0, sigma: 0.4 };
/// JPKI finds the institution code of a certificate.
pub const JPKI_RESOLVE: Distribution = Distribution::LogNormal { min_ms: 0.8, median_ms: 2.0, sigma: 0.5 };
/// The number authority derives codes, for each request.
pub const AUTHORITY_ISSUE: Distribution = Distribution::LogNormal { min_ms: 2.0, median_ms: 5.0, sigma: 0.4 };
/// The facility's system shows and stores an answer.
pub const FACILITY_RECORD: Distribution = Distribution::LogNormal { min_ms: 1.0, median_ms: 3.0, sigma: 0.4 };

/// Somebody who works: draws how long from a stream of their own.
pub struct Work(RefCell<Stream>);

impl Work {
    pub fn new(stream: Stream) -> Self {
        Work(RefCell::new(stream))
    }

    /// Works at something for a time drawn from `duration`.
    pub async fn on(&self, duration: Distribution) {
        let time = duration.draw(&mut self.0.borrow_mut());
        clock::sleep(time).await;
    }
}
