//! Why a scenario cannot be staged.

use mocks::deployment::error::BuildError;
use mocks::pki::PkiError;
use mocks::roles::card::ContentError;
use sim::people::PopulationError;

/// Why a scenario cannot be staged. Only a population that is too large is the user's error.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    #[error("people: {0}")]
    Population(#[from] PopulationError),
    #[error("certificates: {0}")]
    Pki(#[from] PkiError),
    #[error("card: {0}")]
    Card(#[from] ContentError),
    #[error("parties: {0}")]
    Build(#[from] BuildError),
}
