//! Regenerates `mocks/keys/test-primes.bin`, the pool of primes from which `mocks::pki::keys` builds RSA keys:
//!
//! ```text
//! cargo run --release -p mocks --example make_test_primes
//! ```
//!
//! The result is the same every time: candidates are drawn from a ChaCha stream, and the result of the primality test does not
//! depend on its internal randomness. It takes about a minute.

use openssl::bn::{BigNum, BigNumContext};
use sim::seed::Seed;
use std::error::Error;

const PRIMES: usize = 1024;
const BYTES: usize = 128;
const PUBLIC_EXPONENT: u32 = 65537;

fn main() -> Result<(), Box<dyn Error>> {
    let mut stream = Seed::new(0, "mocks/keys/test-primes").stream("candidates");
    let mut context = BigNumContext::new()?;
    let mut pool: Vec<[u8; BYTES]> = Vec::with_capacity(PRIMES);
    while pool.len() < PRIMES {
        let mut candidate = [0u8; BYTES];
        stream.fill(&mut candidate);
        // With the top two bits of both primes set, their product has 2,048 bits and never 2,047.
        candidate[0] |= 0b1100_0000;
        candidate[BYTES - 1] |= 1;
        let p = BigNum::from_slice(&candidate)?;
        // p − 1 must be coprime to 65537, or no private exponent exists; 65537 being prime, a remainder other than 1 says so.
        if p.mod_word(PUBLIC_EXPONENT)? == 1 || pool.contains(&candidate) {
            continue;
        }
        if p.is_prime_fasttest(64, &mut context, true)? {
            pool.push(candidate);
        }
    }
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/keys/test-primes.bin"), pool.concat())?;
    Ok(())
}
