//! An allocator that counts what a thread holds.
#![allow(unsafe_code, reason = "an allocator is unsafe to implement")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    // What another thread allocated may be freed here.
    static HELD: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
    static ALL: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

fn took(bytes: usize) {
    // While a thread ends, its counters are gone.
    let _ = HELD.try_with(|held| {
        held.set(held.get() + bytes as isize);
        MOST.set(MOST.get().max(held.get()));
        ALL.set(ALL.get().wrapping_add(bytes));
    });
}

fn gave(bytes: usize) {
    let _ = HELD.try_with(|held| held.set(held.get() - bytes as isize));
}

// SAFETY: all work is the system allocator's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        took(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        took(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        gave(layout.size());
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        took(size);
        gave(layout.size());
        unsafe { System.realloc(at, layout, size) }
    }
}

/// In bytes: the most that was held at once, and all allocations together.
pub struct Used {
    pub most_held: usize,
    pub allocated: usize,
}

pub fn counted<T>(work: impl FnOnce() -> T) -> (T, Used) {
    let (held, all) = (HELD.get(), ALL.get());
    MOST.set(held);
    let result = work();
    (result, Used { most_held: (MOST.get() - held) as usize, allocated: ALL.get().wrapping_sub(all) })
}

#[test]
fn what_is_held_and_allocated_is_counted() {
    let (_, used) = counted(|| {
        drop(std::hint::black_box(vec![0u8; 3000]));
        std::hint::black_box(vec![1u8; 2000])
    });
    assert_eq!((used.most_held, used.allocated), (3000, 5000));
}
