use super::story::{JournalBuilder, check};
use conformance::RuleOutcome;
use jiff::Timestamp;
use terms::check::Step;
use terms::ground::IssuedCertificate;
use terms::identifiers::CertificateSerial;
use terms::journal::{Content, Event};
use terms::outcome::OutcomeCode::*;

const RULE: &str = "FLOW-001";
const EXCHANGES: &str = "FLOW-002";

#[test]
fn a_run_without_a_step_is_not_reached() {
    assert_eq!(JournalBuilder::new().fault("the line is cut").verdict(RULE).outcome, RuleOutcome::NotReached);
}

#[test]
fn whole_refused_and_unknown_checks_hold() {
    let mut s = JournalBuilder::new();
    s.whole(&check(0, 0), 0, InForce).whole(&check(0, 1), 3, NotInsured).whole(&check(1, 0), 4, InsuredElsewhere);
    s.refused(&check(0, 2), 1, CertificateRevoked).refused(&check(1, 1), 2, FeedNotIn);
    s.visit(&check(2, 0), 0).step(&check(2, 0), 1).reception(&check(2, 0), PinWrong, vec![]).outcome(&check(2, 0), PinWrong);
    s.steps(&check(2, 1), 1..=4).outcome(&check(2, 1), BrokerUnreachable);
    assert_eq!(s.findings(RULE), [""; 0]);
    assert_eq!(s.verdict(RULE).evaluated, 7);
}

#[test]
fn a_check_answered_from_a_cache_is_caught() {
    let (a, b, mut s) = (check(0, 0), check(0, 1), JournalBuilder::new());
    s.whole(&a, 0, InForce);
    // The mutant: no exchange, and so no ⑤.
    s.visit(&b, 0).steps(&b, 1..=4).request(&b).audit(&b, InForce).steps(&b, 6..=7).outcome(&b, InForce);
    let found = s.findings(RULE);
    assert!(found.contains(&"⑥ without ⑤".to_string()), "{found:?}");
    let found = s.findings(EXCHANGES);
    assert!(found.iter().any(|f| f.contains("without asking JPKI for the status")), "{found:?}");
}

#[test]
fn a_code_without_a_status_is_caught() {
    let (a, mut s) = (check(0, 0), JournalBuilder::new());
    s.visit(&a, 0).steps(&a, 1..=4).request(&a).ask_code(0).steps(&a, 6..=7).outcome(&a, InForce);
    assert_eq!(
        s.findings(EXCHANGES),
        [
            "answered without asking JPKI for the status of the certificate between ④ and ⑥",
            "answered without JPKI's answer on the status of the certificate between ④ and ⑥"
        ]
    );
}

#[test]
fn an_exchange_before_step_4_or_about_another_person_does_not_count() {
    let (a, b) = (check(0, 0), check(1, 0));
    let mut early = JournalBuilder::new();
    early.visit(&a, 0).steps(&a, 1..=3).ask_jpki(0).step(&a, 4).request(&a).steps(&a, 6..=7).outcome(&a, InForce);
    assert_eq!(early.findings(EXCHANGES).len(), 4);
    let mut other = JournalBuilder::new();
    other.visit(&b, 0).steps(&b, 1..=4).request(&b).ask_jpki(1).steps(&b, 6..=7).outcome(&b, InForce);
    assert_eq!(other.findings(EXCHANGES).len(), 4);
}

#[test]
fn concurrent_checks_of_one_person_need_an_exchange_each() {
    let at_once = |exchanges: usize| {
        let (a, b, mut s) = (check(0, 0), check(1, 0), JournalBuilder::new());
        s.visit(&a, 0).visit(&b, 0).steps(&a, 1..=4).steps(&b, 1..=4).request(&a).request(&b);
        (0..exchanges).for_each(|_| {
            s.ask_jpki(0);
        });
        s.step(&b, 6).step(&a, 6).step(&a, 7).step(&b, 7).outcome(&a, InForce).outcome(&b, InForce);
        s
    };
    assert!(at_once(2).held(EXCHANGES));
    assert_eq!(at_once(1).findings(EXCHANGES).len(), 4);
    // Exchanges are assigned to two overlapping checks so that both are supplied, if possible.
    let (a, b, mut s) = (check(0, 0), check(1, 0), JournalBuilder::new());
    s.visit(&a, 0).visit(&b, 0).steps(&a, 1..=4).request(&a).steps(&b, 1..=4).request(&b);
    s.ask_jpki(0).step(&b, 6).ask_jpki(0).step(&a, 6).step(&a, 7).step(&b, 7);
    s.outcome(&a, InForce).outcome(&b, InForce);
    assert!(s.held(EXCHANGES), "{:?}", s.findings(EXCHANGES));
}

#[test]
fn a_skipped_or_early_step_is_named() {
    let (a, mut s) = (check(0, 0), JournalBuilder::new());
    s.visit(&a, 0).step(&a, 1).steps(&a, 3..=4).request(&a).steps(&a, 5..=7).outcome(&a, InForce);
    let found = s.findings(RULE);
    assert!(
        found.contains(&"③ without ②".into()) && found.contains(&"the check ended with `in-force` without ②".into()),
        "{found:?}"
    );
    let (a, mut s) = (check(0, 0), JournalBuilder::new());
    s.visit(&a, 0).step(&a, 1).step(&a, 3).step(&a, 2).outcome(&a, BrokerUnreachable);
    assert_eq!(s.findings(RULE), ["③ without ②"]);
}

#[test]
fn refused_at_step_2_means_no_certificate_is_read() {
    for outcome in [PhotoMismatch, PinWrong, PinLocked] {
        let (a, mut s) = (check(0, 0), JournalBuilder::new());
        s.visit(&a, 0).steps(&a, 1..=3).outcome(&a, outcome);
        assert_eq!(s.findings(RULE).len(), 2, "② and ③ were taken");
    }
}

#[test]
fn what_was_refused_is_not_answered_or_recorded() {
    for (outcome, findings) in [(CertificateRevoked, 2), (FeedNotIn, 1), (BrokerNoAnswer, 1), (InForce, 0)] {
        let (a, mut s) = (check(0, 0), JournalBuilder::new());
        s.visit(&a, 0).steps(&a, 1..=4).request(&a).steps(&a, 5..=7).outcome(&a, outcome);
        assert_eq!(s.findings(RULE).len(), findings, "{outcome}: {:?}", s.findings(RULE));
    }
}

#[test]
fn an_answer_that_was_lost_leaves_step_6_without_7() {
    let (a, mut s) = (check(0, 0), JournalBuilder::new());
    s.visit(&a, 0).steps(&a, 1..=4).request(&a).steps(&a, 5..=6).outcome(&a, BrokerNoAnswer);
    assert!(s.held(RULE));
}

/// A check that the broker answers twice, and not with the same answer.
fn answered_twice(fault: bool, retry: bool, resolved: bool) -> Vec<String> {
    let (a, mut s) = (check(0, 0), JournalBuilder::new());
    s.visit(&a, 0).steps(&a, 1..=4).request(&a).step(&a, 5).reply(&a, 0, NotInsured);
    if fault {
        s.fault("the host `broker` goes down").fault("the host `broker` starts again");
    }
    if retry {
        s.request(&a);
    }
    if resolved {
        s.step(&a, 5);
    }
    s.steps(&a, 6..=7).outcome(&a, InForce);
    s.findings(RULE)
}

#[test]
fn only_a_fault_with_a_retry_excuses_a_second_5_and_6() {
    assert_eq!(answered_twice(true, true, true), [""; 0]);
    assert_eq!(answered_twice(true, false, true), ["⑤ was taken again", "⑥ was taken again"]);
    assert_eq!(answered_twice(false, true, true), ["⑤ was taken again", "⑥ was taken again"]);
    assert_eq!(answered_twice(true, true, false), ["⑥ again without another ⑤"]);
}

#[test]
fn the_same_answer_sent_again_is_no_second_step() {
    let (a, mut s) = (check(0, 0), JournalBuilder::new());
    s.visit(&a, 0).steps(&a, 1..=4).request(&a).steps(&a, 5..=6).request(&a).steps(&a, 6..=7).outcome(&a, InForce);
    assert_eq!(s.findings(RULE), [""; 0]);
}

#[test]
fn a_step_that_only_a_party_reports_does_not_count() {
    let (a, mut s) = (check(0, 0), JournalBuilder::new());
    s.visit(&a, 0).steps(&a, 1..=4).request(&a);
    s.at_broker(Event::Step { check: a.clone(), step: Step::CodeResolved, what: "the broker says so".into() });
    s.steps(&a, 6..=7).outcome(&a, InForce);
    assert_eq!(s.findings(RULE), ["⑥ without ⑤", "⑦ without ⑤", "the check ended with `in-force` without ⑤"]);
}

#[test]
fn a_facility_records_once() {
    let (a, mut s) = (check(0, 0), JournalBuilder::new());
    s.whole(&a, 0, InForce).fault("anything").request_with(&a, Content::Text(String::new())).step(&a, 7);
    assert_eq!(s.findings(RULE), ["⑦ was taken again"]);
}

#[test]
fn another_persons_certificate_read_at_the_counter_meanwhile_is_not_this_checks() {
    let (a, b, mut s) = (check(0, 0), check(0, 1), JournalBuilder::new());
    let issued = |serial: u64, der: &[u8]| IssuedCertificate {
        serial: CertificateSerial(serial),
        der: der.to_vec(),
        not_before: Timestamp::UNIX_EPOCH,
        not_after: Timestamp::MAX,
    };
    s.ground.people[0].certificates = vec![issued(1, &[0x30, 0x03, 0x02, 0x01, 0x05])];
    s.ground.people[1].certificates = vec![issued(2, &[0x30, 0x03, 0x02, 0x01, 0x06])];
    s.visit(&a, 0).steps(&a, 1..=2).visit(&b, 1).step(&b, 1).step(&a, 3).outcome(&b, PhotoMismatch);
    assert_eq!(s.findings(RULE), [""; 0]);
    s.step(&b, 3);
    assert_eq!(s.findings(RULE), [""; 0]);
    let mut s = JournalBuilder::new();
    s.visit(&b, 1).step(&b, 1).step(&b, 3).outcome(&b, PhotoMismatch);
    assert_eq!(s.findings(RULE).len(), 2, "where no certificates are known, the place in the journal counts");
}

#[test]
fn a_request_that_leaves_before_the_person_was_checked_is_caught() {
    let (a, mut s) = (check(0, 0), JournalBuilder::new());
    s.visit(&a, 0).steps(&a, 1..=2).ask(&a);
    assert!(s.held("FLOW-003"));
    let mut s = JournalBuilder::new();
    s.visit(&a, 0).step(&a, 1).ask(&a).step(&a, 2);
    assert_eq!(s.findings("FLOW-003"), ["the request for eligibility left before the person was checked (②)"]);
}
