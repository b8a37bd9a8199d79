//! The errors of a measurement.

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
    /// There are too few people to make inputs from.
    #[error("none of {people} people can be checked: use more people")]
    TooFewPeople { people: u64 },
    /// The time of an operation that failed is meaningless.
    #[error("`{operation}` failed, so nothing was measured")]
    Failed { operation: &'static str },
}
