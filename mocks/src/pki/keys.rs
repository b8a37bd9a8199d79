//! Keys from a seed.
//!
//! Making an RSA-2048 key takes 50 to 170 ms, nearly all of it the search for primes, and a population wants one for every
//! card. So the primes are made once and committed (`mocks/keys/test-primes.bin`, remade byte for byte by
//! `cargo run --release -p mocks --example make_test_primes`), and a key is a pair of them: the first [`AUTHORITY_PRIMES`]
//! give 2,016 keys for authorities, the other 960 give 460,320 for cards. Which pair belongs to which index is a permutation
//! keyed by the seed.
//!
//! **These keys are worthless as secrets, on purpose.** The primes are public, and keys share primes: the greatest common
//! divisor of two moduli factors both.
//!
//! Make new keys for every run. The blinding that OpenSSL does for RSA keeps its state in the key and draws random numbers
//! as it goes, so a key that one run has used would shift the draws of the next.

use super::PkiError;
use crate::crypto;
use openssl::bn::{BigNum, BigNumContext, BigNumRef};
use openssl::ec::{EcGroup, EcKey, EcPoint, PointConversionForm};
use openssl::hash::MessageDigest;
use openssl::md::Md;
use openssl::nid::Nid;
use openssl::pkey::{HasPublic, Id, PKey, PKeyRef, Private};
use openssl::pkey_ctx::PkeyCtx;
use openssl::rsa::RsaPrivateKeyBuilder;
use openssl::sign::Signer;
use rcgen::{PublicKeyData, SignatureAlgorithm, SigningKey};
use sim::permutation::Permutation;
use sim::seed::Seed;

static PRIMES: &[u8; 131_072] = include_bytes!("../../keys/test-primes.bin");
const PRIME_BYTES: usize = 128;
const PRIME_COUNT: u64 = (PRIMES.len() / PRIME_BYTES) as u64;
/// How many primes of the pool are set aside for authorities and responders.
pub const AUTHORITY_PRIMES: u64 = 64;
const PUBLIC_EXPONENT: u32 = 65537;

/// Whose key it is. The two draw from different primes, so no card ever shares a prime with an authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyDomain {
    /// Roots, issuing authorities, OCSP responders.
    Authority,
    /// 個人番号カード.
    Card,
}

impl KeyDomain {
    /// The first prime of the domain and how many it has.
    fn primes(self) -> (u64, u64) {
        match self {
            KeyDomain::Authority => (0, AUTHORITY_PRIMES),
            KeyDomain::Card => (AUTHORITY_PRIMES, PRIME_COUNT - AUTHORITY_PRIMES),
        }
    }

    /// How many distinct keys there are.
    pub fn keys(self) -> u64 {
        let (_, count) = self.primes();
        count * (count - 1) / 2
    }

    fn name(self) -> &'static str {
        match self {
            KeyDomain::Authority => "pki/keys/authority",
            KeyDomain::Card => "pki/keys/card",
        }
    }
}

/// The RSA-2048 key number `index` of a domain, e = 65537. Distinct indices below [`KeyDomain::keys`] give distinct keys;
/// an index beyond is refused, since it could only repeat one.
pub fn rsa_key(seed: &Seed, domain: KeyDomain, index: u64) -> Result<PKey<Private>, PkiError> {
    let available = domain.keys();
    if index >= available {
        return Err(PkiError::PoolExhausted { index, available });
    }
    let (first, _) = domain.primes();
    let (i, j) = unrank(Permutation::new(seed.bytes(domain.name()), available).apply(index));
    rsa_key_of(&prime(first + i)?, &prime(first + j)?)
}

/// Pair number `rank` of all (i, j) with i < j, ordered by j and then by i.
fn unrank(rank: u64) -> (u64, u64) {
    let j = (1 + 8 * rank).isqrt().div_ceil(2);
    (rank - j * (j - 1) / 2, j)
}

fn prime(number: u64) -> Result<BigNum, PkiError> {
    let from = number as usize * PRIME_BYTES;
    Ok(BigNum::from_slice(&PRIMES[from..from + PRIME_BYTES])?)
}

fn rsa_key_of(one: &BigNum, other: &BigNum) -> Result<PKey<Private>, PkiError> {
    // PKCS#1 and OpenSSL want p > q, so that q has an inverse below p.
    let (p, q): (&BigNumRef, &BigNumRef) = if one > other { (one, other) } else { (other, one) };
    let mut context = BigNumContext::new()?;
    let unit = BigNum::from_u32(1)?;
    let e = BigNum::from_u32(PUBLIC_EXPONENT)?;
    let (p1, q1) = (p - &unit, q - &unit);
    let n = p * q;
    let totient = &p1 * &q1;
    let (mut d, mut dmp1, mut dmq1, mut iqmp) = (BigNum::new()?, BigNum::new()?, BigNum::new()?, BigNum::new()?);
    d.mod_inverse(&e, &totient, &mut context)?;
    dmp1.nnmod(&d, &p1, &mut context)?;
    dmq1.nnmod(&d, &q1, &mut context)?;
    iqmp.mod_inverse(q, p, &mut context)?;
    let rsa = RsaPrivateKeyBuilder::new(n, e, d)?.set_factors(p.to_owned()?, q.to_owned()?)?;
    Ok(PKey::from_rsa(rsa.set_crt_params(dmp1, dmq1, iqmp)?.build())?)
}

/// The P-256 key that a seed gives to a name.
pub fn ec_key(seed: &Seed, name: &str) -> Result<PKey<Private>, PkiError> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
    let mut context = BigNumContext::new()?;
    let mut order = BigNum::new()?;
    group.order(&mut order, &mut context)?;
    let zero = BigNum::new()?;
    let mut attempt = 0u32;
    // A scalar outside 1..n comes up once in 2^32 draws; then the next one is taken.
    let scalar = loop {
        let scalar = BigNum::from_slice(&seed.bytes(&format!("pki/keys/ec/{attempt}/{name}")))?;
        if scalar > zero && scalar < order {
            break scalar;
        }
        attempt += 1;
    };
    let mut point = EcPoint::new(&group)?;
    point.mul_generator2(&group, &scalar, &mut context)?;
    Ok(PKey::from_ec_key(EcKey::from_private_components(&group, &scalar, &point)?)?)
}

/// A public key in the form that rcgen puts into a certificate.
#[derive(Clone)]
pub struct SubjectKey {
    bits: Vec<u8>,
    algorithm: &'static SignatureAlgorithm,
}

impl SubjectKey {
    /// The public half of an RSA or P-256 key.
    pub fn new<T: HasPublic>(key: &PKeyRef<T>) -> Result<Self, PkiError> {
        match key.id() {
            Id::RSA => Ok(SubjectKey { bits: key.rsa()?.public_key_to_der_pkcs1()?, algorithm: &rcgen::PKCS_RSA_SHA256 }),
            Id::EC => {
                let ec = key.ec_key()?;
                if ec.group().curve_name() != Some(Nid::X9_62_PRIME256V1) {
                    return Err(PkiError::KeyKind);
                }
                let mut context = BigNumContext::new()?;
                let bits = ec.public_key().to_bytes(ec.group(), PointConversionForm::UNCOMPRESSED, &mut context)?;
                Ok(SubjectKey { bits, algorithm: &rcgen::PKCS_ECDSA_P256_SHA256 })
            }
            _ => Err(PkiError::KeyKind),
        }
    }

    /// The SHA-1 digest of the key's bit string: the usual key identifier (RFC 5280 section 4.2.1.2, method 1).
    pub fn key_id(&self) -> [u8; 20] {
        openssl::sha::sha1(&self.bits)
    }
}

impl PublicKeyData for SubjectKey {
    fn der_bytes(&self) -> &[u8] {
        &self.bits
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.algorithm
    }
}

/// An OpenSSL key as rcgen wants one: RSA PKCS#1 v1.5 or ECDSA P-256, both with SHA-256.
pub struct KeySigner {
    key: PKey<Private>,
    subject: SubjectKey,
}

impl KeySigner {
    pub fn new(key: PKey<Private>) -> Result<Self, PkiError> {
        let subject = SubjectKey::new(&key)?;
        Ok(KeySigner { key, subject })
    }

    pub fn subject(&self) -> &SubjectKey {
        &self.subject
    }

    /// The signature over `message`. RSA signatures are the same every time. ECDSA signatures are too with the vendored
    /// OpenSSL (RFC 6979); the system's may be older than 3.2 and then takes its nonce from the run's random stream.
    pub fn signature(&self, message: &[u8]) -> Result<Vec<u8>, PkiError> {
        if crypto::is_modelled() {
            return Ok(crypto::stand_in(&self.subject.bits, message, stand_in_length(self.key.id())));
        }
        if self.key.id() == Id::RSA {
            let mut signer = Signer::new(MessageDigest::sha256(), &self.key)?;
            return Ok(signer.sign_oneshot_to_vec(message)?);
        }
        let mut context = PkeyCtx::new(&self.key)?;
        context.sign_init()?;
        context.set_signature_md(Md::sha256())?;
        #[cfg(feature = "vendored")]
        context.set_nonce_type(openssl::pkey_ctx::NonceType::DETERMINISTIC_K)?;
        let mut signature = Vec::new();
        context.sign_to_vec(&openssl::sha::sha256(message), &mut signature)?;
        Ok(signature)
    }
}

/// How long a stand-in is: as a signature of RSA-2048, or of P-256 in DER.
fn stand_in_length(of: Id) -> usize {
    if of == Id::RSA { 256 } else { 71 }
}

/// Whether `signature` stands for one by the key with these public bits, where cryptography is modelled.
pub(super) fn stands_for(signature: &[u8], key_bits: &[u8], message: &[u8]) -> bool {
    signature == crypto::stand_in(key_bits, message, signature.len())
}

impl PublicKeyData for KeySigner {
    fn der_bytes(&self) -> &[u8] {
        self.subject.der_bytes()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.subject.algorithm
    }
}

impl SigningKey for KeySigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        self.signature(message).map_err(|_| rcgen::Error::RemoteKeyError)
    }
}

#[cfg(test)]
mod tests;
