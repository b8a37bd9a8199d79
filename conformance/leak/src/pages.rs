//! Memory of large tables. A look-up at a random place spends more time on finding the page than on reading it, so that the kernel is
//! asked for large pages (`transparent_hugepage/enabled` is `madvise` or `always`).

use bytemuck::Pod;
use memmap2::MmapMut;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// Tables of fewer bytes are in the processor's cache.
const LARGE: usize = 8 << 20;

/// Numbers, zero at first.
pub(crate) struct Pages<T> {
    memory: Memory<T>,
}

enum Memory<T> {
    Few(Vec<T>),
    Many(MmapMut, PhantomData<T>),
}

impl<T: Pod> Pages<T> {
    pub fn zeroed(count: usize) -> Pages<T> {
        let size = count.saturating_mul(size_of::<T>());
        let memory = match (size >= LARGE).then(|| MmapMut::map_anon(size)) {
            Some(Ok(map)) => {
                // Where there are none, small pages do.
                #[cfg(target_os = "linux")]
                let _ = map.advise(memmap2::Advice::HugePage);
                Memory::Many(map, PhantomData)
            }
            _ => Memory::Few(vec![T::zeroed(); count]),
        };
        Pages { memory }
    }
}

impl<T> Default for Pages<T> {
    fn default() -> Pages<T> {
        Pages { memory: Memory::Few(Vec::new()) }
    }
}

impl<T: Pod> Deref for Pages<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match &self.memory {
            Memory::Few(few) => few,
            Memory::Many(map, _) => bytemuck::cast_slice(map),
        }
    }
}

impl<T: Pod> DerefMut for Pages<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        match &mut self.memory {
            Memory::Few(few) => few,
            Memory::Many(map, _) => bytemuck::cast_slice_mut(map),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_in_small_and_in_large_tables() {
        for count in [0, 1, 1000, LARGE / 4, LARGE / 4 + 1] {
            let mut pages = Pages::<u32>::zeroed(count);
            assert!(pages.len() == count && pages.iter().all(|n| *n == 0));
            pages.iter_mut().zip(0..).for_each(|(n, i)| *n = i);
            assert!(pages.iter().zip(0..).all(|(n, i)| *n == i));
        }
        assert!(Pages::<u64>::default().is_empty());
    }
}
