//! Several requests: one after the other, at once, and again.

use super::client::Seen;
use super::expect::Expect;
use super::{Bench, Probe};

/// How many clients ask at once, and how often each.
const CLIENTS: usize = 16;
const EACH: usize = 8;

pub fn probes() -> Vec<Probe> {
    vec![
        Probe::new("rounds/kept-connection", "Ten requests on one connection", Expect::NotBroken, |bench| {
            let mut open = match bench.server.open(&bench.tls()) {
                Ok(open) => open,
                Err(seen) => return seen,
            };
            let mut last = Seen::Closed;
            for _ in 0..10 {
                last = open.ask(&bench.request());
                if bench.good.expect.unmet(&last).is_some() {
                    return failed(last);
                }
            }
            last
        }),
        Probe::new(
            "rounds/pipelined",
            "Two requests at once are answered in their order (RFC 9112, section 9.3.2)",
            Expect::NotBroken,
            |bench| {
                let mut open = match bench.server.open(&bench.tls()) {
                    Ok(open) => open,
                    Err(seen) => return seen,
                };
                let both = [bench.request(), bench.request()].concat();
                if let Err(seen) = open.send(&both) {
                    return seen;
                }
                let first = open.read();
                // A server may close instead of answering the second; a client then sends it again.
                match bench.good.expect.unmet(&first) {
                    None => first,
                    Some(_) => failed(first),
                }
            },
        ),
        Probe::new("rounds/at-once", "Sixteen clients that ask at once are all answered", Expect::NotBroken, at_once),
        Probe::new(
            "rounds/error-then-good",
            "After an error, the connection can be used or is closed",
            Expect::NotBroken,
            |bench| {
                let mut open = match bench.server.open(&bench.tls()) {
                    Ok(open) => open,
                    Err(seen) => return seen,
                };
                let wrong = bench.good.request(bench.next());
                let wrong = super::requests::Request { body: b"{".to_vec(), ..wrong };
                let first = open.ask(&wrong.bytes());
                match open.ask(&bench.request()) {
                    Seen::Closed => first,
                    second if bench.good.expect.unmet(&second).is_none() => second,
                    second => failed(second),
                }
            },
        ),
    ]
}

/// What no expectation of these probes allows, with what was seen.
fn failed(seen: Seen) -> Seen {
    Seen::NotHttp(format!("one of several requests was not served: {seen}"))
}

fn at_once(bench: &Bench) -> Seen {
    let client = || {
        let mut open = bench.server.open(&bench.tls())?;
        for _ in 0..EACH {
            let seen = open.ask(&bench.request());
            if bench.good.expect.unmet(&seen).is_some() {
                return Err(seen);
            }
        }
        Ok(())
    };
    let ended: Vec<Result<(), Seen>> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        clients.into_iter().map(|c| c.join().unwrap_or(Err(Seen::Closed))).collect()
    });
    match ended.into_iter().find_map(Result::err) {
        Some(seen) => failed(seen),
        None => bench.ask(),
    }
}
