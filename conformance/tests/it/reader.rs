use super::story::JournalBuilder;
use conformance::RuleOutcome;
use terms::journal::Event;
use terms::roles::Zone;

const RULE: &str = "NVN-061";

fn select(zone: Zone, aid: &str, response: &str) -> JournalBuilder {
    let mut s = JournalBuilder::new();
    let command = format!("00a4040c{:02x}{aid}", aid.len() / 2);
    s.add("reader-000000", zone, Event::Apdu { what: "SELECT".into(), command, response: response.into() });
    s
}

#[test]
fn a_reader_that_selects_the_certificates_alone_holds() {
    assert!(select(Zone::Reader, "d392f000260100000001", "9000").held(RULE));
}

#[test]
fn a_reader_that_selects_my_number_is_caught_also_when_refused() {
    for aid in ["d3921000310001010408", "d3921000310001010402", "d392100031"] {
        for zone in [Zone::Reader, Zone::Facility] {
            assert_eq!(select(zone, aid, "9000").findings(RULE).len(), 1);
        }
    }
    let refused = select(Zone::Reader, "d3921000310001010408", "6a82").findings(RULE);
    assert_eq!(refused, ["the application that contains My Number was selected, and the card refused"]);
}

#[test]
fn a_run_without_a_select_is_not_reached() {
    let mut s = JournalBuilder::new();
    let read = Event::Apdu { what: "READ BINARY".into(), command: "00b000000f".into(), response: "9000".into() };
    s.add("reader-000000", Zone::Reader, read);
    assert_eq!(s.verdict(RULE).outcome, RuleOutcome::NotReached);
    assert_eq!(select(Zone::Insurer, "d3921000310001010408", "9000").verdict(RULE).outcome, RuleOutcome::NotReached);
}
