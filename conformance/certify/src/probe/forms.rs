//! Bodies in other forms that mean the same, and bodies in forms that are not allowed.

use super::client::Seen;
use super::expect::Expect;
use super::requests::{Good, Request, chunked};
use super::story::{Story, holds, must};
use super::{Bench, Probe};
use serde_json::{Value, json};
use sim::terms::roles::Zone;

/// The longest body that a server must read, in bytes.
const LIMIT: usize = 256 << 10;
/// What must not come back in a refusal.
const MADE_UP: &str = "zqxkwvjq";
const FIELD: Expect = Expect::Refused(&[400], &["request-unknown-field"]);

type Change = fn(Vec<u8>) -> Vec<u8>;

fn sends(name: &str, what: &str, expect: Expect, change: impl Fn(Vec<u8>) -> Vec<u8> + Send + Sync + 'static) -> Probe {
    Probe::new(&format!("body/{name}"), what, expect, move |bench| {
        let request = bench.good.request(bench.next());
        let body = change(request.body.clone());
        bench.server.ask(&bench.tls(), &Request { body, ..request }.bytes())
    })
}

/// A body as JSON, changed.
fn json_of(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_default()
}

fn padded(body: &[u8], length: usize) -> Vec<u8> {
    let mut all = vec![b' '; length.saturating_sub(body.len())];
    all.extend_from_slice(body);
    all
}

pub fn probes(zone: Zone, good: &Good) -> Vec<Probe> {
    let success = |name: &str, what: &str, change: Change| sends(name, what, good.expect.clone(), change);
    let refused = |name: &str, what: &str, change: Change| sends(name, what, good.malformed.clone(), change).asking_nobody();
    let mut all = vec![
        success("white-space", "A body with line breaks and indentation", |b| format!("\r\n{:#}\t", json_of(&b)).into_bytes()),
        success("member-order", "Members in the reverse order", |b| reversed(&json_of(&b)).into_bytes()),
        success("at-limit", "A body of exactly 256 KiB", |b| padded(&b, LIMIT)),
        sends("one-byte-too-large", "A body of 256 KiB and one byte", good.too_large.clone(), |b| padded(&b, LIMIT + 1))
            .asking_nobody(),
        Probe::new("body/too-large-in-chunks", "A body of 256 KiB and one byte in chunks", good.too_large.clone(), |bench| {
            let request = bench.good.request(bench.next());
            let body = padded(&request.body, LIMIT + 1);
            bench.server.ask(&bench.tls(), &chunked(Request { body, ..request }))
        })
        .asking_nobody(),
        refused("byte-order-mark", "A byte order mark before the object", |b| [b"\xEF\xBB\xBF".as_slice(), &b].concat()),
        refused("member-twice", "The first member twice, with the same value", |b| member_twice(&b)),
        Probe::story("body/error-repeats-nothing", "Nothing of a refused request comes back", repeats_nothing),
    ];
    match zone {
        Zone::Broker => all.extend(of_questions(good).into_iter().chain(of_times(good))),
        _ => all.push(Probe::story("body/problem-document", "A refusal has the three members of a problem", problem_document)),
    }
    all
}

/// The JSON with the members of each object in the reverse order.
fn reversed(json: &Value) -> String {
    let text = |all: Vec<String>| all.join(",");
    match json {
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| format!("{}:{}", json!(name), reversed(value));
            format!("{{{}}}", text(members.iter().rev().map(member).collect()))
        }
        Value::Array(list) => format!("[{}]", text(list.iter().map(reversed).collect())),
        other => other.to_string(),
    }
}

fn member_twice(body: &[u8]) -> Vec<u8> {
    let json = json_of(body);
    let first = json.as_object().and_then(|members| members.iter().next());
    let again = first.map(|(name, value)| format!("{{{}:{value},", json!(name))).unwrap_or_default();
    let rest = body.iter().position(|b| *b == b'{').map_or(body, |at| &body[at + 1..]);
    [again.as_bytes(), rest].concat()
}

/// Whatever it is refused with, neither values nor names nor headers of the request come back.
fn repeats_nothing(bench: &Bench) -> Story {
    let bodies: [fn(&mut Value); 3] = [
        |json| json[MADE_UP] = json!(1),
        |json| json["unknown"] = json!(MADE_UP),
        |json| {
            for (_, value) in json.as_object_mut().into_iter().flatten() {
                *value = json!(MADE_UP);
            }
        },
    ];
    for change in bodies {
        let request = bench.good.request(bench.next());
        let mut json = json_of(&request.body);
        change(&mut json);
        let request = Request { body: json.to_string().into_bytes(), ..request.with("x-made-up", MADE_UP) };
        let answer = must("a body that is refused", &bench.good.malformed, bench.server.ask(&bench.tls(), &request.bytes()))?;
        let head: String = answer.headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let all = head + &String::from_utf8_lossy(&answer.body);
        holds(
            !all.to_lowercase().contains(MADE_UP),
            "a refusal with nothing of the request",
            "a text of the request in the refusal",
        )?;
    }
    Ok(())
}

fn problem_document(bench: &Bench) -> Story {
    let request = bench.good.request(bench.next());
    let request = Request { body: b"{}".to_vec(), ..request };
    let refusal = must("an empty object", &bench.good.malformed, bench.server.ask(&bench.tls(), &request.bytes()))?;
    let json = json_of(&refusal.body);
    let members: Vec<&str> = json.as_object().into_iter().flat_map(|o| o.keys().map(String::as_str)).collect();
    holds(members == ["status", "title", "type"], "exactly `type`, `title` and `status`", "other members")?;
    holds(json["status"] == json!(refusal.status), "`status` equals the HTTP status", "another status")?;
    let is = json["type"].as_str().is_some_and(|t| t.strip_prefix("urn:shikaku:problem:") == Some("malformed"));
    holds(is, "the problem `malformed`", "another type")
}

/// A change of the question's text: a member is found by its path.
fn text(good: &Good, name: &str, what: &str, at: &'static str, value: fn(&str) -> String) -> Probe {
    sends(name, what, good.malformed.clone(), move |b| set(&b, at, value)).asking_nobody()
}

fn set(body: &[u8], at: &str, value: fn(&str) -> String) -> Vec<u8> {
    let mut json = json_of(body);
    if let Some(place) = json.pointer_mut(at) {
        *place = json!(value(place.as_str().unwrap_or_default()));
    }
    json.to_string().into_bytes()
}

/// Another last digit.
fn wrong_digit(number: &str) -> String {
    let (body, last) = number.split_at(number.len().saturating_sub(1));
    format!("{body}{}", (last.parse::<u8>().unwrap_or_default() + 1) % 10)
}

/// The date and the time of an instant, without its offset.
fn without_offset(instant: &str) -> String {
    instant.chars().take(19).collect()
}

/// Days and instants that are written wrongly.
fn of_times(good: &Good) -> Vec<Probe> {
    vec![
        text(good, "bad-instant/no-offset", "An instant without an offset", "/created", without_offset),
        text(good, "bad-instant/no-second", "An instant without seconds", "/created", |_| "2026-11-24T00:00+09:00".into()),
        text(good, "bad-instant/lower-case", "An instant with a lower-case t", "/created", |_| {
            "2026-11-24t00:00:01+09:00".into()
        }),
        text(good, "bad-date/no-such-day", "A day that does not exist", "/servicedDate", |_| "2026-02-30".into()),
        text(good, "bad-date/month", "A month instead of a day", "/servicedDate", |d| d.chars().take(7).collect()),
        text(good, "bad-date/without-hyphens", "A day without hyphens", "/servicedDate", |d| d.replace('-', "")),
        text(good, "bad-date/instant", "An instant instead of a day", "/servicedDate", |d| format!("{d}T00:00:00+09:00")),
    ]
}

fn of_questions(good: &Good) -> Vec<Probe> {
    const CERTIFICATE: &str = "/extension/0/valueBase64Binary";
    let works = |name: &str, what: &str, created: fn(&str) -> String| {
        sends(name, what, good.expect.clone(), move |b| set(&b, "/created", created))
    };
    vec![
        sends("contained-order", "Contained resources and extensions in another order", good.expect.clone(), |b| {
            let mut json = json_of(&b);
            for list in ["contained", "extension"] {
                if let Some(all) = json[list].as_array_mut() {
                    all.reverse();
                }
            }
            json.to_string().into_bytes()
        }),
        works("instant-in-utc", "An instant in UTC", |_| "2026-11-24T00:00:01Z".into()),
        works("instant-with-fraction", "An instant with a fraction of nine digits", |_| {
            "2026-11-24T00:00:01.123456789+09:00".into()
        }),
        works("instant-of-another-zone", "An instant with another offset", |_| "2026-11-23T10:00:01-05:00".into()),
        text(good, "bad-base64/white-space", "A certificate in Base64 with line breaks", CERTIFICATE, |c| {
            format!("{}\n{}", &c[..c.len() / 2], &c[c.len() / 2..])
        }),
        text(good, "bad-base64/no-padding", "A certificate in Base64 without its padding", CERTIFICATE, |c| {
            match c.strip_suffix('=') {
                Some(short) => short.trim_end_matches('=').to_string(),
                None => c[..c.len() - 1].to_string(),
            }
        }),
        text(good, "bad-base64/url-safe", "Characters of the other alphabet of Base64", CERTIFICATE, |c| format!("-_-_{c}")),
        text(
            good,
            "wrong-check-digit/facility",
            "A facility number with a wrong check digit",
            "/provider/identifier/value",
            wrong_digit,
        ),
        sends("unknown-extension", "An extension that is not defined", FIELD, |b| {
            let mut json = json_of(&b);
            if let Some(all) = json["extension"].as_array_mut() {
                all.push(json!({"url": "https://shikaku.invalid/fhir/StructureDefinition/x", "valueString": "1"}));
            }
            json.to_string().into_bytes()
        })
        .asking_nobody(),
        sends("unknown-contained", "A contained resource that is not defined", good.malformed.clone(), |b| {
            let mut json = json_of(&b);
            if let Some(all) = json["contained"].as_array_mut() {
                all.push(json!({"resourceType": "Location", "id": "x"}));
            }
            json.to_string().into_bytes()
        })
        .asking_nobody(),
    ]
}

/// What a probe of one request saw, for those that send several.
pub fn of_good(bench: &Bench, change: impl Fn(Request) -> Request) -> Seen {
    let request = change(bench.good.request(bench.next()));
    bench.server.ask(&bench.tls(), &request.bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reverse_order_means_the_same() {
        let json = json!({"a": [1, {"b": null, "c": "x\"y"}], "d": {}});
        assert_eq!(reversed(&json), "{\"d\":{},\"a\":[1,{\"c\":\"x\\\"y\",\"b\":null}]}");
        assert_eq!(json_of(reversed(&json).as_bytes()), json);
    }

    #[test]
    fn a_member_comes_twice() {
        assert_eq!(member_twice(b" {\"a\":1,\"b\":2}"), b"{\"a\":1,\"a\":1,\"b\":2}");
        assert_eq!(wrong_digit("0110113719"), "0110113710");
    }
}
