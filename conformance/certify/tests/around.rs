//! What goes on around a system while it is probed: requests of its own accord, load, restarts.
#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use certify::bench::{Around, bench, stand};
use certify::outcome::{Case, CaseOutcome};
use certify::probe::client::{Server, Tls};
use certify::probe::load::{Measured, Plan, run};
use certify::probe::{Bench, all};
use certify::select::suites;
use certify::session::{Kept, NOT_INCLUDED, Recorded, Scope, Subject, Watcher, certify, other_cases};
use certify::site::SiteFile;
use contract::Lang;
use scenarios::file::{FaultKind, Host, Target};
use scenarios::live::together::Group;
use scenarios::run::Order;
use scenarios::{EngineKind, Mutant};
use sim::ground::Ground;
use sim::journal::Entry;
use sim::seed::Seed;
use sim::terms::operation::Operation;
use sim::terms::operations::RevocationList;
use sim::terms::roles::Zone;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The mocks, and the bench for that of the broker.
fn world() -> (Around, SiteFile, Bench) {
    world_of("certificate", None)
}

/// The same in a design, with a broken party if one is named.
fn world_of(design: &str, mutant: Option<&str>) -> (Around, SiteFile, Bench) {
    world_at(Zone::Broker, design, mutant)
}

/// The same, and the bench for the mock of a role.
fn world_at(zone: Zone, design: &str, mutant: Option<&str>) -> (Around, SiteFile, Bench) {
    let site = SiteFile::new(3, design, 0, scenarios::live::now());
    let mutant = mutant.map(|name| Mutant::ALL.into_iter().find(|m| m.name() == name).unwrap());
    let design = scenarios::designs::find(design).unwrap();
    let order = Order { scenario: 0, design, seed: 3, mutant, engine: EngineKind::Events };
    let mut live = site.site().unwrap();
    live.addresses.clear();
    let around = stand(&order, &live, "test", zone, true).unwrap();
    let at = around.standing.addresses[zone.name()].1.clone();
    let bench = bench(zone, at, &site, &around, None).unwrap();
    around.wait_until_quiet();
    (around, site, bench)
}

/// Plays the probes whose names begin so, while the broker's own certificate asks JPKI something at this pace.
fn outcomes(beginning: &str, pause: Duration, request: &[u8]) -> Vec<(String, CaseOutcome)> {
    let (around, _, bench) = world();
    let at = around.standing.addresses["jpki"].1.clone();
    let jpki = Server { at, name: "jpki".into(), root: bench.server.root.clone() };
    let (tls, done) = (Tls::of(&bench.parties.roles["broker"]), AtomicBool::new(false));
    let cases = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                jpki.ask(&tls, request);
                std::thread::sleep(pause);
            }
        });
        let probes = all::all(&bench.which()).into_iter().filter(|p| p.name.starts_with(beginning) && p.asks_nobody);
        let cases: Vec<_> = probes.map(|p| p.play(&bench).0).map(|case| (case.name, case.outcome)).collect();
        done.store(true, Ordering::SeqCst);
        cases
    });
    around.stop();
    assert!(!cases.is_empty());
    cases
}

#[test]
fn lists_that_are_fetched_all_the_time_are_no_ones_fault() {
    let request = format!("GET {} HTTP/1.1\r\nhost: jpki\r\n\r\n", RevocationList::PATH);
    let cases = outcomes("body/null", Duration::from_millis(5), request.as_bytes());
    assert!(cases.iter().all(|(_, outcome)| *outcome == CaseOutcome::Passed), "{cases:?}");
}

#[test]
fn questions_now_and_then_are_not_those_of_a_probe_and_without_rest_nothing_is_known() {
    let request = b"POST /institution-codes/resolve HTTP/1.1\r\nhost: jpki\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    let now_and_then = outcomes("body/null", Duration::from_millis(400), request);
    assert!(now_and_then.iter().all(|(_, outcome)| *outcome == CaseOutcome::Passed), "{now_and_then:?}");
    let all_the_time = outcomes("body/null.created", Duration::from_millis(1), request);
    assert!(all_the_time.iter().all(|(_, outcome)| *outcome != CaseOutcome::Failed), "{all_the_time:?}");
}

/// The probes of a role that are listed without a server.
fn listed(zone: Zone, design: &str) -> BTreeSet<String> {
    let design = scenarios::designs::find(design).unwrap();
    let scope = Scope { zone, design: &design, seed: 3, is_self_test: true, can_be_stopped: true, has_records: true };
    let all = certify::session::every_case(&scope).unwrap().into_iter().map(|listed| listed.name);
    all.filter(|name| !name.starts_with("scenario/")).collect()
}

/// The cases of every role: probes, scenarios and all others, with what each is about; nothing for a scenario.
fn every_case() -> BTreeMap<String, Option<String>> {
    let mut all = BTreeMap::new();
    let servers = [
        (Zone::Broker, "certificate"),
        (Zone::Broker, "signed-challenge"),
        (Zone::Broker, "ask-insurer"),
        (Zone::Jpki, "certificate"),
        (Zone::NumberAuthority, "certificate"),
    ];
    for (zone, design) in servers {
        let (around, _, bench) = world_at(zone, design, None);
        let probes: Vec<_> = all::all(&bench.which()).into_iter().map(|probe| (probe.name, probe.what)).collect();
        assert_eq!(listed(zone, design), probes.iter().map(|(name, _)| name.clone()).collect::<BTreeSet<_>>(), "{design}");
        all.extend(probes.into_iter().map(|(name, what)| (name, Some(what))));
        around.stop();
    }
    all.extend(other_cases().into_iter().map(|(name, what)| (name.to_string(), Some(what.to_string()))));
    let scenarios = suites().flat_map(|suite| suite.scenarios().unwrap());
    all.extend(scenarios.map(|s| s.name).chain(["kit".to_string()]).map(|name| (format!("scenario/{name}"), None)));
    all
}

#[test]
fn cases_have_the_names_and_texts_of_the_contract_and_the_contract_has_no_others() {
    let played = every_case();
    let mut missing: Vec<String> = Vec::new();
    for (name, what) in &played {
        let case = contract::case::of(name);
        let Some(what) = what else { continue };
        match case {
            None => missing.push(format!("{name}: not in the contract")),
            Some(case) if !what.starts_with(case.text(Lang::En)) => {
                missing.push(format!("{name}: `{what}` and not `{}`", case.text(Lang::En)));
            }
            Some(_) => {}
        }
    }
    let meant: BTreeSet<&str> = played.keys().filter_map(|name| contract::case::of(name)).map(|case| case.name).collect();
    for case in contract::case::all() {
        if meant.contains(case.name) == case.untried(Lang::En).is_some() {
            missing.push(format!("{}: played or not, and the contract says otherwise", case.name));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// The probes of the axis `validity` that a broker fails in a design.
fn failing_validity(design: &str, mutant: Option<&str>) -> Vec<String> {
    let (around, _, bench) = world_of(design, mutant);
    let probes = all::all(&bench.which()).into_iter().filter(|p| p.name.starts_with("validity/") || p.name == "ocsp/unknown");
    let cases: Vec<Case> = probes.map(|p| p.play(&bench).0).collect();
    around.stop();
    assert_eq!(cases.len(), 4, "{cases:?}");
    cases.into_iter().filter(|case| case.outcome != CaseOutcome::Passed).map(|case| case.name).collect()
}

#[test]
fn a_certificate_serves_as_long_as_the_design_says_and_unknown_means_what_it_says() {
    for design in
        ["certificate", "grace-one-month", "grace-three-months", "unknown-not-known", "renewal-known-later", "signed-challenge"]
    {
        assert_eq!(failing_validity(design, None), Vec::<String>::new(), "{design}");
    }
    let ended = ["validity/ended-yesterday", "validity/ended-long-ago", "validity/after-its-last-day"];
    assert_eq!(failing_validity("certificate", Some("broker-accepts-expired-certificate")), ended);
    assert_eq!(failing_validity("grace-three-months", Some("broker-forgets-grace")), ended[..1]);
    assert_eq!(failing_validity("grace-three-months", Some("broker-serves-beyond-grace")), ended[2..]);
    for mutant in ["broker-refuses-unknown-status", "broker-takes-unknown-for-good"] {
        assert_eq!(failing_validity("unknown-not-known", Some(mutant)), ["ocsp/unknown"], "{mutant}");
    }
    assert_eq!(failing_validity("certificate", Some("broker-believes-unknown-status")), ["ocsp/unknown"]);
}

/// Fifty requests a second for two seconds.
fn measured(bench: &Bench) -> Measured {
    let plan = Plan { rate: 50.0, lasts: Duration::from_secs(2), connections: 16, levels: Vec::new() };
    run(bench, &plan, &Seed::new(3, "load"))
}

#[test]
fn a_slow_broker_and_one_that_drops_requests_do_not_hold_a_service_level() {
    let (around, _, bench) = world();
    let level = |text: &str| text.parse::<certify::probe::load::level::ServiceLevel>().unwrap();
    let (fast, none_failed) = (level("p99=2s"), level("failed=0%"));
    let good = measured(&bench);
    assert!(good.requests > 50 && fast.unmet(&good).is_none() && none_failed.unmet(&good).is_none(), "{good:?}");
    let host = Host::named("broker").unwrap();
    let slow = around.faults.begin(FaultKind::HostDown { host, keeps_unsynced: true });
    let dropping = measured(&bench);
    drop(slow);
    assert!(dropping.failed == dropping.requests && none_failed.unmet(&dropping).is_some(), "{dropping:?}");
    assert!(fast.unmet(&dropping).is_some(), "no answer at all holds no latency");
    // Each check takes seconds of the broker's own time.
    let server = scenarios::file::Server::named("broker").unwrap();
    let slow = around.faults.begin(FaultKind::HostSlow { host: server, times: 2000.0 });
    let late = measured(&bench);
    drop(slow);
    assert!(fast.unmet(&late).is_some(), "{late:?}");
    around.stop();
}

struct Nobody;

impl Watcher for Nobody {
    fn begins(&self, _: usize) {}
    fn plays(&self, _: &str) {}
    fn ended(&self, _: &Case) {}
    fn group(&self, _: &Group) {}
    fn in_case(&self, _: &str, _: Option<&str>) {}
    fn ground(&self, _: &str, _: &Ground) {}
    fn entry(&self, _: &str, _: &Entry) {}
    fn played(&self, _: &Recorded<'_>) {}
}

/// The names of the cases that fail, of those whose names begin so.
fn failing(mutant: Option<&str>, only: &str) -> Vec<String> {
    let subject = Subject {
        zone: Zone::Broker,
        design: Default::default(),
        site: SiteFile::new(3, "certificate", 0, scenarios::live::now()),
        configured: None,
        fed: Default::default(),
        only: vec![only.into()],
        exactly: false,
        quick: false,
        load: None,
        mutant: mutant.map(|name| Mutant::ALL.into_iter().find(|m| m.name() == name).unwrap()),
        tool: "test",
    };
    let watcher: Arc<dyn Watcher> = Arc::new(Nobody);
    let certified = certify(&subject, &watcher, &Kept::default()).unwrap();
    assert!(!certified.cases.is_empty());
    let is_played = |c: &Case| {
        !matches!(c.outcome, CaseOutcome::Passed | CaseOutcome::NotApplicable) && c.why.as_deref() != Some(NOT_INCLUDED)
    };
    certified.cases.into_iter().filter(is_played).map(|c| c.name).collect()
}

#[test]
fn a_broker_that_forgets_in_a_restart_is_caught_and_one_that_does_not_passes() {
    assert_eq!(failing(None, "restart/"), Vec::<String>::new());
    assert_eq!(failing(None, "record/"), Vec::<String>::new());
    let feeds = failing(Some("broker-forgets-feeds-on-restart"), "restart/");
    assert!(feeds.iter().any(|name| name == "restart/killed"), "{feeds:?}");
    let records = failing(Some("broker-loses-audit-on-restart"), "restart/recorded-answers");
    assert_eq!(records, ["restart/recorded-answers"]);
}

#[test]
fn brokers_that_record_wrongly_are_caught_by_their_export() {
    for (mutant, case) in [
        ("broker-audits-another-outcome", "record/export"),
        ("broker-audits-twice", "record/once"),
        ("broker-forgets-audit", "record/export"),
        ("broker-audits-late", "record/survives-crash"),
    ] {
        let failed = failing(Some(mutant), "record/");
        assert!(failed.iter().any(|name| name == case), "{mutant}: {failed:?}");
    }
}

#[test]
fn a_broker_that_uses_a_status_in_a_wrong_form_fails_exactly_there() {
    for (mutant, cases) in [
        ("broker-ignores-ocsp-nonce", &["ocsp/nonce-missing", "ocsp/nonce-twice", "ocsp/nonce-wrong"][..]),
        ("broker-ignores-ocsp-extensions", &["ocsp/unknown-critical-extension"]),
        ("broker-ignores-ocsp-ambiguity", &["ocsp/two-statuses"]),
        ("broker-ignores-ocsp-refusal", &["ocsp/internal-error", "ocsp/unauthorized"]),
        ("broker-ignores-ocsp-signature", &["ocsp/sha1-signature", "ocsp/wrong-signature"]),
        ("broker-believes-unknown-status", &["ocsp/unknown"]),
    ] {
        assert_eq!(failing(Some(mutant), "ocsp/"), cases, "{mutant}");
    }
}
