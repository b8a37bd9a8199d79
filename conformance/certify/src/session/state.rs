//! What a certification is of, who watches it, and its state.

use super::kept::Kept;
use crate::outcome::Case;
use crate::probe::load::Plan;
use crate::records::AuditExport;
use crate::site::SiteFile;
use crate::sut::Configured;
use leak::Secret;
use scenarios::EngineKind;
use scenarios::file::Scenario;
use scenarios::live::together::Group;
use scenarios::live::{FollowEntries, FollowGround, Site};
use scenarios::run::{Order, Played};
use sim::ground::Ground;
use sim::journal::Entry;
use sim::terms::design::Design;
use sim::terms::roles::Zone;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How many times as fast as the machine's the clocks of a self-test run.
const SELF_TEST_SPEED: f64 = 5.0;

/// What is certified.
#[derive(Clone)]
pub struct Subject<'a> {
    pub zone: Zone,
    pub design: Arc<Design>,
    pub site: SiteFile,
    /// The system; nothing for a self-test.
    pub configured: Option<&'a Configured>,
    /// By insurer's number, the feed messages that the system has accepted in earlier runs.
    pub fed: BTreeMap<String, u64>,
    /// Plays only cases whose names begin with one of these; all, if there is none.
    pub only: Vec<String>,
    /// Plays only the case with exactly this name.
    pub exactly: bool,
    /// Leaves out what takes long.
    pub quick: bool,
    /// The load; then nothing else is played.
    pub load: Option<Plan>,
    /// The broken party of a self-test.
    pub mutant: Option<scenarios::Mutant>,
    pub tool: &'a str,
}

impl Subject<'_> {
    /// Whether a case is to be played, by its name.
    pub fn wants(&self, name: &str) -> bool {
        let fits = |only: &String| if self.exactly { name == only } else { name.starts_with(only.as_str()) };
        self.only.is_empty() || self.only.iter().any(fits)
    }

    /// Whether a case may be wanted whose name begins so.
    pub fn wants_some(&self, beginning: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only.starts_with(beginning) || beginning.starts_with(only.as_str()))
    }
}

/// What is called while a certification goes on. A run has the name of its group's scenario, or [`PROBES`](crate::bench::PROBES).
pub trait Watcher: Send + Sync {
    /// So many cases will end, as far as is known: it is called again when more is known.
    fn begins(&self, cases: usize);
    /// Something begins that takes a while.
    fn plays(&self, what: &str);
    fn ended(&self, case: &Case);
    /// A run of this group begins.
    fn group(&self, group: &Group);
    /// Until the next call for this run, what happens in it belongs to this case; to no case alone if it is `None`.
    fn in_case(&self, run: &str, case: Option<&str>);
    /// What is true of the people of a run, before anything happens in it.
    fn ground(&self, run: &str, ground: &Ground);
    /// An entry of a run's journal, as it is written: for live views. Several runs may go on at once.
    fn entry(&self, run: &str, entry: &Entry);
    /// A run was played: it can be recorded. `cases` are the names of those that it decides.
    fn played(&self, run: &Recorded<'_>);
}

/// A run that can be recorded.
pub struct Recorded<'a> {
    pub name: &'a str,
    /// The names of the cases that it decides.
    pub cases: Vec<String>,
    pub design: &'a str,
    pub seed: u64,
    pub entries: &'a [Entry],
    pub ground: &'a Ground,
    /// Nothing, if it has no visits: then it cannot be played again.
    pub plan: Option<&'a Scenario>,
}

/// A run of a scenario, as it can be recorded.
pub fn recorded<'a>(played: &'a Played, order: &'a Order, cases: Vec<String>) -> Recorded<'a> {
    let (name, design) = (played.plan.name.as_str(), order.design.name.as_str());
    let (entries, ground, plan) = (played.entries.as_slice(), &played.ground, Some(&played.plan));
    Recorded { name, cases, design, seed: order.seed, entries, ground, plan }
}

/// A certification that goes on.
pub struct Session<'a> {
    pub subject: &'a Subject<'a>,
    pub seed: u64,
    pub live: Site,
    /// Of everybody who was played, for the search of the system's logs.
    pub secrets: Mutex<Vec<Secret>>,
    watcher: Arc<dyn Watcher>,
    /// What a broker has recorded.
    records: Option<AuditExport>,
    pub kept: Kept,
}

impl<'a> Session<'a> {
    pub fn new(subject: &'a Subject<'a>, watcher: &Arc<dyn Watcher>, kept: &Kept) -> Result<Self, String> {
        let mut live = subject.site.site()?;
        match subject.configured {
            Some(configured) => {
                let at = configured.address.clone();
                live.under_test = at.map(|at| (subject.zone.name().to_string(), at)).into_iter().collect();
                live.fed = Arc::new(Mutex::new(subject.fed.clone()));
            }
            None => {
                live.addresses.clear();
                live.speed = SELF_TEST_SPEED;
            }
        }
        let records = subject.configured.filter(|c| c.zone == Zone::Broker).map(AuditExport::of);
        Ok(Session {
            subject,
            seed: subject.site.seed,
            live,
            secrets: Mutex::default(),
            watcher: watcher.clone(),
            records,
            kept: kept.clone(),
        })
    }

    /// The site for a run that the watcher follows under this name.
    pub fn followed(&self, run: &str, site: Site) -> Site {
        let (entries, ground) = (self.watcher.clone(), self.watcher.clone());
        let (name, same) = (run.to_string(), run.to_string());
        let follow = Some(FollowEntries(Arc::new(move |entry| entries.entry(&name, entry))));
        let began = Some(FollowGround(Arc::new(move |of| ground.ground(&same, of))));
        Site { follow, began, ..site }
    }

    pub fn is_self_test(&self) -> bool {
        self.subject.configured.is_none()
    }

    pub fn order(&self) -> Order {
        let (design, mutant) = (self.subject.design.clone(), self.subject.mutant);
        Order { scenario: 0, design, seed: self.seed, mutant, engine: EngineKind::Events }
    }

    /// Adds what the system has recorded to a journal. If that cannot be read, `record/export` says so.
    pub fn add_records(&self, entries: &mut Vec<Entry>) {
        let added = self.records.as_ref().map(|records| records.add_to(entries));
        drop(added);
    }

    pub fn keep_secrets(&self, ground: &Ground) {
        if self.subject.configured.is_some_and(|c| !c.sut.evidence.logs.is_empty()) {
            let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
            secrets.extend(conformance::sightings::secrets_of(ground));
        }
    }
}
