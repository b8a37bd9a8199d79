//! The event engine: hosts run until all of their tasks wait, then time jumps to the next instant for which a task waits. A
//! waiting task costs nothing.
//!
//! The engine polls a host when one of its tasks is woken. There is no runtime behind it, and nothing on it may use tokio's own
//! timers or sockets.

use super::control::{Commands, SimulationError, Until};
use super::hosts::Hosts;
use crate::disk::Unsynced;
use crate::net::events::{EventNetwork, HostState};
use crate::net::{AddressBook, Links};
use crate::timers::Timers;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

/// A simulation on this engine.
pub struct EventSimulation {
    timers: Rc<Timers>,
    shared: Rc<HostState>,
    hosts: Hosts,
}

impl EventSimulation {
    /// The network between its hosts.
    pub(crate) fn network(&self, links: Links, addresses: AddressBook) -> EventNetwork {
        EventNetwork::new(links, addresses, self.timers.clone(), self.shared.clone())
    }

    pub(crate) fn new(timers: Rc<Timers>) -> Self {
        EventSimulation { timers, shared: Rc::default(), hosts: Hosts::default() }
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
        Duration::from_nanos(self.timers.now())
    }

    pub(crate) fn run_until(&mut self, mut until: impl FnMut(Duration) -> Until, limit: Duration) -> Result<(), SimulationError> {
        loop {
            let shared = &self.shared;
            self.hosts.run_ready(|name| *shared.running.borrow_mut() = name.clone());
            let own = match until(self.elapsed()) {
                Until::Done => return Ok(()),
                Until::At(ns) => Some(ns.max(self.timers.now())),
                Until::Open => None,
            };
            // A fault or an event of the scenario may have woken tasks: they run at this instant, not at the next one.
            if self.execute_commands() || self.hosts.any_ready() {
                continue;
            }
            let next = match (self.timers.next(), own) {
                (Some(a), Some(b)) => a.min(b),
                (Some(one), None) | (None, Some(one)) => one,
                (None, None) => return Err(SimulationError::Stalled),
            };
            if next >= crate::clock::nanos(limit) {
                self.timers.advance(crate::clock::nanos(limit));
                return Err(SimulationError::TimeLimit { limit });
            }
            self.timers.advance(next);
        }
    }

    /// Executes the queued commands. Returns whether there was one.
    fn execute_commands(&mut self) -> bool {
        let shared = &self.shared;
        self.hosts.execute_commands(|name, down| {
            let mut all = shared.down.borrow_mut();
            if down {
                all.insert(name.clone())
            } else {
                all.remove(name)
            };
        })
    }
}
