use super::story::{JournalBuilder, check, coverage};
use conformance::RuleOutcome;
use serde_json::json;
use terms::outcome::OutcomeCode::{self, *};

const RULE: &str = "ELIG-001";

/// The findings if a person's check ends with that outcome, with true coverages.
fn ended(person: u64, outcome: OutcomeCode) -> Vec<String> {
    let mut s = JournalBuilder::new();
    s.whole(&check(0, 0), person, outcome);
    s.findings(RULE)
}

#[test]
fn true_answers_hold_and_are_counted() {
    let mut s = JournalBuilder::new();
    s.whole(&check(0, 0), 0, InForce).whole(&check(0, 1), 3, NotInsured).whole(&check(0, 2), 4, InsuredElsewhere);
    s.whole(&check(0, 3), 4, InForce);
    assert_eq!(s.findings(RULE), [""; 0]);
    assert_eq!(s.verdict(RULE).evaluated, 4);
}

#[test]
fn indeterminate_and_refused_checks_are_not_answers() {
    let mut s = JournalBuilder::new();
    s.refused(&check(0, 0), 0, FeedNotIn).refused(&check(0, 1), 3, SeveralInsurers).refused(&check(0, 2), 1, CertificateExpired);
    assert_eq!(s.verdict(RULE).outcome, RuleOutcome::NotReached);
}

#[test]
fn a_guess_is_caught() {
    let mut s = JournalBuilder::new();
    s.visit(&check(0, 0), 0).reception(&check(0, 0), NotInsured, vec![]).outcome(&check(0, 0), NotInsured);
    assert_eq!(s.findings(RULE), ["that nobody insures the person was answered of one who is insured on the day"]);
    assert_eq!(ended(3, InForce)[0], "`in-force` was answered for a person whom no insurer insures on the day");
    assert_eq!(ended(3, InsuredElsewhere)[0], "`insured-elsewhere` was answered for a person whom no insurer insures on the day");
}

#[test]
fn a_person_without_a_code_gets_no_answer() {
    assert_eq!(ended(5, InForce), ["`in-force` was answered for a person who has no institution code"]);
    let mut s = JournalBuilder::new();
    s.refused(&check(0, 0), 5, CodeUnknown);
    assert!(s.held(RULE));
}

#[test]
fn every_member_of_the_coverage_in_force_is_compared() {
    let mut other = JournalBuilder::new();
    let truth = coverage(&other.ground.people[0].person.insurance[0]);
    other.visit(&check(0, 0), 0).reception(&check(0, 0), InForce, vec![truth.clone()]).outcome(&check(0, 0), InForce);
    assert!(other.held(RULE));
    for (pointer, value, member) in [
        ("/insured/insurer", json!("06139463"), "insurer"),
        ("/insured/symbol", json!("異"), "symbol"),
        ("/insured/number", json!("異"), "number"),
        ("/insured/branch", json!("99"), "branch"),
        ("/since", json!("2001-01-01"), "since"),
        ("/until", json!("2027-12-31"), "until"),
        ("/copaymentPercent", json!(99), "copaymentPercent"),
    ] {
        let (mut s, mut wrong) = (JournalBuilder::new(), truth.clone());
        *wrong.pointer_mut(pointer).unwrap() = value;
        s.visit(&check(0, 0), 0).reception(&check(0, 0), InForce, vec![wrong]).outcome(&check(0, 0), InForce);
        assert_eq!(s.findings(RULE), [format!("a coverage differs from the insurer's data in {member}")]);
    }
}

#[test]
fn a_future_end_need_not_be_known_and_a_past_one_must_be() {
    let with_end = |person: u64, until: &str, reported: Option<&str>, outcome| {
        let mut s = JournalBuilder::new();
        let period = s.ground.people[person as usize].person.insurance.last_mut().unwrap();
        period.until = Some(until.parse().unwrap());
        let mut named = coverage(period);
        named["until"] = json!(reported);
        s.visit(&check(0, 0), person).reception(&check(0, 0), outcome, vec![named]).outcome(&check(0, 0), outcome);
        s.held(RULE)
    };
    assert!(with_end(0, "2026-05-05", None, InForce));
    assert!(with_end(0, "2026-05-30", Some("2026-05-30"), InForce));
    assert!(!with_end(0, "2026-05-30", Some("2026-05-29"), InForce));
    assert!(!with_end(3, "2026-05-04", None, NotInsured));
}

#[test]
fn the_number_of_coverages_in_force_fits_the_answer() {
    for (outcome, person, coverages) in [(InForce, 0, 0), (InForce, 0, 2), (InsuredElsewhere, 4, 0)] {
        let mut s = JournalBuilder::new();
        let one = coverage(s.ground.people[person as usize].person.insurance.last().unwrap());
        s.visit(&check(0, 0), person).reception(&check(0, 0), outcome, vec![one; coverages]).outcome(&check(0, 0), outcome);
        assert_eq!(s.findings(RULE), [format!("`{outcome}` with {coverages} coverages in force, not 1")]);
    }
}

#[test]
fn a_coverage_of_somebody_else_and_one_falsely_reported_as_ended_are_caught() {
    let reported = |of: u64| {
        let mut s = JournalBuilder::new();
        let mut ended = coverage(&s.ground.people[of as usize].person.insurance[0]);
        ended["inForce"] = json!(false);
        let truth = coverage(s.ground.people[4].person.insurance.last().unwrap());
        s.visit(&check(0, 0), 4).reception(&check(0, 0), InsuredElsewhere, vec![ended, truth]);
        s.outcome(&check(0, 0), InsuredElsewhere).findings(RULE)
    };
    assert_eq!(reported(4), [""; 0]);
    assert_eq!(reported(3), ["a coverage that the person never had is reported as ended"]);
    let mut s = JournalBuilder::new();
    let mut ended = coverage(&s.ground.people[0].person.insurance[0]);
    ended["inForce"] = json!(false);
    s.visit(&check(0, 0), 0).reception(&check(0, 0), NotInsured, vec![ended]).outcome(&check(0, 0), NotInsured);
    assert!(s.findings(RULE).contains(&"a coverage in force is reported as ended".to_string()));
}

#[test]
fn a_check_of_an_unknown_person_is_not_reached() {
    let mut s = JournalBuilder::new();
    s.outcome(&check(0, 0), InForce).visit(&check(0, 1), 77).outcome(&check(0, 1), InForce);
    assert_eq!(s.verdict(RULE).outcome, RuleOutcome::NotReached);
}

/// Midnight in Japan, in nanoseconds of the run, which begins at 9:00:02.
const MIDNIGHT: u64 = (15 * 3600 - 2) * 1_000_000_000;

/// The verdict of ELIG-006 on a check whose ④ is at one time and whose request arrives at another.
fn asked(day: &str, sent: u64, arrives: u64) -> Vec<String> {
    let mut s = JournalBuilder::new();
    s.day = day.parse().unwrap();
    s.visit(&check(0, 0), 0).steps(&check(0, 0), 1..=3).at(sent).step(&check(0, 0), 4).at(arrives).request(&check(0, 0));
    assert_eq!(s.verdict("ELIG-006").evaluated, 1);
    s.findings("ELIG-006")
}

#[test]
fn a_check_asks_about_the_day_of_asking_by_true_time() {
    let second = 1_000_000_000;
    assert_eq!(asked("2026-05-05", 5 * second, 5 * second), [""; 0]);
    assert_eq!(asked("2026-05-06", 5 * second, 5 * second), ["the facility asked about 2026-05-06 on 2026-05-05"]);
    assert_eq!(asked("2026-05-06", MIDNIGHT, MIDNIGHT + second), [""; 0]);
    assert_eq!(asked("2026-05-05", MIDNIGHT, MIDNIGHT + second), ["the facility asked about 2026-05-05 on 2026-05-06"]);
    // On its way at midnight.
    for day in ["2026-05-05", "2026-05-06"] {
        assert_eq!(asked(day, MIDNIGHT - second, MIDNIGHT + second), [""; 0]);
    }
    let neither = asked("2026-05-07", MIDNIGHT - second, MIDNIGHT + second);
    assert_eq!(neither, ["the facility asked about 2026-05-07 on 2026-05-05 or 2026-05-06"]);
}

#[test]
fn a_later_attempt_asks_about_the_day_of_the_first() {
    let (mut s, of) = (JournalBuilder::new(), check(0, 0));
    s.visit(&of, 0).steps(&of, 1..=3).at(MIDNIGHT - 2_000_000_000).step(&of, 4).request(&of);
    s.at(MIDNIGHT + 1_000_000_000).request(&of);
    assert_eq!((s.findings("ELIG-006"), s.verdict("ELIG-006").evaluated), (vec![], 2));
    s.day = "2026-05-06".parse().unwrap();
    s.request(&of);
    assert_eq!(s.findings("ELIG-006").len(), 1);
}

#[test]
fn an_answer_is_judged_on_the_true_day_whatever_day_was_asked_about() {
    let ends_today = |at: u64, outcome| {
        let mut s = JournalBuilder::new();
        s.ground.people[0].person.insurance[0].until = Some("2026-05-05".parse().unwrap());
        s.at(at).whole(&check(0, 0), 0, outcome);
        s.findings(RULE)
    };
    assert_eq!(ends_today(1_000_000_000, InForce), [""; 0]);
    // After midnight the insurance has ended, though the request and the answer say the day before.
    assert_eq!(ends_today(MIDNIGHT, InForce)[0], "`in-force` was answered for a person whom no insurer insures on the day");
}
