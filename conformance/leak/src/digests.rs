//! Digests of values: anyone can reverse one by trying all numbers.

use super::how::Encoding;
use super::needles::code_bytes;
use super::table::{Table, mix};
use super::values::{Secret, Value};
use hmac::{Hmac, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

/// A digest is recognised by this many first bytes; one truncated further is not.
pub(crate) const SHORTEST: usize = 8;

/// The four HMACs with one key, ready for a message.
type Keyed = (Hmac<Md5>, Hmac<Sha1>, Hmac<Sha256>, Hmac<Sha512>);

/// Computes digests, and HMACs with the known keys.
pub(crate) struct Digester {
    keyed: Vec<Keyed>,
}

impl Digester {
    pub fn new(keys: &[Vec<u8>]) -> Digester {
        // HMAC takes a key of any length; the error is for other algorithms.
        let keyed = keys.iter().filter_map(|key| {
            Some((
                Hmac::new_from_slice(key).ok()?,
                Hmac::new_from_slice(key).ok()?,
                Hmac::new_from_slice(key).ok()?,
                Hmac::new_from_slice(key).ok()?,
            ))
        });
        Digester { keyed: keyed.collect() }
    }

    /// How many digests [`Digester::each`] gives for one value.
    pub fn count(&self, secret: &Secret) -> usize {
        written_forms(&secret.value).len() * 4 * (1 + self.keyed.len()) + 1
    }

    /// Every digest of every usual written form of `secret`, and the bytes that a code encodes, which are searched for like
    /// digests.
    pub fn each(&self, secret: &Secret, mut found: impl FnMut(Encoding, &[u8])) {
        if let Value::Code(code) = &secret.value
            && let Some(bytes) = code_bytes(code)
        {
            found(Encoding::Bytes, &bytes);
        }
        for message in written_forms(&secret.value) {
            found(Encoding::Md5, &Md5::digest(&message));
            found(Encoding::Sha1, &Sha1::digest(&message));
            found(Encoding::Sha256, &Sha256::digest(&message));
            found(Encoding::Sha512, &Sha512::digest(&message));
            for (md5, sha1, sha256, sha512) in &self.keyed {
                found(Encoding::Hmac, &md5.clone().chain_update(&message).finalize().into_bytes());
                found(Encoding::Hmac, &sha1.clone().chain_update(&message).finalize().into_bytes());
                found(Encoding::Hmac, &sha256.clone().chain_update(&message).finalize().into_bytes());
                found(Encoding::Hmac, &sha512.clone().chain_update(&message).finalize().into_bytes());
            }
        }
    }

    pub fn table(&self, secrets: &[Secret]) -> Table {
        let mut table = Table::for_entries(secrets.iter().map(|s| self.count(s)).sum());
        for (index, secret) in secrets.iter().enumerate() {
            self.each(secret, |_, digest| {
                if let Some(key) = fingerprint(digest) {
                    table.insert(key, index as u32);
                }
            });
        }
        table
    }

    /// Which digest of `secret` the bytes begin with, and how much of it.
    pub fn matching(&self, secret: &Secret, bytes: &[u8]) -> Option<(Encoding, usize)> {
        let mut best: Option<(Encoding, usize)> = None;
        self.each(secret, |encoding, digest| {
            let same = digest.iter().zip(bytes).take_while(|(a, b)| a == b).count();
            if same >= SHORTEST && best.is_none_or(|(_, most)| same > most) {
                best = Some((encoding, same));
            }
        });
        best
    }
}

/// The key of a digest, from its first bytes.
#[inline]
pub(crate) fn fingerprint(bytes: &[u8]) -> Option<u64> {
    bytes.first_chunk().map(|first| mix(u64::from_le_bytes(*first)))
}

/// The forms in which a value is usually written before it is hashed.
fn written_forms(value: &Value) -> Vec<Vec<u8>> {
    let grouped = |text: &str, separator: &str| {
        let groups: Vec<&[u8]> = text.as_bytes().chunks(4).collect();
        groups.join(separator.as_bytes())
    };
    match value {
        Value::Digits(text) => vec![text.clone().into_bytes(), grouped(text, "-"), grouped(text, " ")],
        Value::Code(text) => vec![text.to_ascii_uppercase().into_bytes(), text.to_ascii_lowercase().into_bytes()],
        Value::Text(text) => vec![text.clone().into_bytes()],
        Value::Bytes(bytes) => vec![bytes.clone()],
    }
}
