//! The people of a run.
//!
//! Person *i* is a function of the seed, of *i* and of the run's day, and nothing is kept in memory for a person: a population of
//! two hundred million costs as much as one of two. Whatever must be unique to a person (個人番号, 住民票コード, serials,
//! 記号・番号) comes from keyed permutations of *i*, everything else from random streams named after *i*. Dates are drawn
//! relative to the day, so another day shifts the dates and keeps the names.
//!
//! Names and places are visibly fictitious; numbers have valid check digits and are otherwise drawn.

mod card;
mod copayment;
mod draw;
mod facilities;
mod household;
mod insurance;
mod insurers;
mod places;
mod possible;
mod stay;
#[cfg(test)]
mod tests;
mod words;
pub mod written;

pub use card::{GENERATIONS, card_end, certificate_end};
pub use copayment::{Income, copayment_percent, days_of_change, from_70, small_child_until};
pub use facilities::Facility;
pub use insurers::{Insurer, InsurerKind};
pub use places::{MUNICIPALITY_COUNT, Municipality, PREFECTURE_COUNT};
pub use possible::{Impossible, impossible_households};
pub use stay::{NoSuchStay, Stay, day_before};

use crate::permutation::Permutation;
use crate::seed::{Seed, Stream};
use crate::terms::calendar::{age_on, jst, plus_years};
use crate::terms::identifiers::{MyNumber, ResidentCode};
use crate::terms::people::{Address, CardCertificate, InsurancePeriod, Name, Person, Sex};
use crate::terms::roles::FacilityKind;
use card::CertificateNumbers;
use draw::between;
use facilities::FacilityNumbers;
use insurance::Applicant;
use insurers::{Insurers, SLOTS};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use std::fmt;

/// Why a population cannot be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PopulationError {
    #[error("a population has at most {max} people, not {size}", max = Population::MAX_SIZE)]
    TooLarge { size: u64 },
    #[error("the service day must be in the years 2000 to 2199, not {day}")]
    Day { day: Date },
    #[error("nobody can be what the scenario demands of person {person}: {why}")]
    NoSuchPerson { person: u64, why: &'static str },
}

/// The population of a run. Draws persons, insurers and facilities; does not store persons.
#[derive(Clone)]
pub struct Population {
    seed: Seed,
    size: u64,
    day: Date,
    my_numbers: Permutation,
    resident_codes: Permutation,
    slots: Permutation,
    certificates: CertificateNumbers,
    facilities: FacilityNumbers,
    municipalities: Vec<Municipality>,
    insurers: Insurers,
}

/// A person without insurance and card.
struct Who {
    index: u64,
    /// See [`insurers::SLOTS`].
    slot: u64,
    /// Index of the municipality.
    home: usize,
    birth: Date,
    sex: Sex,
    name: Name,
    address: Address,
    opted_in: bool,
}

/// Neither seed nor keys are shown: every number could be computed from them.
impl fmt::Debug for Population {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Population").field("size", &self.size).field("day", &self.day).finish_non_exhaustive()
    }
}

impl Population {
    /// The largest population. Serial numbers limit it: eight for each person must fit below 2^31.
    pub const MAX_SIZE: u64 = card::MAX_PEOPLE;

    /// How many facilities can be drawn.
    pub const MAX_FACILITIES: u64 = FacilityNumbers::SIZE;

    /// The share of people who opted in, in percent. An assumption.
    pub const OPTED_IN_PERCENT: u64 = 90;

    /// The population of `size` people on `day`, the service day of the run.
    pub fn new(seed: &Seed, size: u64, day: Date) -> Result<Self, PopulationError> {
        if size > Self::MAX_SIZE {
            return Err(PopulationError::TooLarge { size });
        }
        if !(2000..2200).contains(&day.year()) {
            return Err(PopulationError::Day { day });
        }
        let municipalities = places::municipalities(seed);
        Ok(Population {
            seed: *seed,
            size,
            day,
            my_numbers: Permutation::new(seed.bytes("people/my-numbers"), 100_000_000_000),
            resident_codes: Permutation::new(seed.bytes("people/resident-codes"), 10_000_000_000),
            slots: Permutation::new(seed.bytes("people/slots"), SLOTS),
            certificates: CertificateNumbers::new(seed),
            facilities: FacilityNumbers::new(seed),
            insurers: Insurers::new(seed, &municipalities),
            municipalities,
        })
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    /// The service day that all dates are drawn relative to.
    pub fn day(&self) -> Date {
        self.day
    }

    /// Person `index`, the same for every size. From `size` up to [`Population::MAX_SIZE`] there are people who
    /// share no number with anyone but those insured in their own household, for scenarios with a patient whom no party knows.
    ///
    /// # Panics
    /// If `index` is not below [`Population::MAX_SIZE`].
    pub fn person(&self, index: u64) -> Person {
        let mut who = self.who(index, None);
        let Some(membership) = self.membership(index) else {
            let insurance = self.history(&who);
            return self.complete(who, insurance);
        };
        let head = self.who(membership.head, None);
        let insurance = self.as_dependent(&self.history(&head), membership.number, who.birth, self.traits(&who).income);
        who.name = Name { family: head.name.family, family_kana: head.name.family_kana, ..who.name };
        (who.home, who.address) = (head.home, head.address);
        self.complete(who, insurance)
    }

    /// The same person without a household in the population, born on another day if one is given: everything that depends on the
    /// day is drawn to fit. If the person is a dependent, the one who is insured is outside the population.
    ///
    /// # Panics
    /// If `index` is not below [`Population::MAX_SIZE`].
    pub fn alone(&self, index: u64, birth: Option<Date>) -> Person {
        let who = self.who(index, birth);
        let insurance = self.history(&who);
        self.complete(who, insurance)
    }

    /// Person `index`, born on that day, as dependent `number`, from 1, of another person.
    pub fn dependent(&self, index: u64, birth: Date, head: &Person, number: u8) -> Person {
        let mut who = self.who(index, Some(birth));
        let insurance = self.as_dependent(&head.insurance, number, birth, self.traits(&who).income);
        let family = &head.name;
        who.name = Name { family: family.family.clone(), family_kana: family.family_kana.clone(), ..who.name };
        who.address = head.address.clone();
        self.complete(who, insurance)
    }

    fn who(&self, index: u64, born: Option<Date>) -> Who {
        assert!(index < Self::MAX_SIZE, "person {index} is beyond the largest population");
        let mut draw = self.seed.stream(&format!("people/{index}/who"));
        let slot = self.slots.apply(index);
        let home = (slot % MUNICIPALITY_COUNT as u64) as usize;
        let birth = birth(&mut draw, self.day);
        let sex = sex(&mut draw, age_on(birth, self.day));
        let name = name(&mut draw, sex);
        let address = places::address(&mut draw, &self.municipalities[home]);
        let opted_in = draw.below(100) < Self::OPTED_IN_PERCENT;
        Who { index, slot, home, birth: born.unwrap_or(birth), sex, name, address, opted_in }
    }

    fn history(&self, who: &Who) -> Vec<InsurancePeriod> {
        let mut draw = self.seed.stream(&format!("people/{}/insurance", who.index));
        self.insurers.history(&mut draw, self.day, &Applicant { birth: who.birth, home: who.home, slot: who.slot })
    }

    fn complete(&self, who: Who, insurance: Vec<InsurancePeriod>) -> Person {
        let Who { index, birth, sex, name, address, opted_in, .. } = who;
        let mut draw = self.seed.stream(&format!("people/{index}/card"));
        let card = self.certificates.card(&mut draw, self.day, index, birth, &address.municipality_code);
        Person {
            index,
            name,
            birth,
            sex,
            address,
            my_number: MyNumber::from_body(self.my_numbers.apply(index)),
            resident_code: ResidentCode::from_body(self.resident_codes.apply(index)),
            opted_in,
            insurance,
            card,
        }
    }

    /// Every person, drawn one by one.
    pub fn iter(&self) -> impl Iterator<Item = Person> {
        (0..self.size).map(|index| self.person(index))
    }

    /// All insurers, the same few for any size.
    pub fn insurers(&self) -> &[Insurer] {
        &self.insurers.all
    }

    /// All municipalities that people live in, the same few for any size.
    pub fn municipalities(&self) -> &[Municipality] {
        &self.municipalities
    }

    /// The certificate that a renewal at the moment `at` gives a person who has those of `person.card` so far: new serials,
    /// new subject, new key, for the municipality of the person's current address. `None` once all [`GENERATIONS`] are used.
    pub fn renewal(&self, person: &Person, at: Timestamp) -> Option<CardCertificate> {
        let generation = person.card.certificates.last().map_or(0, |newest| newest.generation.saturating_add(1));
        self.certificates.certificate(person.index, generation, at, person.birth, &person.address.municipality_code)
    }

    /// The person's only certificate, one that ended with the day `ended`, and the end of its card. `None` if `ended` is not a birthday of the
    /// person, or if they had no card five years before it.
    pub fn ended_certificate(&self, person: &Person, ended: Date) -> Option<(CardCertificate, Date)> {
        let mut draw = self.seed.stream(&format!("people/{}/ended-certificate", person.index));
        let (first, next) = (plus_years(ended, -5), plus_years(ended, -4));
        let issued = between(&mut draw, first.saturating_add(1.day()), next.saturating_sub(1.day()));
        let possible = person.birth.saturating_add(14.days()) <= issued && certificate_end(person.birth, issued) == ended;
        let (at, code) = (jst(issued, 10 * 3600), &person.address.municipality_code);
        let certificate = self.certificates.certificate(person.index, 0, at, person.birth, code).filter(|_| possible)?;
        Some((certificate, card_end(person.birth, issued)))
    }

    /// Facility `index`, of a kind drawn in Japan's proportions.
    ///
    /// # Panics
    /// If `index` is not below [`Population::MAX_FACILITIES`].
    pub fn facility(&self, index: u64) -> Facility {
        self.facility_of_kind(index, facilities::kind(&self.seed, index))
    }

    /// Facility `index` as one of `kind`, for scenarios that need a specific kind. A hospital and a clinic with one index have
    /// the same number, so an index is used once.
    ///
    /// # Panics
    /// If `index` is not below [`Population::MAX_FACILITIES`].
    pub fn facility_of_kind(&self, index: u64, kind: FacilityKind) -> Facility {
        assert!(index < Self::MAX_FACILITIES, "facility {index} is beyond the largest number of facilities");
        self.facilities.facility(index, kind, &self.municipalities)
    }
}

/// People by five years of age from 0–4 to 100–104, per mille: about Japan's, after 人口推計 of 2023, rounded.
const AGES: [u64; 21] = [34, 39, 42, 44, 50, 52, 51, 57, 63, 74, 77, 67, 60, 59, 70, 60, 47, 32, 16, 5, 1];

/// A birth at least 30 days before `day`: younger ones have no card yet.
fn birth(draw: &mut Stream, day: Date) -> Date {
    let mut rest = draw.below(AGES.iter().sum());
    let mut years = draw.below(5) as i64;
    for share in AGES {
        if rest < share {
            break;
        }
        rest -= share;
        years += 5;
    }
    let latest = if years == 0 { day.saturating_sub(30.days()) } else { plus_years(day, -years) };
    between(draw, plus_years(day, -years - 1).saturating_add(1.day()), latest)
}

fn sex(draw: &mut Stream, age: u32) -> Sex {
    let female_percent = if age < 65 { 49 } else { 57 };
    if draw.below(100) < female_percent { Sex::Female } else { Sex::Male }
}

fn name(draw: &mut Stream, sex: Sex) -> Name {
    let (family, family_kana) = draw.pick(&words::FAMILY);
    let (given, given_kana) = draw.pick(if sex == Sex::Female { &words::GIVEN_FEMALE } else { &words::GIVEN_MALE });
    Name {
        family: family.to_string(),
        given: given.to_string(),
        family_kana: family_kana.to_string(),
        given_kana: given_kana.to_string(),
    }
}
