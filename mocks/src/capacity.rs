//! What servers can do: workers and queues with bounds, how long each operation takes, limits of connections, and what comes of
//! too much work. A server of which a scenario says nothing has workers without number and the times of
//! its role's description.

mod figures;
mod little;
mod retry;
mod station;

pub use figures::{Bucket, StationFigures};
pub use little::{Little, LittleBroken};
pub use retry::RetryPolicy;
pub use station::{Busy, Queueing, Station};

use crate::host::patience::Waits;
use crate::timing::Pace;
use sim::sample::Distribution;
use sim::seed::Stream;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// Width of the time buckets in which stations keep figures.
pub const BUCKET: Duration = Duration::from_secs(10);

/// Something that a server does and that takes a worker's time. A role names its own beside its description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimedOperation(&'static str);

impl TimedOperation {
    /// A TLS handshake, before it begins; after its end where sessions are resumed, since only then it is known to be a full one.
    pub const HANDSHAKE: TimedOperation = TimedOperation("handshake");
    /// A TLS handshake that resumed a session, after its end.
    pub const RESUMPTION: TimedOperation = TimedOperation("resumption");

    /// The operation that scenario files call so.
    pub const fn new(name: &'static str) -> Self {
        TimedOperation(name)
    }

    /// As scenario files write it.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

/// Something that takes a worker's time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimedDescription {
    pub operation: TimedOperation,
    /// What is done, for the schema of scenario files.
    pub text_en: &'static str,
    /// How long it takes where a scenario does not say: an assumption of this project. `None` is no time.
    pub service: Option<Distribution>,
}

/// What one server can do.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerCapacity {
    pub queueing: Queueing,
    /// The most connections at once. `None` is without bound.
    pub connections: Option<usize>,
    /// How long a connection is kept on which nothing is asked.
    pub keeps_idle: Duration,
    /// Whether TLS sessions are resumed.
    pub resumes: bool,
    /// Seconds after which whoever is turned away may ask again (Retry-After).
    pub retry_after_s: u32,
    /// How long each operation takes; one that is not there takes no time.
    pub service: BTreeMap<TimedOperation, Distribution>,
}

impl ServerCapacity {
    fn without_bounds(service: impl IntoIterator<Item = (TimedOperation, Distribution)>) -> Self {
        ServerCapacity {
            queueing: Queueing::default(),
            connections: None,
            keeps_idle: Waits::SERVER.idle,
            resumes: false,
            retry_after_s: 1,
            service: service.into_iter().collect(),
        }
    }

    /// Of a server without bounds, all of whose work takes no time.
    pub fn instant() -> Self {
        ServerCapacity::without_bounds([])
    }

    /// What a server can do where nothing is said of it: workers without number, and the times that are assumptions.
    pub fn of(timed: &[TimedDescription]) -> Self {
        ServerCapacity::without_bounds(timed.iter().filter_map(|t| Some((t.operation, t.service?))))
    }
}

/// A server at work: draws from a stream of its own how long an operation takes, and has its station do it.
pub struct ServerWork {
    stream: RefCell<Stream>,
    pace: Pace,
    station: Rc<Station>,
    capacity: Rc<ServerCapacity>,
}

impl ServerWork {
    pub fn new(stream: Stream, pace: Pace, station: Rc<Station>, capacity: Rc<ServerCapacity>) -> Self {
        ServerWork { stream: RefCell::new(stream), pace, station, capacity }
    }

    /// A server with a station of its own.
    pub fn alone(stream: Stream, capacity: ServerCapacity) -> Self {
        let station = Station::new(capacity.queueing, BUCKET);
        ServerWork::new(stream, Pace::default(), station, Rc::new(capacity))
    }

    /// The handle of its pace.
    pub fn pace(&self) -> Pace {
        self.pace.clone()
    }

    pub fn station(&self) -> Rc<Station> {
        self.station.clone()
    }

    pub fn capacity(&self) -> &ServerCapacity {
        &self.capacity
    }

    /// Does an operation, once a worker is free. One that takes no time takes no worker, and draws nothing.
    pub async fn on(&self, operation: TimedOperation) -> Result<(), Busy> {
        self.station.work(self.time_of(operation)).await
    }

    /// Goes on with work that has been begun: waits for a worker, and is never turned away.
    pub async fn go_on(&self, operation: TimedOperation) {
        self.station.go_on(self.time_of(operation)).await;
    }

    fn time_of(&self, operation: TimedOperation) -> Duration {
        match self.capacity.service.get(&operation) {
            None | Some(Distribution::Constant { ms: 0.0 }) => Duration::ZERO,
            Some(time) => self.pace.of(time.draw(&mut self.stream.borrow_mut())),
        }
    }
}

#[cfg(test)]
mod tests;
