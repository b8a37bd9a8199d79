//! Why a kit cannot be written.

use mocks::deployment::error::BuildError;
use mocks::pki::PkiError;
use openssl::error::ErrorStack;

/// Why a kit cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum KitError {
    #[error("certificates: {0}")]
    Pki(#[from] PkiError),
    #[error("certificates: {0}")]
    Build(#[from] BuildError),
    #[error("OpenSSL: {0}")]
    OpenSsl(#[from] ErrorStack),
    #[error("`{path}` cannot be written: {source}")]
    NotWritten { path: String, source: std::io::Error },
    #[error("the site: {0}")]
    Site(String),
}
