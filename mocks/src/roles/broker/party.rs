//! The broker as a deployment builds and runs it.

use super::behaviour::BrokerBehaviour;
use super::description::DESCRIPTION;
use super::{Broker, BrokerSetup, audit, challenges};
use crate::deployment::builder::{Builder, Certificates};
use crate::deployment::error::BuildError;
use crate::deployment::party::{Activity, Party, Role, StateItem};
use crate::design::{code_lookup, eligibility, validity};
use crate::env::Env;
use crate::roles::description::RoleDescription;
use sim::terms::check::CheckId;
use sim::terms::identifiers::{CertificateSerial, FacilityNumber, InstitutionCode};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// See [`ROLE`].
pub struct BrokerRole;

/// The broker.
pub static ROLE: BrokerRole = BrokerRole;

impl Role for BrokerRole {
    fn description(&self) -> &'static RoleDescription {
        &DESCRIPTION
    }

    fn build(&self, builder: &Builder<'_>) -> Result<Vec<Rc<dyn Party>>, BuildError> {
        let plan = builder.plan;
        let unit = plan.behaviours.of::<dyn BrokerBehaviour>().tls_unit();
        let certificates = Certificates { server: true, client: true, unit: unit.as_deref() };
        let env = builder.env(&DESCRIPTION, certificates)?;
        if let Some(most) = builder.kept_records(&DESCRIPTION) {
            env.disk().keep_at_most(audit::STORE, most);
            // The broker decides which of these are no longer needed.
            env.disk().keep_at_most(challenges::STORE, usize::MAX);
        }
        let setup = BrokerSetup {
            design: plan.design.clone(),
            licensed: plan.licensed.clone(),
            insurers: plan.insurers.iter().map(|i| (i.number.clone(), i.name.clone())).collect(),
            trust: plan.jpki.trust(),
            reopens: plan.capacity.retry.when_busy,
            cache: code_lookup::kept(&plan.design),
            eligibility: eligibility::kept(&plan.design),
            validity: validity::of(&plan.design),
        };
        let (setup, starts, running) = (Rc::new(setup), Cell::new(0), RefCell::default());
        Ok(vec![Rc::new(BrokerParty { env, setup, starts, running })])
    }
}

/// The broker across restarts: each start begins with the state on the disk.
struct BrokerParty {
    env: Env,
    setup: Rc<BrokerSetup>,
    starts: Cell<u32>,
    /// The broker since the last start, while its host is up.
    running: RefCell<Weak<Broker>>,
}

impl Broker {
    /// The state in memory, without the state derived from the feeds and audit records, which the disk has.
    fn memory(&self) -> Vec<StateItem> {
        let answer = |(serial, code, good_at): (CertificateSerial, Option<&InstitutionCode>, Option<u64>)| {
            let item = serde_json::json!({ "certificateSerial": serial.0, "institutionCode": code, "goodAtNs": good_at });
            StateItem::json("remembered-jpki-answers", &item)
        };
        let challenge = |(challenge, facility, used): (&[u8], &FacilityNumber, bool)| {
            let challenge = data_encoding::BASE64.encode(challenge);
            let item = serde_json::json!({ "challenge": challenge, "facility": facility, "used": used });
            StateItem::json("issued-challenges", &item)
        };
        let check = |(facility, check): &(FacilityNumber, CheckId)| {
            StateItem::json("checks-under-way", &serde_json::json!({ "facility": facility, "check": check }))
        };
        let (cache, challenges, audit) = (self.cache.borrow(), self.challenges.borrow(), self.audit.borrow());
        let (answers, challenges) = (cache.entries().map(answer), challenges.issued().map(challenge));
        answers.chain(challenges).chain(audit.under_way().map(check)).collect()
    }
}

impl Party for BrokerParty {
    fn env(&self) -> &Env {
        &self.env
    }

    fn start(self: Rc<Self>) -> Vec<Activity> {
        let restarts = self.starts.replace(self.starts.get() + 1);
        let broker = Rc::new(Broker::start(self.setup.clone(), &self.env, restarts));
        *self.running.borrow_mut() = Rc::downgrade(&broker);
        vec![Box::pin(broker.run())]
    }

    fn state(&self) -> Vec<StateItem> {
        self.running.borrow().upgrade().map(|broker| broker.memory()).unwrap_or_default()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use super::*;
    use crate::pki::jpki_ca::JpkiPki;
    use crate::roles::broker::audit::Audit;
    use crate::roles::broker::cache::CachePolicy;
    use jiff::Timestamp;
    use serde_json::json;
    use sim::context::{World, act_as, within};
    use sim::journal::Journal;
    use sim::seed::Seed;
    use sim::terms::roles::Zone;
    use std::time::Duration;

    fn party(seed: &Seed) -> Rc<BrokerParty> {
        let span = Some(Duration::from_secs(60));
        let setup = BrokerSetup {
            design: Default::default(),
            licensed: Default::default(),
            insurers: Default::default(),
            trust: JpkiPki::new(seed, Timestamp::UNIX_EPOCH).unwrap().trust(),
            reopens: false,
            cache: CachePolicy { mapping: span, status: span, status_when_jpki_fails: None, most: 10 },
            eligibility: eligibility::kept(&Default::default()),
            validity: validity::of(&Default::default()),
        };
        let env = Env::offline(seed, "broker", Zone::Broker);
        Rc::new(BrokerParty { env, setup: Rc::new(setup), starts: Cell::new(0), running: RefCell::default() })
    }

    #[test]
    fn the_memory_of_the_broker_is_part_of_its_state_until_its_host_goes_down() {
        let seed = Seed::new(1, "broker memory");
        let world = World::new(seed, Timestamp::UNIX_EPOCH, Journal::default(), Box::new(|| 0), 0);
        let party = party(&seed);
        let activities = party.clone().start();
        let broker = party.running.borrow().upgrade().unwrap();
        assert_eq!(party.state(), []);

        let (serial, code) = (CertificateSerial(5), InstitutionCode::from_bytes([1; 16]));
        broker.cache.borrow_mut().record_code(serial, &code, 7);
        broker.cache.borrow_mut().record_good(serial, 9);
        let facility = FacilityNumber::from_body(131_000_001);
        let now = Timestamp::UNIX_EPOCH;
        let identity = party.env.identity().clone();
        act_as(&world, &identity, || broker.challenges.borrow_mut().issue([2; 32], facility.clone(), now));
        let (begun, check) = (broker.clone(), CheckId::new(0, 0));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(within(world, identity, async move {
            // Its processing does not end in this test.
            std::mem::forget(Audit::begin(&begun.audit, &facility, &check).await);
        }));

        let facility = FacilityNumber::from_body(131_000_001);
        let challenge = data_encoding::BASE64.encode(&[2; 32]);
        let expected = [
            ("remembered-jpki-answers", json!({ "certificateSerial": 5, "institutionCode": code, "goodAtNs": 9 })),
            ("issued-challenges", json!({ "challenge": challenge, "facility": facility, "used": false })),
            ("checks-under-way", json!({ "facility": facility, "check": CheckId::new(0, 0) })),
        ];
        assert_eq!(party.state(), expected.map(|(store, item)| StateItem::json(store, &item)));
        drop((activities, broker));
        assert_eq!(party.state(), []);
    }
}
