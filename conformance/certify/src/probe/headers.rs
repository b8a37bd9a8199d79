//! Paths, headers of answers, and headers of requests that must change nothing.

use super::expect::Expect;
use super::forms::of_good;
use super::requests::{Good, Request};
use super::story::{Story, holds, must};
use super::{Bench, Probe};
use crate::wire;
use sim::terms::operation::CHECK_ID;
use sim::terms::roles::Zone;

/// Headers of an answer that no server of the contract sends.
const NOT_SENT: [&str; 5] = ["content-encoding", "set-cookie", "location", "www-authenticate", CHECK_ID.name];

pub fn probes(zone: Zone, good: &Good) -> Vec<Probe> {
    let mut all = vec![
        Probe::story("http/response-headers", "The headers of an answer and of a refusal", response_headers),
        Probe::story("http/claims-of-identity", "A client that claims in headers to be another party is not served", claims),
    ];
    let not_there = |name: &str, what: &str, target: fn(&str) -> String| {
        let probe = Probe::new(&format!("http/{name}"), what, good.not_there.clone(), move |bench| {
            of_good(bench, |r| Request { target: target(&r.target), ..r })
        });
        probe.asking_nobody()
    };
    all.extend([
        not_there("path-with-slash", "The path with a slash at its end", |path| format!("{path}/")),
        not_there("path-with-prefix", "The path with a prefix", |path| format!("/api{path}")),
        not_there("path-with-version", "The path with a version", |path| format!("/v1{path}")),
        not_there("path-in-capitals", "Paths are case-sensitive", str::to_uppercase),
    ]);
    let works = |name: &str, what: &str, change: fn(Request) -> Request| {
        Probe::new(&format!("http/{name}"), what, good.expect.clone(), move |bench| of_good(bench, change))
    };
    all.extend([
        works("content-type-of-text", "Another media type: the body decides", |r| r.with("content-type", "text/plain")),
        works("content-type-that-is-none", "A content type that is no media type", |r| r.with("content-type", "x")),
        works("no-content-type", "No media type", |r| r.without("content-type")),
        works("accept-of-others", "A client that accepts other media types and languages only", |r| {
            r.with("accept", "text/html").with("accept-language", "xx").with("accept-encoding", "gzip, br")
        }),
    ]);
    if zone == Zone::Broker {
        all.extend([
            works("check-id-missing", "No check id in the header", |r| r.without(CHECK_ID.name)),
            works("check-id-that-is-none", "A text in the header that is no check id", |r| r.with(CHECK_ID.name, "1; x")),
            Probe::story("http/check-id-differs", "Another check id in the header than in the body", check_id_differs),
        ]);
    }
    all
}

fn response_headers(bench: &Bench) -> Story {
    let accepting = |r: Request| r.with("accept-encoding", "gzip, deflate, br").with("x-echo", "x-echo-value");
    let answer = must("a good request", &bench.good.expect, of_good(bench, accepting))?;
    let malformed = |r: Request| Request { body: b"{".to_vec(), ..accepting(r) };
    let refusal = must("half a body", &bench.good.malformed, of_good(bench, malformed))?;
    for (of, response, media) in [("an answer", &answer, bench.good.media), ("a refusal", &refusal, bench.good.refusals)] {
        let found = response.header("content-type").unwrap_or_default();
        let (found, parameter) = found.split_once(';').unwrap_or((found, "charset=utf-8"));
        let is = found.trim() == media && parameter.trim().eq_ignore_ascii_case("charset=utf-8");
        holds(is, &format!("the media type `{media}` of {of}"), "another one")?;
        let framed = response.header("content-length").is_some() || response.header("transfer-encoding").is_some();
        holds(framed, &format!("{of} with its length or in chunks"), "neither")?;
        let other = NOT_SENT.iter().find(|name| response.header(name).is_some());
        holds(other.is_none(), &format!("{of} without this header"), other.unwrap_or(&""))?;
        let echoed = response.headers.iter().any(|(name, value)| name == "x-echo" || value.contains("x-echo-value"));
        holds(!echoed, &format!("{of} without headers of the request"), "one of them")?;
    }
    holds(answer.header("retry-after").is_none(), "an answer without Retry-After", "one with it")?;
    holds(refusal.header("retry-after").is_none(), "a final refusal without Retry-After", "one with it")
}

/// A client that TLS accepts and that has no business here, with headers that name one that has.
fn claims(bench: &Bench) -> Story {
    let name = &bench.good.claimed;
    let claiming = |r: Request| {
        let all =
            ["x-forwarded-client-cert", "x-client-cert-cn", "ssl-client-s-dn", "x-ssl-client-cn", "x-forwarded-user", "from"];
        let r = all.iter().fold(r, |r, header| r.with(header, name));
        r.with("forwarded", &format!("for={name}")).with("authorization", "Basic eDp4")
    };
    let ask = |change: &dyn Fn(Request) -> Request| {
        let request = change(bench.good.request(bench.next()));
        bench.server.ask(&super::client::Tls::of(&bench.unauthorised), &request.bytes())
    };
    must("without the headers", &bench.good.unauthorised, ask(&|r| r))?;
    must("with the headers", &bench.good.unauthorised, ask(&claiming)).map(drop)
}

/// The id in the body counts, and the one in the header stays unused.
fn check_id_differs(bench: &Bench) -> Story {
    let other = bench.next();
    let id = wire::check(other).to_string();
    must("another check id in the header", &bench.good.expect, of_good(bench, |r| r.with(CHECK_ID.name, &id)))?;
    let request = bench.good.request(other);
    let seen = bench.server.ask(&bench.tls(), &request.bytes());
    must("a question under the id that was in the header", &Expect::Success(200), seen).map(drop)
}
