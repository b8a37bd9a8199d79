use super::plan::{PlannedCapacity, PlannedPerson};
use super::tls::TlsIssuer;
use super::*;
use crate::behaviour::Behaviours;
use crate::capacity::RetryPolicy;
use crate::host::http::{Limits, Response, serve};
use crate::pki::jpki_ca::JpkiPki;
use crate::pki::status::CertStatus;
use crate::roles::broker::cache::CachePolicy;
use crate::roles::facility::visits::Outcomes;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use sim::context::Party as Identity;
use sim::engine::{EngineKind, Until};
use sim::journal::Journal;
use sim::net::Links;
use sim::people::{Population, jst};
use sim::seed::Seed;
use sim::terms::identifiers::InstitutionCode;
use sim::terms::messages::{IssueAnswer, IssueQuestion};
use sim::terms::operations::IssueCodes;
use sim::terms::roles::Zone;
use std::sync::Arc;
use std::time::Duration;

const DAY: Date = date(2027, 4, 5);

fn epoch() -> Timestamp {
    jst(DAY, 9 * 3600)
}

/// Two people, no insurer and no facility.
fn plan(seed: Seed) -> Plan {
    let wait = Duration::from_secs(5);
    let person = |person| PlannedPerson { person, renewed_from: None, renews_later: false, status: CertStatus::Good, card: None };
    Plan {
        seed,
        day: DAY,
        epoch: epoch(),
        design: Arc::default(),
        behaviours: Behaviours::honest(),
        links: Links::new(seed),
        capacity: PlannedCapacity {
            servers: BTreeMap::new(),
            kept_records: BTreeMap::new(),
            cache: CachePolicy::default(),
            retry: RetryPolicy::default(),
            facility_limits: Limits { connect: wait, handshake: wait, answer: wait },
        },
        tls: TlsIssuer::new(&seed, epoch()).unwrap(),
        jpki: Rc::new(JpkiPki::new(&seed, jst(date(2025, 4, 1), 0)).unwrap()),
        people: Population::new(&seed, 2, DAY).unwrap().iter().map(person).collect(),
        insurers: Vec::new(),
        facilities: Vec::new(),
        licensed: Default::default(),
        terminal_token: [0; 16],
        outcomes: Outcomes::default(),
    }
}

/// A system of somebody else on a host of its own: a number authority that has one code for everybody.
fn start_vendor(simulation: &mut Simulation, world: &Rc<World>, deployment: &Deployment, code: InstitutionCode) {
    let tls = deployment.plan().tls.server("number-authority", None, false).unwrap();
    let (net, world) = (deployment.network().clone(), world.clone());
    let identity = Identity::new(&deployment.plan().seed, "vendor", Zone::NumberAuthority);
    simulation.host(
        "vendor",
        |_| {},
        move || {
            let code = code.clone();
            let service: crate::host::http::Service = Rc::new(move |request| {
                let question: IssueQuestion = serde_json::from_slice(&request.body.unwrap_or_default()).unwrap();
                let codes = question.numbers.iter().map(|_| Some(code.clone())).collect();
                Box::pin(async move { Response::to::<IssueCodes>(&IssueAnswer { codes }) })
            });
            let serving = serve(net.clone(), 8443, tls.clone(), service);
            context::within(world.clone(), identity.clone(), async move { serving.await.unwrap() })
        },
    );
}

#[test]
fn every_role_that_listens_is_reached_under_its_name_in_its_zone() {
    let names = addresses(&UnderTest::none()).names();
    let all = [("broker", Zone::Broker), ("jpki", Zone::Jpki), ("line", Zone::Line), ("number-authority", Zone::NumberAuthority)];
    assert_eq!(names, all.map(|(name, zone)| (name.to_string(), zone)));
    let listening = ROLES.iter().filter(|r| r.listens && r.parties == Parties::One).count();
    assert_eq!(listening, names.len(), "a role that listens was left out of the address book");
}

#[test]
fn a_role_under_test_is_not_built_and_its_system_is_asked_in_its_place() {
    let seed = Seed::new(1, "under test");
    for engine in EngineKind::ALL {
        let (mut simulation, world) = Simulation::new(engine, seed, epoch(), Journal::default());
        let under_test = UnderTest::none().with("number-authority", Endpoint::new("vendor", 8443)).unwrap();
        let deployment = Deployment::build(plan(seed), &mut simulation, &world, &under_test).unwrap();
        let code = InstitutionCode::from_bytes([7; 16]);
        start_vendor(&mut simulation, &world, &deployment, code.clone());
        assert!(deployment.member("number-authority").is_none());

        let jpki = deployment.member("jpki").unwrap();
        let has_code = || jpki.party.state().iter().any(|item| String::from_utf8_lossy(&item.content).contains(code.reveal()));
        let until = |_| if has_code() { Until::Done } else { Until::Open };
        simulation.run_until(until, Duration::from_secs(10)).unwrap();
    }
}

#[test]
fn what_cannot_be_under_test_is_named_with_what_can() {
    for name in ["bank", "facility", "card"] {
        let error = UnderTest::none().with(name, Endpoint::new("vendor", 8443)).unwrap_err().to_string();
        let known = "known: number-authority, jpki, broker, line";
        assert_eq!(error, format!("there is no role called `{name}` that could be under test; {known}"));
    }
}
