//! Why a deployment cannot be built.

use crate::host::tls::TlsSetupError;
use crate::pki::PkiError;

/// Why a deployment cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error("certificates: {0}")]
    Pki(#[from] PkiError),
    #[error("TLS: {0}")]
    Tls(#[from] TlsSetupError),
    #[error("`{party}` cannot listen: {source}")]
    Address { party: String, source: std::io::Error },
    #[error("there is no role called `{name}` that could be under test; known: {known}")]
    UnknownRole { name: String, known: String },
}
