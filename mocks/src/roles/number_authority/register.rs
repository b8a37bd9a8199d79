//! The residents, and how their codes are derived.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use sim::seed::Seed;
use sim::terms::identifiers::{InstitutionCode, MyNumber, ResidentCode};
use sim::terms::people::Person;
use std::collections::BTreeMap;

/// The residents, and the keys.
pub struct CodeRegister {
    link_key: [u8; 32],
    code_key: [u8; 32],
    /// Whether each has opted in to codes for medical use.
    residents: BTreeMap<ResidentCode, bool>,
    by_my_number: BTreeMap<MyNumber, ResidentCode>,
}

impl CodeRegister {
    pub(super) fn new(seed: &Seed) -> CodeRegister {
        CodeRegister {
            link_key: seed.bytes("number-authority/link"),
            code_key: seed.bytes("number-authority/code"),
            residents: BTreeMap::new(),
            by_my_number: BTreeMap::new(),
        }
    }

    pub(super) fn enter(&mut self, person: &Person) {
        self.residents.insert(person.resident_code.clone(), person.opted_in);
        self.by_my_number.insert(person.my_number.clone(), person.resident_code.clone());
    }

    /// Whether a resident has opted in to codes for medical use. `None` for a resident who is not known.
    pub fn opted_in(&self, resident: &ResidentCode) -> Option<bool> {
        self.residents.get(resident).copied()
    }

    pub fn resident(&self, number: &MyNumber) -> Option<&ResidentCode> {
        self.by_my_number.get(number)
    }

    /// All residents by their My Numbers.
    pub fn residents(&self) -> impl Iterator<Item = (&MyNumber, &ResidentCode)> {
        self.by_my_number.iter()
    }

    /// The code of a resident in a field. `None` for a resident who is not known or did not opt in.
    pub fn code(&self, field: &str, resident: &ResidentCode) -> Option<InstitutionCode> {
        self.opted_in(resident)?.then(|| self.derive(field, resident))
    }

    /// The code of a resident in a field, whether or not the resident opted in.
    pub fn derive(&self, field: &str, resident: &ResidentCode) -> InstitutionCode {
        let link = mac(&self.link_key, &[resident.reveal().as_bytes()]);
        self.code_of(&[field.as_bytes(), b"\0", &link])
    }

    /// A code derived from `parts` with the authority's key.
    pub(crate) fn code_of(&self, parts: &[&[u8]]) -> InstitutionCode {
        cut(&mac(&self.code_key, parts))
    }
}

/// The first 128 bits.
pub(crate) fn cut(digest: &[u8; 32]) -> InstitutionCode {
    let mut cut = [0u8; 16];
    cut.copy_from_slice(&digest[..16]);
    InstitutionCode::from_bytes(cut)
}

/// HMAC-SHA-256 of `parts`, concatenated.
pub(crate) fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC accepts a key of any length");
    parts.iter().for_each(|p| mac.update(p));
    mac.finalize().into_bytes().into()
}
