//! Every party that is broken on purpose, on real TCP, judged as its certification judges it: from outside.
#![allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use certify::played::{self, PlayedGroup};
use certify::select::why_not;
use conformance::RuleOutcome;
use scenarios::live::Site;
use scenarios::live::together::grouped;
use scenarios::run::Order;
use scenarios::{EngineKind, Mutant, catalog, designs};
use sim::terms::roles::Zone;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Clocks run faster than the machine's, and several scenarios are played at once.
const SPEED: f64 = 4.0;
const AT_ONCE: usize = 8;

/// The roles that are certified, with the beginnings of their mutants' names.
const ROLES: [(&str, Zone); 4] =
    [("broker-", Zone::Broker), ("jpki-", Zone::Jpki), ("authority-", Zone::NumberAuthority), ("insurer-", Zone::Insurer)];

/// What its certification says of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Certified {
    Caught,
    /// Every rule that it breaks needs the inside.
    NotObservable,
    NotPlayed(&'static str),
    /// It should be seen, and is not.
    Missed,
}

fn certified(mutant: Mutant, zone: Zone) -> Certified {
    let all = catalog::all().unwrap();
    let scenario = all.iter().find(|s| s.name == mutant.scenario()).unwrap();
    let design = designs::find(mutant.design()).unwrap();
    let plan = scenario.planned(1);
    if let Some(why) = why_not(&plan, zone, &design) {
        return Certified::NotPlayed(why.text_en());
    }
    let created = scenarios::live::now() - jiff::SignedDuration::from_hours(24 * 1000);
    let site = Site::of_mocks(7, created, SPEED);
    let order = Order { scenario: 0, design, seed: 1, mutant: Some(mutant), engine: EngineKind::Events };
    let group = grouped(vec![plan], 1).unwrap().remove(0);
    let PlayedGroup { verdicts, .. } = played::play(&group, &order, &site, "test", zone, &|_| ());
    let rules = mutant.rules();
    let of = |outcome| verdicts.iter().any(|v| rules.contains(&v.id) && v.outcome == outcome);
    // A rule says so where exported records do not show all of it.
    let in_part = verdicts.iter().any(|v| rules.contains(&v.id) && v.outcome == RuleOutcome::Held && !v.remarks.is_empty());
    match () {
        () if of(RuleOutcome::Broken) => Certified::Caught,
        () if of(RuleOutcome::NotObservable) || in_part => Certified::NotObservable,
        () => Certified::Missed,
    }
}

fn table(of: &BTreeMap<&'static str, (Mutant, Zone, Certified)>) -> String {
    let count = |what: fn(&Certified) -> bool| of.values().filter(|(.., c)| what(c)).count();
    let caught = count(|c| *c == Certified::Caught);
    let mut text = format!(
        "# Broken systems and their certification\n\n<!-- Generated: SHIKAKU_BLESS=1 cargo test --release -p certify --test mutants -->\n\n\
         Each of {} parties that are broken on purpose is certified on real TCP, from outside: {caught} are caught by a rule that they \
         are made for. *Not observable*: every such rule needs what only the inside shows, and the certification says so; it is never *held*. \
         *Not played*: the scenario in which it shows cannot be played live.\n\n| broken party | what it does | its certification |\n|---|---|---|\n",
        of.len()
    );
    for (name, (mutant, _, certified)) in of {
        let says = match certified {
            Certified::Caught => "caught".to_string(),
            Certified::NotObservable => "not observable".to_string(),
            Certified::NotPlayed(why) => format!("not played: {why}"),
            Certified::Missed => "missed".to_string(),
        };
        let _ = writeln!(text, "| `{name}` | {} | {says} |", mutant.describe());
    }
    text
}

#[test]
fn every_broken_party_is_caught_by_its_certification_or_it_says_why_not() {
    let role = |m: Mutant| ROLES.iter().find(|(begins, _)| m.name().starts_with(begins)).map(|(_, zone)| (m, *zone));
    let all: Vec<(Mutant, Zone)> = Mutant::ALL.into_iter().filter_map(role).collect();
    let (next, done) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let player = || {
        while let Some((mutant, zone)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            let certified = certified(*mutant, *zone);
            done.lock().unwrap().insert(mutant.name(), (*mutant, *zone, certified));
        }
    };
    std::thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(player))));
    let done = done.into_inner().unwrap();
    let missed: Vec<_> = done.iter().filter(|(_, (.., c))| *c == Certified::Missed).map(|(name, _)| name).collect();
    let text = table(&done);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/certify-mutants.md");
    if std::env::var_os("SHIKAKU_BLESS").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    assert!(missed.is_empty(), "{missed:?}");
    assert!(
        std::fs::read_to_string(&file).unwrap() == text,
        "docs/certify-mutants.md is not current: SHIKAKU_BLESS=1 writes it again"
    );
}
