//! `codes = "from-my-number"`: a keyed transform of My Number.

use super::CodeSource;
use crate::roles::number_authority::keys::CodeKeys;
use sim::terms::identifiers::{InstitutionCode, MyNumber, ResidentCode};

pub struct FromMyNumber;

impl CodeSource for FromMyNumber {
    fn code(&self, keys: &CodeKeys, field: &str, resident: &ResidentCode, my_number: Option<&MyNumber>) -> InstitutionCode {
        match my_number {
            Some(number) => keys.transformed(field, number.reveal()),
            // Everybody who is registered has one; a code of somebody else is drawn, so that it equals no other.
            None => keys.drawn(field, resident),
        }
    }
}
