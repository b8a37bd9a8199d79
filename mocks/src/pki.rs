//! Keys, certificates, OCSP and CRLs: a mock of 公的個人認証サービス (JPKI), and the certificates of the dedicated network.
//!
//! Nothing here reads a clock or draws randomness itself: every time, serial number, nonce and key comes from the
//! caller or from a [`sim::seed::Seed`], so the same seed gives the same bytes. The names contain `JPKI-MOCK`, the policy
//! identifiers are under the documentation arc of RFC 5612, and every URL is under `.invalid` (RFC 6761), so that nothing
//! made here can be mistaken for the real service.
//!
//! One thing differs from the real JPKI: its authorities are self-signed, in one tier; here a root is above the two issuing
//! authorities, so that a relying party needs a single trust anchor.

pub mod authority;
mod chain;
pub mod crl;
mod extensions;
#[cfg(test)]
mod fixture;
pub mod grace;
pub mod jpki_ca;
pub mod keys;
pub mod names;
pub mod ocsp;
pub mod path;
pub mod profile;
mod proven;
mod signature;
pub mod status;
mod times;
pub mod tls;

pub use times::Validity;

/// Why a key, certificate, CRL or answer could not be made. None of its texts contains a value from a certificate.
#[derive(Debug, thiserror::Error)]
pub enum PkiError {
    /// More keys were requested than the pool of primes has pairs.
    #[error("key number {index} was requested, but the pool has only {available} keys of this kind")]
    PoolExhausted { index: u64, available: u64 },
    /// A distinguished name contains an attribute type more often than it can be written.
    #[error("a distinguished name can contain {attribute} at most twice")]
    RepeatedAttribute { attribute: &'static str },
    /// A text contains characters that its ASN.1 type does not allow.
    #[error("{field} contains characters that its ASN.1 type does not allow")]
    Characters { field: &'static str },
    /// A time is outside the range of certificates (1970 to 9999).
    #[error("a time is outside the years 1970 to 9999")]
    Time,
    /// A certificate that should be an authority's cannot be used as one.
    #[error("an authority's certificate is unusable: {0}")]
    Authority(&'static str),
    /// A key that is neither RSA nor P-256.
    #[error("only RSA and P-256 keys are supported")]
    KeyKind,
    #[error("OpenSSL: {0}")]
    OpenSsl(#[from] openssl::error::ErrorStack),
    #[error("ASN.1: {0}")]
    Der(#[from] der::Error),
    #[error("issuing: {0}")]
    Issue(#[from] rcgen::Error),
}
