//! The properties of all parties of a role, the same in all scenarios: one description per role, next to its code. Hosts,
//! links, targets of faults, keys of the capacity, the schema of scenario files and the glossary check are derived from
//! [`super::ROLES`].

use crate::capacity::TimedDescription;
use sim::sample::Distribution;
use sim::terms::roles::Zone;
use sim::terms::stores::Store;

/// What a role declares about itself.
#[derive(Debug)]
pub struct RoleDescription {
    /// Its name in scenario files and the glossary, in the singular.
    pub name: &'static str,
    /// The Japanese term.
    pub ja: &'static str,
    /// The zone in which its parties act.
    pub zone: Zone,
    pub parties: Parties,
    /// The simulated hosts on which its parties run. A single party that listens is reached under the name of its host. Empty
    /// for roles without a network of their own: a card, a reader.
    pub hosts: &'static [&'static str],
    /// Whether its parties accept connections. Parties that listen are in the address book of the network.
    pub listens: bool,
    /// The links to the parties that its parties connect to.
    pub links: &'static [LinkDescription],
    /// The operations of its parties that take a worker's time; if there are any, `[capacity]` has a key with the role's name.
    pub timed: &'static [TimedDescription],
    /// The stores on the disk of each of its parties.
    pub stores: &'static [Store],
    /// The faults that can affect it.
    pub targets: FaultTargets,
}

/// How many parties of a role there are in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parties {
    /// One, with the role's name.
    One,
    /// As many as the scenario has; scenario files number them from 0.
    Many,
}

/// The default link between the parties of a role and the parties to which they connect, unless a scenario sets another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkDescription {
    pub to: Zone,
    /// One way, for each piece of data.
    pub latency: Distribution,
    /// The bandwidth of the link between two parties, each way, in bits per second.
    pub bits_per_second: u64,
}

impl LinkDescription {
    /// Between data centres in Japan. An assumption of this project.
    pub const fn between_data_centres(to: Zone) -> Self {
        let latency = Distribution::LogNormal { min_ms: 1.0, median_ms: 2.0, sigma: 0.4 };
        LinkDescription { to, latency, bits_per_second: 1_000_000_000 }
    }
}

/// The faults that can affect a role. Each enables a keyword in scenario files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FaultTargets {
    /// Its hosts can go down (`host-down`).
    pub host: bool,
    /// Its work can slow down (`host-slow`).
    pub pace: bool,
    /// Its workers can be taken away (`capacity`).
    pub workers: bool,
    /// The clock of a party can be wrong (`clock-ahead`, `clock-behind`, `clock-drift`).
    pub clock: bool,
}

impl FaultTargets {
    /// None.
    pub const NONE: FaultTargets = FaultTargets { host: false, pace: false, workers: false, clock: false };
    /// Everything: for a server with a host of its own.
    pub const ALL: FaultTargets = FaultTargets { host: true, pace: true, workers: true, clock: true };
}

impl RoleDescription {
    /// Whether it has an entry of its own in `[capacity]`.
    pub const fn is_timed(&self) -> bool {
        !self.timed.is_empty()
    }
}
