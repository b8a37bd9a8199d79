//! The input of a run of a load study.

use crate::file::load::LoadPart;
use mocks::crypto::Crypto;
use sim::terms::design::Design;
use std::sync::Arc;

/// What is played. It determines every byte and every figure except wall-clock times.
#[derive(Clone, Debug)]
pub struct LoadOrder {
    pub design: Arc<Design>,
    pub seed: u64,
    /// How cryptography is done.
    pub crypto: Crypto,
    /// The visits: those of the scenario, or a changed rate or length.
    pub load: LoadPart,
}
