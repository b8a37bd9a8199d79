//! The simulated network and hosts of the ticking engine, on turmoil. No other file names it.
//!
//! turmoil costs the cube of its hosts per tick, so a run has few of them and many parties live on one host. Its own latency
//! is zero: [`super::link`] counts latency exactly and the private module `wire` holds bytes back.

use super::end::End;
use super::link::Links;
use super::wire::{Tap, Wire, WireTimes};
use super::{AddressBook, Connection, Endpoint, Listener, Network};
use crate::clock::NANOS_PER_MILLI;
use crate::context;
use crate::disk::Unsynced;
use crate::engine::{Commands, HostCommand, SimulationError, Until};
use crate::seed::Seed;
use crate::terms::roles::Zone;
use futures_util::future::LocalBoxFuture;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::rc::Rc;
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

/// One tick of the engine: turmoil's time breaks silently below a millisecond.
pub const TICK: Duration = Duration::from_millis(1);

/// A simulated network with its hosts.
pub struct TickingSimulation {
    sim: turmoil::Sim<'static>,
    commands: Commands,
    on_crash: BTreeMap<String, Box<dyn Fn(Unsynced)>>,
    elapsed: Rc<Cell<u64>>,
}

/// The engine's clock for [`context::World::new`]: inside a host its own tick, elsewhere the whole simulation's.
#[derive(Clone, Default)]
pub struct EngineClock {
    elapsed: Rc<Cell<u64>>,
}

impl EngineClock {
    pub fn reader(&self) -> Box<dyn Fn() -> u64> {
        let elapsed = self.elapsed.clone();
        Box::new(move || turmoil::sim_elapsed().map_or(elapsed.get(), crate::clock::nanos))
    }
}

/// How far exact times may lag behind ticks: a message is up to one tick late on each side of a hop.
pub const SLACK_NS: u64 = 2 * NANOS_PER_MILLI;

impl TickingSimulation {
    /// `epoch` is the instant at which the run starts, `clock` the one that the run's [`context::World`] reads.
    pub fn new(seed: &Seed, epoch: jiff::Timestamp, clock: &EngineClock) -> Self {
        let mut builder = turmoil::Builder::new();
        builder
            .rng_seed(seed.number("turmoil"))
            .epoch(SystemTime::from(epoch))
            .tick_duration(TICK)
            .simulation_duration(Duration::from_secs(u64::from(u32::MAX)))
            .min_message_latency(Duration::ZERO)
            .max_message_latency(Duration::ZERO)
            .tcp_capacity(1 << 16);
        let commands = Commands::default();
        TickingSimulation { sim: builder.build(), commands, on_crash: BTreeMap::new(), elapsed: clock.elapsed.clone() }
    }

    /// Adds a host. `software` is started now and after every restart; `on_crash` decides for its disks what becomes
    /// of what was not synced.
    pub fn host<F, Fut>(&mut self, name: &str, on_crash: impl Fn(Unsynced) + 'static, software: F)
    where
        F: Fn() -> Fut + 'static,
        Fut: Future<Output = ()> + 'static,
    {
        self.on_crash.insert(name.to_string(), Box::new(on_crash));
        // The software is made at the first poll and not before: after a restart turmoil's clock is right only then.
        let software = Rc::new(software);
        self.sim.host(name, move || {
            let software = software.clone();
            async move {
                software().await;
                Ok(())
            }
        });
    }

    pub fn commands(&self) -> Commands {
        self.commands.clone()
    }

    /// Virtual time since the start.
    pub fn elapsed(&self) -> Duration {
        self.sim.elapsed()
    }

    /// Runs until `until` says that it is done, at most `limit` of virtual time. `until` is called with the time before each tick.
    pub fn run_until(&mut self, mut until: impl FnMut(Duration) -> Until, limit: Duration) -> Result<(), SimulationError> {
        // What the testbed has to do is done at the next tick, so it need not say when.
        while until(self.sim.elapsed()) != Until::Done {
            if self.sim.elapsed() >= limit {
                return Err(SimulationError::TimeLimit { limit });
            }
            self.sim.step().map_err(|e| SimulationError::Host(e.to_string()))?;
            self.elapsed.set(crate::clock::nanos(self.sim.elapsed()));
            while let Some(command) = self.commands.take() {
                match command {
                    HostCommand::Crash(host, unsynced) => {
                        self.sim.crash(host.as_str());
                        if let Some(f) = self.on_crash.get(&host) {
                            f(unsynced);
                        }
                    }
                    HostCommand::Restart(host) => self.sim.bounce(host.as_str()),
                }
            }
        }
        Ok(())
    }
}

/// The simulated network as the parties of one run reach it.
#[derive(Clone)]
pub struct TurmoilNetwork {
    links: Links,
    next_connection: Rc<Cell<u64>>,
    addresses: AddressBook,
}

impl TurmoilNetwork {
    /// `addresses` names every service that can be connected to.
    pub fn new(links: Links, addresses: AddressBook) -> Self {
        TurmoilNetwork { links, next_connection: Rc::new(Cell::new(0)), addresses }
    }

    fn wire(&self, stream: turmoil::net::TcpStream, me: &End, peer: &End, number: u64) -> Connection {
        let times = Rc::new(WireTimes::default());
        let (out, back) = (self.links.between(me, peer), self.links.between(peer, me));
        let tap = Tap::new(me, peer, number);
        Connection::new(Wire::new(stream, self.links.clone(), (out, back), times.clone(), tap), times, peer.party.clone())
    }
}

impl Network for TurmoilNetwork {
    fn listen(&self, port: u16) -> LocalBoxFuture<'static, io::Result<Box<dyn Listener>>> {
        let network = self.clone();
        Box::pin(async move {
            let listener = turmoil::net::TcpListener::bind(("0.0.0.0", port)).await?;
            let (send, accepted) = mpsc::unbounded_channel();
            context::spawn(accept_all(listener, network, send));
            Ok(Box::new(SimListener { accepted }) as Box<dyn Listener>)
        })
    }

    fn connect(&self, to: &Endpoint) -> LocalBoxFuture<'static, io::Result<Connection>> {
        let (network, to) = (self.clone(), to.clone());
        Box::pin(async move {
            let (zone, at) = network.addresses.resolve(&to)?;
            let (me, peer) = (super::end::me(), End { party: to.host.clone(), zone });
            crate::clock::sleep_until(network.links.carry_handshake(&me, &peer, crate::clock::now())).await;
            let mut stream = turmoil::net::TcpStream::connect((at.host.as_str(), at.port)).await?;
            let number = network.next_connection.replace(network.next_connection.get() + 1);
            // The first frame names the party that connects: parties share a host's address.
            let hello = serde_json::to_vec(&(&me.party, me.zone, number)).map_err(io::Error::other)?;
            stream.write_u16(hello.len() as u16).await?;
            stream.write_all(&hello).await?;
            Ok(network.wire(stream, &me, &peer, number))
        })
    }
}

struct SimListener {
    accepted: mpsc::UnboundedReceiver<Connection>,
}

impl Listener for SimListener {
    fn accept(&mut self) -> LocalBoxFuture<'_, io::Result<Connection>> {
        Box::pin(async move { self.accepted.recv().await.ok_or_else(|| io::ErrorKind::ConnectionAborted.into()) })
    }
}

/// Takes connections and hears who is there, each in a task of its own, so that no one waits for another's first frame.
async fn accept_all(listener: turmoil::net::TcpListener, network: TurmoilNetwork, send: mpsc::UnboundedSender<Connection>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let (network, send) = (network.clone(), send.clone());
        context::spawn(async move {
            // Who connected and went away, as in a crash, is no error of the listener's.
            if let Ok((party, zone, number)) = hello(&mut stream).await {
                // The listener may be gone too.
                let _ = send.send(network.wire(stream, &super::end::me(), &End { party, zone }, number));
            }
        });
    }
}

async fn hello(stream: &mut turmoil::net::TcpStream) -> io::Result<(String, Zone, u64)> {
    let mut hello = vec![0; usize::from(stream.read_u16().await?)];
    stream.read_exact(&mut hello).await?;
    serde_json::from_slice(&hello).map_err(io::Error::other)
}
