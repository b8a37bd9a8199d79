//! `codes = "random-table"`: a random value for each resident and field, which the authority keeps in a table.

use super::CodeSource;
use crate::roles::number_authority::keys::CodeKeys;
use sim::terms::identifiers::{InstitutionCode, MyNumber, ResidentCode};

pub struct RandomTable;

impl CodeSource for RandomTable {
    fn code(&self, keys: &CodeKeys, field: &str, resident: &ResidentCode, _: Option<&MyNumber>) -> InstitutionCode {
        keys.drawn(field, resident)
    }

    fn keeps_table(&self) -> bool {
        true
    }
}
