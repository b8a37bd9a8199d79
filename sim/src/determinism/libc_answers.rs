//! Replaces the C library's sources of randomness and of the time of day. The linker prefers these definitions to
//! those of the shared C library, for Rust's standard library and for OpenSSL alike.
#![allow(unsafe_code, reason = "C functions are replaced by symbols of the same name")]

use std::sync::atomic::{AtomicPtr, Ordering};

use libc::{c_int, c_long, c_void, clockid_t, size_t, ssize_t, time_t, timespec, timeval};

const NANOS: i128 = 1_000_000_000;

fn answer(buffer: *mut u8, length: size_t) -> bool {
    if buffer.is_null() {
        return false;
    }
    // SAFETY: the caller of getrandom promises `length` writable bytes.
    super::answers::fill(unsafe { std::slice::from_raw_parts_mut(buffer, length) })
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

type ClockGettime = unsafe extern "C" fn(clockid_t, *mut timespec) -> c_int;

/// The C library's own clock_gettime, which reads the monotonic clock without entering the kernel. The engine reads that clock
/// so often that the system call would cost a quarter of a run.
fn real_clock_gettime() -> Option<ClockGettime> {
    static FOUND: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());
    let mut found = FOUND.load(Ordering::Relaxed);
    if found.is_null() {
        // SAFETY: looks up a name behind this library; the name is a C string.
        found = unsafe { libc::dlsym(libc::RTLD_NEXT, c"clock_gettime".as_ptr()) };
        FOUND.store(found, Ordering::Relaxed);
    }
    // SAFETY: the C library's function of this name has this type (POSIX); null becomes None.
    unsafe { std::mem::transmute::<*mut c_void, Option<ClockGettime>>(found) }
}

/// # Safety
/// `out` is null or points to a timespec that can be written.
unsafe fn real_clock(clock: clockid_t, out: *mut timespec) -> c_int {
    match real_clock_gettime() {
        // SAFETY: the caller's promise.
        Some(f) => unsafe { f(clock, out) },
        // SAFETY: the caller's promise.
        None => unsafe { libc::syscall(libc::SYS_clock_gettime, clock, out) as c_int },
    }
}

fn real(clock: clockid_t) -> timespec {
    let mut out = timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `out` is a timespec of our own.
    unsafe { real_clock(clock, &mut out) };
    out
}

fn now() -> timespec {
    match super::answers::time_of_day() {
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
    unsafe { real_clock(clock, out) }
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
