//! What can go wrong in a measurement.

use crate::host::tls::TlsSetupError;
use crate::pki::PkiError;
use openssl::error::ErrorStack;
use sim::people::PopulationError;

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
