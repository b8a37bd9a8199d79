//! `codes = "from-my-number"`: a keyed transform of My Number.

use super::{CodeHolder, CodeSource};
use crate::roles::number_authority::keys::CodeKeys;
use sim::terms::identifiers::InstitutionCode;

pub struct FromMyNumber;

impl CodeSource for FromMyNumber {
    fn code(&self, keys: &CodeKeys, field: &str, of: &CodeHolder<'_>) -> InstitutionCode {
        match of.my_number {
            Some(number) => keys.transformed(field, number.reveal(), of.generation),
            // Everybody who is registered has one; a code of somebody else is drawn, so that it equals no other.
            None => keys.drawn(field, of.resident, of.generation),
        }
    }
}
