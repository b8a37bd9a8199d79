//! The limits of a server: silent connections, requests that never end, certificates that expire while a connection is kept,
//! floods. On the simulated network, in virtual time.

use mocks::env::{Credentials, Env, EnvParts};
use mocks::host::http::{Client, HttpError, Limits, Request, Response, Service, handled_by, serve_waiting};
use mocks::host::patience::Timeouts;
use mocks::host::tls::{ClientTls, ServerTls, TlsError, TlsSetupError, TlsTrust};
use mocks::pki::Validity;
use mocks::pki::crl::{CrlContent, Revocation};
use mocks::pki::tls::{TlsClient, TlsIdentity, TlsPki};
use mocks::roles::facility::overload::{SlowLoris, flood};
use sim::clock;
use sim::context::{self, Party, World};
use sim::determinism;
use sim::engine::{EngineKind, Simulation, Until};
use sim::journal::{Entry, Event, Journal};
use sim::log::JournalLog;
use sim::net::{Endpoint, LinkSpec, Links, Network};
use sim::sample::Distribution;
use sim::seed::Seed;
use sim::terms::identifiers::CertificateSerial;
use sim::terms::operation::{Operation, media::JSON};
use sim::terms::operations::RequestChallenge;
use sim::terms::roles::Zone;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const S: u64 = 1_000_000_000;
const LIMIT: Duration = Duration::from_secs(5);
const LIMITS: Limits = Limits { connect: LIMIT, handshake: LIMIT, answer: LIMIT };
const SERIAL: u64 = 11;

fn epoch() -> jiff::Timestamp {
    "2027-04-05T00:00:00Z".parse().unwrap()
}

fn after(seconds: i64) -> jiff::Timestamp {
    epoch() + jiff::SignedDuration::from_secs(seconds)
}

/// The facility from which a test acts, as a party of its own.
struct Bench {
    net: Rc<dyn Network>,
    tls: Rc<ClientTls>,
    server: Rc<ServerTls>,
    pki: TlsPki,
}

impl Bench {
    fn client(&self) -> Client {
        Client::new(self.net.clone(), Endpoint::new("broker", 443), "broker", self.tls.clone(), LIMITS)
    }

    /// A client as in a load study.
    fn shared_client(&self) -> Client {
        let trust = TlsTrust::from_der(&[self.pki.root().der()], &[&self.crl(after(86_400), &[])]).unwrap();
        let long = Validity::days(after(-86_400), 30);
        let identity = self.pki.issue_tls_client(&TlsClient::Role { name: "facility".into() }, SERIAL + 1, long).unwrap();
        let tls = ClientTls::shared(self.pki.issuing().der(), &trust).unwrap().of(&identity).unwrap();
        Client::new(self.net.clone(), Endpoint::new("broker", 443), "broker", Rc::new(tls), LIMITS)
    }

    fn crl(&self, next_update: jiff::Timestamp, revoked: &[u64]) -> Vec<u8> {
        crl(&self.pki, next_update, revoked)
    }

    async fn stream(&self) -> mocks::host::tls::TlsStream {
        let connection = self.net.connect(&Endpoint::new("broker", 443)).await.unwrap();
        self.tls.connect(connection, "broker", "broker", LIMIT).await.unwrap().0
    }
}

fn crl(pki: &TlsPki, next_update: jiff::Timestamp, revoked: &[u64]) -> Vec<u8> {
    let revoked = revoked.iter().map(|s| Revocation { serial: CertificateSerial(*s), at: after(-1), reason: None }).collect();
    pki.crl(&CrlContent { number: 1, this_update: after(-86_400), next_update, revoked }).unwrap()
}

/// Runs `test` at a facility whose certificate expires after `lasts`, against a server that answers everything with 201.
fn at_facility<F>(timeouts: Timeouts, lasts: Duration, test: impl FnOnce(Rc<Bench>) -> F + Send + 'static) -> Vec<Entry>
where
    F: Future<Output = ()> + 'static,
{
    before_server(ServerTls::new, EngineKind::Ticks, timeouts, lasts, test)
}

/// The same with a server that resumes sessions and keeps no connection.
fn at_facility_that_resumes<F>(lasts: Duration, test: impl FnOnce(Rc<Bench>) -> F + Send + 'static) -> Vec<Entry>
where
    F: Future<Output = ()> + 'static,
{
    let timeouts = Timeouts { idle: Duration::from_millis(100), ..Timeouts::SERVER };
    // The event engine skips idle hours.
    before_server(ServerTls::resuming, EngineKind::Events, timeouts, lasts, test)
}

type MakeServer = fn(TlsIdentity, &TlsTrust) -> Result<ServerTls, TlsSetupError>;

fn before_server<F>(
    make: MakeServer,
    engine: EngineKind,
    timeouts: Timeouts,
    lasts: Duration,
    test: impl FnOnce(Rc<Bench>) -> F + Send + 'static,
) -> Vec<Entry>
where
    F: Future<Output = ()> + 'static,
{
    let run = move || {
        let seed = Seed::new(1, "patience");
        let _in = determinism::enter(&seed, epoch());
        tracing::subscriber::with_default(JournalLog::new(&["mocks"]), || {
            let (mut sim, world) = Simulation::new(engine, seed, epoch(), Journal::default());
            let links = Links::new(seed);
            let latency = Distribution::Constant { ms: 2.0 };
            links.set(Zone::Facility, Zone::Broker, LinkSpec { latency, bits_per_second: None });
            let net = sim.network(links, BTreeMap::from([("broker".to_string(), Zone::Broker)]));
            let pki = TlsPki::new(&seed, after(-86_400)).unwrap();
            let trust = TlsTrust::from_der(&[pki.root().der()], &[&crl(&pki, after(86_400), &[])]).unwrap();
            let long = Validity::days(after(-86_400), 30);
            let server = Rc::new(make(pki.issue_tls_server("broker", 10, long).unwrap(), &trust).unwrap());
            let until = Validity { not_after: epoch() + jiff::SignedDuration::try_from(lasts).unwrap(), ..long };
            let identity = pki.issue_tls_client(&TlsClient::Role { name: "facility".into() }, SERIAL, until).unwrap();
            let tls = Rc::new(ClientTls::new(Some(&identity), &trust).unwrap());
            let bench = Rc::new(Bench { net: net.clone(), tls, server: server.clone(), pki });

            let party = Party::new(&seed, "broker", Zone::Broker);
            let serving = (world.clone(), party, net, server);
            sim.host(
                "broker",
                |_| {},
                move || {
                    let (world, party, net, tls) = serving.clone();
                    context::within(world, party, async move {
                        serve_waiting(net, 443, tls, service(), timeouts).await.unwrap();
                    })
                },
            );
            let done = Rc::new(Cell::new(false));
            let test = Rc::new(Cell::new(Some(test)));
            let (asking, party) = ((world.clone(), done.clone()), Party::new(&seed, "facility-000000", Zone::Facility));
            sim.host(
                "facilities",
                |_| {},
                move || {
                    let ((world, done), bench, test) = (asking.clone(), bench.clone(), test.take());
                    context::within(world, party.clone(), async move {
                        clock::sleep(Duration::from_millis(5)).await;
                        if let Some(test) = test {
                            test(bench).await;
                        }
                        done.set(true);
                    })
                },
            );
            sim.run_until(|_| if done.get() { Until::Done } else { Until::Open }, Duration::from_secs(6 * 3600)).unwrap();
            entries(&world)
        })
    };
    std::thread::spawn(run).join().unwrap()
}

fn entries(world: &Rc<World>) -> Vec<Entry> {
    world.journal.borrow_mut().take_entries()
}

fn service() -> Service {
    async fn created(_: Rc<()>, request: Request) -> Response {
        if request.path == "/slow" {
            clock::sleep(Duration::from_secs(1)).await;
        }
        Response::new(201, JSON, b"{}".to_vec())
    }
    handled_by(Rc::new(()), created)
}

/// How many handshakes the server took part in.
fn handshakes(entries: &[Entry]) -> usize {
    entries.iter().filter(|e| e.host == "broker" && matches!(e.event, Event::Tls { .. })).count()
}

fn logged(entries: &[Entry], by: &str, what: &str) -> Vec<u64> {
    let matching = |e: &&Entry| e.host == by && matches!(&e.event, Event::Log { text, .. } if text.contains(what));
    entries.iter().filter(matching).map(|e| e.at_ns / S).collect()
}

const LONG: Duration = Duration::from_secs(86_400);

#[test]
fn slow_requests_are_cut_off_after_ten_seconds_and_would_stay_without_the_limit() {
    let hold = |timeouts| {
        at_facility(timeouts, LONG, |bench| async move {
            let env = Env::new(EnvParts {
                network: bench.net.clone(),
                credentials: Credentials { server: None, client: Some(bench.tls.clone()) },
                ..EnvParts::offline(&Seed::new(1, "patience"), "facility-000000", Zone::Facility)
            });
            let loris = Rc::new(SlowLoris { env, through: "broker", limits: LIMITS });
            loris.hold(3, 30 * S).await;
            clock::sleep(Duration::from_secs(5)).await;
            // Other clients are served meanwhile.
            assert_eq!(bench.client().get("/").await.unwrap().status, 201);
            clock::sleep(Duration::from_secs(35)).await;
        })
    };
    let limited = hold(Timeouts::SERVER);
    assert_eq!(logged(&limited, "broker", "a request did not arrive in time").len(), 6);
    // The first byte is sent after a second, the connection ends ten seconds later.
    assert_eq!(logged(&limited, "facility-000000", "a slow connection ended")[..3], [11, 11, 11]);
    assert_eq!(handshakes(&limited), 3 * 3 + 1);
    let unlimited = hold(Timeouts { head: None, ..Timeouts::SERVER });
    assert_eq!(handshakes(&unlimited), 3 + 1);
    assert_eq!(logged(&unlimited, "facility-000000", "a slow connection ended"), [30, 30, 30]);
}

#[test]
fn a_body_that_does_not_arrive_ends_the_connection() {
    let entries = at_facility(Timeouts::SERVER, LONG, |bench| async move {
        let mut stream = bench.stream().await;
        stream.write_all(b"POST / HTTP/1.1\r\nhost: broker\r\ncontent-length: 100\r\n\r\nabc").await.unwrap();
        stream.flush().await.unwrap();
        let mut rest = [0u8; 100];
        let answered = clock::timeout(Duration::from_secs(20), stream.read(&mut rest)).await.unwrap();
        assert!(answered.is_err() || answered.is_ok_and(|n| n == 0));
    });
    assert_eq!(logged(&entries, "broker", "the body did not arrive within 10s"), [10]);
}

#[test]
fn an_idle_connection_is_kept_for_five_minutes_and_a_client_handles_its_end() {
    let entries = at_facility(Timeouts::SERVER, LONG, |bench| async move {
        let client = bench.client();
        for idle in [0, 290, 299, 301, 1] {
            clock::sleep(Duration::from_secs(idle)).await;
            assert_eq!(client.get("/").await.unwrap().status, 201);
        }
    });
    assert_eq!(handshakes(&entries), 2);
    // It was closed cleanly: nothing is logged.
    assert_eq!(logged(&entries, "broker", "connection ended"), Vec::<u64>::new());
}

/// hyper keeps waiting in the read that it began before the answer: the limit must apply nevertheless.
#[test]
fn a_connection_that_was_served_and_then_idles_is_closed_at_its_timeout() {
    let timeouts = Timeouts { idle: Duration::from_secs(20), ..Timeouts::SERVER };
    at_facility(timeouts, LONG, |b| async move {
        let mut stream = b.stream().await;
        stream.write_all(b"POST /slow HTTP/1.1\r\nhost: broker\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        let mut answer = vec![0; 4096];
        assert!(stream.read(&mut answer).await.unwrap() > 0);
        let served = clock::now();
        // Nothing is sent: the end must come by itself.
        let end = clock::timeout(Duration::from_secs(60), stream.read(&mut answer)).await;
        assert!(matches!(end, Ok(Ok(0) | Err(_))), "the connection is still open");
        let waited = clock::now() - served;
        assert!((19 * S..22 * S).contains(&waited), "{waited}");
    });
}

/// The limit of a head, which is longer here, must not override it.
#[test]
fn an_idle_timeout_that_is_shorter_than_the_limit_of_a_head_applies_too() {
    let timeouts = Timeouts { idle: Duration::from_millis(100), ..Timeouts::SERVER };
    let entries = at_facility(timeouts, LONG, |bench| async move {
        let client = bench.client();
        for _ in 0..3 {
            assert_eq!(client.get("/").await.unwrap().status, 201);
            clock::sleep(Duration::from_millis(120)).await;
        }
    });
    assert_eq!(handshakes(&entries), 3);
}

#[test]
fn a_certificate_that_expires_while_its_connection_is_kept_gets_no_more_answers() {
    at_facility(Timeouts::SERVER, Duration::from_secs(60), |bench| async move {
        let client = bench.client();
        assert_eq!(client.get("/").await.unwrap().status, 201);
        clock::sleep(Duration::from_secs(58)).await;
        assert_eq!(client.get("/").await.unwrap().status, 201);
        clock::sleep(Duration::from_secs(4)).await;
        assert_eq!(client.get("/").await.err().unwrap(), HttpError::ClosedEarly);
        // certificate_expired
        assert_eq!(client.get("/").await.err().unwrap(), HttpError::Tls(TlsError::Alert(45)));
    });
}

#[test]
fn with_a_crl_that_is_too_old_no_client_is_served_and_no_alert_is_about_its_certificate() {
    at_facility(Timeouts::SERVER, LONG, |bench| async move {
        let client = bench.client();
        assert_eq!(client.get("/").await.unwrap().status, 201);
        bench.server.consult(&[&bench.crl(after(-60), &[])]).unwrap();
        assert_eq!(client.get("/").await.err().unwrap(), HttpError::ClosedEarly);
        // internal_error, and not 44 or 45, which would be about the client's certificate.
        assert_eq!(client.get("/").await.err().unwrap(), HttpError::Tls(TlsError::Alert(80)));
        bench.server.consult(&[&bench.crl(after(3600), &[])]).unwrap();
        assert_eq!(client.get("/").await.unwrap().status, 201);
        // A newer CRL also ends kept connections.
        bench.server.consult(&[&bench.crl(after(3600), &[SERIAL])]).unwrap();
        assert_eq!(client.get("/").await.err().unwrap(), HttpError::ClosedEarly);
        assert_eq!(client.get("/").await.err().unwrap(), HttpError::Tls(TlsError::Alert(44)));
    });
}

#[test]
fn a_flood_is_sent_at_its_rate_whatever_the_answers_are() {
    let entries = at_facility(Timeouts::SERVER, LONG, |bench| async move {
        let env = Env::offline(&Seed::new(1, "patience"), "facility-000000", Zone::Facility);
        let client = Rc::new(bench.client());
        let flooding = context::spawn(async move { flood(&env, client, 200.0, 5 * S).await });
        clock::sleep(Duration::from_secs(2)).await;
        assert_eq!(bench.client().get("/").await.unwrap().status, 201);
        flooding.await.unwrap();
        clock::sleep(Duration::from_secs(1)).await;
    });
    let asked = format!("POST {} ", RequestChallenge::PATH);
    let arrived = entries.iter().filter(|e| e.host == "broker").filter(|e| match &e.event {
        Event::Message { head, .. } => head.starts_with(&asked),
        _ => false,
    });
    assert_eq!(arrived.count(), 999);
    assert!(handshakes(&entries) < 20, "{}", handshakes(&entries));
}

/// Whether each of so many connections, one after the other, resumed a session. Tickets arrive after the handshake: a client
/// must have read to be able to use one.
async fn resumed(bench: &Bench, connections: usize) -> Vec<bool> {
    let mut all = Vec::new();
    for _ in 0..connections {
        let mut stream = bench.stream().await;
        all.push(stream.is_resumed());
        let end = clock::timeout(Duration::from_secs(1), stream.read(&mut [0; 10])).await;
        assert!(end.is_ok(), "the connection is kept");
    }
    all
}

#[test]
fn a_server_resumes_sessions_if_it_is_configured_to() {
    at_facility_that_resumes(LONG, |bench| async move { assert_eq!(resumed(&bench, 3).await, [false, true, true]) });
    let timeouts = Timeouts { idle: Duration::from_millis(100), ..Timeouts::SERVER };
    at_facility(timeouts, LONG, |bench| async move { assert_eq!(resumed(&bench, 3).await, [false, false, false]) });
}

#[test]
fn a_ticket_is_used_once_and_for_two_hours() {
    at_facility_that_resumes(LONG, |bench| async move {
        assert_eq!(resumed(&bench, 1).await, [false]);
        let (first, second) = (bench.stream().await, bench.stream().await);
        assert_eq!((first.is_resumed(), second.is_resumed()), (true, false));
        drop((first, second));
        assert_eq!(resumed(&bench, 2).await, [false, true]);
        // Counted from the newest ticket.
        clock::sleep(Duration::from_secs(7100)).await;
        assert_eq!(resumed(&bench, 1).await, [true]);
        clock::sleep(Duration::from_secs(7100)).await;
        assert_eq!(resumed(&bench, 1).await, [true]);
        clock::sleep(Duration::from_secs(7300)).await;
        assert_eq!(resumed(&bench, 1).await, [false]);
    });
}

#[test]
fn a_client_whose_session_is_not_resumed_does_a_full_handshake() {
    // Like the clients of a load study: their certificates are read only when needed.
    at_facility_that_resumes(LONG, |bench| async move {
        let client = bench.shared_client();
        for _ in 0..2 {
            assert_eq!(client.get("/").await.unwrap().status, 201);
            clock::sleep(Duration::from_secs(1)).await;
        }
        // The earlier tickets are no longer valid.
        bench.server.consult(&[&bench.crl(after(3600), &[])]).unwrap();
        assert_eq!(client.get("/").await.unwrap().status, 201);
    });
}

#[test]
fn a_client_that_resumes_a_session_is_checked_like_any_other() {
    at_facility_that_resumes(Duration::from_secs(60), |bench| async move {
        let client = bench.client();
        assert_eq!(client.get("/").await.unwrap().status, 201);
        clock::sleep(Duration::from_secs(62)).await;
        assert_eq!(client.get("/").await.err().unwrap(), HttpError::ClosedEarly);
        // certificate_expired
        assert_eq!(client.get("/").await.err().unwrap(), HttpError::Tls(TlsError::Alert(45)));
    });
    at_facility_that_resumes(LONG, |bench| async move {
        let client = bench.client();
        assert_eq!(client.get("/").await.unwrap().status, 201);
        clock::sleep(Duration::from_secs(1)).await;
        bench.server.consult(&[&bench.crl(after(3600), &[SERIAL])]).unwrap();
        // certificate_revoked, at once: a new CRL invalidates the tickets.
        assert_eq!(client.get("/").await.err().unwrap(), HttpError::Tls(TlsError::Alert(44)));
    });
}
