//! What a run of a load study is made from.

use crate::file::load::LoadPart;
use mocks::crypto::Crypto;
use sim::terms::design::Design;
use std::sync::Arc;

/// What is played. It determines every byte and every figure but those of this machine's time.
#[derive(Clone, Debug)]
pub struct LoadOrder {
    pub design: Arc<Design>,
    pub seed: u64,
    /// How cryptography is done.
    pub crypto: Crypto,
    /// Who comes: the scenario's, or a part of it, or more.
    pub load: LoadPart,
}
