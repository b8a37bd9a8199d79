//! `codes = "from-resident-code"`: a keyed transform of the resident code.

use super::CodeSource;
use crate::roles::number_authority::keys::CodeKeys;
use sim::terms::identifiers::{InstitutionCode, MyNumber, ResidentCode};

pub struct FromResidentCode;

impl CodeSource for FromResidentCode {
    fn code(&self, keys: &CodeKeys, field: &str, resident: &ResidentCode, _: Option<&MyNumber>) -> InstitutionCode {
        keys.transformed(field, resident.reveal())
    }
}
