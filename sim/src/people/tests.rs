//! Properties of every population.

use super::insurance::{CHANGE_YEARS, CHANGED_SHARE, ENDED_SHARE};
use super::*;
use crate::terms::calendar::{day_of_age, jst, jst_day};
use crate::terms::coverage::{EndReason, Relationship};
use crate::terms::identifiers::FacilityNumber;
use jiff::civil::date;
use proptest::prelude::*;
use std::collections::BTreeSet;

const PEOPLE: u64 = 20_000;

fn population(seed: u64, size: u64, day: Date) -> Population {
    Population::new(&Seed::new(seed, "people"), size, day).expect("size and day are in range")
}

fn today() -> Date {
    date(2026, 11, 23)
}

/// Fails unless `count` of `of` lies within five standard deviations of a binomial share `p`: a correct share fails once in
/// two million seeds.
fn assert_share(what: &str, count: usize, of: usize, p: f64) {
    let mean = of as f64 * p;
    let sigma = libm::sqrt(mean * (1.0 - p));
    assert!((count as f64 - mean).abs() <= 5.0 * sigma, "{what}: {count} of {of}, expected {mean:.0} ± {:.0}", 5.0 * sigma);
}

#[test]
fn the_same_seed_and_day_give_the_same_people_at_every_size() {
    let (small, large) = (population(1, 50, today()), population(1, Population::MAX_SIZE, today()));
    assert!(small.iter().eq((0..50).map(|i| large.person(i))));
    assert_eq!(small.insurers(), large.insurers());
    assert_eq!(small.municipalities(), large.municipalities());
    assert_eq!(small.iter().count(), 50);
    assert!((0..50).all(|i| small.facility(i) == large.facility(i)));
}

#[test]
fn another_seed_gives_other_people() {
    let (a, b) = (population(1, 100, today()), population(2, 100, today()));
    let same = |f: fn(&Person) -> String| a.iter().zip(b.iter()).filter(|(x, y)| f(x) == f(y)).count();
    assert_eq!(same(|p| p.my_number.reveal().to_string()), 0);
    assert_eq!(same(|p| p.resident_code.reveal().to_string()), 0);
    assert_eq!(same(|p| p.current_certificate().subject_cn.clone()), 0);
    assert!(same(|p| p.name.family.clone()) < 30);
}

#[test]
fn another_day_keeps_identities_and_shifts_dates() {
    let (a, b) = (population(1, 200, today()), population(1, 200, date(2030, 2, 28)));
    for (x, y) in a.iter().zip(b.iter()) {
        assert_eq!((&x.name, &x.my_number, &x.resident_code, &x.address), (&y.name, &y.my_number, &y.resident_code, &y.address));
        assert_eq!(x.age_on(a.day()), y.age_on(b.day()));
        assert_ne!(x.birth, y.birth);
    }
}

#[test]
fn no_two_people_share_a_number() {
    let all = population(3, PEOPLE, today());
    let mut serials = BTreeSet::new();
    let (mut my_numbers, mut resident_codes, mut insured) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let (mut subjects, mut keys, mut certificates, mut periods) = (BTreeSet::new(), BTreeSet::new(), 0, 0);
    // The last ones show that the largest population has numbers for everyone.
    let last = Population::MAX_SIZE - 500..Population::MAX_SIZE;
    for person in all.iter().chain(last.map(|i| all.person(i))) {
        assert_eq!(MyNumber::new(person.my_number.reveal()).as_ref(), Ok(&person.my_number));
        assert_eq!(ResidentCode::new(person.resident_code.reveal()).as_ref(), Ok(&person.resident_code));
        assert!(my_numbers.insert(person.my_number));
        assert!(resident_codes.insert(person.resident_code));
        for c in &person.card.certificates {
            certificates += 1;
            assert!((1..1 << 31).contains(&c.serial.0) && (1..1 << 31).contains(&c.signature_serial.0));
            serials.extend([c.serial, c.signature_serial]);
            subjects.insert(c.subject_cn[..14].to_string());
            keys.insert(c.key_index);
        }
        for p in person.insurance {
            periods += 1;
            let id = p.insured;
            // Where it is not digits, without the symbol: number and branch alone must be unique.
            let symbol = id.symbol.chars().last().filter(char::is_ascii_digit);
            insured.insert((
                id.insurer,
                symbol,
                if id.symbol.len() == 3 { id.symbol } else { String::new() },
                id.number,
                id.branch,
            ));
        }
    }
    assert_eq!(serials.len(), 2 * certificates);
    assert_eq!((subjects.len(), keys.len()), (certificates, certificates));
    assert_eq!(insured.len(), periods);
}

#[test]
fn shares_are_those_stated() {
    let all = population(4, PEOPLE, today());
    let people: Vec<Person> = all.iter().collect();
    let count = |f: &dyn Fn(&Person) -> bool| people.iter().filter(|p| f(p)).count();
    let n = people.len();
    let in_force = count(&|p| p.insurance_on(all.day()).is_some());
    assert_share("opted in", count(&|p| p.opted_in), n, 0.9);
    assert_share("in force", in_force, n, 1.0 - ENDED_SHARE);
    assert_share("under 15", count(&|p| p.age_on(all.day()) < 15), n, 0.115);
    assert_share("65 and older", count(&|p| p.age_on(all.day()) >= 65), n, 0.290);
    assert_share("75 and older", count(&|p| p.age_on(all.day()) >= 75), n, 0.161);
    assert_share("female", count(&|p| p.sex == Sex::Female), n, 0.49 * 0.71 + 0.57 * 0.29);
    for m in all.municipalities() {
        assert_share(&m.name, count(&|p| p.address.municipality_code == m.code), n, 1.0 / 12.0);
    }
    let younger = count(&|p| p.age_on(all.day()) < 75);
    let changed = count(&|p| p.age_on(all.day()) < 75 && p.insurance.len() == 2);
    assert_share("changed among those under 75", changed, younger, CHANGED_SHARE);
    let older = n - younger;
    let at_10 = count(&|p| p.age_on(all.day()) >= 75 && p.insurance.iter().any(|i| i.copayment_percent == 10));
    assert_share("10 percent among those from 75", at_10, older, 0.73);
}

#[test]
fn every_kind_of_history_is_drawn() {
    let all = population(5, PEOPLE, today());
    let mut generations = [0usize; GENERATIONS as usize];
    let mut kinds = BTreeSet::new();
    let (mut relationships, mut branches, mut reasons) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for person in all.iter() {
        generations[person.current_certificate().generation as usize] += 1;
        for p in &person.insurance {
            kinds.insert(all.insurers()[p.insurer].kind);
            relationships.insert(p.relationship);
            branches.insert(p.insured.branch.clone());
            reasons.extend(p.end_reason);
        }
    }
    assert!(generations[..3].iter().all(|&g| g > 1000), "{generations:?}");
    assert_eq!(generations[3], 0, "one more renewal must be left for scenarios");
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), InsurerKind::ALL);
    assert_eq!(relationships.len(), 2);
    // Up to 05 are drawn, and those who depend on a person count on from there.
    assert_eq!(branches.into_iter().collect::<Vec<_>>(), ["00", "01", "02", "03", "04", "05", "06", "07", "08"]);
    assert_eq!(reasons, BTreeSet::from([EndReason::PublicAssistance, EndReason::InsuredElsewhere, EndReason::Other]));
}

/// The properties of each drawn person alone.
fn check(all: &Population, person: &Person) {
    let day = all.day();
    assert!(person.birth < day && person.age_on(day) <= 105);
    assert_eq!(all.impossible(person), BTreeSet::new());
    check_insurance(all, person);
    check_card(day, person);
    let home = all.municipalities().iter().find(|m| m.code == person.address.municipality_code).expect("a known municipality");
    assert_eq!((&home.prefecture, &home.name), (&person.address.prefecture, &person.address.municipality));
}

fn check_insurance(all: &Population, person: &Person) {
    let day = all.day();
    let turned_75 = day_of_age(person.birth, 75);
    assert!((1..=2).contains(&person.insurance.len()));
    for pair in person.insurance.windows(2) {
        assert_eq!(pair[0].until, Some(pair[1].from.saturating_sub(1.day())), "the old period ends the day before the new");
        assert_eq!(pair[0].end_reason, Some(EndReason::InsuredElsewhere));
        assert_ne!(pair[0].insurer, pair[1].insurer);
        assert!(pair[1].from > day.saturating_sub(CHANGE_YEARS.years()).saturating_sub(1.day()));
    }
    for p in &person.insurance {
        let insurer = &all.insurers()[p.insurer];
        assert_eq!(p.insured.insurer, insurer.number);
        assert!(person.birth <= p.from && p.from <= day);
        assert!(p.until.is_none_or(|last| p.from <= last && last < day));
        assert_eq!(p.until.is_some(), p.end_reason.is_some());
        let late = insurer.kind == InsurerKind::LateElderly;
        assert_eq!(late, p.from >= turned_75, "from the 75th birthday on, and not a day before");
        assert!(late || p.until.unwrap_or(day) < turned_75);
        let regional = matches!(insurer.kind, InsurerKind::Municipal | InsurerKind::LateElderly);
        assert!(!regional || (p.insured.symbol.is_empty() && p.relationship == Relationship::Insured));
        assert!(insurer.kind != InsurerKind::Municipal || insurer.name.starts_with(&person.address.municipality));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        assert!(digits(&p.insured.number) && !p.insured.number.is_empty());
        assert!(digits(&p.insured.branch) && p.insured.branch.len() == 2);
        assert!(p.relationship == Relationship::Insured || p.insured.branch != "00");
    }
    let newest = person.insurance.last().expect("one period at least");
    assert_eq!(person.insurance_on(day), newest.until.is_none().then_some(newest));
    assert_eq!(person.insurance_on(person.birth.saturating_sub(1.day())), None);
}

fn check_card(day: Date, person: &Person) {
    let card = &person.card;
    assert_eq!((card.pin.reveal().len(), card.security_code.reveal().len()), (4, 4));
    for (generation, c) in card.certificates.iter().enumerate() {
        assert_eq!(c.generation as usize, generation);
        assert_eq!(c.key_index, person.index * 8 + generation as u64);
        let (issued, end) = (jst_day(c.not_before), jst_day(c.not_after));
        assert!(person.birth < issued && issued < day);
        assert!(c.not_after.to_string().ends_with("T14:59:59Z"));
        // Counted by hand: the birthdays after the day of issue, up to the last day of the certificate.
        let birthday = |year: i16| {
            let leap = Date::new(year, 1, 1).expect("a year").in_leap_year();
            let day = if (person.birth.month(), person.birth.day()) == (2, 29) && !leap { 28 } else { person.birth.day() };
            Date::new(year, person.birth.month(), day).expect("a birthday")
        };
        assert_eq!(end, birthday(end.year()));
        assert_eq!((issued.year()..=end.year()).filter(|&y| issued < birthday(y) && birthday(y) <= end).count(), 5);
        let cn = c.subject_cn.as_str();
        assert_eq!((cn.len(), &cn[14..19], &cn[19..]), (23, person.address.municipality_code.as_str(), "001A"));
        assert!(cn.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()));
        assert_ne!(c.serial, c.signature_serial);
        assert!(end <= card.expires || generation + 1 < card.certificates.len());
    }
    for pair in card.certificates.windows(2) {
        let left = pair[0].not_after.duration_since(pair[1].not_before).as_hours();
        assert!((0..=90 * 24).contains(&left), "renewed {left} hours before the end");
    }
    let current = person.current_certificate();
    assert_eq!(Some(current), card.certificates.last());
    assert!(current.not_before < jst(day, 0) && jst(day, 86_399) <= current.not_after, "valid on all of the day");
}

proptest! {
    #[test]
    fn every_drawn_person_is_consistent(seed: u64, index in 0..Population::MAX_SIZE, offset in 0i64..73_000) {
        let day = date(2000, 1, 1).saturating_add(offset.days());
        let all = population(seed, 0, day);
        for index in index..(index + 20).min(Population::MAX_SIZE) {
            check(&all, &all.person(index));
        }
    }

    #[test]
    fn a_renewal_gives_new_numbers_to_the_same_person(seed: u64, index in 0..Population::MAX_SIZE) {
        let all = population(seed, 0, today());
        let mut person = all.person(index);
        let old = person.current_certificate().clone();
        let at = jst(today(), 10 * 3600);
        let new = all.renewal(&person, at).expect("one more renewal is left");
        prop_assert_eq!((new.generation, new.not_before), (old.generation + 1, at));
        prop_assert_eq!(jst_day(new.not_after), certificate_end(person.birth, today()));
        prop_assert!(new.serial != old.serial && new.signature_serial != old.signature_serial);
        prop_assert!(new.subject_cn[..14] != old.subject_cn[..14] && new.key_index != old.key_index);
        while let Some(next) = all.renewal(&person, at) {
            person.card.certificates.push(next);
        }
        prop_assert_eq!(person.card.certificates.len(), GENERATIONS as usize);
    }
}

#[test]
fn people_are_consistent_for_leap_day_births_and_on_a_leap_day() {
    for day in [today(), date(2028, 2, 28), date(2028, 2, 29), date(2027, 3, 1)] {
        let all = population(6, PEOPLE, day);
        let leap: Vec<Person> = all.iter().filter(|p| (p.birth.month(), p.birth.day()) == (2, 29)).collect();
        // 1 in 1461: 13.7 expected.
        assert!(!leap.is_empty());
        leap.iter().for_each(|p| check(&all, p));
        (0..300).for_each(|i| check(&all, &all.person(i)));
    }
}

#[test]
fn a_75th_birthday_moves_a_person_to_the_late_elderly_insurance_that_very_day() {
    let all = population(7, PEOPLE, today());
    let mut seen = 0;
    for person in all.iter() {
        let turned = day_of_age(person.birth, 75);
        if turned > today() || turned <= today().saturating_sub(CHANGE_YEARS.years()) {
            continue;
        }
        seen += 1;
        let kind = |day| person.insurance_on(day).map(|p| all.insurers()[p.insurer].kind);
        assert!(kind(turned.saturating_sub(1.day())).is_some_and(|k| k != InsurerKind::LateElderly));
        assert_eq!(kind(turned), Some(InsurerKind::LateElderly));
    }
    assert!(seen > 500, "{seen} people turned 75 lately");
}

#[test]
fn a_population_with_a_size_or_day_out_of_range_is_rejected() {
    let new = |size, day| Population::new(&Seed::new(1, "people"), size, day).map(|p| p.size());
    assert_eq!(new(Population::MAX_SIZE, today()), Ok(200_000_000));
    assert_eq!(new(0, date(2199, 12, 31)), Ok(0));
    assert_eq!(new(200_000_001, today()), Err(PopulationError::TooLarge { size: 200_000_001 }));
    let early = new(1, date(1999, 12, 31)).expect_err("too early");
    assert_eq!(early.to_string(), "the service day must be in the years 2000 to 2199, not 1999-12-31");
}

#[test]
fn facilities_have_unique_numbers_that_contain_kind_and_prefecture() {
    let all = population(8, 0, today());
    let mut numbers = BTreeSet::new();
    let mut kinds = [0usize; 4];
    let last = Population::MAX_FACILITIES - 500..Population::MAX_FACILITIES;
    for facility in (0..PEOPLE).chain(last).map(|i| all.facility(i)) {
        let text = facility.number.reveal().to_string();
        assert_eq!(FacilityNumber::new(&text).as_ref(), Ok(&facility.number));
        let prefecture = all.municipalities().iter().find(|m| m.prefecture == facility.prefecture).expect("a known prefecture");
        assert_eq!(text[..2], format!("{:02}", prefecture.prefecture_code));
        assert_eq!(text[2..3], facility.kind.table().to_string());
        assert!(&text[3..5] != "00" && &text[5..9] != "0000");
        assert!(facility.name.ends_with("（架空）"));
        kinds[facility.kind as usize] += 1;
        assert!(numbers.insert(text));
    }
    let n = PEOPLE as usize + 500;
    // Dental clinics are not drawn.
    for (count, of) in kinds.into_iter().zip([8_192.0, 89_695.0, 0.0, 61_495.0]) {
        assert_share("facility kind", count, n, of / 159_382.0);
    }
    assert_eq!(all.facility_of_kind(3, FacilityKind::Pharmacy).kind, FacilityKind::Pharmacy);
    assert_eq!(&all.facility_of_kind(3, FacilityKind::Dental).number.reveal()[2..3], "3");
}

#[test]
fn neither_debug_nor_the_population_shows_a_number_and_json_shows_no_pin() {
    let all = population(9, 200, today());
    assert_eq!(format!("{all:?}"), "Population { size: 200, day: 2026-11-23, .. }");
    for person in all.iter() {
        let shown = format!("{person:?}");
        assert!(!shown.contains(person.my_number.reveal()) && !shown.contains(person.resident_code.reveal()));
        assert!(person.insurance.iter().all(|p| !shown.contains(&p.insured.number)));
        assert!(shown.contains("pin: Pin(…), security_code: SecurityCode(…)"));
        let json = serde_json::to_value(&person).expect("a person is plain data");
        let keys: Vec<&String> = json["card"].as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["certificates", "expires"]);
    }
}

/// Ten to the fifth, on several days: nobody is impossible, and no two people of a household are.
#[test]
fn a_hundred_thousand_people_are_possible() {
    let days = [date(2026, 11, 23), date(2027, 3, 31), date(2027, 4, 1), date(2028, 2, 29), date(2030, 1, 1)];
    let (mut dependents, mut households) = (0usize, BTreeSet::new());
    for (seed, day) in (30..).zip(days) {
        let all = population(seed, PEOPLE, day);
        let people: Vec<Person> = all.iter().collect();
        for person in &people {
            assert_eq!(all.impossible(person), BTreeSet::new(), "person {} of seed {seed} on {day}", person.index);
            if let Some(head) = all.head_of(person.index) {
                dependents += 1;
                households.insert((seed, head));
                let head = &people[head as usize];
                let (own, theirs) = (person.insurance.last().expect("one"), head.insurance.last().expect("one"));
                assert_eq!((&own.insured.symbol, &own.insured.number), (&theirs.insured.symbol, &theirs.insured.number));
                assert_eq!((&person.address, &person.name.family), (&head.address, &head.name.family));
            }
        }
        assert_eq!(impossible_households(&people), BTreeSet::new());
    }
    // In a tenth of the population at least, the household is part of it.
    assert!(dependents > 10_000 && households.len() > 5_000, "{dependents} {}", households.len());
}

#[test]
fn what_is_impossible_is_found() {
    let all = population(7, 500, today());
    let whole = all.iter().find(|p| p.insurance.len() == 2 && p.age_on(today()) < 60 && p.insurance[1].until.is_none());
    let person = whole.expect("one in five");
    let day = today();
    type Change<'a> = &'a dyn Fn(&mut Person);
    let broken: [(Change<'_>, Impossible); 12] = [
        (&|p| p.birth = day.saturating_add(1.day()), Impossible::Birth),
        (&|p| p.address.municipality_code = "00000".into(), Impossible::Address),
        (&|p| p.insurance.clear(), Impossible::NoInsurance),
        (&|p| p.insurance[1].from = p.birth.saturating_sub(1.day()), Impossible::Days),
        (&|p| p.insurance[0].end_reason = None, Impossible::EndReason),
        (&|p| p.insurance.swap(0, 1), Impossible::Order),
        (&|p| p.insurance[0].until = Some(day), Impossible::Overlap),
        (&|p| p.birth = day_of_age(p.birth, 1).saturating_sub(90.years()), Impossible::Age),
        (&|p| p.insurance[1].copayment_percent = 10, Impossible::Copayment),
        (&|p| p.insurance[1].insured.branch = "1".into(), Impossible::Identifier),
        (&|p| p.card.certificates.clear(), Impossible::NoCertificate),
        (&|p| p.card.expires = p.card.expires.saturating_add(1.day()), Impossible::CardEnd),
    ];
    for (change, wanted) in broken {
        let mut changed = person.clone();
        change(&mut changed);
        assert!(all.impossible(&changed).contains(&wanted), "{wanted:?}: {:?}", all.impossible(&changed));
    }
    assert_eq!(impossible_households([&person, &person]).first(), Some(&Impossible::SameBranch));
}

#[test]
fn three_people() {
    let all = population(20_261_123, 3, today());
    insta::assert_debug_snapshot!(all.iter().collect::<Vec<_>>());
}
