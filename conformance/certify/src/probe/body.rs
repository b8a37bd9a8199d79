//! Bodies as they should not be. For JSON, each member of the good body is removed, doubled, and given another type, so that the
//! probes grow with the message.

use super::client::Seen;
use super::expect::Expect;
use super::requests::{Good, Request};
use super::{Bench, Probe};
use serde_json::{Value, json};

/// Longer than every body that a server must read, in bytes.
const TOO_LONG: usize = 2 << 20;
/// The most places of a message that are changed; of a list only the first is changed.
const MOST_PLACES: usize = 120;

pub fn probes(good: &Good) -> Vec<Probe> {
    let mut all = whole(good);
    if let Some(is_invalid) = &good.is_invalid {
        let example: Value = serde_json::from_slice(&(good.body)(0)).unwrap_or_default();
        for pointer in places(&example).into_iter().take(MOST_PLACES) {
            for (kind, what, change) in CHANGES {
                let mut changed = example.clone();
                if !change(&mut changed, &pointer) {
                    continue;
                }
                let bytes = changed.to_string().into_bytes();
                // Whether it is still such a message is up to its definition, not to the probe.
                let expect = if is_invalid(&bytes) { good.malformed.clone() } else { Expect::NotBroken };
                let asks_nobody = expect != Expect::NotBroken;
                let (at, change) = (pointer.clone(), *change);
                let name = format!("body/{kind}{}", pointer.replace(['/', '~'], "."));
                let probe = Probe::new(&name, &format!("{what}: `{pointer}`"), expect, move |bench| {
                    send(bench, |body| {
                        let mut json: Value = serde_json::from_slice(&body).unwrap_or_default();
                        change(&mut json, &at);
                        json.to_string().into_bytes()
                    })
                });
                all.push(if asks_nobody { probe.asking_nobody() } else { probe });
            }
        }
    }
    all
}

/// Sends a good request with a changed body.
fn send(bench: &Bench, change: impl Fn(Vec<u8>) -> Vec<u8>) -> Seen {
    let request = bench.good.request(bench.next());
    let body = change(request.body.clone());
    bench.server.ask(&bench.tls(), &Request { body, ..request }.bytes())
}

/// Changes of a body as a whole.
fn whole(good: &Good) -> Vec<Probe> {
    let malformed = |name: &str, what: &str, change: fn(Vec<u8>) -> Vec<u8>| {
        let expect = good.malformed.clone();
        Probe::new(&format!("body/{name}"), what, expect, move |bench| send(bench, change)).asking_nobody()
    };
    let mut all = vec![
        malformed("empty", "No body", |_| Vec::new()),
        malformed("truncated", "A body that ends in the middle", |b| b[..b.len() / 2].to_vec()),
        malformed("one-byte-short", "A body without its last byte", |b| b[..b.len() - 1].to_vec()),
        malformed("something-behind", "Bytes behind the message", |b| [b.as_slice(), b"}"].concat()),
        malformed("random", "Random bytes", |b| b.iter().enumerate().map(|(i, _)| (i * 167 + 13) as u8).collect()),
        malformed("zeros", "Zeros", |b| vec![0; b.len()]),
        Probe::new("body/too-large", "A body of two megabytes", good.too_large.clone(), |bench| {
            send(bench, |_| vec![b' '; TOO_LONG])
        })
        .asking_nobody(),
    ];
    if good.is_invalid.is_some() {
        all.extend([
            malformed("not-utf-8", "JSON is UTF-8 (RFC 8259, section 8.1)", |b| {
                let at = b.iter().position(|c| c.is_ascii_alphabetic()).unwrap_or_default();
                [&b[..at], &[0xFF], &b[at + 1..]].concat()
            }),
            malformed("utf-16", "JSON is not UTF-16", |b| {
                String::from_utf8_lossy(&b).encode_utf16().flat_map(u16::to_be_bytes).collect()
            }),
            malformed("list-around-it", "A list with the message in it", |b| [b"[".as_slice(), &b, b"]"].concat()),
            malformed("string", "A string", |_| b"\"x\"".to_vec()),
            malformed("deep", "Ten thousand lists in each other", |_| [vec![b'['; 10_000], vec![b']'; 10_000]].concat()),
            malformed("xml", "XML", |_| b"<Bundle xmlns=\"http://hl7.org/fhir\"/>".to_vec()),
            malformed("comment", "JSON has no comments", |b| [b"/* x */".as_slice(), &b].concat()),
            malformed("single-quotes", "Strings of JSON are in double quotes", |b| {
                b.into_iter().map(|c| if c == b'"' { b'\'' } else { c }).collect()
            }),
        ]);
    }
    all
}

/// A change at a place of a message. Returns whether the place is there and the change makes sense.
type Change = fn(&mut Value, &str) -> bool;

const CHANGES: &[(&str, &str, Change)] = &[
    ("without", "A member that is missing", |json, at| remove(json, at)),
    ("null", "A member that is null", |json, at| set(json, at, |_| Value::Null)),
    ("number", "A number in the place of another value", |json, at| {
        set(json, at, |old| if old.is_number() { json!("1") } else { json!(1) })
    }),
    ("object", "An object in the place of another value", |json, at| set(json, at, |_| json!({"a": {"b": []}}))),
    ("empty-list", "A list without entries", |json, at| {
        json.pointer(at).is_some_and(Value::is_array) && set(json, at, |_| json!([]))
    }),
    ("empty-object", "An object without members", |json, at| {
        json.pointer(at).is_some_and(Value::is_object) && set(json, at, |_| json!({}))
    }),
    ("empty-extension", "An empty list of extensions", |json, at| add(json, at, "extension", json!([]))),
    ("empty-text", "An empty text", |json, at| is_text(json, at) && set(json, at, |_| json!(""))),
    ("long", "A text of a hundred thousand characters", |json, at| {
        is_text(json, at) && set(json, at, |_| json!("あ".repeat(33_000)))
    }),
    ("control", "A text with control characters", |json, at| {
        is_text(json, at) && set(json, at, |old| json!(format!("{}\u{0}\r\n\u{202e}", old.as_str().unwrap_or_default())))
    }),
    ("injection", "A text that is a command in other languages", |json, at| {
        is_text(json, at) && set(json, at, |_| json!("'; DROP TABLE people; -- ${jndi:ldap://127.0.0.1/x} {{7*7}} $(id)"))
    }),
    ("unknown", "A member that nobody knows", |json, at| add(json, at, "x-unknown", json!("1"))),
];

fn is_text(json: &Value, at: &str) -> bool {
    json.pointer(at).is_some_and(Value::is_string)
}

/// Adds a member to an object that does not have it.
fn add(json: &mut Value, at: &str, name: &str, value: Value) -> bool {
    match json.pointer_mut(at) {
        Some(Value::Object(members)) if !members.contains_key(name) => members.insert(name.into(), value).is_none(),
        _ => false,
    }
}

fn set(json: &mut Value, at: &str, value: impl Fn(&Value) -> Value) -> bool {
    match json.pointer_mut(at) {
        Some(place) => {
            *place = value(place);
            true
        }
        None => false,
    }
}

fn remove(json: &mut Value, at: &str) -> bool {
    let Some((above, name)) = at.rsplit_once('/') else { return false };
    let name = name.replace("~1", "/").replace("~0", "~");
    match json.pointer_mut(above) {
        Some(Value::Object(members)) => members.remove(&name).is_some(),
        Some(Value::Array(list)) => name.parse().is_ok_and(|i: usize| {
            i < list.len() && {
                list.remove(i);
                true
            }
        }),
        _ => false,
    }
}

/// All places of a message, as JSON pointers (RFC 6901), in order.
fn places(json: &Value) -> Vec<String> {
    fn below(json: &Value, at: &str, all: &mut Vec<String>) {
        all.push(at.to_string());
        match json {
            Value::Object(members) => {
                for (name, value) in members {
                    below(value, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), all);
                }
            }
            Value::Array(list) => list.iter().take(2).enumerate().for_each(|(i, value)| below(value, &format!("{at}/{i}"), all)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    below(json, "", &mut all);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_a_message_is_changed_in_every_way() {
        let example = json!({"a": {"b/c": "x"}, "d": [1, 2, 3]});
        assert_eq!(places(&example), ["", "/a", "/a/b~1c", "/d", "/d/0", "/d/1"]);
        let mut removed = example.clone();
        assert!(remove(&mut removed, "/a/b~1c") && remove(&mut removed, "/d/1") && !remove(&mut removed, "/e"));
        assert_eq!(removed, json!({"a": {}, "d": [1, 3]}));
        let changed = |kind: &str, at: &str| {
            let (_, _, change) = CHANGES.iter().find(|(k, ..)| *k == kind)?;
            let mut json = example.clone();
            change(&mut json, at).then_some(json)
        };
        assert_eq!(changed("number", "/d/0"), Some(json!({"a": {"b/c": "x"}, "d": ["1", 2, 3]})));
        assert_eq!((changed("empty-text", "/d/0"), changed("empty-text", "/a/b~1c").is_some()), (None, true));
        assert_eq!(changed("empty-list", "/d"), Some(json!({"a": {"b/c": "x"}, "d": []})));
        assert_eq!((changed("empty-list", "/a"), changed("empty-object", "/d")), (None, None));
        assert_eq!(changed("empty-object", "/a"), Some(json!({"a": {}, "d": [1, 2, 3]})));
        assert_eq!(changed("empty-extension", "/a"), Some(json!({"a": {"b/c": "x", "extension": []}, "d": [1, 2, 3]})));
        assert!(changed("unknown", "/a").is_some_and(|json| json["a"]["x-unknown"] == "1"));
    }
}
