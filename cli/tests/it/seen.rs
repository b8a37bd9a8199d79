//! The judge without one party's side: a vendor's system writes no journal.

use conformance::{RuleOutcome, Seen, Verdict, judge, judge_seen};
use scenarios::designs::Designs;
use scenarios::run::{Order, Played, RunError};
use scenarios::{Mutant, catalog, suite};
use sim::terms::roles::Zone;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The zones that a system under test may be in.
const UNDER_TEST: [Zone; 6] = [Zone::Broker, Zone::Facility, Zone::Jpki, Zone::Insurer, Zone::NumberAuthority, Zone::Reader];

fn without(zone: Zone, played: &Played) -> Vec<Verdict> {
    let seen = Seen::only(Zone::ALL.into_iter().filter(|z| *z != zone));
    judge_seen(&played.entries, &played.ground, seen)
}

/// Plays orders of all scenarios on all processors, and gives what `judged` says of each.
fn play<T: Send>(orders: &[Order], judged: impl Fn(&Order, &Played) -> T + Sync) -> Vec<T> {
    let all = catalog::all().unwrap();
    let mut given = Vec::new();
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    let digest = |_: &_, order: &Order, played: Result<Played, RunError>| judged(order, &played.unwrap());
    suite::play_all(&all, orders, jobs, "test", digest, |_, one| {
        given.push(one);
        true
    });
    given
}

/// Every scenario of these suites in the default designs, or in one that it needs.
fn orders(suites: &[&str]) -> Vec<Order> {
    let all = catalog::all().unwrap();
    let named: BTreeSet<String> = catalog::SUITES
        .iter()
        .filter(|s| suites.contains(&s.name))
        .flat_map(|s| s.scenarios().unwrap().into_iter().map(|s| s.name))
        .collect();
    let played = all.iter().enumerate().filter(|(_, s)| named.contains(&s.name));
    let order = |(scenario, s): (usize, &scenarios::file::Scenario)| {
        let designs = Designs::default_ones().fitting(s);
        designs.into_iter().map(move |design| Order { scenario, design, seed: 1, mutant: None, engine: Default::default() })
    };
    played.flat_map(order).collect()
}

/// The suites `core`, `designs` and `faults`, in which messages are also lost on the way, and some runs of the swarm.
fn all_orders() -> Vec<Order> {
    let mut all = orders(&["core", "designs", "faults"]);
    for order in orders(&["swarm"]).into_iter().take(1) {
        all.extend((1..=20).map(|seed| Order { seed, ..order.clone() }));
    }
    assert!(all.len() > 150 && all.iter().any(|order| order.seed == 20), "what is played: {} runs", all.len());
    all
}

#[test]
fn without_one_side_no_correct_run_is_broken_and_nothing_falls_silent() {
    let mut wrong = Vec::new();
    let mut unobservable: BTreeMap<(Zone, &str), String> = BTreeMap::new();
    for (name, whole, parts) in play(&all_orders(), |order, played| {
        let parts = UNDER_TEST.map(|zone| (zone, without(zone, played)));
        (format!("{} / {}", played.plan.name, order.design), judge(&played.entries, &played.ground), parts)
    }) {
        for (zone, part) in parts {
            for (full, part) in whole.iter().zip(part) {
                match (full.outcome, part.outcome) {
                    (_, RuleOutcome::NotObservable) => {
                        unobservable.insert((zone, part.id), part.why.clone().unwrap_or_default());
                    }
                    (a, b) if a == b => {}
                    (a, b) => {
                        wrong.push(format!("{name} without {}: {} is {}, and was {}", zone.name(), part.id, b.name(), a.name()))
                    }
                }
            }
        }
    }
    wrong.truncate(40);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for ((zone, rule), why) in &unobservable {
        assert!(why.contains(&format!("`{}`", zone.name())), "{rule} without {}: {why}", zone.name());
    }
}

/// The rules that a mutant names and that apply to its design.
fn caught(mutant: Mutant, verdicts: &[Verdict]) -> (bool, bool) {
    let named: Vec<&Verdict> = verdicts.iter().filter(|v| mutant.rules().contains(&v.id)).collect();
    let broken = named.iter().any(|v| v.outcome == RuleOutcome::Broken);
    (broken, named.iter().any(|v| v.outcome == RuleOutcome::NotObservable))
}

/// The page that says which broken brokers are still caught if nothing is known of the inside.
#[test]
fn the_page_of_mutants_without_the_brokers_side_is_current() {
    let all = catalog::all().unwrap();
    let of_broker = Mutant::ALL.into_iter().filter(|m| m.name().starts_with("broker-"));
    let order = |mutant: Mutant| Order {
        scenario: all.iter().position(|s| s.name == mutant.scenario()).unwrap(),
        design: scenarios::designs::find(mutant.design()).unwrap(),
        seed: 1,
        mutant: Some(mutant),
        engine: Default::default(),
    };
    let orders: Vec<Order> = of_broker.map(order).collect();
    let mut rows = String::new();
    let (mut count, mut seen) = (0, 0);
    for (mutant, (broken, unobservable)) in
        play(&orders, |order, played| (order.mutant.unwrap(), caught(order.mutant.unwrap(), &without(Zone::Broker, played))))
    {
        count += 1;
        seen += u64::from(broken);
        let how = match (broken, unobservable) {
            (true, _) => "caught",
            (false, true) => "not observable",
            (false, false) => "not caught",
        };
        let rules: Vec<String> = mutant.rules().iter().map(|id| format!("[{id}](rules/{id}.md)")).collect();
        let _ = writeln!(rows, "| `{}` | {} | {} | {how} |", mutant.name(), mutant.describe(), rules.join(" "));
    }
    let text = format!(
        "# A broker of which only the messages are seen\n\n<!-- Generated: SHIKAKU_BLESS=1 cargo test --release -p shikaku seen -->\n\n\
         A vendor's broker writes no journal. What it sends and receives is seen at the facilities, JPKI, the insurers and on the line, and the\n\
         rules are judged from there. Of {count} brokers that are broken on purpose, {seen} are still caught by a rule that they are made for\n\
         when every entry of the broker's own side is left out. *Not observable*: every such rule needs what only the broker's own records\n\
         or logs show, and says so; it is never *held*.\n\n\
         | broken broker | what it does | rules | without the broker's side |\n|---|---|---|---|\n{rows}"
    );
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/without-the-broker.md");
    if std::env::var_os("SHIKAKU_BLESS").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let current = std::fs::read_to_string(file).unwrap_or_default() == text;
    assert!(current, "docs/without-the-broker.md is not current: SHIKAKU_BLESS=1 writes it again");
    assert!(!rows.contains("not caught |"), "a broken broker goes unnoticed:\n{rows}");
}
