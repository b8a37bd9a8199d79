//! The bench on which a server is probed: a world of mocks around it, with valid and invalid clients.

use crate::clock::now;
use crate::cpu::ThreadCpu;
use crate::jpki_log::JpkiLog;
use crate::kit::{self, credentials::Credentials};
use crate::operator::Operator;
use crate::probe::Bench;
use crate::probe::asking::signed_challenge;
use crate::probe::client::Server;
use crate::probe::expect::Expect;
use crate::probe::parties::{AtFacility, Parties, is_signed};
use crate::probe::requests::{Good, IsAnswer, IsInvalid, MakeBody};
use crate::records::{AuditExport, MockRecords};
use crate::site::SiteFile;
use crate::story;
use crate::sut::Configured;
use crate::wire;
use jiff::{SignedDuration, Timestamp};
use mocks::pki::Validity;
use mocks::pki::jpki_ca::JpkiPki;
use mocks::pki::tls::{TlsClient, TlsIdentity, TlsPki};
use scenarios::file::{CapacityPart, Scenario};
use scenarios::live::faults::{Faults, faults};
use scenarios::live::serve::{PresentedCard, Standing, Stopped, Watching, serve};
use scenarios::live::{AcceptedFeeds, Endpoint, FollowEntries, FollowGround, Site};
use scenarios::run::{Order, RunError};
use sim::journal::{Direction, Entry, Event};
use sim::seed::Seed;
use sim::terms::design::Design;
use sim::terms::fhir::{EligibilityAnswer, EligibilityQuestion, Profile, SignedChallenge};
use sim::terms::identifiers::{FacilityNumber, InsurerNumber};
use sim::terms::messages::{CodeAnswer, CodeQuestion, IssueAnswer, IssueQuestion};
use sim::terms::operation::{CHECK_ID, Message, Method, Operation, media};
use sim::terms::operations::{IssueCodes, ResolveCode, RevocationList, SubmitEligibilityRequest};
use sim::terms::outcome::OutcomeCode;
use sim::terms::roles::Zone;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

/// The name under which the world of the probes is recorded.
pub const PROBES: &str = "probes";
/// How long the mocks may take to listen.
const READY_WITHIN: Duration = Duration::from_secs(30);
/// So long must the system ask nobody before the first probe.
const QUIET: Duration = Duration::from_secs(1);
/// How long that is waited for.
const QUIET_WITHIN: Duration = Duration::from_secs(10);
/// The serial number of a revoked certificate in the list of the network.
const REVOKED_SERIAL: u64 = 900;

/// A world of mocks around the server.
pub struct Around {
    pub standing: Standing,
    pub downstream: Arc<AtomicU64>,
    /// The feeds that the broker has accepted.
    pub feeds: Arc<Mutex<AcceptedFeeds>>,
    pub faults: Faults,
    /// What JPKI was asked.
    pub jpki: JpkiLog,
    /// What the mock of the broker has recorded.
    pub records: MockRecords,
    /// Of the mocks.
    pub cpu: ThreadCpu,
    design: Arc<Design>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<Stopped, RunError>>,
}

/// Lets the kit's world stand, with or without a system under test. Its journal is kept unless there will be too much of it.
///
/// # Errors
/// What prevents it, as text.
pub fn stand(order: &Order, site: &Site, tool: &str, under_test: Zone, keeps: bool) -> Result<Around, String> {
    // The people are the kit's.
    let scenario = story::without_visits().map_err(|e| e.to_string())?;
    let mut scenario = Scenario { draws_as: Some(scenario.name.clone()), name: PROBES.into(), ..scenario };
    if !keeps {
        // What is measured is the system, and not what the mocks around it are assumed to need.
        scenario.capacity = Some(CapacityPart::instant());
    }
    let (stop, downstream) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let (send, ready) = mpsc::channel();
    let feeds: Arc<Mutex<AcceptedFeeds>> = Arc::default();
    let (counting, stopping, feeding) = (downstream.clone(), stop.clone(), feeds.clone());
    let ((faults, queue), cpu, jpki) = (faults(), ThreadCpu::default(), JpkiLog::default());
    let (mocks, asked, records) = (cpu.clone(), jpki.clone(), MockRecords::default());
    let (recorded, entries, began) = (records.clone(), site.follow.clone(), site.began.clone());
    let watching = Watching {
        elsewhere: Vec::new(),
        follow: Box::new(move |entry, _| {
            mocks.is_this();
            asked.see(entry);
            recorded.see(entry);
            entries.iter().for_each(|FollowEntries(follow)| follow(entry));
            if is_from(entry, under_test) {
                counting.fetch_add(1, Ordering::SeqCst);
            }
            feeding.lock().unwrap_or_else(PoisonError::into_inner).see(entry);
        }),
        keeps,
        ready: Box::new(move |standing| {
            began.iter().for_each(|FollowGround(began)| began(&standing.ground));
            // Nobody waits any more if this took too long.
            let _ = send.send(standing.clone());
        }),
        stop: stopping,
        faults: Some(queue),
    };
    let design = order.design.clone();
    let (order, site, tool) = (order.clone(), site.clone(), tool.to_string());
    let thread = std::thread::spawn(move || serve(&scenario, &order, &site, &tool, watching));
    match ready.recv_timeout(READY_WITHIN) {
        Ok(standing) => Ok(Around { standing, downstream, feeds, faults, jpki, records, cpu, design, stop, thread }),
        Err(_) => {
            stop.store(true, Ordering::SeqCst);
            Err(match thread.join() {
                Ok(Err(e)) => e.to_string(),
                _ => "the mocks did not begin to listen".to_string(),
            })
        }
    }
}

impl Around {
    /// Waits until the broker has accepted a feed of each of these insurers, but no longer than that.
    pub fn wait_for_feeds(&self, insurers: &BTreeSet<String>, longest: Duration) {
        wait(longest, |_| self.feeds.lock().map(|feeds| insurers.iter().all(|i| feeds.newest().contains_key(i))).unwrap_or(true));
    }

    /// Waits until the system has asked nobody for a while: what it asks of itself when the mocks appear is not the fault of a
    /// probe.
    pub fn wait_until_quiet(&self) {
        let mut last = (self.downstream.load(Ordering::SeqCst), Duration::ZERO);
        wait(QUIET_WITHIN, |elapsed| {
            let asked = self.downstream.load(Ordering::SeqCst);
            if asked != last.0 {
                last = (asked, elapsed);
            }
            elapsed - last.1 >= QUIET
        });
    }

    /// Ends the world. Nothing is left of one that has failed.
    pub fn stop(self) -> Option<Stopped> {
        self.stop.store(true, Ordering::SeqCst);
        self.thread.join().ok()?.ok()
    }
}

/// Waits until something is true, but no longer than that. The condition gets the time so far.
fn wait(longest: Duration, mut until: impl FnMut(Duration) -> bool) {
    let begun = now();
    while begun.elapsed() < longest && !until(begun.elapsed()) {
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Whether an entry is a request that a mock received from the party under test, and that a request to it may have caused. Revocation
/// lists are fetched by the clock.
fn is_from(entry: &Entry, under_test: Zone) -> bool {
    match &entry.event {
        Event::Message { direction: Direction::Received, peer, head, .. } => {
            let path = head.split(' ').nth(1).unwrap_or_default();
            peer == under_test.name() && !head.starts_with("HTTP/") && !RevocationList::is_at(path)
        }
        _ => false,
    }
}

/// The bench for the server of a role at an address: of a configuration, or the mock.
///
/// # Errors
/// What prevents it, as text.
pub fn bench(
    zone: Zone,
    at: Endpoint,
    site: &SiteFile,
    around: &Around,
    configured: Option<&Configured>,
) -> Result<Bench, String> {
    let now = scenarios::live::now();
    let text = |e: kit::KitError| e.to_string();
    let credentials = Credentials::of(site, now).map_err(text)?;
    let parties = parties(site, around, &credentials)?;
    let licensed = parties.licensed(0).ok_or("the kit has no licensed facility")?;
    let role = |name: &str| parties.roles.get(name).cloned().ok_or_else(|| format!("the kit has no certificate of {name}"));
    let client = match zone {
        Zone::Broker => licensed.identity.clone(),
        Zone::Jpki => role("broker")?,
        _ => role("jpki")?,
    };
    let unauthorised = match zone {
        Zone::Broker => parties.unlicensed().ok_or("the kit has only licensed facilities")?,
        _ => licensed,
    };
    let server = Server { at, name: zone.name().to_string(), root: credentials.tls_root_der().to_vec() };
    Ok(Bench {
        zone,
        good: good(zone, &parties, licensed, &server, &[0])?,
        load: good(zone, &parties, licensed, &server, &insured()?)?,
        mocks_cpu: around.cpu.clone(),
        jpki: around.jpki.clone(),
        faults: around.faults.clone(),
        operator: configured.map_or_else(|| Operator::of_mock(zone, &around.faults), Operator::of),
        records: configured.map_or_else(|| AuditExport::of_mock(&around.records), AuditExport::of),
        client,
        unauthorised: unauthorised.identity.clone(),
        wrong_clients: wrong_clients(site, &licensed.number, now)?,
        server,
        downstream: around.downstream.clone(),
        made: AtomicUsize::new(first_number(now)),
        claims: configured.map(|c| c.sut.claims.clone()).unwrap_or_default(),
        parties,
    })
}

/// The people and parties of the running world, with certificates of the site.
fn parties(site: &SiteFile, around: &Around, credentials: &Credentials) -> Result<Parties, String> {
    let text = |e: kit::KitError| e.to_string();
    let standing = &around.standing;
    let facility = |f: &sim::ground::GroundFacility| {
        let identity = credentials.facility_identity(&f.number).map_err(text)?;
        Ok(AtFacility { number: f.number.clone(), licensed: f.licensed, identity })
    };
    let insurer = |number: &InsurerNumber| {
        let identity = credentials.client_identity(&sim::terms::parties::insurer(number)).map_err(text)?;
        Ok((number.clone(), identity))
    };
    // No population has so many insurers.
    let strange = (0..).map(|n| InsurerNumber::from_body(999_000 + n)).find(|n| !standing.insurers.contains_key(n.reveal()));
    let authorities = site.site()?.authorities();
    let roles = [Zone::Broker.name(), Zone::Jpki.name()];
    let roles = roles.into_iter().map(|name| Ok((name, credentials.client_identity(name).map_err(text)?)));
    Ok(Parties {
        design: around.design.clone(),
        ground: standing.ground.clone(),
        cards: standing.cards.clone(),
        insurer_names: standing.insurers.clone(),
        facilities: standing.ground.facilities.iter().map(facility).collect::<Result<_, String>>()?,
        insurers: standing.ground.insurers().into_iter().map(insurer).collect::<Result<_, String>>()?,
        strange_insurer: insurer(&strange.ok_or("every insurer number is used")?)?,
        roles: roles.collect::<Result<_, String>>()?,
        jpki: JpkiPki::new(&authorities.seed, authorities.created).map_err(|e| e.to_string())?,
        feeds: around.feeds.clone(),
    })
}

/// Requests are numbered from here on, so that those of an earlier certification are not repeated.
fn first_number(now: Timestamp) -> usize {
    usize::try_from(now.as_second().rem_euclid(1_000_000) * 100_000).unwrap_or_default()
}

/// The people of the kit who are insured, and whose cards are good.
fn insured() -> Result<Vec<usize>, String> {
    let scenario = story::scenario().map_err(|e| e.to_string())?;
    let ends_so = |v: &&scenarios::file::VisitPart| v.expect.to_string() == OutcomeCode::InForce.code();
    Ok(scenario.visits.iter().filter(ends_so).filter_map(|v| usize::try_from(v.person).ok()).collect())
}

/// `people` are those about whom a broker is asked, one after the other.
fn good(zone: Zone, parties: &Parties, licensed: &AtFacility, server: &Server, people: &[usize]) -> Result<Good, String> {
    let person = parties.person(0).ok_or("the kit has no people")?;
    let host = server.name.clone();
    match zone {
        Zone::Broker => good_question(parties, licensed, server, people),
        Zone::Jpki => {
            let certificate = person.certificates.last().ok_or("the first person has no certificate")?;
            let issuer_key_id = kit::issuer_key_id(&certificate.der);
            Ok(good_of_jpki(host, &CodeQuestion { issuer_key_id, certificate_serial: certificate.serial.0 }))
        }
        _ => Ok(good_of_authority(host, person.person.resident_code.reveal().to_string())),
    }
}

fn good_of_jpki(host: String, question: &CodeQuestion) -> Good {
    let is_invalid: IsInvalid = Arc::new(|body| CodeQuestion::read(body).is_err());
    let answers: IsAnswer = Arc::new(|_, body| CodeAnswer::read(body).is_ok());
    let good = json::<ResolveCode>(host, question.write(), is_invalid, answers);
    Good { unauthorised: Expect::Refused(&[403], &["not-approved"]), claimed: "broker".into(), ..good }
}

fn good_of_authority(host: String, resident_code: String) -> Good {
    let known_by = sim::terms::messages::KnownBy::ResidentCode;
    let question = IssueQuestion::new("medical-insurance", known_by, vec![resident_code]);
    let is_invalid: IsInvalid = Arc::new(|body| IssueQuestion::read(body).is_err());
    let answers: IsAnswer = Arc::new(|_, body| IssueAnswer::read(body).is_ok_and(|a| a.codes.len() == 1));
    json::<IssueCodes>(host, question.write(), is_invalid, answers)
}

/// A request with the members of the good one, of nobody: enough to know which probes there are, and never sent.
pub fn example(zone: Zone, design: &Design) -> Good {
    let host = zone.name().to_string();
    match zone {
        Zone::Broker => {
            let facility = FacilityNumber::from_body(0);
            let signed = is_signed(design).then(|| SignedChallenge { challenge: vec![1], signature: vec![1] });
            let body = wire::question(0, &facility, &[1], signed, Timestamp::UNIX_EPOCH);
            question_to_broker(host, facility.reveal().to_string(), Arc::new(move |_| body.clone()))
        }
        Zone::Jpki => good_of_jpki(host, &CodeQuestion { issuer_key_id: String::new(), certificate_serial: 0 }),
        _ => good_of_authority(host, String::new()),
    }
}

/// Whether one of these people is insured today. Where the design asks for it, the card signs a new challenge each time.
fn good_question(parties: &Parties, licensed: &AtFacility, server: &Server, people: &[usize]) -> Result<Good, String> {
    let cards: Option<Vec<PresentedCard>> = people.iter().map(|p| parties.cards.get(*p).cloned()).collect();
    let cards = cards.filter(|cards| !cards.is_empty()).ok_or("the kit has no card")?;
    let (facility, client, is_signed) = (licensed.number.clone(), licensed.identity.clone(), parties.is_signed());
    let (asked, claimed) = (server.clone(), licensed.number.reveal().to_string());
    let body: MakeBody = Arc::new(move |number| {
        let card = &cards[number % cards.len()];
        let signed = is_signed.then(|| signed_challenge(&asked, &client, &facility, &card.key)).flatten();
        wire::question(number, &facility, &card.certificate, signed, scenarios::live::now())
    });
    Ok(question_to_broker(server.name.clone(), claimed, body))
}

/// `claimed` is the number of the facility that asks.
fn question_to_broker(host: String, claimed: String, body: MakeBody) -> Good {
    let is_invalid: IsInvalid = Arc::new(|body| EligibilityQuestion::from_json(body).is_err());
    Good {
        host,
        method: Method::Post.name(),
        path: SubmitEligibilityRequest::PATH,
        media: SubmitEligibilityRequest::REQUEST_MEDIA,
        body,
        headers: vec![(CHECK_ID.name, Arc::new(|number| wire::check(number).to_string()))],
        expect: Expect::Success(200),
        malformed: Expect::Refused(&[400], &["request-malformed", "request-unknown-field", "certificate-unreadable"]),
        too_large: Expect::RefusedOrClosed(&[413]),
        not_there: Expect::Refused(&[404], &["request-not-supported"]),
        unauthorised: Expect::Refused(&[403], &["facility-unlicensed"]),
        claimed,
        refusals: media::FHIR_JSON,
        is_invalid: Some(is_invalid),
        answers: Arc::new(|number, body| EligibilityAnswer::from_json(body).is_ok_and(|read| read.check == wire::check(number))),
    }
}

/// A request with the same JSON body each time.
fn json<O: Operation>(host: String, body: Vec<u8>, is_invalid: IsInvalid, answers: IsAnswer) -> Good {
    Good {
        host,
        method: O::METHOD.name(),
        path: O::PATH,
        media: O::REQUEST_MEDIA,
        body: Arc::new(move |_| body.clone()),
        headers: Vec::new(),
        expect: Expect::Success(O::STATUS),
        malformed: Expect::Refused(&[400, 404, 422], &[]),
        too_large: Expect::RefusedOrClosed(&[400, 413]),
        not_there: Expect::Refused(&[404], &["not-found"]),
        unauthorised: Expect::Refused(&[403], &["not-permitted"]),
        claimed: "jpki".into(),
        refusals: media::PROBLEM_JSON,
        is_invalid: Some(is_invalid),
        answers,
    }
}

/// Clients that no server may serve.
type WrongClients = Vec<(&'static str, &'static str, Option<TlsIdentity>)>;

/// Their names, with what is wrong with each.
pub const WRONG_CLIENTS: [(&str, &str); 6] = [
    ("no-client-certificate", "A client without a certificate"),
    ("client-certificate-of-another-authority", "A client certificate of another authority with the same name"),
    ("client-certificate-expired", "A client certificate that has expired"),
    ("client-certificate-not-yet-valid", "A client certificate that is not valid yet"),
    ("client-certificate-revoked", "A client certificate that is in the revocation list"),
    ("server-certificate-as-client", "A certificate for servers, presented by a client"),
];

fn wrong_clients(site: &SiteFile, facility: &FacilityNumber, now: Timestamp) -> Result<WrongClients, String> {
    let text = |e: mocks::pki::PkiError| e.to_string();
    let authorities = site.site()?.authorities();
    let pki = TlsPki::new(&authorities.seed, authorities.created).map_err(text)?;
    let elsewhere = Seed::new(site.seed, "tls/untrusted");
    let other = TlsPki::new(&elsewhere, authorities.created).map_err(text)?;
    let client = TlsClient::Facility { number: facility.clone(), name: "SHIKAKU-KIT".into() };
    let from = |days: i64| now.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(now);
    let valid = Validity::days(from(30), 365);
    let issue = |pki: &TlsPki, serial, validity| pki.issue_tls_client(&client, serial, validity).map(Some).map_err(text);
    let identities = [
        None,
        issue(&other, 200, valid)?,
        issue(&pki, 201, Validity::days(from(400), 365))?,
        issue(&pki, 202, Validity::days(from(-2), 365))?,
        issue(&pki, REVOKED_SERIAL, valid)?,
        pki.issue_tls_server("facility", 203, valid).map(Some).map_err(text)?,
    ];
    Ok(WRONG_CLIENTS.into_iter().zip(identities).map(|((name, what), identity)| (name, what, identity)).collect())
}
