use super::*;
use crate::roles::card::behaviour::PersonalisationBehaviour;
use sim::people::Population;
use sim::seed::Seed;
use sim::terms::identifiers::{InstitutionCode, MedicalNumber};
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn names_are_distinct_and_read_back() {
    let names: BTreeSet<_> = Mutant::ALL.iter().map(|m| m.name()).collect();
    assert_eq!(names.len(), Mutant::ALL.len());
    for m in Mutant::ALL {
        assert_eq!(Mutant::parse(m.name()), Some(m));
        assert!(!m.describe().is_empty() && !m.describe().ends_with('.'), "{}", m.name());
        assert!(!m.claims().is_empty(), "{} names no claim", m.name());
    }
    assert_eq!(Mutant::parse("none"), None);
}

#[test]
fn every_mutant_has_the_name_of_its_file_and_every_file_is_in_the_table() {
    for (file, mutant) in FILES {
        assert_eq!(mutant.name, file.replace('_', "-"));
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/mutants");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_string())
        .collect();
    let known = FILES.iter().map(|(file, _)| *file).chain(["kit", "leaks", "tests"]);
    assert_eq!(files, known.map(str::to_string).collect());
}

#[test]
fn no_two_leaks_are_the_same_and_each_has_the_name_of_its_zone() {
    let leaks: Vec<(Mutant, Leak)> = Mutant::ALL.into_iter().filter_map(|m| Some((m, m.leak()?))).collect();
    let distinct: BTreeSet<Leak> = leaks.iter().map(|(_, leak)| *leak).collect();
    assert_eq!(distinct.len(), leaks.len());
    for (mutant, leak) in &leaks {
        // The first word of a place is its zone, except for the number authority, the card and what is visible on the line.
        let zone = leak.place.name.split('-').next().unwrap_or_default();
        let named = mutant.name().starts_with(zone)
            || zone == "authority" && mutant.name().starts_with("number-authority")
            || zone == "chip" && mutant.name().starts_with("card-chip")
            || leak.place.name == "facility-preface" && mutant.name().starts_with("line-");
        assert!(named, "{} at {:?}", mutant.name(), leak.place);
    }
}

#[test]
fn every_leak_on_a_card_adds_something_at_its_place_and_nowhere_else() {
    let day = jiff::civil::date(2027, 4, 5);
    let population = Population::new(&Seed::new(1, "cards"), 1, day).unwrap();
    let code = |n| Some(InstitutionCode::from_bytes([n; 16]));
    let source = LeakSource {
        institution_code: code(1),
        exchange_code: code(2),
        research_code: code(3),
        medical_number: Some(MedicalNumber::from_body(7)),
        ..LeakSource::of(&population.person(0), day, "RECORD".into())
    };
    let mut seen = BTreeSet::new();
    for (mutant, leak) in Mutant::ALL.into_iter().filter_map(|m| Some((m, m.leak()?))) {
        let active = ActiveMutant::new(Some(mutant));
        active.knowledge().add_person(source.clone());
        let a = active.behaviours().of::<dyn PersonalisationBehaviour>().additions(0);
        let added = [
            ("card-front", a.front.is_some()),
            ("card-back", a.back.is_some()),
            ("chip-token-info", a.token_info.is_some()),
            ("chip-unknown-file", a.unknown_file.is_some()),
        ];
        for (place, is_there) in added {
            assert_eq!(is_there, place == leak.place.name, "{}", mutant.name());
            seen.extend(is_there.then_some(place));
        }
    }
    assert_eq!(seen.len(), 4);
}
