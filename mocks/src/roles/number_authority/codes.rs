//! The correct institution codes, whatever a number authority does with them: the ground truth comes from here and not from a
//! party that may be dishonest.

use super::register::{CodeRegister, MedicalNumbers};
use sim::seed::Seed;
use sim::terms::design::{Design, Presented};
use sim::terms::identifiers::{InstitutionCode, MedicalNumber};
use sim::terms::people::Person;

/// The derivation of codes and visible numbers with the keys of one run, in its design.
pub struct InstitutionCodes {
    register: CodeRegister,
    numbers: Option<MedicalNumbers>,
}

impl InstitutionCodes {
    /// The keys of a run, and the residents of whom it asks.
    pub fn new<'a>(seed: &Seed, design: &Design, people: impl IntoIterator<Item = &'a Person>) -> Self {
        let mut register = CodeRegister::new(seed, design);
        people.into_iter().for_each(|person| register.enter(person));
        let numbers = (design.presented == Presented::VisibleNumber).then(|| MedicalNumbers::new(seed));
        InstitutionCodes { register, numbers }
    }

    /// The code of a registered person in a field. `None` for a person who did not opt in.
    pub fn of(&self, field: &str, person: &Person) -> Option<InstitutionCode> {
        person.opted_in.then(|| self.register.derive(field, &person.resident_code))
    }

    /// The code that a registered person has in a field after so many others, whether or not the person has opted in.
    pub fn of_generation(&self, field: &str, person: &Person, generation: u32) -> InstitutionCode {
        self.register.derive_generation(field, &person.resident_code, generation)
    }

    /// The visible medical number of a person. `None` in designs that issue none, and for a person who did not opt in.
    pub fn medical_number(&self, person: &Person) -> Option<MedicalNumber> {
        self.numbers.as_ref().filter(|_| person.opted_in).map(|numbers| numbers.of(person))
    }
}
