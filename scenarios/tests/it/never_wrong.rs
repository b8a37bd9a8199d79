//! `never-wrong` demands nothing false: every scenario, with that demand on each of its visits, in the designs that differ in what is right.

use scenarios::catalog::Suite;
use scenarios::designs::{self, Designs};
use scenarios::file::{Expect, FaultKind, Library, Scenario};
use scenarios::run::{Order, Played, RunError, play};
use scenarios::{EngineKind, Mutant, suite};
use sim::terms::design::Axis;
use sim::terms::outcome::{OutcomeClass, OutcomeCode};

/// The plan of a scenario, each visit of which must not end wrongly. The need for a way to the code is not part of it: in designs that keep a status more is
/// right, and a file of a user says nothing of it.
fn never_wrong(suite: &str) -> Vec<Scenario> {
    let all = Suite::find(suite).unwrap().scenarios().unwrap();
    // Where a rule is broken on purpose an answer is wrong, and the demand says so.
    let right = all.into_iter().filter(|s| s.breaks.is_empty() && !has_wrong_day(s));
    right
        .map(|s| {
            let mut plan = s.planned(1);
            plan.needs = plan.needs.without(Axis::CodeLookup);
            let defined: Vec<bool> = plan.visits.iter().map(|v| plan.undisturbed(v).is_some()).collect();
            for (visit, defined) in plan.visits.iter_mut().zip(defined) {
                visit.expect = if defined && visit.expect != Expect::Counted { Expect::NeverWrong } else { Expect::Counted };
            }
            plan
        })
        .collect()
}

/// A terminal whose clock shows another day asks about that day.
fn has_wrong_day(s: &Scenario) -> bool {
    s.faults.iter().any(|f| match f.does {
        FaultKind::ClockAhead { party, .. } | FaultKind::ClockBehind { party, .. } => party.facility().is_some(),
        _ => false,
    })
}

fn wrong(all: &[Scenario], designs: &Designs) -> Vec<String> {
    let orders = suite::Orders::new(all, designs, 1..=1, None, None).unwrap();
    let mut wrong = Vec::new();
    let look = |s: &Scenario, o: &Order, played: Result<Played, RunError>| {
        let played = played.unwrap_or_else(|e| panic!("{} in {}: {e}", s.name, o.design));
        let missed = played.visits.into_iter().filter(|v| !v.held);
        missed.map(|v| format!("{} / {}: visit {}: {:?}", s.name, o.design, v.visit, v.found)).collect::<Vec<_>>()
    };
    suite::play_all(all, orders.iter(), 2, "test", look, |_, missed| {
        wrong.extend(missed);
        true
    });
    wrong
}

#[test]
fn no_false_demand_is_broken_in_any_design() {
    let every = Designs::of(designs::named().to_vec());
    for suite in ["core", "data"] {
        let all = never_wrong(suite);
        assert!(all.len() >= 30, "{suite}: {}", all.len());
        assert_eq!(wrong(&all, &every), [""; 0], "{suite}");
    }
}

/// Faults take long to play: in the designs of which something else is right.
#[test]
fn no_false_demand_is_broken_under_faults() {
    let named = ["certificate", "keep-for-a-time", "ask-insurer", "unknown-not-known", "visible-number"];
    let some = Designs::of(named.iter().map(|name| designs::find(name).unwrap()).collect());
    for suite in ["faults", "counter"] {
        let all: Vec<Scenario> = never_wrong(suite).into_iter().filter(|s| s.people <= 60).collect();
        assert!(all.len() >= 20, "{suite}: {}", all.len());
        assert_eq!(wrong(&all, &some), [""; 0], "{suite}");
    }
}

/// What is allowed is bounded: a broker that uses a status for longer than its design states is found out by the demand.
#[test]
fn a_status_that_is_kept_too_long_is_wrong() {
    let text = r#"
title = { ja = "失効", en = "Revoked" }
story = "⑤"
people = 1
[[visit]]
at = "2s"
person = 0
expect = "never-wrong"
[[event]]
at = "30s"
does = { certificate-revoked = { person = 0 } }
[[visit]]
at = "4m"
person = 0
expect = "never-wrong"
[[visit]]
at = "6m"
person = 0
expect = "never-wrong"
"#;
    let all = [Scenario::read("revoked.toml", text, &Library::none()).unwrap()];
    let ends = |mutant: Option<Mutant>| {
        let order = Order {
            scenario: 0,
            design: designs::find("keep-for-a-time").unwrap(),
            seed: 1,
            mutant,
            engine: EngineKind::default(),
        };
        let played = play(&all[0], &order, "test").unwrap();
        played.visits.iter().map(|v| (v.found, v.held)).collect::<Vec<_>>()
    };
    let served = Some(OutcomeCode::InForce);
    // Kept for five minutes, so that the second visit is served and the third is not.
    assert_eq!(ends(None), [(served, true), (served, true), (Some(OutcomeCode::CertificateRevoked), true)]);
    let too_long = Mutant::parse("broker-uses-status-too-long");
    assert!(too_long.is_some());
    assert_eq!(ends(too_long), [(served, true), (served, true), (served, false)]);
}

/// The certificate is refused while JPKI says *unknown* of everybody, and nothing else is: the demand allows no other refusal.
#[test]
fn what_jpki_denies_is_refused_and_no_more() {
    let all = Suite::find("faults").unwrap().scenarios().unwrap();
    let denied = all.iter().find(|s| s.name == "jpki-status-in-other-forms").unwrap().planned(1);
    let design = designs::certificate();
    for visit in &denied.visits {
        let mut visit = visit.clone();
        visit.expect = Expect::NeverWrong;
        // Fifteen seconds around the fault are not decided.
        let near = (65..=104).contains(&visit.at.0.as_secs());
        assert_eq!(denied.meets(&visit, OutcomeCode::CertificateUntrusted, &design), near, "{:?}", visit.at);
        assert!(!denied.meets(&visit, OutcomeCode::CertificateRevoked, &design));
        assert_eq!(OutcomeCode::JpkiNonsense.class(), OutcomeClass::Indeterminate);
        assert!(denied.meets(&visit, OutcomeCode::JpkiNonsense, &design));
    }
}
