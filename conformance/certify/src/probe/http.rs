//! HTTP as it should not be: addresses, methods, headers, lengths, and clients that are slow or leave.

use super::client::{Open, Seen};
use super::expect::Expect;
use super::requests::{Good, Request, chunked};
use super::{Bench, Probe};
use std::time::Duration;

/// How a server refuses what is not HTTP.
const BAD: Expect = Expect::RefusedOrClosed(&[400, 405, 411, 413, 414, 417, 426, 431, 501, 505]);
/// A resource that there is not.
const NOT_THERE: Expect = Expect::Refused(&[404, 405], &[]);

/// A probe that sends a changed request on a new connection.
fn changed(name: &str, what: &str, expect: Expect, change: impl Fn(Request) -> Vec<u8> + Send + Sync + 'static) -> Probe {
    Probe::new(&format!("http/{name}"), what, expect, move |bench| {
        let request = bench.good.request(bench.next());
        bench.server.ask(&bench.tls(), &change(request))
    })
    .asking_nobody()
}

/// A probe that does something with an open connection.
fn with_open(name: &str, what: &str, expect: Expect, act: impl Fn(&Bench, Open) -> Seen + Send + Sync + 'static) -> Probe {
    Probe::new(&format!("http/{name}"), what, expect, move |bench| match bench.server.open(&bench.tls()) {
        Ok(open) => act(bench, open),
        Err(seen) => seen,
    })
}

pub fn probes(good: &Good) -> Vec<Probe> {
    let mut all = addresses();
    all.extend(accepted(good));
    all.extend(heads());
    all.extend(lengths());
    all.extend(slow());
    all.extend(endless());
    all
}

fn addresses() -> Vec<Probe> {
    let at = |name: &str, target: &'static str| {
        changed(name, "A resource that there is not", NOT_THERE, move |r| Request { target: target.into(), ..r }.bytes())
    };
    let by = |name: &str, method: &'static str| {
        changed(name, "A method that the resource does not have", Expect::Refused(&[400, 404, 405, 501], &[]), move |r| {
            Request { method: method.into(), ..r }.bytes()
        })
    };
    vec![
        at("unknown-path", "/no-such-resource"),
        at("root", "/"),
        at("path-that-climbs", "/fhir/../../etc/passwd"),
        at("encoded-path-that-climbs", "/%2e%2e/%2e%2e/etc/passwd"),
        by("method-delete", "DELETE"),
        by("method-put", "PUT"),
        by("method-patch", "PATCH"),
        by("method-unknown", "BREW"),
        changed("method-lower-case", "Methods are case-sensitive", BAD, |r| Request { method: "post".into(), ..r }.bytes())
            .or_404(),
        changed("method-connect", "CONNECT makes no tunnel", BAD, |r| {
            Request { method: "CONNECT".into(), target: "127.0.0.1:22".into(), ..r }.bytes()
        })
        .or_404(),
    ]
}

impl Probe {
    /// A server may also say that there is no such resource.
    fn or_404(mut self) -> Self {
        self.expect = Expect::RefusedOrClosed(&[400, 403, 404, 405, 411, 413, 414, 417, 426, 431, 501, 505]);
        self
    }

    /// A server may also be lenient: what counts is that it neither breaks nor hangs.
    fn lenient(mut self) -> Self {
        self.expect = Expect::NotBroken;
        self.asks_nobody = false;
        self
    }
}

/// What is unusual and must work.
fn accepted(good: &Good) -> Vec<Probe> {
    let success = good.expect.clone();
    let works = |name: &str, what: &str, change: fn(Request) -> Vec<u8>| {
        let expect = success.clone();
        Probe { asks_nobody: false, ..changed(name, what, expect, change) }
    };
    vec![
        works("unknown-header", "A header that nobody knows is ignored", |r| r.with("x-unknown", "1").bytes()),
        works("header-names-in-capitals", "Names of headers are not case-sensitive (RFC 9110, section 5.1)", |r| {
            let headers = r.headers.iter().map(|(n, v)| (n.to_uppercase(), v.clone())).collect();
            Request { headers, ..r }.bytes()
        }),
        works("media-type-with-charset", "A media type may have a parameter", |r| {
            let media = r.headers.iter().find(|(n, _)| n == "content-type").map(|(_, v)| v.clone()).unwrap_or_default();
            r.with("content-type", &format!("{media}; charset=utf-8")).bytes()
        }),
        works("any-answer-accepted", "A client may accept any media type", |r| r.with("accept", "*/*").bytes()),
        works("chunked-body", "A body may come in chunks (RFC 9112, section 7.1)", chunked),
        works("connection-close", "A client may ask for the end of the connection", |r| r.with("connection", "close").bytes()),
        works("query-ignored-or-not-there", "A query that the operation does not have", |r| {
            let target = r.target.clone() + "?_format=json";
            Request { target, ..r }.bytes()
        }),
    ]
}

fn heads() -> Vec<Probe> {
    let raw = |name: &str, what: &str, bytes: fn(Request) -> Vec<u8>| changed(name, what, BAD, bytes);
    vec![
        raw("not-http", "Bytes that are not HTTP", |_| b"\x16\x03\x01\x00\x05hello\r\n\r\n".to_vec()),
        raw("no-host", "A request without Host (RFC 9112, section 3.2)", |r| r.without("host").bytes()).lenient(),
        raw("space-in-header-name", "A space before the colon of a header (RFC 9112, section 5.1)", |r| {
            r.with("x-check-id ", "1").bytes()
        }),
        raw("line-feed-in-header", "A header that is folded over two lines (RFC 9112, section 5.2)", |r| {
            r.with("x-folded", "a\r\n b").bytes()
        })
        .lenient(),
        raw("control-character-in-header", "A control character in a header", |r| r.with("x-control", "a\u{0}b").bytes()),
        raw("huge-header", "A header of a megabyte", |r| r.with("x-huge", &"a".repeat(1 << 20)).bytes()),
        raw("ten-thousand-headers", "Ten thousand headers", |mut r| {
            r.headers.extend((0..10_000).map(|i| (format!("x-{i}"), "1".to_string())));
            r.bytes()
        }),
        raw("huge-target", "A target of a hundred kilobytes", |r| {
            Request { target: format!("/{}", "a".repeat(100_000)), ..r }.bytes()
        })
        .or_404(),
        raw("version-0-9", "A request of HTTP/0.9", |_| b"GET /\r\n".to_vec()),
        raw("version-3", "A version that there is not on TCP", |r| replace(&r.bytes(), b"HTTP/1.1", b"HTTP/3.0")),
        raw("http-2-preface", "The preface of HTTP/2 without ALPN", |_| b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec()),
    ]
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|w| w == from).unwrap_or_default();
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

fn lengths() -> Vec<Probe> {
    let length = |name: &str, what: &str, lengths: fn(&Request) -> Vec<(String, String)>| {
        changed(name, what, BAD, move |r| r.bytes_with(&lengths(&r)))
    };
    vec![
        length("two-lengths", "Two lengths that differ (RFC 9112, section 6.3)", |r| {
            vec![("content-length".into(), r.body.len().to_string()), ("content-length".into(), "5".into())]
        }),
        length("length-and-chunks", "A length and chunks: a request could be smuggled (RFC 9112, section 6.1)", |r| {
            vec![("content-length".into(), r.body.len().to_string()), ("transfer-encoding".into(), "chunked".into())]
        }),
        length("length-negative", "A negative length", |_| vec![("content-length".into(), "-1".into())]),
        length("length-not-a-number", "A length that is not a number", |_| vec![("content-length".into(), "ten".into())]),
        length("length-huge", "A length beyond all numbers", |_| vec![("content-length".into(), "9".repeat(30))]),
        length("coding-unknown", "A transfer coding that nobody knows", |_| vec![("transfer-encoding".into(), "zip".into())]),
        changed("chunk-size-wrong", "A chunk whose size is not a number", BAD, |r| {
            let head = Request { body: Vec::new(), ..r }.bytes_with(&[("transfer-encoding".into(), "chunked".into())]);
            [head.as_slice(), b"zz\r\nabc\r\n0\r\n\r\n"].concat()
        }),
    ]
}

fn slow() -> Vec<Probe> {
    let waits = Duration::from_millis(300);
    let gone = Expect::RefusedOrClosed(&[400, 408]);
    vec![
        with_open("client-leaves-in-head", "A client that leaves in the middle of a head", gone.clone(), |bench, mut open| {
            let head = bench.good.request(bench.next()).head();
            let sent = open.send(&head[..head.len() / 2]);
            open.half_close();
            sent.err().unwrap_or_else(|| open.read())
        })
        .asking_nobody(),
        with_open("client-leaves-in-body", "A client that leaves in the middle of a body", gone, |bench, mut open| {
            let request = bench.request();
            let sent = open.send(&request[..request.len() - 10]);
            open.half_close();
            sent.err().unwrap_or_else(|| open.read())
        })
        .asking_nobody(),
        with_open("slow-head", "A head that comes in pieces", Expect::NotBroken, move |bench, mut open| {
            let request = bench.request();
            let (one, two) = request.split_at(20);
            let first = open.send(one);
            std::thread::sleep(waits);
            first.and_then(|()| open.send(two)).err().unwrap_or_else(|| open.read())
        }),
        with_open("slow-body", "A body that comes in pieces", Expect::NotBroken, move |bench, mut open| {
            let request = bench.request();
            let (one, two) = request.split_at(request.len() - request.len() / 4);
            let first = open.send(one);
            std::thread::sleep(waits);
            first.and_then(|()| open.send(two)).err().unwrap_or_else(|| open.read())
        }),
    ]
}

fn endless() -> Vec<Probe> {
    vec![
        with_open(
            "head-that-never-ends",
            "A head that never ends is given up",
            Expect::RefusedOrClosed(&[400, 408]),
            |bench, mut open| {
                open.is_patient();
                let head = bench.good.request(bench.next()).head();
                open.send(&head[..head.len() - 4]).err().unwrap_or_else(|| open.read())
            },
        )
        .asking_nobody(),
        with_open(
            "body-that-never-ends",
            "A body that never comes is given up",
            Expect::RefusedOrClosed(&[400, 408, 413]),
            |bench, mut open| {
                open.is_patient();
                let request = bench.request();
                open.send(&request[..request.len() - 1]).err().unwrap_or_else(|| open.read())
            },
        )
        .asking_nobody(),
        Probe::new(
            "http/idle-connections",
            "Fifty clients that say nothing do not keep others out",
            Expect::NotBroken,
            |bench| {
                // A server that serves one client at a time accepts no second one.
                let idle: Vec<_> = (0..50).map_while(|_| bench.server.open(&bench.tls()).ok()).collect();
                let seen = bench.ask();
                drop(idle);
                seen
            },
        ),
    ]
}
