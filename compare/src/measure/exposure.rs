//! Who could see which class of data, how often.

use super::Recording;
use super::leaves::{Leaves, Read};
use super::visits::Visits;
use conformance::Evidence;
use leak::DataClass;
use std::collections::{BTreeMap, BTreeSet};
use terms::ground::Ground;
use terms::roles::Zone;

/// A row of the matrix of exposure: a class of data, or one of the attributes that are printed on a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    Class(DataClass),
    /// 氏名.
    Name,
    /// 生年月日.
    Birth,
    /// 住所.
    Address,
}

impl Seen {
    /// Every row, in order.
    pub fn all() -> impl Iterator<Item = Seen> {
        DataClass::ALL.into_iter().map(Seen::Class).chain([Seen::Name, Seen::Birth, Seen::Address])
    }

    /// Its stable id.
    pub fn id(self) -> &'static str {
        match self {
            Seen::Class(DataClass::MyNumber) => "my-number",
            Seen::Class(DataClass::ResidentCode) => "resident-code",
            Seen::Class(DataClass::MedicalNumber) => "medical-number",
            Seen::Class(DataClass::InstitutionCode) => "institution-code",
            Seen::Class(DataClass::OtherInstitutionCode) => "other-institution-code",
            Seen::Class(DataClass::AuthCertificate) => "certificate",
            Seen::Class(DataClass::InsuredIdentifier) => "insured-identifier",
            Seen::Class(DataClass::Eligibility) => "eligibility",
            Seen::Class(DataClass::MedicalRecord) => "medical-record",
            Seen::Class(DataClass::ResearchCode) => "research-code",
            Seen::Name => "name",
            Seen::Birth => "birth-date",
            Seen::Address => "address",
        }
    }
}

/// By zone and row.
pub type Cells = BTreeMap<(Zone, Seen), u64>;

/// How often something could be seen.
#[derive(Clone, Debug, Default)]
pub struct Exposure {
    pub visits: u64,
    /// In how many visits the zone could see it.
    pub in_visits: Cells,
    /// Of how many people the zone could see it outside of visits: what it holds or was sent ahead.
    pub of_people: Cells,
    pub people: u64,
}

pub fn of(recording: &Recording<'_>, visits: &Visits, evidence: &Evidence<'_>, leaves: &Leaves) -> Exposure {
    let mut found = Found::default();
    let belongs: BTreeMap<usize, Option<usize>> = leaves.read.iter().map(|r| (r.entry, seen_in(r))).collect();
    for sighting in evidence.sightings.seen() {
        // Eligibility names nobody, and is found below.
        if matches!(sighting.class, DataClass::Eligibility | DataClass::InsuredIdentifier) {
            continue;
        }
        let visit = belongs.get(&sighting.entry).copied().flatten();
        sighting.seen_in().for_each(|zone| found.add(zone, Seen::Class(sighting.class), visit, sighting.person));
    }
    let values = values(recording.ground, leaves);
    for read in &leaves.read {
        for (seen, person) in readable(read, &values, leaves) {
            if let Some(person) = person.or(read.visit.and_then(|v| visits.all.get(v)).map(|v| v.person)) {
                found.add(read.zone, seen, seen_in(read), person);
            }
        }
    }
    let count = |all: BTreeMap<(Zone, Seen), BTreeSet<u64>>| all.into_iter().map(|(k, v)| (k, v.len() as u64)).collect();
    Exposure {
        visits: visits.all.len() as u64,
        people: recording.ground.people.len() as u64,
        in_visits: count(found.in_visits),
        of_people: count(found.of_people),
    }
}

/// By entry of one visit, what can be seen in it.
pub(super) fn of_visit(
    recording: &Recording<'_>,
    visits: &Visits,
    evidence: &Evidence<'_>,
    leaves: &Leaves,
    visit: usize,
) -> BTreeMap<usize, BTreeSet<Seen>> {
    let values = values(recording.ground, leaves);
    let person = visits.all.get(visit).map(|v| v.person);
    let mut all: BTreeMap<usize, BTreeSet<Seen>> = BTreeMap::new();
    for read in leaves.read.iter().filter(|r| r.visit == Some(visit)) {
        let seen = readable(read, &values, leaves).into_iter().filter(|(_, p)| p.is_none() || *p == person);
        all.insert(read.entry, seen.map(|(seen, _)| seen).collect());
    }
    for sighting in evidence.sightings.seen().filter(|s| Some(s.person) == person) {
        if let Some(seen) = all.get_mut(&sighting.entry) {
            seen.insert(Seen::Class(sighting.class));
        }
    }
    all
}

/// The visit in which something could be seen. A party's state is not seen in a visit: it is what the party holds.
fn seen_in(read: &Read) -> Option<usize> {
    read.visit.filter(|_| !read.is_state)
}

#[derive(Default)]
struct Found {
    in_visits: BTreeMap<(Zone, Seen), BTreeSet<u64>>,
    of_people: BTreeMap<(Zone, Seen), BTreeSet<u64>>,
}

impl Found {
    fn add(&mut self, zone: Zone, seen: Seen, visit: Option<usize>, person: u64) {
        match visit {
            Some(visit) => self.in_visits.entry((zone, seen)).or_default().insert(visit as u64),
            None => self.of_people.entry((zone, seen)).or_default().insert(person),
        };
    }
}

/// What a value in a field is, and whose; `None` where it names nobody by itself.
type Values = BTreeMap<u32, Vec<(Seen, Option<u64>)>>;

/// What the people's values are, by their numbers.
fn values(ground: &Ground, leaves: &Leaves) -> Values {
    let mut all = Values::new();
    let mut add = |text: &str, seen: Seen, person: u64| {
        if let Some(value) = leaves.values.find(text) {
            all.entry(value).or_default().push((seen, Some(person)));
        }
    };
    for (person, resident) in (0..).zip(&ground.people) {
        let p = &resident.person;
        for (space, given) in [("　", &p.name.given), (" ", &p.name.given)] {
            add(&format!("{}{space}{given}", p.name.family), Seen::Name, person);
        }
        let (y, m, d) = (p.birth.year(), p.birth.month(), p.birth.day());
        add(&format!("{y}年{m}月{d}日"), Seen::Birth, person);
        add(&p.birth.to_string(), Seen::Birth, person);
        let address = format!("{}{}{}", p.address.prefecture, p.address.municipality, p.address.rest);
        add(&address, Seen::Address, person);
        for period in &p.insurance {
            add(&period.insured.number, Seen::Class(DataClass::InsuredIdentifier), person);
        }
        for certificate in &p.card.certificates {
            add(&certificate.serial.0.to_string(), Seen::Class(DataClass::AuthCertificate), person);
        }
    }
    all
}

/// The fields that state eligibility, by the end of their path.
const ELIGIBILITY: [&str; 6] =
    ["/inforce", "/inForce", "copaymentPercent", "copayment_percent", "/benefitPeriod/start", "[outcome-code]/valueCode"];

/// What can be read in an entry.
fn readable(read: &Read, values: &Values, leaves: &Leaves) -> Vec<(Seen, Option<u64>)> {
    let mut all: Vec<(Seen, Option<u64>)> =
        read.leaves.iter().filter_map(|leaf| values.get(&leaf.value)).flatten().copied().collect();
    let states = |field: u32| ELIGIBILITY.iter().any(|end| leaves.fields.text(field).ends_with(end));
    if read.leaves.iter().any(|leaf| states(leaf.field)) {
        all.push((Seen::Class(DataClass::Eligibility), None));
    }
    all.sort_unstable();
    all.dedup();
    all
}
