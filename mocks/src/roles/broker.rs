//! 資格確認サービス機関（仮称）. By the insurers' commission it holds all insurers' eligibility under institution codes, or asks them
//! for it, and answers facilities: it checks the certificate, asks JPKI for its status and its code (⑤), finds the eligibility (⑥).
//!
//! What it does not know it does not say: no feed, no answer from JPKI or an insurer, several insurers at once are *indeterminate*.

pub mod audit;
pub mod behaviour;
pub mod cache;
pub mod challenges;
pub mod description;
pub mod eligibility;
pub mod insurers;
mod jpki_client;
pub mod party;
pub mod proof;
mod service;
mod submit;

use crate::capacity::ServerWork;
use crate::design::eligibility::EligibilityChoice;
use crate::env::Env;
use crate::host::http::Client;
use crate::pki::path::JpkiTrust;
use audit::Audit;
use behaviour::BrokerBehaviour;
use cache::{Cache, CachePolicy};
use challenges::Challenges;
use eligibility::Eligibility;
use insurers::InsurerClients;
use sim::disk::Disk;
use sim::terms::design::Design;
use sim::terms::fhir::{FeedBatch, Profile};
use sim::terms::identifiers::{FacilityNumber, InsurerNumber};
use sim::terms::stores;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

pub(crate) use submit::signature_fits;

/// The store of feeds on the broker's disk.
const FEEDS: &str = stores::FEEDS.name;

/// What a broker is set up with.
pub struct BrokerSetup {
    pub design: Arc<Design>,
    /// 指定を受けた保険医療機関・薬局.
    pub licensed: BTreeSet<FacilityNumber>,
    /// The insurers whose commission it has: number and name.
    pub insurers: BTreeMap<InsurerNumber, String>,
    pub trust: JpkiTrust,
    /// Whether a check that ended in *not known* because of JPKI is worked on again when it is asked for again, and not answered
    /// from its record.
    pub reopens: bool,
    /// What it remembers of JPKI's answers.
    pub cache: CachePolicy,
    /// Where it takes eligibility from.
    pub eligibility: &'static dyn EligibilityChoice,
}

/// The broker since its last start.
pub struct Broker {
    setup: Rc<BrokerSetup>,
    env: Env,
    disk: Disk,
    /// What it holds. Nothing where insurers are asked.
    eligibility: Rc<RefCell<Eligibility>>,
    insurers: InsurerClients,
    challenges: RefCell<Challenges>,
    audit: Rc<RefCell<Audit>>,
    jpki: Client,
    work: Rc<ServerWork>,
    cache: RefCell<Cache>,
    behaviour: Rc<dyn BrokerBehaviour>,
}

impl Broker {
    /// Starts from what is on the disk. `restarts` counts earlier lives, so that each draws afresh.
    pub fn start(setup: Rc<BrokerSetup>, env: &Env, restarts: u32) -> Self {
        let (disk, jpki) = (env.disk().clone(), env.client("jpki"));
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
        let work = env.server_work(&format!("broker-work/{restarts}"));
        let cache = RefCell::new(Cache::new(setup.cache));
        let behaviour: Rc<dyn BrokerBehaviour> = env.behaviours().of();
        let insurers = setup.insurers.keys().filter(|_| setup.eligibility.insurers_answer());
        let insurers = InsurerClients::new(env, behaviour.clone(), insurers);
        Broker {
            setup,
            env: env.clone(),
            disk,
            eligibility: Rc::new(RefCell::new(eligibility)),
            insurers,
            challenges: RefCell::new(challenges),
            audit: Rc::new(RefCell::new(audit)),
            jpki,
            work,
            cache,
            behaviour,
        }
    }
}
