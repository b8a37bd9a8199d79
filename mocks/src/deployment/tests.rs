use super::plan::{PlannedCapacity, PlannedPerson};
use super::tls::TlsIssuer;
use super::*;
use crate::behaviour::Behaviours;
use crate::capacity::RetryPolicy;
use crate::env::{Credentials, Env, EnvParts};
use crate::host::http::{Limits, Response, serve};
use crate::pki::jpki_ca::JpkiPki;
use crate::pki::ocsp::{OcspError, Question, read_answer, request};
use crate::pki::profile::Purpose;
use crate::pki::status::CertStatus;
use crate::roles::facility::visits::Outcomes;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use sim::clock;
use sim::context::Party as Identity;
use sim::engine::{EngineKind, Until};
use sim::journal::{Event, Journal};
use sim::net::Endpoint;
use sim::net::Links;
use sim::people::Population;
use sim::seed::Seed;
use sim::terms::calendar::jst;
use sim::terms::identifiers::InstitutionCode;
use sim::terms::messages::{CodeQuestion, IssueAnswer, IssueQuestion};
use sim::terms::operation::Operation;
use sim::terms::operations::{CertificateStatus, IssueCodes, ResolveCode};
use sim::terms::roles::Zone;
use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

const DAY: Date = date(2027, 4, 5);

fn epoch() -> Timestamp {
    jst(DAY, 9 * 3600)
}

/// Two people, no insurer and no facility.
fn plan(seed: Seed) -> Plan {
    let wait = Duration::from_secs(5);
    let person = |person| PlannedPerson {
        person,
        renewed_from: None,
        renews_later: false,
        registers_later: false,
        status: CertStatus::Good,
        card: None,
    };
    Plan {
        codes: None,
        seed,
        epoch: epoch(),
        design: Arc::default(),
        behaviours: Behaviours::honest(),
        links: Links::new(seed),
        capacity: PlannedCapacity {
            servers: BTreeMap::new(),
            kept_records: BTreeMap::new(),
            retry: RetryPolicy::default(),
            facility_limits: Limits { connect: wait, handshake: wait, answer: wait },
        },
        tls: TlsIssuer::new(&seed, epoch(), 0).unwrap(),
        jpki: Rc::new(JpkiPki::new(&seed, jst(date(2025, 4, 1), 0)).unwrap()),
        people: Population::new(&seed, 2, DAY).unwrap().iter().map(person).collect(),
        insurers: Vec::new(),
        facilities: Vec::new(),
        registry: None,
        licensed: Default::default(),
        terminal_token: [0; 16],
        outcomes: Outcomes::default(),
        gate: None,
    }
}

/// An external system on its own host, which listens from `after` on: a number authority that issues the same code for
/// everybody.
fn start_vendor(simulation: &mut Simulation, world: &Rc<World>, deployment: &Deployment, code: InstitutionCode, after: Duration) {
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
                Box::pin(async move { Response::to::<IssueCodes>(&IssueAnswer::of(codes)) })
            });
            let serving = serve(net.clone(), 8443, tls.clone(), service);
            context::within(world.clone(), identity.clone(), async move {
                clock::sleep(after).await;
                serving.await.unwrap();
            })
        },
    );
}

#[test]
fn every_role_that_listens_is_reached_under_its_name_in_its_zone() {
    let names = addresses(&Sites::simulated()).unwrap().names();
    let all = [
        ("broker", Zone::Broker),
        ("jpki", Zone::Jpki),
        ("line", Zone::Line),
        ("number-authority", Zone::NumberAuthority),
        ("registry", Zone::Registry),
    ];
    assert_eq!(names, all.map(|(name, zone)| (name.to_string(), zone)));
    let listening = ROLES.iter().filter(|r| r.listens && r.parties == Parties::One).count();
    assert_eq!(listening, names.len(), "a role that listens is missing in the address book");
}

#[test]
fn a_role_under_test_is_not_built_and_its_system_is_asked_instead() {
    let seed = Seed::new(1, "under test");
    for engine in EngineKind::ALL {
        let (mut simulation, world) = Simulation::new(engine, seed, epoch(), Journal::default());
        let under_test = Sites::simulated().with("number-authority", Endpoint::new("vendor", 8443)).unwrap();
        let deployment = Deployment::build(plan(seed), &mut simulation, &world, under_test).unwrap();
        let code = InstitutionCode::from_bytes([7; 16]);
        start_vendor(&mut simulation, &world, &deployment, code.clone(), Duration::ZERO);
        assert!(deployment.member("number-authority").is_none());

        let jpki = deployment.member("jpki").unwrap();
        let has_code = || jpki.party.state().iter().any(|item| String::from_utf8_lossy(&item.content).contains(code.reveal()));
        let until = |_| if has_code() { Until::Done } else { Until::Open };
        simulation.run_until(until, Duration::from_secs(10)).unwrap();
    }
}

#[test]
fn a_role_that_cannot_be_under_test_is_an_error_that_lists_those_that_can() {
    for name in ["bank", "facility", "card"] {
        let error = Sites::simulated().with(name, Endpoint::new("vendor", 8443)).unwrap_err().to_string();
        let known = "known: number-authority, jpki, broker, line, registry";
        assert_eq!(error, format!("there is no role called `{name}` that could be under test; {known}"));
    }
}

/// JPKI's answers: the status of a certificate, and the HTTP status of the question for its code.
type Answers = (Result<CertStatus, OcspError>, u16);

/// As the broker, asks JPKI for the status and the code of the first person's certificate at each of `at`.
fn ask_jpki(simulation: &mut Simulation, world: &Rc<World>, deployment: &Deployment, at: [u64; 2]) -> Rc<RefCell<Vec<Answers>>> {
    let plan = deployment.plan();
    let (pki, serial) = (plan.jpki.clone(), plan.people[0].person.current_certificate().serial);
    let issuer_key_id = data_encoding::HEXLOWER.encode(pki.issuing(Purpose::Authentication).key_id().as_bytes());
    let code_question = CodeQuestion { issuer_key_id, certificate_serial: serial.0 };
    let env = Env::new(EnvParts {
        network: deployment.network().clone(),
        credentials: Credentials { server: None, client: Some(plan.tls.client("broker").unwrap()) },
        ..EnvParts::offline(&plan.seed, "asker", Zone::Broker)
    });
    let (world, answers) = (world.clone(), Rc::new(RefCell::new(Vec::new())));
    let into = answers.clone();
    simulation.host(
        "asker",
        |_| {},
        move || {
            let (env, pki, code_question, into) = (env.clone(), pki.clone(), code_question.clone(), into.clone());
            context::within(world.clone(), env.identity().clone(), async move {
                let jpki = env.client("jpki");
                let question = Question::new(pki.issuing(Purpose::Authentication), serial, Some(b"nonce"));
                for seconds in at {
                    env.sleep_until(seconds * 1_000_000_000).await;
                    let answer = jpki
                        .ask_with::<CertificateStatus>(CertificateStatus::PATH, &[], request(&question).unwrap())
                        .await
                        .unwrap();
                    let status = read_answer(&answer.body, &question, env.wall());
                    let code = jpki.ask::<ResolveCode>(&code_question).await.unwrap();
                    into.borrow_mut().push((status, code.status));
                }
            })
        },
    );
    answers
}

#[test]
fn jpki_answers_for_certificates_without_a_number_authority_and_for_codes_once_it_listens() {
    let seed = Seed::new(3, "under test");
    for engine in EngineKind::ALL {
        let (mut simulation, world) = Simulation::new(engine, seed, epoch(), Journal::default());
        let under_test = Sites::simulated().with("number-authority", Endpoint::new("vendor", 8443)).unwrap();
        let deployment = Deployment::build(plan(seed), &mut simulation, &world, under_test).unwrap();
        let code = InstitutionCode::from_bytes([7; 16]);
        start_vendor(&mut simulation, &world, &deployment, code, Duration::from_secs(6));
        let answers = ask_jpki(&mut simulation, &world, &deployment, [2, 15]);
        let until = |_| if answers.borrow().len() == 2 { Until::Done } else { Until::Open };
        simulation.run_until(until, Duration::from_secs(30)).unwrap();
        assert_eq!(*answers.borrow(), [(Ok(CertStatus::Good), 503), (Ok(CertStatus::Good), 200)], "{}", engine.name());
    }
}

#[test]
fn the_state_of_every_party_is_recorded_at_the_end_even_if_it_is_empty() {
    let seed = Seed::new(4, "snapshot");
    let (mut simulation, world) = Simulation::new(EngineKind::Events, seed, epoch(), Journal::default());
    let deployment = Deployment::build(plan(seed), &mut simulation, &world, Sites::simulated()).unwrap();
    deployment.record_state(&world);
    let journal = world.journal.borrow();
    let listed = journal.entries().iter().filter(|e| matches!(e.event, Event::Snapshot { when: Occasion::End }));
    let listed: Vec<_> = listed.map(|e| e.host.clone()).collect();
    assert_eq!(listed, deployment.members().iter().map(|m| m.name().to_string()).collect::<Vec<_>>());
    assert_eq!(listed, ["number-authority", "jpki", "broker", "line"]);
}
