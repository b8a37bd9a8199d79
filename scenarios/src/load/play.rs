//! One run of a load study, on a thread of its own.

use super::order::LoadOrder;
use super::{Arrival, Arrivals, Meter, Watch};
use crate::file::Scenario;
use crate::run::{message, now};
use crate::stage::StageError;
use crate::stage::load::{Facilities, LoadStage};
use crate::start::Start;
use mocks::capacity::{LittleBroken, StationFigures};
use mocks::crypto;
use sha2::{Digest, Sha256};
use sim::clock::{self, nanos};
use sim::context::{self, Party};
use sim::determinism;
use sim::engine::{SimulationError, Until};
use sim::journal::{Event, Journal};
use sim::seed::Seed;
use sim::terms::roles::Zone;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// The results of a run of a load study.
pub struct Loaded {
    pub meter: Meter,
    pub stations: Vec<StationFigures>,
    pub wire_sha256: String,
    /// From the start to the end of the last visit.
    pub virtual_time: Duration,
    /// How many facilities had a visit.
    pub facilities_open: u64,
    /// How many visits were still under way when the run was ended.
    pub left_over: u64,
    /// When it was stopped, if it was: no visit after that was played. With several sites, the earliest of them.
    pub stopped_at: Option<Duration>,
    /// How long the run took on this machine, and how much of that was setup. Not part of any digest.
    pub wall_time: Duration,
    pub setup_time: Duration,
}

/// Why a run has no results.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("the scenario has no [load]: play it with `shikaku run`")]
    NoLoad,
    #[error("the study cannot be set up: {0}")]
    Stage(#[from] StageError),
    #[error("the simulation did not finish: {0}")]
    Simulation(#[from] SimulationError),
    #[error("the station of `{station}` contradicts Little's law, an error of the testbed: {broken}")]
    Little { station: String, broken: LittleBroken },
    #[error(
        "after {after_s} s, {MOST_UNDER_WAY} people are at the counters of one site at once, and more are not simulated: the rate is \
         above what the servers can serve; give a lower rate or more `workers`"
    )]
    Overloaded { after_s: u64 },
    #[error("the simulation panicked: {0}")]
    Panicked(String),
    #[error("no thread could be started: {0}")]
    Thread(std::io::Error),
}

/// How long a run goes on after the last arrival, for visits under way.
const AFTER_LAST: Duration = Duration::from_secs(600);

/// The most visits under way at one site: each holds its card, its connection and its messages, about 10 kB.
const MOST_UNDER_WAY: usize = 100_000;

/// Plays a load study once, its sites in parallel, each on its own thread: they share no state. `watch` follows it from outside.
pub fn play(scenario: &Scenario, order: &LoadOrder, watch: &Arc<Watch>) -> Result<Loaded, LoadError> {
    let started = now();
    let mut running = Vec::new();
    for site in 0..order.load.sites {
        let order = LoadOrder { load: order.load.at_site(site), ..order.clone() };
        let mut scenario = scenario.clone();
        scenario.faults.retain(|fault| fault.site.is_none_or(|at| at == site + 1));
        if site > 0 {
            // Another site has other people and its own random streams.
            let name = scenario.draws_as.as_deref().unwrap_or(&scenario.name);
            scenario.draws_as = Some(format!("{name}/site-{}", site + 1));
        }
        // The standard library draws the keys of its hash maps once per thread, so every run has a new one.
        let thread = std::thread::Builder::new().name(format!("load {}", scenario.name)).stack_size(16 << 20);
        let watch = watch.clone();
        running.push(thread.spawn(move || on_this_thread(&scenario, &order, &watch)).map_err(LoadError::Thread)?);
    }
    // All threads are joined, even if one has failed.
    let ended: Vec<Result<Loaded, LoadError>> = running
        .into_iter()
        .map(|site| site.join().unwrap_or_else(|panic| Err(LoadError::Panicked(message(panic.as_ref())))))
        .collect();
    let mut sites = ended.into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut all = sites.remove(0);
    if !sites.is_empty() {
        name_stations(&mut all.stations, 1);
    }
    for (site, loaded) in (2..).zip(sites) {
        all.add(loaded, site);
    }
    all.wall_time = started.elapsed();
    Ok(all)
}

fn name_stations(stations: &mut [StationFigures], site: usize) {
    stations.iter_mut().for_each(|s| s.name = format!("{}-{site}", s.name));
}

impl Loaded {
    fn add(&mut self, other: Loaded, site: usize) {
        self.meter.add(&other.meter);
        let mut stations = other.stations;
        name_stations(&mut stations, site);
        self.stations.extend(stations);
        let both = Sha256::new().chain_update(&self.wire_sha256).chain_update(&other.wire_sha256).finalize();
        self.wire_sha256 = data_encoding::HEXLOWER.encode(&both);
        self.virtual_time = self.virtual_time.max(other.virtual_time);
        self.facilities_open += other.facilities_open;
        self.left_over += other.left_over;
        self.stopped_at = [self.stopped_at, other.stopped_at].into_iter().flatten().min();
        self.setup_time = self.setup_time.max(other.setup_time);
    }
}

/// Starts the visits at the facilities.
struct Driver {
    facilities: Rc<Facilities>,
    meter: Rc<RefCell<Meter>>,
    /// Whether the last visit has arrived.
    done: Cell<bool>,
    /// Why arrivals ended early.
    failed: RefCell<Option<LoadError>>,
}

impl Driver {
    async fn drive(self: Rc<Self>, arrivals: Arrivals) {
        for arrival in arrivals {
            clock::sleep_until(arrival.at_ns).await;
            let under_way = self.meter.borrow().under_way();
            let sent = match under_way >= MOST_UNDER_WAY {
                true => Err(LoadError::Overloaded { after_s: arrival.at_ns / 1_000_000_000 }),
                false => self.send(arrival).map_err(LoadError::from),
            };
            if let Err(e) = sent {
                *self.failed.borrow_mut() = Some(e);
                break;
            }
        }
        self.done.set(true);
    }

    fn send(&self, arrival: Arrival) -> Result<(), StageError> {
        let at = self.facilities.at(&arrival)?;
        let visit = self.facilities.visit(&arrival, &at);
        self.meter.borrow_mut().arrives(visit.check.clone(), arrival.at_ns);
        let party = at.party.clone();
        drop(context::spawn_as(party, async move {
            // Readers are never closed.
            let _reader = at.readers.acquire().await;
            at.facility.check(&visit).await;
        }));
        Ok(())
    }
}

fn on_this_thread(scenario: &Scenario, order: &LoadOrder, watch: &Watch) -> Result<Loaded, LoadError> {
    let seed = scenario.seed(order.seed);
    let load = &order.load;
    let start = Start::lasting(scenario, load.warm_up.0.saturating_add(load.lasts.0).max(scenario.last_moment()));
    let _answers = determinism::enter(&seed, start.epoch);
    let _way = crypto::enter(order.crypto);
    let setting_up = now();
    let warm_up_ns = nanos(load.warm_up.0);
    let end_ns = warm_up_ns.saturating_add(nanos(load.lasts.0));
    let meter = Rc::new(RefCell::new(Meter::new(warm_up_ns, end_ns)));
    let watching = meter.clone();
    let journal = Journal::watching(Box::new(move |at, event: &Event| watching.borrow_mut().observe(at, event)));
    let mut stage = LoadStage::build(scenario, start, order, seed, journal)?;
    let facilities = stage.facilities.clone();
    let driver = Rc::new(Driver {
        facilities: facilities.clone(),
        meter: meter.clone(),
        done: Cell::new(false),
        failed: RefCell::new(None),
    });
    add_driver(&mut stage, &driver, Arrivals::new(load, &seed), &seed);
    let setup_time = setting_up.elapsed();
    let limit = Duration::from_nanos(end_ns).max(scenario.healed_at().0).saturating_add(AFTER_LAST);
    let timeline = &mut stage.timeline;
    let stopped = Cell::new(None);
    let ended = stage.simulation.run_until(
        |now| {
            timeline.advance(now);
            if watch.reached(now) {
                stopped.set(Some(now));
                return Until::Done;
            }
            match driver.failed.borrow().is_some() || driver.done.get() && meter.borrow().is_empty() {
                true => Until::Done,
                false => timeline.next().map_or(Until::Open, Until::At),
            }
        },
        limit,
    );
    if let Some(e) = driver.failed.take() {
        return Err(e);
    }
    loaded(&stage, &meter, ended, stopped.get(), setup_time)
}

/// The results of a run that has ended, or was stopped.
fn loaded(
    stage: &LoadStage,
    meter: &RefCell<Meter>,
    ended: Result<(), SimulationError>,
    stopped_at: Option<Duration>,
    setup_time: Duration,
) -> Result<Loaded, LoadError> {
    match ended {
        // Visits may still be under way: of a run that was stopped, or that met the limit of its time.
        Ok(()) => {}
        Err(e) if e.leaves_a_journal() => {}
        Err(e) => return Err(e.into()),
    }
    let left_over = meter.borrow().under_way() as u64;
    let virtual_time = stage.simulation.elapsed();
    let stations = figures(stage, nanos(virtual_time))?;
    let wire_sha256 = stage.world.journal.borrow().wire_sha256();
    let (wall_time, facilities_open) = (Duration::ZERO, stage.facilities.opened());
    // Tasks on the hosts may still hold the meter, so it is replaced.
    let meter = meter.replace(Meter::new(0, 1));
    Ok(Loaded { meter, stations, wire_sha256, virtual_time, facilities_open, left_over, stopped_at, wall_time, setup_time })
}

/// Adds the host of the facilities, on which the driver starts all visits.
fn add_driver(stage: &mut LoadStage, driver: &Rc<Driver>, arrivals: Arrivals, seed: &Seed) {
    let (driving, world) = (driver.clone(), stage.world.clone());
    let testbed = Party::new(seed, "testbed", Zone::Testbed);
    let arrivals = Cell::new(Some(arrivals));
    stage.simulation.host(
        "facilities",
        |_| {},
        move || {
            let (driver, arrivals) = (driving.clone(), arrivals.take());
            context::within(world.clone(), testbed.clone(), async move {
                if let Some(arrivals) = arrivals {
                    driver.drive(arrivals).await;
                }
            })
        },
    );
}

/// The figures of all stations, each checked against Little's law.
fn figures(stage: &LoadStage, now_ns: u64) -> Result<Vec<StationFigures>, LoadError> {
    let mut stations = Vec::new();
    for (name, station) in stage.deployment.stations() {
        let little = station.littles_law(now_ns).map_err(|broken| LoadError::Little { station: name.clone(), broken })?;
        stations.push(StationFigures { name, little: Some(little), ..station.figures(now_ns) });
    }
    Ok(stations)
}
