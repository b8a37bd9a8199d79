//! Hosts whose tasks an engine polls itself: each is a [`tokio::task::LocalSet`], so that a crash can end all of its tasks at once.

use super::control::{Commands, HostCommand};
use crate::disk::Unsynced;
use futures_util::future::LocalBoxFuture;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Wake, Waker};
use tokio::task::LocalSet;

/// Hosts that have something to do, in the order in which they were woken, and the engine's own task, if it has one that waits.
#[derive(Default)]
struct ReadyHosts {
    hosts: Mutex<VecDeque<usize>>,
    engine: Mutex<Option<Waker>>,
}

impl ReadyHosts {
    fn push(&self, host: usize) {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner).push_back(host);
        if let Some(engine) = self.engine.lock().unwrap_or_else(PoisonError::into_inner).take() {
            engine.wake();
        }
    }

    fn pop(&self) -> Option<usize> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
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

/// All hosts of an engine.
#[derive(Default)]
pub(super) struct Hosts {
    all: Vec<Host>,
    ready: Arc<ReadyHosts>,
    commands: Commands,
}

impl Hosts {
    /// Adds a host and starts its software.
    pub fn add<F, Fut>(&mut self, name: &str, on_crash: impl Fn(Unsynced) + 'static, software: F)
    where
        F: Fn() -> Fut + 'static,
        Fut: Future<Output = ()> + 'static,
    {
        let (host, ready) = (self.all.len(), self.ready.clone());
        let woken = Arc::new(HostWaker { host, queued: AtomicBool::new(false), ready });
        let mut host = Host {
            name: name.into(),
            // As on the ticking engine, the software is created when the host first runs.
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
        self.all.push(host);
    }

    pub fn commands(&self) -> Commands {
        self.commands.clone()
    }

    /// Wakes this task as soon as a host has something to do.
    pub fn wake(&self, engine: &Waker) {
        *self.ready.engine.lock().unwrap_or_else(PoisonError::into_inner) = Some(engine.clone());
    }

    /// Whether a host has something to do.
    pub fn any_ready(&self) -> bool {
        !self.ready.hosts.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Runs hosts until all of their tasks wait. `runs` is called with the one that runs.
    pub fn run_ready(&mut self, runs: impl Fn(&Rc<str>)) {
        while let Some(host) = self.ready.pop() {
            let Some(host) = self.all.get_mut(host) else { continue };
            host.woken.queued.store(false, Ordering::Relaxed);
            if let Some(tasks) = &mut host.tasks {
                runs(&host.name);
                // Whether all of its tasks have ended does not matter: a host may be idle.
                let _ = Pin::new(tasks).poll(&mut Context::from_waker(&host.waker));
            }
        }
    }

    /// Executes the queued commands. `is_down` is called with each host that goes down or comes up. Returns whether there was one.
    pub fn execute_commands(&mut self, is_down: impl Fn(&Rc<str>, bool)) -> bool {
        let mut any = false;
        while let Some(command) = self.commands.take() {
            any = true;
            let (name, crash) = match &command {
                HostCommand::Crash(name, unsynced) => (name, Some(*unsynced)),
                HostCommand::Restart(name) => (name, None),
            };
            let Some(host) = self.all.iter_mut().find(|h| *h.name == **name) else { continue };
            // What ran on it ends first, also before a restart.
            host.tasks = None;
            is_down(&host.name, crash.is_some());
            match crash {
                Some(unsynced) => (host.on_crash)(unsynced),
                None => host.start(),
            }
        }
        any
    }
}
