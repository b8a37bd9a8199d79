//! Provides, per thread, what libraries otherwise get from the operating system: randomness and the time of day.
//!
//! A thread that has entered a simulation with [`enter`] gets both from the run; every other thread gets the real ones.

mod answers;
mod libc_answers;
mod openssl_random;

use crate::seed::Seed;

/// Binds this thread to the run of `seed` until the guard is dropped. Use a fresh thread for every run: the standard
/// library draws the keys of its hash maps once per thread.
pub fn enter(seed: &Seed, epoch: jiff::Timestamp) -> Entered {
    openssl_random::install();
    answers::begin(seed.stream("setup"), epoch.as_nanosecond());
    Entered(())
}

/// See [`enter`].
pub struct Entered(());

impl Drop for Entered {
    fn drop(&mut self) {
        answers::end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(seed: u64) -> (Vec<u8>, Vec<u32>, u64) {
        std::thread::spawn(move || {
            let _in = enter(&Seed::new(seed, "determinism"), "2027-04-05T00:00:00Z".parse().unwrap());
            let mut from_openssl = [0u8; 16];
            openssl::rand::rand_bytes(&mut from_openssl).unwrap();
            // The order of a standard hash map shows whether getrandom is answered by the run.
            #[allow(clippy::disallowed_types, reason = "its order is what is tested")]
            let map: std::collections::HashMap<u32, ()> = (0..50).map(|n| (n, ())).collect(); // its order is what is tested
            #[allow(clippy::disallowed_methods, reason = "its answer is what is tested")]
            let now = std::time::SystemTime::now(); // its answer is what is tested
            let now = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
            (from_openssl.to_vec(), map.into_keys().collect(), now)
        })
        .join()
        .unwrap()
    }

    #[test]
    fn libraries_get_randomness_and_time_from_the_run() {
        let (a, b, c) = (draw(1), draw(1), draw(2));
        assert_eq!(a, b);
        assert_ne!(a.0, c.0);
        assert_ne!(a.1, c.1);
        assert_eq!(a.2, 1_806_883_200);
    }

    #[test]
    fn other_threads_keep_the_real_ones() {
        let _in = enter(&Seed::new(1, "determinism"), jiff::Timestamp::UNIX_EPOCH);
        let other = || {
            std::thread::spawn(|| {
                let mut bytes = [0u8; 16];
                openssl::rand::rand_bytes(&mut bytes).unwrap();
                #[allow(clippy::disallowed_methods, reason = "the real clock is what is tested")]
                let year = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
                (bytes, year)
            })
            .join()
            .unwrap()
        };
        let (a, b) = (other(), other());
        assert_ne!(a.0, b.0);
        assert!(a.1 > 1_700_000_000);
    }
}
