//! The leak rules, over all spellings and all places.

use super::story::{SUBMIT, Story, check, message};
use conformance::RuleOutcome;
use conformance::matrix::DataClass;
use data_encoding::{BASE32_NOPAD, BASE64, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use sha2::{Digest, Sha256};
use sim::journal::{CardSide, Content, Direction, Event};
use sim::terms::roles::Zone;

const CLASSES: [(DataClass, &str, Zone); 3] = [
    (DataClass::MyNumber, "NVN-001", Zone::Insurer),
    (DataClass::ResidentCode, "NVN-002", Zone::Jpki),
    (DataClass::InstitutionCode, "NVN-003", Zone::Broker),
];

fn value(s: &Story, class: DataClass, person: usize) -> String {
    let resident = &s.ground.people[person];
    match class {
        DataClass::MyNumber => resident.person.my_number.reveal().to_string(),
        DataClass::ResidentCode => resident.person.resident_code.reveal().to_string(),
        _ => resident.institution_code.as_ref().unwrap().reveal().to_string(),
    }
}

/// The byte order of UTF-16 cannot be told in the middle of it.
fn same(name: &str, other: &str) -> bool {
    name.replace("utf16-big", "utf16-little") == other.replace("utf16-big", "utf16-little")
}

/// Every way to write the value that this test knows, with whether it is text.
fn spellings(value: &str) -> Vec<(&'static str, Vec<u8>)> {
    let mut all: Vec<(&'static str, Vec<u8>)> = Vec::new();
    let mut add = |s: &'static str, b: Vec<u8>| all.push((s, b));
    let v = value.as_bytes();
    let groups = |separator: &str| v.chunks(4).map(|g| std::str::from_utf8(g).unwrap()).collect::<Vec<_>>().join(separator);
    add("plain", v.to_vec());
    add("grouped", groups("-").into());
    add("grouped", groups(" ").into());
    add(
        if value.len() > 20 { "full-width/plain" } else { "full-width" },
        value.chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap()).collect::<String>().into(),
    );
    add("hex/plain", HEXLOWER.encode(v).into());
    add("hex/plain", HEXUPPER.encode(v).into());
    for before in ["", "x", "xy"] {
        let with = format!("{before}{value}");
        add("base64/plain", BASE64.encode(with.as_bytes()).into());
        add("base64/plain", BASE64URL_NOPAD.encode(format!("{with}z").as_bytes()).into());
    }
    add("json-escapes/plain", value.bytes().flat_map(|b| format!("\\u00{b:02X}").into_bytes()).collect());
    add("reversed/plain", value.bytes().rev().collect());
    add("hex/sha256", HEXLOWER.encode(&Sha256::digest(v)).into());
    add("base64/sha256", BASE64.encode(&Sha256::digest(v)).into());
    add("utf16-little-endian/plain", value.encode_utf16().flat_map(u16::to_le_bytes).collect());
    add("utf16-big-endian/plain", value.encode_utf16().flat_map(u16::to_be_bytes).collect());
    match value.parse::<u64>() {
        Ok(number) => {
            add("integer", number.to_be_bytes().to_vec());
            let packed = if value.len().is_multiple_of(2) { value.to_string() } else { format!("0{value}") };
            // A byte that no text has, since all of the number could be letters.
            add("packed-decimal", [HEXLOWER.decode(packed.as_bytes()).unwrap(), vec![0]].concat());
        }
        Err(_) => {
            add("bytes", BASE32_NOPAD.decode(v).unwrap());
            add("hex/bytes", HEXLOWER.encode(&BASE32_NOPAD.decode(v).unwrap()).into());
        }
    }
    all
}

/// Every container, with the place that a finding must name. Text containers are `None` for what is not UTF-8.
fn containers(spelled: &[u8]) -> Vec<(&'static str, Option<Event>)> {
    let text = || std::str::from_utf8(spelled).ok().map(|t| t.replace('\n', ""));
    let wrapped = |before: &[u8], after: &[u8]| [before, spelled, after].concat();
    let received = |head: &str, body| message(Direction::Received, "broker", head, body);
    let check = check(0, 0);
    vec![
        (
            "head, line 3",
            text().map(|t| received(&format!("{SUBMIT}\nhost: broker\nx-trace: {t}"), Content::Text(String::new()))),
        ),
        ("body, byte 9", Some(received("HTTP/1.1 200 OK", Content::of(&wrapped(br#"{"trace":""#, b"\"}")[1..])))),
        ("peer, line 1", text().map(|t| message(Direction::Sent, &t, "HTTP/1.1 200 OK", Content::Text(String::new())))),
        ("log, line 2", text().map(|t| Event::Log { level: "INFO".into(), target: "x".into(), text: format!("read\nn={t}") })),
        ("record, byte 7", Some(Event::Record { store: "reception".into(), content: Content::of(&wrapped(b"{\"note\"", b"}")) })),
        ("screen, line 1", text().map(|t| Event::Screen { check: check.clone(), text: t })),
        (
            "card face, line 1",
            text().map(|t| Event::CardFace { check: check.clone(), side: CardSide::Back, in_case: false, text: t }),
        ),
        (
            "response, byte 3",
            Some(Event::Apdu {
                what: "READ BINARY".into(),
                command: "00b000000f".into(),
                response: HEXLOWER.encode(&wrapped(&[0xFF, 0x10, 0x0C], &[0x90, 0x00])),
            }),
        ),
        (
            "command, byte 5",
            Some(Event::Apdu {
                what: "VERIFY".into(),
                command: HEXLOWER.encode(&wrapped(&[0x00, 0x20, 0x00, 0x80, 0x0C], &[])),
                response: "9000".into(),
            }),
        ),
        (
            "TLS subject, line 1",
            text().map(|t| Event::Tls { peer: "x".into(), server_name: "y".into(), peer_subject: t, version: "TLSv1.3".into() }),
        ),
        (
            "wire, byte 5",
            Some(Event::Wire { connection: "a>b#0".into(), bytes: BASE64.encode(&wrapped(&[23, 3, 3, 0, 32], &[255])) }),
        ),
        (
            "outcome, line 1",
            text().map(|t| Event::Outcome {
                check: check.clone(),
                outcome: sim::terms::outcome::OutcomeCode::InForce,
                detail: t,
            }),
        ),
    ]
}

#[test]
fn every_spelling_is_found_in_every_place_of_a_facility_and_in_none_where_it_may_be() {
    let (mut found, mut looked) = (0, 0);
    for (class, rule, home) in CLASSES {
        let secret = value(&Story::new(), class, 2);
        for (spelling, bytes) in spellings(&secret) {
            for (place, event) in containers(&bytes) {
                let Some(event) = event else { continue };
                let mut away = Story::new();
                away.add("facility-000000", Zone::Facility, event.clone());
                let verdict = away.verdict(rule);
                looked += 1;
                let right = verdict.findings.iter().find(|f| f.spelling.as_ref().is_some_and(|how| same(&how.name(), spelling)));
                let right = right.unwrap_or_else(|| panic!("{rule}: {spelling} in {place}: {verdict}"));
                assert_eq!((right.person, right.zone, right.entries), (Some(2), Zone::Facility, (0, 0)));
                // Within base 64 and 8-byte integers the spelling begins some characters later.
                if !matches!(spelling, "base64/plain" | "base64/sha256" | "integer") && !place.starts_with("peer") {
                    assert_eq!(right.place.as_deref(), Some(place), "{spelling:?}");
                }
                found += 1;
                let mut at_home = Story::new();
                at_home.add("home", home, event);
                assert_eq!(at_home.findings(rule), [""; 0], "{spelling} in {place} at home");
            }
        }
    }
    assert_eq!(found, looked);
    assert!(looked > 400, "{looked}");
}

#[test]
fn ordinary_checks_hold_and_nothing_is_not_tested() {
    let mut s = Story::new();
    s.whole(&check(0, 0), 0, sim::terms::outcome::OutcomeCode::InForce);
    for (_, rule, home) in CLASSES {
        assert!(s.held(rule), "{}", s.verdict(rule));
        let mut silent = Story::new();
        silent.add("x", home, Event::Log { level: "INFO".into(), target: "x".into(), text: "x".into() });
        assert_eq!(silent.verdict(rule).outcome, RuleOutcome::NotTested);
    }
}

#[test]
fn a_message_that_leaks_names_its_check() {
    let mut s = Story::new();
    let head = format!("{SUBMIT}\nx-check-id: {}\nx-trace: {}", check(0, 7), value(&s, DataClass::InstitutionCode, 1));
    s.add("facility-000000", Zone::Facility, message(Direction::Sent, "broker", &head, Content::Text(String::new())));
    let finding = s.verdict("NVN-003").findings.remove(0);
    assert_eq!((finding.check, finding.place.as_deref(), finding.person), (Some(check(0, 7)), Some("head, line 3"), Some(1)));
}

#[test]
fn a_number_glued_to_a_date_is_found() {
    let mut s = Story::new();
    let text = format!("key 20270405{}", value(&s, DataClass::MyNumber, 0));
    s.add("facility-000000", Zone::Facility, Event::Log { level: "INFO".into(), target: "x".into(), text });
    assert_eq!(s.findings("NVN-001"), ["My Number of person 0, in plain characters"]);
}

#[test]
fn weak_forms_are_left_out_where_chance_is_likely_and_the_verdict_says_so() {
    let mut s = Story::new();
    let number: u64 = value(&s, DataClass::MyNumber, 0).parse().unwrap();
    let mut noise = vec![0u8; 1_000_000];
    sim::seed::Seed::new(3, "noise").stream("wire").fill(&mut noise);
    noise.extend(number.to_be_bytes());
    noise.extend(HEXLOWER.decode(format!("{number:012}").as_bytes()).unwrap());
    s.add("facility-000000", Zone::Line, Event::Wire { connection: "a>b#0".into(), bytes: BASE64.encode(&noise) });
    let verdict = s.verdict("NVN-001");
    let spellings: Vec<_> = verdict.findings.iter().filter_map(|f| f.spelling.as_ref().map(|how| how.name())).collect();
    assert_eq!(spellings, ["integer", "packed-decimal"], "{verdict}");
    assert!(verdict.remarks.iter().any(|r| r.contains("as a bare binary integer")), "{verdict}");
}

#[test]
fn random_wires_do_not_alarm() {
    let mut s = Story::new();
    let mut random = sim::seed::Seed::new(4, "noise").stream("wire");
    for _ in 0..200 {
        let mut bytes = vec![0u8; 16_384];
        random.fill(&mut bytes);
        s.add("facility-000000", Zone::Line, Event::Wire { connection: "a>b#0".into(), bytes: BASE64.encode(&bytes) });
    }
    assert!(CLASSES.iter().all(|(_, rule, _)| s.held(rule)));
}

#[test]
fn no_verdict_shows_what_it_found() {
    let mut s = Story::new();
    for (class, ..) in CLASSES {
        for (_, bytes) in spellings(&value(&s, class, 2)) {
            for (_, event) in containers(&bytes) {
                if let Some(event) = event {
                    s.add("facility-000000", Zone::Facility, event);
                }
            }
        }
    }
    let verdicts = s.judge();
    let mut text = serde_json::to_string(&verdicts).unwrap();
    verdicts.iter().for_each(|v| text += &v.to_string());
    let mut again = Story::new();
    again.add("facility-000000", Zone::Facility, Event::Log { level: "INFO".into(), target: "x".into(), text });
    for (_, rule, _) in CLASSES {
        assert!(s.findings(rule).len() > 100);
        assert_eq!(again.findings(rule), [""; 0]);
    }
}
