//! What the operations of a check really cost on this machine: the cryptography and the reading and writing of messages, measured
//! by doing them, with the parties' own code on inputs that the mocks make.
//!
//! Runs take times of service from [`crate::timing`] or from their scenario; both may be guesses. What is measured here is written
//! into a [calibration file](file::Calibration), and a scenario that names one is given times that some machine really needed.
//!
//! This is the one place in this crate that reads the machine's clock. Nothing of a run may come here.

pub mod file;
mod inputs;
pub mod machine;
pub mod measure;
mod operations;
mod span;
mod task;

pub use inputs::{Inputs, PEOPLE};
pub use span::Span;
pub use task::Task;

use crate::host::tls::TlsSetupError;
use crate::pki::PkiError;
use openssl::error::ErrorStack;
use sim::people::PopulationError;
use sim::terms::check::Step;
use sim::terms::roles::Zone;

/// Something that a party does in a check.
pub struct Operation {
    /// Stable: calibration files and scenarios name it.
    pub name: &'static str,
    /// Who does it. `None` for what both ends of a connection do.
    pub party: Option<Zone>,
    /// In which step. `None` for what is done in several.
    pub step: Option<Step>,
    /// What is done, in one line.
    pub what: &'static str,
    prepare: fn(&Inputs) -> Result<Box<dyn Task>, CalibrationError>,
}

impl Operation {
    /// Makes ready all that it works on.
    pub fn prepare(&self, inputs: &Inputs) -> Result<Box<dyn Task>, CalibrationError> {
        inputs.within(|| (self.prepare)(inputs))
    }

    /// The operation of a name.
    pub fn find(name: &str) -> Option<&'static Operation> {
        operations().find(|o| o.name == name)
    }
}

/// All of them, in the order of a check.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    operations::ALL.iter().copied().flatten()
}

/// Why an operation could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum CalibrationError {
    #[error("certificates: {0}")]
    Pki(#[from] PkiError),
    #[error("TLS: {0}")]
    Tls(#[from] TlsSetupError),
    #[error("OpenSSL: {0}")]
    OpenSsl(#[from] ErrorStack),
    #[error("people: {0}")]
    People(#[from] PopulationError),
    /// Fewer people than inputs are to be made of.
    #[error("of {people} people none can be checked: take more")]
    TooFewPeople { people: u64 },
    /// A measurement of what went wrong would be one of nothing.
    #[error("`{operation}` did not do its work, so it has no cost: nothing is measured")]
    WentWrong { operation: &'static str },
}

#[cfg(test)]
mod tests;
