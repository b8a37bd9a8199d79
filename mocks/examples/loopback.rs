//! The HTTP exchanges of a check on real loopback TCP, for comparison with the simulation: the mocks' own client and server, mTLS
//! on kept connections, messages of the sizes that a check has, and nothing else of a check: no certificate path, no OCSP.
//!
//! `cargo run --release -p mocks --example loopback -- [CHECKS]` prints one JSON line (see docs/performance/peers/README.md).
#![allow(clippy::unwrap_used, reason = "a failed unwrap ends the measurement")]
#![allow(clippy::print_stdout, reason = "it prints its result")]
#![allow(clippy::disallowed_methods, reason = "what is measured is the machine's time")]

use mocks::host::http::{Client, Limits, Response, serve};
use mocks::host::tls::{ClientTls, ServerTls, TlsTrust};
use mocks::pki::Validity;
use mocks::pki::crl::CrlContent;
use mocks::pki::tls::{TlsClient, TlsPki};
use sim::context::{Party, World, start, within};
use sim::journal::Journal;
use sim::net::tcp::{TcpNetwork, engine_clock};
use sim::net::{Endpoint, Network};
use sim::seed::Seed;
use sim::terms::operation::media::FHIR_JSON;
use sim::terms::parties;
use sim::terms::roles::Zone;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Request and response, in bytes: ④/⑥, and ⑤ twice (OCSP, code).
const EXCHANGES: [(usize, usize); 3] = [(2750, 1900), (120, 1850), (120, 60)];
/// Concurrent facilities, each on its own connection.
const AT_ONCE: usize = 32;

fn main() {
    let checks: usize = std::env::args().nth(1).map_or(20_000, |n| n.parse().expect("a number of checks"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, measure(checks));
}

async fn measure(checks: usize) {
    let (seed, now) = (Seed::new(1, "loopback"), jiff::Timestamp::now());
    let world = World::new(seed, now, Journal::watching(Box::new(|_, _| {})), engine_clock(), 0);
    let yesterday = now - jiff::SignedDuration::from_hours(24);
    let pki = TlsPki::new(&seed, yesterday).unwrap();
    let validity = Validity::days(yesterday, 30);
    let crl = CrlContent { number: 1, this_update: yesterday, next_update: validity.not_after, revoked: Vec::new() };
    let trust = TlsTrust::from_der(&[pki.root().der()], &[&pki.crl(&crl).unwrap()]).unwrap();
    let net: Rc<dyn Network> = Rc::new(TcpNetwork::default());
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();

    let server = Rc::new(ServerTls::new(pki.issue_tls_server("broker", 10, validity).unwrap(), &trust).unwrap());
    let serving = net.clone();
    start(&world, &Party::new(&seed, "broker", Zone::Broker), async move {
        let service = Rc::new(|request: mocks::host::http::Request| {
            let size = request.path[1..].parse().unwrap_or(0);
            Box::pin(async move { Response::new(200, FHIR_JSON, vec![b'x'; size]) }) as _
        });
        serve(serving, port, server, service).await.unwrap();
    });
    let identity = pki.issue_tls_client(&TlsClient::Role { name: "facility".into() }, 11, validity).unwrap();
    let tls = Rc::new(ClientTls::new(Some(&identity), &trust).unwrap());
    let second = Duration::from_secs(10);
    let limits = Limits { connect: second, handshake: second, answer: second };
    let times = Rc::new(RefCell::new(Vec::with_capacity(checks)));
    let asking: Vec<_> = (0..AT_ONCE)
        .map(|i| {
            let client = Client::new(net.clone(), Endpoint::new("127.0.0.1", port), "broker", tls.clone(), limits);
            let party = Party::new(&seed, &parties::facility(i as u64), Zone::Facility);
            let (times, share) = (times.clone(), checks / AT_ONCE + usize::from(i < checks % AT_ONCE));
            let ask = async move {
                // The first request includes the TLS handshake, and is not counted.
                client.post("/0", FHIR_JSON, Vec::new()).await.unwrap();
                tokio::task::yield_now().await;
                let begun = Instant::now(); // the machine's clock: real time on a real network is measured, and no run uses it
                for _ in 0..share {
                    let at = Instant::now(); // the machine's clock, as above
                    for (request, response) in EXCHANGES {
                        let answer = client.post(&format!("/{response}"), FHIR_JSON, vec![b'x'; request]).await.unwrap();
                        assert_eq!(answer.body.len(), response);
                    }
                    times.borrow_mut().push(at.elapsed().as_secs_f64() * 1e3);
                }
                begun
            };
            tokio::task::spawn_local(within(world.clone(), party, ask))
        })
        .collect();
    let mut begun = Vec::new();
    for task in asking {
        begun.push(task.await.unwrap());
    }
    let wall = begun.into_iter().map(|b| b.elapsed().as_secs_f64()).fold(0.0, f64::max);
    let mut times = times.take();
    times.sort_by(f64::total_cmp);
    let at = |q: f64| times[((times.len() as f64 * q) as usize).min(times.len() - 1)];
    let version = env!("CARGO_PKG_VERSION");
    println!(
        "{{\"name\":\"loopback TCP\",\"version\":\"{version}\",\"checks\":{checks},\"wall_s\":{wall:.4},\"p50_ms\":{:.4},\"p99_ms\":{:.4}}}",
        at(0.5),
        at(0.99)
    );
}
