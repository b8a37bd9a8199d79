//! What servers can do: workers and queues with bounds, how long each operation takes, limits of connections, and what comes of
//! too much work. A server that is told nothing has workers without number and the times of [`crate::timing`].

mod figures;
mod little;
mod retry;
mod station;

pub use figures::{Bucket, StationFigures};
pub use little::{Little, LittleBroken};
pub use retry::RetryPolicy;
pub use station::{Busy, Queueing, Station};

use crate::host::patience::Waits;
use crate::timing::{AUTHORITY_ISSUE, BROKER_CHECK, BROKER_LOOKUP, JPKI_RESOLVE, JPKI_STATUS, Pace};
use sim::sample::Distribution;
use sim::seed::Stream;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// Width of the time buckets in which stations keep figures.
pub const BUCKET: Duration = Duration::from_secs(10);

/// Something that a server does and that takes a worker's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// A TLS handshake, before it begins; after its end where sessions are resumed, since only then it is known to be a full one.
    Handshake,
    /// A TLS handshake that resumed a session, after its end.
    Resumption,
    /// The broker gives out a challenge.
    Challenge,
    /// The broker reads and checks a request: parsing, certificate path, signature.
    Check,
    /// The broker finds the eligibility. Unless `store` has a time of its own, the durable record is part of it.
    Lookup,
    /// The broker makes its record durable.
    Store,
    /// JPKI tells a certificate's status (OCSP).
    Status,
    /// JPKI finds the institution code of a certificate.
    Resolve,
    /// The number authority derives the codes of one request.
    Issue,
}

impl Operation {
    pub const BROKER: &[Operation] = &[
        Operation::Handshake,
        Operation::Resumption,
        Operation::Challenge,
        Operation::Check,
        Operation::Lookup,
        Operation::Store,
    ];
    pub const JPKI: &[Operation] = &[Operation::Handshake, Operation::Resumption, Operation::Status, Operation::Resolve];
    pub const NUMBER_AUTHORITY: &[Operation] = &[Operation::Issue];

    /// As scenario files write it.
    pub fn name(self) -> &'static str {
        match self {
            Operation::Handshake => "handshake",
            Operation::Resumption => "resumption",
            Operation::Challenge => "challenge",
            Operation::Check => "check",
            Operation::Lookup => "lookup",
            Operation::Store => "store",
            Operation::Status => "status",
            Operation::Resolve => "resolve",
            Operation::Issue => "issue",
        }
    }
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
    /// Seconds after which whoever is turned away is told to come again.
    pub retry_after_s: u32,
    /// How long each operation takes; one that is not there takes no time.
    pub service: BTreeMap<Operation, Distribution>,
}

impl ServerCapacity {
    fn without_bounds(service: impl IntoIterator<Item = (Operation, Distribution)>) -> Self {
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

    pub fn broker() -> Self {
        ServerCapacity::without_bounds([(Operation::Check, BROKER_CHECK), (Operation::Lookup, BROKER_LOOKUP)])
    }

    pub fn jpki() -> Self {
        ServerCapacity::without_bounds([(Operation::Status, JPKI_STATUS), (Operation::Resolve, JPKI_RESOLVE)])
    }

    pub fn number_authority() -> Self {
        ServerCapacity::without_bounds([(Operation::Issue, AUTHORITY_ISSUE)])
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
    pub async fn on(&self, operation: Operation) -> Result<(), Busy> {
        self.station.work(self.time_of(operation)).await
    }

    /// Goes on with work that has been begun: waits for a worker, and is never turned away.
    pub async fn go_on(&self, operation: Operation) {
        self.station.go_on(self.time_of(operation)).await;
    }

    fn time_of(&self, operation: Operation) -> Duration {
        match self.capacity.service.get(&operation) {
            None | Some(Distribution::Constant { ms: 0.0 }) => Duration::ZERO,
            Some(time) => self.pace.of(time.draw(&mut self.stream.borrow_mut())),
        }
    }
}

#[cfg(test)]
mod tests;
