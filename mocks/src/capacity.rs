//! The capacity of servers: workers and bounded queues, the service time of each operation, connection limits, and what happens
//! under overload. A server that a scenario does not configure has unlimited workers and the service times of its role's
//! description.

mod figures;
mod little;
mod retry;
mod station;

pub use figures::{Bucket, StationFigures};
pub use little::{Little, LittleBroken};
pub use retry::RetryPolicy;
pub use station::{Busy, Queueing, Station};

use crate::host::patience::Timeouts;
use crate::timing::Pace;
use sim::sample::Distribution;
use sim::seed::Stream;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// Width of the time buckets in which stations keep figures.
pub const BUCKET: Duration = Duration::from_secs(10);

/// An operation of a server that takes a worker's time. Each role defines its own next to its description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimedOperation(&'static str);

impl TimedOperation {
    /// A TLS handshake: before it begins, or after its end where sessions are resumed, since only then is it known to be a full
    /// one.
    pub const HANDSHAKE: TimedOperation = TimedOperation("handshake");
    /// A TLS handshake that resumed a session, after its end.
    pub const RESUMPTION: TimedOperation = TimedOperation("resumption");

    /// The operation with this name in scenario files.
    pub const fn new(name: &'static str) -> Self {
        TimedOperation(name)
    }

    /// Its name in scenario files.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

/// The description of an operation that takes a worker's time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimedDescription {
    pub operation: TimedOperation,
    /// What is done, for the schema of scenario files.
    pub text_en: &'static str,
    /// The service time where a scenario does not set one: an assumption of this project. `None` is no time.
    pub service: Option<Distribution>,
}

/// The capacity of one server.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerCapacity {
    pub queueing: Queueing,
    /// The most connections at once. `None` is unlimited.
    pub connections: Option<usize>,
    /// How long an idle connection is kept.
    pub keeps_idle: Duration,
    /// Whether TLS sessions are resumed.
    pub resumes: bool,
    /// Seconds after which a rejected client may retry (Retry-After).
    pub retry_after_s: u32,
    /// The service time of each operation; one that is not listed takes no time.
    pub service: BTreeMap<TimedOperation, Distribution>,
}

impl ServerCapacity {
    fn without_bounds(service: impl IntoIterator<Item = (TimedOperation, Distribution)>) -> Self {
        ServerCapacity {
            queueing: Queueing::default(),
            connections: None,
            keeps_idle: Timeouts::SERVER.idle,
            resumes: false,
            retry_after_s: 1,
            service: service.into_iter().collect(),
        }
    }

    /// An unbounded server whose work takes no time.
    pub fn instant() -> Self {
        ServerCapacity::without_bounds([])
    }

    /// The default capacity: unlimited workers, and the assumed service times.
    pub fn of(timed: &[TimedDescription]) -> Self {
        ServerCapacity::without_bounds(timed.iter().filter_map(|t| Some((t.operation, t.service?))))
    }
}

/// A server's work: draws service times from its own stream, and runs operations at its station.
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

    /// A server with its own station.
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

    /// Runs an operation once a worker is free. One that takes no time needs no worker, and draws nothing.
    pub async fn on(&self, operation: TimedOperation) -> Result<(), Busy> {
        self.station.work(self.time_of(operation)).await
    }

    /// Continues work that has begun: waits for a worker, and is never rejected.
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
