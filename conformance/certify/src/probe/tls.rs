//! TLS as it should not be: versions, suites, names, and certificates that are not those of a client.

use super::client::{LONG_PATIENCE, Seen, Tls};
use super::expect::Expect;
use super::story::{Story, holds, must};
use super::{Bench, Probe, Which};
use openssl::ssl::SslVersion;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

fn with(name: &str, what: &str, expect: Expect, tls: impl Fn(&Bench) -> Tls + Send + Sync + 'static) -> Probe {
    Probe::new(&format!("tls/{name}"), what, expect, move |bench| bench.server.ask(&tls(bench), &bench.request())).asking_nobody()
}

pub fn probes(which: &Which<'_>) -> Vec<Probe> {
    let mut all: Vec<Probe> = which
        .wrong_clients
        .iter()
        .map(|(name, what, identity)| {
            let identity = identity.clone();
            with(name, what, Expect::NotServed, move |_| Tls { identity: identity.clone(), ..Tls::default() })
        })
        .collect();
    all.extend(versions(which));
    all.extend(clear());
    all.extend(hellos(which));
    all
}

/// What a ClientHello may say or leave out.
fn hellos(which: &Which<'_>) -> Vec<Probe> {
    let works = |name: &str, what: &str, change: fn(Tls) -> Tls| {
        let mut probe = with(name, what, which.good.expect.clone(), move |bench| change(bench.tls()));
        probe.asks_nobody = false;
        probe
    };
    vec![
        works("sni-missing", "A handshake without SNI", |tls| Tls { asks_for: Some(""), ..tls }),
        works("sni-unknown", "A handshake with another name in SNI", |tls| Tls { asks_for: Some("elsewhere"), ..tls }),
        works("suite-and-group", "A handshake with nothing but what every party supports", |tls| Tls {
            versions: Some((SslVersion::TLS1_3, SslVersion::TLS1_3)),
            offers_least: true,
            ..tls
        }),
        works("no-alpn", "A handshake without ALPN", |tls| tls),
        works("alpn-of-http-1-1", "A handshake with ALPN", |tls| Tls { alpn: b"\x08http/1.1", ..tls }),
        Probe::story("tls/early-data", "No session ticket allows early data (RFC 8446, section 4.6.1)", early_data),
        Probe::new("tls/handshake-that-never-ends", "A handshake that never ends is given up", Expect::NotServed, |bench| {
            let mut stream = match bench.server.tcp() {
                Ok(stream) => stream,
                Err(seen) => return seen,
            };
            let begins = [0x16, 3, 1, 0x02, 0x00, 1, 0, 1, 0xFC, 3, 3];
            let _ = stream.set_read_timeout(Some(LONG_PATIENCE)).and_then(|()| stream.write_all(&begins));
            read_all(stream)
        }),
    ]
}

fn early_data(bench: &Bench) -> Story {
    let sessions: std::sync::Arc<std::sync::Mutex<Vec<_>>> = std::sync::Arc::default();
    let tls = Tls { sessions: Some(sessions.clone()), ..bench.tls() };
    must("a good request", &bench.good.expect, bench.server.ask(&tls, &bench.request()))?;
    let tickets = sessions.lock().map(|mut all| std::mem::take(&mut *all)).unwrap_or_default();
    holds(tickets.iter().all(|ticket| ticket.max_early_data() == 0), "tickets without early data", "one that allows it")
}

fn versions(which: &Which<'_>) -> Vec<Probe> {
    let at = |name: &str, what: &str, expect: Expect, version: SslVersion| {
        with(name, what, expect, move |bench| Tls { versions: Some((version, version)), ..bench.tls() })
    };
    let good = which.good.expect.clone();
    let mut tls_1_2 = match which.claims.tls_1_2 {
        true => at("version-1-2", "TLS 1.2 is offered only if it is claimed", good.clone(), SslVersion::TLS1_2),
        false => at("version-1-2", "TLS 1.2 is offered only if it is claimed", Expect::NotServed, SslVersion::TLS1_2),
    };
    tls_1_2.asks_nobody = !which.claims.tls_1_2;
    let obsolete = |name: &str, what: &str, ciphers: &'static str| {
        with(name, what, Expect::NotServed, move |bench| Tls {
            versions: Some((SslVersion::TLS1_2, SslVersion::TLS1_2)),
            ciphers: Some(ciphers),
            ..bench.tls()
        })
    };
    let mut tls_1_3 = at("version-1-3", "TLS 1.3 is offered", good, SslVersion::TLS1_3);
    tls_1_3.asks_nobody = false;
    vec![
        tls_1_3,
        tls_1_2,
        at("version-1-1", "TLS 1.1 is not offered (RFC 8996)", Expect::NotServed, SslVersion::TLS1_1),
        at("version-1-0", "TLS 1.0 is not offered (RFC 8996)", Expect::NotServed, SslVersion::TLS1),
        obsolete("suite-without-encryption", "Suites without encryption are not offered", "NULL:@SECLEVEL=0"),
        obsolete("suite-without-authentication", "Suites without a server certificate are not offered", "ADH:AECDH:@SECLEVEL=0"),
        obsolete("suite-cbc-sha-1", "Suites with CBC and SHA-1 are not offered", "AES128-SHA:AES256-SHA:@SECLEVEL=0"),
        obsolete(
            "suite-without-forward-secrecy",
            "Suites without forward secrecy are not offered",
            "AES128-GCM-SHA256:AES256-GCM-SHA384",
        ),
        session_of_another(),
    ]
}

/// A ticket is of use only to the client that got it, as its certificate was then.
fn session_of_another() -> Probe {
    let what = "A session is resumed only if it is claimed, and never instead of checking the client";
    Probe::new("tls/session", what, Expect::NotBroken, |bench| {
        let sessions: std::sync::Arc<std::sync::Mutex<Vec<_>>> = std::sync::Arc::default();
        let first = Tls { sessions: Some(sessions.clone()), ..bench.tls() };
        let seen = bench.server.ask(&first, &bench.request());
        let ticket = sessions.lock().ok().and_then(|mut all| all.pop());
        let Some(ticket) = ticket else {
            return match bench.claims.resumes_sessions {
                true => Seen::TlsRefused("no session ticket came, and resumption is claimed".into()),
                false => seen,
            };
        };
        match bench.server.open(&Tls { resumes: Some(ticket), ..bench.tls() }) {
            Ok(open) if open.is_resumed() != bench.claims.resumes_sessions => Seen::TlsRefused(match open.is_resumed() {
                true => "a session was resumed, and resumption is not claimed".into(),
                false => "no session was resumed, and resumption is claimed".into(),
            }),
            Ok(mut open) => open.ask(&bench.request()),
            Err(seen) => seen,
        }
    })
}

/// Bytes on the port that are no TLS.
fn clear() -> Vec<Probe> {
    let raw = |name: &str, what: &str, bytes: fn(&Bench) -> Vec<u8>| {
        Probe::new(&format!("tls/{name}"), what, Expect::NotServed, move |bench| without_tls(bench, &bytes(bench)))
            .asking_nobody()
    };
    vec![
        raw("http-in-clear", "HTTP without TLS", |bench| bench.request()),
        raw("garbage", "Bytes that are no TLS", |_| vec![0x55; 4096]),
        raw("record-too-long", "A TLS record longer than allowed (RFC 8446, section 5.1)", |_| {
            [&[0x16, 3, 1, 0xFF, 0xFF][..], &[0; 70_000]].concat()
        }),
        raw("hello-cut-off", "A ClientHello that ends in the middle, and the client leaves", |_| {
            vec![0x16, 3, 1, 0x02, 0x00, 1, 0, 1, 0xFC, 3, 3]
        }),
    ]
}

/// Sends bytes without TLS and looks whether anything like HTTP comes back.
fn without_tls(bench: &Bench, bytes: &[u8]) -> Seen {
    let mut stream = match bench.server.tcp() {
        Ok(stream) => stream,
        Err(seen) => return seen,
    };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(12)));
    // The server may close before it has read everything.
    let _ = stream.write_all(bytes).and_then(|()| stream.shutdown(std::net::Shutdown::Write));
    read_all(stream)
}

/// Reads what a server sends to a client that does not speak TLS with it, to the end.
fn read_all(mut stream: TcpStream) -> Seen {
    let (mut all, mut part) = (Vec::new(), [0; 4096]);
    loop {
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(n) if all.len() < 1 << 16 => all.extend_from_slice(&part[..n]),
            Ok(_) => break,
            Err(e) if matches!(e.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => return Seen::Silence,
            Err(_) => break,
        }
    }
    match all.starts_with(b"HTTP/") && !all.starts_with(b"HTTP/1.1 400") && !all.starts_with(b"HTTP/1.0 400") {
        true => Seen::NotHttp("an answer in clear".into()),
        // A TLS alert, or nothing.
        false => Seen::Closed,
    }
}
