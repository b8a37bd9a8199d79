//! The engines that drive the parties, hosts and clock. Two simulate, and the same parties run on both.
//!
//! - [`EngineKind::Events`], the default, is a discrete-event engine: time jumps from one event to the next, in nanoseconds. Its
//!   cost depends on the number of events, not on the time that passes or the number of hosts. Load studies need this.
//! - [`EngineKind::Ticks`] is turmoil: every host is visited each virtual millisecond, whether or not it has something to do. It
//!   is a cross-check: the verdicts on both engines must be the same (`cli/tests/it/engines.rs`).
//!
//! Exact times are the same on both (see [`crate::clock`]). Only the order of events at different parties within a millisecond
//! may differ, and with it what is drawn from streams that they share.
//!
//! A third one, [`LiveSimulation`], runs the same parties in real time on real TCP, with systems that are not simulated.

mod control;
mod events;
mod hosts;
mod live;
mod ticks;

use crate::context::World;
use crate::disk::Unsynced;
use crate::journal::Journal;
use crate::net::turmoil::TurmoilNetwork;
use crate::net::{AddressBook, Links, Network};
use crate::seed::Seed;
use crate::timers::Timers;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;
use ticks::{EngineClock, SLACK_NS};

pub use control::{Commands, HostCommand, SimulationError, Until};
pub use events::EventSimulation;
pub use live::LiveSimulation;
pub use ticks::TickingSimulation;

/// Which engine a run is played on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EngineKind {
    Ticks,
    #[default]
    Events,
}

impl EngineKind {
    pub const ALL: [EngineKind; 2] = [EngineKind::Ticks, EngineKind::Events];

    pub fn name(self) -> &'static str {
        match self {
            EngineKind::Ticks => "ticks",
            EngineKind::Events => "events",
        }
    }

    pub fn parse(name: &str) -> Option<EngineKind> {
        EngineKind::ALL.into_iter().find(|e| e.name() == name)
    }
}

/// A simulated network with its hosts.
pub enum Simulation {
    Ticks(Box<TickingSimulation>),
    Events(EventSimulation),
    Live(LiveSimulation),
}

impl Simulation {
    /// A simulation and its world. `epoch` is the instant at which the run starts.
    pub fn new(kind: EngineKind, seed: Seed, epoch: jiff::Timestamp, journal: Journal) -> (Simulation, Rc<World>) {
        match kind {
            EngineKind::Ticks => {
                let clock = EngineClock::default();
                let simulation = TickingSimulation::new(&seed, epoch, &clock);
                (Simulation::Ticks(Box::new(simulation)), World::new(seed, epoch, journal, clock.reader(), SLACK_NS))
            }
            EngineKind::Events => {
                let timers = Rc::new(Timers::default());
                (Simulation::Events(EventSimulation::new(timers.clone())), World::on_events(seed, epoch, journal, timers))
            }
        }
    }

    /// The parties on real TCP, and their world. `epoch` is the instant at which the run starts.
    pub fn live(simulation: LiveSimulation, seed: Seed, epoch: jiff::Timestamp, journal: Journal) -> (Simulation, Rc<World>) {
        let world = World::live(seed, epoch, journal, simulation.clock(), simulation.speed());
        (Simulation::Live(simulation), world)
    }

    /// The network between its hosts. `addresses` names every service that can be connected to.
    pub fn network(&self, links: Links, addresses: impl Into<AddressBook>) -> Rc<dyn Network> {
        let addresses = addresses.into();
        match self {
            Simulation::Ticks(_) => Rc::new(TurmoilNetwork::new(links, addresses)),
            Simulation::Events(s) => Rc::new(s.network(links, addresses)),
            Simulation::Live(s) => Rc::new(s.network(addresses)),
        }
    }

    /// Adds a host. `software` is started now and after every restart; `on_crash` applies a crash to its disks: unsynced
    /// records are lost or kept.
    pub fn host<F, Fut>(&mut self, name: &str, on_crash: impl Fn(Unsynced) + 'static, software: F)
    where
        F: Fn() -> Fut + 'static,
        Fut: Future<Output = ()> + 'static,
    {
        match self {
            Simulation::Ticks(s) => s.host(name, on_crash, software),
            Simulation::Events(s) => s.host(name, on_crash, software),
            Simulation::Live(s) => s.host(name, on_crash, software),
        }
    }

    pub fn commands(&self) -> Commands {
        match self {
            Simulation::Ticks(s) => s.commands(),
            Simulation::Events(s) => s.commands(),
            Simulation::Live(s) => s.commands(),
        }
    }

    /// Virtual time since the start.
    pub fn elapsed(&self) -> Duration {
        match self {
            Simulation::Ticks(s) => s.elapsed(),
            Simulation::Events(s) => s.elapsed(),
            Simulation::Live(s) => s.elapsed(),
        }
    }

    /// Runs until `until` returns [`Until::Done`], for at most `limit` of virtual time. `until` is called with the current time
    /// before each advance.
    pub fn run_until(&mut self, until: impl FnMut(Duration) -> Until, limit: Duration) -> Result<(), SimulationError> {
        match self {
            Simulation::Ticks(s) => s.run_until(until, limit),
            Simulation::Events(s) => s.run_until(until, limit),
            Simulation::Live(s) => s.run_until(until, limit),
        }
    }
}

#[cfg(test)]
mod tests;
