use super::story::{JournalBuilder, check, in_exchange, ocsp_response};
use conformance::RuleOutcome;
use terms::fault::{CARD_LOST, FaultTarget, Phase};
use terms::journal::{Content, Direction};
use terms::outcome::OutcomeCode::InForce;

const RULE: &str = "SEC-002";
const LOST: &str = "eligibility was answered while the card was reported lost";

/// The findings on a check of person 0 in which JPKI calls the certificate good, after these faults.
fn after(faults: &[(&str, Phase, FaultTarget)]) -> Vec<String> {
    let mut s = JournalBuilder::new();
    for (kind, phase, target) in faults {
        s.disturb(kind, *phase, target.clone());
    }
    s.whole(&check(0, 0), 0, InForce);
    assert_eq!(s.verdict(RULE).evaluated, 1);
    s.findings(RULE)
}

#[test]
fn an_answer_while_the_card_is_reported_lost_is_caught_by_the_data_of_the_fault() {
    use FaultTarget::{Facility, Person};
    use Phase::{Begins, Ends, ForGood};
    assert_eq!(after(&[(CARD_LOST, Begins, Person(0))]), [LOST]);
    assert_eq!(after(&[(CARD_LOST, Begins, Person(0)), (CARD_LOST, Begins, Person(1)), (CARD_LOST, Ends, Person(1))]), [LOST]);
    assert_eq!(after(&[(CARD_LOST, Begins, Person(0)), (CARD_LOST, Ends, Person(0)), (CARD_LOST, Begins, Person(0))]), [LOST]);
    // Found again, another person's card, another fault, another kind of target.
    for faults in [
        vec![(CARD_LOST, Begins, Person(0)), (CARD_LOST, Ends, Person(0))],
        vec![(CARD_LOST, Begins, Person(1))],
        vec![("line-cut", Begins, Facility(0))],
        vec![("card-renewed", ForGood, Person(0))],
        vec![(CARD_LOST, Begins, Facility(0))],
    ] {
        assert_eq!(after(&faults), [""; 0], "{faults:?}");
    }
}

#[test]
fn a_card_that_is_lost_after_the_status_is_not_a_finding() {
    let (a, mut s) = (check(0, 0), JournalBuilder::new());
    s.visit(&a, 0).request(&a).ask_jpki(0).disturb(CARD_LOST, Phase::Begins, FaultTarget::Person(0)).reply(&a, 0, InForce);
    assert!(s.held(RULE));
}

#[test]
fn an_answer_without_a_status_and_one_on_a_status_that_is_not_good_are_caught() {
    let (a, mut s) = (check(0, 0), JournalBuilder::new());
    s.visit(&a, 0).ask_status(0).request(&a).reply(&a, 0, InForce);
    let none = "eligibility was answered without a status of the certificate from JPKI since the request";
    assert_eq!(s.findings(RULE), [none]);
    let mut s = JournalBuilder::new();
    let serial = s.ground.people[0].person.current_certificate().serial.0;
    // The choice `unknown` of a CertStatus has the tag [2] in the place of `good`, [0].
    let mut answer = ocsp_response(serial);
    let at = answer.windows(2).rposition(|w| w == [0x80, 0x00]).unwrap();
    answer[at] = 0x82;
    let head = "HTTP/1.1 200 OK\ncontent-type: application/ocsp-response";
    s.visit(&a, 0).request(&a);
    s.at_broker(in_exchange(0, Direction::Received, "jpki", head, Content::of(&answer))).reply(&a, 0, InForce);
    assert_eq!(s.findings(RULE), ["eligibility was answered for a certificate whose JPKI status is not good"]);
}

/// What was not looked at is named: a journal of an older version states faults in prose only.
#[test]
fn faults_without_data_are_named() {
    let mut s = JournalBuilder::new();
    s.fault("the card of person 0 is reported lost").whole(&check(0, 0), 0, InForce);
    let verdict = s.verdict(RULE);
    assert_eq!(verdict.outcome, RuleOutcome::Held);
    assert_eq!(verdict.remarks, ["faults of this older journal carry no data (1): lost cards were not looked for"]);
}
