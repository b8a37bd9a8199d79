//! The live engine: the same hosts in real time, on real TCP. Nothing is repeatable to the byte, and nothing is waited for that
//! does not happen.
//!
//! The clock may run faster than the machine's, for runs without an external system: a minute of a scenario then takes seconds.

use super::control::{Commands, SimulationError, Until};
use super::hosts::Hosts;
use crate::disk::Unsynced;
use crate::net::AddressBook;
use crate::net::tcp::{TcpNetwork, engine_clock};
use std::future::Future;
use std::io;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;
use tokio::runtime::Runtime;

/// How often the clock is looked at while nothing happens, in nanoseconds of the run. It bounds how late a command, such as the
/// end of `serve`, is seen.
const LOOK: u64 = 50_000_000;

/// Parties on real TCP.
pub struct LiveSimulation {
    runtime: Runtime,
    hosts: Hosts,
    network: TcpNetwork,
    clock: Rc<dyn Fn() -> u64>,
    speed: f64,
}

impl LiveSimulation {
    /// Parties whose clocks run `speed` times as fast as the machine's, from `starts_in` after now on: until then they are being
    /// built. `network` has the sockets that were reserved for them.
    ///
    /// # Errors
    /// If the system provides no event queue.
    pub fn new(network: TcpNetwork, speed: f64, starts_in: Duration) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (machine, before) = (engine_clock(), crate::clock::nanos(starts_in));
        let clock = move || (machine().saturating_sub(before) as f64 * speed) as u64;
        Ok(LiveSimulation { runtime, hosts: Hosts::default(), network, clock: Rc::new(clock), speed })
    }

    /// The clock for [`crate::context::World::live`].
    pub fn clock(&self) -> Box<dyn Fn() -> u64> {
        let clock = self.clock.clone();
        Box::new(move || clock())
    }

    /// How many times as fast as the machine's the clocks run.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    pub(crate) fn network(&self, addresses: AddressBook) -> TcpNetwork {
        self.network.reaching(addresses)
    }

    pub(crate) fn host<F, Fut>(&mut self, name: &str, on_crash: impl Fn(Unsynced) + 'static, software: F)
    where
        F: Fn() -> Fut + 'static,
        Fut: Future<Output = ()> + 'static,
    {
        self.hosts.add(name, on_crash, software);
    }

    pub(crate) fn commands(&self) -> Commands {
        self.hosts.commands()
    }

    pub(crate) fn elapsed(&self) -> Duration {
        Duration::from_nanos((self.clock)())
    }

    pub(crate) fn run_until(&mut self, mut until: impl FnMut(Duration) -> Until, limit: Duration) -> Result<(), SimulationError> {
        let LiveSimulation { runtime, hosts, clock, speed, .. } = self;
        let limit_ns = crate::clock::nanos(limit);
        loop {
            let now = clock();
            let own = match until(Duration::from_nanos(now)) {
                Until::Done => return Ok(()),
                Until::At(ns) => ns,
                Until::Open => u64::MAX,
            };
            if now >= limit_ns {
                return Err(SimulationError::TimeLimit { limit });
            }
            // A host that was started by a command is ready.
            hosts.execute_commands(|_, _| ());
            let wait = own.clamp(now, now.saturating_add(LOOK)) - now;
            let wait = Duration::from_nanos((wait as f64 / *speed) as u64);
            runtime.block_on(async {
                let sleep = tokio::time::sleep(wait);
                tokio::pin!(sleep);
                std::future::poll_fn(|cx| {
                    hosts.wake(cx.waker());
                    let ran = hosts.any_ready();
                    hosts.run_ready(|_| ());
                    // What ran may have reached the end of the run.
                    if ran || sleep.as_mut().poll(cx).is_ready() { Poll::Ready(()) } else { Poll::Pending }
                })
                .await;
                // Sockets and timers are looked at.
                tokio::task::yield_now().await;
            });
        }
    }
}
