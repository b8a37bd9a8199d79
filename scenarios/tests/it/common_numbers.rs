//! Common random numbers: people, visits, faults and errors are the same in all designs for one seed.

use scenarios::run::{Order, Played, play};
use scenarios::{EngineKind, catalog, designs};
use sim::journal::{Entry, Event};

/// What is drawn for a run and must not depend on its design: the plan with its visits, faults and errors, the people with their
/// insurance and cards, and who came when to which facility.
fn drawn(played: &Played) -> Vec<String> {
    let plan = played.plan.to_toml().unwrap();
    let people = played.ground.people.iter().map(|r| serde_json::to_string(&r.person).unwrap());
    let visit = |e: &Entry| match &e.event {
        Event::Visit { visit, check, person } => Some(format!("{} visit {visit} {check} {person}", e.at_ns)),
        _ => None,
    };
    std::iter::once(plan).chain(people).chain(played.entries.iter().filter_map(visit)).collect()
}

#[test]
fn people_visits_and_faults_are_the_same_in_all_designs() {
    let all = catalog::all().unwrap();
    for name in ["everyday-visit", "morning-rush", "poisson-minute", "line-loses-packets", "insurer-changed-during-the-day"] {
        let index = all.iter().position(|s| s.name == name).unwrap();
        let of = |design: &std::sync::Arc<scenarios::Design>| {
            let order = Order { scenario: index, design: design.clone(), seed: 7, mutant: None, engine: EngineKind::default() };
            drawn(&play(&all[index], &order, "test").unwrap())
        };
        let fitting: Vec<_> = designs::named().iter().filter(|d| all[index].needs.met_by(d)).collect();
        assert!(fitting.len() >= 14, "{name} is played in {} designs only", fitting.len());
        let first = of(fitting[0]);
        assert!(first.iter().any(|line| line.contains(" visit ")));
        for design in &fitting[1..] {
            assert!(of(design) == first, "{name}: {design} draws something else than {}", fitting[0]);
        }
    }
}
