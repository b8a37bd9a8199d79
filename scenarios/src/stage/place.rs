//! Where a world is built: in a simulation, or on real TCP beside systems that are not simulated.

use super::people::before;
use crate::start::Start;
use jiff::Timestamp;
use mocks::deployment::sites::Sites;
use mocks::roles::facility::visits::Gate;
use sim::context::World;
use sim::engine::{EngineKind, LiveSimulation, Simulation};
use sim::ground::Ground;
use sim::journal::Journal;
use sim::seed::Seed;
use sim::terms::roles::Zone;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// How long before a run its authorities were created, in days.
const AUTHORITIES_DAYS: i64 = 1000;

/// Where a world is built.
pub enum Place {
    Simulated(EngineKind),
    Live(Box<LivePlace>),
}

/// Sees what is true of the people of a world.
pub type Began = Arc<dyn Fn(&Ground) + Send + Sync>;

/// A world on real TCP.
pub struct LivePlace {
    pub simulation: LiveSimulation,
    pub sites: Sites,
    pub authorities: Authorities,
    /// Where entries of the journal go besides memory.
    pub journal: Journal,
    pub past: Past,
    /// Nobody visits a facility before it is open.
    pub gate: Option<Gate>,
    /// By number, the names of insurers that insure nobody in the run and report so.
    pub idle: BTreeMap<String, String>,
    /// Called when the world has been built.
    pub began: Option<Began>,
    /// Zones whose parties others play.
    pub elsewhere: Vec<Zone>,
}

/// What a system under test remembers of earlier runs.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// By insurer's number, how many messages of feeds the broker has accepted.
    pub feeds: BTreeMap<String, u64>,
    /// The running number of each facility's first check.
    pub first_check: usize,
}

/// From what the certification authorities are drawn. In a simulation each run has its own; systems under test keep theirs over
/// many runs.
#[derive(Clone, Copy, Debug)]
pub struct Authorities {
    pub seed: Seed,
    pub created: Timestamp,
    /// Whether servers are also reached as `localhost`.
    pub on_loopback: bool,
}

impl Place {
    pub(super) fn authorities(&self, seed: &Seed, start: Start) -> Authorities {
        match self {
            Place::Simulated(_) => Authorities::of_run(seed, start),
            Place::Live(live) => live.authorities,
        }
    }

    pub(super) fn sites(&self) -> Sites {
        match self {
            Place::Simulated(_) => Sites::simulated(),
            Place::Live(live) => live.sites.clone(),
        }
    }

    pub(super) fn past(&self) -> Past {
        match self {
            Place::Simulated(_) => Past::default(),
            Place::Live(live) => live.past.clone(),
        }
    }

    pub(super) fn idle(&self) -> BTreeMap<String, String> {
        match self {
            Place::Simulated(_) => BTreeMap::new(),
            Place::Live(live) => live.idle.clone(),
        }
    }

    pub(super) fn gate(&self) -> Option<Gate> {
        match self {
            Place::Simulated(_) => None,
            Place::Live(live) => live.gate.clone(),
        }
    }

    /// What is called when the world has been built.
    pub fn began(&self) -> Option<Began> {
        match self {
            Place::Simulated(_) => None,
            Place::Live(live) => live.began.clone(),
        }
    }

    /// Zones whose parties others play, so that nothing of them is in the journal.
    pub fn elsewhere(&self) -> Vec<Zone> {
        match self {
            Place::Simulated(_) => Vec::new(),
            Place::Live(live) => live.elsewhere.clone(),
        }
    }

    pub(super) fn engine(self, seed: Seed, epoch: Timestamp) -> (Simulation, Rc<World>) {
        match self {
            Place::Simulated(kind) => Simulation::new(kind, seed, epoch, Journal::default()),
            Place::Live(live) => Simulation::live(live.simulation, seed, epoch, live.journal),
        }
    }
}

impl Authorities {
    /// Those of a simulated run.
    pub(super) fn of_run(seed: &Seed, start: Start) -> Self {
        Authorities { seed: *seed, created: before(start.epoch, AUTHORITIES_DAYS), on_loopback: false }
    }
}
