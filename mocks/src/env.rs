//! A party's access to the world outside it: disk, clock, randomness, network, journal, capacity, and the run's design. A role
//! uses an [`Env`] and no other access, so the same code runs on every engine and network.

use crate::behaviour::Behaviours;
use crate::capacity::{BUCKET, ServerCapacity, ServerWork, Station};
use crate::host::http::{Client, Limits, Service, serve_within};
use crate::host::tls::{ClientTls, ServerTls};
use crate::timing::{Pace, Work};
use futures_util::future::LocalBoxFuture;
use jiff::Timestamp;
use sim::clock::{self, Elapsed};
use sim::context::{self, Party, Spawned};
use sim::disk::Disk;
use sim::journal::Event;
use sim::net::{Connection, Endpoint, Listener, Network};
use sim::seed::{Seed, Stream};
use sim::terms::design::Design;
use sim::terms::roles::Zone;
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// The port on which every service with its own host listens.
pub const HTTPS: u16 = 443;
/// The timeouts of servers for each other.
const SERVER_LIMITS: Limits =
    Limits { connect: Duration::from_secs(2), handshake: Duration::from_secs(2), answer: Duration::from_secs(3) };

/// A party's only access to the world outside it. Clones are handles to the same environment.
#[derive(Clone)]
pub struct Env(Rc<Inner>);

/// The parts of an [`Env`].
pub struct EnvParts {
    /// The acting party: name, zone, clock and random generator.
    pub identity: Rc<Party>,
    pub seed: Seed,
    pub network: Rc<dyn Network>,
    /// The port on which the party listens.
    pub port: u16,
    pub credentials: Credentials,
    /// Its capacity as a server. `None` for a party whose work needs no worker.
    pub capacity: Option<ServerCapacity>,
    pub design: Arc<Design>,
    /// The behaviours of the run's parties.
    pub behaviours: Behaviours,
}

/// The TLS credentials of a party. `None` where it does not serve, or does not connect, over TLS.
#[derive(Clone, Default)]
pub struct Credentials {
    pub server: Option<Rc<ServerTls>>,
    pub client: Option<Rc<ClientTls>>,
}

struct Inner {
    parts: EnvParts,
    disk: Disk,
    pace: Pace,
    workers: Option<Workers>,
}

/// A server's capacity, and its workers and queue. They survive a restart.
struct Workers {
    capacity: Rc<ServerCapacity>,
    station: Rc<Station>,
}

impl EnvParts {
    /// For a party without a network, in a run of honest parties: for benches and tests.
    pub fn offline(seed: &Seed, name: &str, zone: Zone) -> Self {
        EnvParts {
            identity: Party::new(seed, name, zone),
            seed: *seed,
            network: Rc::new(Offline),
            port: HTTPS,
            credentials: Credentials::default(),
            capacity: None,
            design: Arc::default(),
            behaviours: Behaviours::honest(),
        }
    }
}

impl Env {
    /// An environment with an empty disk, its own queue and the usual pace.
    pub fn new(parts: EnvParts) -> Self {
        let workers = parts
            .capacity
            .clone()
            .map(|capacity| Workers { station: Station::new(capacity.queueing, BUCKET), capacity: Rc::new(capacity) });
        Env(Rc::new(Inner { parts, disk: Disk::default(), pace: Pace::default(), workers }))
    }

    /// See [`EnvParts::offline`].
    pub fn offline(seed: &Seed, name: &str, zone: Zone) -> Self {
        Env::new(EnvParts::offline(seed, name, zone))
    }

    /// The acting party.
    pub fn identity(&self) -> &Rc<Party> {
        &self.0.parts.identity
    }

    /// The party's name, unique in a run except for the zones of a card.
    pub fn name(&self) -> &str {
        &self.0.parts.identity.name
    }

    /// The zone in which it acts.
    pub fn zone(&self) -> Zone {
        self.0.parts.identity.zone
    }

    /// The design of the run.
    pub fn design(&self) -> &Arc<Design> {
        &self.0.parts.design
    }

    /// The source of the party's behaviour.
    pub fn behaviours(&self) -> &Behaviours {
        &self.0.parts.behaviours
    }
}

/// The disk.
impl Env {
    /// The party's disk: synced records survive a crash.
    pub fn disk(&self) -> &Disk {
        &self.0.disk
    }
}

/// Randomness.
impl Env {
    /// The run's seed, for named random streams.
    pub fn seed(&self) -> &Seed {
        &self.0.parts.seed
    }

    /// A separate stream of random numbers; the same name gives the same stream.
    pub fn stream(&self, name: &str) -> Stream {
        self.0.parts.seed.stream(name)
    }

    /// Random bytes for nonces and challenges, of the running party.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        context::random_bytes()
    }
}

/// The clock and tasks.
impl Env {
    /// Nanoseconds since the start of the run, exactly.
    pub fn now(&self) -> u64 {
        clock::now()
    }

    /// What the party's own clock shows; it may be wrong.
    pub fn wall(&self) -> Timestamp {
        clock::wall()
    }

    /// Waits.
    pub async fn sleep(&self, time: Duration) {
        clock::sleep(time).await;
    }

    /// Waits until `at_ns` nanoseconds have passed since the start of the run.
    pub async fn sleep_until(&self, at_ns: u64) {
        clock::sleep_until(at_ns).await;
    }

    /// The result of `work`, if it ends within `limit`.
    ///
    /// # Errors
    /// If it does not.
    pub async fn timeout<F: Future>(&self, limit: Duration, work: F) -> Result<F::Output, Elapsed> {
        clock::timeout(limit, work).await
    }

    /// Starts a task of the running party.
    pub fn spawn<F>(&self, task: F) -> Spawned<F::Output>
    where
        F: Future + 'static,
    {
        context::spawn(task)
    }
}

/// The journal.
impl Env {
    /// Writes what the running party does. Log lines go the same way, through `tracing`.
    pub fn record(&self, event: Event) {
        context::record(event);
    }

    /// Whether the journal records everything. If not, as in load studies, callers can skip what only the journal would use.
    /// Steps and outcomes are always recorded.
    pub fn records_everything(&self) -> bool {
        context::journal_is_whole()
    }
}

/// The network.
impl Env {
    /// Serves forever over TLS, within its capacity. Handshakes take the time of a worker of `work`.
    pub async fn serve(&self, work: Rc<ServerWork>, service: Service) -> io::Result<()> {
        let parts = &self.0.parts;
        let Some(tls) = parts.credentials.server.clone() else {
            let what = format!("`{}` has no TLS certificate to serve with: give its role server credentials", self.name());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        };
        serve_within(work, parts.network.clone(), parts.port, tls, service).await
    }

    /// Accepts connections without TLS.
    pub async fn listen(&self) -> io::Result<Box<dyn Listener>> {
        self.0.parts.network.listen(self.0.parts.port).await
    }

    /// Connects to a service without TLS.
    pub async fn connect(&self, service: &str) -> io::Result<Connection> {
        self.0.parts.network.connect(&Endpoint::new(service, HTTPS)).await
    }

    /// A client of another server.
    pub fn client(&self, service: &str) -> Client {
        self.client_through(service, service, SERVER_LIMITS)
    }

    /// A client of the server `service`, reached through `through`, that waits as long as `limits` say.
    pub fn client_through(&self, through: &str, service: &str, limits: Limits) -> Client {
        let endpoint = Endpoint::new(through, HTTPS);
        Client::new(self.0.parts.network.clone(), endpoint, service, self.client_tls().cloned(), limits)
    }

    /// Its TLS credentials as a client.
    pub fn client_tls(&self) -> Option<&Rc<ClientTls>> {
        self.0.parts.credentials.client.as_ref()
    }

    /// Its TLS credentials as a server.
    pub fn server_tls(&self) -> Option<&Rc<ServerTls>> {
        self.0.parts.credentials.server.as_ref()
    }
}

/// Capacity.
impl Env {
    /// How fast the party works; faults change it.
    pub fn pace(&self) -> &Pace {
        &self.0.pace
    }

    /// The workers and their queue. `None` for a party whose work needs no worker.
    pub fn station(&self) -> Option<&Rc<Station>> {
        self.0.workers.as_ref().map(|w| &w.station)
    }

    /// Its capacity as a server. `None` for a party whose work needs no worker.
    pub fn capacity(&self) -> Option<&ServerCapacity> {
        self.0.workers.as_ref().map(|w| w.capacity.as_ref())
    }

    /// A server's work, whose times are drawn from the stream with this name. Without a capacity it has unlimited workers, and
    /// nothing takes time.
    pub fn server_work(&self, stream: &str) -> Rc<ServerWork> {
        let (stream, pace) = (self.stream(stream), self.0.pace.clone());
        Rc::new(match &self.0.workers {
            Some(Workers { capacity, station }) => ServerWork::new(stream, pace, station.clone(), capacity.clone()),
            None => ServerWork::alone(stream, ServerCapacity::instant()),
        })
    }

    /// Work that needs no worker, whose times are drawn from the stream with this name.
    pub fn work(&self, stream: &str) -> Work {
        Work::at(self.stream(stream), self.0.pace.clone())
    }
}

/// A network without any other party.
struct Offline;

fn no_network<T>() -> io::Result<T> {
    Err(io::Error::new(io::ErrorKind::NotConnected, "this party has no network"))
}

impl Network for Offline {
    fn listen(&self, _: u16) -> LocalBoxFuture<'static, io::Result<Box<dyn Listener>>> {
        Box::pin(async { no_network() })
    }

    fn connect(&self, _: &Endpoint) -> LocalBoxFuture<'static, io::Result<Connection>> {
        Box::pin(async { no_network() })
    }
}
