//! The keys of the number authority, and what it makes with them.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use sim::seed::Seed;
use sim::terms::identifiers::{InstitutionCode, ResidentCode};

/// The keys from which codes are derived, and the source from which they are drawn.
pub struct CodeKeys {
    seed: Seed,
    link_key: [u8; 32],
    code_key: [u8; 32],
}

impl CodeKeys {
    /// The keys of one run.
    pub fn new(seed: &Seed) -> CodeKeys {
        let (link_key, code_key) = (seed.bytes("number-authority/link"), seed.bytes("number-authority/code"));
        CodeKeys { seed: *seed, link_key, code_key }
    }

    /// A code that is transformed from a number. No number ends with a generation, so no two codes are made of the same text.
    pub fn transformed(&self, field: &str, number: &str, generation: u32) -> InstitutionCode {
        let link = mac(&self.link_key, &[number.as_bytes(), of_generation(generation).as_bytes()]);
        self.code_of(&[field.as_bytes(), b"\0", &link])
    }

    /// The code that was drawn for a resident in a field. It depends on no number: it is drawn from the run's seed by name, so that
    /// it is the same in whatever order codes are asked for.
    pub fn drawn(&self, field: &str, resident: &ResidentCode, generation: u32) -> InstitutionCode {
        let generation = of_generation(generation);
        cut(&self.seed.bytes(&format!("number-authority/table/{field}/{}{generation}", resident.reveal())))
    }

    /// A code derived from `parts`.
    pub(super) fn code_of(&self, parts: &[&[u8]]) -> InstitutionCode {
        cut(&mac(&self.code_key, parts))
    }
}

/// What is added to a number for a code that replaces another one; nothing for the first.
fn of_generation(generation: u32) -> String {
    if generation == 0 { String::new() } else { format!("/{generation}") }
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
