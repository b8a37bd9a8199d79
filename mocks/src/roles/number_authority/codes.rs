//! How institution codes are derived. Ground truth comes from here too, so nothing of this can be broken on purpose.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use sim::people::Person;
use sim::seed::Seed;
use sim::terms::identifiers::{InstitutionCode, ResidentCode};

/// The keys of the derivation: see [`super`] for the model.
pub struct InstitutionCodes {
    link_key: [u8; 32],
    code_key: [u8; 32],
}

impl InstitutionCodes {
    /// The keys of a run.
    pub fn new(seed: &Seed) -> Self {
        InstitutionCodes { link_key: seed.bytes("number-authority/link"), code_key: seed.bytes("number-authority/code") }
    }

    /// The code that a person has in a field once registered. `None` for who did not opt in.
    pub fn of(&self, field: &str, person: &Person) -> Option<InstitutionCode> {
        person.opted_in.then(|| self.derive(field, &person.resident_code))
    }

    pub(super) fn derive(&self, field: &str, resident: &ResidentCode) -> InstitutionCode {
        let link = mac(&self.link_key, &[resident.reveal().as_bytes()]);
        let code = mac(&self.code_key, &[field.as_bytes(), b"\0", &link]);
        cut(&code)
    }

    /// A code that depends on who asks for it, as a mutant makes them.
    pub(super) fn by_asker(&self, peer: &str, code: &InstitutionCode) -> InstitutionCode {
        cut(&mac(&self.code_key, &[peer.as_bytes(), code.reveal().as_bytes()]))
    }
}

/// The first 128 bits.
pub(super) fn cut(digest: &[u8; 32]) -> InstitutionCode {
    let mut cut = [0u8; 16];
    cut.copy_from_slice(&digest[..16]);
    InstitutionCode::from_bytes(cut)
}
/// HMAC-SHA-256 over the parts.
pub(super) fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    parts.iter().for_each(|p| mac.update(p));
    mac.finalize().into_bytes().into()
}
