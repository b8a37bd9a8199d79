use super::story::{JournalBuilder, check};
use conformance::RuleOutcome;
use serde_json::json;
use terms::journal::{Content, Event, Occasion};
use terms::outcome::OutcomeCode::*;

const RULE: &str = "AUDIT-001";
const BROKER: &str = "AUDIT-002";
const BOTH: &str = "AUDIT-003";
const DOWN: &str = "the host `broker` goes down";
const UP: &str = "the host `broker` starts again";

#[test]
fn a_run_without_an_end_and_without_an_answer_is_not_reached() {
    let mut s = JournalBuilder::new();
    s.visit(&check(0, 0), 0).steps(&check(0, 0), 1..=4).request(&check(0, 0));
    for rule in [RULE, BROKER, BOTH, "AUDIT-004"] {
        assert_eq!(s.verdict(rule).outcome, RuleOutcome::NotReached);
    }
}

#[test]
fn one_record_on_each_side_holds() {
    let mut s = JournalBuilder::new();
    s.whole(&check(0, 0), 0, InForce).refused(&check(0, 1), 1, CertificateRevoked).whole(&check(1, 0), 2, InForce);
    for rule in [RULE, BROKER, BOTH] {
        assert_eq!(s.findings(rule), [""; 0]);
        assert_eq!(s.verdict(rule).evaluated, 3);
    }
}

#[test]
fn a_facility_with_a_missing_double_or_contradictory_record_is_caught() {
    let (a, mut s) = (check(0, 0), JournalBuilder::new());
    s.outcome(&a, PinWrong);
    assert_eq!(s.findings(RULE), ["the check ended, and the facility has no record of it"]);
    let mut s = JournalBuilder::new();
    s.reception(&a, PinWrong, vec![]).reception(&a, PinWrong, vec![]).outcome(&a, PinWrong);
    assert_eq!(s.findings(RULE), ["the facility recorded the check more than once"]);
    let mut s = JournalBuilder::new();
    s.reception(&a, PinLocked, vec![]).outcome(&a, PinWrong);
    assert_eq!(s.findings(RULE), ["the facility recorded `pin-locked`, and the check ended with `pin-wrong`"]);
    let mut s = JournalBuilder::new();
    s.reception(&a, PinWrong, vec![]).outcome(&a, PinWrong).outcome(&a, PinWrong);
    assert_eq!(s.findings(RULE), ["the check ended 2 times"]);
}

#[test]
fn a_broker_that_leaves_no_record_is_caught_also_when_it_refuses() {
    let mut s = JournalBuilder::new();
    let coverages = s.true_coverages(0, InForce);
    s.visit(&check(0, 0), 0).request(&check(0, 0)).reply(&check(0, 0), 0, InForce);
    s.reception(&check(0, 0), InForce, coverages).outcome(&check(0, 0), InForce);
    s.request(&check(0, 1)).reply(&check(0, 1), 0, CertificateRevoked);
    assert_eq!(s.findings(BROKER), ["the broker answered, and has no record of the check"; 2]);
}

#[test]
fn a_request_that_cannot_be_read_is_identified_by_its_header() {
    for recorded in [true, false] {
        let (a, mut s) = (check(0, 0), JournalBuilder::new());
        s.request_with(&a, Content::Text("{".into()));
        if recorded {
            s.audit(&a, RequestMalformed);
        }
        s.reply(&a, 0, RequestMalformed);
        assert_eq!(s.held(BROKER), recorded);
    }
}

#[test]
fn a_record_must_be_durable_before_the_answer_leaves() {
    let (a, mut s) = (check(0, 0), JournalBuilder::new());
    s.request(&a).reply(&a, 0, InForce).audit(&a, InForce);
    assert_eq!(s.findings(BROKER), ["the broker recorded the check only after its answer was sent"]);
}

#[test]
fn asking_again_after_a_crash_adds_no_record() {
    let crash = |again: bool| {
        let (a, mut s) = (check(0, 0), JournalBuilder::new());
        let coverages = s.true_coverages(0, InForce);
        s.visit(&a, 0).request(&a).audit(&a, InForce).fault(DOWN).fault(UP).request(&a);
        if again {
            s.audit(&a, InForce);
        }
        s.reply(&a, 0, InForce).reception(&a, InForce, coverages).outcome(&a, InForce);
        s.findings(BROKER)
    };
    assert_eq!(crash(false), [""; 0]);
    assert_eq!(crash(true), ["the broker recorded the check more than once"]);
}

#[test]
fn what_a_crash_left_unanswered_needs_no_record() {
    let (a, b, mut s) = (check(0, 0), check(0, 1), JournalBuilder::new());
    // Only the second is answered; the refusal must not be attributed to the first.
    s.request(&a).fault(DOWN).fault(UP).request(&b).audit(&b, CertificateExpired).reply(&b, 0, CertificateExpired);
    assert!(s.held(BROKER), "{:?}", s.findings(BROKER));
    assert_eq!(s.verdict(BROKER).evaluated, 1);
}

#[test]
fn of_two_open_requests_a_refusal_is_attributed_to_its_own() {
    let (a, b, mut s) = (check(0, 0), check(0, 1), JournalBuilder::new());
    s.request(&a).request(&b).audit(&b, CertificateExpired).reply(&b, 0, CertificateExpired);
    assert_eq!((s.held(BROKER), s.verdict(BROKER).evaluated), (true, 1));
    s.reply(&a, 0, CertificateExpired);
    assert_eq!(s.findings(BROKER), ["the broker answered, and has no record of the check"]);
}

#[test]
fn what_was_answered_is_still_there_after_a_crash_and_at_the_end() {
    let findings = |when, recorded: bool| {
        let (a, mut s) = (check(0, 0), JournalBuilder::new());
        s.request(&a).audit(&a, InForce).reply(&a, 0, InForce);
        let content = Content::Text(if recorded { json!({ "check": a }).to_string() } else { "{}".into() });
        s.at_broker(Event::Snapshot { when }).at_broker(Event::State { store: "audit".into(), when, content });
        s.findings("AUDIT-004")
    };
    for when in [Occasion::Crash, Occasion::End] {
        assert_eq!(findings(when, true), [""; 0]);
        assert_eq!(findings(when, false).len(), 1);
    }
}

#[test]
fn an_empty_disk_has_lost_what_was_answered() {
    for when in [Occasion::Crash, Occasion::End] {
        let (a, mut s) = (check(0, 0), JournalBuilder::new());
        s.request(&a).audit(&a, InForce).reply(&a, 0, InForce).at_broker(Event::Snapshot { when });
        assert_eq!(s.findings("AUDIT-004").len(), 1);
    }
}

#[test]
fn state_in_memory_is_not_a_record() {
    let (a, mut s) = (check(0, 0), JournalBuilder::new());
    let content = Content::Text(json!({ "check": a }).to_string());
    let when = Occasion::End;
    s.request(&a).audit(&a, InForce).reply(&a, 0, InForce).at_broker(Event::Snapshot { when });
    s.at_broker(Event::State { store: "checks-under-way".into(), when, content });
    assert_eq!(s.findings("AUDIT-004").len(), 1);
}

#[test]
fn both_sides_record_the_same_outcome_unless_the_answer_was_lost() {
    let with = |outcome| {
        let (a, mut s) = (check(0, 0), JournalBuilder::new());
        s.request(&a).audit(&a, CertificateRevoked).reception(&a, outcome, vec![]).outcome(&a, outcome);
        s.findings(BOTH)
    };
    assert_eq!(with(CertificateRevoked), [""; 0]);
    assert_eq!(with(BrokerNoAnswer), [""; 0]);
    assert_eq!(
        with(CertificateSuspended),
        ["the broker recorded `certificate-revoked`, and the facility recorded `certificate-suspended`"]
    );
}

#[test]
fn a_record_that_cannot_be_read_is_a_finding() {
    let mut s = JournalBuilder::new();
    s.at_broker(Event::Record { store: "audit".into(), content: Content::Text("{}".into()) });
    assert_eq!(s.findings(BROKER), ["a record of the broker cannot be read"]);
    let mut s = JournalBuilder::new();
    let content = Content::Text(json!({ "check": check(0, 0) }).to_string());
    s.add("facility-000000", terms::roles::Zone::Facility, Event::Record { store: "reception".into(), content });
    s.outcome(&check(0, 0), PinWrong);
    assert_eq!(s.findings(RULE), ["the facility's record cannot be read"]);
}

#[test]
fn a_request_that_is_rejected_unread_leaves_no_record_and_may_be_retried() {
    let (a, mut s) = (check(0, 0), JournalBuilder::new());
    s.request(&a).reply(&a, 0, BrokerBusy);
    assert_eq!(s.findings(BROKER), [""; 0]);
    s.request(&a).audit(&a, InForce).reply(&a, 0, InForce);
    assert_eq!((s.findings(BROKER), s.verdict(BROKER).evaluated), (vec![], 1));
    // What was recorded before does not contradict it.
    s.request(&a).reply(&a, 0, BrokerBusy).outcome(&a, BrokerBusy);
    assert_eq!(s.findings(BOTH), [""; 0]);
}

#[test]
fn a_check_that_jpki_failed_may_be_reprocessed_and_no_other() {
    let held = |first, retried: bool, second| {
        let (a, mut s) = (check(0, 0), JournalBuilder::new());
        s.request(&a).audit(&a, first).reply(&a, 0, first);
        if retried {
            s.request(&a);
        }
        s.audit(&a, second).reply(&a, 0, second).outcome(&a, second);
        (s.held(BROKER), s.held(BOTH))
    };
    assert_eq!(held(JpkiUnavailable, true, InForce), (true, true));
    assert_eq!(held(JpkiUnavailable, true, JpkiNoAnswer), (true, true));
    assert_eq!(held(JpkiUnavailable, true, JpkiUnavailable), (false, true));
    assert_eq!(held(JpkiUnavailable, false, InForce), (false, true));
    assert!(!held(FeedNotIn, true, InForce).0);
    assert!(!held(InForce, true, NotInsured).0);
}
