//! Which party is acting, and in which world.
//!
//! Every task of the simulation runs [`within`] a party. Whatever it does (draw randomness, read a clock, write a log line,
//! send a byte) is then known to be that party's, also in libraries that know nothing of the simulation, because the party
//! is set each time the task is polled.

use crate::journal::{Event, Journal};
use crate::seed::{Seed, Stream};
use crate::terms::roles::Zone;
use crate::timers::Timers;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// What all parties of one run share. One run lives on one thread.
pub struct World {
    pub seed: Seed,
    /// The instant at which the run's time is zero.
    pub epoch: jiff::Timestamp,
    pub journal: RefCell<Journal>,
    /// How many exchanges of request and response have begun, at either end.
    exchanges: Cell<u64>,
    /// Nanoseconds since the start, as the engine counts them. A simulated engine counts in whole ticks.
    engine_clock: Box<dyn Fn() -> u64>,
    /// How far a task's exact time may lag behind the engine's before the engine's is taken, in nanoseconds.
    slack: u64,
    /// The timers of an engine that has its own.
    timers: Option<Rc<Timers>>,
    /// How many times as fast as the machine's clock the engine's runs, where it waits for the machine's.
    speed: f64,
    /// Whether the journal records everything that happens.
    whole: bool,
}

impl World {
    pub fn new(
        seed: Seed,
        epoch: jiff::Timestamp,
        journal: Journal,
        engine_clock: Box<dyn Fn() -> u64>,
        slack: u64,
    ) -> Rc<World> {
        let (whole, journal, exchanges) = (journal.is_whole(), RefCell::new(journal), Cell::new(0));
        Rc::new(World { seed, epoch, journal, exchanges, engine_clock, slack, timers: None, speed: 1.0, whole })
    }

    /// A world of the event engine, whose clock is exact.
    pub fn on_events(seed: Seed, epoch: jiff::Timestamp, journal: Journal, timers: Rc<Timers>) -> Rc<World> {
        let clock = timers.clone();
        let (whole, journal, exchanges) = (journal.is_whole(), RefCell::new(journal), Cell::new(0));
        let engine_clock = Box::new(move || clock.now());
        Rc::new(World { seed, epoch, journal, exchanges, engine_clock, slack: 0, timers: Some(timers), speed: 1.0, whole })
    }

    /// A world in real time, whose clock runs `speed` times as fast as the machine's.
    pub fn live(
        seed: Seed,
        epoch: jiff::Timestamp,
        journal: Journal,
        engine_clock: Box<dyn Fn() -> u64>,
        speed: f64,
    ) -> Rc<World> {
        let (whole, journal, exchanges) = (journal.is_whole(), RefCell::new(journal), Cell::new(0));
        Rc::new(World { seed, epoch, journal, exchanges, engine_clock, slack: 0, timers: None, speed, whole })
    }

    pub(crate) fn timers(&self) -> Option<&Rc<Timers>> {
        self.timers.as_ref()
    }

    pub fn engine_now(&self) -> u64 {
        (self.engine_clock)()
    }

    /// How long the machine's clock takes for so many nanoseconds of the engine's.
    pub(crate) fn machine_time(&self, ns: u64) -> std::time::Duration {
        std::time::Duration::from_nanos(if self.speed == 1.0 { ns } else { (ns as f64 / self.speed) as u64 })
    }

    pub fn slack(&self) -> u64 {
        self.slack
    }

    /// Writes an entry of the testbed itself: a fault, a visit, the head of the journal.
    pub fn note(&self, at_ns: u64, event: Event) {
        self.journal.borrow_mut().write(at_ns, "testbed", Zone::Testbed, event);
    }
}

/// One acting party: a facility, the broker, a reader.
pub struct Party {
    /// Unique in a run and stable: `broker`, `facility-000003`.
    pub name: String,
    pub zone: Zone,
    /// How far this party's clock is off, in nanoseconds; by how many parts per million it runs fast, and since when.
    clock_offset: Cell<i64>,
    clock_drift_ppm: Cell<i64>,
    clock_drifts_since: Cell<u64>,
    random: RefCell<Stream>,
}

impl Party {
    pub fn new(seed: &Seed, name: &str, zone: Zone) -> Rc<Party> {
        Rc::new(Party {
            name: name.to_string(),
            zone,
            clock_offset: Cell::new(0),
            clock_drift_ppm: Cell::new(0),
            clock_drifts_since: Cell::new(0),
            random: RefCell::new(seed.stream(&format!("party/{name}"))),
        })
    }

    /// Sets the party's clock wrong: `offset` nanoseconds ahead (or behind, if negative) and `drift_ppm` parts per million
    /// fast (or slow) from `since_ns` after the start of the run on.
    pub fn skew_clock(&self, offset: i64, drift_ppm: i64, since_ns: u64) {
        self.clock_offset.set(offset);
        self.clock_drift_ppm.set(drift_ppm);
        self.clock_drifts_since.set(since_ns);
    }

    /// What this party's clock shows when `true_ns` have passed since the start of the run, in nanoseconds since that start.
    pub fn clock_reading(&self, true_ns: u64) -> i64 {
        let drifting = true_ns.saturating_sub(self.clock_drifts_since.get());
        let drift = i128::from(drifting) * i128::from(self.clock_drift_ppm.get()) / 1_000_000;
        let true_ns = i64::try_from(true_ns).unwrap_or(i64::MAX);
        true_ns.saturating_add(drift as i64).saturating_add(self.clock_offset.get())
    }
}

/// One line of activity of a party, with its exact time.
pub(crate) struct Task {
    pub(crate) world: Rc<World>,
    pub(crate) party: Rc<Party>,
    exact: Cell<u64>,
}

impl Task {
    /// The exact time of the task, in nanoseconds since the start of the run.
    pub(crate) fn now(&self) -> u64 {
        let engine = self.world.engine_now();
        self.exact.get().max(engine.saturating_sub(self.world.slack()))
    }

    /// Moves the exact time forward to `ns`, if it is not there yet.
    pub(crate) fn advance_to(&self, ns: u64) {
        self.exact.set(self.exact.get().max(ns));
    }
}

thread_local! {
    static CURRENT: RefCell<Option<Rc<Task>>> = const { RefCell::new(None) };
}

pub(crate) fn current() -> Option<Rc<Task>> {
    // A borrow can only fail inside `set_current`, which runs no foreign code.
    CURRENT.with(|c| c.try_borrow().ok().and_then(|t| t.clone()))
}

pub(crate) fn expect_current() -> Rc<Task> {
    current().expect("this code runs within a party: see sim::context::within")
}

fn set_current(task: Option<Rc<Task>>) -> Option<Rc<Task>> {
    CURRENT.with(|c| c.replace(task))
}

/// The world of the running task.
pub fn world() -> Rc<World> {
    expect_current().world.clone()
}

/// The party of the running task.
pub fn party() -> Rc<Party> {
    expect_current().party.clone()
}

/// Whether the journal records everything that happens. If not, as in load studies, callers can skip what only the journal would
/// use. Steps and outcomes are always recorded.
pub fn journal_is_whole() -> bool {
    CURRENT.with(|c| c.try_borrow().is_ok_and(|task| task.as_ref().is_some_and(|t| t.world.whole)))
}

/// Writes to the journal as the running party, at its exact time.
pub fn record(event: Event) {
    let task = expect_current();
    let at = task.now();
    task.world.journal.borrow_mut().write(at, &task.party.name, task.party.zone, event);
}

/// Writes to the journal as `party`, at the running task's exact time: for a party that runs in another party's task, as a
/// reader does in its facility's.
pub fn record_as(party: &Party, event: Event) {
    let task = expect_current();
    let at = task.now();
    task.world.journal.borrow_mut().write(at, &party.name, party.zone, event);
}

/// A number for the next exchange of a request and its response, as one end sees it: unique in a run.
pub fn next_exchange() -> u64 {
    let world = world();
    world.exchanges.replace(world.exchanges.get() + 1)
}

/// Random bytes of the running party. `false` if no party is running on this thread.
pub(crate) fn fill_random(bytes: &mut [u8]) -> bool {
    match current() {
        Some(task) => {
            task.party.random.borrow_mut().fill(bytes);
            true
        }
        None => false,
    }
}

/// Random bytes of the running party, for nonces and challenges.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    expect_current().party.random.borrow_mut().fill(&mut bytes);
    bytes
}

/// A future that acts as `party` in `world`, wherever and whenever it is polled.
pub fn within<F: Future>(world: Rc<World>, party: Rc<Party>, future: F) -> Within<F> {
    let exact = Cell::new(world.engine_now());
    Within { task: Rc::new(Task { world, party, exact }), future: Box::pin(future) }
}

/// Runs `f` as `party`, for set-up that is not asynchronous.
pub fn act_as<T>(world: &Rc<World>, party: &Rc<Party>, f: impl FnOnce() -> T) -> T {
    let exact = Cell::new(world.engine_now());
    let _restore = Restore(set_current(Some(Rc::new(Task { world: world.clone(), party: party.clone(), exact }))));
    f()
}

/// Starts a task of `party` in `world` from outside any party: for the software of a host on which several parties run.
pub fn start<F>(world: &Rc<World>, party: &Rc<Party>, future: F)
where
    F: Future<Output = ()> + 'static,
{
    // The handle is not needed: the task ends with its host.
    drop(tokio::task::spawn_local(within(world.clone(), party.clone(), future)));
}

/// Starts a task of the same party at the same exact time. Awaiting the handle moves the waiting task to the exact time at which
/// it ended.
pub fn spawn<F>(future: F) -> Spawned<F::Output>
where
    F: Future + 'static,
{
    let task = expect_current();
    spawn_as(task.party.clone(), future)
}

/// Starts a task of `party` at the exact time of the running one.
pub fn spawn_as<F>(party: Rc<Party>, future: F) -> Spawned<F::Output>
where
    F: Future + 'static,
{
    let task = expect_current();
    let own = Rc::new(Task { world: task.world.clone(), party, exact: Cell::new(task.now()) });
    let handle = tokio::task::spawn_local(Within { task: own.clone(), future: Box::pin(future) });
    Spawned { handle, task: own }
}

/// The handle of a spawned task.
pub struct Spawned<T> {
    handle: tokio::task::JoinHandle<T>,
    task: Rc<Task>,
}

impl<T> Spawned<T> {
    /// Ends the task at its next wait.
    pub fn abort(&self) {
        self.handle.abort();
    }
}

impl<T> Future for Spawned<T> {
    type Output = Result<T, tokio::task::JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let done = Pin::new(&mut self.handle).poll(cx);
        if done.is_ready()
            && let Some(waiting) = current()
        {
            waiting.advance_to(self.task.exact.get());
        }
        done
    }
}

/// See [`within`].
pub struct Within<F> {
    task: Rc<Task>,
    future: Pin<Box<F>>,
}

/// Restores the previous party, even when the polled future panics.
struct Restore(Option<Rc<Task>>);

impl Drop for Restore {
    fn drop(&mut self) {
        set_current(self.0.take());
    }
}

impl<F: Future> Future for Within<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let _restore = Restore(set_current(Some(self.task.clone())));
        self.future.as_mut().poll(cx)
    }
}
