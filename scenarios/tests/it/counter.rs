//! Plays the `counter` suite: validity as a policy, failures at the counter, outages as they happened, attacks and errors.

use scenarios::catalog::Suite;
use scenarios::designs::{self, Designs};
use scenarios::file::realism::Rates;
use scenarios::file::{Library, Scenario};
use scenarios::incidents::Incidents;
use scenarios::run::{Order, Played, RunError, play};
use scenarios::{EngineKind, demands, suite};
use std::collections::BTreeMap;

fn counter() -> Vec<Scenario> {
    Suite::find("counter").unwrap().scenarios().unwrap()
}

fn played(name: &str, design: &str) -> Played {
    let scenario = counter().into_iter().find(|s| s.name == name).unwrap();
    let design = designs::find(design).unwrap();
    let order = Order { scenario: 0, design, seed: 1, mutant: None, engine: EngineKind::default() };
    play(&scenario, &order, "test").unwrap()
}

fn incidents(name: &str, design: &str) -> BTreeMap<String, Incidents> {
    played(name, design).incidents.into_iter().map(|found| (found.cause.clone(), found)).collect()
}

#[test]
fn every_scenario_of_the_counter_suite_ends_as_expected() {
    let all = counter();
    assert!(all.len() >= 25, "{}", all.len());
    let default = Designs::default_ones();
    let orders = suite::Orders::new(&all, &default, 1..=1, None, None).unwrap();
    let mut wrong = Vec::new();
    let look = |s: &Scenario, o: &Order, played: Result<Played, RunError>| {
        let played = played.unwrap_or_else(|e| panic!("{} in {}: {e}", s.name, o.design));
        let met = demands::demands(&played, &[]);
        let broken = met.iter().filter(|m| !m.held).map(|m| format!("{} / {}: {}: {}", s.name, o.design, m.what, m.detail));
        (broken.collect::<Vec<_>>(), played.ended_early)
    };
    suite::play_all(&all, orders.iter(), 2, "test", look, |_, (broken, ended_early)| {
        // Which rules held is known to the judge alone.
        wrong.extend(broken.into_iter().filter(|b| !b.contains("rule ")));
        wrong.extend(ended_early);
        true
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A scenario that says of no design that it cannot be played in it, can: in every design of the tool that meets its needs.
#[test]
fn wrong_data_and_failures_end_as_expected_in_every_design() {
    let all: Vec<Scenario> = ["counter", "data"].into_iter().flat_map(|s| Suite::find(s).unwrap().scenarios().unwrap()).collect();
    // The ones with many visits are played in the default designs, above.
    let all: Vec<Scenario> = all.into_iter().filter(|s| s.people <= 20).collect();
    assert!(all.len() > 40, "{}", all.len());
    let every = Designs::of(designs::named().to_vec());
    let orders = suite::Orders::new(&all, &every, 1..=1, None, None).unwrap();
    let mut wrong = Vec::new();
    let look = |s: &Scenario, o: &Order, played: Result<Played, RunError>| {
        let played = played.unwrap_or_else(|e| panic!("{} in {}: {e}", s.name, o.design));
        // Which rules held is known to the judge alone.
        let missed = demands::demands(&played, &[]).into_iter().filter(|m| !m.held && !m.what.contains("rule "));
        missed.map(|m| format!("{} / {}: {}: {}", s.name, o.design, m.what, m.detail)).collect::<Vec<_>>()
    };
    suite::play_all(&all, orders.iter(), 2, "test", look, |_, missed| {
        wrong.extend(missed);
        true
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_scenario_of_the_suite_says_what_it_must_reach_and_both_titles() {
    for s in counter() {
        assert!(!s.sometimes.is_empty(), "{} has no [[sometimes]]", s.name);
        assert!(!s.title.ja.is_empty() && !s.title.en.is_empty() && s.title.ja != s.title.en, "{}", s.name);
    }
}

#[test]
fn a_copy_of_a_certificate_serves_where_nothing_is_signed_and_nowhere_else() {
    let [certificate, signed] = ["certificate", "signed-challenge"].map(|d| incidents("copied-certificates", d));
    let (served, refused) = (&certificate["copied-certificate"], &signed["copied-certificate"]);
    assert_eq!((served.met, served.let_through), (20, 20));
    assert_eq!((refused.met, refused.let_through, refused.refused), (20, 0, 20));
}

#[test]
fn a_stolen_card_serves_whoever_knows_its_pin_until_its_loss_is_reported() {
    let found = &incidents("stolen-cards", "certificate")["stolen-card"];
    let of = |outcome: &str| found.of.get(outcome).copied().unwrap_or_default();
    assert_eq!(found.met, 30);
    assert_eq!(found.let_through, of("in-force"));
    assert_eq!(found.refused, of("pin-wrong") + of("certificate-suspended"));
    assert!(of("in-force") > 0 && of("certificate-suspended") > 0 && of("pin-wrong") > 0, "{found:?}");
}

#[test]
fn facilities_with_pseudonyms_join_nobody_by_them_and_everybody_by_insured_identifiers() {
    let serials = &incidents("colluding-facilities", "certificate")["colluding-facilities"];
    let pseudonyms = &incidents("colluding-facilities", "facility-pseudonym")["colluding-facilities"];
    assert!(serials.met > 1 && serials.met == pseudonyms.met);
    assert_eq!(serials.of.get("by-remembered-value"), Some(&serials.met));
    assert_eq!(pseudonyms.of.get("by-remembered-value"), None);
    assert_eq!(pseudonyms.of.get("by-insured-identifier"), Some(&pseudonyms.met));
}

#[test]
fn an_insider_reads_everybody_where_the_broker_holds_everything_and_only_the_visitors_elsewhere() {
    let [holds, asks] = ["certificate", "ask-insurer"].map(|d| incidents("insiders", d));
    let everybody = holds["insider-at-broker"].out_of;
    assert_eq!(holds["insider-at-broker"].let_through, everybody);
    assert!(asks["insider-at-broker"].let_through < everybody);
    assert!(holds["insider-at-facility"].let_through < everybody && holds["insider-at-facility"].let_through > 0);
    assert_eq!(holds["insider-at-facility"].of.get("my-number"), None);
    assert_eq!(holds["insider-at-jpki"].of.get("insured-number"), None);
}

#[test]
fn whoever_is_treated_without_an_answer_is_counted_and_so_is_whom_nobody_insures() {
    let found = incidents("emergency-mode", "certificate");
    let treated = &found["emergency-mode"];
    assert_eq!((treated.met, treated.let_through, treated.of.get("insured")), (5, 1, Some(&4)));
    assert_eq!(found["asked-later-by-identifiers"].met, 5);
}

#[test]
fn published_rates_are_found_back_in_what_is_drawn() {
    let text = r#"
title = { ja = "一日", en = "A day" }
story = "①"
realism = "incidents-2023"
realism-times = 20
people = 20000
facilities = 50
[[workload]]
from = "1s"
until = "40000s"
arrivals = { poisson = { rate = "1 per second" } }
"#;
    let day = Scenario::read("day.toml", text, &Library::none()).unwrap().planned(1);
    let visits = day.visits.len() as f64;
    assert!(visits > 39_000.0);
    for rate in Rates::named("incidents-2023").unwrap().rates {
        let (cause, share) = (rate.error.cause(), 20.0 * rate.rate);
        let met = day.visits.iter().filter(|v| v.counts_as.as_deref() == Some(cause)).count() as f64;
        // Visits of one person meet a certificate that has ended together: about two a person. Four standard deviations.
        let deviation = (visits * share * (1.0 - share) * 2.0).sqrt();
        assert!((met - visits * share).abs() <= 4.0 * deviation + 1.0, "{cause}: {met} of {visits}, and the rate is {share}");
    }
}

#[test]
fn the_result_counts_what_came_of_published_rates() {
    let name = "a-morning-at-published-rates";
    let run = played(name, "certificate");
    for cause in ["real/reader-stuck", "real/certificate-expired"] {
        let found = run.incidents.iter().find(|i| i.cause == cause).unwrap();
        let drawn = run.plan.visits.iter().filter(|v| v.counts_as.as_deref() == Some(cause)).count() as u64;
        assert_eq!((found.met, found.out_of), (drawn, run.plan.visits.len() as u64));
        assert!(found.met > 0 && found.let_through == 0, "{found:?}");
    }
    // Where the design lets a certificate serve for three months after its end, the same people are served.
    let grace = incidents(name, "grace-three-months");
    let ended = &grace["real/certificate-expired"];
    assert!(ended.met > 0 && ended.let_through == ended.met, "{ended:?}");
}
