//! ELIG-001 where two insurers claim a person: what is right depends on whom the broker has heard.

use super::story::{DAY, JournalBuilder, check, coverage, in_exchange};
use terms::fhir::{CoverageQuestion, CoverageStatement, FeedBatch, FeedEntry, Profile};
use terms::identifiers::InstitutionCode;
use terms::journal::{Content, Direction};
use terms::operation::Operation;
use terms::operations::AskForCoverage;
use terms::outcome::OutcomeCode::{self, *};
use terms::people::InsurancePeriod;

const RULE: &str = "ELIG-001";
const SEVERAL: &str = "a coverage was answered though the broker had the word of several insurers that each insures the person";

/// The fifth person moved yesterday; here the old insurer does not know.
fn story() -> JournalBuilder {
    let mut s = JournalBuilder::new();
    let old = &mut s.ground.people[4].person.insurance[0];
    (old.until, old.end_reason) = (None, None);
    s
}

fn period(s: &JournalBuilder, which: usize) -> (InstitutionCode, InsurancePeriod) {
    let resident = &s.ground.people[4];
    (resident.institution_code.clone().unwrap(), resident.person.insurance[which].clone())
}

fn created() -> jiff::Timestamp {
    "2026-05-05T00:00:02Z".parse().unwrap()
}

/// A message from an insurer to the broker, or the other way, and its answer.
fn exchange(s: &mut JournalBuilder, insurer: &InsurancePeriod, first: Direction, head: &str, bodies: [Vec<u8>; 2]) {
    let number = 1_000 + s.entries().len() as u64;
    let peer = format!("insurer-{}", insurer.insured.insurer.reveal());
    let second = if first == Direction::Sent { Direction::Received } else { Direction::Sent };
    let [question, answer] = bodies.map(|body| Content::of(&body));
    s.at_broker(in_exchange(number, first, &peer, head, question));
    s.at_broker(in_exchange(number, second, &peer, "HTTP/1.1 200 OK", answer));
}

fn feed(s: &mut JournalBuilder, which: usize) {
    let (code, of) = period(s, which);
    let (insurer, entries) = (of.insured.insurer.clone(), vec![FeedEntry::of(&code, &of)]);
    let batch = FeedBatch { insurer, running: 1, created: created(), complete_through: DAY, entries, codes: None };
    exchange(s, &of, Direction::Received, "POST /fhir HTTP/1.1", [batch.to_json(), Vec::new()]);
}

/// The broker asks an insurer, which states what it has, or gives no answer that can be read.
fn ask(s: &mut JournalBuilder, which: usize, states: bool) {
    let (code, of) = period(s, which);
    let statement =
        CoverageStatement { created: created(), complete_through: DAY, entries: vec![FeedEntry::of(&code, &of)], codes: None };
    let answer = if states { statement.to_json() } else { b"?".to_vec() };
    let head = format!("POST {} HTTP/1.1", AskForCoverage::PATH);
    exchange(s, &of, Direction::Sent, &head, [CoverageQuestion { code }.to_json(), answer]);
}

/// A check of the person that ends with that outcome and coverage, and what happens at the broker in it.
fn visit(s: &mut JournalBuilder, outcome: OutcomeCode, named: Option<usize>, during: impl FnOnce(&mut JournalBuilder)) {
    let of = check(0, 0);
    let coverages = named.map(|which| coverage(&period(s, which).1)).into_iter().collect();
    s.visit(&of, 4).steps(&of, 1..=4).request(&of).ask_jpki(4);
    during(s);
    s.audit(&of, outcome).reply(&of, 4, outcome).reception(&of, outcome, coverages).outcome(&of, outcome);
}

/// The findings of ELIG-001 if the broker has these feeds and names this coverage as in force.
fn fed(before: &[usize], during: &[usize], named: usize) -> Vec<String> {
    let mut s = story();
    before.iter().for_each(|which| feed(&mut s, *which));
    visit(&mut s, InForce, Some(named), |s| during.iter().for_each(|which| feed(s, *which)));
    s.findings(RULE)
}

/// The same, if it asks both, and these state what they have.
fn asked(stating: &[usize], named: usize) -> Vec<String> {
    let mut s = story();
    visit(&mut s, InForce, Some(named), |s| [0, 1].iter().for_each(|which| ask(s, *which, stating.contains(which))));
    s.findings(RULE)
}

#[test]
fn the_coverage_of_the_only_insurer_that_was_heard_is_right_and_another_is_not() {
    for (heard, other) in [(0, 1), (1, 0)] {
        assert_eq!(fed(&[heard], &[], heard), [""; 0], "{heard}");
        assert_eq!(asked(&[heard], heard), [""; 0], "{heard}");
        for findings in [fed(&[heard], &[], other), asked(&[heard], other)] {
            assert!(findings.len() == 1 && findings[0].starts_with("a coverage differs"), "{heard}: {findings:?}");
        }
    }
}

#[test]
fn no_coverage_is_right_once_both_insurers_were_heard() {
    for named in [0, 1] {
        assert_eq!(fed(&[0, 1], &[], named), [SEVERAL], "{named}");
        assert_eq!(asked(&[0, 1], named), [SEVERAL], "{named}");
    }
    let mut s = story();
    [0, 1].iter().for_each(|which| feed(&mut s, *which));
    visit(&mut s, SeveralInsurers, None, |_| ());
    assert_eq!(s.findings(RULE), [""; 0]);
}

#[test]
fn a_feed_that_arrives_during_the_check_may_or_may_not_count() {
    assert_eq!(fed(&[0], &[1], 0), [""; 0]);
    assert_eq!(fed(&[1], &[0], 1), [""; 0]);
}

#[test]
fn not_insured_is_wrong_whoever_was_heard() {
    for heard in [&[][..], &[0], &[0, 1]] {
        let mut s = story();
        heard.iter().for_each(|which| feed(&mut s, *which));
        visit(&mut s, NotInsured, None, |_| ());
        assert_eq!(
            s.findings(RULE),
            ["that nobody insures the person was answered of one who is insured on the day"],
            "{heard:?}"
        );
    }
}
