//! The parties: each role of the eligibility check as a mock, with pure decisions and I/O at the edge.

pub mod behaviour;
pub mod calibration;
pub mod capacity;
pub mod crypto;
pub mod deployment;
pub mod design;
pub mod env;
pub mod host;
pub mod mutants;
pub mod pki;
pub mod roles;
pub mod timing;

/// The OpenSSL that is linked, such as `OpenSSL 3.6.3 …`. Bytes on wires depend on it.
pub fn openssl_version() -> &'static str {
    openssl::version::version()
}
