//! One run in real time on real TCP: with mocks only, or with a system under test in place of one of them.
//!
//! The parties, the plan and the journal are those of a simulated run. The calendar is today's, since a system under test has a
//! clock of its own, and the authorities are those of a [`Site`], which a system under test keeps over many runs.

pub mod faults;
pub mod serve;
pub mod together;

use crate::file::{Day, Scenario, TimeOfDay};
use crate::run::{self, Order, Played, RunError};
use crate::stage::place::{Authorities, LivePlace, Past, Place};
use crate::start::Start;
use jiff::{SignedDuration, Timestamp, Unit};
use mocks::deployment::error::BuildError;
use mocks::deployment::sites::Sites;
pub use mocks::roles::facility::visits::Gate;
use sim::clock::japan;
use sim::engine::LiveSimulation;
use sim::ground::Ground;
use sim::journal::{Direction, Entry, Event, Journal};
use sim::log::JournalLog;
use sim::net::tcp::TcpNetwork;
use sim::seed::Seed;
use sim::terms::fhir::{FeedBatch, Profile};
use sim::terms::identifiers::InsurerNumber;
use sim::terms::roles::Zone;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub use sim::net::Endpoint;

/// The machine's time: on a real network it is everybody's.
#[allow(clippy::disallowed_methods, reason = "on a real network time is the machine's")]
pub fn now() -> Timestamp {
    Timestamp::now() // on a real network time is the machine's
}

/// How long a world is given to be built before its clock starts, at least.
const LEAD: SignedDuration = SignedDuration::from_millis(600);

/// Sees every entry of a journal.
#[derive(Clone)]
pub struct FollowEntries(pub Arc<dyn Fn(&Entry) + Send + Sync>);

impl std::fmt::Debug for FollowEntries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FollowEntries")
    }
}

/// Sees what is true of the people of a run, when its world has been built.
#[derive(Clone)]
pub struct FollowGround(pub Arc<dyn Fn(&Ground) + Send + Sync>);

impl std::fmt::Debug for FollowGround {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FollowGround")
    }
}

/// What the live runs with one system under test have in common.
#[derive(Clone, Debug)]
pub struct Site {
    /// From which the authorities are drawn.
    pub seed: u64,
    /// When the authorities were created.
    pub created: Timestamp,
    /// By party, where it listens. A party that is not named listens at a free port of the loopback interface.
    pub addresses: BTreeMap<String, Endpoint>,
    /// By role, the address of the system under test.
    pub under_test: BTreeMap<String, Endpoint>,
    /// Roles of which there is no mock. If somebody is there, it is at the address in `addresses`.
    pub without: BTreeSet<String>,
    /// By insurer's number, how many messages of feeds the broker has accepted in earlier runs. A run adds its own.
    pub fed: Arc<Mutex<BTreeMap<String, u64>>>,
    /// By number, the names of insurers that insure nobody in a run and report so.
    pub idle: BTreeMap<String, String>,
    /// Nobody visits a facility before it is open.
    pub gate: Option<Gate>,
    /// Called with every entry of a journal as it is written.
    pub follow: Option<FollowEntries>,
    /// Called once in each run, before anything happens in it.
    pub began: Option<FollowGround>,
    /// How many times as fast as the machine's the clocks run. Anything but 1 is for runs without a system under test.
    pub speed: f64,
}

impl Site {
    /// A site of mocks only, at free ports.
    pub fn of_mocks(seed: u64, created: Timestamp, speed: f64) -> Self {
        Site {
            seed,
            created,
            addresses: BTreeMap::new(),
            under_test: BTreeMap::new(),
            without: BTreeSet::new(),
            fed: Arc::default(),
            idle: BTreeMap::new(),
            gate: None,
            follow: None,
            began: None,
            speed,
        }
    }

    /// From what the authorities of this site are drawn.
    pub fn authorities(&self) -> Authorities {
        Authorities { seed: Seed::new(self.seed, "site"), created: self.created, on_loopback: true }
    }

    /// Where the parties of a run are, and the sockets that they will use.
    fn sites(&self) -> Result<(Sites, TcpNetwork), BuildError> {
        let network = TcpNetwork::default();
        let (reserving, fixed) = (network.clone(), self.addresses.clone());
        let assign = move |party: &str| -> io::Result<Endpoint> {
            let free = || Endpoint::new(&Ipv4Addr::LOCALHOST.to_string(), 0);
            reserving.reserve(&fixed.get(party).cloned().unwrap_or_else(free))
        };
        let mut sites = Sites::assigned(Rc::new(assign));
        for (role, at) in &self.under_test {
            sites = sites.with(role, at.clone())?;
        }
        // Nobody listens at the first port, so a connection is refused at once.
        let nobody = || Endpoint::new(&Ipv4Addr::LOCALHOST.to_string(), 1);
        for role in &self.without {
            sites = sites.elsewhere(role, self.addresses.get(role).cloned().unwrap_or_else(nobody));
        }
        Ok((sites, network))
    }

    /// A journal that keeps its entries.
    fn journal(&self) -> Journal {
        match self.follow.clone() {
            Some(FollowEntries(follow)) => Journal::followed(Box::new(move |entry, _| follow(entry)), true),
            None => Journal::default(),
        }
    }

    /// The place of a run that starts so long after now.
    fn place(&self, starts_in: Duration, journal: Journal) -> Result<Place, RunError> {
        let (sites, network) = self.sites().map_err(|e| RunError::Stage(e.into()))?;
        let past = Past { feeds: self.fed.lock().map(|fed| fed.clone()).unwrap_or_default(), first_check: first_check(now()) };
        let simulation = LiveSimulation::new(network, self.speed, starts_in).map_err(RunError::Thread)?;
        Ok(Place::Live(Box::new(LivePlace {
            simulation,
            sites,
            authorities: self.authorities(),
            journal,
            past,
            gate: self.gate.clone(),
            idle: self.idle.clone(),
            began: self.began.clone().map(|FollowGround(began)| began),
            elsewhere: self.elsewhere(),
        })))
    }

    /// The zones of the roles of which there is no mock.
    fn elsewhere(&self) -> Vec<Zone> {
        let roles: BTreeSet<&String> = self.without.iter().chain(self.under_test.keys()).collect();
        Zone::ALL.into_iter().filter(|zone| roles.contains(&played_with(*zone).name().to_string())).collect()
    }
}

/// Who plays the parties of a zone: card and reader are at the counter of a facility.
fn played_with(zone: Zone) -> Zone {
    match zone {
        Zone::CardChip | Zone::CardFront | Zone::CardBack | Zone::Reader => Zone::Facility,
        zone => zone,
    }
}

/// The zones at the counter of a facility.
pub fn at_the_counter() -> impl Iterator<Item = Zone> {
    Zone::ALL.into_iter().filter(|zone| played_with(*zone) == Zone::Facility)
}

/// The running number of each facility's first check in a run that begins now: a system under test may remember those of earlier
/// runs, and answer a known check as before.
fn first_check(now: Timestamp) -> usize {
    // Five digits are left for the checks of a run: a number has at most twelve.
    const SINCE: i64 = 1_790_000_000;
    usize::try_from((now.as_second() - SINCE).rem_euclid(10_000_000) * 100_000).unwrap_or_default()
}

/// The feeds that the broker has accepted, as the insurers' journals show.
#[derive(Clone, Debug, Default)]
pub struct AcceptedFeeds {
    /// By exchange, what was sent and not answered yet.
    asked: BTreeMap<u64, (InsurerNumber, u64)>,
    newest: BTreeMap<String, u64>,
}

impl AcceptedFeeds {
    /// Looks at the next entry of a journal.
    pub fn see(&mut self, entry: &Entry) {
        match &entry.event {
            _ if entry.zone != Zone::Insurer => {}
            Event::Message { exchange, direction: Direction::Sent, body, .. } => {
                let batch = body.bytes().and_then(|bytes| FeedBatch::from_json(&bytes).ok());
                self.asked.extend(batch.map(|batch| (*exchange, (batch.insurer, batch.running))));
            }
            Event::Message { exchange, direction: Direction::Received, head, .. } if head.starts_with("HTTP/1.1 200") => {
                if let Some((insurer, running)) = self.asked.remove(exchange) {
                    self.accept(&insurer, running);
                }
            }
            _ => {}
        }
    }

    /// The broker has accepted this one.
    pub fn accept(&mut self, insurer: &InsurerNumber, running: u64) {
        let newest = self.newest.entry(insurer.reveal().to_string()).or_default();
        *newest = running.max(*newest);
    }

    /// By insurer's number, the number of the newest message that was accepted.
    pub fn newest(&self) -> &BTreeMap<String, u64> {
        &self.newest
    }
}

/// A scenario that begins now, and how long it is until its start.
fn beginning_now(plan: Scenario) -> (Scenario, Start, Duration) {
    let now = now();
    let early = now.saturating_add(LEAD).unwrap_or(now);
    let epoch = early.round(Unit::Second).ok().filter(|at| *at >= early);
    let epoch = epoch.unwrap_or_else(|| early.saturating_add(SignedDuration::from_millis(500)).unwrap_or(early));
    let in_japan = epoch.to_zoned(japan());
    let time = in_japan.time();
    let seconds = i32::from(time.hour()) * 3600 + i32::from(time.minute()) * 60 + i32::from(time.second());
    let plan = Scenario { day: Day(in_japan.date()), starts: TimeOfDay(seconds.unsigned_abs()), ..plan };
    let start = Start::of(&plan);
    let until = Duration::try_from(start.epoch.duration_since(now)).unwrap_or_default();
    (plan, start, until)
}

/// Plays a scenario live, from now on. Identities, keys and plans are those that the seed gives; times are the machine's.
///
/// # Errors
/// If an address is taken, or if the world cannot be built.
pub fn play(scenario: &Scenario, order: &Order, site: &Site, tool: &str) -> Result<Played, RunError> {
    let started = run::now();
    let (scenario, order, site, tool) = (scenario.clone(), order.clone(), site.clone(), tool.to_string());
    let (name, fed) = (format!("live {}", scenario.name), site.fed.clone());
    let thread = std::thread::Builder::new().name(name).stack_size(16 << 20);
    let running = thread.spawn(move || {
        let (plan, start, starts_in) = beginning_now(scenario.planned(order.seed));
        let (seed, place) = (plan.seed(order.seed), site.place(starts_in, site.journal())?);
        let log = JournalLog::new(&["mocks"]);
        tracing::subscriber::with_default(log, || run::simulate(plan, start, &order, seed, &tool, place))
    });
    let running = running.map_err(RunError::Thread)?;
    let mut played = running.join().unwrap_or_else(|panic| Err(RunError::Panicked(run::message(panic.as_ref()))))?;
    played.wall_time = started.elapsed();
    if let Ok(mut fed) = fed.lock() {
        let mut accepted = AcceptedFeeds::default();
        played.entries.iter().for_each(|entry| accepted.see(entry));
        fed.extend(accepted.newest);
    }
    Ok(played)
}
