//! What a choice on the axis decides.

use crate::roles::number_authority::keys::CodeKeys;
use sim::terms::identifiers::{InstitutionCode, MyNumber, ResidentCode};

/// A choice on the axis.
pub trait CodeSource {
    /// The code of a resident in a field. `my_number` is the resident's; `None` for somebody who is not registered.
    fn code(&self, keys: &CodeKeys, field: &str, resident: &ResidentCode, my_number: Option<&MyNumber>) -> InstitutionCode;

    /// Whether the authority must keep a table of the codes that it issued.
    fn keeps_table(&self) -> bool {
        false
    }
}
