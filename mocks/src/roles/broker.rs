//! 資格確認サービス機関（仮称）. By the insurers' commission it holds all insurers' eligibility under institution codes, and
//! answers facilities: it checks the certificate, asks JPKI for its status and its code (⑤), finds the eligibility (⑥).
//!
//! What it does not know it does not say: no feed, no answer from JPKI, several insurers at once are *indeterminate*.

pub mod audit;
pub mod behaviour;
pub mod cache;
pub mod challenges;
pub mod description;
pub mod eligibility;
mod jpki_client;
pub mod proof;
mod service;
mod submit;

use crate::behaviour::Behaviours;
use crate::capacity::{ServerCapacity, ServerWork, Station};
use crate::design::Variant;
use crate::host::http::Client;
use crate::pki::path::JpkiTrust;
use crate::timing::Pace;
use audit::Audit;
use behaviour::BrokerBehaviour;
use cache::{Cache, CachePolicy};
use challenges::Challenges;
use eligibility::Eligibility;
use sim::disk::Disk;
use sim::seed::Seed;
use sim::terms::fhir::{FeedBatch, Profile};
use sim::terms::identifiers::{FacilityNumber, InsurerNumber};
use sim::terms::stores;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

pub(crate) use submit::signature_fits;

/// The store of feeds on the broker's disk.
const FEEDS: &str = stores::FEEDS.name;

/// What a broker is told when it is set up.
pub struct BrokerSetup {
    pub variant: Variant,
    /// 指定を受けた保険医療機関・薬局.
    pub licensed: BTreeSet<FacilityNumber>,
    /// The insurers whose commission it has: number and name.
    pub insurers: BTreeMap<InsurerNumber, String>,
    pub trust: JpkiTrust,
    /// How it decides.
    pub behaviours: Behaviours,
    /// How fast it works.
    pub pace: Pace,
    pub capacity: Rc<ServerCapacity>,
    /// Its workers and their queue. They outlive a restart.
    pub station: Rc<Station>,
    /// Whether a check that ended in *not known* because of JPKI is worked on anew when it is asked for again, and not answered
    /// from its record.
    pub reopens: bool,
    /// What it remembers of JPKI's answers.
    pub cache: CachePolicy,
}

pub struct Broker {
    setup: Rc<BrokerSetup>,
    disk: Disk,
    eligibility: RefCell<Eligibility>,
    challenges: RefCell<Challenges>,
    audit: Rc<RefCell<Audit>>,
    jpki: Client,
    work: Rc<ServerWork>,
    cache: RefCell<Cache>,
    behaviour: Rc<dyn BrokerBehaviour>,
}

impl Broker {
    /// Starts from what is on the disk. `restarts` counts earlier lives, so that each draws afresh.
    pub fn start(setup: Rc<BrokerSetup>, disk: Disk, jpki: Client, seed: &Seed, restarts: u32) -> Self {
        let mut eligibility = Eligibility::new(setup.insurers.keys().cloned().collect());
        for record in disk.read(FEEDS) {
            match FeedBatch::from_json(&record) {
                Ok(batch) => {
                    // It was accepted when it was written.
                    let _ = eligibility.take(batch);
                }
                Err(e) => tracing::error!("a stored feed cannot be read: {e}"),
            }
        }
        let (audit, challenges) = (Audit::open(disk.clone(), setup.reopens), Challenges::open(disk.clone()));
        let stream = seed.stream(&format!("broker-work/{restarts}"));
        let work = ServerWork::new(stream, setup.pace.clone(), setup.station.clone(), setup.capacity.clone());
        let cache = RefCell::new(Cache::new(setup.cache));
        let behaviour = setup.behaviours.of();
        Broker {
            setup,
            disk,
            eligibility: RefCell::new(eligibility),
            challenges: RefCell::new(challenges),
            audit: Rc::new(RefCell::new(audit)),
            jpki,
            work: Rc::new(work),
            cache,
            behaviour,
        }
    }
}
