//! `presented = "signed-challenge"`: the certificate and the card's signature over a fresh challenge of the broker.

use super::Presented;

pub struct SignedChallenge;

impl Presented for SignedChallenge {
    fn is_signed(&self) -> bool {
        true
    }
}
