//! The institution codes that are right, whatever a number authority makes of them: ground truth is drawn from here, and no party
//! that may be dishonest is asked.

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

    /// The code that a person has in a field once registered. `None` for who did not opt in.
    pub fn of(&self, field: &str, person: &Person) -> Option<InstitutionCode> {
        person.opted_in.then(|| self.0.derive(field, &person.resident_code))
    }
}
