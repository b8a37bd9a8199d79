//! What is true in a run, whatever the parties say: the judge compares journals with it.

use crate::people::Person;
use crate::terms::identifiers::InstitutionCode;
use jiff::civil::Date;

/// The people of a run with what only the authorities know of them.
#[derive(Clone, Debug)]
pub struct Ground {
    /// The day for which eligibility was asked.
    pub day: Date,
    /// By index.
    pub people: Vec<Resident>,
}

/// One person of a run.
#[derive(Clone, Debug)]
pub struct Resident {
    pub person: Person,
    /// The code in the field of medical insurance; none for who did not opt in.
    pub institution_code: Option<InstitutionCode>,
}
