//! Everybody in a scenario is possible, whatever it says of them.

use super::*;
use crate::catalog;
use crate::file::{Day, EventKind, EventPart, InsurancePart, PersonPart, Span};
use jiff::civil::date;
use sim::people::{InsurerKind, impossible_households};
use sim::seed::Seed;
use sim::terms::coverage::Relationship;

/// The people of a plan, all of them possible.
fn possible(plan: &Scenario, seed: &Seed, what: &str) -> Vec<ScenarioPerson> {
    let start = Start::of(plan);
    let population = Population::new(seed, plan.people, start.day).unwrap();
    let people = drawn(&population, plan, start).unwrap_or_else(|e| panic!("{what}: {e}"));
    for p in &people {
        let wrong = population.impossible(&p.person);
        assert!(wrong.is_empty(), "{what}: person {}: {wrong:?}\n{:?}", p.person.index, p.person);
    }
    // Two insurers claim one person, so a household is compared by its newest periods.
    let wrong = impossible_households(people.iter().map(|p| &p.person));
    assert!(wrong.is_empty(), "{what}: {wrong:?}");
    people
}

/// Every built-in scenario with a hundred seeds.
#[test]
fn everybody_in_every_scenario_is_possible() {
    let mut people = 0;
    for scenario in catalog::all().unwrap() {
        let seeds = if scenario.people > 100 { 3 } else { 100 };
        for seed in 0..seeds {
            let plan = scenario.planned(seed);
            people += possible(&plan, &plan.seed(seed), &format!("{}, seed {seed}", scenario.name)).len();
        }
    }
    assert!(people > 20_000, "{people}");
}

/// Ten to the fourth people of whom something is said: every insurance with every certificate, on days on which much changes.
#[test]
fn ten_thousand_changed_people_are_possible() {
    let days = [date(2027, 4, 5), date(2027, 3, 31), date(2028, 2, 27), date(2026, 12, 31)];
    let mut count = 0u64;
    for (seed, day) in (0u64..).zip(days.into_iter().cycle()).take(40) {
        let mut plan = Scenario { people: 270, day: Day(day), ..Scenario::empty() };
        for index in 0..plan.people {
            let insurance = InsurancePart::ALL[(index % 8) as usize];
            let turns = matches!(insurance, InsurancePart::Turns75Today | InsurancePart::Turns75Tomorrow);
            let certificate = CertificatePart::ALL[(index / 8 % CertificatePart::ALL.len() as u64) as usize];
            // A certificate that ended yesterday ended on a birthday.
            let certificate = if turns && certificate == CertificatePart::Expired { CertificatePart::Good } else { certificate };
            plan.persons.push(PersonPart { certificate, insurance, ..PersonPart::plain(index) });
            let (moves, days) = (index % 16 == 0, (index / 16) as u32);
            if insurance == InsurancePart::InForce {
                let does = match moves {
                    true => EventKind::moves(index, days),
                    false => EventKind::LeavesInsurer { person: index, since_days_ago: 1 + days },
                };
                plan.events.push(EventPart { at: Span::seconds(5), does });
            }
        }
        count += possible(&plan, &Seed::new(seed, "changed"), &format!("seed {seed} on {day}")).len() as u64;
    }
    assert!(count >= 10_000, "{count}");
}

/// Who turns 75 has had an insurer of the working age, and each insurer's copayment is that of the age.
#[test]
fn who_turns_75_tomorrow_is_74_today() {
    let scenario = catalog::core().unwrap().into_iter().find(|s| s.name == "seventy-five-tomorrow").unwrap();
    let mut shares = BTreeSet::new();
    for seed in 0..150 {
        let plan = scenario.planned(seed);
        let drawn_from = plan.seed(seed);
        let population = Population::new(&drawn_from, plan.people, plan.day.0).unwrap();
        let person = &possible(&plan, &drawn_from, "seventy-five-tomorrow")[0].person;
        assert_eq!(person.age_on(plan.day.0), 74);
        let kinds: Vec<InsurerKind> = person.insurance.iter().map(|p| population.insurers()[p.insurer].kind).collect();
        assert!(kinds.len() == 2 && kinds[0] != InsurerKind::LateElderly && kinds[1] == InsurerKind::LateElderly);
        shares.insert((person.insurance[0].copayment_percent, person.insurance[1].copayment_percent));
    }
    assert_eq!(shares, BTreeSet::from([(20, 10), (20, 20), (30, 30)]));
}

#[test]
fn a_dependent_of_a_story_shares_the_number_and_moves_with_the_insured_person() {
    for seed in 0..100 {
        let dependent = |index| PersonPart { dependent_of: Some(0), ..PersonPart::plain(index) };
        let mut plan = Scenario { people: 4, persons: vec![dependent(1), dependent(2)], ..Scenario::empty() };
        plan.events = vec![EventPart { at: Span::seconds(5), does: EventKind::moves(0, 3) }];
        let people = possible(&plan, &Seed::new(seed, "household"), "household");
        let newest = |i: usize| people[i].person.insurance.last().unwrap();
        assert_eq!(newest(0).relationship, Relationship::Insured);
        let before = |i: usize| &people[i].person.insurance[0];
        for child in [1, 2] {
            // 国民健康保険 has no dependents: everybody of the household is insured.
            let employer = !newest(0).insured.symbol.is_empty();
            assert_eq!(newest(child).relationship == Relationship::Dependent, employer);
            assert_eq!(before(child).relationship, Relationship::Dependent);
            assert_eq!((newest(child).insurer, &newest(child).insured.number), (newest(0).insurer, &newest(0).insured.number));
            assert_eq!(before(child).insured.branch, format!("0{child}"));
            assert!(people[child].changes.iter().any(|c| c.moves));
        }
    }
}

#[test]
fn dependents_of_who_turns_75_are_with_their_municipality_from_that_day_on() {
    let dependent = |index| PersonPart { dependent_of: Some(0), ..PersonPart::plain(index) };
    for (seed, insurance) in (0..60).zip([InsurancePart::Turns75Today, InsurancePart::Turns75Tomorrow].into_iter().cycle()) {
        let head = PersonPart { insurance, ..PersonPart::plain(0) };
        let plan = Scenario { people: 4, persons: vec![head, dependent(1), dependent(2)], ..Scenario::empty() };
        let drawn_from = Seed::new(seed, "75");
        let people = possible(&plan, &drawn_from, "75");
        let population = Population::new(&drawn_from, plan.people, plan.day.0).unwrap();
        let kind = |i: usize, n: usize| population.insurers()[people[i].person.insurance[n].insurer].kind;
        assert_eq!(kind(0, 1), InsurerKind::LateElderly);
        for child in [1, 2] {
            let [with_head, own] = [0, 1].map(|n| &people[child].person.insurance[n]);
            assert_eq!(
                (with_head.relationship, with_head.insurer),
                (Relationship::Dependent, people[0].person.insurance[0].insurer)
            );
            assert_eq!((own.relationship, own.from), (Relationship::Insured, people[0].person.insurance[1].from));
            assert_eq!((kind(child, 1), people[child].person.insurance.len()), (InsurerKind::Municipal, 2));
        }
    }
}

#[test]
fn whoever_changes_the_insurer_several_times_is_possible() {
    for seed in 0..20 {
        let mut plan = Scenario { people: 60, ..Scenario::empty() };
        for index in 0..plan.people {
            let days = 1 + (index % 20) as u32;
            let leaves = |days| EventKind::LeavesInsurer { person: index, since_days_ago: days };
            let changes = match index % 3 {
                0 => vec![EventKind::moves(index, days + 30), EventKind::moves(index, days)],
                1 => vec![EventKind::moves(index, days + 30), leaves(days)],
                _ => vec![leaves(days + 30), EventKind::moves(index, days + 3), EventKind::moves(index, days)],
            };
            plan.events.extend((1..).zip(changes).map(|(n, does)| EventPart { at: Span::seconds(20 * n), does }));
        }
        for p in possible(&plan, &Seed::new(seed, "several"), "several") {
            let periods = if p.part.index % 3 == 1 { 2 } else { 3 };
            assert_eq!(p.person.insurance.len(), periods);
        }
    }
}
