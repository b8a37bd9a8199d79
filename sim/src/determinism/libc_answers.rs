//! Takes the place of the C library's sources of randomness and of the time of day. The linker prefers these definitions to
//! those of the shared C library, for Rust's standard library and for OpenSSL alike.
#![allow(unsafe_code, reason = "C functions are replaced by symbols of the same name")]

use libc::{c_int, c_long, c_void, clockid_t, size_t, ssize_t, time_t, timespec, timeval};

const NANOS: i128 = 1_000_000_000;

fn answer(buffer: *mut u8, length: size_t) -> bool {
    if buffer.is_null() {
        return false;
    }
    // SAFETY: the caller of getrandom promises `length` writable bytes.
    super::fill(unsafe { std::slice::from_raw_parts_mut(buffer, length) })
}

#[unsafe(no_mangle)]
unsafe extern "C" fn getrandom(buffer: *mut c_void, length: size_t, flags: u32) -> ssize_t {
    if answer(buffer.cast(), length) {
        return length as ssize_t;
    }
    // SAFETY: the real call with the caller's own arguments.
    unsafe { libc::syscall(libc::SYS_getrandom, buffer, length, flags) as ssize_t }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn getentropy(buffer: *mut c_void, length: size_t) -> c_int {
    // SAFETY: as above.
    if unsafe { getrandom(buffer, length, 0) } == length as ssize_t { 0 } else { -1 }
}

fn real(clock: clockid_t) -> timespec {
    let mut out = timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `out` is a timespec of our own.
    unsafe { libc::syscall(libc::SYS_clock_gettime, clock, &mut out) };
    out
}

fn now() -> timespec {
    match super::time_of_day() {
        Some(ns) => timespec { tv_sec: ns.div_euclid(NANOS) as time_t, tv_nsec: ns.rem_euclid(NANOS) as c_long },
        None => real(libc::CLOCK_REALTIME),
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn clock_gettime(clock: clockid_t, out: *mut timespec) -> c_int {
    if matches!(clock, libc::CLOCK_REALTIME | libc::CLOCK_REALTIME_COARSE) && !out.is_null() {
        // SAFETY: not null, and the caller promises a timespec.
        unsafe { *out = now() };
        return 0;
    }
    // SAFETY: the real call with the caller's own arguments. Monotonic clocks stay real.
    unsafe { libc::syscall(libc::SYS_clock_gettime, clock, out) as c_int }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn time(out: *mut time_t) -> time_t {
    let seconds = now().tv_sec;
    if !out.is_null() {
        // SAFETY: not null, and the caller promises a time_t.
        unsafe { *out = seconds };
    }
    seconds
}

#[unsafe(no_mangle)]
unsafe extern "C" fn gettimeofday(out: *mut timeval, _zone: *mut c_void) -> c_int {
    let t = now();
    if !out.is_null() {
        // SAFETY: not null, and the caller promises a timeval.
        unsafe { *out = timeval { tv_sec: t.tv_sec, tv_usec: t.tv_nsec / 1000 } };
    }
    0
}
