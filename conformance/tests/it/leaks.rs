//! The rules of the matrix: every class in every zone where it is forbidden. Encodings are covered by the detector's own tests.

use super::story::{JournalBuilder, SUBMIT, check, message, noise};
use conformance::RuleOutcome;
use conformance::matrix::{Cell, matrix};
use data_encoding::{BASE64, HEXLOWER};
use leak::DataClass;
use terms::identifiers::InstitutionCode;
use terms::journal::{CardSide, Content, Direction, Event, Occasion};
use terms::roles::Zone;

/// Classes that are a single value, each with a zone where it is permitted.
const CLASSES: [(DataClass, Zone); 5] = [
    (DataClass::MyNumber, Zone::Insurer),
    (DataClass::ResidentCode, Zone::Jpki),
    (DataClass::InstitutionCode, Zone::Broker),
    (DataClass::OtherInstitutionCode, Zone::Jpki),
    (DataClass::ResearchCode, Zone::NumberAuthority),
];

/// The id of the rule that forbids `class` in `zone`.
fn rule(class: DataClass, zone: Zone) -> &'static str {
    match matrix().row(class).cells.get(zone.name()) {
        Some(Cell::Forbidden(Some(rule))) => rule,
        other => panic!("{class:?} in {zone:?}: {other:?}"),
    }
}

/// A journal in whose run everybody has codes in other fields too.
fn journal() -> JournalBuilder {
    let mut s = JournalBuilder::new();
    for (i, resident) in s.ground.people.iter_mut().enumerate() {
        let code = |field: &str| InstitutionCode::from_bytes(noise(field, i as u64)[..16].try_into().unwrap());
        resident.other_codes.insert("exchange".into(), code("exchange"));
        resident.research_code = Some(code("research"));
    }
    s
}

fn value(s: &JournalBuilder, class: DataClass, person: usize) -> String {
    let resident = &s.ground.people[person];
    match class {
        DataClass::MyNumber => resident.person.my_number.reveal().to_string(),
        DataClass::ResidentCode => resident.person.resident_code.reveal().to_string(),
        DataClass::OtherInstitutionCode => resident.other_codes["exchange"].reveal().to_string(),
        DataClass::ResearchCode => resident.research_code.as_ref().unwrap().reveal().to_string(),
        _ => resident.institution_code.as_ref().unwrap().reveal().to_string(),
    }
}

fn log(text: String) -> Event {
    Event::Log { level: "INFO".into(), target: "x".into(), text }
}

/// Every place of an entry, with the name that a finding must give it.
fn places(value: &str) -> Vec<(&'static str, Event)> {
    let received = |head: &str, body: String| message(Direction::Received, "broker", head, Content::Text(body));
    let check = check(0, 0);
    let in_hex = |before: &[u8], after: &[u8]| HEXLOWER.encode(&[before, value.as_bytes(), after].concat());
    vec![
        ("head, line 3 (`x-trace`)", received(&format!("{SUBMIT}\nhost: broker\nx-trace: {value}"), String::new())),
        ("head, line 1", received(&format!("GET /a?b={value} HTTP/1.1"), String::new())),
        ("body, byte 20 (`/issue/0/trace`)", received("HTTP/1.1 200 OK", format!(r#"{{"issue":[{{"trace":"{value}"}}]}}"#))),
        ("peer, line 1", message(Direction::Sent, value, "HTTP/1.1 200 OK", Content::Text(String::new()))),
        ("log, line 2", log(format!("read\nn={value}"))),
        (
            "record, byte 8 (`/note`)",
            Event::Record { store: "reception".into(), content: Content::Text(format!("{{\"note\" {value}}}")) },
        ),
        ("store, line 1", Event::Record { store: format!("of {value}"), content: Content::Text(String::new()) }),
        ("state, byte 1", Event::State { store: "x".into(), when: Occasion::End, content: Content::Text(format!(" {value}")) }),
        ("screen, line 1", Event::Screen { check: check.clone(), text: value.into() }),
        ("card face, line 1", Event::CardFace { check: check.clone(), side: CardSide::Back, in_case: false, text: value.into() }),
        (
            "response, byte 3",
            Event::Apdu {
                what: "READ".into(),
                command: "00b000000f".into(),
                response: in_hex(&[0xFF, 0x10, 0x0C], &[0x90, 0x00]),
            },
        ),
        (
            "command, byte 5",
            Event::Apdu { what: "VERIFY".into(), command: in_hex(&[0x00, 0x20, 0x00, 0x80, 0x0C], &[]), response: "9000".into() },
        ),
        (
            "TLS subject, line 1",
            Event::Tls { peer: "x".into(), server_name: "y".into(), peer_subject: value.into(), version: "TLSv1.3".into() },
        ),
        ("outcome, line 1", Event::Outcome { check, outcome: terms::outcome::OutcomeCode::InForce, detail: value.into() }),
    ]
}

#[test]
fn every_class_is_found_in_every_place_where_it_may_not_be_and_not_where_it_may() {
    for (class, home) in CLASSES {
        let secret = value(&journal(), class, 2);
        for (place, event) in places(&secret) {
            let mut away = journal();
            away.add("facility-000000", Zone::Facility, event.clone());
            let verdict = away.verdict(rule(class, Zone::Facility));
            let found = verdict.findings.first().unwrap_or_else(|| panic!("{place}: {verdict}"));
            assert_eq!((found.person, found.zone, found.entries), (Some(2), Zone::Facility, (0, 0)));
            assert_eq!((found.place.as_deref(), found.spelling.as_deref()), (Some(place), Some("plain")));
            let mut at_home = journal();
            at_home.add("home", home, event);
            let verdicts = at_home.judge();
            let leaks = verdicts.iter().flat_map(|v| &v.findings).filter(|f| f.zone == home && f.spelling.is_some());
            assert_eq!(leaks.map(ToString::to_string).collect::<Vec<_>>(), [""; 0], "{place} at home");
        }
    }
}

#[test]
fn a_cards_response_belongs_to_the_chip_too_and_its_face_to_the_card() {
    let mut s = journal();
    let code = value(&s, DataClass::ResidentCode, 1);
    let response = HEXLOWER.encode(code.as_bytes()) + "9000";
    s.add("reader-000000", Zone::Reader, Event::Apdu { what: "READ".into(), command: "00b000000b".into(), response });
    let face = Event::CardFace { check: check(0, 0), side: CardSide::Front, in_case: true, text: code };
    s.add("facility-000000", Zone::Facility, face);
    for zone in [Zone::Reader, Zone::CardChip, Zone::Facility, Zone::CardFront] {
        assert_eq!(
            s.findings(rule(DataClass::ResidentCode, zone)),
            ["resident code of person 1, in plain characters"],
            "{zone:?}"
        );
    }
    assert_eq!(s.verdict(rule(DataClass::ResidentCode, Zone::CardBack)).outcome, RuleOutcome::NotReached);
}

#[test]
fn an_insured_identifier_and_eligibility_are_recognised_by_what_is_near_each_other() {
    let mut s = journal();
    let i = s.ground.people[2].person.insurance[0].insured.clone();
    let near = if i.symbol.is_empty() { i.insurer.reveal() } else { &i.symbol };
    s.add("jpki", Zone::Jpki, log(format!("記号 {near} 番号 {}", i.number)));
    s.add("jpki", Zone::Jpki, log(format!("番号 {}", i.number)));
    s.add("jpki", Zone::Jpki, log("資格有効".into()));
    let insured = s.verdict(rule(DataClass::InsuredIdentifier, Zone::Jpki));
    assert_eq!(insured.findings.iter().map(|f| (f.person, f.entries.0)).collect::<Vec<_>>(), [(Some(2), 0)], "{insured}");
    let eligibility = s.verdict(rule(DataClass::Eligibility, Zone::Jpki));
    assert_eq!(eligibility.findings.iter().map(|f| (f.person, f.entries.0)).collect::<Vec<_>>(), [(None, 2)], "{eligibility}");
}

#[test]
fn the_rules_hold_for_ordinary_checks_and_are_not_reached_without_any() {
    let mut s = journal();
    s.whole(&check(0, 0), 0, terms::outcome::OutcomeCode::InForce);
    for (class, home) in CLASSES {
        let rule = rule(class, Zone::Facility);
        assert!(s.held(rule), "{}", s.verdict(rule));
        let mut silent = journal();
        silent.add("x", home, log("x".into()));
        let verdict = silent.verdict(rule);
        assert!(verdict.outcome == RuleOutcome::NotReached && verdict.why.is_some());
    }
}

#[test]
fn a_message_that_leaks_names_its_check_and_the_hops_by_which_the_value_came() {
    let mut s = journal();
    let number = super::story::facility_number(0);
    s.ground.facilities.push(terms::ground::GroundFacility {
        host: "facility-000000".into(),
        number: number.clone(),
        licensed: true,
    });
    let code = value(&s, DataClass::InstitutionCode, 1);
    let empty = || Content::Text(String::new());
    let reported = Content::Text(format!(r#"{{"institutionCode":"{code}"}}"#));
    s.add("jpki", Zone::Jpki, message(Direction::Sent, "broker", "HTTP/1.1 200 OK", reported.clone()));
    s.at_broker(message(Direction::Received, "jpki", "HTTP/1.1 200 OK", reported));
    let head = format!("HTTP/1.1 200 OK\nx-check-id: {}\nx-trace: {code}", check(0, 7));
    s.at_broker(message(Direction::Sent, number.reveal(), &head, empty()));
    s.add("facility-000000", Zone::Facility, message(Direction::Received, "broker", &head, empty()));
    s.add("facility-000000", Zone::Facility, log(format!("trace {code}")));
    let mut findings = s.verdict(rule(DataClass::InstitutionCode, Zone::Facility)).findings;
    assert_eq!(findings.len(), 2, "{findings:?}");
    let logged = findings.remove(1);
    assert_eq!(findings[0].check, Some(check(0, 7)));
    assert_eq!(
        logged.hops,
        [
            "jpki sent it (entry 0)",
            "broker received it (entry 1)",
            "broker sent it (entry 2)",
            "facility-000000 received it (entry 3)",
            "facility-000000 logged it (entry 4)"
        ]
    );
}

#[test]
fn a_wire_without_tls_is_reported_and_what_leaks_there_says_so() {
    let mut s = journal();
    let number = value(&s, DataClass::MyNumber, 0);
    let (one, two) = number.split_at(5);
    for bytes in [one, two] {
        s.add("facility-000000", Zone::Line, Event::Wire { connection: "a>b#0".into(), bytes: BASE64.encode(bytes.as_bytes()) });
    }
    let found = s.findings(rule(DataClass::MyNumber, Zone::Line));
    assert_eq!(found, ["My Number of person 0, in plain characters, on a wire without encryption"]);
    assert_eq!(s.findings("SEC-006"), ["bytes that are not a TLS record were sent on the wire"]);
}

#[test]
fn random_wires_give_no_findings() {
    let mut s = journal();
    for record in 0..50 {
        let mut bytes: Vec<u8> = (0..513).flat_map(|block| noise("wire", record * 513 + block)).collect();
        bytes.truncate(16_389);
        bytes[..5].copy_from_slice(&[23, 3, 3, 64, 0]);
        s.add("facility-000000", Zone::Line, Event::Wire { connection: "a>b#0".into(), bytes: BASE64.encode(&bytes) });
    }
    assert!(s.held("SEC-006"));
    let on_line = CLASSES.iter().map(|(class, _)| rule(*class, Zone::Line));
    on_line.for_each(|rule| assert!(s.held(rule), "{}", s.verdict(rule)));
}

#[test]
fn no_verdict_shows_what_it_found() {
    let mut s = journal();
    for (class, _) in CLASSES {
        for (_, event) in places(&value(&s, class, 2)) {
            s.add("facility-000000", Zone::Facility, event);
        }
    }
    let verdicts = s.judge();
    let mut text = serde_json::to_string(&verdicts).unwrap();
    verdicts.iter().for_each(|v| text += &v.to_string());
    let mut again = journal();
    again.add("facility-000000", Zone::Facility, log(text));
    for (class, _) in CLASSES {
        assert!(s.findings(rule(class, Zone::Facility)).len() > 10);
        assert_eq!(again.findings(rule(class, Zone::Facility)), [""; 0]);
    }
}
