//! What the machine may not have: memory and threads. A command that needs more than there is ends with
//! [`Exit::Unfinished`](crate::exit::Exit::Unfinished) and says what was missing.
#![allow(unsafe_code, reason = "an allocator is unsafe by its nature, and no crate says why a process ends that has no memory")]

use crate::{interrupt, output};
use mimalloc::MiMalloc;
use std::alloc::{GlobalAlloc, Layout};

/// Simulations constantly allocate and free small blocks, also in OpenSSL: this allocator is faster than the system's and fragments
/// less. Without memory it ends the command, and not with a signal.
pub struct Allocator;

// SAFETY: each function is that of `MiMalloc`, except that it does not return if there is no memory.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        there(unsafe { MiMalloc.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        there(unsafe { MiMalloc.alloc_zeroed(layout) })
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        unsafe { MiMalloc.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        there(unsafe { MiMalloc.realloc(memory, layout, size) })
    }
}

#[inline]
fn there(memory: *mut u8) -> *mut u8 {
    if memory.is_null() {
        no_memory();
    }
    memory
}

/// Says why, and ends the command. Nothing can be allocated here, no lock can be taken, and no other thread must be waited for.
#[cold]
fn no_memory() -> ! {
    #[cfg(unix)]
    {
        const WHY: &[u8] =
            b"error: there is not enough memory: allow more (ulimit -v, or the limit of the container), or ask for less \
            at once (fewer --jobs, people or files)\n";
        let code = crate::exit::Exit::Unfinished as i32;
        // SAFETY: both may be called at any time, and the text lives as long as the process.
        unsafe {
            libc::write(libc::STDERR_FILENO, WHY.as_ptr().cast(), WHY.len());
            libc::_exit(code)
        }
    }
    #[cfg(not(unix))]
    std::process::abort()
}

/// How the standard library and the runtime of clients report that no thread could be started.
const NO_THREAD: [&str; 2] = ["failed to spawn thread", "OS can't spawn worker thread"];

/// From now on, a command that can start no thread ends with a reason. Every other panic is reported as usual.
pub fn say_what_is_missing() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let text = panic.payload_as_str().unwrap_or_default();
        if NO_THREAD.iter().any(|start| text.starts_with(start)) {
            output::error(&anyhow::anyhow!(
                "no thread can be started ({text}): allow more processes (ulimit -u, or the limit of the container)"
            ));
            interrupt::end();
        }
        usual(panic);
    }));
}
