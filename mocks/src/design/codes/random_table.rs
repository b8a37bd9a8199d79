//! `codes = "random-table"`: a random value for each resident and field, which the authority keeps in a table.

use super::{CodeHolder, CodeSource};
use crate::roles::number_authority::keys::CodeKeys;
use sim::terms::identifiers::InstitutionCode;

pub struct RandomTable;

impl CodeSource for RandomTable {
    fn code(&self, keys: &CodeKeys, field: &str, of: &CodeHolder<'_>) -> InstitutionCode {
        keys.drawn(field, of.resident, of.generation)
    }

    fn keeps_table(&self) -> bool {
        true
    }
}
