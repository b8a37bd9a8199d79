//! The correct institution codes, whatever a number authority does with them: the ground truth comes from here and not from a
//! party that may be dishonest.

use super::register::CodeRegister;
use sim::seed::Seed;
use sim::terms::identifiers::InstitutionCode;
use sim::terms::people::Person;

/// The derivation of codes with the keys of one run.
pub struct InstitutionCodes(CodeRegister);

impl InstitutionCodes {
    /// The keys of a run.
    pub fn new(seed: &Seed) -> Self {
        InstitutionCodes(CodeRegister::new(seed))
    }

    /// The code of a registered person in a field. `None` for a person who did not opt in.
    pub fn of(&self, field: &str, person: &Person) -> Option<InstitutionCode> {
        person.opted_in.then(|| self.0.derive(field, &person.resident_code))
    }
}
