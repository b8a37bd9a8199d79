//! 資格確認サービス機関（仮称）. On the insurers' behalf it holds all insurers' eligibility under institution codes, or asks them for
//! it, and answers facilities: it checks the certificate, asks JPKI for its status and code (⑤), and finds the eligibility (⑥).
//!
//! It gives no answer that it cannot know: a missing feed, no answer from JPKI or an insurer, and several insurers at once are
//! *indeterminate*.

pub mod audit;
pub mod behaviour;
pub mod cache;
pub mod challenges;
pub mod description;
pub mod eligibility;
pub mod insurers;
mod jpki_client;
mod number;
pub mod party;
pub mod proof;
mod service;
mod submit;

use crate::capacity::ServerWork;
use crate::design::eligibility::EligibilityChoice;
use crate::design::validity::Validity;
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
use sim::terms::identifiers::{FacilityNumber, InstitutionCode, InsurerNumber};
use sim::terms::stores;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

pub(crate) use submit::signature_fits;

/// The store of feeds on the broker's disk.
const FEEDS: &str = stores::FEEDS.name;

/// The configuration of a broker.
pub struct BrokerSetup {
    pub design: Arc<Design>,
    /// 指定を受けた保険医療機関・薬局.
    pub licensed: BTreeSet<FacilityNumber>,
    /// The insurers that have commissioned it: number and name.
    pub insurers: BTreeMap<InsurerNumber, String>,
    pub trust: JpkiTrust,
    /// Whether a check that ended in *not known* because of JPKI is processed again when it is requested again, and not answered
    /// from its record.
    pub reopens: bool,
    /// What it caches of JPKI's answers.
    pub cache: CachePolicy,
    /// The source of its eligibility data.
    pub eligibility: &'static dyn EligibilityChoice,
    /// How long a certificate serves, and what becomes of one that JPKI does not know.
    pub validity: &'static dyn Validity,
}

/// A running broker, since its last start.
pub struct Broker {
    setup: Rc<BrokerSetup>,
    env: Env,
    disk: Disk,
    /// The eligibility that it holds. Empty if insurers are asked.
    eligibility: Rc<RefCell<Eligibility>>,
    insurers: InsurerClients,
    challenges: RefCell<Challenges>,
    audit: Rc<RefCell<Audit>>,
    jpki: Client,
    /// The number authority, in designs in which a number is looked up.
    numbers: Option<Client>,
    work: Rc<ServerWork>,
    cache: RefCell<Cache>,
    /// The revision of the number authority's register in which a code was issued, of codes that were issued lately.
    issued_in: RefCell<BTreeMap<InstitutionCode, u64>>,
    behaviour: Rc<dyn BrokerBehaviour>,
}

impl Broker {
    /// Starts from the state on the disk. `restarts` counts earlier starts, so that each has its own random draws.
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
        let numbers = setup.design.presents_number().then(|| env.client("number-authority"));
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
            numbers,
            work,
            cache,
            issued_in: RefCell::default(),
            behaviour,
        }
    }
}
