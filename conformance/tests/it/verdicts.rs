use super::story::{JournalBuilder, SUBMIT, check, message};
use terms::journal::{Content, Direction, Event};
use terms::outcome::OutcomeCode::*;
use terms::roles::Zone;

/// The verdicts of the rules that were tested. Those that were not are counted, not listed.
fn reported(s: &JournalBuilder) -> String {
    let verdicts = s.judge();
    let (untested, tested): (Vec<_>, Vec<_>) = verdicts.iter().partition(|v| v.outcome == conformance::RuleOutcome::NotReached);
    assert!(untested.iter().all(|v| v.why.as_ref().is_some_and(|why| !why.is_empty())));
    let lines: String = tested.iter().map(|v| format!("{v}\n")).collect();
    format!("{lines}{} rules not reached\n", untested.len())
}

#[test]
fn the_verdicts_on_a_good_run() {
    let mut s = JournalBuilder::new();
    s.feeds().whole(&check(0, 0), 0, InForce).whole(&check(0, 1), 4, InsuredElsewhere).refused(&check(1, 0), 5, CodeUnknown);
    assert!(s.judge().iter().all(|v| v.outcome != conformance::RuleOutcome::Broken));
    insta::assert_snapshot!(reported(&s));
}

#[test]
fn the_verdicts_on_a_run_in_which_much_is_broken() {
    let (a, b, mut s) = (check(0, 0), check(1, 0), JournalBuilder::new());
    let resident = s.ground.people[1].clone();
    let command = "00a4040c0ad3921000310001010408".to_string();
    s.add("reader-000000", Zone::Reader, Event::Apdu { what: "SELECT".into(), command, response: "9000".into() });
    let text = format!("read from the card: {}", resident.person.my_number.reveal());
    s.add("facility-000000", Zone::Facility, Event::Log { level: "INFO".into(), target: "mocks".into(), text });
    let head = format!("HTTP/1.1 200 OK\nx-resident: {}", resident.person.resident_code.reveal());
    s.at_broker(message(Direction::Received, "jpki", &head, Content::Text(String::new())));
    let code = resident.institution_code.unwrap();
    let head = format!("{SUBMIT}\nx-check-id: {a}\nx-trace: {}", code.reveal());
    s.add("facility-000000", Zone::Facility, message(Direction::Sent, "broker", &head, Content::Text(String::new())));
    s.visit(&a, 0).steps(&a, 1..=4).request(&a).steps(&a, 6..=7).outcome(&a, NotInsured);
    s.whole(&b, 2, InForce);
    insta::assert_snapshot!(reported(&s));
}

#[test]
fn an_empty_run_tests_nothing() {
    let verdicts = JournalBuilder::new().judge();
    let others = verdicts.iter().filter(|v| v.outcome != conformance::RuleOutcome::NotReached);
    // In the design of these journals nothing is signed and no number is presented, insurers are not asked, nothing is kept of JPKI's
    // answers and of certificates, and a certificate serves to its end.
    let others: Vec<_> = others.map(|v| (v.id, v.outcome)).collect();
    let not_applicable = conformance::RuleOutcome::NotApplicable;
    let ids = [
        "NVN-064", "NVN-065", "NVN-066", "NVN-067", "NVN-074", "NVN-097", "FLOW-006", "FLOW-007", "FLOW-008", "FLOW-009",
        "ELIG-005", "SEC-003", "SEC-004", "SEC-009", "SEC-010", "SEC-011", "SEC-012", "SEC-013", "MIN-007", "LINK-002",
        "LINK-003",
    ];
    assert_eq!(others, ids.map(|id| (id, not_applicable)));
}
