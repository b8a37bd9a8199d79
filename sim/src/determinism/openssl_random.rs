//! OpenSSL's randomness.
#![allow(unsafe_code, reason = "RAND_set_rand_method takes C function pointers; the openssl crate does not wrap it")]

use std::os::raw::{c_double, c_int, c_uchar, c_void};
use std::sync::Once;

#[repr(C)]
struct RandMethod {
    seed: Option<unsafe extern "C" fn(*const c_void, c_int) -> c_int>,
    bytes: Option<unsafe extern "C" fn(*mut c_uchar, c_int) -> c_int>,
    cleanup: Option<unsafe extern "C" fn()>,
    add: Option<unsafe extern "C" fn(*const c_void, c_int, c_double) -> c_int>,
    pseudorand: Option<unsafe extern "C" fn(*mut c_uchar, c_int) -> c_int>,
    status: Option<unsafe extern "C" fn() -> c_int>,
}

// OpenSSL 3.x, include/openssl/rand.h.
unsafe extern "C" {
    fn RAND_set_rand_method(method: *const RandMethod) -> c_int;
    fn RAND_OpenSSL() -> *const RandMethod;
}

unsafe extern "C" fn bytes(buffer: *mut c_uchar, length: c_int) -> c_int {
    let Ok(n) = usize::try_from(length) else { return 0 };
    if n == 0 {
        return 1;
    }
    // SAFETY: OpenSSL hands over a buffer of `length` writable bytes.
    let out = unsafe { std::slice::from_raw_parts_mut(buffer, n) };
    if super::answers::fill(out) {
        return 1;
    }
    // SAFETY: the default method is a static table of OpenSSL's, or null.
    match unsafe { RAND_OpenSSL().as_ref() }.and_then(|m| m.bytes) {
        // SAFETY: same buffer, same contract.
        Some(real) => unsafe { real(buffer, length) },
        None => 0,
    }
}

unsafe extern "C" fn status() -> c_int {
    1
}

unsafe extern "C" fn seed(_: *const c_void, _: c_int) -> c_int {
    1
}

unsafe extern "C" fn add(_: *const c_void, _: c_int, _: c_double) -> c_int {
    1
}

static METHOD: RandMethod = RandMethod {
    seed: Some(seed),
    bytes: Some(bytes),
    cleanup: None,
    add: Some(add),
    pseudorand: Some(bytes),
    status: Some(status),
};

/// Installs the method, once per process.
pub(super) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        openssl::init();
        // SAFETY: the table is static and its functions have the types that OpenSSL documents.
        let set = unsafe { RAND_set_rand_method(&METHOD) };
        assert_eq!(set, 1, "this OpenSSL refuses a random method, so no run would be repeatable");
    });
}
