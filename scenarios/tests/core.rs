//! Plays the built-in suite and looks at what came of it.

use scenarios::run::Order;
use scenarios::{catalog, suite};

#[test]
fn every_visit_of_the_core_suite_ends_as_its_scenario_says() {
    let all = catalog::core().unwrap();
    let orders = suite::orders(&all, &[], 7..=7, None);
    let mut broken = Vec::new();
    suite::play_all(
        &all,
        &orders,
        2,
        "test",
        |s, o: &Order, played| match played {
            Ok(p) => {
                let wrong: Vec<String> = p
                    .visits
                    .iter()
                    .filter(|v| !v.held())
                    .map(|v| format!("visit {}: expected {}, found {:?}", v.visit, v.expected, v.found))
                    .collect();
                (format!("{} {} {:?} {}", s.name, o.variant, p.virtual_time, &p.wire_sha256[..8]), wrong)
            }
            Err(e) => (format!("{} {}", s.name, o.variant), vec![e.to_string()]),
        },
        |_, (name, wrong)| {
            eprintln!("{name} {wrong:?}");
            if !wrong.is_empty() {
                broken.push((name, wrong));
            }
        },
    );
    assert!(broken.is_empty(), "{broken:#?}");
}
