use super::*;
use std::collections::BTreeSet;

fn seed() -> Seed {
    Seed::new(1, "pki/keys")
}

#[test]
fn the_pool_contains_distinct_odd_numbers_with_their_top_bits_set() {
    let primes: Vec<&[u8]> = PRIMES.chunks(PRIME_BYTES).collect();
    assert_eq!(primes.len(), 1024);
    assert_eq!(primes.iter().collect::<BTreeSet<_>>().len(), 1024);
    assert!(primes.iter().all(|p| p[0] >= 0b1100_0000 && p[PRIME_BYTES - 1] & 1 == 1));
}

#[test]
fn a_sample_of_the_pool_is_prime_and_fits_the_public_exponent() {
    let mut context = BigNumContext::new().expect("a context");
    for number in (0..PRIME_COUNT).step_by(128) {
        assert!(prime(number).expect("a number").is_prime(64, &mut context).expect("a test"), "number {number}");
    }
    for number in 0..PRIME_COUNT {
        let p = prime(number).expect("a number");
        assert_ne!(p.mod_word(PUBLIC_EXPONENT).expect("a remainder"), 1, "p - 1 of number {number} is a multiple of 65537");
    }
}

#[test]
fn the_pool_is_what_the_example_writes_first() {
    // Searches the first prime candidate again: the file comes from the stream that the example names.
    let mut stream = Seed::new(0, "mocks/keys/test-primes").stream("candidates");
    let mut context = BigNumContext::new().expect("a context");
    let first = loop {
        let mut candidate = [0u8; PRIME_BYTES];
        stream.fill(&mut candidate);
        candidate[0] |= 0b1100_0000;
        candidate[PRIME_BYTES - 1] |= 1;
        if BigNum::from_slice(&candidate).expect("a number").is_prime_fasttest(64, &mut context, true).expect("a test") {
            break candidate;
        }
    };
    assert_eq!(first[..], PRIMES[..PRIME_BYTES]);
}

#[test]
fn every_rank_is_one_pair_and_every_pair_has_one_rank() {
    let mut seen = BTreeSet::new();
    for rank in 0..KeyDomain::Authority.keys() {
        let (i, j) = unrank(rank);
        assert!(i < j && j < AUTHORITY_PRIMES, "{rank} gives ({i}, {j})");
        assert!(seen.insert((i, j)));
    }
    let last = KeyDomain::Card.keys() - 1;
    assert_eq!(unrank(last), (958, 959));
}

#[test]
fn a_key_is_valid_and_the_same_for_the_same_seed() {
    for (domain, index) in
        [(KeyDomain::Authority, 0), (KeyDomain::Authority, 2015), (KeyDomain::Card, 0), (KeyDomain::Card, 460_319)]
    {
        let key = rsa_key(&seed(), domain, index).expect("a key");
        assert_eq!(key.bits(), 2048);
        assert!(key.rsa().expect("an RSA key").check_key().expect("a check"));
        let again = rsa_key(&seed(), domain, index).expect("a key");
        assert_eq!(key.private_key_to_der().expect("bytes"), again.private_key_to_der().expect("bytes"));
    }
    let other = rsa_key(&Seed::new(2, "pki/keys"), KeyDomain::Card, 0).expect("a key");
    assert!(!other.public_eq(&rsa_key(&seed(), KeyDomain::Card, 0).expect("a key")));
}

#[test]
fn distinct_indices_give_distinct_moduli() {
    let modulus = |domain, index| rsa_key(&seed(), domain, index).expect("a key").rsa().expect("RSA").n().to_vec();
    let keys: BTreeSet<_> = (0..300).flat_map(|i| [modulus(KeyDomain::Authority, i), modulus(KeyDomain::Card, i)]).collect();
    assert_eq!(keys.len(), 600);
}

#[test]
fn an_index_beyond_the_pool_is_rejected() {
    for domain in [KeyDomain::Authority, KeyDomain::Card] {
        assert!(matches!(rsa_key(&seed(), domain, domain.keys()), Err(PkiError::PoolExhausted { .. })));
    }
}

#[test]
fn an_ec_key_depends_on_its_seed_and_name() {
    let bytes = |number, name: &str| ec_key(&Seed::new(number, "t"), name).expect("a key").private_key_to_der().expect("bytes");
    assert_eq!(bytes(1, "a"), bytes(1, "a"));
    assert_ne!(bytes(1, "a"), bytes(1, "b"));
    assert_ne!(bytes(1, "a"), bytes(2, "a"));
    assert!(ec_key(&seed(), "a").expect("a key").ec_key().expect("EC").check_key().is_ok());
}

#[test]
fn rsa_signatures_are_the_same_every_time_and_valid_for_the_key() {
    let signer = || KeySigner::new(rsa_key(&seed(), KeyDomain::Card, 7).expect("a key")).expect("a signer");
    let signature = signer().signature(b"message").expect("a signature");
    assert_eq!(signature, signer().signature(b"message").expect("a signature"));
    let key = rsa_key(&seed(), KeyDomain::Card, 7).expect("a key");
    let mut verifier = openssl::sign::Verifier::new(MessageDigest::sha256(), &key).expect("a verifier");
    assert!(verifier.verify_oneshot(&signature, b"message").expect("a check"));
}

#[cfg(feature = "vendored")]
#[test]
fn ecdsa_signatures_are_the_same_every_time() {
    let sign =
        || KeySigner::new(ec_key(&seed(), "x").expect("a key")).expect("a signer").signature(b"message").expect("a signature");
    assert_eq!(sign(), sign());
}
