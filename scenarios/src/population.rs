//! The people of a seed with all their secrets: the reference data of a leak search.
//!
//! It belongs to the testbed alone. No party of the model may have it, and it may exist only because its people are fictitious.

use crate::file::{Day, Scenario};
use crate::stage::people;
use crate::start::Start;
use jiff::Timestamp;
use jiff::civil::Date;
use mocks::roles::number_authority::codes::InstitutionCodes;
use serde::Serialize;
use sim::people::{Population, PopulationError};
use sim::seed::Seed;
use sim::terms::coverage::{EndReason, Relationship};
use sim::terms::design::Design;
use sim::terms::messages::{FIELD_EXCHANGE, FIELD_MEDICAL_INSURANCE, FIELD_RESEARCH};
use sim::terms::people::{CardCertificate, InsurancePeriod, Person, Sex};
use std::collections::BTreeMap;

/// Used instead of a scenario's name in the seed of people who belong to no scenario.
pub const SCOPE: &str = "population";

/// The fields in which a person who opted in has a code: medical insurance, the exchange of records, and research.
pub const FIELDS: [&str; 3] = [FIELD_MEDICAL_INSURANCE, FIELD_EXCHANGE, FIELD_RESEARCH];

/// One person, as a line of JSON. Serializing discloses every secret.
#[derive(Serialize)]
pub struct Disclosed {
    pub index: u64,
    pub my_number: String,
    pub resident_code: String,
    /// By field. Empty for a person who did not opt in.
    pub institution_codes: BTreeMap<&'static str, String>,
    pub name: DisclosedName,
    pub birth: Date,
    pub sex: Sex,
    /// 全国地方公共団体コード of the address, without its check digit.
    pub municipality_code: String,
    pub insurance: Vec<DisclosedInsurance>,
    /// The last day of the card.
    pub card_expires: Date,
    pub certificates: Vec<DisclosedCertificate>,
}

#[derive(Serialize)]
pub struct DisclosedName {
    pub family: String,
    pub given: String,
    /// Family name and given name, with a space between them.
    pub kana: String,
}

#[derive(Serialize)]
pub struct DisclosedInsurance {
    pub insurer_number: String,
    pub symbol: String,
    pub number: String,
    pub branch: String,
    pub from: Date,
    /// The last day in force, included.
    pub until: Option<Date>,
    pub end_reason: Option<EndReason>,
    pub copayment_percent: u8,
    pub relationship: Relationship,
}

#[derive(Serialize)]
pub struct DisclosedCertificate {
    pub serial: u64,
    pub subject: String,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
}

/// The people whose secrets are disclosed.
enum Subjects {
    /// As drawn; nobody is kept in memory.
    Drawn(Box<Population>),
    /// As changed by a scenario.
    OfScenario(Vec<Person>),
}

/// Some people and the source of their codes.
pub struct Disclosure {
    subjects: Subjects,
    codes: InstitutionCodes,
}

impl Disclosure {
    /// `persons` people of the seed that the user gave.
    pub fn drawn(seed: u64, persons: u64) -> Result<Self, PopulationError> {
        let seed = Seed::new(seed, SCOPE);
        Ok(Disclosure {
            subjects: Subjects::Drawn(Box::new(Population::new(&seed, persons, Day::default().0)?)),
            codes: InstitutionCodes::new(&seed, &Design::default(), []),
        })
    }

    /// The people of a run of `scenario` with the seed that the user gave, in any design that makes codes from resident codes. Like a run, it draws the plan, and
    /// draws under the plan's name.
    pub fn of_scenario(seed: u64, scenario: &Scenario) -> Result<Self, PopulationError> {
        let plan = scenario.planned(seed);
        let (seed, start) = (plan.seed(seed), Start::of(&plan));
        let population = Population::new(&seed, plan.people, start.day)?;
        let people = people::drawn(&population, &plan, start)?.into_iter().map(|c| c.person).collect();
        let codes = InstitutionCodes::new(&seed, &Design::default(), []);
        Ok(Disclosure { subjects: Subjects::OfScenario(people), codes })
    }

    /// The number of people. Indices start at 0.
    pub fn count(&self) -> u64 {
        match &self.subjects {
            Subjects::Drawn(population) => population.size(),
            Subjects::OfScenario(people) => people.len() as u64,
        }
    }

    /// Person `index`. None if it is not below [`Disclosure::count`].
    pub fn person(&self, index: u64) -> Option<Disclosed> {
        match &self.subjects {
            Subjects::Drawn(population) => (index < population.size()).then(|| self.disclose(&population.person(index))),
            Subjects::OfScenario(people) => people.get(usize::try_from(index).ok()?).map(|person| self.disclose(person)),
        }
    }

    fn disclose(&self, person: &Person) -> Disclosed {
        let code = |field: &'static str| (field, self.codes.of(field, person).map(String::from));
        let codes = FIELDS.into_iter().map(code).filter_map(|(field, code)| Some((field, code?)));
        let name = &person.name;
        Disclosed {
            index: person.index,
            my_number: person.my_number.reveal().to_string(),
            resident_code: person.resident_code.reveal().to_string(),
            institution_codes: codes.collect(),
            name: DisclosedName {
                family: name.family.clone(),
                given: name.given.clone(),
                kana: format!("{} {}", name.family_kana, name.given_kana),
            },
            birth: person.birth,
            sex: person.sex,
            municipality_code: person.address.municipality_code.clone(),
            insurance: person.insurance.iter().map(insurance).collect(),
            card_expires: person.card.expires,
            certificates: person.card.certificates.iter().map(certificate).collect(),
        }
    }
}

/// What a broker is configured with for a scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    /// By number, whether the facility is licensed.
    pub facilities: BTreeMap<String, bool>,
    /// By number, the names of the insurers that insure somebody, now or before.
    pub insurers: BTreeMap<String, String>,
}

impl Reference {
    /// The facilities and insurers of a scenario that is played on this day.
    ///
    /// # Errors
    /// If the population is too large.
    pub fn of(seed: u64, scenario: &Scenario, day: Date) -> Result<Self, PopulationError> {
        let plan = Scenario { day: Day(day), ..scenario.planned(seed) };
        let (drawn, start) = (plan.seed(seed), Start::of(&plan));
        let population = Population::new(&drawn, plan.people, start.day)?;
        let people = people::drawn(&population, &plan, start)?;
        let facility = |index: u64| {
            let part = plan.facility_part(index);
            let facility = part.kind.map_or_else(|| population.facility(index), |kind| population.facility_of_kind(index, kind));
            (facility.number.reveal().to_string(), part.licensed)
        };
        let used = people::used_insurers(&people);
        let insurers = population.insurers().iter().filter(|i| used.contains(&i.index));
        Ok(Reference {
            facilities: (0..plan.facilities).map(facility).collect(),
            insurers: insurers.map(|i| (i.number.reveal().to_string(), i.name.clone())).collect(),
        })
    }

    /// Adds those of another scenario.
    pub fn add(&mut self, other: Reference) {
        self.facilities.extend(other.facilities);
        self.insurers.extend(other.insurers);
    }
}

fn insurance(period: &InsurancePeriod) -> DisclosedInsurance {
    let insured = &period.insured;
    DisclosedInsurance {
        insurer_number: insured.insurer.reveal().to_string(),
        symbol: insured.symbol.clone(),
        number: insured.number.clone(),
        branch: insured.branch.clone(),
        from: period.from,
        until: period.until,
        end_reason: period.end_reason,
        copayment_percent: period.copayment_percent,
        relationship: period.relationship,
    }
}

fn certificate(certificate: &CardCertificate) -> DisclosedCertificate {
    DisclosedCertificate {
        serial: certificate.serial.0,
        subject: certificate.subject_cn.clone(),
        not_before: certificate.not_before,
        not_after: certificate.not_after,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::run::{Order, play};

    #[test]
    fn a_scenario_discloses_the_people_of_its_run() {
        let mut all = catalog::core().unwrap();
        all.retain(|s| ["two-insurers", "card-renewed"].contains(&s.name.as_str()));
        // A scenario drawn from the seed, and one that draws under another name: a file that `replay --save` has written.
        all.push(crate::plan::swarm::scenario());
        all.push(Scenario { name: "saved".into(), draws_as: Some("two-insurers".into()), ..all[0].clone() });
        for scenario in &all {
            let order = Order {
                scenario: 0,
                design: crate::designs::certificate(),
                seed: 5,
                mutant: None,
                engine: sim::engine::EngineKind::Events,
            };
            let played = play(scenario, &order, "test").unwrap();
            let disclosed = Disclosure::of_scenario(5, scenario).unwrap();
            assert_eq!(disclosed.count(), played.ground.people.len() as u64);
            for (index, resident) in (0..).zip(&played.ground.people) {
                let (one, person) = (disclosed.person(index).unwrap(), &resident.person);
                assert_eq!((one.index, one.my_number.as_str()), (person.index, person.my_number.reveal()));
                assert_eq!(one.resident_code, person.resident_code.reveal());
                let code = resident.institution_code.clone().map(String::from);
                assert_eq!(one.institution_codes.get(FIELD_MEDICAL_INSURANCE), code.as_ref());
                assert_eq!(one.insurance.len(), person.insurance.len());
                assert_eq!(one.certificates.len(), person.card.certificates.len());
            }
            assert!(disclosed.person(disclosed.count()).is_none());
        }
    }

    #[test]
    fn more_people_do_not_change_the_first_ones_and_only_people_who_opted_in_have_codes() {
        let (few, many) = (Disclosure::drawn(1, 40).unwrap(), Disclosure::drawn(1, 4000).unwrap());
        let text = |d: &Disclosure, i| serde_json::to_string(&d.person(i).unwrap()).unwrap();
        assert!((0..40).all(|i| text(&few, i) == text(&many, i)));
        assert_ne!(text(&few, 0), text(&Disclosure::drawn(2, 40).unwrap(), 0));
        let numbers: Vec<usize> = (0..4000).map(|i| many.person(i).unwrap().institution_codes.len()).collect();
        assert!(numbers.iter().all(|n| *n == 0 || *n == FIELDS.len()));
        // Binomial(4000, 0.1) has a standard deviation of 19; six of them are 114.
        let without = numbers.iter().filter(|n| **n == 0).count();
        assert!(without.abs_diff(400) < 114, "{without}");
    }

    #[test]
    fn a_line_reads_as_documented() {
        let one = Disclosure::drawn(1, 1).unwrap().person(0).unwrap();
        insta::assert_snapshot!(serde_json::to_string_pretty(&one).unwrap());
    }
}
