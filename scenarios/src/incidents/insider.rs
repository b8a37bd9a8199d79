//! Somebody inside a party reads what it holds at the end of the run.

use super::counted::{Counted, Incidents};
use sim::ground::GroundPerson;
use sim::journal::{Event, Occasion};
use sim::terms::roles::Zone;
use std::collections::{BTreeMap, BTreeSet};

/// What a value says of a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    MyNumber,
    InstitutionCode,
    CertificateSerial,
    InsuredNumber,
}

impl Class {
    fn name(self) -> &'static str {
        match self {
            Class::MyNumber => "my-number",
            Class::InstitutionCode => "institution-code",
            Class::CertificateSerial => "certificate-serial",
            Class::InsuredNumber => "insured-number",
        }
    }
}

/// The people of whom the parties of a zone hold a value in plain text, at the end of the run, by class. People whose values are
/// encoded are not counted: this is a lower bound, and the rules look for every encoding.
pub(super) fn reads(run: &Counted<'_>, mut found: Incidents, zone: Zone) -> Incidents {
    let values: BTreeMap<String, (u64, Class)> = (0..).zip(&run.ground.people).flat_map(|(i, p)| values(i, p)).collect();
    let mut read: BTreeSet<(Class, u64)> = BTreeSet::new();
    for entry in run.entries.iter().filter(|e| e.zone == zone) {
        let Event::State { when: Occasion::End, content, .. } = &entry.event else { continue };
        let Some(bytes) = content.bytes() else { continue };
        let words = bytes.split(|b| !b.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
        let known = words.filter_map(|word| values.get(std::str::from_utf8(word).ok()?));
        read.extend(known.map(|(person, class)| (*class, *person)));
    }
    let people: BTreeSet<u64> = read.iter().map(|(_, person)| *person).collect();
    found.out_of = run.ground.people.len() as u64;
    found.met = found.out_of;
    found.let_through = people.len() as u64;
    found.refused = found.met - found.let_through;
    read.iter().for_each(|(class, _)| found.count(class.name()));
    found
}

fn values(index: u64, known: &GroundPerson) -> Vec<(String, (u64, Class))> {
    let person = &known.person;
    let serials = known.certificates.iter().map(|c| (c.serial.0.to_string(), Class::CertificateSerial));
    let insured = person.insurance.iter().map(|p| (p.insured.number.clone(), Class::InsuredNumber));
    let code = known.institution_code.iter().map(|c| (c.reveal().to_string(), Class::InstitutionCode));
    let number = std::iter::once((person.my_number.reveal().to_string(), Class::MyNumber));
    number.chain(code).chain(serials).chain(insured).map(|(value, class)| (value, (index, class))).collect()
}
