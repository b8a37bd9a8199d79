//! The event engine: hosts run until all of their tasks wait, then time jumps to the next instant for which a task waits. A
//! waiting task costs nothing.
//!
//! Each host is a [`tokio::task::LocalSet`] that this engine polls when one of its tasks is woken, so that a crash can end all
//! of them at once. There is no runtime behind it, and nothing on it may use tokio's own timers or sockets.

use super::control::{Commands, HostCommand, SimulationError, Until};
use crate::disk::Unsynced;
use crate::net::events::{EventNetwork, HostState};
use crate::net::{AddressBook, Links};
use crate::timers::Timers;
use futures_util::future::LocalBoxFuture;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Wake, Waker};
use std::time::Duration;
use tokio::task::LocalSet;

/// Hosts that have something to do, in the order in which they were woken.
#[derive(Default)]
struct ReadyHosts(Mutex<VecDeque<usize>>);

impl ReadyHosts {
    fn push(&self, host: usize) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(host);
    }

    fn pop(&self) -> Option<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

struct HostWaker {
    host: usize,
    queued: AtomicBool,
    ready: Arc<ReadyHosts>,
}

impl Wake for HostWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.queued.swap(true, Ordering::Relaxed) {
            self.ready.push(self.host);
        }
    }
}

struct Host {
    name: Rc<str>,
    software: Box<dyn Fn() -> LocalBoxFuture<'static, ()>>,
    on_crash: Box<dyn Fn(Unsynced)>,
    tasks: Option<LocalSet>,
    woken: Arc<HostWaker>,
    waker: Waker,
}

impl Host {
    fn start(&mut self) {
        let mut tasks = LocalSet::new();
        // A panic in a task ends the run instead of being swallowed.
        tasks.unhandled_panic(tokio::runtime::UnhandledPanic::ShutdownRuntime);
        drop(tasks.spawn_local((self.software)()));
        self.tasks = Some(tasks);
        self.waker.wake_by_ref();
    }
}

/// A simulation on this engine.
pub struct EventSimulation {
    timers: Rc<Timers>,
    shared: Rc<HostState>,
    hosts: Vec<Host>,
    ready: Arc<ReadyHosts>,
    commands: Commands,
}

impl EventSimulation {
    /// The network between its hosts.
    pub(crate) fn network(&self, links: Links, addresses: AddressBook) -> EventNetwork {
        EventNetwork::new(links, addresses, self.timers.clone(), self.shared.clone())
    }

    pub(crate) fn new(timers: Rc<Timers>) -> Self {
        let (shared, ready, commands) = (Rc::default(), Arc::default(), Commands::default());
        EventSimulation { timers, shared, hosts: Vec::new(), ready, commands }
    }

    pub(crate) fn host<F, Fut>(&mut self, name: &str, on_crash: impl Fn(Unsynced) + 'static, software: F)
    where
        F: Fn() -> Fut + 'static,
        Fut: Future<Output = ()> + 'static,
    {
        let (host, ready) = (self.hosts.len(), self.ready.clone());
        let woken = Arc::new(HostWaker { host, queued: AtomicBool::new(false), ready });
        let mut host = Host {
            name: name.into(),
            // As on the other engine, the software is created when the host first runs.
            software: {
                let software = Rc::new(software);
                Box::new(move || {
                    let software = software.clone();
                    Box::pin(async move { software().await })
                })
            },
            on_crash: Box::new(on_crash),
            tasks: None,
            waker: Waker::from(woken.clone()),
            woken,
        };
        host.start();
        self.hosts.push(host);
    }

    pub(crate) fn commands(&self) -> Commands {
        self.commands.clone()
    }

    pub(crate) fn elapsed(&self) -> Duration {
        Duration::from_nanos(self.timers.now())
    }

    pub(crate) fn run_until(&mut self, mut until: impl FnMut(Duration) -> Until, limit: Duration) -> Result<(), SimulationError> {
        loop {
            self.run_ready();
            let own = match until(self.elapsed()) {
                Until::Done => return Ok(()),
                Until::At(ns) => Some(ns.max(self.timers.now())),
                Until::Open => None,
            };
            if self.execute_commands() {
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

    /// Runs hosts until all of their tasks wait.
    fn run_ready(&mut self) {
        while let Some(host) = self.ready.pop() {
            let Some(host) = self.hosts.get_mut(host) else { continue };
            host.woken.queued.store(false, Ordering::Relaxed);
            if let Some(tasks) = &mut host.tasks {
                *self.shared.running.borrow_mut() = host.name.clone();
                // Whether all of its tasks have ended does not matter: a host may be idle.
                let _ = Pin::new(tasks).poll(&mut Context::from_waker(&host.waker));
            }
        }
    }

    /// Executes the queued commands. Returns whether there was one.
    fn execute_commands(&mut self) -> bool {
        let mut any = false;
        while let Some(command) = self.commands.take() {
            any = true;
            let (name, crash) = match &command {
                HostCommand::Crash(name, unsynced) => (name, Some(*unsynced)),
                HostCommand::Restart(name) => (name, None),
            };
            let Some(host) = self.hosts.iter_mut().find(|h| *h.name == **name) else { continue };
            // What ran on it ends first, also before a restart.
            host.tasks = None;
            let mut down = self.shared.down.borrow_mut();
            match crash {
                Some(unsynced) => {
                    down.insert(host.name.clone());
                    (host.on_crash)(unsynced);
                }
                None => {
                    down.remove(&host.name);
                    host.start();
                }
            }
        }
        any
    }
}
