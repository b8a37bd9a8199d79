use super::*;
use sim::people::written::{Slip, as_registered, slip};
use sim::people::{Municipality, Population};
use sim::seed::Seed;
use sim::terms::fhir::{CaseReport, CaseStatus, ReportedPerson};
use sim::terms::identifiers::FacilityNumber;
use std::collections::BTreeSet;

fn report(facility: u64, person: ReportedPerson) -> CaseReport {
    CaseReport {
        facility: FacilityNumber::from_body(131_000_000 + facility),
        running: 1,
        version: 1,
        status: CaseStatus::Confirmed,
        created: jiff::Timestamp::UNIX_EPOCH,
        person,
        chart: format!("CHART{facility}"),
        site: "C34".to_string(),
        diagnosed: jiff::civil::date(2027, 4, 1),
    }
}

fn people(count: u64) -> (Vec<ReportedPerson>, Vec<Municipality>) {
    let population = Population::new(&Seed::new(5, "matching"), count, jiff::civil::date(2027, 4, 5)).unwrap();
    (population.iter().map(|p| as_registered(&p)).collect(), population.municipalities().to_vec())
}

#[test]
fn the_same_data_are_one_person_and_one_slip_alone_is_never_another_person() {
    let (people, municipalities) = people(300);
    let mut draw = Seed::new(5, "matching").stream("slips");
    for person in people {
        let a = report(0, person.clone());
        assert_eq!(compare(&a, &report(1, person.clone())).class(), Class::Same);
        for kind in Slip::SHARES.map(|(slip, _)| slip) {
            let mut written = person.clone();
            if slip(&mut written, kind, &municipalities, &mut draw) {
                let b = report(1, written);
                assert_ne!(compare(&a, &b).class(), Class::Different, "{kind:?}");
                assert_eq!(compare(&a, &b), compare(&b, &a));
                let keys: BTreeSet<String> = blocking::keys(&a.person).into_iter().collect();
                assert!(blocking::keys(&b.person).iter().any(|key| keys.contains(key)), "{kind:?}: not a candidate");
            }
        }
    }
}

#[test]
fn two_people_are_not_joined_by_their_household_or_by_their_name() {
    let (people, _) = people(2);
    let [a, b] = &people[..] else { panic!("two people") };
    let mut relative = b.clone();
    (relative.name.family, relative.name.family_kana) = (a.name.family.clone(), a.name.family_kana.clone());
    relative.address = a.address.clone();
    (relative.birth, relative.name.given) = (jiff::civil::date(1931, 1, 30), "別人".to_string());
    relative.name.given_kana = "ベツジン".to_string();
    assert_eq!(compare(&report(0, a.clone()), &report(1, relative)).class(), Class::Different);
    let mut namesake = b.clone();
    namesake.name = a.name.clone();
    namesake.birth = jiff::civil::date(1931, 1, 30);
    namesake.address.municipality = "別の市".to_string();
    assert_eq!(compare(&report(0, a.clone()), &report(1, namesake)).class(), Class::Different);
}

#[test]
fn there_are_twenty_combinations_and_each_key_names_its_own() {
    let (people, _) = people(1);
    let keys: BTreeSet<String> = blocking::keys(&people[0]).into_iter().collect();
    assert_eq!(keys.len(), 20);
}
