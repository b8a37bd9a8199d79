//! What a choice on the axis decides.

use crate::roles::number_authority::keys::CodeKeys;
use sim::terms::identifiers::{InstitutionCode, MyNumber, ResidentCode};

/// Whose code is made.
#[derive(Clone, Copy)]
pub struct CodeHolder<'a> {
    pub resident: &'a ResidentCode,
    /// `None` for somebody who is not registered.
    pub my_number: Option<&'a MyNumber>,
    /// How many codes were replaced before, in every field.
    pub generation: u32,
}

/// A choice on the axis.
pub trait CodeSource {
    /// The code of a resident in a field.
    fn code(&self, keys: &CodeKeys, field: &str, of: &CodeHolder<'_>) -> InstitutionCode;

    /// Whether the authority must keep a table of the codes that it issued.
    fn keeps_table(&self) -> bool {
        false
    }
}
