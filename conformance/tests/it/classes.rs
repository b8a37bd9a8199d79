//! The classes of data in one entry, for views of a run that goes on.

use crate::story::ground;
use conformance::sightings::Classifier;
use leak::DataClass;
use terms::journal::{Content, Direction, Entry, Event};
use terms::roles::Zone;

fn message(zone: Zone, head: &str, body: &str) -> Entry {
    let (head, body) = (head.to_string(), Content::Text(body.to_string()));
    let event = Event::Message { exchange: 1, direction: Direction::Received, peer: "broker".into(), head, body };
    Entry { seq: 0, at_ns: 0, host: zone.name().to_string(), zone, event }
}

#[test]
fn a_class_is_marked_where_it_is_and_forbidden_where_the_matrix_forbids_it() {
    let ground = ground();
    let number = ground.people[0].person.my_number.reveal().to_string();
    let classifier = Classifier::new(&ground).unwrap();
    let body = format!("{{\"number\":\"{number}\"}}");
    let at = |zone| classifier.classes(&message(zone, "POST / HTTP/1.1", &body)).marks;
    let (insurer, facility) = (at(Zone::Insurer), at(Zone::Facility));
    assert_eq!(insurer.len(), 1, "{insurer:?}");
    let mark = &insurer[0];
    assert_eq!((mark.class, mark.part, &body[mark.bytes.clone()]), (DataClass::MyNumber, "body", number.as_str()));
    assert!(mark.forbidden_by.is_empty());
    assert_eq!(facility.iter().map(|m| m.forbidden_by.clone()).collect::<Vec<_>>(), [["NVN-003"]]);
}

#[test]
fn nothing_is_marked_where_nothing_is_and_a_head_is_a_part_of_its_own() {
    let ground = ground();
    let classifier = Classifier::new(&ground).unwrap();
    let nothing = classifier.classes(&message(Zone::Facility, "GET / HTTP/1.1", "nothing"));
    assert_eq!((nothing.marks.as_slice(), nothing.complete), (&[][..], true));
    let code = ground.people[0].institution_code.as_ref().unwrap().reveal().to_string();
    let line = format!("GET /{code} HTTP/1.1");
    let marks = classifier.classes(&message(Zone::Line, &line, "")).marks;
    assert_eq!(marks.iter().map(|m| (m.class, m.part)).collect::<Vec<_>>(), [(DataClass::InstitutionCode, "head")]);
    let alone = classifier.classes_of_line(Zone::Line, &line).marks;
    assert_eq!(
        alone.iter().map(|m| (m.class, &line[m.bytes.clone()])).collect::<Vec<_>>(),
        [(DataClass::InstitutionCode, &*code)]
    );
}
