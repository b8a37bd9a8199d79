//! The candidates: pairs of reports that agree exactly in at least one of 20 combinations of family name, given name (both in characters), birth
//! date and address.
//!
//! That there are 20 combinations of these four data, and that no agreement means a new person, is published; which ones they are is not. These
//! are an assumption.

use sim::terms::fhir::ReportedPerson;

/// A part of a combination.
#[derive(Clone, Copy)]
enum Part {
    Family,
    Given,
    Birth,
    Year,
    Month,
    Day,
    Address,
    Municipality,
}

use Part::{Address, Birth, Day, Family, Given, Month, Municipality, Year};

/// The combinations.
const COMBINATIONS: [&[Part]; 20] = [
    &[Family, Given, Birth],
    &[Family, Given, Address],
    &[Family, Birth, Address],
    &[Given, Birth, Address],
    &[Family, Given, Year, Month],
    &[Family, Given, Year, Day],
    &[Family, Given, Month, Day],
    &[Family, Given, Municipality],
    &[Family, Birth],
    &[Given, Birth],
    &[Birth, Address],
    &[Birth, Municipality],
    &[Given, Address],
    &[Family, Address],
    &[Family, Month, Day, Municipality],
    &[Given, Month, Day, Municipality],
    &[Family, Year, Month, Municipality],
    &[Given, Year, Month, Municipality],
    &[Family, Year, Day, Municipality],
    &[Given, Year, Day, Municipality],
];

/// The keys of a person: two reports are candidates if they have one in common.
pub fn keys(person: &ReportedPerson) -> Vec<String> {
    let of = |part: &Part| match part {
        Family => person.name.family.clone(),
        Given => person.name.given.clone(),
        Birth => person.birth.to_string(),
        Year => person.birth.year().to_string(),
        Month => person.birth.month().to_string(),
        Day => person.birth.day().to_string(),
        Address => format!("{}{}{}", person.address.prefecture, person.address.municipality, person.address.rest),
        Municipality => format!("{}{}", person.address.prefecture, person.address.municipality),
    };
    let key = |(i, parts): (usize, &&[Part])| {
        let values: Vec<String> = parts.iter().map(of).collect();
        format!("{i}:{}", values.join("|"))
    };
    COMBINATIONS.iter().enumerate().map(key).collect()
}
