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

/// Initialises OpenSSL without the configuration that the environment or the machine names: that could choose other algorithms, and
/// load code. Must be called before anything else uses OpenSSL.
#[allow(unsafe_code, reason = "the openssl crate offers no initialisation with options")]
pub fn init_openssl() {
    /// `OPENSSL_INIT_NO_LOAD_CONFIG` of openssl/crypto.h.
    const NO_LOAD_CONFIG: u64 = 0x0000_0080;
    // SAFETY: the function may be called at any time with any options, and null is no settings. It fails only without memory, and then
    // everything that follows does.
    let _ = unsafe { openssl_sys::OPENSSL_init_ssl(NO_LOAD_CONFIG | openssl_sys::OPENSSL_INIT_NO_ATEXIT, std::ptr::null()) };
}

/// The OpenSSL that is linked, such as `OpenSSL 3.6.3 …`. Bytes on wires depend on it.
pub fn openssl_version() -> &'static str {
    openssl::version::version()
}
