//! `codes = "from-resident-code"`: a keyed transform of the resident code.

use super::{CodeHolder, CodeSource};
use crate::roles::number_authority::keys::CodeKeys;
use sim::terms::identifiers::InstitutionCode;

pub struct FromResidentCode;

impl CodeSource for FromResidentCode {
    fn code(&self, keys: &CodeKeys, field: &str, of: &CodeHolder<'_>) -> InstitutionCode {
        keys.transformed(field, of.resident.reveal(), of.generation)
    }
}
