//! The ground truth as a document: complete, the same when read back, and strict.

use scenarios::designs::Designs;
use scenarios::run::{Order, Played, RunError};
use scenarios::{catalog, suite};
use sim::terms::ground::{Ground, SCHEMA};

#[test]
fn the_ground_truth_of_every_core_run_is_read_back_unchanged() {
    let all = catalog::core().unwrap();
    let default = Designs::default_ones();
    let orders = suite::Orders::new(&all, &default, 7..=7, None, None).unwrap();
    let round_trip = |s: &scenarios::file::Scenario, _: &Order, played: Result<Played, RunError>| {
        let ground = played.unwrap_or_else(|e| panic!("{}: {e}", s.name)).ground;
        let text = ground.to_json().unwrap();
        let again = Ground::from_json(&text).unwrap_or_else(|e| panic!("{}: {e}", s.name));
        assert!(again == ground, "{}", s.name);
        assert!(again.to_json().unwrap() == text, "{}", s.name);
        let changes = ground.people.iter().filter(|p| !p.registered.is_empty()).count();
        let ders = ground.people.iter().flat_map(|p| &p.certificates).filter(|c| c.der.len() > 500).count();
        (ground.people.len(), changes, ders)
    };
    let (mut runs, mut people, mut changes, mut ders) = (0, 0, 0, 0);
    suite::play_all(&all, orders.iter(), 2, "test", round_trip, |_, of| {
        (runs, people, changes, ders) = (runs + 1, people + of.0, changes + of.1, ders + of.2);
        true
    });
    // No member was empty everywhere.
    assert!(runs > 100 && people > 300 && changes > 5 && ders > 300, "{runs} {people} {changes} {ders}");
}

#[test]
fn the_schema_in_docs_is_current() {
    let path = format!("{}/../docs/schema/ground.schema.json", env!("CARGO_MANIFEST_DIR"));
    let current = sim::terms::ground::json_schema().unwrap();
    if std::env::var_os("SHIKAKU_BLESS").is_some() {
        std::fs::write(&path, &current).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(found == current, "docs/schema/ground.schema.json is outdated: SHIKAKU_BLESS=1 regenerates it");
    assert!(current.contains(SCHEMA));
}
