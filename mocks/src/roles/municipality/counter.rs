//! Who comes to the municipality's counter.

use crate::roles::number_authority::changes::CodeChange;
use sim::terms::identifiers::ResidentCode;
use std::time::Duration;

/// Somebody comes to the municipality's counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterRequest {
    /// After the start of the run.
    pub at: Duration,
    /// Whose code it is about.
    pub resident: ResidentCode,
    pub change: CodeChange,
    /// Whether the person came, and not somebody else in the person's name.
    pub in_person: bool,
}
