//! Whether cryptography is real or modelled.

use sha2::{Digest, Sha256};
use std::cell::Cell;

/// Whether a load study executes signatures and TLS. Virtual time is the same either way: it comes from the capacity model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Crypto {
    /// As in all other runs: every signature is made and verified, every byte encrypted.
    #[default]
    Real,
    /// Signatures are stand-ins of the same length, connections are in clear with messages of the same sizes: their cost
    /// comes from the capacity model alone. No measurement of such a run says anything about cryptography.
    Modelled,
}

impl Crypto {
    pub const ALL: [Crypto; 2] = [Crypto::Real, Crypto::Modelled];

    pub fn name(self) -> &'static str {
        match self {
            Crypto::Real => "real",
            Crypto::Modelled => "modelled",
        }
    }

    pub fn parse(name: &str) -> Option<Crypto> {
        Crypto::ALL.into_iter().find(|c| c.name() == name)
    }
}

thread_local! {
    static MODELLED: Cell<bool> = const { Cell::new(false) };
}

/// Sets how the parties of this thread's run do cryptography, until the guard is dropped.
pub fn enter(crypto: Crypto) -> Entered {
    MODELLED.with(|m| m.set(crypto == Crypto::Modelled));
    Entered(())
}

/// See [`enter`].
pub struct Entered(());

impl Drop for Entered {
    fn drop(&mut self) {
        MODELLED.with(|m| m.set(false));
    }
}

pub(crate) fn is_modelled() -> bool {
    MODELLED.with(Cell::get)
}

/// A stand-in for a signature by the key with these public bits: like a signature, it is valid for this message and this key
/// only; unlike one, anybody can make it.
pub(crate) fn stand_in(key_bits: &[u8], message: &[u8], length: usize) -> Vec<u8> {
    let digest = Sha256::new().chain_update(b"stand-in").chain_update(key_bits).chain_update(Sha256::digest(message)).finalize();
    digest.iter().copied().cycle().take(length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stand_in_is_valid_for_one_key_and_one_message_and_has_its_length() {
        let one = stand_in(b"key", b"message", 256);
        assert_eq!(one.len(), 256);
        assert_eq!(one, stand_in(b"key", b"message", 256));
        assert_ne!(one, stand_in(b"key", b"massage", 256));
        assert_ne!(one, stand_in(b"kay", b"message", 256));
    }

    #[test]
    fn the_setting_is_per_thread_and_ends_with_its_guard() {
        let entered = enter(Crypto::Modelled);
        assert!(is_modelled());
        assert!(!std::thread::spawn(is_modelled).join().unwrap());
        drop(entered);
        assert!(!is_modelled());
    }
}
