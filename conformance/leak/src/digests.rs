//! Digests of values: anyone can undo one by trying all numbers.

use super::how::Spelling;
use super::needles::code_bytes;
use super::table::{Table, mix};
use super::values::{Secret, Value};
use hmac::{Hmac, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

/// A digest is known by this many of its first bytes; one cut shorter is not.
pub(crate) const SHORTEST: usize = 8;

/// The four HMACs under one key, ready for a message.
type Keyed = (Hmac<Md5>, Hmac<Sha1>, Hmac<Sha256>, Hmac<Sha512>);

/// Makes digests, also under the keys that are known.
pub(crate) struct Digester {
    keyed: Vec<Keyed>,
}

impl Digester {
    pub fn new(keys: &[Vec<u8>]) -> Digester {
        // A key of any length is taken; the error is of other algorithms.
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

    /// How many digests there are of one value with `spellings` spellings.
    pub fn count(&self, secret: &Secret) -> usize {
        spellings(&secret.value).len() * 4 * (1 + self.keyed.len()) + 1
    }

    /// Every digest of every usual spelling of `secret`, and the bytes that a code encodes: those are searched for where digests are.
    pub fn each(&self, secret: &Secret, mut found: impl FnMut(Spelling, &[u8])) {
        if let Value::Code(code) = &secret.value
            && let Some(bytes) = code_bytes(code)
        {
            found(Spelling::Bytes, &bytes);
        }
        for message in spellings(&secret.value) {
            found(Spelling::Md5, &Md5::digest(&message));
            found(Spelling::Sha1, &Sha1::digest(&message));
            found(Spelling::Sha256, &Sha256::digest(&message));
            found(Spelling::Sha512, &Sha512::digest(&message));
            for (md5, sha1, sha256, sha512) in &self.keyed {
                found(Spelling::Hmac, &md5.clone().chain_update(&message).finalize().into_bytes());
                found(Spelling::Hmac, &sha1.clone().chain_update(&message).finalize().into_bytes());
                found(Spelling::Hmac, &sha256.clone().chain_update(&message).finalize().into_bytes());
                found(Spelling::Hmac, &sha512.clone().chain_update(&message).finalize().into_bytes());
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
    pub fn matching(&self, secret: &Secret, bytes: &[u8]) -> Option<(Spelling, usize)> {
        let mut best: Option<(Spelling, usize)> = None;
        self.each(secret, |spelling, digest| {
            let same = digest.iter().zip(bytes).take_while(|(a, b)| a == b).count();
            if same >= SHORTEST && best.is_none_or(|(_, most)| same > most) {
                best = Some((spelling, same));
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

/// As people write a value who then hash it.
fn spellings(value: &Value) -> Vec<Vec<u8>> {
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
