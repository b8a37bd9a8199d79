//! The ticking engine, on turmoil: every host is visited each virtual millisecond.
//!
//! The cost of turmoil per tick grows with the cube of the number of hosts, so a run has few hosts with many parties on each. Its
//! network is [`crate::net::turmoil`]; no other file uses turmoil.

use super::control::{Commands, HostCommand, SimulationError, Until};
use crate::clock::NANOS_PER_MILLI;
use crate::disk::Unsynced;
use crate::seed::Seed;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::future::Future;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

/// One tick of the engine: below a millisecond, turmoil's time is silently wrong.
pub const TICK: Duration = Duration::from_millis(1);

/// A simulated network with its hosts.
pub struct TickingSimulation {
    sim: turmoil::Sim<'static>,
    commands: Commands,
    on_crash: BTreeMap<String, Box<dyn Fn(Unsynced)>>,
    elapsed: Rc<Cell<u64>>,
}

/// The engine's clock for [`crate::context::World::new`]: inside a host its own tick, elsewhere the whole simulation's.
#[derive(Clone, Default)]
pub struct EngineClock {
    elapsed: Rc<Cell<u64>>,
}

impl EngineClock {
    /// A function that reads the clock, in nanoseconds.
    pub fn reader(&self) -> Box<dyn Fn() -> u64> {
        let elapsed = self.elapsed.clone();
        Box::new(move || turmoil::sim_elapsed().map_or(elapsed.get(), crate::clock::nanos))
    }
}

/// How far exact times may lag behind ticks: a message is up to one tick late on each side of a hop.
pub const SLACK_NS: u64 = 2 * NANOS_PER_MILLI;

impl TickingSimulation {
    /// `epoch` is the instant at which the run starts, `clock` the one that the run's [`crate::context::World`] reads.
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

    /// Adds a host. `software` is started now and after every restart; `on_crash` applies a crash to its disks: unsynced
    /// records are lost or kept.
    pub fn host<F, Fut>(&mut self, name: &str, on_crash: impl Fn(Unsynced) + 'static, software: F)
    where
        F: Fn() -> Fut + 'static,
        Fut: Future<Output = ()> + 'static,
    {
        self.on_crash.insert(name.to_string(), Box::new(on_crash));
        // The software is created at the first poll and not before: after a restart, turmoil's clock is right only from then on.
        let software = Rc::new(software);
        self.sim.host(name, move || {
            let software = software.clone();
            async move {
                software().await;
                Ok(())
            }
        });
    }

    /// The queue of commands for its hosts.
    pub fn commands(&self) -> Commands {
        self.commands.clone()
    }

    /// Virtual time since the start.
    pub fn elapsed(&self) -> Duration {
        self.sim.elapsed()
    }

    /// Runs until `until` returns [`Until::Done`], for at most `limit` of virtual time. `until` is called with the time before
    /// each tick.
    pub fn run_until(&mut self, mut until: impl FnMut(Duration) -> Until, limit: Duration) -> Result<(), SimulationError> {
        // The testbed does its own work at the next tick, so `Until::At` needs no handling here.
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
